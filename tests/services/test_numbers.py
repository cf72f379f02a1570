"""Which number comes next, and who may do what with it?"""

from contextlib import suppress
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from requests_app.models import (
    AuditEntry,
    Classification,
    DataRequest,
    LetterNumber,
    NumberRegister,
)
from requests_app.services import agenda, audit, numbers, requests
from requests_app.services.number_patterns import (
    Place,
    Values,
    number_text,
    place_of,
    refuse_template,
    refuse_twin,
)
from requests_app.services.numbers import Entry
from requests_app.services.workflow import Incomplete, NotReady, NotYourTurn, Refused
from requests_app.sop.roles import Role
from tests.factories import WALK, World, data_request_at, make_world

pytestmark = pytest.mark.django_db
LETTER = NumberRegister.Kind.LETTER
ENTRY = Entry(addressee="Kepala Dinas Contoh", subject="Undangan rapat")
REASON = "Surat tidak jadi dikirim."


def register_of(world: World, **changes: Any) -> NumberRegister:
    register = NumberRegister.objects.get(office=world.office, kind=LETTER, classification="")
    for name, value in changes.items():
        setattr(register, name, value)
    register.save()
    return register


def day(world: World) -> date:
    return world.now.astimezone(world.office.zone).date()


def deed(world: World, **changes: Any) -> dict[str, Any]:
    values: dict[str, Any] = {
        "office": world.office,
        "dated": day(world),
        "entry": ENTRY,
        "actor": world.actor(Role.STAFF),
        "at": world.tick(),
    }
    return {**values, **changes}


def reserve(world: World, **changes: Any) -> LetterNumber:
    return agenda.reserve(**deed(world, **changes))


def enter(world: World, text: str, **changes: Any) -> LetterNumber:
    return agenda.enter_outside(text=text, **deed(world, **changes))


def insert(world: World, dated: date, **changes: Any) -> LetterNumber:
    return agenda.insert_backdated(**deed(world, dated=dated, **changes))


def void(world: World, number: LetterNumber, **changes: Any) -> LetterNumber:
    values = {"actor": world.actor(Role.STAFF), "at": world.tick(), "reason": REASON, **changes}
    return agenda.void(number=number, **values)


def issue(world: World, at: datetime | None = None, **changes: Any) -> LetterNumber:
    at = at or world.tick()
    with transaction.atomic():
        return numbers.issue_number(
            office=world.office,
            kind=LETTER,
            dated=at.astimezone(world.office.zone).date(),
            actor=world.actor(Role.AGENCY_HEAD),
            at=at,
            **changes,
        )


# -- patterns -----------------------------------------------------------------------------------

VALUES = Values(
    serial=7, dated=date(2026, 8, 31), classification="200.1.4.4", security="SR", unit="TU"
)


@pytest.mark.parametrize(
    ("template", "text"),
    [
        ("{urut}/{tahun}", "007/2026"),
        ("{keamanan}/{urut}/{tahun}", "SR/007/2026"),
        ("{klasifikasi}/{urut}/{tahun}", "200.1.4.4/007/2026"),
        ("{urut}/{unit}/{bulan_romawi}/{tahun}", "007/TU/VIII/2026"),
        ("{keamanan}/{klasifikasi}/{urut} TAHUN {tahun}", "SR/200.1.4.4/007 TAHUN 2026"),
    ],
)
def test_every_token_is_filled_in_and_read_back(template: str, text: str) -> None:
    refuse_template(template)
    register = NumberRegister(template=template, serial_width=3)
    assert number_text(register, VALUES) == text
    assert place_of(register, text) == Place(2026, 7, "")
    late = number_text(register, replace(VALUES, suffix="01"))
    assert late == text.replace("007", "007.01")
    assert place_of(register, late) == Place(2026, 7, "01")


def test_a_wider_serial_is_never_cut() -> None:
    register = NumberRegister(template="{urut}/{tahun}", serial_width=2)
    assert number_text(register, replace(VALUES, serial=1234)) == "1234/2026"


@pytest.mark.parametrize("text", ["7/2026", "200.1/7/26", "B/111/800 Tahun 2026", "200.1/7/2026x"])
def test_another_pattern_has_no_place(text: str) -> None:
    register = NumberRegister(template="{klasifikasi}/{urut}/{tahun}")
    assert place_of(register, text) is None


