"""The library's pages over real HTTP: what readers without a script get."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from html.parser import HTMLParser
from importlib.resources import files
from urllib.parse import quote

import httpx2
import pytest
from tests.conftest import Clock
from tests.web.public.conftest import BRIDGE, COCONUT, COCONUT_TOO, DAM, DENIAL, HOSTILE, LIBRARY, ODD, Shelves

from periksa.errors import StoreBusy
from periksa.model import Article, Statement
from periksa.publishing import feeds
from periksa.web.public.reading import PAGE, SEARCHES
from periksa.web.public.said import MOST

pytestmark = pytest.mark.network
ENGLISH = {"accept-language": "en-GB"}
KEEP_SMALL = 100_000
"""Bytes of the largest page."""


class Outline(HTMLParser):
    """What a page is made of: headings, links, and elements left open."""

    VOID = frozenset({"meta", "link", "img", "br", "input"})

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.headings: list[tuple[int, str]] = []
        self.links: list[str] = []
        self.seen: set[str] = set()
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.add(tag)
        if tag not in self.VOID:
            self.open.append(tag)
        if tag == "a":
            self.links.append(dict(attrs)["href"] or "")
        if re.fullmatch("h[1-6]", tag):
            self.headings.append((int(tag[1]), ""))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if any(re.fullmatch("h[1-6]", tag) for tag in self.open):
            level, text = self.headings[-1]
            self.headings[-1] = level, text + data


def outline(answer: httpx2.Response) -> Outline:
    """The page, which must be whole, accessible and small."""
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert len(answer.content) < KEEP_SMALL
    assert "script-src 'self'" in answer.headers["content-security-policy"]
    assert "accept-language" in answer.headers["vary"].lower()
    found = Outline(answer.text)
    assert found.open == []
    assert {"header", "nav", "main", "footer"} <= found.seen
    levels = [level for level, _ in found.headings]
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in zip([0, *levels], levels, strict=False)), levels
    return found


def text(answer: httpx2.Response) -> str:
    """What is read on the page, white space aside."""
    body = re.sub(r"<script.*?</script>|<head>.*?</head>", " ", answer.text, flags=re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", "", body).split())


# ---------------------------------------------------------------- search


def search(http: httpx2.Client, asked: str) -> httpx2.Response:
    return http.post("/search", data={"q": asked})


def test_an_answer_leads_to_its_publisher_first(http: httpx2.Client) -> None:
    answer = search(http, "air kelapa muda menetralkan bisa ular kobra")
    assert answer.status_code == 200
    found = outline(answer)
    assert (2, "Ini cek faktanya") in found.headings
    links = [link for link in found.links if link.startswith("http")]
    assert set(links[:2]) == {COCONUT.url, COCONUT_TOO.url}, "the best one, and who else checked it"
    shown = text(answer)
    assert re.search(r"Kesimpulan (Harian Uji: SALAH|Cek Lain: Keliru)", shown)
    assert COCONUT.claim in shown
    assert COCONUT.summary in shown
    assert "Juga diperiksa oleh" in shown


def test_what_was_searched_for_is_nobody_elses(http: httpx2.Client) -> None:
    answer = search(http, "hubungi 0812-0000-0000 air kelapa menetralkan bisa ular")
    assert "0812-0000-0000" in answer.text, "it stands in the box again"
    assert answer.headers["cache-control"] == "private, no-cache"
    assert '<meta name="robots" content="noindex">' in answer.text


def test_an_offer_says_that_it_is_none(http: httpx2.Client) -> None:
    answer = search(http, "apakah jembatan Kahayan runtuh akibat gempa")
    shown = text(answer)
    assert outline(answer).headings[1][1] == "Mungkin yang ini"
    assert "Kami tidak yakin" in shown
    assert BRIDGE.title in shown


def test_what_nobody_checked_is_neither_true_nor_false(http: httpx2.Client) -> None:
    answer = search(http, "harga cabai rawit naik tiga kali lipat di pasar Wonosari")
    assert (2, "Belum ada cek fakta untuk ini") in outline(answer).headings
    assert "tidak berarti benar, dan tidak berarti salah" in text(answer)


def test_news_stands_below_it_with_who_said_it_and_when(http: httpx2.Client) -> None:
    shown = text(search(http, "apakah Bendungan Randu ditutup mulai Maret"))
    assert "Ini berita, bukan hasil cek fakta." in shown
    assert "Bendungan ditutup mulai Maret" in shown
    assert "Wening Laksita, juru bicara Dinas Pengairan" in shown
    assert "Air tetap mengalir." not in shown, "it does not touch the question"


@pytest.mark.parametrize("asked", ["ok", "halo", "🙏🙏"])
def test_what_is_no_question_is_asked_back(http: httpx2.Client, asked: str) -> None:
    assert "Tulis sedikit lebih banyak" in text(search(http, asked))


@pytest.mark.parametrize(
    ("asked", "status", "sentence"),
    [
        ("  ", 422, "Tulis dulu"),
        ("a" * (MOST + 1), 413, "terlalu panjang"),
        ("a" * 200_000, 413, "terlalu panjang"),
    ],
)
def test_what_cannot_be_searched_is_said_so(http: httpx2.Client, asked: str, status: int, sentence: str) -> None:
    answer = search(http, asked)
    assert answer.status_code == status
    assert sentence in text(answer)
    assert 'aria-describedby="hint trouble"' in answer.text


def test_a_link_may_search_for_keywords(http: httpx2.Client) -> None:
    moved = http.get("/cari?q=jembatan+Kahayan+runtuh+akibat+gempa")
    assert (moved.status_code, moved.headers["location"]) == (301, "/search?q=jembatan+Kahayan+runtuh+akibat+gempa")
    assert BRIDGE.title in text(http.get(moved.headers["location"]))


def test_one_place_cannot_keep_the_search_busy(http: httpx2.Client, clock: Clock) -> None:
    answers = [search(http, "jembatan") for _ in range(SEARCHES + 1)]
    assert [each.status_code for each in answers] == [200] * SEARCHES + [429]
    assert answers[-1].headers["retry-after"] == "60"
    clock.pass_(minutes=1)
    assert search(http, "jembatan").status_code == 200


def test_what_was_withdrawn_since_is_not_shown(http: httpx2.Client, store: Shelves) -> None:
    store.write(lambda tx: tx.articles.drop([COCONUT.id, COCONUT_TOO.id])).result()
    shown = text(search(http, "air kelapa muda menetralkan bisa ular kobra"))
    assert "Belum ada cek fakta" in shown
    assert COCONUT.title not in shown


# ---------------------------------------------------------------- articles


def page_of(article: Article) -> str:
    return f"/articles/{quote(article.id, safe='')}"


def test_an_article_shows_its_publishers_link_and_rating_first(http: httpx2.Client) -> None:
    answer = http.get(page_of(COCONUT))
    found = outline(answer)
    assert found.headings == [
        (1, COCONUT.title),
        (2, "Klaim yang diperiksa"),
        (2, "Ringkasnya"),
        (2, "Juga diperiksa oleh"),
    ]
    assert next(link for link in found.links if link.startswith("http")) == COCONUT.url
    shown = text(answer)
    assert shown.index("Kesimpulan Harian Uji: SALAH") < shown.index(COCONUT.title)
    assert "Cek Lain: Keliru (5 April 2025)" in shown
    assert COCONUT.body not in shown, "the full text is the publisher's"


@pytest.mark.parametrize("article", LIBRARY, ids=lambda each: each.id)
def test_every_article_has_a_page_whatever_its_id(http: httpx2.Client, article: Article) -> None:
    answer = http.get(page_of(article))
    assert answer.status_code == 200
    outline(answer)


def test_what_a_publisher_wrote_is_never_markup(http: httpx2.Client) -> None:
    for path in (page_of(ODD), "/checks", "/feed.rss", "/feed.atom"):
        assert "<script>alert" not in http.get(path).text
    assert HOSTILE in json.loads(_review(http.get(page_of(ODD))))["claimReviewed"]


def _review(answer: httpx2.Response) -> str:
    found = re.search(r'<script type="application/ld\+json">(.*?)</script>', answer.text, re.DOTALL)
    assert found
    return found[1]


def test_an_article_carries_its_claimreview(http: httpx2.Client) -> None:
    review = json.loads(_review(http.get(page_of(COCONUT))))
    assert (review["@type"], review["url"]) == ("ClaimReview", COCONUT.url)
    assert "ld+json" not in http.get(page_of(BRIDGE)).text, "it has no rating"


def test_news_tells_who_said_what_and_when_and_that_it_is_no_fact(http: httpx2.Client) -> None:
    answer = http.get(page_of(DAM))
    shown = text(answer)
    assert "Bukan fakta yang sudah dipastikan." in shown
    assert "Wening Laksita, juru bicara Dinas Pengairan, membantah pada 16 Januari 2025" in shown
    assert "isi ucapannya, bukan kutipan langsung · wawancara dengan Radio Lembah · dikutip lewat Warta Randu" in shown
    assert "Wening Laksita, diberitakan 17 Januari 2025" in shown
    assert "“Air tetap mengalir.” kata-katanya sendiri" in shown
    assert "/said/wening-laksita" in outline(answer).links


def test_a_speakers_words_stand_by_day_each_with_its_source(http: httpx2.Client) -> None:
    answer = http.get("/said/wening-laksita")
    found = outline(answer)
    assert found.headings == [
        (1, "Wening Laksita: ucapan dari waktu ke waktu"),
        (2, "25 Februari 2025"),
        (2, "17 Januari 2025"),
        (2, "16 Januari 2025"),
    ]
    shown = text(answer)
    assert "Bukan fakta yang sudah dipastikan." in shown
    assert "dikutip Kabarkini, diberitakan 17 Januari 2025" in shown
    assert "hari ucapannya tidak disebut" in shown
    assert {"https://warta.example/2", DAM.url} <= set(found.links)


def test_pages_speak_the_readers_language(http: httpx2.Client) -> None:
    english = http.get(page_of(COCONUT), headers=ENGLISH)
    assert '<html lang="en">' in english.text
    assert "Harian Uji concluded: SALAH" in text(english)
    asked = http.get(f"{page_of(COCONUT)}?lang=en")
    assert "/checks?lang=en" in outline(asked).links, "and goes on in it"
    assert f"{page_of(COCONUT)}?lang=id" in outline(asked).links


@pytest.mark.parametrize("path", ["/articles/tidak-ada", "/articles/", "/said/tidak-ada", "/said/%00"])
def test_what_is_not_there_is_said_so(http: httpx2.Client, path: str) -> None:
    answer = http.get(path)
    assert answer.status_code == 404
    assert outline(answer).headings[0] == (1, "Halaman ini tidak ada")


@pytest.mark.parametrize("path", ["/checks", "/articles/uji-1", "/said/wening-laksita", "/search?q=jembatan+kahayan"])
def test_without_the_store_there_is_a_calm_page(http: httpx2.Client, store: Shelves, path: str) -> None:
    store.trouble = StoreBusy("The database postgresql://u:***@h/d is busy.")
    answer = http.get(path)
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "60")
    assert "postgresql" not in answer.text
    outline(answer)


# ---------------------------------------------------------------- lists, freshness, size


def test_the_newest_are_paged_and_each_stands_once(
    http: httpx2.Client, more: Callable[[Sequence[Article]], None]
) -> None:
    day = date(2026, 1, 1)
    many = [replace(COCONUT, id=f"n-{at:03}", title=f"Judul {at}", date=day + timedelta(at // 2)) for at in range(45)]
    more(many)
    titles: list[str] = []
    path, pages = "/checks", 0
    while path:
        found = outline(http.get(path))
        titles += [each for level, each in found.headings if level == 2]
        path, pages = next((link for link in found.links if "cursor=" in link), ""), pages + 1
    expected = sorted(many, key=lambda each: (each.date, each.id), reverse=True)
    assert titles[: len(many)] == [each.title for each in expected]
    assert len(titles) == len(many) + 4
    assert pages == -(-len(titles) // PAGE)


@pytest.mark.parametrize("path", ["/search", "/checks", "/articles/uji-1", "/said/wening-laksita"])
def test_a_page_that_is_still_the_same_is_not_sent_again(http: httpx2.Client, path: str) -> None:
    first = http.get(path)
    assert re.fullmatch(r"public, max-age=\d+", first.headers["cache-control"])
    again = http.get(path, headers={"if-none-match": f'"x", {first.headers["etag"]}'})
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["etag"] == first.headers["etag"]
    assert http.get(path, headers={"if-none-match": first.headers["etag"], **ENGLISH}).status_code == 200


def test_no_page_is_large_whatever_publishers_write(
    http: httpx2.Client, more: Callable[[Sequence[Article]], None]
) -> None:
    long = "Kata-kata panjang sekali " * 400
    said = tuple(Statement("Tono", long, role=long, medium=long, via=(long,)) for _ in range(200))
    big = replace(DAM, title=long, claim=long, rating=long, outlet=long, summary=long, statements=said)
    more([replace(big, id=f"besar-{at}", kind=COCONUT.kind, date=date(2026, 1, 1)) for at in range(30)])
    for path in ("/articles/besar-1", "/checks", "/said/tono"):
        answer = http.get(path)
        assert answer.status_code == 200
        outline(answer)


def test_the_colours_are_those_of_the_chat() -> None:
    static = files("periksa.web.public").joinpath("static")
    chat, library = (static.joinpath(f"{name}.css").read_text("utf-8") for name in ("chat", "library"))
    for scheme in (0, 1):
        ours, theirs = (_colours(each)[scheme] for each in (library, chat))
        shared = ours.keys() & theirs.keys()
        assert len(shared) > 12
        assert {name: ours[name] for name in shared} == {name: theirs[name] for name in shared}


def _colours(css: str) -> list[dict[str, str]]:
    return [
        dict(re.findall(r"(--[a-z-]+): ([^;]+);", block)) for block in re.findall(r":root \{(.*?)\}", css, re.DOTALL)
    ]


def test_every_sentence_is_said_in_both_languages() -> None:
    from periksa.web.public.texts import load

    one, other = (each.library for each in load())
    assert one.keys() == other.keys()
    for key, sentence in one.items():
        assert set(re.findall(r"{\w+}", sentence)) == set(re.findall(r"{\w+}", other[key])), key


def test_a_rating_stands_before_a_title_that_lacks_it() -> None:
    assert feeds.headline(COCONUT) == f"[SALAH] {COCONUT.title}"
    assert feeds.headline(replace(COCONUT, title="[SALAH] Judul")) == "[SALAH] Judul"
    assert feeds.headline(BRIDGE) == BRIDGE.title
    assert DENIAL.words not in feeds.headline(DAM)


def test_a_speaker_has_one_page_under_all_their_names(
    http: httpx2.Client, more: Callable[[Sequence[Article]], None]
) -> None:
    said = [
        Statement(name, f"Ucapan {number}.") for number, name in enumerate(["Joko Widodo", "Jokowi", "Joko Susilo"])
    ]
    more([replace(DAM, id=f"kabar-j{number}", statements=(one,)) for number, one in enumerate(said)])
    for key in ("joko-widodo", "jokowi"):
        text = http.get(f"/said/{key}").text
        assert ("Ucapan 0." in text, "Ucapan 1." in text, "Ucapan 2." in text) == (True, True, False)
        assert "Joko Widodo" in text, "as the article names them"
        assert "Jokowi" in text


def test_an_address_with_nothing_at_it_is_a_page_too(http: httpx2.Client) -> None:
    answer = http.get("/tidak-ada", headers={"accept-language": "id"})
    assert (answer.status_code, answer.headers["content-type"]) == (404, "text/html; charset=utf-8")
    assert outline(answer).headings[0][0] == 1
    assert "content-security-policy" in answer.headers
    missing = http.get("/api/tidak-ada")
    assert missing.status_code == 404
    assert missing.json().keys() == {"error"}
