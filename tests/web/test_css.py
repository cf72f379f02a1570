"""Is the committed stylesheet the one its sources give?"""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
MOST_BYTES = 120_000


def test_the_stylesheet_was_compiled_from_its_sources():
    checked = subprocess.run(
        [sys.executable, str(ROOT / ".ci" / "css"), "--check"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert checked.returncode == 0, checked.stderr


def test_the_stylesheet_stays_small():
    assert (ROOT / "static" / "css" / "sopdata.css").stat().st_size < MOST_BYTES


def test_only_the_tokens_name_the_accent():
    for source in (ROOT / "static" / "scss").glob("*.scss"):
        if source.name not in {"_tokens.scss", "_bootstrap.scss"}:
            assert "#0b5cab" not in source.read_text(), source.name
