"""The real material, where it is at hand: nothing in it is refused."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from periksa.model import ArticleKind
from periksa.sources import Parsed
from periksa.sources.article import PlainArticle
from periksa.sources.furniture import is_furniture
from periksa.sources.jsonl import Jsonl


@pytest.mark.parametrize(
    ("name", "kind", "count", "dated"),
    [
        ("matching/factchecks_id.jsonl", ArticleKind.FACT_CHECK, 12_963, 9_399),
        ("matching/meedan_tipline_docs.jsonl", ArticleKind.FACT_CHECK, 1_261, 1_261),
        ("news/news_id.jsonl", ArticleKind.NEWS, 1_422, 1_108),
    ],
)
def test_nothing_is_refused_or_remarked(
    shared: Path, sentences: Callable[[list[Parsed]], list[str]], name: str, kind: ArticleKind, count: int, dated: int
) -> None:
    records = list(Jsonl().parse(shared / name))
    articles = [parsed.article for parsed in records if parsed.article]
    assert sentences(records) == []
    assert (len(articles), sum(article.date is not None for article in articles)) == (count, dated)
    assert {article.kind for article in articles} == {kind}
    assert kind is ArticleKind.FACT_CHECK or all(article.body for article in articles)


def test_a_news_article_as_it_was_scraped(shared: Path) -> None:
    (parsed,) = PlainArticle().parse(shared / "article/liputan6-peskov.txt")
    article = parsed.article
    assert parsed.problems == ()
    assert article
    assert article.title.startswith("Ditekan NATO, Rusia Tetap")
    assert article.summary.startswith("Rusia tidak mempertimbangkan")
    assert (article.outlet, article.place, article.language) == ("Liputan6", "Moskow", "id")
    assert article.date == date(2022, 1, 17)
    paragraphs = article.body.split("\n\n")
    assert len(paragraphs) == 10
    assert paragraphs[0].startswith("Rusia akan tetap")
    assert "Pembicaraan Tanpa Hasil" in paragraphs
    assert not any(is_furniture(paragraph) for paragraph in paragraphs)
    assert not any(word in article.body for word in ("Sukses", "halaman", "WhatsApp", "Infografis", "0811"))


def test_no_title_is_taken_for_furniture(shared: Path) -> None:
    names = ("matching/factchecks_id.jsonl", "news/news_id.jsonl")
    titles = {parsed.article.title for name in names for parsed in Jsonl().parse(shared / name) if parsed.article}
    lost = [title for title in titles if is_furniture(title, above_title=True) and " " in title]
    assert len(titles) > 10_000
    assert lost == []
