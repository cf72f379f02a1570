"""What do the people of the demo do with one request? Each method is one deed of one person.

A case decides nothing: it calls the services that the pages call, as the person whose turn it is,
and a refusal ends the command.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final

from requests_app.management.demo import files
from requests_app.models import DataRequest, FormQuestion, Recipient, RequestedItem, ShareLink
from requests_app.services import (
    access_codes,
    accesses,
    answers,
    checks,
    conversation,
    extensions,
    forms,
    initials,
    letters,
    owners,
    people,
    registers,
    report_paper,
    reports,
    requests,
    sending,
    signatures,
    usage,
)
from requests_app.services.demo_office import DemoOffice
from requests_app.sop.edition import LETTER_LEGAL_BASES
from requests_app.sop.roles import Actor, Role

OPENNESS: Final = next(basis for basis in LETTER_LEGAL_BASES if "Keterbukaan" in basis)
CORRECTION: Final = checks.CORRECTION
BY_MAIL: Final = sending.Dispatch(
    channel=sending.Channel.EMAIL, code_channel=sending.CodeChannel.PHONE
)


@dataclass(frozen=True, kw_only=True)
class Topic:
    """What a request is about."""

    title: str
    purpose: str
    items: tuple[requests.ItemLine, ...]
    owners: tuple[str, ...]
    security_class: str = DataRequest.SecurityClass.ORDINARY
    urgency: str = DataRequest.Urgency.ORDINARY
    personal_data_reason: str = ""
    columns: tuple[str, ...] = ()
    """Of a table by area that is asked about the last item; none for no table."""


@dataclass
class Case:
    """One request of the demo, lived through by its people."""

    office: DemoOffice
    topic: Topic
    key: int | None = None
    codes: dict[str, str] = field(default_factory=dict)

    # -- who and what -------------------------------------------------------------------------

    @property
    def data_request(self) -> DataRequest:
        """Load the request as it stands now."""
        found = DataRequest.objects.select_related("office", "edition", "section")
        return found.get(pk=self.key or 0)

    def recipient(self, owner: str) -> Recipient:
        """Load the recipient of an owner that is still waited for, else the newest one."""
        found = Recipient.objects.select_related(
            "data_owner", "office", "data_request__office", "data_request__edition"
        ).filter(data_request=self.key, data_owner=self.office.owners[owner])
        return found.latest("number")

    def link(self, owner: str) -> ShareLink:
        """Load the live link of an owner."""
        recipient = self.recipient(owner)
        link = recipient.live_link()
        if link is None:
            raise LookupError(f"{recipient} has no link in {recipient.data_request}")
        link.recipient = recipient
        return link

    def staff(self, at: datetime) -> Actor:
        """Act as the staff."""
        return self._act("staf", Role.STAFF, at)

    def section_head(self, at: datetime) -> Actor:
        """Act as the head of the section."""
        return self._act("kasi", Role.SECTION_HEAD, at)

    def agency_head(self, at: datetime) -> Actor:
        """Act as the head of the office."""
        return self._act("kepala", Role.AGENCY_HEAD, at)

    def owner(self, owner: str) -> Actor:
        """Act as the data owner behind the link."""
        return people.actor_of_link(self.link(owner))

    def _act(self, username: str, role: Role, at: datetime) -> Actor:
        actor = people.actor_for(self.office.people[username], at=at, role=role)
        if actor is None:
            raise LookupError(f"{username} holds no position at {at}")
        return actor

    # -- rows 1 to 5 --------------------------------------------------------------------------

    def open(self, at: datetime) -> None:
        """Open the request and keep a first draft of the list."""
        actor = self.section_head(at)
        data_request = requests.open_request(
            section=self.office.section,
            title=self.topic.title,
            opened_by=self.office.people["kasi"],
            actor=actor,
            at=at,
        )
        self.key = data_request.pk
        requests.save_needs(subject=data_request, needs=self._needs(), actor=actor, at=at)

    def list_needs(self, at: datetime) -> None:
        """SOP row 1."""
        requests.list_needs(subject=self.data_request, actor=self.section_head(at), at=at)

    def prepare_form(self, at: datetime) -> None:
        """SOP row 2: one question for each item, and a table where the topic has one."""
        data_request = self.data_request
        items = list(data_request.items.all())
        questions = [forms.question_for(item) for item in items]
        if self.topic.columns:
            questions.append(
                forms.QuestionLine(
                    item_id=items[-1].pk,
                    text=f"{items[-1].name} menurut kecamatan",
                    kind=FormQuestion.Kind.TABLE,
                    unit=items[-1].unit,
                    rows=files.AREAS,
                    columns=self.topic.columns,
                    holds_numbers=True,
                )
            )
        medium = forms.Medium(
            instructions="Isilah menurut keadaan pada akhir periode yang diminta.",
            questions=tuple(questions),
        )
        forms.prepare_form(subject=data_request, medium=medium, actor=self.staff(at), at=at)

    def draft_letter(self, at: datetime) -> None:
        """SOP row 3, first round: the office's own wording."""
        data_request = self.data_request
        text = letters.default_text(data_request)
        letters.draft_letter(subject=data_request, text=text, actor=self.staff(at), at=at)

    def verify_letter(self, at: datetime) -> None:
        """SOP row 4: every check fits."""
        initials.verify_letter(
            subject=self.data_request,
            checks=initials.all_in_order(),
            actor=self.section_head(at),
            at=at,
        )

    def return_draft(self, at: datetime, *, reason: str) -> None:
        """SOP row 4 → 3."""
        letters.return_to_draft(
            subject=self.data_request, actor=self.section_head(at), at=at, reason=reason
        )

    def sign_letter(self, at: datetime) -> None:
        """SOP row 5."""
        signatures.sign_letter(
            subject=self.data_request,
            affirmed=True,
            passphrase=self.office.password,
            actor=self.agency_head(at),
            at=at,
        )

    def cancel(self, at: datetime, *, reason: str) -> None:
        """Give the request up."""
        requests.cancel(
            subject=self.data_request, actor=self.section_head(at), at=at, reason=reason
        )

    def _needs(self) -> requests.Needs:
        topic = self.topic
        return requests.Needs(
            title=topic.title,
            purpose=topic.purpose,
            legal_bases=(OPENNESS,),
            security_class=topic.security_class,
            urgency=topic.urgency,
            personal_data_reason=topic.personal_data_reason,
            items=topic.items,
            owners=tuple(self.office.owners[key] for key in topic.owners),
        )

    # -- rows 6 to 9, for one owner -----------------------------------------------------------

    def send_letter(self, at: datetime, *, to: str) -> None:
        """SOP row 6, by e-mail; the access code is told by telephone."""
        sent = sending.send_letter(
            subject=self.recipient(to), dispatch=BY_MAIL, actor=self.staff(at), at=at
        )
        self.codes[to] = sent.code

    def send_by_courier(self, at: datetime, *, to: str) -> None:
        """SOP row 6, carried by a person with the covering sheet."""
        actor = self.staff(at)
        channel, code_channel = sending.Channel.COURIER, sending.CodeChannel.PHONE
        _link, self.codes[to] = sending.prepare_link(
            subject=self.recipient(to),
            channel=channel,
            code_channel=code_channel,
            actor=actor,
            at=at,
        )
        dispatch = sending.Dispatch(
            channel=channel,
            code_channel=code_channel,
            sent_to="Bagian umum",
            note="Diterima petugas loket, buku ekspedisi contoh nomor 12.",
            sent_at=at,
        )
        sending.send_letter(subject=self.recipient(to), dispatch=dispatch, actor=actor, at=at)

    def confirm(self, at: datetime, *, by: str) -> None:
        """SOP row 7: the owner opens the link and confirms the letter."""
        access_codes.check_code(self.link(by), self.codes[by], at=at)
        owners.confirm_receipt(
            subject=self.recipient(by),
            name="Contoh Petugas Data",
            title="Pengelola Informasi",
            phone="0285 000000",
            actor=self.owner(by),
            at=at,
        )

    def ask(self, at: datetime, *, by: str, question: str, about: int) -> None:
        """Ask about the item of that position; the owner's clock stands still until an answer."""
        recipient = self.recipient(by)
        conversation.ask_clarification(
            subject=recipient,
            question=question,
            item=recipient.asked_items().get(position=about),
            actor=self.owner(by),
            at=at,
        )

    def ask_for_days(self, at: datetime, *, by: str, days: int, reason: str) -> None:
        """Ask for more working days."""
        extensions.request_extension(
            subject=self.recipient(by), days=days, reason=reason, actor=self.owner(by), at=at
        )

    def answer(self, at: datetime, *, by: str, refused: Sequence[int] = ()) -> None:
        """SOP row 7a: every item is answered; those whose position is in `refused` with "no"."""
        recipient = self.recipient(by)
        given = [_given(sheet, refused) for sheet in answers.sheet_of(recipient).items]
        owners.process_request(subject=recipient, given=given, actor=self.owner(by), at=at)

    def answer_again(self, at: datetime, *, by: str) -> None:
        """SOP row 7a after a correction: only what was flagged is sent anew."""
        recipient = self.recipient(by)
        sheets = [sheet for sheet in answers.sheet_of(recipient).items if not sheet.is_locked]
        given = [_given(sheet, ()) for sheet in sheets]
        owners.process_request(subject=recipient, given=given, actor=self.owner(by), at=at)

    def deliver(self, at: datetime, *, by: str) -> None:
        """SOP row 7b, with the owner's own letter."""
        owners.deliver(
            subject=self.recipient(by),
            owner_letter_number=f"400/CONTOH-{self.key}/{at.year}",
            owner_letter_date=at.date(),
            actor=self.owner(by),
            at=at,
        )

    def decline(self, at: datetime, *, by: str, ground: str, reason: str) -> None:
        """Answer that nothing can be given."""
        owners.decline(
            subject=self.recipient(by),
            ground=ground,
            reason=reason,
            actor=self.owner(by),
            at=at,
        )

    def receive_data(self, at: datetime, *, of: str) -> None:
        """SOP row 8: every file is opened, every answer fits."""
        recipient, actor = self.recipient(of), self.staff(at)
        for data_file in recipient.files.all():
            purpose = accesses.likely_purpose(data_file=data_file, actor=actor)
            accesses.record_access(data_file=data_file, purpose=purpose, actor=actor, at=at)
        findings = [_finding(item) for item in recipient.asked_items()]
        checks.receive_data(subject=recipient, findings=findings, actor=actor, at=at)

    def ask_correction(self, at: datetime, *, of: str, note: str) -> None:
        """SOP row 8 → 7a: the first item has to be put right."""
        recipient = self.recipient(of)
        first, *others = [_finding(item) for item in recipient.asked_items()]
        flagged = replace(first, verdict=CORRECTION, note=note)
        checks.ask_correction(
            subject=recipient, findings=[flagged, *others], actor=self.staff(at), at=at
        )

    def record_data(self, at: datetime, *, of: str) -> None:
        """SOP row 9."""
        registers.record_data(subject=self.recipient(of), actor=self.staff(at), at=at)

    # -- rows 10 to the end -------------------------------------------------------------------

    def process_data(self, at: datetime) -> None:
        """SOP row 10: one result from all that was recorded."""
        data_request, actor = self.data_request, self.staff(at)
        entries = usage.sources_of(data_request)
        received = [data_file for entry in entries for data_file in usage.files_of(entry)]
        usage.add_result(
            subject=data_request,
            text=usage.ResultText(
                title=f"Rekapitulasi: {self.topic.title}",
                method="Digabung menurut kecamatan, baris ganda dihapus, lalu dijumlahkan.",
            ),
            entries=[entry.pk for entry in entries],
            sources=[data_file.pk for data_file in received],
            uploads=[files.csv_file("rekapitulasi.csv", files.numbers_by_area("Jumlah", 40))],
            actor=actor,
            at=at,
        )
        usage.process_data(subject=self.data_request, actor=actor, at=at)

    def use_results(self, at: datetime) -> None:
        """SOP row 11: the first item is used, another one was not needed after all."""
        data_request, actor = self.data_request, self.section_head(at)
        first, *others = [item.pk for item in data_request.received_items()]
        usage.add_use(
            subject=data_request,
            items=[first],
            text=usage.UseText(
                purpose=self.topic.purpose,
                used_by=actor.name,
                used_on=at.date(),
                product=f"Naskah: {self.topic.title}",
                shared_with="Tim terpadu tingkat kota",
            ),
            result=data_request.results.live().latest("pk").pk,
            actor=actor,
            at=at,
        )
        if others:
            usage.state_non_use(
                subject=self.data_request,
                items=others,
                reason="Jumlahnya sudah termuat dalam tabel sehingga tidak dipakai tersendiri.",
                actor=actor,
                at=at,
            )
        usage.use_results(subject=self.data_request, actor=actor, at=at)

    def report_usage(self, at: datetime) -> None:
        """SOP row 12."""
        text = report_paper.ReportText(
            conclusion="Data digunakan sesuai dengan tujuan permohonan dan tidak dibagikan lagi.",
            follow_up="Permintaan serupa diajukan kembali pada tahun berikutnya.",
        )
        reports.report_usage(
            subject=self.data_request,
            text=text,
            affirmed=True,
            passphrase=self.office.password,
            actor=self.section_head(at),
            at=at,
        )

    def accept_report(self, at: datetime) -> None:
        """Close the request: the receiving end of row 12."""
        reports.accept_report(subject=self.data_request, actor=self.agency_head(at), at=at)


def _finding(item: RequestedItem) -> checks.Finding:
    return checks.Finding(item_id=item.pk, verdict="accepted")


def _given(sheet: answers.ItemSheet, refused: Iterable[int]) -> answers.GivenAnswer:
    item = sheet.item
    if item.position in refused:
        return answers.GivenAnswer(
            item_id=item.pk,
            availability="unavailable",
            ground="Data tidak dikuasai atau belum didokumentasikan",
            reason="Data ini belum pernah kami himpun per kecamatan.",
        )
    start = 11 + 3 * item.position
    rows = files.numbers_by_area(item.unit.capitalize() or "Jumlah", start)
    name = f"{item.name[:40].strip().lower().replace(' ', '-')}.{item.format}"
    make = {"xlsx": files.xlsx_file, "csv": files.csv_file}.get(item.format)
    return answers.GivenAnswer(
        item_id=item.pk,
        availability="available",
        source="Register contoh",
        uploads=() if make is None else (make(name, rows),),
        values={} if make else {question.pk: str(start) for question in sheet.questions},
    )
