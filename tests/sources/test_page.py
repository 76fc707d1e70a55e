from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from periksa.model import Article, ArticleKind
from periksa.sources import Fetched, Parsed
from periksa.sources.page import MOST_BYTES, Page
from periksa.sources.site import Site

Make = Callable[..., Fetched]
Profile = Callable[..., Site]
ADDRESS = "https://kabarkini.example/cek/1"
RULES = {"title": ["h1"], "date": ["time"], "body": ["div.isi"]}
RATING = {"where": "title", "pattern": r"^\[(?P<word>[A-Z]+)\]\s*", "cut": True, "example": "[SALAH] Retak"}


def html(body: str = "<p>Pengisian dimulai.</p>", title: str = "Bendungan Randu Diisi", head: str = "") -> str:
    article = f"<h1>{title}</h1><time>9 Maret 2023</time><div class='isi'>{body}</div>"
    return f"<html><head>{head}</head><body>{article}</body></html>"


def linked(*documents: Any) -> str:
    return "".join(f'<script type="application/ld+json">{json.dumps(each)}</script>' for each in documents)


def review(claim: str = "Bendungan Randu retak", word: str | None = "Salah", **more: Any) -> dict[str, Any]:
    rating = {"@type": "Rating", "ratingValue": "1", **({"alternateName": word} if word else {})}
    return {"@type": "ClaimReview", "claimReviewed": claim, "reviewRating": rating, "url": ADDRESS, **more}


def read(fetched: Make, site: Site, *pages: str, url: str = ADDRESS) -> list[Parsed]:
    return list(Page().read([fetched(page, url) for page in pages], site))


def only(parsed: list[Parsed]) -> Article:
    (one,) = parsed
    assert one.article
    return one.article


def said(parsed: list[Parsed]) -> list[str]:
    return [f"{problem.field} {problem.what}" for each in parsed for problem in each.problems]


def test_claimreview_makes_it_a_fact_check(fetched: Make, site: Profile) -> None:
    item = {"@type": "Claim", "author": {"@type": "Person", "name": "Akun Kabar Lembah"}, "datePublished": "2023-03-06"}
    page = html(head=linked({"@graph": [review(itemReviewed=item, description="Fotonya dari bendungan lain.")]}))
    parsed = read(fetched, site(page=RULES, publishes="both"), page)
    article = only(parsed)
    assert (article.kind, article.rating, article.claim) == (ArticleKind.FACT_CHECK, "Salah", "Bendungan Randu retak")
    assert article.summary == "Fotonya dari bendungan lain."
    assert article.body == "Pengisian dimulai."
    assert [(each.speaker, each.date) for each in article.statements] == [("Akun Kabar Lembah", date(2023, 3, 6))]
    assert said(parsed) == []


@pytest.mark.parametrize("value", [{"ratingValue": "-1"}, {"ratingValue": 1, "bestRating": "5"}, {}, "", None, "-1"])
def test_a_rating_that_is_no_word_is_taken_from_the_page(fetched: Make, site: Profile, value: Any) -> None:
    page = html(title="[SALAH] Bendungan Randu Retak", head=linked({**review(), "reviewRating": value}))
    parsed = read(fetched, site(page=RULES, rating=[RATING]), page)
    assert (only(parsed).rating, only(parsed).title) == ("SALAH", "Bendungan Randu Retak")
    assert said(parsed) == []
    parsed = read(fetched, site(page=RULES), page)
    assert only(parsed).rating == ""
    assert [sentence.split()[0] for sentence in said(parsed)] == ["reviewRating"]


def test_reviews_of_other_pages_are_left_out(fetched: Make, site: Profile) -> None:
    page = html(head=linked([review(url="https://kabarkini.example/cek/2")]))
    parsed = read(fetched, site(page=RULES), page)
    assert (only(parsed).kind, only(parsed).rating) == (ArticleKind.NEWS, "")
    assert said(parsed) == ["ClaimReview is of another page and was left out: https://kabarkini.example/cek/2"]