@pytest.mark.parametrize(
    ("template", "why"),
    [
        ("{urut}/{tahun}/{nama}", "{nama} tidak dikenal"),
        ("{urut}/{tahun}/{", "{ tidak dikenal"),
        ("{urut}/{tahun}/{{urut}}", "tidak dikenal"),
        ("{urut}/{tahun!r}", "tidak dikenal"),
        ("{klasifikasi}/{tahun}", "{urut} satu kali"),
        ("{klasifikasi}/{urut}", "{tahun} satu kali"),
        ("{urut}/{urut}/{tahun}", "{urut} satu kali"),
        ("{urut}{klasifikasi}/{tahun}", "Pisahkan {urut}"),
        ("2{urut}/{tahun}", "Pisahkan {urut}"),
        ("{klasifikasi}" * 3 + "/{urut}/{tahun}", "120 karakter"),
        ("\u0639{urut}/{tahun}", "tidak dapat dicetak"),
    ],
)
def test_a_pattern_that_fails_is_refused_with_a_sentence(template: str, why: str) -> None:
    with pytest.raises(Incomplete, match=why.replace("{", r"\{").replace("}", r"\}")):
        refuse_template(template)


def test_two_registers_may_not_write_the_same_numbers() -> None:
    world = make_world()
    register_of(world, template="{urut}/{tahun}")
    twin = NumberRegister(
        office=world.office, kind=LETTER, classification="200.2", template="{urut}/{tahun}"
    )
    with pytest.raises(Incomplete, match="pola yang sama"):
        refuse_twin(twin)
    twin.template = "P-{urut}/{tahun}"
    refuse_twin(twin)


# -- issuing ------------------------------------------------------------------------------------


def test_the_year_is_that_of_the_letter_in_the_office_s_time_zone() -> None:
    world = make_world()
    last = issue(world, datetime(2026, 12, 31, 16, 30, tzinfo=UTC))  # 23.30 WIB
    first = issue(world, datetime(2026, 12, 31, 17, 30, tzinfo=UTC))  # 00.30 WIB
    assert (last.text, first.text) == ("200.1/1/2026", "200.1/1/2027")


def test_a_classification_has_its_own_register_or_shares_the_one_for_all() -> None:
    world = make_world()
    Classification.objects.create(office=world.office, code="200.2", name="Pemilu")
    Classification.objects.create(office=world.office, code="200.1.4.4", name="Ormas")
    NumberRegister.objects.create(
        office=world.office, kind=LETTER, classification="200.2", serial_width=3
    )
    taken = [issue(world, entry=Entry(classification=c)) for c in ("", "200.2", "200.1.4.4")]
    assert [number.text for number in taken] == [
        "200.1/1/2026",
        "200.2/001/2026",
        "200.1.4.4/2/2026",
    ]


def test_a_register_opened_later_never_writes_a_number_twice() -> None:
    world = make_world()
    Classification.objects.create(office=world.office, code="200.2", name="Pemilu")
    entry = Entry(classification="200.2")
    assert issue(world, entry=entry).text == "200.2/1/2026"
    NumberRegister.objects.create(office=world.office, kind=LETTER, classification="200.2")
    assert issue(world, entry=entry).text == "200.2/2/2026"
    [(register, count)] = agenda.passed_by(office_id=world.office.pk, year=2026)
    assert (register.classification, count) == ("200.2", 1)


def test_an_unknown_classification_is_refused() -> None:
    with pytest.raises(Incomplete, match=r"999\.9 tidak ada dalam daftar"):
        issue(make_world(), entry=Entry(classification="999.9"))


def test_a_pattern_with_unit_wants_the_section_s_code() -> None:
    world = make_world()
    register_of(world, template="{urut}/{unit}/{tahun}")
    with pytest.raises(Incomplete, match="Subbagian Tata Usaha belum berkode"):
        issue(world, entry=Entry(section=world.section))
    world.section.code = "TU"
    world.section.save()
    assert issue(world, entry=Entry(section=world.section)).text == "1/TU/2026"


def test_a_date_before_the_last_number_is_refused() -> None:
    world = make_world()
    last = issue(world)
    with pytest.raises(NotReady, match=r"mendahului nomor terakhir, 200\.1/1/2026 tanggal 23 Nov"):
        issue(world, world.now - timedelta(days=1))
    assert issue(world).serial == (last.serial or 0) + 1


def test_a_rolled_back_deed_leaves_no_gap() -> None:
    world = make_world()
    issue(world)
    with transaction.atomic():
        issue(world)
        transaction.set_rollback(True)
    assert issue(world).serial == 2


def test_a_signed_letter_stands_in_the_agenda_with_its_columns() -> None:
    world, data_request = data_request_at("send_letter", recipients=2)
    [number] = LetterNumber.objects.in_agenda().visible_to(world.actor(Role.STAFF))
    assert number.data_request == data_request
    assert number.subject == "Permohonan Data dan Informasi"
    assert number.addressee == "; ".join(owner.head_title for owner in world.owners[:2])
    assert (number.classification, number.annex) == ("200.1", "1 (satu) berkas")
    assert (number.handler, number.text) == ("Subbagian Tata Usaha", "200.1/1/2026")


