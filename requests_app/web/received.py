"""How is what an owner has sent laid out for staff: files with facts, and the rounds so far?"""

from collections.abc import Iterable, Iterator
from typing import Any, Final

from django.urls import reverse
from django.utils.translation import gettext as _

from requests_app.documents.wording import working_days
from requests_app.models import AuditEntry, DataFile, Recipient
from requests_app.services import intake, supplements
from requests_app.services.answers import Sheet
from requests_app.web import presenters
from requests_app.web.file_facts import check_in_words, facts_in_words, missing_columns
from requests_app.web.owner_view import answered_row, file_row
from requests_app.web.previews import preview_url

ROUND_DEEDS: Final = {
    "deliver_data": ("ok", "inbox"),
    supplements.DEED: ("ok", "inbox"),
    "return:process_request": ("warn", "arrow-return-left"),
    "return:receive_data": ("warn", "arrow-return-left"),
    "receive_data": ("ok", "check-lg"),
}
"""What makes a round of sending and checking, with tone and icon of its event."""
SENDINGS: Final = {"deliver_data", supplements.DEED}


def file_url(data_file: DataFile) -> str:
    """Give the address where the purpose of opening a file is asked."""
    return reverse("web:open_file", args=[data_file.public_id])


def received_rows(sheet: Sheet) -> list[dict[str, Any]]:
    """Tell each item with its answer, and its files with all that is known without opening them."""
    twins = _twins_of([file for one in sheet.items for file in one.files])
    blank = None if sheet.form is None else sheet.form.template_file
    return [
        {
            **answered_row(one, hrefs=file_url),
            "files": [received_file(file, twins.get(file.pk, "")) for file in one.files],
            "missing": missing_columns(one.files, blank),
        }
        for one in sheet.items
    ]


def received_file(data_file: DataFile, twin: str = "") -> dict[str, Any]:
    """Tell one file for `components/file_item.html`; one that is closed cannot be looked into."""
    closed = intake.why_closed(data_file)
    return {
        **file_row(data_file, href=file_url(data_file)),
        "verdict": "",
        "facts": [*facts_in_words(data_file), check_in_words(data_file)],
        "warnings": [one for one in (closed or data_file.warning, twin) if one],
        "view": "" if closed else f"view-{data_file.public_id}",
        "view_url": preview_url(data_file),
    }


def rounds_of(recipient: Recipient) -> list[dict[str, Any]]:
    """Tell what was sent and what was asked again, when and by whom, the newest first."""
    entries = AuditEntry.objects.filter(
        data_request_id=recipient.data_request_id,
        recipient_id=recipient.pk,
        deed__in=ROUND_DEEDS,
    )
    return [_round_event(entry) for entry in entries.order_by("-sequence")]


def _round_event(entry: AuditEntry) -> dict[str, Any]:
    tone, icon = ROUND_DEEDS[entry.deed]
    return {
        "at": entry.at,
        "what": _what(entry),
        "who": entry.by_whom,
        "note": "\n".join(_notes(entry)),
        "tone": tone,
        "icon": icon,
    }


def _what(entry: AuditEntry) -> str:
    days = entry.facts.get("days")
    if entry.deed == "return:process_request" and days:
        return _("Perbaikan diminta, tenggat {lama}").format(lama=working_days(days))
    if entry.deed == "deliver_data":
        return _("Data dikirim, putaran {n}").format(n=entry.facts.get("round", 1))
    return presenters.told(entry)


def _notes(entry: AuditEntry) -> Iterable[str]:
    if entry.deed in SENDINGS:
        return (one["name"] for one in entry.facts.get("files", ()))
    return entry.facts.get("flagged") or ([entry.reason] if entry.reason else [])


def _twins_of(files: list[DataFile]) -> dict[int, str]:
    """Say of each file where the same bytes have come in before, in this office."""
    if not files:
        return {}
    hashes = {file.sha256 for file in files}
    known = DataFile.objects.filter(
        office=files[0].office_id, kind=DataFile.Kind.DELIVERY, sha256__in=hashes
    ).select_related("recipient__data_owner")
    by_hash: dict[str, list[DataFile]] = {}
    for one in known.order_by("pk"):
        by_hash.setdefault(one.sha256, []).append(one)
    return dict(_told_twins(files, by_hash))


def _told_twins(
    files: Iterable[DataFile], by_hash: dict[str, list[DataFile]]
) -> Iterator[tuple[int, str]]:
    for file in files:
        older = [one for one in by_hash[file.sha256] if one.pk < file.pk]
        if older:
            owner = "" if older[0].recipient is None else older[0].recipient.data_owner.name
            yield (
                file.pk,
                _("Isinya sama dengan {nama} dari {pemilik}, {tanggal}.").format(
                    nama=older[0].name, pemilik=owner, tanggal=f"{older[0].stored_at:%d-%m-%Y}"
                ),
            )
