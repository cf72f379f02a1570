"""Are dates, amounts and numbers written as the office writes them?"""

from datetime import UTC, date, datetime

import pytest

from requests_app.documents import wording

DAY = date(2026, 11, 23)
MOMENT = datetime(2026, 11, 23, 7, 5, tzinfo=UTC)


def test_dates_use_our_own_month_and_day_names():
    assert wording.long_date(DAY) == "23 November 2026"
    assert wording.weekday_date(DAY) == "Senin, 23 November 2026"
    assert wording.short_date(date(2026, 3, 4)) == "04-03-2026"
    assert wording.month_year(DAY) == "November 2026"
    assert wording.roman_month(DAY) == "XI"


@pytest.mark.parametrize(
    ("zone", "written"),
    [
        ("Asia/Jakarta", "pukul 14.05 WIB"),
        ("Asia/Pontianak", "pukul 14.05 WIB"),
        ("Asia/Makassar", "pukul 15.05 WITA"),
        ("Asia/Jayapura", "pukul 16.05 WIT"),
        ("Asia/Kolkata", "pukul 12.35 UTC+05.30"),
        ("America/Lima", "pukul 02.05 UTC-05.00"),
    ],
)
def test_times_name_the_zone_of_the_office(zone, written):
    assert wording.clock_time(MOMENT, zone=zone) == written


def test_a_moment_takes_its_date_from_the_zone_too():
    late = datetime(2026, 12, 31, 17, 30, tzinfo=UTC)
    assert wording.date_and_time(late, zone="Asia/Jakarta", weekday=True) == (
        "Jumat, 1 Januari 2027 pukul 00.30 WIB"
    )


def test_a_naive_moment_has_no_zone_name():
    with pytest.raises(ValueError, match="zone"):
        wording.zone_name(datetime(2026, 1, 1))  # noqa: DTZ001


@pytest.mark.parametrize(
    ("first", "last", "written"),
    [
        (DAY, DAY, "23 November 2026"),
        (date(2026, 11, 1), DAY, "1–23 November 2026"),
        (date(2026, 1, 1), DAY, "1 Januari–23 November 2026"),
        (date(2025, 1, 1), DAY, "1 Januari 2025–23 November 2026"),
    ],
)
def test_ranges_name_month_and_year_once(first, last, written):
    assert wording.date_range(first, last) == written


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (11, "sebelas"),
        (100, "seratus"),
        (1000, "seribu"),
        (1100, "seribu seratus"),
        (2026, "dua ribu dua puluh enam"),
    ],
)
def test_numbers_in_words(value, words):
    assert wording.in_words(value) == words


def test_amounts_carry_their_words():
    assert wording.amount(1, "berkas") == "1 (satu) berkas"
    assert wording.amount(10, "hari kerja") == "10 (sepuluh) hari kerja"
    assert wording.amount(3) == "3 (tiga)"
    assert [wording.ordinal(place) for place in (1, 2, 3)] == ["pertama", "kedua", "ketiga"]


def test_figures_use_dot_and_comma_the_indonesian_way():
    assert wording.grouped(1234.5) == "1.234,5"
    assert wording.grouped(1234.56, decimals=1) == "1.234,6"
    assert wording.rupiah(1_500_000) == "Rp1.500.000"
    assert wording.percent(91, 100) == "91%"
    assert wording.percent(1, 0) == "–"


@pytest.mark.parametrize(
    ("size", "written"),
    [
        (0, "0 byte"),
        (812, "812 byte"),
        (2_516_582, "2,4 MB"),
        (25 * 1024**2, "25 MB"),
        (5 * 1024**4, "5 TB"),
        (3000 * 1024**4, "3.000 TB"),
    ],
)
def test_sizes(size, written):
    assert wording.file_size(size) == written


def test_durations():
    assert wording.duration(190) == "3 jam 10 menit"
    assert wording.duration(120) == "2 jam"
    assert wording.duration(0) == "0 menit"
    assert wording.working_days(2) == "2 hari kerja"


def test_nip_is_parted_and_anything_else_stays_as_it_is():
    assert wording.nip("196801011994032001") == "19680101 199403 2 001"
    assert wording.nip("19680101 199403 2 001") == "19680101 199403 2 001"
    assert wording.nip("123") == "123"


def test_lists_end_in_dan():
    assert wording.listed(["a"]) == "a"
    assert wording.listed(["a", "b"]) == "a dan b"
    assert wording.listed(["a", "b", "c"]) == "a, b, dan c"
