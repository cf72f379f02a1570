"""Which numbers did the demo office give out beside its requests? One of each kind there is."""

from collections.abc import Iterator
from datetime import datetime

from requests_app.management.demo.diary import Diary
from requests_app.management.demo.stories import Line
from requests_app.models import LetterNumber
from requests_app.services import agenda, people
from requests_app.services.demo_office import DemoOffice
from requests_app.services.numbers import Entry
from requests_app.sop.roles import Actor, Role


def numbers_of(office: DemoOffice, diary: Diary) -> Iterator[Line]:
    """Tell when staff reserved a number and gave it up, wrote one down, and reserved another."""
    keeper = _Keeper(office)
    yield diary.day(15, "10.10"), keeper.reserve_an_invitation
    yield diary.day(13, "11.05"), keeper.give_the_invitation_up
    yield diary.day(9, "13.20"), keeper.enter_a_number_of_the_city
    yield diary.day(1, "13.40"), keeper.reserve_a_briefing


class _Keeper:
    """The staff of the demo, who keep its agenda."""

    def __init__(self, office: DemoOffice) -> None:
        self.office = office

    def reserve_an_invitation(self, at: datetime) -> None:
        self._reserve("Camat Contoh", "Undangan rapat persiapan (contoh)", at)

    def give_the_invitation_up(self, at: datetime) -> None:
        number = LetterNumber.objects.get(subject="Undangan rapat persiapan (contoh)")
        reason = "Rapat digabung dengan rapat koordinasi bulanan."
        agenda.void(number=number, reason=reason, actor=self._staff(at), at=at)

    def enter_a_number_of_the_city(self, at: datetime) -> None:
        agenda.enter_outside(
            office=self.office.office,
            text=f"B/CONTOH-417/200 Tahun {self._local(at).year}",
            dated=self._local(at).date(),
            entry=self._entry("Wali Kota Contoh", "Laporan bulanan (contoh)"),
            actor=self._staff(at),
            at=at,
        )

    def reserve_a_briefing(self, at: datetime) -> None:
        self._reserve("Kepala Dinas Contoh Sosial", "Permintaan narasumber (contoh)", at)

    def _reserve(self, addressee: str, subject: str, at: datetime) -> None:
        agenda.reserve(
            office=self.office.office,
            dated=self._local(at).date(),
            entry=self._entry(addressee, subject),
            actor=self._staff(at),
            at=at,
        )

    def _entry(self, addressee: str, subject: str) -> Entry:
        return Entry(addressee=addressee, subject=subject, section=self.office.section)

    def _local(self, at: datetime) -> datetime:
        return at.astimezone(self.office.office.zone)

    def _staff(self, at: datetime) -> Actor:
        actor = people.actor_for(self.office.people["staf"], at=at, role=Role.STAFF)
        if actor is None:
            raise LookupError(f"staf holds no position at {at}")
        return actor
