"""Articles that say that their publisher took them back; and those that only tell of something that was."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from periksa.sources import Fetched, Parsed
from periksa.sources.claimreview import ClaimReview, ClaimReviewFeed
from periksa.sources.feed import Feed
from periksa.sources.jsonl import Jsonl
from periksa.sources.page import Page
from periksa.sources.site import Site
from periksa.sources.withdrawn import Rule, is_withdrawn, rules
from periksa.sources.wordpress import WordPress

Make = Callable[..., Fetched]
Profile = Callable[..., Site]
URL = "https://kabarkini.example/cek/1"
RULES = {"title": ["h1"], "date": ["time"], "body": ["div.isi"]}
TEXT = "Retakan 40 meter itu berada di bendungan lain, kata kepala balai."
TELLS_OF_ANOTHER = [
    ("Mi Instan Randu Ditarik dari Pasar", "Badan pengawas menarik produk ini dari pasar sejak Senin."),
    ("Izin Bendungan Randu Dicabut", "Izin ini telah dicabut karena pengelola lalai."),
    ("Artikel Jurnal tentang Vaksin Ditarik", "Artikel itu ditarik oleh jurnal setelah datanya diragukan."),
    ("[SALAH] Artikel Kabarkini Ini Telah Dicabut", "Artikel dalam tangkapan layar itu tidak pernah dicabut."),
    ("Benarkah Berita Bendungan Retak Telah Dicabut Redaksi?", "Beredar pesan bahwa redaksi mencabut berita itu."),
    ("Cek Fakta: Laporan Ini Tidak Pernah Ditarik", "Klaim bahwa laporan ini ditarik adalah salah."),
    ("Retracted Study Still Shared", "This study was retracted in May. This article explains why it is still shared."),
    ("Video Bendungan Retak", "“Berita ini telah dicabut,” tulis sebuah akun."),
    ("RALAT: Bendungan Randu Retak 4 Meter, Bukan 40", "Ralat: angka pada judul semula keliru."),
    ("KOREKSI Tarif Tol Randu", "Koreksi: tarif yang benar Rp 9.000. Tarif lama sudah ditarik."),
    ("Redaksi Warta Randu Mencabut Berita Lain", "Redaksi mencabut berita tentang gubernur itu."),
    ("Kami Menarik Diri, Kata Tim Randu", "Kami menarik kesimpulan bahwa berita ini perlu dilengkapi."),
]
TAKEN_BACK = [
    ("[DITARIK] Bendungan Randu Retak", TEXT),
    ("(Dicabut Redaksi) Bendungan Randu Retak", TEXT),
    ("Berita ini telah ditarik kembali.", "Mohon maaf."),
    ("Bendungan Randu Retak", "Artikel ini telah dicabut dan tidak berlaku lagi."),
    ("Bendungan Randu Retak", "(Cek fakta ini kami tarik kembali karena fotonya keliru.)"),
    ("Bendungan Randu Retak", "CATATAN REDAKSI: Setelah ditinjau, berita ini resmi dicabut pada 9 Maret 2023."),
    ("Bendungan Randu Retak", "Redaksi Kabarkini telah mencabut artikel ini."),
    ("Randu Dam Cracked", "Editor's note: This fact-check has been withdrawn."),
    ("This story has been retracted", "We apologise."),
]


def page(title: str, *lines: str, head: str = "", aside: str = "") -> str:
    text = "".join(f"<p>{line}</p>" for line in lines)
    body = f"{aside}<h1>{title}</h1><time>9 Maret 2023</time><div class='isi'>{text}</div>"
    return f"<html><head>{head}</head><body>{body}</body></html>"


def read(fetched: Make, site: Site, markup: str) -> Parsed:
    (parsed,) = Page().read([fetched(markup, URL)], site)
    return parsed


@pytest.mark.parametrize("rule", rules(), ids=lambda rule: rule.name)
def test_every_rule_finds_its_example_and_nothing_that_looks_alike(rule: Rule, site: Profile) -> None:
    assert rule.pattern.search(rule.example)
    assert rule.unlike
    for text in rule.unlike:
        assert not is_withdrawn(text, (), site()), text
        assert not is_withdrawn("", (text,), site()), text


@pytest.mark.parametrize(("title", "line"), TELLS_OF_ANOTHER)
def test_an_article_about_something_withdrawn_stays(fetched: Make, site: Profile, title: str, line: str) -> None:
    parsed = read(fetched, site(page=RULES), page(title, line, TEXT))
    assert not parsed.withdrawn
    assert parsed.article


@pytest.mark.parametrize(("title", "line"), TAKEN_BACK)
def test_an_article_that_says_it_was_taken_back(fetched: Make, site: Profile, title: str, line: str) -> None:
    parsed = read(fetched, site(page=RULES), page(title, line, TEXT))
    assert parsed.withdrawn
    assert parsed.problems == ()


def test_a_mark_further_down_is_about_something_else(fetched: Make, site: Profile) -> None:
    markup = page("Bendungan Randu", TEXT, TEXT + " Ya.", TEXT + " Betul.", "Artikel ini telah dicabut.")
    assert not read(fetched, site(page=RULES), markup).withdrawn


def test_a_page_of_which_only_the_mark_is_left(fetched: Make, site: Profile) -> None:
    parsed = read(fetched, site(page=RULES), page("Artikel ini telah dicabut"))
    assert parsed.withdrawn


def test_a_profile_has_marks_of_its_own(fetched: Make, site: Profile) -> None:
    marks = [
        {"where": "element", "selector": ["div.status"], "pattern": "^Arsip tertutup$", "example": "Arsip tertutup"},
        {"where": "text", "pattern": "^Naskah ini ditutup", "example": "Naskah ini ditutup."},
    ]
    ours = site(page=RULES, withdrawn=marks)
    assert read(fetched, ours, page("Randu", TEXT, aside="<div class='status'>Arsip tertutup</div>")).withdrawn
    assert read(fetched, ours, page("Randu", "Naskah ini ditutup.", TEXT)).withdrawn
    assert not read(fetched, ours, page("Arsip tertutup", TEXT, aside="<div class='status'>Terbit</div>")).withdrawn


@pytest.mark.parametrize(
    "mark",
    [
        {"where": "title", "pattern": "^Tutup", "example": "Buka"},
        {"where": "element", "pattern": "^Tutup", "example": "Tutup"},
        {"where": "title", "selector": ["h1"], "pattern": "^Tutup", "example": "Tutup"},
    ],
)
def test_a_mark_that_is_no_rule_is_refused(site: Profile, mark: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        site(withdrawn=[mark])


@pytest.mark.parametrize(
    ("status", "gone"),
    [("Retracted", True), ("https://schema.org/Withdrawn", True), ("Published", False), ("Draft", False), (3, False)],
)
def test_the_status_in_the_mark_up_of_this_page(fetched: Make, site: Profile, status: object, gone: bool) -> None:
    about = {"@type": "NewsArticle", "url": URL, "headline": "Randu", "creativeWorkStatus": status}
    other = {"@type": "NewsArticle", "url": f"{URL}2", "headline": "Lain", "creativeWorkStatus": "Retracted"}
    head = "".join(f'<script type="application/ld+json">{json.dumps(each)}</script>' for each in (about, other))
    assert read(fetched, site(page=RULES), page("Randu", TEXT, head=head)).withdrawn is gone


@pytest.mark.parametrize(("status", "gone"), [("publish", False), ("trash", True), ("retracted", True)])
def test_wordpress_says_it_by_status(fetched: Make, site: Profile, status: str, gone: bool) -> None:
    post = {"link": URL, "status": status, "title": {"rendered": "Randu"}, "content": {"rendered": f"<p>{TEXT}</p>"}}
    (listed,) = WordPress().list(fetched(json.dumps([post]), URL), site())
    assert listed.pointer
    assert (listed.pointer.withdrawn, listed.pointer.article is None) == (gone, gone)


def test_wordpress_and_feeds_say_it_in_the_text(fetched: Make, site: Profile) -> None:
    text = "<p>Artikel ini telah dicabut.</p>"
    post = {"link": URL, "title": {"rendered": "Randu"}, "content": {"rendered": text}}
    (listed,) = WordPress().list(fetched(json.dumps([post]), URL), site())
    assert listed.pointer
    assert listed.pointer.withdrawn
    entry = f"<item><title>Randu</title><link>{URL}</link><content:encoded><![CDATA[{text}]]></content:encoded></item>"
    names = 'xmlns:content="http://purl.org/rss/1.0/modules/content/"'
    feed = f"<rss version='2.0' {names}><channel><title>K</title>{entry}</channel></rss>"
    (listed,) = Feed().list(fetched(feed, URL), site(complete_feeds=True))
    assert listed.pointer
    assert listed.pointer.withdrawn
    (listed,) = Feed().list(fetched(feed.replace("Randu", "[DICABUT] Randu"), URL), site())
    assert listed.pointer
    assert listed.pointer.withdrawn, "a headline is enough"


def data_feed(*items: dict[str, Any]) -> str:
    entries = [{"@type": "DataFeedItem", **item} for item in items]
    return json.dumps({"@context": "https://schema.org", "@type": "DataFeed", "dataFeedElement": entries})


def reviewed(url: str = URL, **more: Any) -> dict[str, Any]:
    rating = {"@type": "Rating", "alternateName": "Salah"}
    where = {"url": url} if url else {}
    return {"@type": "ClaimReview", "claimReviewed": f"Klaim {url}", "reviewRating": rating, **where, **more}


def test_a_data_feed_says_what_was_deleted(fetched: Make, site: Profile) -> None:
    text = data_feed(
        {"item": reviewed()},
        {"dateDeleted": "2023-03-11", "item": reviewed(f"{URL}2")},
        {"dateDeleted": "2023-03-11", "item": {"@type": "ClaimReview", "url": f"{URL}3"}},
        {"dateDeleted": "2023-03-11", "item": {"@type": "NewsArticle", "url": f"{URL}4", "review": [reviewed("")]}},
        {"item": reviewed(f"{URL}5", creativeWorkStatus="Retracted")},
    )
    found = list(ClaimReviewFeed().list(fetched(text, URL), site()))
    assert [listed.pointer.withdrawn for listed in found if listed.pointer] == [False, True, True, True, True]
    assert [listed.problems for listed in found] == [()] * 5


def test_files_say_it_too(tmp_path: Path) -> None:
    feed = tmp_path / "cek.json"
    feed.write_text(data_feed({"item": reviewed()}, {"dateDeleted": "2023-03-11", "item": reviewed(f"{URL}2")}))
    assert [parsed.withdrawn for parsed in ClaimReview().parse(feed)] == [False, True]
    lines = tmp_path / "cek.jsonl"
    records = [{"id": "1", "title": "Randu", "withdrawn": False}, {"id": "2", "withdrawn": True}]
    lines.write_text("".join(f"{json.dumps(record)}\n" for record in records))
    found = list(Jsonl().parse(lines))
    assert [parsed.withdrawn for parsed in found] == [False, True]
    assert [parsed.problems for parsed in found] == [(), ()]


def test_no_real_article_looks_like_one(shared: Path, site: Profile) -> None:
    names = ("matching/factchecks_id.jsonl", "matching/meedan_tipline_docs.jsonl", "news/news_id.jsonl")
    articles = [parsed.article for name in names for parsed in Jsonl().parse(shared / name) if parsed.article]
    assert len(articles) > 15_000
    ours = site()
    lines = ([line for line in (each.body or each.summary).split("\n") if line.strip()] for each in articles)
    assert not [each.id for each, text in zip(articles, lines, strict=True) if is_withdrawn(each.title, text, ours)]
