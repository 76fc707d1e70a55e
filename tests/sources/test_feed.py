from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from periksa.sources import Fetched, Listed, Pointer
from periksa.sources.feed import Feed
from periksa.sources.site import Site

FOLDER = Path(__file__).parent / "listings"
Make = Callable[..., Fetched]
Profile = Callable[..., Site]

ITEM = "<item><title>{0}</title><link>https://kabarkini.example/read/{1}</link>{2}</item>"
DATED = "<pubDate>Thu, 09 Mar 2023 10:20:00 +0700</pubDate>"


def rss(*items: str) -> str:
    return f'<rss version="2.0"><channel><title>Kabarkini</title>{"".join(items)}</channel></rss>'


def pointers(entries: list[Listed]) -> list[Pointer]:
    return [entry.pointer for entry in entries if entry.pointer]


def said(entries: list[Listed]) -> list[str]:
    return [f"{problem.where}: {problem.field} {problem.what}" for entry in entries for problem in entry.problems]


def test_rss(fetched: Make, site: Profile) -> None:
    entries = list(Feed().list(fetched((FOLDER / "feed-rss.xml").read_bytes()), site()))
    one, two, three = pointers(entries)
    assert one == Pointer(
        url="https://kabarkini.example/read/1?utm_source=rss",
        title="Warga Lembah Randu Menolak Pindah",
        date=date(2023, 3, 9),
        changed=one.changed,
        summary="Sebagian warga belum menerima undangan.",
        guid="kk-1",
        categories=("Nasional",),
    )
    assert one.changed
    assert one.changed.astimezone(UTC) == datetime(2023, 3, 9, 3, 20, tzinfo=UTC)
    assert (two.url, two.title) == ("https://kabarkini.example/read/2", 'Gula Aren & Batuk: "Obat" Baru?')
    assert two.summary == "Harga naik – pekan ini."
    assert two.date == date(2023, 3, 9)  # 23.30 GMT is the next day in Jakarta
    assert three.date == date(2023, 3, 7)
    assert [entry.further.url for entry in entries if entry.further] == ["https://kabarkini.example/daftar?paged=2"]
    assert said(entries) == []


def test_atom(fetched: Make, site: Profile) -> None:
    (entry,) = Feed().list(fetched((FOLDER / "feed-atom.xml").read_bytes()), site())
    assert entry.pointer
    assert entry.pointer.url == "https://kabarkini.example/read/4"
    assert entry.pointer.title == "Banjir rob di Pesisir Utara"
    assert entry.pointer.changed == datetime(2023, 3, 10, 2, 3, 4, tzinfo=UTC)
    assert entry.pointer.date == date(2023, 3, 9)


def test_broken_xml_is_read_as_far_as_possible_and_said(fetched: Make, site: Profile) -> None:
    text = rss(ITEM.format("Gula & Garam < Rp5.000", 1, DATED), ITEM.format("Dua", 2, DATED)).replace(
        "</channel></rss>", ""
    )
    entries = list(Feed().list(fetched(text), site()))
    assert [pointer.url for pointer in pointers(entries)] == [f"https://kabarkini.example/read/{n}" for n in (1, 2)]
    assert len(said(entries)) == 1
    assert "feed is not well-formed and was read as far as possible" in said(entries)[0]


@pytest.mark.parametrize(
    ("given", "problem"),
    [
        ("", "date is missing; the page is asked"),
        ("<pubDate>05/03/2023</pubDate>", None),
        ("<pubDate>segera</pubDate>", 'date does not say which day: "segera"; the page is asked'),
        ("<pubDate>Thu, 01 Jan 1970 00:00:00 GMT</pubDate>", "date lies before the web: 1970-01-01; the page is asked"),
        (
            "<pubDate>Sat, 09 Mar 2030 10:00:00 +0700</pubDate>",
            "date lies in the future: 2030-03-09; the page is asked",
        ),
    ],
)
def test_dates_that_are_none_or_wrong_are_said_and_not_guessed(
    fetched: Make, site: Profile, given: str, problem: str | None
) -> None:
    entries = list(Feed().list(fetched(rss(ITEM.format("Satu", 1, given))), site()))
    assert said(entries) == ([f"https://kabarkini.example/daftar, entry 1: {problem}"] if problem else [])
    assert (pointers(entries)[0].date is None) == bool(problem)


