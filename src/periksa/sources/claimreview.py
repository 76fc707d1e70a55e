"""ClaimReview: the schema.org mark-up in which publishers hand their fact-checks to search engines, as JSON-LD."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from periksa.errors import InputError, SourceError
from periksa.model import Article
from periksa.sources import Fetched, Listed, Parsed, Pointer, Problem
from periksa.sources.address import same_page
from periksa.sources.charset import decoded
from periksa.sources.files import whole_text
from periksa.sources.jsonld import Review, Tree, lone_pages, loose_json, reviews
from periksa.sources.moments import exact_moment
from periksa.sources.site import Site

MAX_MEGABYTES = 32
"""Millions of bytes; the tree of such a file takes ten times as much memory while it is read."""


class ClaimReview:
    """ClaimReview as JSON-LD: one review, a list, an @graph, a DataFeed, or nested in the page they stand on."""

    form = "ClaimReview (.json, .jsonld)"

    def reads(self, path: Path, head: bytes) -> bool:
        """By the ending of its name."""
        return path.suffix.lower() in (".json", ".jsonld")

    def parse(self, path: Path) -> Iterator[Parsed]:
        """Every ClaimReview in the file, in order.

        Raises: InputError if the file is empty, larger than 32 MB, not JSON, or holds no ClaimReview.
        """
        text = whole_text(path, MAX_MEGABYTES, "ClaimReview files", "split it, or write JSON lines (.jsonl)")
        found = reviews(Tree.of(_json(path.name, text)), path.name)
        if not found:
            raise InputError(f"{path.name} holds no ClaimReview; write other records as JSON lines (.jsonl).")
        alone = lone_pages(found)
        size, seen = path.stat().st_size, dict[str, Article]()
        for number, review in enumerate(found, start=1):
            article = review.article(alone=same_page(review.url()) in alone)
            if article and seen.setdefault(article.id, article) != article:
                review.note("url", f'stood here before with other content: "{article.url}"; this one is kept')
            end = size * number // len(found)
            yield Parsed(article, _told(review, article), end, withdrawn=review.withdrawn())


class ClaimReviewFeed:
    """A site's ClaimReview in one document: a DataFeed as Google documents it, a list or an @graph."""

    kind = "claimreview"

    def list(self, fetched: Fetched, site: Site) -> Iterator[Listed]:
        """Every review with its article whole. Raises: SourceError if it is no JSON, too large, or holds none."""
        if len(fetched.content) > MAX_MEGABYTES * 1_000_000:
            raise SourceError(f"{fetched.url} is larger than {MAX_MEGABYTES} MB, the most a ClaimReview feed may have.")
        text, _ = decoded(fetched.content, fetched.content_type)
        try:
            found = reviews(Tree.of(loose_json(text)), fetched.url)
        except ValueError as error:
            raise SourceError(f"{fetched.url} is not JSON: {error}.") from error
        if not found:
            raise SourceError(f"{fetched.url} holds no ClaimReview; give the address of the feed itself.")
        alone = lone_pages(found)
        for review in found:
            article = review.article(alone=same_page(review.url()) in alone)
            if article is None or site.is_here(article.url):
                pointer = _pointer(review, _in_zone(article, review, fetched, site)) if article else None
                yield Listed(pointer, problems=_told(review, article))


def _in_zone(article: Article, review: Review, fetched: Fetched, site: Site) -> Article:
    """Its day in the site's zone, where the review tells the moment."""
    moment = exact_moment(review.words(review.node, "datePublished"))
    return replace(article, date=moment.astimezone(site.time_zone).date()) if moment else article


def _pointer(review: Review, article: Article) -> Pointer:
    return Pointer(article.url, article.title, article.date, article=article, withdrawn=review.withdrawn())


def _told(review: Review, article: Article | None) -> tuple[Problem, ...]:
    """What is wrong with a review. Of one that was taken back only its address matters."""
    return () if article and review.withdrawn() else tuple(review.problems)


def _json(name: str, text: str) -> object:
    try:
        return json.loads(text, strict=False)
    except json.JSONDecodeError as error:
        advice = "; one record a line belongs in a .jsonl file" if error.msg == "Extra data" else ""
        reason = error.msg.lower().removesuffix(" starting at")
        raise InputError(f"{name}:{error.lineno} is not JSON: {reason}{advice}.") from error
    except (ValueError, RecursionError) as error:  # a number of 5,000 digits, 100,000 brackets
        raise InputError(f"{name} is not JSON that can be read: a number or a nesting without end.") from error
