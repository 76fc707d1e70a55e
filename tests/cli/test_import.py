"""`periksa import` and `periksa reindex`."""

from __future__ import annotations

import shutil
from datetime import timedelta

import pytest
from tests.cli.conftest import opened

from periksa.app import clock
from periksa.model import JobKind

BROKEN = '{"id": "rusak"\n'


def row_of(output: str, name: str) -> list[str]:
    return next(line.split()[1:] for line in output.splitlines() if line.startswith(name))


def test_what_is_imported_can_be_found_at_once(periksa, library):
    result = periksa("import", str(library))
    assert result.exit_code == 0
    assert row_of(result.output, "checks.jsonl") == ["2", "2", "0", "0"]
    assert "2 articles can be found." in result.output
    assert "SALAH, menurut Harian Uji" in periksa("ask", "air kelapa muda bisa ular kobra").output.replace("*", "")


def test_importing_again_changes_nothing(periksa, filled):
    result = periksa("import", str(filled))
    assert result.exit_code == 0
    assert row_of(result.output, "checks.jsonl") == ["2", "0", "2", "0"]


def test_problems_are_named_by_line_and_the_rest_is_imported(periksa, library):
    library.write_text(BROKEN + library.read_text())
    result = periksa("import", str(library))
    assert result.exit_code == 0
    assert row_of(result.output, "checks.jsonl") == ["2", "2", "0", "1"]
    assert "\nchecks.jsonl:1: " in result.output


def test_many_problems_are_counted_and_written_out_on_demand(periksa, library, folder):
    library.write_text(BROKEN * 51 + library.read_text())
    result = periksa("import", str(library))
    assert result.output.count("checks.jsonl:") == 20
    assert "and 31 more; --problems FILE writes all" in result.output
    result = periksa("import", str(library), "--problems", "masalah.txt")
    assert "and 31 more: all are in masalah.txt" in result.output
    written = (folder / "masalah.txt").read_text().splitlines()
    assert len(written) == 51
    assert written[50].startswith("checks.jsonl:51: ")


def test_nothing_read_is_a_failure(periksa, folder):
    (folder / "rusak.jsonl").write_text(BROKEN)
    result = periksa("import", "rusak.jsonl")
    assert result.exit_code == 1
    assert row_of(result.output, "rusak.jsonl") == ["0", "0", "0", "1"]


def test_a_file_that_cannot_be_read_does_not_keep_out_the_others(periksa, library):
    result = periksa("import", "tidak-ada.jsonl", str(library))
    assert result.exit_code == 1
    assert "Error: tidak-ada.jsonl cannot be read" in result.stderr
    assert row_of(result.stdout, "checks.jsonl") == ["2", "2", "0", "0"]


def test_work_that_another_process_has_in_hand_is_left_to_it(periksa, library):
    with opened() as installation:
        installation.ingest.import_file(library, lambda _: None)
        claimed = installation.store.write(
            lambda tx: tx.jobs.claim([JobKind.INDEX], 1, clock(), timedelta(minutes=1))
        ).result()
        result = periksa("import", str(library))
        assert "1 articles can be found." in result.output
        assert installation.store.read(lambda tx: tx.jobs.counts()).keys() == {(JobKind.INDEX, claimed[0].state)}


def test_an_index_that_cannot_be_written_loses_nothing(periksa, library, folder):
    index = folder / "periksa-data" / "index"
    index.mkdir(parents=True)
    (index / "current").write_text("v0-1")
    result = periksa("import", str(library))
    assert result.exit_code == 0
    assert "Stored, but not findable yet: " in result.stderr
    assert periksa("reindex").output == "2 articles can be found.\n"
    assert "https://uji.example/jembatan-kahayan" in periksa("ask", "jembatan Kahayan runtuh").output


def test_the_index_is_built_anew_from_the_store(periksa, filled, folder):
    shutil.rmtree(folder / "periksa-data" / "index")
    assert periksa("reindex").output == "2 articles can be found.\n"


@pytest.mark.usefixtures("begun")
def test_there_may_be_nothing_to_index(periksa):
    assert periksa("reindex").output == "Nothing is stored yet: periksa import FILE\n"
