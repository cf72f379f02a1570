"""Which hours and days off do the tests work with?

The hours and holidays that the office's circulars and the joint decrees give for 2026 and 2027
(2027 with estimated dates). Days named here are facts of the test table; seeds for an office come
from elsewhere.
"""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from requests_app.sop.office_hours import Calendar, HolidayInfo, HolidayKind, Period, hours

WIB = ZoneInfo("Asia/Jakarta")

ORDINARY = Period(
    name="Jam kerja biasa",
    decree="SE Wali Kota 800.1.6.2/54 Tahun 2023",
    starts=date(2023, 9, 1),
    hours=dict.fromkeys(range(4), hours("07.30–12.00", "13.00–16.30"))
    | {4: hours("07.30–11.30", "13.00–14.30")},
)
RAMADAN_1447 = Period(
    name="Ramadan 1447 H",
    decree="SE Wali Kota B/111/800 Tahun 2026",
    starts=date(2026, 2, 19),
    ends=date(2026, 3, 20),
    is_special=True,
    hours=dict.fromkeys(range(4), hours("08.00–12.00", "12.30–15.15"))
    | {4: hours("08.00–11.30", "12.30–14.30")},
)

DECREE = "SKB 3 Menteri"
NATIONAL = {
    date(2026, 1, 1): "Tahun Baru Masehi",
    date(2026, 1, 16): "Isra Mikraj",
    date(2026, 2, 17): "Tahun Baru Imlek",
    date(2026, 3, 19): "Hari Suci Nyepi",
    date(2026, 4, 3): "Wafat Yesus Kristus",
    date(2026, 5, 1): "Hari Buruh Internasional",
    date(2026, 5, 14): "Kenaikan Yesus Kristus",
    date(2026, 5, 27): "Iduladha",
    date(2026, 6, 1): "Hari Lahir Pancasila",
    date(2026, 6, 16): "Tahun Baru Islam",
    date(2026, 8, 17): "Hari Kemerdekaan",
    date(2026, 8, 25): "Maulid Nabi Muhammad",
    date(2026, 12, 25): "Hari Raya Natal",
    date(2027, 1, 1): "Tahun Baru Masehi",
    date(2027, 1, 5): "Isra Mikraj",
    date(2027, 3, 8): "Hari Suci Nyepi",
    date(2027, 3, 10): "Idulfitri (perkiraan)",
    date(2027, 3, 11): "Hari kedua Idulfitri (perkiraan)",
    date(2027, 3, 26): "Wafat Yesus Kristus",
    date(2027, 5, 6): "Kenaikan Yesus Kristus",
    date(2027, 5, 17): "Iduladha (perkiraan)",
    date(2027, 5, 20): "Hari Raya Waisak",
    date(2027, 6, 1): "Hari Lahir Pancasila",
    date(2027, 8, 17): "Hari Kemerdekaan",
}
JOINT_LEAVE = {
    date(2026, 2, 16): "Cuti bersama Tahun Baru Imlek",
    date(2026, 3, 18): "Cuti bersama Nyepi",
    date(2026, 3, 20): "Cuti bersama Idulfitri",
    date(2026, 3, 23): "Cuti bersama Idulfitri",
    date(2026, 3, 24): "Cuti bersama Idulfitri",
    date(2026, 5, 15): "Cuti bersama Kenaikan Yesus Kristus",
    date(2026, 5, 28): "Cuti bersama Iduladha",
    date(2026, 12, 24): "Cuti bersama Natal",
    date(2027, 2, 5): "Cuti bersama Tahun Baru Imlek",
    date(2027, 3, 9): "Cuti bersama Idulfitri",
    date(2027, 3, 12): "Cuti bersama Idulfitri",
    date(2027, 3, 15): "Cuti bersama Idulfitri",
    date(2027, 3, 25): "Cuti bersama Paskah",
    date(2027, 5, 18): "Cuti bersama Iduladha",
    date(2027, 5, 19): "Cuti bersama Waisak",
    date(2027, 12, 24): "Cuti bersama Natal",
}


def holidays() -> dict[date, HolidayInfo]:
    """Give the days off of 2026 and 2027, joint leave included."""
    return {
        day: HolidayInfo(name=name, kind=kind, decree=f"{DECREE} {day.year}")
        for kind, days in (
            (HolidayKind.NATIONAL, NATIONAL),
            (HolidayKind.JOINT_LEAVE, JOINT_LEAVE),
        )
        for day, name in days.items()
    }


def calendar(extra: dict[date, HolidayInfo] | None = None) -> Calendar:
    """Make the tests' calendar, with further dated days where a test needs them."""
    return Calendar(
        tz="Asia/Jakarta",
        periods=(ORDINARY, RAMADAN_1447),
        holidays=holidays() | (extra or {}),
    )


CALENDAR = calendar()


def wib(text: str) -> datetime:
    """Read `23-11-2026 10.00` on the office's clock."""
    return datetime.strptime(text, "%d-%m-%Y %H.%M").replace(tzinfo=WIB)