@pytest.mark.parametrize(
    ("given", "day"),
    [
        ("Kam, 09 Mar 2023 23:50:00 WIB", date(2023, 3, 9)),
        ("Kamis, 9 Maret 2023 23:50 WITA", date(2023, 3, 9)),
        ("kemarin, 14:05", date(2023, 3, 11)),
        ("2 jam lalu", date(2023, 3, 12)),
    ],
)
def test_dates_as_newsrooms_write_them(fetched: Make, site: Profile, given: str, day: date) -> None:
    (entry,) = Feed().list(fetched(rss(ITEM.format("Satu", 1, f"<pubDate>{given}</pubDate>"))), site())
    assert entry.pointer
    assert entry.pointer.date == day


def test_an_article_is_pointed_to_once_and_a_guid_twice_is_said(fetched: Make, site: Profile) -> None:
    guid = DATED + '<guid isPermaLink="false">kk</guid>'
    text = rss(ITEM.format("Satu", 1, guid), ITEM.format("Satu", "1?utm_source=x", guid), ITEM.format("Dua", 2, guid))
    entries = list(Feed().list(fetched(text), site()))
    assert [pointer.title for pointer in pointers(entries)] == ["Satu", "Dua"]
    assert said(entries) == [
        'https://kabarkini.example/daftar, entry 3: guid is that of another article as well: "kk"; both were taken'
    ]


def test_an_entry_without_a_link_is_said(fetched: Make, site: Profile) -> None:
    (entry,) = Feed().list(fetched(rss("<item><title>Satu</title></item>")), site())
    assert entry.problems[0].refused
    assert said([entry]) == ["https://kabarkini.example/daftar, entry 1: link is missing or no http(s) address"]


def test_only_what_the_profile_wants(fetched: Make, site: Profile) -> None:
    text = rss(ITEM.format("Satu", 1, DATED), ITEM.format("Foto", "foto/2", DATED))
    entries = list(Feed().list(fetched(text), site(articles=[r"/read/\w+"], skip=["/foto/"])))
    assert [pointer.title for pointer in pointers(entries)] == ["Satu"]


def test_whole_articles(fetched: Make, site: Profile) -> None:
    content = (
        '<content:encoded xmlns:content="http://purl.org/rss/1.0/modules/content/"><![CDATA[<p>Kabarkini.com, '
        "Randugunting - Pengisian dimulai.</p><p>Baca juga: Gula</p><p>Warga menolak.</p>]]></content:encoded>"
    )
    text = rss(ITEM.format("Satu", 1, DATED + content))
    (entry,) = Feed().list(fetched(text), site(complete_feeds=True))
    assert entry.pointer
    assert entry.pointer.article
    assert entry.pointer.article.body == "Pengisian dimulai.\n\nWarga menolak."
    assert (entry.pointer.article.place, entry.pointer.article.date) == ("Randugunting", date(2023, 3, 9))
    (entry,) = Feed().list(fetched(text), site())
    assert entry.pointer
    assert entry.pointer.article is None


@pytest.mark.parametrize("name", ["utf-8", "utf-16", "cp1252"])
def test_letters(fetched: Make, site: Profile, name: str) -> None:
    text = f'<?xml version="1.0" encoding="{name}"?>' + rss(ITEM.format("Café “Randu”", 1, DATED))
    (entry,) = Feed().list(fetched(text.encode(name)), site())
    assert entry.pointer
    assert entry.pointer.title == "Café “Randu”"
