"""What is said of a received file before anybody opens it: its contents counted, and its check?"""

from collections.abc import Iterable
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from requests_app.documents.wording import grouped
from requests_app.models import DataFile

COLUMNS_TOLD: Final = 3
"""Columns with empty cells that are named; of more only the number is told."""


def facts_in_words(data_file: DataFile) -> list[str]:
    """Say how many rows and columns, pages, pixels or entries a file has; what is known of it."""
    facts = data_file.facts
    told: list[str] = []
    if facts.get("tables"):
        told += _of_tables(facts["tables"], data_file.rows)
    elif data_file.rows is not None:
        told.append(_rows(data_file.rows))
    if "pages" in facts:
        told.append(_("{n} halaman").format(n=grouped(facts["pages"])))
    if "width" in facts:
        size = {"lebar": grouped(facts["width"]), "tinggi": grouped(facts["height"])}
        told.append(_("{lebar} × {tinggi} piksel").format(**size))
    if "entries" in facts:
        told.append(_("{n} berkas di dalamnya").format(n=grouped(facts["entries"])))
    return told


def check_in_words(data_file: DataFile) -> str:
    """Say what the check of a file has come to; a file nobody scanned is told so."""
    verdict = DataFile.Verdict(data_file.verdict)
    if verdict is DataFile.Verdict.RELEASED:
        return _("ditahan, lalu dilepas oleh {nama}: {alasan}").format(
            nama=data_file.released_by, alasan=data_file.release_reason
        )
    if verdict is DataFile.Verdict.CLEAN:
        return _("tidak dipindai") if data_file.scanned_at is None else _("lolos pemindaian virus")
    return {
        DataFile.Verdict.PENDING: _("menunggu pemindaian"),
        DataFile.Verdict.HELD: _("ditahan"),
        DataFile.Verdict.INFECTED: _("tidak lolos pemeriksaan virus"),
    }[verdict]


def missing_columns(given: Iterable[DataFile], blank: DataFile | None) -> list[str]:
    """List the columns of an attached form that stand in none of the tables that were given.

    Nothing where form or files have no tables to compare.
    """
    asked = [] if blank is None else _headers([blank])
    found = {_folded(name) for name in _headers(given)}
    return [name for name in asked if _folded(name) not in found] if found else []


def _headers(files: Iterable[DataFile]) -> list[str]:
    """List the headings of all tables in the files, each once."""
    tables = (table for one in files for table in one.facts.get("tables", ()))
    return list(dict.fromkeys(name for table in tables for name in table["header"] if name))


def _folded(name: str) -> str:
    return " ".join(name.split()).casefold()


def _of_tables(tables: list[dict[str, Any]], rows: int | None) -> list[str]:
    shown = [table for table in tables if not table["hidden"]] or tables
    first, told = shown[0], []
    if len(tables) > 1:
        told.append(_sheets(tables))
    name = f"{first['name']}: " if len(tables) > 1 else ""
    counted = rows if rows is not None and len(tables) == 1 else first["rows"]
    is_exact = not first["at_least"] or counted != first["rows"]
    size = "{baris}, {kolom}" if is_exact else _("sedikitnya {baris}, {kolom}")
    columns = _("{n} kolom").format(n=grouped(first["columns"]))
    told.append(name + size.format(baris=_rows(counted), kolom=columns) + _empty(first))
    return told


def _sheets(tables: list[dict[str, Any]]) -> str:
    hidden = sum(table["hidden"] for table in tables)
    told = ngettext("{n} lembar", "{n} lembar", len(tables)).format(n=len(tables))
    return _("{lembar}, {n} tersembunyi").format(lembar=told, n=hidden) if hidden else told


def _rows(number: int) -> str:
    return ngettext("{n} baris", "{n} baris", number).format(n=grouped(number))


def _empty(table: dict[str, Any]) -> str:
    """Name the columns that have the most empty cells."""
    by_number = sorted(table["empty"].items(), key=lambda pair: -pair[1])
    told = [
        _("kolom {nama} kosong {n}").format(nama=name, n=grouped(number))
        for name, number in by_number[:COLUMNS_TOLD]
    ]
    left = len(by_number) - len(told)
    if left > 0:
        told.append(_("{n} kolom lain juga ada yang kosong").format(n=left))
    return "".join(f"; {one}" for one in told)
