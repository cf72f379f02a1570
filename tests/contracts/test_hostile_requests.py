"""What does the owner's door answer to 10,000 requests that no browser of ours would send?

Drawn from a fixed seed: every address of the door and behind it, every method, broken bodies, nasty
strings in every field. No request may end in a 500, move a recipient, write by looking, or bring
what was typed back as markup.
"""

import io
import random
from collections import Counter
from collections.abc import Iterator
from typing import Any, Final

import pytest
from django.core.cache import cache
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, reverse

from requests_app.models import Recipient
from requests_app.web.urls import urlpatterns
from tests.contracts.conftest import writes
from tests.factories import recipient_at
from tests.web.doors import as_owner, at_work, downloaded

pytestmark = pytest.mark.django_db

REQUESTS: Final = 10_000
SHARE_OF_STRANGERS: Final = 0.7
"""Of all requests; the rest comes from a browser that has opened the link with its code."""
METHODS: Final = ("GET",) * 4 + ("POST",) * 8 + ("HEAD", "PUT", "PATCH", "DELETE", "OPTIONS")
MARK: Final = "<script>alert('q7')</script>"
NASTY: Final = (
    MARK,
    f'"><img src=x onerror="{MARK}">',
    "{{ settings.SECRET_KEY }}{% debug %}{u.__init__.__globals__}",
    "' OR 1=1; DROP TABLE requests_app_recipient; --",
    "\x00",
    "a\x00b",
    "\ud800",
    "\u202e\u2066gpj.exe",
    "../../../../etc/passwd",
    "..\\..\\boot.ini",
    "%2e%2e%2f%00",
    "=cmd|' /C calc'!A0",
    "9" * 400,
    "-1",
    "1e309",
    "NaN",
    "0001-01-01",
    "9999-12-31",
    "31-02-2026",
    "\r\nSet-Cookie: a=b",
    "😀" * 300,
    "Ω≈ç√∫µ≤≥÷ ด้้้้้็็็็็้้้้้",
    "x" * 20_000,
    " ",
    "",
)
DEEDS: Final = (
    "receive_letter",
    "deliver_data",
    "sign_letter",
    "return:process_request",
    "behalf:receive_letter",
    "cancel",
    "__class__",
    *NASTY[:6],
)
FIELDS: Final = (
    "deed",
    "save",
    "version",
    "code",
    "name",
    "title",
    "phone",
    "email",
    "message",
    "item",
    "file",
    "days",
    "ground",
    "note",
    "press",
    "form_key",
    "owner_letter_date",
    "add_row",
)
FILES: Final = (b"", b"%PDF-1.7", b"PK\x03\x04", b"MZ" * 50, b"<svg onload=alert(1)>", b"\x00" * 99)
INLINE: Final = {"text/html", "application/json", "text/plain", "image/webp", "text/css"}
"""What may be shown in a browser window: pages and pictures that we have made."""


class Hostility:
    """Draws requests; the same ones in every run."""

    def __init__(self, recipient: Recipient) -> None:
        self.draw = random.Random(5)  # noqa: S311  (the same requests in every run, not a secret)
        self.recipient, self.states = recipient, _states(recipient)
        self.behind = sorted(self._addresses())
        items = recipient.asked_items().values_list("pk", flat=True)
        parts = ("availability", "reason", "ground", "note", "source", "promised_on", "uploads")
        self.fields = [*FIELDS, *(f"item-{item}-{part}" for item in items for part in parts)]

    def _addresses(self) -> Iterator[str]:
        """List every address behind the door, with what stands in its place of an id."""
        for pattern in urlpatterns:
            if not isinstance(pattern, URLPattern) or not str(pattern.name).startswith("owner_"):
                continue
            if "public_id" not in pattern.pattern.converters:
                continue
            places = {
                "segment": "7a",
                "code": "TT-1",
                "number": 1,
                "file_id": self.recipient.public_id,
            }
            named = {name: places[name] for name in pattern.pattern.converters if name in places}
            yield reverse(
                f"web:{pattern.name}", kwargs={"public_id": self.recipient.public_id, **named}
            )

    def address(self, *, of_a_stranger: bool) -> str:
        """Draw an address: of the door, behind it, or one that nobody made."""
        kind = self.draw.random()
        if of_a_stranger and kind < 0.5:
            token = self.draw.choice(["A" * 43, "a" * 200, "%00", "..%2f", "😀", "=" * 43])
            return f"/t/{token}{self.draw.randrange(10**6)}/"
        if kind < 0.6:
            return "/jawab/"
        found = self.draw.choice(self.behind)
        if self.draw.random() < 0.2:
            found = found.replace("7a", self.draw.choice(["7", "7b", "8", "12", "0", "x" * 300]))
        if self.draw.random() < 0.2:
            found += "?" + self.draw.choice(
                ["halaman=-1", "x=%00", "a[]=1&a[]=2", "%ff=%fe", "q" * 3000]
            )
        return found

    def body(self) -> dict[str, Any]:
        """Draw what is sent: as fields and files, as bytes that are none, or as nothing."""
        kind = self.draw.random()
        if kind < 0.1:
            return {
                "data": self.draw.randbytes(64),
                "content_type": "multipart/form-data; boundary=x",
            }
        if kind < 0.15:
            return {
                "data": b"--x\r\nContent-Disp",
                "content_type": "multipart/form-data; boundary=x",
            }
        if kind < 0.2:
            odd = self.draw.choice(["application/json", "text/xml", "x/y", "multipart/form-data"])
            return {"data": b'{"deed":', "content_type": odd}
        if kind < 0.25:
            form = "application/x-www-form-urlencoded"
            return {"data": b"deed=%ff%fe&deed=b&=&&%00=%00&code=%C0%80", "content_type": form}
        fields = self.draw.sample(self.fields, k=self.draw.randint(0, 6))
        posted: dict[str, Any] = {field: self._value(field) for field in fields}
        if self.draw.random() < 0.5:
            posted["deed"] = self.draw.choice(DEEDS)
        if self.draw.random() < 0.5:
            posted["version"] = self.recipient.version
        return {"data": posted}

    def _value(self, field: str) -> Any:
        if field == "file" or field.endswith("uploads"):
            name = self.draw.choice(
                ["a.pdf", "../../a.xlsx", "a\u202efdp.exe", "x" * 300 + ".csv", "."]
            )
            file = io.BytesIO(self.draw.choice(FILES))
            file.name = name
            return file
        words = [self.draw.choice(NASTY) for _word in range(self.draw.choice([1, 1, 1, 3]))]
        return "".join(words).encode("utf-8", "replace").decode()


