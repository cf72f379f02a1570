"""What was made of the received data, and who used it for what? SOP rows 10 and 11.

The ledger of uses is append-only: what was written wrongly is struck by a later line with a reason.
Only lines of the ledger count as use; who merely opened a file is offered as a suggestion.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from django.contrib.postgres.expressions import ArraySubquery
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import OuterRef, Prefetch, prefetch_related_objects
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from requests_app.documents.glyphs import missing_glyphs
from requests_app.models import (
    AuditEntry,
    DataFile,
    DataRequest,
    DataUse,
    FileAccess,
    ItemAnswer,
    ProcessingResult,
    Recipient,
    RegisterEntry,
    RequestedItem,
)
from requests_app.services import intake, supplements
from requests_app.services.deeds import PREPARED
from requests_app.services.workflow import (
    Incomplete,
    NotReady,
    editing,
    note,
    perform,
    require_reason,
)
from requests_app.sop.roles import Actor, Role
from requests_app.sop.steps import RECORDED

HELPERS: Final = (Role.STAFF,)
"""Staff may type the ledger of row 11 and the draft of row 12; only the row's role completes."""
NO_OUTPUT: Final = gettext_lazy("Unggah berkas hasil, atau tulis isi hasil.")


@dataclass(frozen=True, kw_only=True)
class ResultText:
    """What was typed about a result; `used_as_is` makes of `method` the reason for it.

    `notes` are the result itself in words, for one that stands in no file.
    """

    title: str
    method: str
    notes: str = ""
    used_as_is: bool = False


@dataclass(frozen=True, kw_only=True)
class UseText:
    """What was typed about a use."""

    purpose: str
    used_by: str
    used_on: date
    product: str = ""
    shared_with: str = ""


@dataclass(frozen=True, kw_only=True)
class Suggestion:
    """Somebody opened files for a purpose on a day: perhaps a use, if the ledger says so."""

    access: FileAccess
    on: date
    items: tuple[RequestedItem, ...]


# -- row 10 -----------------------------------------------------------------------------------


def sources_of(data_request: DataRequest) -> list[RegisterEntry]:
    """List the standing lines of the register from which results may be made."""
    return data_request.kept("sources", lambda: _sources_of(data_request))


def _sources_of(data_request: DataRequest) -> list[RegisterEntry]:
    standing = data_request.standing_lines()
    lines = [line for line in standing if line.recipient.state == RECORDED]
    given = Prefetch("delivery__answers", ItemAnswer.objects.with_data())
    prefetch_related_objects(lines, given)
    for line in lines:
        line.recipient.data_request = data_request
    return sorted(lines, key=lambda line: line.recipient.number)


def items_of(lines: Iterable[RegisterEntry]) -> list[RequestedItem]:
    """List the items of which something was given, in order."""
    answers = (answer for line in lines for answer in line.delivery.answers.all())
    given = {answer.item for answer in answers if answer.gives_data}
    return sorted(given, key=lambda item: item.position)


def files_of(entry: RegisterEntry) -> list[DataFile]:
    """List the files behind a line of the register."""
    found = {file for answer in entry.delivery.answers.all() for file in answer.files.all()}
    return sorted(found, key=lambda file: file.pk)


def add_result(
    *,
    subject: DataRequest,
    text: ResultText,
    entries: Iterable[int],
    actor: Actor,
    at: datetime,
    version: int | None = None,
    sources: Iterable[int] = (),
    uploads: "Sequence[UploadedFile[Any]]" = (),
) -> ProcessingResult:
    """Keep a result with the lines of the register and the files that it was made from.

    `entries` and `sources` are keys of `sources_of` and `files_of`; others are refused. So is a
    result without a source, without a method, or with neither a file nor words to show for it
    (SOP row 10: its output); data used as it came needs a reason and no more.
    """
    with editing(
        subject=subject, row="process_data", actor=actor, at=at, version=version
    ) as locked:
        chosen = _chosen_entries(locked, entries)
        result = _write_result(locked, text, actor, at)
        _refuse_no_output(text, uploads)
        result.entries.set(chosen)
        result.sources.set(_chosen_files(chosen, sources))
        result.files.set(
            intake.take_file(
                upload=upload,
                data_request=locked,
                kind=DataFile.Kind.RESULT,
                actor=actor,
                at=at,
            )
            for upload in uploads
        )
        note(
            subject=locked,
            deed="add_result",
            actor=actor,
            at=at,
            record={
                "result": result.pk,
                "title": result.title,
                "sources": [entry.number.text for entry in chosen],
                "files": [file.sha256 for file in result.files.all()],
            },
        )
    return result