def test_forty_addressees_are_told_as_the_letter_tells_them() -> None:
    world, data_request = data_request_at(
        "prepare_form", world=make_world(owners=40), recipients=40
    )
    entry = numbers.entry_of(data_request)
    assert len(entry.addressee) <= 300
    assert entry.addressee.endswith("dan 39 tujuan lain (daftar terlampir)")
    assert reserve(world, entry=entry, data_request=data_request).addressee == entry.addressee


# -- reserving ----------------------------------------------------------------------------------


def test_the_signing_uses_the_number_that_was_reserved_for_it() -> None:
    world, data_request = data_request_at("draft_letter")
    held = reserve(world, entry=numbers.entry_of(data_request), data_request=data_request)
    other = issue(world)
    for row in ("draft_letter", "verify_letter", "sign_letter"):
        world.tick()
        WALK[row](world, DataRequest.objects.get(pk=data_request.pk))
    held.refresh_from_db()
    assert held.status == LetterNumber.Status.ISSUED
    assert held.document.kind == "letter"
    assert (held.text, other.text) == ("200.1/1/2026", "200.1/2/2026")
    assert held.document.dated == held.dated


def test_a_reservation_of_last_year_stops_the_signing_with_a_sentence() -> None:
    world = make_world()
    world.now = datetime(2026, 12, 31, 3, 0, tzinfo=UTC)
    _world, data_request = data_request_at("sign_letter", world=world)
    reserve(world, entry=numbers.entry_of(data_request), data_request=data_request)
    world.now = datetime(2027, 1, 4, 3, 0, tzinfo=UTC)
    with pytest.raises(NotReady, match="dipesan untuk tahun 2026"):
        WALK["sign_letter"](world, data_request)


def test_a_request_holds_one_number_and_only_before_its_signature() -> None:
    world, data_request = data_request_at("list_needs")
    reserve(world, data_request=data_request)
    with pytest.raises(NotReady, match=r"sudah memegang nomor pesanan 200\.1/1/2026"):
        reserve(world, data_request=data_request)
    _world, signed = data_request_at("send_letter", world=world)
    with pytest.raises(NotReady, match="belum ditandatangani"):
        reserve(world, data_request=signed)


def test_a_cancelled_request_gives_its_number_up() -> None:
    world, data_request = data_request_at("draft_letter")
    held = reserve(world, data_request=data_request)
    requests.cancel(
        subject=data_request,
        actor=world.actor(Role.SECTION_HEAD),
        at=world.tick(),
        reason="Kegiatan ditiadakan tahun ini.",
    )
    held.refresh_from_db()
    assert (held.status, held.void_reason) == ("void", "Kegiatan ditiadakan tahun ini.")


def test_one_page_sent_twice_is_one_reservation() -> None:
    world = make_world()
    known = reserve(world).pk
    assert reserve(world, known=known) == reserve(world, known=known)
    assert reserve(world, known=LetterNumber.objects.latest("pk").pk).serial == 3


@pytest.mark.parametrize(
    ("entry", "why"),
    [
        (Entry(subject="Undangan"), "Tulis tujuan"),
        (Entry(addressee="Kepala Dinas"), "Tulis hal"),
        (replace(ENTRY, subject="x" * 301), "hal paling banyak 300"),
        (replace(ENTRY, classification="999"), "tidak ada dalam daftar"),
    ],
)
def test_what_lacks_or_overflows_a_column_is_refused(entry: Entry, why: str) -> None:
    world = make_world()
    with pytest.raises(Incomplete, match=why):
        reserve(world, entry=entry)
    assert not LetterNumber.objects.exists()


def test_a_subject_of_two_hundred_characters_is_kept_whole() -> None:
    entry = replace(ENTRY, subject="Permohonan " + "x" * 189)
    assert reserve(make_world(), entry=entry).subject == entry.subject


def test_a_date_to_come_is_refused() -> None:
    world = make_world()
    with pytest.raises(Incomplete, match="belum tiba"):
        reserve(world, dated=day(world) + timedelta(days=1))


# -- numbers from elsewhere ---------------------------------------------------------------------


