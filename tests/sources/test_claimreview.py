from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from periksa.errors import InputError, SourceError
from periksa.model import Article, ArticleKind, Statement
from periksa.sources import Fetched, Parsed
from periksa.sources.claimreview import ClaimReview, ClaimReviewFeed
from periksa.sources.jsonl import Jsonl
from periksa.sources.site import Site

Write = Callable[[str, bytes | str], Path]
Sentences = Callable[[list[Parsed]], list[str]]
FILES = Path(__file__).parent / "files"


@pytest.fixture
def read(write: Write) -> Callable[[Any], list[Parsed]]:
    return lambda document: list(ClaimReview().parse(write("cek.json", json.dumps(document))))


@pytest.fixture
def article(read: Callable[[Any], list[Parsed]]) -> Callable[..., Article]:
    """The article of one review with these fields."""

    def article(**fields: Any) -> Article:
        review = {"@type": "ClaimReview", "url": "https://a.example/1", "claimReviewed": "Klaim", **fields}
        found = read(review)[0].article
        assert found
        return found

    return article


def test_a_review_nested_in_its_page() -> None:
    (parsed,) = ClaimReview().parse(FILES / "claimreview-graph.jsonld")
    claim = "Bendungan Randu sudah retak sepanjang 40 meter sebelum diisi"
    assert parsed.problems == ()
    assert parsed.article
    assert parsed.article == Article(
        id=parsed.article.id,
        kind=ArticleKind.FACT_CHECK,
        title="Bendungan Randu Retak Sebelum Diisi?",
        outlet="Kabarkini",
        url="https://cekfakta.kabarkini.example/101/",
        language="id",
        date=date(2023, 3, 10),
        claim=claim,
        rating="Salah",
        summary="Foto retakan itu diambil di bendungan lain pada 2016.",
        statements=(
            Statement(
                speaker="Raka Setiadi",
                words=claim,
                role="pemilik kanal video",
                date=date(2023, 3, 7),
                medium="kanal video Lembah Kita",
            ),
        ),
    )


def test_a_list_with_gaps(sentences: Sentences) -> None:
    records = list(ClaimReview().parse(FILES / "claimreview-list.json"))
    number, word, spelled, homeless = records
    assert number.article
    assert (number.article.claim, number.article.rating) == ('Air jeruk nipis "menetralkan" bisa ular', "")
    assert (number.article.outlet, number.article.date) == ("Periksa Sehat", date(2022, 5, 12))
    assert word.article
    assert spelled.article
    assert (word.article.rating, spelled.article.rating) == ("Tidak Terbukti", "Keliru")
    assert word.article.outlet == "periksa.example"
    assert word.article.id != spelled.article.id
    assert homeless.article is None
    assert sentences(records) == [
        "claimreview-list.json, ClaimReview 1: reviewRating has only a number and no word (alternateName); "
        "the rating was left empty",
        "claimreview-list.json, ClaimReview 3: "
        'datePublished is not a date: "kemarin"; write it as 2020-05-12 (it was left out)',
        "claimreview-list.json, ClaimReview 4: url is missing or not an http(s) address",
    ]
    assert [problem.refused for parsed in records for problem in parsed.problems] == [False, False, True]


def test_the_same_page_is_the_same_article_by_either_door(article: Callable[..., Article], write: Write) -> None:
    line = json.dumps({"url": "https://www.a.example/1/?fbclid=x", "title": "Judul"})
    (parsed,) = Jsonl().parse(write("cek.jsonl", line))
    assert parsed.article
    assert parsed.article.id == article(url="https://m.a.example/1#klaim").id


def test_one_that_stands_twice_with_other_content_is_remarked(
    read: Callable[[Any], list[Parsed]], sentences: Sentences
) -> None:
    def review(rating: str) -> dict[str, Any]:
        said = {"reviewRating": {"alternateName": rating}, "datePublished": "2023-03-10"}
        return {"@type": "ClaimReview", "url": "https://cek.example/1", "claimReviewed": "Jembatan ambruk", **said}

    records = read([review("SALAH"), review("BENAR")])
    assert [parsed.article.rating for parsed in records if parsed.article] == ["SALAH", "BENAR"]
    [said] = sentences(records)
    assert "ClaimReview 2: url stood here before with other content" in said


def test_a_review_that_stands_twice_in_a_file_is_one_article(read: Callable[[Any], list[Parsed]]) -> None:
    review = {"@type": "ClaimReview", "url": "https://a.example/1", "claimReviewed": "Klaim"}
    once, twice = read(review), read([review, review])
    assert {parsed.article and parsed.article.id for parsed in once + twice} == {once[0].article and once[0].article.id}


@pytest.mark.parametrize(
    ("rating", "word"),
    [
        ({"alternateName": "HOAKS", "ratingValue": "1"}, "HOAKS"),
        ({"alternateName": {"@value": "Salah", "@language": "id"}}, "Salah"),
        ({"alternateName": ["Salah", "False"]}, "Salah"),
        ({"alternateName": "3", "name": "Sebagian Benar"}, "Sebagian Benar"),
        ([{"ratingValue": 1}, {"alternateName": "Salah"}], "Salah"),
        ("Keliru", "Keliru"),
        ({"ratingValue": 1, "bestRating": 5}, ""),
        ({"ratingValue": "-1", "alternateName": " -1 "}, ""),
        ({"ratingValue": "1/5"}, ""),
        ({"alternateName": None}, ""),
        (None, ""),
    ],
)
def test_the_rating_is_the_publishers_word_or_nothing(
    article: Callable[..., Article], rating: object, word: str
) -> None:
    assert article(reviewRating=rating).rating == word