def _refuse_no_output(text: ResultText, uploads: "Sequence[UploadedFile[Any]]") -> None:
    if not (uploads or text.notes.strip() or text.used_as_is):
        raise Incomplete(NO_OUTPUT)


def _write_result(
    data_request: DataRequest, text: ResultText, actor: Actor, at: datetime
) -> ProcessingResult:
    title = text.title.strip() or (_("Data digunakan tanpa diolah") if text.used_as_is else "")
    if not title:
        raise Incomplete(_("Tulis judul hasil olah."))
    if text.used_as_is:
        require_reason(text.method)
    elif not text.method.strip():
        raise Incomplete(_("Tulis cara mengolah data."))
    refuse_unprintable(title, text.method, text.notes)
    return ProcessingResult.objects.create(
        data_request=data_request,
        title=title,
        used_as_is=text.used_as_is,
        method=text.method.strip(),
        notes=text.notes.strip(),
        made_by_id=actor.user_id,  # type: ignore[misc]  # row 10 is a person's
        made_at=at,
    )


def _chosen_entries(data_request: DataRequest, keys: Iterable[int]) -> list[RegisterEntry]:
    wanted = set(keys)
    found = [entry for entry in sources_of(data_request) if entry.pk in wanted]
    if not found or len(found) != len(wanted):
        raise Incomplete(_("Pilih paling sedikit satu sumber dari buku catatan."))
    return found


def _chosen_files(entries: Iterable[RegisterEntry], keys: Iterable[int]) -> list[DataFile]:
    wanted = set(keys)
    found = [file for entry in entries for file in files_of(entry) if file.pk in wanted]
    if {file.pk for file in found} != wanted:
        raise Incomplete(_("Pilih berkas dari sumber yang Anda centang."))
    return found


def withdraw_result(
    *,
    subject: DataRequest,
    result: int,
    reason: str,
    actor: Actor,
    at: datetime,
    version: int | None = None,
) -> ProcessingResult:
    """Take a result back; it stays, with the reason, and no longer counts."""
    with editing(
        subject=subject, row="process_data", actor=actor, at=at, version=version
    ) as locked:
        require_reason(reason)
        found = locked.results.live().filter(pk=result).first()
        if found is None:
            raise NotReady(_("Hasil olah ini sudah ditarik. Muat ulang halaman ini."))
        found.withdrawn_at, found.withdraw_reason = at, reason.strip()
        found.save(update_fields=["withdrawn_at", "withdraw_reason"])
        note(
            subject=locked,
            deed="withdraw_result",
            actor=actor,
            at=at,
            reason=reason.strip(),
            record={"result": found.pk, "title": found.title},
        )
    return found


def return_recipient(
    *,
    subject: DataRequest,
    recipient: int,
    reason: str,
    actor: Actor,
    at: datetime,
    version: int | None = None,
    items: Iterable[int] = (),
) -> AuditEntry:
    """Send a recorded recipient back to SOP row 8, because its data turned out bad.

    `recipient` is its key; `items` are the keys of the items that are wrong: their check is undone
    with the reason as its note, so that row 8 cannot close over them unread. What the owner has
    sent since is taken in with it.
    """
    with transaction.atomic():
        with editing(
            subject=subject, row="process_data", actor=actor, at=at, version=version
        ) as locked:
            found = locked.recipients.filter(pk=recipient, state=RECORDED).first()
            if found is None:
                raise Incomplete(_("Pilih pemilik data yang datanya bermasalah."))
            require_reason(reason)
            flagged = _flag(found, set(items), reason.strip())
        entry = perform(
            subject=found,
            deed="return:receive_data",
            actor=actor,
            at=at,
            reason=reason.strip(),
            record={"items": flagged} if flagged else {},
        )
        supplements.take_in(found, at=at)
        return entry


def _flag(recipient: Recipient, items: set[int], reason: str) -> list[str]:
    answers = [answer for answer in recipient.answers() if answer.item_id in items]
    if {answer.item_id for answer in answers} != items:
        raise Incomplete(_("Pilih data yang memang dikirim oleh pemilik data itu."))
    for answer in answers:
        answer.verdict, answer.verdict_note = ItemAnswer.Verdict.CORRECTION, reason
        answer.save(update_fields=["verdict", "verdict_note"])
    return [answer.item.name for answer in answers]


