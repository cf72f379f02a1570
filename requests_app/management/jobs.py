"""What does the worker do? Its door: functions called by name, which read the clock themselves."""


def send_notice(notice_id: int) -> None:
    """Send one mail."""


def send_due_notices() -> None:
    """Send what is queued and was not sent."""


def deem_receipts() -> None:
    """Count unconfirmed letters as received when their time has come."""
