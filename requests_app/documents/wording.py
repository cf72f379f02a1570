"""How are dates, amounts, sizes and names of numbers written in Indonesian official papers?

Own tables of names, never the operating system's locale (DOMAIN: Formats). The one subject of a
function is positional, all that shapes it is by keyword.
"""

from datetime import date, datetime, tzinfo
from decimal import ROUND_HALF_UP, Decimal
from typing import Final
from zoneinfo import ZoneInfo

from num2words import num2words

from requests_app.sop.dates import DAYS, MONTHS

ROMAN_MONTHS: Final = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII")
ZONE_NAMES: Final = {7: "WIB", 8: "WITA", 9: "WIT"}
"""Hours east of UTC → name of the zone (Keppres 41/1987); no daylight saving."""
NIP_DIGITS: Final = 18
_SIZES: Final = ("byte", "kB", "MB", "GB", "TB")
_STEP: Final = 1024
_MINUTES_PER_HOUR: Final = 60


def long_date(day: date, /) -> str:
    """Write `23 November 2026`."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def weekday_date(day: date, /) -> str:
    """Write `Senin, 23 November 2026`."""
    return f"{DAYS[day.weekday()]}, {long_date(day)}"


def short_date(day: date, /) -> str:
    """Write `23-11-2026`."""
    return f"{day.day:02d}-{day.month:02d}-{day.year}"


def month_year(day: date, /) -> str:
    """Write `November 2026`."""
    return f"{MONTHS[day.month - 1]} {day.year}"


def zone_name(moment: datetime, /) -> str:
    """Name the zone of an aware moment: WIB, WITA or WIT; elsewhere its offset, `UTC+05.30`."""
    offset = moment.utcoffset()
    if offset is None:
        raise ValueError("A moment without a zone has no zone name.")
    minutes = int(offset.total_seconds() // 60)
    hours, rest = divmod(abs(minutes), 60)
    if not rest and minutes > 0 and hours in ZONE_NAMES:
        return ZONE_NAMES[hours]
    sign = "-" if minutes < 0 else "+"
    return f"UTC{sign}{hours:02d}.{rest:02d}"


def clock_time(moment: datetime, /, *, zone: str | tzinfo) -> str:
    """Write `pukul 14.05 WIB`, in the office's zone (a name of the IANA table, or a tzinfo)."""
    local = moment.astimezone(_zone(zone))
    return f"pukul {local.hour:02d}.{local.minute:02d} {zone_name(local)}"


def date_and_time(moment: datetime, /, *, zone: str | tzinfo, weekday: bool = False) -> str:
    """Write `23 November 2026 pukul 14.05 WIB`, with the day's name in front when asked."""
    day = moment.astimezone(_zone(zone)).date()
    written = weekday_date(day) if weekday else long_date(day)
    return f"{written} {clock_time(moment, zone=zone)}"


def date_range(first: date, last: date, /) -> str:
    """Write `1–23 November 2026`, naming month and year once where both days share them."""
    if first == last:
        return long_date(first)
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day}–{long_date(last)}"
    if first.year == last.year:
        return f"{first.day} {MONTHS[first.month - 1]}–{long_date(last)}"
    return f"{long_date(first)}–{long_date(last)}"


def in_words(value: int, /) -> str:
    """Write a whole number in words: 2026 → `dua ribu dua puluh enam`."""
    return str(num2words(value, lang="id"))


def ordinal(value: int, /) -> str:
    """Write `pertama`, `kedua`, `ketiga`."""
    return str(num2words(value, lang="id", to="ordinal"))


def amount(value: int, noun: str = "", /) -> str:
    """Write a quantity with its words: `1 (satu) berkas`, `10 (sepuluh) hari kerja`."""
    return f"{grouped(value)} ({in_words(value)}) {noun}".rstrip()


def grouped(value: float | Decimal, /, *, decimals: int | None = None) -> str:
    """Write `1.234,5`: dot for thousands, comma for decimals, which are kept as given or set."""
    exact = value if isinstance(value, Decimal) else Decimal(str(value))
    if decimals is not None:
        exact = exact.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)
    return f"{exact:,f}".translate(str.maketrans(",.", ".,"))


def lower_first(sentence: str, /) -> str:
    """Begin small behind a colon, unless the sentence begins with an abbreviation (NIP, PDF)."""
    return sentence if sentence[1:2].isupper() else sentence[:1].lower() + sentence[1:]


def percent(part: float, whole: float, /) -> str:
    """Write a share in whole per cent, `91%`; of nothing there is no share, `–`."""
    return f"{grouped(100 * part / whole, decimals=0)}%" if whole else "–"


def rupiah(value: float | Decimal, /) -> str:
    """Write `Rp1.500.000`."""
    return f"Rp{grouped(value)}"


def file_size(size_bytes: int, /) -> str:
    """Write `2,4 MB`; one step is 1.024, one decimal from kB on, none where it would be zero."""
    size, unit = Decimal(size_bytes), 0
    while size >= _STEP and unit < len(_SIZES) - 1:
        size, unit = size / _STEP, unit + 1
    written = grouped(size, decimals=1 if unit else 0).removesuffix(",0")
    return f"{written} {_SIZES[unit]}"


def duration(minutes: int, /) -> str:
    """Write office minutes as `3 jam 10 menit`."""
    hours, rest = divmod(minutes, _MINUTES_PER_HOUR)
    parts = [f"{grouped(hours)} jam" if hours else "", f"{rest} menit" if rest else ""]
    return " ".join(part for part in parts if part) or "0 menit"


def working_days(days: int, /) -> str:
    """Write `2 hari kerja`."""
    return f"{grouped(days)} hari kerja"


def roman_month(day: date, /) -> str:
    """Write the month in Roman numerals, as letter numbers use it."""
    return ROMAN_MONTHS[day.month - 1]


def nip(value: str, /) -> str:
    """Write a NIP as 8-6-1-3 digits: birth date, appointment, sex, serial.

    What has not 18 digits (an NI PPPK of another form, a typing error) is shown as it is.
    """
    digits = "".join(value.split())
    if len(digits) != NIP_DIGITS or not digits.isdigit():
        return value
    return f"{digits[:8]} {digits[8:14]} {digits[14]} {digits[15:]}"


def listed(parts: list[str] | tuple[str, ...], /) -> str:
    """Join `a`, `a dan b`, `a, b, dan c`."""
    if len(parts) <= 1:
        return "".join(parts)
    comma = "," if len(parts) > 2 else ""
    return f"{', '.join(parts[:-1])}{comma} dan {parts[-1]}"


def _zone(zone: str | tzinfo) -> tzinfo:
    return ZoneInfo(zone) if isinstance(zone, str) else zone
