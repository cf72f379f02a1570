"""Is one page sent twice one press, and everything else another one?"""

from dataclasses import replace
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import RequestFactory

from requests_app.sop.roles import Actor, Capacity, Role
from requests_app.web.presses import press_of

STAFF = Actor(
    name="Staf Contoh", role=Role.STAFF, capacity=Capacity.DEFINITIVE, office_id=1, user_id=1
)
TYPED = {"version": "7", "deed": "add_use", "purpose": "Bahan rapat", "items": ["1", "2"]}
ADDRESS = "/permohonan/1/langkah/11/"


def press(*, address: str = ADDRESS, actor: Actor = STAFF, **changes: Any) -> str:
    return press_of(RequestFactory().post(address, {**TYPED, **changes}), actor=actor)


def upload(content: bytes, name: str = "daftar.csv") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def test_the_same_page_sent_twice_is_one_press():
    assert press() == press()
    assert press(files=upload(b"a")) == press(files=upload(b"a"))


def test_the_token_of_the_page_does_not_matter():
    assert press(csrfmiddlewaretoken="a") == press(csrfmiddlewaretoken="b") == press()


def test_other_words_another_page_or_another_person_is_another_press():
    others = [
        press(purpose="Bahan paparan"),
        press(items=["1"]),
        press(version="8"),
        press(deed="state_non_use"),
        press(address="/permohonan/2/langkah/11/"),
        press(actor=replace(STAFF, user_id=2)),
        press(files=upload(b"a")),
        press(files=upload(b"b")),
        press(files=upload(b"a", "peta.csv")),
    ]
    assert len({press(), *others}) == len(others) + 1


def test_without_a_version_there_is_no_page_and_no_press():
    assert press(version="") == ""
    assert press_of(RequestFactory().post("/", {}), actor=STAFF) == ""


def test_a_file_can_still_be_read_afterwards():
    request = RequestFactory().post(ADDRESS, {**TYPED, "files": upload(b"isi")})
    press_of(request, actor=STAFF)
    request.FILES["files"].seek(0)
    assert request.FILES["files"].read() == b"isi"


def test_a_password_is_no_part_of_a_press():
    for name in ("password", "new_password1", "sign-password", "oldPassword"):
        assert press(**{name: "rahasia"}) == press(**{name: "lain"}) == press()


def test_what_is_kept_tells_nothing_of_what_was_posted():
    kept = press(password="rahasia")
    assert len(kept) == 64
    assert "rahasia" not in kept