@pytest.fixture
def _clock(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let the story play in November 2026, before a door where nobody has knocked."""
    monkeypatch.setattr("requests_app.web.access.CLOCK_TOLERANCE_SECONDS", float("inf"))
    cache.clear()
    yield
    cache.clear()


@pytest.mark.usefixtures("_clock")
def test_ten_thousand_hostile_requests_move_nothing() -> None:
    world, recipient = recipient_at("process_request", recipients=2)
    owner = as_owner(world, recipient)
    hostility = Hostility(recipient)
    answered: Counter[int] = Counter()
    with at_work(world):
        for number in range(REQUESTS):
            of_a_stranger = hostility.draw.random() < SHARE_OF_STRANGERS
            client = Client() if of_a_stranger else owner
            answered[_one(client, hostility, number, of_a_stranger)] += 1
    assert sum(answered.values()) == REQUESTS
    # not only the door kept them out: pages were shown, words taken, and the rest refused in words
    assert {200, 302, 400, 404, 405, 409, 422} <= set(answered), answered


def _one(client: Client, hostility: Hostility, number: int, of_a_stranger: bool) -> int:
    """Send one request, look at the answer, and undo what it may have kept."""
    method = hostility.draw.choice(METHODS)
    address = hostility.address(of_a_stranger=of_a_stranger)
    body = hostility.body() if method in {"POST", "PUT", "PATCH"} else {}
    if method in {"PUT", "PATCH"}:
        body = {"data": b"deed=receive_letter", "content_type": "application/x-www-form-urlencoded"}
    stranger = {"REMOTE_ADDR": f"10.{number % 7}.{number // 200 % 250}.7"} if of_a_stranger else {}
    what = f"#{number} {method} {address[:120]} {str(body)[:300]}"
    looks = method in {"GET", "HEAD", "OPTIONS"}
    written = writes() if looks else {}
    point = transaction.savepoint()
    answer = getattr(client, method.lower())(address, **body, **stranger)
    if looks:
        assert writes() == written, what
    assert _states(hostility.recipient) == hostility.states, what
    transaction.savepoint_rollback(point)
    _look_at(answer, what)
    return int(answer.status_code)


def _look_at(answer: Any, what: str) -> None:
    """See that nothing broke, and that nothing foreign is shown in the browser's window."""
    assert answer.status_code < 500, what
    shown = answer.headers.get("Content-Type", "").partition(";")[0]
    attached = answer.headers.get("Content-Disposition", "").startswith("attachment")
    assert shown in INLINE or attached or not shown or shown == "application/pdf", (what, shown)
    content = downloaded(answer) if answer.streaming else answer.content
    assert MARK.encode() not in content, what


def _states(recipient: Recipient) -> list[tuple[str, str]]:
    """Tell where the request and all its recipients stand."""
    found = Recipient.objects.filter(data_request=recipient.data_request_id).order_by("pk")
    return list(found.values_list("state", "data_request__state"))
