"""What does the worker do? Its door: functions called by name, which read the clock themselves."""

import logging

from django.utils import timezone

from requests_app.documents.clamd import NoScanner
from requests_app.services import (
    arrivals,
    audit,
    broken_off,
    certificates,
    deeming,
    notices,
    scanning,
)

log = logging.getLogger(__name__)


def send_notice(notice_id: int) -> None:
    """Send one mail that a deed has queued."""
    notices.deliver(notice_id=notice_id, clock=timezone.now)


def send_due_notices() -> int:
    """Send what is still queued after its time, and finish what a crash has left half done."""
    waiting = notices.due(at=timezone.now())
    for notice_id in waiting:
        notices.deliver(notice_id=notice_id, clock=timezone.now)
    for notice in notices.sent_unmarked():
        notices.mark_sent(notice)
    return len(waiting)


def deem_receipts() -> int:
    """Count unconfirmed letters as received when the office's term has passed."""
    return len(deeming.deem_receipts(at=timezone.now()))


def make_checkpoint() -> int:
    """Digest the heads of all chains once a day; gives the number of the day's checkpoint."""
    return audit.make_checkpoint(at=timezone.now()).sequence


def resume_signatures() -> int:
    """Bring every signature that broke off to its end: finished, or given up."""
    return broken_off.resume_broken(at=timezone.now())


def renew_revocation_lists() -> int:
    """Make the lists of revoked certificates anew before they end."""
    return certificates.renew_lists(at=timezone.now())


def scan_file(file_id: int) -> None:
    """Have one file scanned that has just come in; tried again while the scanner is down."""
    scanning.scan_file(file_id=file_id, at=timezone.now())


def scan_waiting_files() -> int:
    """Have those scanned that still have no verdict; gives how many have one now."""
    scanned = 0
    for file_id in scanning.waiting(at=timezone.now()):
        try:
            scanning.scan_file(file_id=file_id, at=timezone.now())
        except NoScanner as error:
            log.warning("the virus scanner does not answer: %s", error)
            break
        scanned += 1
    return scanned


def clear_forgotten_uploads() -> int:
    """Remove what a killed process has left of files on their way in."""
    return arrivals.clear_forgotten(at=timezone.now())