def test_an_outside_number_is_told_with_what_uses_it() -> None:
    world = make_world()
    number = enter(world, "B/111/800  Tahun 2026")
    assert (number.text, number.serial, number.origin) == ("B/111/800 Tahun 2026", None, "outside")
    with pytest.raises(
        NotReady,
        match=r"Nomor B/111/800 Tahun 2026 sudah dipakai surat Undangan rapat tanggal 23 November",
    ):
        enter(world, "b/111/800 tahun 2026")


def test_an_outside_number_of_the_same_pattern_takes_its_place_in_the_series() -> None:
    world = make_world()
    issue(world)
    assert enter(world, "200.1/2/2026").serial == 2
    assert enter(world, "200.1/4/2026").serial == 4
    assert [issue(world).serial for _n in range(2)] == [3, 5]


def test_an_outside_number_whose_place_is_held_stands_beside_the_series() -> None:
    world = make_world()
    issue(world)
    assert enter(world, "200.9/1/2026").serial is None


def test_an_outside_number_of_another_year_than_its_letter_is_refused() -> None:
    with pytest.raises(Incomplete, match=r"200\.1/1/2027 menyebut tahun 2027"):
        enter(make_world(), "200.1/1/2027")


@pytest.mark.parametrize("text", ["", "  ", "x" * 121])
def test_what_is_no_number_is_refused(text: str) -> None:
    with pytest.raises(Incomplete):
        enter(make_world(), text)


def test_a_letter_numbered_elsewhere_gives_its_reservation_up() -> None:
    world, data_request = data_request_at("sign_letter")
    held = reserve(world, entry=numbers.entry_of(data_request), data_request=data_request)
    deed_of_the_head = {
        "data_request": data_request,
        "dated": day(world),
        "actor": world.actor(Role.AGENCY_HEAD),
    }
    with transaction.atomic():
        given = numbers.take_outside(text="SR-55/2026", at=world.tick(), **deed_of_the_head)
    held.refresh_from_db()
    assert (held.status, given.status) == ("void", "issued")
    assert "SR-55/2026" in held.void_reason
    with pytest.raises(NotReady, match="sudah dipakai"):
        numbers.refuse_outside(data_request=data_request, text="sr-55/2026")


def test_a_reserved_number_that_was_used_elsewhere_is_the_letter_s_number() -> None:
    world, data_request = data_request_at("sign_letter")
    held = reserve(world, entry=numbers.entry_of(data_request), data_request=data_request)
    numbers.refuse_outside(data_request=data_request, text=held.text)
    with transaction.atomic():
        given = numbers.take_outside(
            data_request=data_request,
            text=held.text,
            dated=day(world),
            actor=world.actor(Role.AGENCY_HEAD),
            at=world.tick(),
        )
    assert (given, given.status) == (held, "issued")


# -- late inserts -------------------------------------------------------------------------------


def test_a_late_insert_follows_the_last_number_of_its_day() -> None:
    world = make_world()
    register_of(world, serial_width=3)
    first_day = day(world)
    for _n in range(2):
        issue(world)
    world.tick(minutes=2 * 24 * 60)
    issue(world)
    inserted = [insert(world, first_day), insert(world, first_day + timedelta(days=1))]
    assert [number.text for number in inserted] == ["200.1/002.01/2026", "200.1/002.02/2026"]
    assert issue(world).text == "200.1/004/2026"


def test_only_a_past_day_is_inserted_and_only_behind_a_number() -> None:
    world = make_world()
    with pytest.raises(NotReady, match="tidak mendahului nomor terakhir"):
        insert(world, day(world))
    issue(world)
    with pytest.raises(NotReady, match="tidak mendahului nomor terakhir"):
        insert(world, day(world))
    with pytest.raises(NotReady, match="bertanggal 1 November 2026 atau sebelumnya"):
        insert(world, date(2026, 11, 1))


# -- voiding ------------------------------------------------------------------------------------


def test_a_void_number_tells_why_and_is_never_used_again() -> None:
    world = make_world()
    number = void(world, reserve(world))
    assert (number.status, number.voided_by, number.void_reason) == ("void", "Staf Contoh", REASON)
    assert issue(world).serial == 2
    with pytest.raises(NotReady, match="sudah dipakai"):
        enter(world, number.text)


def test_a_short_reason_says_nothing() -> None:
    world = make_world()
    with pytest.raises(Incomplete, match="10 karakter"):
        void(world, reserve(world), reason="salah")


def test_the_number_of_a_letter_in_force_is_not_voided_here() -> None:
    world, data_request = data_request_at("send_letter")
    number = data_request.numbers.get()
    with pytest.raises(NotReady, match="masih berlaku: Permohonan Data dan Informasi"):
        void(world, number)