@pytest.mark.parametrize(
    ("wrapped", "count"),
    [
        (lambda review: review, 1),
        (lambda review: [review, [review | {"url": "https://a.example/2"}]], 2),
        (lambda review: {"@graph": [{"@type": "WebSite"}, review]}, 1),
        (lambda review: {"@type": "DataFeed", "dataFeedElement": [{"@type": "DataFeedItem", "item": [review]}]}, 1),
        (lambda review: {"@type": "NewsArticle", "review": review}, 1),
        (lambda review: review | {"@type": ["Review", "schema:ClaimReview"]}, 1),
    ],
)
def test_wherever_it_stands(
    read: Callable[[Any], list[Parsed]], wrapped: Callable[[dict[str, Any]], Any], count: int
) -> None:
    review = {"@type": "ClaimReview", "url": "https://a.example/1", "claimReviewed": "Klaim"}
    articles = [parsed.article for parsed in read(wrapped(review))]
    assert [article and article.claim for article in articles] == ["Klaim"] * count


def test_numbers_for_words_and_objects_for_texts(article: Callable[..., Article]) -> None:
    made = article(
        claimReviewed={"@type": "Claim", "name": 2024}, author="Kabarkini", inLanguage="id-ID", datePublished=7
    )
    assert (made.claim, made.title, made.outlet, made.language, made.date) == ("2024", "2024", "Kabarkini", "id", None)


def test_the_claim_may_stand_in_the_item(article: Callable[..., Article]) -> None:
    assert article(claimReviewed=None, itemReviewed={"@type": "Claim", "text": "Klaim lain"}).claim == "Klaim lain"


def test_where_a_claim_was_made_is_named_but_never_linked(article: Callable[..., Article]) -> None:
    item = {"@type": "Claim", "author": {"name": "A"}, "appearance": "https://tipuan.example/hadiah"}
    assert article(itemReviewed=item).statements == (Statement(speaker="A", words="Klaim"),)


def test_only_a_page_hands_its_address_down(read: Callable[[Any], list[Parsed]], sentences: Sentences) -> None:
    review = {"@type": "ClaimReview", "claimReviewed": "Klaim"}
    records = read({"@type": "ItemList", "url": "https://a.example/", "itemListElement": [review]})
    assert sentences(records)[0] == "cek.json, ClaimReview 1: url is missing or not an http(s) address"


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("{}", "cek.json holds no ClaimReview; write other records as JSON lines (.jsonl)."),
        ('[{"id": "x", "title": "J"}]', "cek.json holds no ClaimReview; write other records as JSON lines (.jsonl)."),
        ('{"id": 1}\n{"id": 2}', "cek.json:2 is not JSON: extra data; one record a line belongs in a .jsonl file."),
        ('{\n"@type": ', "cek.json:2 is not JSON: expecting value."),
        ("[" * 100_000, "cek.json is not JSON that can be read: a number or a nesting without end."),
        ("\xff".encode("latin-1"), "cek.json is not UTF-8 (line 1); save it as UTF-8 and import it again."),
        (
            b" " * 33_000_000,
            "cek.json is 33.0 MB, ClaimReview files may have at most 32 MB; split it, or write JSON lines (.jsonl).",
        ),
    ],
)
def test_a_file_of_another_form(write: Write, content: bytes | str, sentence: str) -> None:
    with pytest.raises(InputError) as error:
        list(ClaimReview().parse(write("cek.json", content)))
    assert str(error.value) == sentence


FEED = (Path(__file__).parent / "listings/claimreview-feed.json").read_bytes()


def test_a_feed_gives_whole_articles(fetched: Callable[..., Fetched], site: Callable[..., Site]) -> None:
    one, two = ClaimReviewFeed().list(fetched(FEED), site())
    assert one.pointer
    assert one.pointer.article
    assert (one.pointer.url, one.pointer.date) == ("https://kabarkini.example/cek/1", date(2023, 3, 10))
    assert (one.pointer.article.rating, one.pointer.article.outlet) == ("Salah", "Kabarkini")
    assert two.pointer
    assert two.pointer.article
    assert two.pointer.article.rating == ""
    assert [problem.what for problem in two.problems] == [
        "has only a number and no word (alternateName); the rating was left empty"
    ]


@pytest.mark.parametrize(
    ("printed", "day"), [("2023-03-09T20:30:00Z", date(2023, 3, 10)), ("2023-03-09", date(2023, 3, 9))]
)
def test_the_days_of_a_feed_are_the_newsrooms(
    fetched: Callable[..., Fetched], site: Callable[..., Site], printed: str, day: date
) -> None:
    """Half past three in the morning in Jakarta is the evening before in Greenwich."""
    told = {"@type": "ClaimReview", "claimReviewed": "Bendungan retak", "url": "https://kabarkini.example/cek/1"}
    (one,) = ClaimReviewFeed().list(fetched(json.dumps({**told, "datePublished": printed})), site())
    assert one.pointer
    assert one.pointer.article
    assert (one.pointer.date, one.pointer.article.date) == (day, day)


def test_a_feed_is_a_file_as_well(write: Write) -> None:
    records = list(ClaimReview().parse(write("feed.json", FEED)))
    assert [parsed.article.rating for parsed in records if parsed.article] == ["Salah", ""]


def test_a_feed_that_is_too_large_is_refused(fetched: Callable[..., Fetched], site: Callable[..., Site]) -> None:
    with pytest.raises(SourceError, match=r"is larger than 32 MB"):
        list(ClaimReviewFeed().list(fetched(b" " * 32_000_001), site()))
