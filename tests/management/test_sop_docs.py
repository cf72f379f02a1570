"""Does `sop_docs` write the SOP, and notice when the page is stale?"""

from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from requests_app.management.commands.sop_docs import difference, write


def test_the_page_in_docs_is_fresh():
    assert difference(Path(settings.BASE_DIR) / "docs" / "sop.md") == ""


def test_a_written_page_is_fresh_and_a_changed_one_is_named_with_its_line(tmp_path):
    path = tmp_path / "docs" / "sop.md"
    write(path)
    assert difference(path) == ""
    path.write_text(path.read_text("utf-8").replace("1 Agustus 2023", "2 Agustus 2023"), "utf-8")
    assert "(baris 8)" in difference(path)
    write(path)
    path.write_text(path.read_text("utf-8") + "\ntambahan\n", "utf-8")
    assert "tidak sesuai" in difference(path)


def test_the_command_writes_and_checks(tmp_path, capsys):
    path = tmp_path / "sop.md"
    with pytest.raises(CommandError, match="belum ada"):
        call_command("sop_docs", check=True, path=path)
    call_command("sop_docs", path=path)
    assert "ditulis" in capsys.readouterr().out
    call_command("sop_docs", check=True, path=path)
    path.write_text("lain", "utf-8")
    with pytest.raises(CommandError, match="tidak sesuai"):
        call_command("sop_docs", check=True, path=path)
