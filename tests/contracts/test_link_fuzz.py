"""What does the owner's door make of requests that no page of ours would send?

Thousands of them, each from a seed of its own: strange methods, paths, fields, bodies, names of
files. None may break the house, none that only looks may change a row, and nothing foreign may be
shown as a page. `LINK_FUZZ` says how many; `make test` takes few, and the long set ten thousand.
"""

import os
import random
from collections import Counter
from collections.abc import Iterator
from typing import Any, Final
from uuid import UUID

import pytest
import time_machine
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart

from tests.contracts.conftest import fingerprint, undo, writes
from tests.contracts.test_link_life import DOOR, Holder, owner_addresses
from tests.web.doors import as_owner, downloaded, owner_url

pytestmark = pytest.mark.django_db

REQUESTS: Final = int(os.environ.get("LINK_FUZZ", "400"))
LOOKING: Final = ("GET", "HEAD", "OPTIONS")
METHODS: Final = (*LOOKING, "POST", "POST", "POST", "POST", "PUT", "PATCH", "DELETE", "TRACE", "X")
DEEDS: Final = (
    *("receive_letter", "process_request", "deliver_data", "decline", "send_letter", "cancel"),
    *("return:process_request", "", "x" * 300, "\x00", "__class__"),
)
FIELDS: Final = (
    *("deed", "save", "add_row", "version", "code", "name", "title", "phone", "address", "message"),
    *("note", "ground", "reason", "is_meant", "owner_letter_number", "owner_letter_date", "file"),
    *("item-{}-availability", "item-{}-uploads", "item-{}-ground", "question-{}", "overwrite"),
    *("form_key", "question", "item", "days", "form-TOTAL_FORMS", "csrfmiddlewaretoken"),
)
WORDS: Final = (
    *("", "0", "1", "-1", "9" * 40, "1e309", "NaN", "1.250", "on", "true", "available", "None"),
    *("\x00", "\u202etxt.exe", "👩‍👩‍👧", "A" * 70_000, "é" * 500, "\ud83d", "\u0000\u0001", "٣"),
    *("' OR 1=1 --", "<script>alert(1)</script>", "{{ settings.SECRET_KEY }}", "{tautan}"),
    *(
        "../../../etc/passwd",
        "..\\..\\x",
        "%00",
        "=1+1",
        "2026-13-45",
        "31-12-2026",
        "\r\nX-Evil: 1",
    ),
)
TYPES: Final = (
    *("application/json", "text/plain", "multipart/form-data", "application/xml", "", "x" * 200),
    *("multipart/form-data; boundary=", "application/x-www-form-urlencoded; charset=utf-7"),
    *("multipart/form-data; boundary=\x01", "text/html; charset=no-such-charset"),
)
SHOWN: Final = {"", "text/html", "text/plain", "application/json", "application/pdf", "image/webp"}
"""What a browser may show in its window: nothing, and pages, papers and pictures of our making."""
HEADERS: Final[tuple[dict[str, str], ...]] = (
    {},
    {"user-agent": "\x00" * 5 + "A" * 9_000},
    {"x-forwarded-for": "1.2.3.4, nonsense, ::1"},
    {"accept-language": "xx-" * 200},
    {"range": "bytes=0-,5-3,-9999999999999999999"},
    {"if-modified-since": "yesterday"},
    {"hx-request": "true"},
    {"x-requested-with": "XMLHttpRequest", "accept": "application/json"},
    {"content-encoding": "gzip"},
    {"cookie": "sessionid=" + "%00" * 100},
)