def process_data(
    *, subject: DataRequest, actor: Actor, at: datetime, version: int | None = None
) -> AuditEntry:
    """Complete SOP row 10; the entry names the results it rests on."""
    return perform(
        subject=subject,
        deed="process_data",
        actor=actor,
        at=at,
        version=version,
        record={"results": [result.title for result in subject.standing_results()]},
    )


# -- row 11 -----------------------------------------------------------------------------------


def add_use(
    *,
    subject: DataRequest,
    items: Iterable[int],
    text: UseText,
    actor: Actor,
    at: datetime,
    version: int | None = None,
    result: int | None = None,
) -> list[DataUse]:
    """Write a use into the ledger: one line for each item, all at once.

    Refused: no item, no purpose, nobody, a day in the future or before the data came, an item that
    was declared unused.
    """
    with _ledger(subject, actor, at, version) as locked:
        chosen = _chosen_items(locked, items)
        _refuse_text(text)
        _refuse_day(locked, chosen, text.used_on, at)
        _refuse_contradiction(locked, chosen, is_unused=False)
        source = None if result is None else locked.results.live().filter(pk=result).first()
        if result is not None and source is None:
            raise Incomplete(_("Pilih hasil olah dari permohonan ini."))
        lines = [
            DataUse.objects.create(
                **_line(locked, item, actor, at),
                result=source,
                purpose=text.purpose.strip(),
                used_by=text.used_by.strip(),
                used_on=text.used_on,
                product=text.product.strip(),
                shared_with=text.shared_with.strip(),
            )
            for item in chosen
        ]
        _note_lines(locked, "add_use", lines, actor, at)
    return lines


def state_non_use(
    *,
    subject: DataRequest,
    items: Iterable[int],
    reason: str,
    actor: Actor,
    at: datetime,
    version: int | None = None,
) -> list[DataUse]:
    """Write into the ledger that items were received and not used, and why."""
    with _ledger(subject, actor, at, version) as locked:
        chosen = _chosen_items(locked, items)
        require_reason(reason)
        refuse_unprintable(reason)
        _refuse_contradiction(locked, chosen, is_unused=True)
        lines = [
            DataUse.objects.create(
                **_line(locked, item, actor, at), is_unused=True, purpose=reason.strip()
            )
            for item in chosen
        ]
        _note_lines(locked, "state_non_use", lines, actor, at)
    return lines


def strike_use(
    *,
    subject: DataRequest,
    use: int,
    reason: str,
    actor: Actor,
    at: datetime,
    version: int | None = None,
) -> DataUse:
    """Strike a line of the ledger by a new one that names it and says why."""
    with _ledger(subject, actor, at, version) as locked:
        require_reason(reason)
        struck = locked.uses.standing().filter(pk=use).first()
        if struck is None:
            raise NotReady(_("Baris ini sudah dicoret. Muat ulang halaman ini."))
        line = DataUse.objects.create(
            **_line(locked, struck.item, actor, at),
            is_unused=struck.is_unused,
            purpose=struck.purpose,
            strikes=struck,
            strike_reason=reason.strip(),
        )
        note(
            subject=locked,
            deed="strike_use",
            actor=actor,
            at=at,
            reason=reason.strip(),
            record={"struck": struck.pk, "item": struck.item.name},
        )
    return line


def use_results(
    *, subject: DataRequest, actor: Actor, at: datetime, version: int | None = None
) -> AuditEntry:
    """Complete SOP row 11: every received item stands in the ledger."""
    standing = subject.uses.standing()
    return perform(
        subject=subject,
        deed="use_results",
        actor=actor,
        at=at,
        version=version,
        record={
            "uses": standing.filter(is_unused=False).count(),
            "non_uses": standing.filter(is_unused=True).count(),
        },
    )


def suggestions(data_request: DataRequest) -> list[Suggestion]:
    """Offer who opened received files for which purpose, once per person, purpose and day.

    What the checking of row 8 opened is left out, and so is what stands in the ledger already.
    """
    written = {(use.used_by, use.purpose, use.used_on) for use in data_request.standing_uses()}
    zone = data_request.office.zone
    found: dict[tuple[str, str, date], tuple[FileAccess, dict[int, RequestedItem]]] = {}
    received = {item.pk: item for item in data_request.received_items()}
    for access in _accesses(data_request):
        on = access.at.astimezone(zone).date()
        key = (access.name, access.purpose, on)
        if key not in written:
            first, items = found.get(key, (access, {}))
            items.update({pk: received[pk] for pk in access.item_keys if pk in received})
            found[key] = (first, items)
    return [
        Suggestion(access=access, on=key[2], items=tuple(items.values()))
        for key, (access, items) in found.items()
    ]