def test_voiding_twice_is_one_deed_for_the_same_person_only() -> None:
    world = make_world()
    number = void(world, reserve(world))
    assert void(world, number).voided_at == number.voided_at
    with pytest.raises(NotReady, match="sudah dibatalkan oleh Staf Contoh"):
        void(world, number, actor=world.actor(Role.SECTION_HEAD))


# -- who may, and what is on the record ---------------------------------------------------------


def test_the_head_reads_and_strangers_have_their_own_agenda() -> None:
    world, other = make_world(), make_world()
    number = reserve(world)
    for actor in (world.actor(Role.AGENCY_HEAD), other.actor(Role.STAFF)):
        with pytest.raises(NotYourTurn, match="staf pelaksana atau kepala seksi"):
            reserve(world, actor=actor)
        with pytest.raises(NotYourTurn):
            void(world, number, actor=actor)
    assert reserve(world, actor=world.actor(Role.SECTION_HEAD)).serial == 2
    assert not LetterNumber.objects.visible_to(other.actor(Role.STAFF)).exists()


def test_every_deed_stands_in_the_office_s_chain() -> None:
    world = make_world()
    issue(world)
    void(world, reserve(world))
    enter(world, "B/1")
    world.tick(minutes=24 * 60)
    issue(world)
    insert(world, day(world) - timedelta(days=1))
    chain = AuditEntry.objects.filter(chain=audit.chain_of_office(world.office.pk))
    assert [entry.deed for entry in chain.order_by("sequence")] == [
        "reserve_number",
        "void_number",
        "enter_number",
        "insert_number",
    ]
    assert chain.get(deed="void_number").reason == REASON
    assert list(audit.verify_chains()) == []


def test_a_refused_deed_is_told_to_the_security_log_only(caplog: Any) -> None:
    world = make_world()
    with pytest.raises(NotYourTurn):
        reserve(world, actor=world.actor(Role.AGENCY_HEAD))
    assert "reserve_number" in caplog.text
    assert not AuditEntry.objects.exists()


# -- any order ----------------------------------------------------------------------------------


OUTSIDE = ("200.1/{}/2026", "200.1/{}/2027", "B/{}")


class AgendaLife(RuleBasedStateMachine):
    """Whatever people do with numbers, in whatever order, over several days and a new year."""

    def __init__(self) -> None:
        super().__init__()
        self._atomic = transaction.atomic()
        self._atomic.__enter__()
        self.world = make_world(owners=0)
        self.world.now = datetime(2026, 12, 30, 3, 0, tzinfo=UTC)

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self._atomic.__exit__(None, None, None)

    def trying(self, deed: Any, *args: Any, **changes: Any) -> None:
        with suppress(Refused):
            deed(self.world, *args, **changes)

    @rule()
    def a_letter_is_signed(self) -> None:
        issue(self.world)

    @rule(days_ago=st.integers(-1, 3))
    def somebody_reserves(self, days_ago: int) -> None:
        self.trying(reserve, dated=day(self.world) - timedelta(days=days_ago))

    @rule(
        serial=st.integers(1, 12), form=st.sampled_from(["200.1/{}/2026", "200.1/{}/2027", "B/{}"])
    )
    def somebody_enters(self, serial: int, form: str) -> None:
        self.trying(enter, form.format(serial))

    @rule(days_ago=st.integers(0, 4))
    def somebody_inserts(self, days_ago: int) -> None:
        self.trying(insert, day(self.world) - timedelta(days=days_ago))

    @rule(place=st.integers(0, 20))
    def somebody_voids(self, place: int) -> None:
        found = list(LetterNumber.objects.order_by("pk"))
        if found:
            self.trying(void, found[place % len(found)])

    @rule()
    def a_day_passes(self) -> None:
        self.world.tick(minutes=24 * 60)

    @invariant()
    def the_series_is_whole(self) -> None:
        texts = [text.casefold() for text in LetterNumber.objects.values_list("text", flat=True)]
        assert len(texts) == len(set(texts))
        for year in (2026, 2027):
            own = LetterNumber.objects.filter(year=year, suffix="", serial__isnull=False)
            serials = list(own.order_by("serial").values_list("serial", flat=True))
            assert len(serials) == len(set(serials))
            counters = NumberRegister.objects.get(kind=LETTER).counters.filter(year=year)
            last = counters.values_list("last", flat=True).first() or 0
            assert serials[:last] == list(range(1, last + 1))
        assert agenda.passed_by(office_id=self.world.office.pk, year=2026) == []


def test_no_order_of_deeds_leaves_a_gap_or_a_double(db: None) -> None:
    run_state_machine_as_test(
        AgendaLife, settings=settings(max_examples=25, stateful_step_count=20, deadline=None)
    )