@pytest.fixture(autouse=True)
def _a_quiet_door(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr("requests_app.web.access.CLOCK_TOLERANCE_SECONDS", float("inf"))
    cache.clear()
    yield
    cache.clear()


class Vandal:
    """Somebody who sends what no page of ours sends, the same for the same seed."""

    def __init__(self, holder: Holder, addresses: list[str]) -> None:
        self.holder, self.addresses = holder, addresses
        self.dice = random.Random()  # noqa: S311  # chance that can be repeated is wanted

    def request(self, seed: int) -> dict[str, Any]:
        """Make up one request."""
        self.dice.seed(seed)
        method = self.dice.choice(METHODS)
        made: dict[str, Any] = {"method": method, "path": self._path()}
        if method not in LOOKING:
            made["data"], made["content_type"] = self._body()
        made["headers"] = self.dice.choice(HEADERS) if self.dice.random() < 0.3 else {}
        if self.dice.random() < 0.3:
            made["query_params"] = {self._field(): self._word().encode(errors="surrogatepass")}
        return made

    def _path(self) -> str:
        path = self.dice.choice(self.addresses)
        if self.dice.random() < 0.6:
            return path
        parts = path.strip("/").split("/")
        place = self.dice.randrange(len(parts))
        other = (str(UUID(int=self.dice.getrandbits(128), version=4)), "99999999999", "13")
        parts[place] = self.dice.choice((*other, "%00", "%2e%2e", "%ff", "a" * 3_000, "é", "-"))
        return f"/{'/'.join(parts)}{self.dice.choice(('/', '', '//'))}"

    def _body(self) -> tuple[bytes, str]:
        fields = {self._field(): self._word() for _field in range(self.dice.randrange(8))}
        fields["deed"] = self.dice.choice(DEEDS)
        if self.dice.random() < 0.5:
            fields["version"] = str(self.holder.recipient.version)
        kind = self.dice.randrange(5)
        if kind == 0:
            return self.dice.randbytes(self.dice.randrange(2_000)), self.dice.choice(TYPES)
        if kind == 1:
            whole = self._form(fields)
            return whole[: self.dice.randrange(len(whole))], MULTIPART_CONTENT
        if kind == 2:
            crooked = b"deed=%ff%fe&version=%&&=&a=\xff\xfe&" + self.dice.randbytes(50)
            return crooked, "application/x-www-form-urlencoded"
        return self._form(fields), MULTIPART_CONTENT

    def _form(self, fields: dict[str, Any]) -> bytes:
        if self.dice.random() < 0.4:
            name = self.dice.choice(("../../etc/passwd", "\u202efdp.exe", "n" * 300, "a\r\nb.csv"))
            content = self.dice.randbytes(self.dice.randrange(3_000))
            fields[self._field()] = SimpleUploadedFile(name, content)
        safe = {
            name: word.encode(errors="surrogatepass") if isinstance(word, str) else word
            for name, word in fields.items()
        }
        return encode_multipart(BOUNDARY, safe)

    def _field(self) -> str:
        name = self.dice.choice(FIELDS)
        items = [item.pk for item in self.holder.recipient.items()]
        return name.format(self.dice.choice((*items, 0, 10**30)))

    def _word(self) -> str:
        return self.dice.choice(WORDS)


def test_nothing_that_is_sent_to_the_door_breaks_the_house() -> None:
    holder = Holder("process_request", recipients=2)
    other = holder.recipient.data_request.recipients.get(number=2)
    with time_machine.travel(holder.world.tick(), tick=False):
        clients = {
            "inside": as_owner(holder.world, holder.recipient),
            "at the door": holder.knock(),
            "stranger": Client(),
        }
        for client in clients.values():
            client.raise_request_exception = False
        addresses = [*owner_addresses(holder), DOOR, owner_url(other), owner_url(other, "7a")]
        vandal = Vandal(holder, addresses)
        statuses: Counter[int] = Counter()
        before = fingerprint()
        for seed in range(REQUESTS):
            who = tuple(clients)[seed % len(clients)]
            status, changed = send(clients[who], vandal.request(seed))
            statuses[status] += 1
            assert status < 500, (seed, who, vandal.request(seed))
            looks = vandal.request(seed)["method"] in LOOKING
            assert not (looks and changed), (seed, who, changed, vandal.request(seed))
        assert fingerprint() == before
    # what was sent was not all turned away at once
    assert {200, 302, 404, 405, 409, 422} <= statuses.keys(), statuses


def send(client: Client, made: dict[str, Any]) -> tuple[int, list[str]]:
    """Send a request and take back all it did; tell its status and the tables it wrote to."""
    cookies = client.cookies.copy()
    made = dict(made)
    point = transaction.savepoint()
    before = writes()
    path, method = made.pop("path"), made.pop("method")
    answer = client.generic(method, path, **made)
    content = downloaded(answer) if answer.streaming else answer.content
    kind = answer.headers.get("Content-Type", "").partition(";")[0]
    attached = answer.headers.get("Content-Disposition", "").startswith("attachment")
    assert attached or kind in SHOWN, (method, path, kind)
    assert b"<script>alert" not in content, (method, path)
    written = [table for table, count in writes().items() if count != before.get(table, 0)]
    undo(point)
    client.cookies = cookies
    return answer.status_code, written
