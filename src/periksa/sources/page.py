"""Pages: an article as readers see it, on one page or several, with the help of the site's profile."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlsplit

from periksa.errors import SourceError
from periksa.model import Article, ArticleKind
from periksa.sources import Fetched, Parsed, Problem
from periksa.sources.address import absolute, derived_id, host_of, same_page, web_address
from periksa.sources.charset import decoded
from periksa.sources.cleaning import one_line
from periksa.sources.jsonld import Node, Review, Tree, loose_json, reviews
from periksa.sources.markup import drop, lines_of, tree_of, without_unseen
from periksa.sources.selectors import elements, values
from periksa.sources.site import Site
from periksa.sources.story import Found, LeftOut, article_of, left_out, taken_back
from periksa.sources.withdrawn import is_status

MOST_BYTES = 4_000_000
"""Of one page. The largest articles have a tenth of it; on more, finding the text takes time without end."""
MOST_PAGES = 20
"""Of one article."""
_SHORT = 30
"""Characters; so short a line may stand on two pages by chance."""
_JSON_LD = ("script[type='application/ld+json']", "script[type^='application/ld+json;']")
_TITLES = ("meta[property='og:title']@content", "meta[name='og:title']@content", "meta[name='twitter:title']@content")
_HEADS = ("h1[itemprop='headline']", "h1[itemprop=name]", "article h1", "h1", "title")
_DATES = (
    "meta[property='article:published_time']@content", "meta[itemprop=datePublished]@content",
    "time[itemprop=datePublished]@datetime", "meta[name=pubdate]@content", "meta[name=publishdate]@content",
    "meta[name='content_PublishedDate']@content", "meta[name='dtk:publishdate']@content", "meta[name=date]@content",
    "*[itemprop=datePublished]@content", "*[itemprop=datePublished]", "article time@datetime", "time[pubdate]@datetime",
)  # fmt: skip
_DESCRIPTIONS = ("meta[property='og:description']@content", "meta[name=description]@content")
_ADDRESSES = ("link[rel=canonical]@href", "meta[property='og:url']@content")
_SECTIONS = ("meta[property='article:section']@content", "meta[property='article:tag']@content")


class Page:
    """An article's page, or its pages."""

    def more(self, pages: Sequence[Fetched], site: Site) -> tuple[str, ...]:
        """Where the article goes on after these pages, as far as the last of them tells, in order."""
        rules, last = site.page, pages[-1]
        if not (rules.next or rules.pages) or len(last.content) > MOST_BYTES or len(pages) >= MOST_PAGES:
            return ()
        try:
            tree = tree_of(decoded(last.content, last.content_type)[0])
        except ValueError:
            return ()
        first = site.article_address(pages[0].url)
        linked = (absolute(last.url, link) for link in values(tree, rules.next))
        found = [url for url in linked if url and _turns(first, url)] + _numbered(first, tree, site)
        known = {first, *(page.url for page in pages)}
        return tuple(dict.fromkeys(url for url in found if url not in known))[: MOST_PAGES - len(pages)]

    def read(self, pages: Sequence[Fetched], site: Site) -> Iterator[Parsed]:
        """The article on these pages, in their order; one for each claim where the page reviews several."""
        size = sum(len(page.content) for page in pages)
        try:
            reading = _Reading.of(pages, site)
        except ValueError as error:
            yield Parsed(problems=(Problem(pages[0].url, "page", str(error)),), bytes_read=size)
            return
        for article, problems in reading.articles():
            yield Parsed(article, tuple(problems), size, withdrawn=reading.withdrawn)

    def own_address(self, page: Fetched) -> list[str]:
        """The addresses under which a page that was saved says that it stands, the surest first."""
        try:
            tree = tree_of(decoded(page.content, page.content_type)[0])
        except ValueError:
            return []
        return [url for text in values(tree, _ADDRESSES) if (url := web_address(text))]

    def left_out(self, pages: Sequence[Fetched], site: Site) -> Iterator[LeftOut]:
        """What of these pages `read` takes for none of the article, and by which rule of everybody's or the profile's.

        Raises: SourceError if they cannot be read.
        """
        try:
            reading = _Reading.of(pages, site)
        except ValueError as error:
            raise SourceError(f"{pages[0].url} {error}.") from error
        found = reading.found()
        yield from reading.removed
        yield from left_out(found, site)