def test_several_claims_on_one_page_are_several_checks(fetched: Make, site: Profile) -> None:
    page = html(
        title="Deretan Hoaks Bendungan Randu", head=linked(review(), review("Warga mendapat Rp5 miliar", "Menyesatkan"))
    )
    parsed = read(fetched, site(page=RULES, publishes="fact-checks"), page)
    articles = [each.article for each in parsed if each.article]
    assert [(each.title, each.rating, each.body) for each in articles] == [
        ("Bendungan Randu retak", "Salah", ""),
        ("Warga mendapat Rp5 miliar", "Menyesatkan", ""),
    ]
    assert len({each.id for each in articles}) == 2
    assert {each.kind for each in articles} == {ArticleKind.FACT_CHECK}
    assert said(parsed) == []
    assert {each.url for each in articles} == {ADDRESS}


def test_a_round_up_is_kept_as_news_and_said(fetched: Make, site: Profile) -> None:
    parsed = read(
        fetched, site(page=RULES, publishes="fact-checks", rating=[RATING]), html(title="7 Hoaks Bendungan Randu")
    )
    article = only(parsed)
    assert (article.kind, article.claim, article.rating) == (ArticleKind.NEWS, "", "")
    assert said(parsed) == ["title is that of a round-up of several checks; it was kept as news"]


def test_a_round_up_with_one_review_is_no_check_either(fetched: Make, site: Profile) -> None:
    parsed = read(fetched, site(page=RULES), html(title="7 Hoaks Bendungan Randu", head=linked(review())))
    assert (only(parsed).kind, only(parsed).claim, only(parsed).rating) == (ArticleKind.NEWS, "", "")


def test_mark_up_that_is_nearly_json(fetched: Make, site: Profile) -> None:
    document = '//<![CDATA[\n{"@type": "NewsArticle", "headline": "Satu\tdua",}\n//]]>'
    nearly = f'<script type="application/ld+json">\n{document}\n</script>'
    parsed = read(fetched, site(page={"body": ["div.isi"], "date": ["time"]}), html(head=nearly))
    assert (only(parsed).title, said(parsed)) == ("Satu dua", [])
    parsed = read(fetched, site(page=RULES), html(head="<script type='application/ld+json'>{rusak</script>"))
    assert only(parsed).title == "Bendungan Randu Diisi"
    assert said(parsed)[0].startswith("JSON-LD cannot be read: ")


def test_pages_of_one_article_become_one(fetched: Make, site: Profile) -> None:
    lead = "<p>Sebagian warga Lembah Randu belum menerima undangan.</p>"
    pages = [html(lead + "<p>Satu.</p>"), html(lead + "<p>2 dari 2 halaman</p><p>Dua.</p>")]
    body = only(read(fetched, site(page=RULES), *pages)).body
    assert body == "Sebagian warga Lembah Randu belum menerima undangan.\n\nSatu.\n\nDua."


@pytest.mark.parametrize(
    ("shown", "further"),
    [
        ("1 dari 3 halaman", ["?page=2", "?page=3"]),
        ("2 dari 3 halaman … 3 dari 3 halaman", []),  # all of them stand on this page
        ("1 dari 900 halaman", [f"?page={n}" for n in range(2, 21)]),
        ("tiga halaman", []),
    ],
)
def test_pages_that_are_only_counted(fetched: Make, site: Profile, shown: str, further: list[str]) -> None:
    rules = {"pages": r"(?P<page>\d+) dari (?P<of>\d+) halaman", "numbered": "page={n}"}
    found = Page().more([fetched(html(shown), ADDRESS)], site(page=rules))
    assert found == tuple(ADDRESS + each for each in further)


def test_links_to_other_articles_are_no_further_pages(fetched: Make, site: Profile) -> None:
    links = "".join(
        f'<a class="h" href="{link}">n</a>'
        for link in ("?page=2", "/cek/1/3", "/cek/22", "http://[", "//x.example/cek/1")
    )
    found = Page().more([fetched(html(links), ADDRESS)], site(page={"next": ["a.h@href"]}))
    assert found == (f"{ADDRESS}?page=2", f"{ADDRESS}/3")


def test_a_link_on_every_page_leads_from_one_to_the_next(fetched: Make, site: Profile) -> None:
    profile = site(page={"next": ["a.h@href"]})
    pages = [
        fetched(html(f'<a class="h" href="/cek/1/{n + 1}">n</a><a class="h" href="/cek/1">1</a>'), f"{ADDRESS}/{n}")
        for n in (2, 3)
    ]
    first = fetched(html('<a class="h" href="/cek/1/2">n</a>'), ADDRESS)
    assert Page().more([first], profile) == (f"{ADDRESS}/2",)
    assert Page().more([first, *pages[:1]], profile) == (f"{ADDRESS}/3",)
    assert Page().more([first, *pages], profile) == (f"{ADDRESS}/4",)


