"""How is a file's name kept? As text to be shown, and never as a place."""

import re
import unicodedata
from pathlib import PurePosixPath
from typing import Final

MAXIMUM_NAME: Final = 150
"""Longest file name that is kept, in characters."""


def clean_file_name(name: str, /) -> str:
    """Give a name that is safe to show and to store: NFC, one line, at most 150 characters.

    Folders, control characters and invisible format characters (the bidirectional ones turn
    `gpj.exe` round) are removed; the extension survives the cut. Nothing left → `berkas`.
    """
    base = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    kept = "".join(letter for letter in base if unicodedata.category(letter)[0] != "C")
    kept = re.sub(r"\s+", " ", kept).strip(" .")
    if not kept:
        return "berkas"
    suffix = PurePosixPath(kept).suffix
    if len(kept) <= MAXIMUM_NAME or len(suffix) >= MAXIMUM_NAME:
        return kept[:MAXIMUM_NAME]
    return kept[: MAXIMUM_NAME - len(suffix)].rstrip() + suffix