@dataclass(slots=True)
class _Reading:
    """One article while it is being read."""

    pages: Sequence[Fetched]
    site: Site
    trees: list[Any]
    problems: list[Problem] = field(default_factory=list)
    withdrawn: bool = False
    """Whether the article says that it was taken back; known when it was read."""
    removed: list[LeftOut] = field(default_factory=list)
    """What the profile's `remove` took out; known when it was read."""

    @classmethod
    def of(cls, pages: Sequence[Fetched], site: Site) -> _Reading:
        """Raises: ValueError with why the pages cannot be read."""
        trees, problems = [], []
        for page in pages[:MOST_PAGES]:
            if len(page.content) > MOST_BYTES:
                raise ValueError(f"is larger than {MOST_BYTES / 1e6:g} MB; it was not read")
            text, wrong = decoded(page.content, page.content_type)
            if wrong:
                problems.append(Problem(page.url, "charset", wrong, refused=False))
            if not text.strip():
                raise ValueError("is empty")
            trees.append(tree_of(text))
        return cls(pages, site, trees, problems)

    @property
    def url(self) -> str:
        """The address that all pages of the article share."""
        return self.site.article_address(self.pages[0].url)

    def articles(self) -> Iterator[tuple[Article | None, list[Problem]]]:
        """The article; with several claims reviewed, one for each."""
        linked = self._linked()
        ours = self._ours(linked)
        found = self._found(linked, len(ours))
        article, problems = article_of(found, self.site, self.pages[0].fetched_at)
        self.withdrawn = taken_back(found, self.site) or _taken_back(linked, self.url)
        self.problems += problems if not self.withdrawn else []
        if article is None or not ours or article.kind is ArticleKind.NEWS:
            yield article, self.problems
        elif len(ours) == 1:
            yield self._reviewed(article, ours[0]), self.problems
        else:
            for review in ours:
                each = self._reviewed(replace(article, title=review.claim(), body=""), review)
                yield replace(each, id=derived_id(same_page(article.url), each.claim)), self._once()

    def found(self) -> Found:
        """What stands on the pages, before any of it is judged. Takes them apart."""
        linked = self._linked()
        return self._found(linked, len(self._ours(linked)))

    def _once(self) -> list[Problem]:
        """What is wrong, for the first who asks: problems are said once."""
        problems, self.problems = self.problems, []
        return problems

    def _linked(self) -> Tree:
        """The JSON-LD of the first page."""
        documents = []
        for selector in _JSON_LD:
            for script in elements(self.trees[0], (selector,)):
                try:
                    documents.append(loose_json(script.text_content()))
                except ValueError as error:
                    self.problems.append(Problem(self.url, "JSON-LD", f"cannot be read: {error}", refused=False))
        return Tree.of(documents)

    def _ours(self, linked: Tree) -> list[Review]:
        """The reviews of this page, one a claim. Others stand in lists of related articles."""
        ours: dict[str, Review] = {}
        for review in reviews(linked, self.url):
            url = review.url()
            if url and same_page(self.site.article_address(url)) != same_page(self.url):
                what = f"is of another page and was left out: {url}"
                self.problems.append(Problem(self.url, "ClaimReview", what, refused=False))
            elif claim := review.claim():
                ours.setdefault(claim, review)
        return list(ours.values())

    def _reviewed(self, article: Article, review: Review) -> Article:
        """The article with what ClaimReview says of it; the profile's rules fill what it leaves empty."""
        rating = review.rating() or article.rating
        self.problems += [problem for problem in review.problems if not rating or problem.field != "reviewRating"]
        claim = review.claim()
        return replace(
            article,
            claim=claim,
            rating=rating,
            summary=review.summary() or article.summary,
            date=article.date or review.day(review.node, "datePublished"),
            statements=tuple(review.statements(claim)),
        )

    def _found(self, linked: Tree, claims: int) -> Found:
        """Where each thing is looked for: by the profile, then by mark-up."""
        tree, rules = self.trees[0], self.site.page
        page = _about(linked, self.url)
        wanted = {rule.selector for rule in (*self.site.rating, *self.site.claim) if rule.selector}
        wanted |= {mark.selector for mark in self.site.withdrawn if mark.selector}
        found = Found(
            url=self.url,
            title=next(
                iter([*values(tree, rules.title), *_text(page, "headline"), *values(tree, (*_TITLES, *_HEADS))]), ""
            ),
            dates=[*values(tree, rules.date), *_text(page, "datePublished"), *values(tree, _DATES)],
            summary=next(iter(values(tree, rules.summary)), ""),
            description=next(iter(values(tree, _DESCRIPTIONS)), ""),
            categories=(*values(tree, rules.category), *values(tree, _SECTIONS)),
            elements={selector: values(tree, selector) for selector in wanted},
            lines=(),
            claims=claims,
        )
        return replace(found, lines=self._lines())

    def _lines(self) -> list[str]:
        """The text of all pages. Takes the trees apart.

        What a later page repeats is left out: sites print the lead on each, or give the first page again.
        """
        lines: list[str] = []
        for page, tree in zip(self.pages, self.trees, strict=False):
            earlier = {line for line in lines if len(line) > _SHORT}
            lines += [line for line in self._by_profile(tree) or self._by_trafilatura(page) if line not in earlier]
        return lines

    def _by_profile(self, tree: Any) -> list[str]:
        lines: list[str] = []
        for body in elements(tree, self.site.page.body):
            for selector in self.site.page.remove:
                self._remove(selector, body)
            without_unseen(body)
            lines += lines_of(body)
        return lines

    def _remove(self, selector: str, body: Any) -> None:
        for each in elements(body, (selector,)):
            if each is body:
                continue
            if text := one_line(each.text_content()):
                self.removed.append(LeftOut(text, f"remove: {selector}"))
            drop(each)

    def _by_trafilatura(self, page: Fetched) -> list[str]:
        if self.site.page.body:
            what = "is no longer where the profile says; it was looked for on the whole page"
            self.problems.append(Problem(page.url, "body", what, refused=False))
        from trafilatura import extract

        text = extract(
            decoded(page.content, page.content_type)[0], url=page.url, include_comments=False, include_tables=False
        )
        return [line for line in (text or "").split("\n") if line.strip()]


