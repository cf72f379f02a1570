"""How does an office begin to work with the SOP?"""

from datetime import date
from typing import Any

from django.db import transaction

from requests_app.models import (
    LetterTemplate,
    NumberRegister,
    Office,
    SopEdition,
    SopStep,
    WorkCalendar,
    WorkPeriod,
)
from requests_app.sop.edition import AS_ISSUED
from requests_app.sop.steps import STEPS

DEFAULT_BODY = (
    "Dalam rangka {tujuan} dan berdasarkan {dasar_hukum}, dengan ini kami mohon bantuan Saudara "
    "untuk menyampaikan data dan informasi sebagaimana tercantum dalam lampiran surat ini.\n\n"
    "Data dan informasi dimaksud mohon dapat kami terima paling lambat 10 (sepuluh) hari kerja "
    "sejak surat ini diterima, melalui tautan yang kami kirimkan bersama surat ini atau melalui "
    "narahubung kami, {narahubung} ({telepon}). Kode akses kami sampaikan secara terpisah. Data "
    "dan informasi yang kami terima hanya digunakan untuk keperluan tersebut; penggunaannya kami "
    "catat dan laporkan kepada {kepala}.\n\n"
    "Demikian, atas perhatian dan kerja sama Saudara, kami sampaikan terima kasih."
)
DEFAULT_GROUNDS = (
    "Data tidak dikuasai atau belum didokumentasikan\n"
    "Rahasia jabatan\n"
    "Informasi dikecualikan (Pasal 17 UU 14/2008)\n"
    "Data pribadi\n"
    "Bukan kewenangan kami\n"
    "Lainnya"
)


def open_office(**fields: Any) -> Office:
    """Open an office with its edition of the SOP, registers, letter template and working hours.

    `fields` are those of `Office`; grounds for declining default to the usual list. Called by the
    admin, the demo and the tests alike, because a data migration would not survive a truncated
    test database.
    """
    with transaction.atomic():
        office = Office(**{"decline_grounds": DEFAULT_GROUNDS, **fields})
        office.full_clean()
        office.save()
        lay_out(office)
        return office


def lay_out(office: Office) -> None:
    """Give a stored office what every office begins with."""
    make_edition(office)
    for kind, template in (
        (NumberRegister.Kind.LETTER, "{klasifikasi}/{urut}/{tahun}"),
        (NumberRegister.Kind.REPORT, "LAP-{urut}/{tahun}"),
        (NumberRegister.Kind.NOTE, "ND-{urut}/{tahun}"),
        (NumberRegister.Kind.RECEIPT, "TT-{urut}/{tahun}"),
        (NumberRegister.Kind.RECORD, "{urut}/{tahun}"),
    ):
        NumberRegister.objects.create(office=office, kind=kind, template=template)
    LetterTemplate.objects.create(
        office=office,
        name="Surat permohonan data",
        subject="Permohonan Data dan Informasi",
        body=DEFAULT_BODY,
        is_default=True,
    )
    calendar = WorkCalendar.objects.create(office=office)
    # Hours of SE Wali Kota 800.1.6.2/54 Tahun 2023, which alone add up to the 37.5 hours a week
    # of Perpres 21/2023.
    WorkPeriod.objects.create(
        calendar=calendar,
        name="Jam kerja biasa",
        decree="SE Wali Kota 800.1.6.2/54 Tahun 2023",
        starts=date(2023, 9, 1),
        friday="07.30-11.30, 13.00-14.30",
        **dict.fromkeys(("monday", "tuesday", "wednesday", "thursday"), "07.30-12.00, 13.00-16.30"),
    )


def make_edition(office: Office) -> SopEdition:
    """Lay the SOP as issued down as the office's current edition."""
    edition = SopEdition.objects.create(
        office=office,
        letterhead=list(AS_ISSUED.letterhead),
        number=AS_ISSUED.number,
        name=AS_ISSUED.name,
        made_on=AS_ISSUED.made_on,
        revised_on=AS_ISSUED.revised_on,
        effective_from=AS_ISSUED.effective_from,
        approved_by=AS_ISSUED.approved_by,
        legal_basis=list(AS_ISSUED.legal_basis),
        qualifications=list(AS_ISSUED.qualifications),
        related=list(AS_ISSUED.related),
        equipment=list(AS_ISSUED.equipment),
        warning_lead=AS_ISSUED.warning_lead,
        warnings=list(AS_ISSUED.warnings),
        recording=list(AS_ISSUED.recording),
        role_titles={role.value: title for role, title in AS_ISSUED.role_titles.items()},
        footnotes=dict(AS_ISSUED.footnotes),
        is_current=True,
    )
    SopStep.objects.bulk_create(_step_of(edition, order) for order in range(len(STEPS)))
    return edition


def _step_of(edition: SopEdition, order: int) -> SopStep:
    row = AS_ISSUED.in_order[order]
    standard = row.standard_time
    return SopStep(
        edition=edition,
        order=order + 1,
        key=row.key,
        activity=row.activity,
        role=row.role.value,
        inputs=row.inputs,
        standard_amount=None if standard is None else standard.amount,
        standard_unit="" if standard is None else standard.unit.value,
        standard_text=row.standard_text,
        output=row.output,
        remarks=row.remarks,
    )
