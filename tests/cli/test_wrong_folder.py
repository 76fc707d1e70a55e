"""A command that only looks, in a folder where nothing is: it says so in a sentence and leaves nothing behind."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.cli.conftest import ended

from periksa.errors import ConfigError

READING = (
    ["export", "semua.jsonl"],
    ["cases"],
    ["cases", "abc", "--close"],
    ["answer", "abc", "uji-1"],
    ["ask", "air kelapa"],
    ["ask", "--timeline", "air kelapa"],
    ["ratings"],
    ["reindex"],
    ["broadcast", "uji-1"],
    ["channel-post", "uji-1"],
    ["card", "uji-1", "kartu.png"],
    ["block", "+6281100022233"],
    ["unblock", "+6281100022233"],
    ["resend"],
    ["keys"],
    ["keys", "--rotate"],
)


@pytest.mark.parametrize("command", READING, ids=" ".join)
def test_a_command_that_looks_makes_nothing(periksa, folder: Path, command: list[str]) -> None:
    done = periksa(*command)
    assert isinstance(done.exception, ConfigError)
    assert f"There is no data in {folder}/periksa-data: " in str(done.exception)
    assert list(folder.iterdir()) == []


def test_sites_too_are_looked_at_only_where_something_is(periksa, folder: Path, monkeypatch) -> None:
    monkeypatch.setenv("PERIKSA_SOURCES_SITES", "tempo")
    for command in (["sources"], ["sources", "tempo"]):
        assert "There is no data in" in str(periksa(*command).exception)
    for command in (["sources", "--all"], ["sources", "tempo", "--profile"]):
        assert periksa(*command).exit_code == 0
    monkeypatch.setenv("PERIKSA_SOURCES_SITES", "")
    assert "No site is switched on." in periksa("sources").output
    assert periksa("sync").exit_code != 0
    assert list(folder.iterdir()) == []


def test_it_is_one_sentence_on_a_screen(folder: Path) -> None:
    status, out, err = ended("cases")
    assert (status, out) == (2, "")
    assert err == (
        f"Error: There is no data in {folder}/periksa-data: run this in the folder of your installation, or name it "
        "(--config, PERIKSA_DATA_DIR); a new one begins with `periksa import FILE`.\n"
    )


@pytest.mark.parametrize("query", ["", "?timeout=5"])
def test_a_database_named_by_address_is_looked_for_there(periksa, folder: Path, library, monkeypatch, query) -> None:
    monkeypatch.setenv("PERIKSA_STORE_URL", f"sqlite:///{folder}/lain.db{query}")
    assert f"There is no data in sqlite:///{folder}/lain.db" in str(periksa("cases").exception)
    assert not (folder / "lain.db").exists()
    assert periksa("import", str(library)).exit_code == 0
    assert periksa("cases").exit_code == 0
