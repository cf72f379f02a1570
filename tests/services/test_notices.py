"""Is each mail delivered or visibly failed, whatever the mail server does?

The worker's job is called directly; the server is a real SMTP conversation on this machine.
"""

import email
import email.header
import itertools
import socket
import socketserver
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from email.message import Message
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from django_q.models import OrmQ
from pytest_django import Settings

from requests_app.models import AuditEntry, Notice, Recipient
from requests_app.services import notices, sending, sharing
from requests_app.services.workflow import Incomplete
from requests_app.sop.roles import Role
from tests.factories import World, data_request_at, mail_to, recipient_at

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("untypeset")]


class Server:
    """A mail server that answers as it is told, and keeps what it has accepted."""

    def __init__(self) -> None:
        self.accepted: list[tuple[list[str], Message]] = []
        self.answers: dict[str, str] = {}
        self.data_answer = "250 OK"

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        answer = self.answers.get(address, "250 OK")
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        if self.data_answer.startswith("250"):
            content = envelope.content
            assert isinstance(content, bytes)
            self.accepted.append((list(envelope.rcpt_tos), email.message_from_bytes(content)))
        return self.data_answer


@contextmanager
def speaking_to(settings: Settings, port: int) -> Iterator[None]:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
    settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
    settings.EMAIL_TIMEOUT = 3
    yield