def test_rules_take_lines_out_in_their_order(fetched: Make, site: Profile) -> None:
    rules = [
        {"name": "label", "where": "within", "pattern": r"\(\*\)", "example": "Satu (*)"},
        {"name": "line", "pattern": "Promosi.*", "example": "Promosi buku"},
        {"name": "rest", "where": "rest", "pattern": "Tentang kami", "example": "Tentang kami"},
    ]
    body = "<p>Satu (*) dua.</p><p>Promosi buku</p><p>Tiga.</p><p>Tentang kami</p><p>Empat.</p>"
    assert only(read(fetched, site(page=RULES, drop=rules), html(body))).body == "Satu dua.\n\nTiga."


def test_a_body_that_has_moved_is_looked_for_and_said(fetched: Make, site: Profile) -> None:
    text = "".join(
        f"<p>Pengisian Bendungan Randu tahap {n} dimulai setelah warga di tiga dusun pindah.</p>" for n in range(9)
    )
    parsed = read(fetched, site(page={**RULES, "body": ["div.hilang"]}), html(f"<article>{text}</article>"))
    assert only(parsed).body.count("Pengisian") == 9
    assert said(parsed) == ["body is no longer where the profile says; it was looked for on the whole page"]


@pytest.mark.parametrize(
    ("page", "sentence"),
    [
        ("", "page is empty"),
        (" " * 40, "page is empty"),
        (html() + " " * MOST_BYTES, "page is larger than 4 MB; it was not read"),
        (
            html("<p>Baca juga: Gula</p><p>ADVERTISEMENT</p>"),
            "body is empty: nothing but furniture is left of the page",
        ),
    ],
)
def test_what_keeps_a_page_out_is_said(fetched: Make, site: Profile, page: str, sentence: str) -> None:
    (parsed,) = read(fetched, site(page=RULES), page)
    assert parsed.article is None
    assert sentence in said([parsed])
    assert all(problem.where == ADDRESS for problem in parsed.problems)
    assert any(problem.refused for problem in parsed.problems)


def test_a_page_without_a_day_says_so(fetched: Make, site: Profile) -> None:
    parsed = read(fetched, site(page={"body": ["div.isi"], "title": ["h1"]}), html().replace("<time>", "<i>"))
    assert only(parsed).date is None
    assert said(parsed) == ["date is missing"]


def test_two_jam_lalu_is_counted_from_the_visit(fetched: Make, site: Profile) -> None:
    assert only(read(fetched, site(page=RULES), html().replace("9 Maret 2023", "2 jam lalu"))).date == date(2023, 3, 12)


def test_a_description_is_a_summary_only_if_it_says_something_of_its_own(fetched: Make, site: Profile) -> None:
    for words, summary in [
        ("Apa yang menunggu warga.", "Apa yang menunggu warga."),
        ("Pengisian dimulai.", ""),
        ("Awal…", ""),
    ]:
        head = f'<meta property="og:description" content="{words}">'
        assert only(read(fetched, site(page=RULES), html(head=head))).summary == summary
        assert only(read(fetched, site(page=RULES, publishes="fact-checks"), html(head=head))).summary == ""


def test_the_address_is_the_articles_own(fetched: Make, site: Profile) -> None:
    profile = site(page={**RULES, "whole": "page=all"})
    assert profile.to_fetch(f"{ADDRESS}?id=7&page=2#atas") == f"{ADDRESS}?id=7&page=all"
    one = only(read(fetched, profile, html(), url=f"{ADDRESS}?page=all"))
    other = only(read(fetched, profile, html(), url="http://www.kabarkini.example/cek/1/?utm_source=wa"))
    assert one.url == ADDRESS
    assert one.id == other.id


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=300), st.integers(0, 300))
def test_damage_is_a_problem_and_never_a_crash(fetched: Make, site: Profile, junk: bytes, cut: int) -> None:
    content = html(head=linked(review())).encode()
    page = fetched(content[:cut] + junk + content[cut:], ADDRESS)
    for parsed in Page().read([page], site(page=RULES)):
        assert parsed.article or any(problem.refused for problem in parsed.problems)
        assert str(parsed).encode()
    assert isinstance(Page().more([page], site(page={"next": ["a@href"]})), tuple)