def _about(linked: Tree, url: str) -> Node:
    """The node that says most of the page: an article of this address, or else the first article without one."""
    with_address = [(node, Review(linked, node, "").url()) for node in linked.pages if node.get("headline")]
    ours = (node for node, its in with_address if not its or same_page(its) == same_page(url))
    return next(ours, {})


def _taken_back(linked: Tree, url: str) -> bool:
    """Whether the mark-up of this very page gives it the status of a withdrawn one."""
    ours = (node for node in linked.pages if same_page(Review(linked, node, "").url()) == same_page(url))
    return any(is_status(node.get("creativeWorkStatus")) for node in ours)


def _text(node: Node, key: str) -> list[str]:
    value = node.get(key)
    return [value] if isinstance(value, str) and value.strip() else []


def _turns(first: str, other: str) -> bool:
    """Whether an address is another page of the article at `first`: it adds a query to it, or a last number."""
    path, longer = (urlsplit(url).path.rstrip("/") for url in (first, other))
    rest = longer.removeprefix(path)
    same = longer.startswith(path) and re.fullmatch(r"(?:/(?:page/|halaman/)?\d{1,2})?", rest) is not None
    return same and host_of(first) == host_of(other)


def _numbered(url: str, tree: Any, site: Site) -> list[str]:
    """The other pages where it is only printed how many there are; none where the last one stands on this page too."""
    if not (site.page.numbered and site.page.pages):
        return []
    text = " ".join(tree.text_content().split())
    counted = [(int(found["page"]), int(found["of"])) for found in re.finditer(site.page.pages, text)]
    if not counted or any(page == of for page, of in counted):
        return []
    join = "&" if "?" in url else "?"
    last = min(max(of for _, of in counted), MOST_PAGES)
    return [url + join + site.page.numbered.format(n=n) for n in range(2, last + 1)]