def free_port() -> int:
    """Find a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@pytest.fixture
def server(settings: Settings) -> Iterator[Server]:
    handler = Server()
    port = free_port()
    controller = Controller(handler, hostname="127.0.0.1", port=port)
    controller.start()
    with speaking_to(settings, port):
        yield handler
    controller.stop()


@pytest.fixture
def dying_server(settings: Settings) -> Iterator[list[bytes]]:
    """A server that takes the whole mail and dies before it says so."""
    taken: list[bytes] = []

    class Dying(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            self.wfile.write(b"220 dying\r\n")
            while line := self.rfile.readline():
                if line.upper().startswith(b"DATA"):
                    self.wfile.write(b"354 go on\r\n")
                    lines = iter(self.rfile.readline, b".\r\n")
                    taken.append(b"".join(itertools.takewhile(bool, lines)))
                    return
                self.wfile.write(b"250 OK\r\n")

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Dying) as dying:
        thread = threading.Thread(target=dying.serve_forever, daemon=True)
        thread.start()
        with speaking_to(settings, dying.server_address[1]):
            yield taken
        dying.shutdown()
        thread.join()


def clock_of(world: World) -> Callable[[], datetime]:
    return world.tick


def queued() -> tuple[World, Recipient, Notice]:
    world, recipient = recipient_at("receive_letter")
    return world, recipient, Notice.objects.get()


def deliver(world: World, notice: Notice) -> Notice:
    notices.deliver(notice_id=notice.pk, clock=clock_of(world))
    notice.refresh_from_db()
    return notice


# -- queued -----------------------------------------------------------------------------------


def test_the_deed_queues_the_mail_by_its_id_alone() -> None:
    _world, _recipient, notice = queued()
    task = OrmQ.objects.get().task
    assert task["func"] == "requests_app.management.jobs.send_notice"
    assert task["args"] == (notice.pk,)
    assert "{tautan}" in notice.text


def test_a_refused_deed_queues_nothing() -> None:
    world, data_request = data_request_at("send_letter")
    recipient = data_request.recipients.get()
    from_staff = world.actor(Role.STAFF)
    for changes in ({"text": "tanpa tautan"}, {"sent_to": "bukan alamat"}):
        with pytest.raises(Incomplete):
            notices_send(world, recipient, from_staff, **changes)
    assert not Notice.objects.exists()
    assert not OrmQ.objects.exists()
    recipient.refresh_from_db()
    assert recipient.state == "send_letter"


def notices_send(world: World, recipient: Recipient, actor: Any, **changes: Any) -> None:
    sending.send_letter(
        subject=recipient, dispatch=mail_to(recipient, **changes), actor=actor, at=world.tick()
    )


# -- accepted ---------------------------------------------------------------------------------


def test_an_accepted_letter_carries_pdf_and_link_and_starts_row_7(server: Server) -> None:
    world, recipient, notice = queued()
    deliver(world, notice)
    ((recipients, mail),) = server.accepted
    assert recipients == [recipient.data_owner.email]
    assert mail["Message-ID"] == notice.message_id
    link = recipient.live_link()
    assert link is not None
    text, attachment = mail.get_payload()
    body = text.get_payload(decode=True).decode()
    assert sharing.url_of(link) in body
    assert world.notes[f"code:{recipient.pk}"] not in str(mail)
    assert sharing.token_of(link) not in str(mail["Subject"])
    document = recipient.signed_letter()
    assert document is not None
    with document.file.open("rb") as stored:
        assert attachment.get_payload(decode=True) == stored.read()
    recipient.refresh_from_db()
    assert notice.status == Notice.Status.SENT
    assert recipient.sent_at == notice.sent_at
    assert recipient.due_at == notice.sent_at + timedelta(minutes=30)
    recipient.data_request.refresh_from_db()
    assert recipient.data_request.due_at == recipient.due_at
    entry = AuditEntry.objects.get(deed="letter_sent")
    assert (entry.actor_name, entry.kind) == ("Sistem", "notes")


def test_an_arrived_mail_leaves_open_pages_good(server: Server) -> None:
    world, recipient, notice = queued()
    before = recipient.version
    deliver(world, notice)
    recipient.refresh_from_db()
    assert recipient.version == before


def test_a_mail_goes_out_once(server: Server) -> None:
    world, _recipient, notice = queued()
    for _time in range(3):
        deliver(world, notice)
    assert len(server.accepted) == 1


def test_a_copy_that_is_refused_does_not_hold_the_letter_up(server: Server) -> None:
    world, data_request = data_request_at("send_letter")
    recipient = data_request.recipients.get()
    server.answers["arsip@contoh.test"] = "550 no such user"
    notices_send(world, recipient, world.actor(Role.STAFF), cc="arsip@contoh.test, b@contoh.test")
    notice = deliver(world, Notice.objects.get())
    assert notice.status == Notice.Status.SENT
    assert [to for to, _mail in server.accepted] == [
        [recipient.data_owner.email],
        ["b@contoh.test"],
    ]


def test_what_happened_while_the_mail_was_under_way_stands_before_it(server: Server) -> None:
    world, recipient, notice = queued()
    early = world.now
    world.tick(5)
    sharing.renew_code(recipient=recipient, actor=world.actor(Role.STAFF), at=world.now)
    notices.deliver(notice_id=notice.pk, clock=lambda: early)
    entry = AuditEntry.objects.get(deed="letter_sent")
    assert entry.at == world.now
    recipient.refresh_from_db()
    assert recipient.sent_at == early


# -- refused, delayed, dead -------------------------------------------------------------------


def test_a_refused_address_fails_at_once_and_says_why(server: Server) -> None:
    world, recipient, notice = queued()
    server.answers[recipient.data_owner.email] = "550 5.1.1 no such user"
    deliver(world, notice)
    assert notice.status == Notice.Status.FAILED
    assert "no such user" in notice.last_error
    recipient.refresh_from_db()
    assert recipient.sent_at is None


def test_a_delay_is_tried_again_five_times_and_then_has_failed(server: Server) -> None:
    world, recipient, notice = queued()
    server.answers[recipient.data_owner.email] = "451 come back later"
    for tries in range(1, notices.MAXIMUM_TRIES + 1):
        deliver(world, notice)
        assert notice.tries == tries
    assert notice.status == Notice.Status.FAILED
    assert deliver(world, notice).tries == notices.MAXIMUM_TRIES


def test_a_delay_that_ends_is_no_failure(server: Server) -> None:
    world, _recipient, notice = queued()
    server.data_answer = "421 shutting down"
    deliver(world, notice)
    assert (notice.status, notice.tries) == (Notice.Status.QUEUED, 1)
    server.data_answer = "250 OK"
    deliver(world, notice)
    assert (notice.status, notice.last_error) == (Notice.Status.SENT, "")


def test_nobody_listening_is_a_delay(settings: Settings) -> None:
    world, _recipient, notice = queued()
    with speaking_to(settings, 1):
        deliver(world, notice)
    assert notice.status == Notice.Status.QUEUED
    assert "ConnectionRefusedError" in notice.last_error


def test_a_server_that_dies_after_the_mail_gets_the_same_message_id_again(
    dying_server: list[bytes],
) -> None:
    world, _recipient, notice = queued()
    deliver(world, notice)
    deliver(world, notice)
    assert notice.status == Notice.Status.QUEUED
    ids = {email.message_from_bytes(mail)["Message-ID"] for mail in dying_server}
    assert (len(dying_server), ids) == (2, {notice.message_id})


def test_a_try_is_counted_before_the_work(monkeypatch: pytest.MonkeyPatch) -> None:
    world, _recipient, notice = queued()

    def die(_notice: Notice) -> None:
        raise MemoryError

    monkeypatch.setattr(notices, "_send", die)
    for _time in range(7):
        try:
            notices.deliver(notice_id=notice.pk, clock=clock_of(world))
        except MemoryError:
            continue
    notice.refresh_from_db()
    assert (notice.tries, notice.status) == (notices.MAXIMUM_TRIES, Notice.Status.FAILED)


def test_a_mail_whose_link_was_revoked_meanwhile_is_not_sent(server: Server) -> None:
    world, recipient, notice = queued()
    sharing.issue_link(recipient=recipient, actor=world.actor(Role.STAFF), at=world.tick())
    deliver(world, notice)
    assert notice.status == Notice.Status.FAILED
    assert not server.accepted


# -- the net ----------------------------------------------------------------------------------


def test_the_net_waits_a_minute_and_then_longer_and_longer() -> None:
    _world, _recipient, notice = queued()
    made_at = notice.made_at
    assert notices.due(at=made_at + timedelta(seconds=59)) == []
    assert notices.due(at=made_at + timedelta(minutes=1)) == [notice.pk]
    Notice.objects.update(tries=3)
    assert notices.due(at=made_at + timedelta(minutes=19)) == []
    assert notices.due(at=made_at + timedelta(minutes=20)) == [notice.pk]
    Notice.objects.update(status="failed")
    assert notices.due(at=made_at + timedelta(days=1)) == []


def test_a_crash_between_mail_and_clock_is_healed(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    world, recipient, notice = queued()

    def crash(_notice: Notice) -> None:
        raise SystemExit

    with monkeypatch.context() as patched:
        patched.setattr(notices, "mark_sent", crash)
        with pytest.raises(SystemExit):
            notices.deliver(notice_id=notice.pk, clock=clock_of(world))
    assert [one.pk for one in notices.sent_unmarked()] == [notice.pk]
    notices.mark_sent(notices.sent_unmarked()[0])
    recipient.refresh_from_db()
    notice.refresh_from_db()
    assert recipient.sent_at == notice.sent_at
    assert notices.sent_unmarked() == []


def test_a_receipt_goes_to_the_directory_and_nowhere_else(server: Server) -> None:
    world, recipient = recipient_at("process_request")
    notice = Notice.objects.get(kind="receipt")
    assert notice.address == recipient.data_owner.email
    deliver(world, notice)
    ((_to, mail),) = server.accepted
    assert "Tanda terima surat" in str(
        email.header.make_header(email.header.decode_header(mail["Subject"]))
    )
