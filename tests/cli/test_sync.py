"""`periksa sync`, `periksa sources` and what the doctor says of sources, against a publisher on this machine."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from tests.cli.conftest import opened
from tests.publisher_server import PublisherServer, page

from periksa import app
from periksa.pages.fetcher import Fetcher

pytestmark = pytest.mark.network

PROFILE = """
name = "kabarkini"
outlet = "Kabarkini"
hosts = ["127.0.0.1"]
checked = "invented for tests"
publishes = "news"
pause = 0.5
articles = ['/baca/']

[[start]]
kind = "feed"
url = "{url}/rss"
"""
ARTICLE = "<html><head><title>{0}</title></head><body><article><h1>{0}</h1><p>{0}, kata balai.</p></article></body>"
DATED = "<meta property='article:published_time' content='2026-02-28T09:00:00+07:00'>"


@pytest.fixture
def site(publisher: PublisherServer, folder: Path, monkeypatch: pytest.MonkeyPatch) -> PublisherServer:
    """A site with two articles, switched on; its port of this machine may be asked."""
    allowed = [("127.0.0.1", publisher.port)]
    monkeypatch.setattr(app, "fetcher", lambda contact: Fetcher(app.clock, contact, allowed=allowed))
    monkeypatch.setenv("PERIKSA_SOURCES_SITES", "kabarkini")
    (folder / "sources.d").mkdir()
    (folder / "sources.d/kabarkini.toml").write_text(PROFILE.format(url=publisher.url))
    items = "".join(f"<item><title>B</title><link>{publisher.url}/baca/{n}</link></item>" for n in (1, 2))
    publisher.routes["/rss"] = page(f"<rss version='2.0'><channel>{items}</channel></rss>", etag='"1"')
    publisher.routes["/baca/1"] = ARTICLE.format("Bendungan Randu mulai diisi").replace("</title>", f"</title>{DATED}")
    publisher.routes["/baca/2"] = ARTICLE.format("Jembatan Kahayan dibuka lagi")
    return publisher


def rows(output: str, first: str) -> list[list[str]]:
    """The rows of a table that begin with this word, cell by cell."""
    return [line.split() for line in output.splitlines() if line.startswith(f"{first} ")]


def test_what_is_new_is_findable_and_the_second_visit_costs_one_request(
    periksa: Callable, site: PublisherServer
) -> None:
    done = periksa("sync")
    assert done.exit_code == 0, done.output
    # asked, same, listed, new, changed, gone, problems, left
    assert rows(done.output, "kabarkini") == [["kabarkini", "3", "0", "2", "2", "0", "0", "2", "0"]]
    assert done.output.count(f"{site.url}/baca/2 date is missing") == 1
    assert "2 articles can be found." in done.output
    site.asked.clear()
    done = periksa("sync", "kabarkini")
    assert rows(done.output, "kabarkini") == [["kabarkini", "1", "1", "0", "0", "0", "0", "0", "0"]]
    assert "date is missing" not in done.output
    assert site.paths == ["/robots.txt", "/rss"]


def test_a_dry_run_lists_and_keeps_nothing(periksa: Callable, site: PublisherServer) -> None:
    done = periksa("sync", "--dry-run")
    assert done.exit_code == 0, done.output
    assert [(row[1].rpartition(":")[2].partition("/")[2], row[2]) for row in rows(done.output, "kabarkini")] == [
        ("baca/1", "new"),
        ("baca/2", "new"),
    ]
    assert "2 addresses" in done.output
    with opened() as installation:
        assert installation.store.read(lambda tx: (tx.articles.count(), tx.visits.all())) == (0, [])


def test_a_site_that_cannot_be_read_ends_with_1(periksa: Callable, site: PublisherServer) -> None:
    site.routes["/rss"] = "<html>Sedang dipelihara</html>"
    done = periksa("sync")
    assert done.exit_code == 1
    assert "/rss is no feed" in done.output


def test_a_listing_that_still_cannot_be_read_is_counted_and_said_each_time_once(
    periksa: Callable, site: PublisherServer
) -> None:
    site.routes["/rss"] = "<html>Sedang dipelihara</html>"
    for _ in range(2):
        done = periksa("sync")
        assert done.exit_code == 1
        assert rows(done.output, "kabarkini") == [["kabarkini", "1", "0", "0", "0", "0", "0", "1", "0"]]
        assert done.output.count(f"{site.url}/rss is no feed") == 1


def test_a_site_in_other_hands_is_said(periksa: Callable, site: PublisherServer) -> None:
    with opened() as installation:
        at = app.clock()
        installation.store.write(lambda tx: tx.visits.begin("kabarkini", at, at.replace(year=at.year + 1))).result()
    done = periksa("sync")
    assert done.exit_code == 1
    assert "kabarkini: somebody else visits it now." in done.output


@pytest.mark.parametrize(
    ("sites", "command", "sentence"),
    [
        ("", ["sync"], "No site is switched on: name some in sources.sites; `periksa sources --all` lists them."),
        ("tempo", ["sync", "viva"], "viva is not switched on: add it to sources.sites; there are: tempo."),
        ("tempoo", ["sync"], "sources.sites: there is no profile 'tempoo'; did you mean tempo?"),
        ("antara", ["sync", "antara"], "antara waits for your word."),
        ("tempo", ["sources", "viva"], "viva is not switched on: add it to sources.sites"),
    ],
)
def test_what_cannot_be_visited_is_said_in_a_sentence(
    periksa: Callable, folder: Path, monkeypatch: pytest.MonkeyPatch, sites: str, command: list[str], sentence: str
) -> None:
    monkeypatch.setenv("PERIKSA_SOURCES_SITES", sites)
    done = periksa(*command)
    assert done.exit_code != 0
    assert str(done.exception).startswith(sentence)


def test_how_sites_do(periksa: Callable, site: PublisherServer) -> None:
    with opened():
        pass
    assert "was never visited" in " ".join(periksa("sources").output.split())
    periksa("sync")
    output = periksa("sources").output
    (row,) = rows(output, "kabarkini")
    assert row[-4:] == ["2", "0", "2", "0"], output
    output = periksa("sources", "kabarkini").output
    assert f"{site.url}/baca/2 date is missing" in output
    assert "2 problems." in output
    assert "  2 times since " in output, "both entries of the feed are without a date"
    assert "  once, " in output


def test_every_profile_there_is(periksa: Callable, site: PublisherServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    output = periksa("sources", "--all").output
    assert rows(output, "kabarkini")[0][:5] == ["kabarkini", "Kabarkini", "news", "yes", "invented"]
    assert rows(output, "liputan6")[0][3] == "no"
    assert "waits for your word" in next(line for line in output.splitlines() if line.startswith("antara "))


def test_the_doctor_looks_at_sources(periksa: Callable, site: PublisherServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    periksa("sync")
    output = periksa("doctor").output
    assert "publishers cannot see who visits them" in output
    assert "kabarkini as expected; 2 problems with single pages" in output
    monkeypatch.setenv("PERIKSA_SOURCES_CONTACT", "redaksi@uji.example")
    monkeypatch.setenv("PERIKSA_SOURCES_SITES", "kabarkini, antara, viva")
    output = periksa("doctor").output
    assert "publishers cannot see" not in output
    assert "antara: waits for your word" in output
    assert "viva: was never visited" in output
    monkeypatch.setenv("PERIKSA_SOURCES_SITES", "vivaa")
    assert "did you mean viva?" in periksa("doctor").output


def test_a_profile_can_be_copied_and_mended(periksa: Callable, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PERIKSA_SOURCES_FOLDER", str(tmp_path / "sites"))
    (tmp_path / "sites").mkdir()
    shipped = periksa("sources", "antara", "--profile").output
    assert 'name = "antara"' in shipped
    ours = shipped.replace("ask_first = ", 'ask_first = ""  # was: ')
    (tmp_path / "sites/antara.toml").write_text(ours, encoding="utf-8")
    assert periksa("sources", "antara", "--profile").output == ours
    monkeypatch.setenv("COLUMNS", "200")
    assert "waits for your word" not in periksa("sources", "--all").output
    asked = periksa("sources", "anatra", "--profile")
    assert asked.exit_code == 1
    assert "did you mean antara?" in str(asked.exception)