def _accesses(data_request: DataRequest) -> Iterable[Any]:
    """List who opened received files, each with the keys of the items they were given to."""
    answered = ItemAnswer.files.through.objects.filter(datafile=OuterRef("file"))
    return (
        FileAccess.objects.filter(data_request=data_request, file__kind=DataFile.Kind.DELIVERY)
        .exclude(purpose=_("Pemeriksaan penerimaan"))
        .annotate(item_keys=ArraySubquery(answered.order_by("pk").values("itemanswer__item")))
        .order_by("at", "pk")
    )


def _ledger(subject: DataRequest, actor: Actor, at: datetime, version: int | None) -> Any:
    return editing(
        subject=subject,
        row="use_results",
        actor=actor,
        at=at,
        version=version,
        helpers=HELPERS,
    )


def _line(
    data_request: DataRequest, item: RequestedItem, actor: Actor, at: datetime
) -> dict[str, Any]:
    return {
        "office_id": data_request.office_id,
        "data_request": data_request,
        "item": item,
        "recorded_by_id": actor.user_id,
        "recorded_at": at,
    }


def _note_lines(
    data_request: DataRequest, deed: str, lines: list[DataUse], actor: Actor, at: datetime
) -> None:
    note(
        subject=data_request,
        deed=deed,
        actor=actor,
        at=at,
        record={
            "lines": [line.pk for line in lines],
            "items": [line.item.name for line in lines],
            "purpose": lines[0].purpose,
        },
    )


def _chosen_items(data_request: DataRequest, keys: Iterable[int]) -> list[RequestedItem]:
    wanted = set(keys)
    found = [item for item in data_request.received_items() if item.pk in wanted]
    if not found or len(found) != len(wanted):
        raise Incomplete(_("Pilih paling sedikit satu data yang diterima."))
    return found


def refuse_unprintable(*texts: str) -> None:
    """Refuse letters that our papers cannot print: all of this ends up in the report."""
    missing = missing_glyphs("".join(texts))
    if missing:
        raise Incomplete(
            _("Huruf {x} tidak dapat dicetak dalam laporan.").format(x=" ".join(missing))
        )


def _refuse_text(text: UseText) -> None:
    if not text.purpose.strip():
        raise Incomplete(_("Tulis keperluan penggunaan data."))
    if not text.used_by.strip():
        raise Incomplete(_("Tulis siapa yang menggunakan data."))
    refuse_unprintable(text.purpose, text.used_by, text.product, text.shared_with)


def _refuse_day(
    data_request: DataRequest, items: Iterable[RequestedItem], day: date, at: datetime
) -> None:
    """Refuse a use before the data came, and one that has not happened yet."""
    zone = data_request.office.zone
    if day > at.astimezone(zone).date():
        raise Incomplete(_("Tanggal penggunaan belum terjadi."))
    for item in items:
        came = (
            item.answers.filter(delivery__sent_at__isnull=False)
            .order_by("delivery__sent_at")
            .values_list("delivery__sent_at", flat=True)
            .first()
        )
        if came is not None and day < came.astimezone(zone).date():
            raise Incomplete(
                _("Data {nama} belum diterima pada tanggal penggunaan itu.").format(nama=item.name)
            )


def _refuse_contradiction(
    data_request: DataRequest, items: Iterable[RequestedItem], *, is_unused: bool
) -> None:
    """Refuse an item both used and unused; what was written wrongly is struck first."""
    against = set(
        data_request.uses.standing()
        .filter(is_unused=not is_unused)
        .values_list("item_id", flat=True)
    )
    for item in items:
        if item.pk in against:
            sentence = (
                _("Data {nama} sudah tercatat digunakan. Coret dahulu baris itu.")
                if is_unused
                else _("Data {nama} dinyatakan tidak digunakan. Coret dahulu baris itu.")
            )
            raise Incomplete(sentence.format(nama=item.name))


PREPARED["process_data"] = process_data
PREPARED["use_results"] = use_results
