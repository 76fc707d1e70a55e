"""JSON-LD as publishers write it: a tolerant reader for what schema.org says of articles and of claims reviewed.

Fields: https://schema.org/ClaimReview and Google's "Fact check (ClaimReview) markup for Search".
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from periksa.model import Article, ArticleKind, Statement
from periksa.sources import Problem
from periksa.sources.address import derived_id, host_of, same_page, web_address
from periksa.sources.cleaning import clean, language_code, one_line
from periksa.sources.dates import read_date
from periksa.sources.withdrawn import is_status

Node = Mapping[str, Any]
HANDED_DOWN = ("url", "mainEntityOfPage", "publisher", "author", "datePublished", "inLanguage", "headline")
"""What a review without these takes from the page or article it is nested in."""
ENTRY = ("dateDeleted",)
"""What an entry of a DataFeed says of the review in it."""
PAGES = ("WebPage", "Article", "NewsArticle", "ReportageNewsArticle", "AnalysisNewsArticle", "BlogPosting")
_AROUND = re.compile(r"^\s*(?:<!--|//\s*<!\[CDATA\[|<!\[CDATA\[)|(?:-->|//\s*\]\]>|\]\]>)\s*;?\s*$")
_LAST_COMMA = re.compile(r",(?=\s*[}\]])")


def loose_json(text: str) -> object:
    """What a script of type ld+json holds; comments around it and commas before brackets are forgiven.

    Raises: ValueError if it is no JSON all the same.
    """
    text = _AROUND.sub("", text.strip()).strip().removesuffix(";")
    try:
        return json.loads(text, strict=False)
    except RecursionError as error:
        raise ValueError("a nesting without end") from error
    except json.JSONDecodeError:
        return json.loads(_LAST_COMMA.sub("", text), strict=False)


def reviews(tree: Tree, where: str) -> list[Review]:
    """Every ClaimReview of a document. `where` is what problems are reported under, before their number."""
    return [Review(tree, node, f"{where}, ClaimReview {number}") for number, node in enumerate(tree.reviews, start=1)]


def lone_pages(found: list[Review]) -> frozenset[str]:
    """The pages on which only one of these claims is reviewed."""
    count = Counter(page for page, _ in {(same_page(review.url()), review.claim()) for review in found})
    return frozenset(page for page, claims in count.items() if claims == 1)


@dataclass(slots=True)
class Tree:
    """A JSON-LD document: its reviews in order, and every node that others refer to by @id."""

    reviews: list[Node] = field(default_factory=list)
    nodes: dict[str, Node] = field(default_factory=dict)
    pages: list[Node] = field(default_factory=list)
    """Articles and web pages, in order."""

    @classmethod
    def of(cls, document: object) -> Tree:
        """Walks without recursion, so that depth costs nothing."""
        tree = cls()
        waiting: list[tuple[object, Node]] = [(document, {})]
        while waiting:
            value, outer = waiting.pop()
            if isinstance(value, list):
                waiting.extend((one, outer) for one in reversed(value))
            elif isinstance(value, dict):
                inner = tree._visit(value, outer)
                waiting.extend((one, inner) for one in reversed(value.values()))
        return tree

    def _visit(self, node: Node, outer: Node) -> Node:
        """Notes a node; what it hands down to those inside it."""
        name = node.get("@id")
        if isinstance(name, str) and len(node) > 1:
            self.nodes.setdefault(name, node)
        if _is(node, "ClaimReview"):
            self.reviews.append({**outer, **{key: value for key, value in node.items() if value is not None}})
            return {}
        if _is(node, "DataFeedItem"):
            return {key: node[key] for key in ENTRY if node.get(key)}
        if not _is(node, *PAGES):
            return outer
        self.pages.append(node)
        entry = {key: outer[key] for key in ENTRY if key in outer}
        return {**entry, **{key: node[key] for key in HANDED_DOWN if node.get(key)}}


@dataclass(slots=True)
class Review:
    """One ClaimReview, read field by field."""

    tree: Tree
    node: Node
    where: str
    problems: list[Problem] = field(default_factory=list)

    def article(self, alone: bool) -> Article | None:
        """The review as an article, or None. `alone`: it is the only one on its page."""
        url, claim = self.url(), self.claim()
        title = one_line(self.words(self.node, "headline", "name")) or claim or (url if self.withdrawn() else "")
        if not title:
            self.note("claimReviewed", "is missing, and there is no headline either", refused=True)
        if not url:
            self.note("url", "is missing or not an http(s) address", refused=True)
        if not (title and url):
            return None
        return Article(
            id=derived_id(same_page(url)) if alone else derived_id(same_page(url), claim),
            kind=ArticleKind.FACT_CHECK,
            title=title,
            outlet=one_line(self.words(self.node, "publisher", "author")) or host_of(url),
            url=url,
            language=self.language(),
            date=self.day(self.node, "datePublished"),
            claim=claim,
            rating=self.rating(),
            summary=self.summary(),
            body=self.words(self.node, "reviewBody", "articleBody"),
            statements=tuple(self.statements(claim)),
        )

    def note(self, name: str, what: str, refused: bool = False) -> None:
        """Write down what is wrong with a field."""
        self.problems.append(Problem(self.where, name, what, refused))

    def withdrawn(self) -> bool:
        """Whether its publisher took it back: by its status, or by the day on which it left the feed."""
        return is_status(self.node.get("creativeWorkStatus")) or bool(self.words(self.node, "dateDeleted"))

    def url(self) -> str:
        """The page that shows the review."""
        values = (value for key in ("url", "mainEntityOfPage", "@id") for value in _all(self.node.get(key)))
        texts = (value.get("@id") or value.get("url") if isinstance(value, dict) else value for value in values)
        return next((url for text in texts if isinstance(text, str) and (url := web_address(clean(text)))), "")

    def claim(self) -> str:
        """The sentence that is examined."""
        return one_line(self.words(self.node, "claimReviewed")) or one_line(
            next((words for item in self.nodes("itemReviewed") if (words := self.words(item, "text", "name"))), "")
        )

    def rating(self) -> str:
        """The publisher's own word. A number is a word only to its publisher: it is never turned into one."""
        given = _all(self.node.get("reviewRating"))
        keys = ("alternateName", "name", "ratingValue")
        words = [self.words(one, key) for one in self.nodes("reviewRating") for key in keys]
        words += [clean(one) for one in given if isinstance(one, str)]
        word = next((one_line(word) for word in words if word and not _is_number(word)), "")
        if not word:
            what = "has only a number and no word (alternateName)" if any(words) else "is missing or empty"
            self.note("reviewRating", f"{what}; the rating was left empty")
        return word

    def summary(self) -> str:
        """Why the publisher rates it so."""
        explained = (self.words(one, "ratingExplanation") for one in self.nodes("reviewRating"))
        return next(filter(None, explained), "") or self.words(self.node, "description")

    def language(self) -> str:
        """Of the review; Indonesian where it does not say."""
        names = [self.words(one, "alternateName", "name") for one in self.nodes("inLanguage")]
        names += [one for one in _all(self.node.get("inLanguage")) if isinstance(one, str)]
        return next(filter(None, map(language_code, names)), "id")

    def statements(self, claim: str) -> Iterator[Statement]:
        """Who made the claim, where the review says so."""
        for item in self.nodes("itemReviewed"):
            for author in self.nodes("author", of=item):
                if (speaker := one_line(self.words(author, "name"))) and claim:
                    yield Statement(
                        speaker=speaker,
                        words=claim,
                        role=one_line(self.words(author, "jobTitle")),
                        date=self.day(item, "datePublished"),
                        medium=self.medium(item),
                    )

    def medium(self, item: Node) -> str:
        """Where the claim was made, by name; its address is left out, for nobody should be led there."""
        name = one_line(self.words(item, "appearance", "firstAppearance"))
        return "" if web_address(name) else name

    def day(self, node: Node, key: str) -> date | None:
        """A field as a calendar date."""
        text = self.words(node, key)
        day = read_date(text) if text else None
        if text and not day:
            self.note(key, f'is not a date: "{text[:40]}"; write it as 2020-05-12 (it was left out)')
        return day

    def nodes(self, key: str, of: Node | None = None) -> list[Node]:
        """The objects in a field, references followed."""
        values = _all((self.node if of is None else of).get(key))
        return [self.tree.nodes.get(str(value.get("@id")), value) for value in values if isinstance(value, dict)]

    def words(self, node: Node, *keys: str) -> str:
        """The first of these fields that has words: a text, a number, an object's name, the first of a list."""
        found = (self._words(value) for key in keys for value in _all(node.get(key)))
        return next(filter(None, found), "")

    def _words(self, value: object) -> str:
        if isinstance(value, dict):
            value = self.tree.nodes.get(str(value.get("@id")), value)
            texts = (value.get(key) for key in ("@value", "name", "text"))
            value = next((text for text in texts if isinstance(text, str | int | float)), "")
        if isinstance(value, bool) or not isinstance(value, str | int | float):
            return ""
        return clean(str(value))


def _is(node: Node, *wanted: str) -> bool:
    """Whether a node is of one of these types, written ClaimReview, schema:ClaimReview or http://schema.org/ClaimReview."""
    types = (one for one in _all(node.get("@type")) if isinstance(one, str))
    return any(re.split(r"[/:#]", one)[-1] in wanted for one in types)


def _all(value: object) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _is_number(word: str) -> bool:
    return re.fullmatch(r"[-+]?[\d.,]+(?:\s*/\s*\d+)?", word) is not None
