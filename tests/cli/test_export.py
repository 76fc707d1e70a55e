"""`periksa export`: what goes out comes in again."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from tests.cli.conftest import opened

from periksa.model import Article, ArticleKind, Force, Statement

NEWS = Article(
    "kabar &amp; 1",
    ArticleKind.NEWS,
    'Judul dengan &copy; dan "kutip"',
    outlet="=HYPERLINK(1)",
    body="Baris satu.\n\nBaris dua, kata Wening.",
    place="Randu",
    statements=(
        Statement("Wening", "Baris dua", verb="kata", force=Force.DENIED, via=("A", "B"), start=0, end=9),
        Statement("Budi", "Ya.", direct=True),
    ),
)


@pytest.fixture
def kept(filled):
    """Every article of the installation."""
    with opened() as each:
        each.store.write(lambda tx: tx.articles.put([NEWS], each.ingest._clock())).result()
        return each.store.read(lambda tx: list(tx.articles.all()))


def test_what_is_exported_can_be_imported_again_and_is_the_same(periksa, kept, folder, monkeypatch):
    result = periksa("export", "semua.jsonl")
    assert result.output == "3 articles were written to semua.jsonl.\n"
    monkeypatch.setenv("PERIKSA_DATA_DIR", str(folder / "lain"))
    assert periksa("import", "semua.jsonl").exit_code == 0
    with opened() as other:
        assert other.store.read(lambda tx: list(tx.articles.all())) == kept
    assert periksa("export", "lagi.jsonl").exit_code == 0
    assert Path("lagi.jsonl").read_bytes() == Path("semua.jsonl").read_bytes()


@pytest.mark.usefixtures("kept")
def test_a_spreadsheet_runs_nothing_of_it(periksa):
    assert periksa("export", "--form", "csv", "semua.csv").exit_code == 0
    raw = Path("semua.csv").read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf")
    rows = {row["id"]: row for row in csv.DictReader(io.StringIO(raw.decode("utf-8-sig"), newline=""))}
    assert (rows["uji-1"]["rating"], rows["uji-1"]["scale"]) == ("SALAH", "false")
    assert rows[NEWS.id]["outlet"] == "'=HYPERLINK(1)"


@pytest.mark.usefixtures("kept")
def test_claimreview_holds_only_what_is_whole(periksa, folder, monkeypatch):
    result = periksa("export", "--form", "claimreview", "cek.json")
    assert result.output == "1 articles were written to cek.json.\n"
    feed = json.loads(Path("cek.json").read_text("utf-8"))
    assert (feed["@type"], len(feed["dataFeedElement"])) == ("DataFeed", 1)
    monkeypatch.setenv("PERIKSA_DATA_DIR", str(folder / "lain"))
    assert periksa("import", "cek.json").exit_code == 0
    with opened() as other:
        (article,) = other.store.read(lambda tx: list(tx.articles.all()))
    assert (article.rating, article.outlet, article.url) == ("SALAH", "Harian Uji", "https://uji.example/air-kelapa")


@pytest.mark.usefixtures("begun")
def test_an_empty_library_is_an_empty_file(periksa):
    for form in ("jsonl", "csv", "claimreview"):
        assert periksa("export", "--form", form, "kosong").output == "0 articles were written to kosong.\n"
    assert json.loads(Path("kosong").read_text("utf-8"))["dataFeedElement"] == []


def test_a_file_that_cannot_be_written_is_named(periksa, folder):
    (folder / "dir").mkdir()
    result = periksa("export", "dir")
    assert result.exit_code == 1
    assert list(folder.glob("*.part")) == []
