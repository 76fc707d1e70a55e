"""A site's profile: where its articles are listed, how its pages are read, what it calls a rating. Data, no code.

The string under a field is its documentation; docs/sources.md shows the same, and a test holds the two together.
"""

from __future__ import annotations

import re
from typing import Annotated, Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from periksa.sources.address import host_of, web_address
from periksa.sources.selectors import compiled

Kind = Literal["feed", "sitemap", "wordpress", "claimreview", "links"]


def _selector(text: str) -> str:
    compiled(text)
    return text


def _address(text: str) -> str:
    if not web_address(text):
        raise ValueError(f'"{text}" is not a whole http(s) address')
    return text


def _pattern(text: str) -> str:
    try:
        re.compile(text)
    except re.error as error:
        raise ValueError(f'"{text}" is no regular expression: {error}') from error
    return text


def _counting(text: str) -> str:
    if text and not {"page", "of"} <= re.compile(_pattern(text)).groupindex.keys():
        raise ValueError("has no groups named page and of; write (?P<page>\\d+) dari (?P<of>\\d+) halaman")
    return text


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise ValueError(f'"{name}" is no time zone; write Asia/Jakarta, Asia/Makassar or Asia/Jayapura') from error
    return name


Selectors = tuple[Annotated[str, AfterValidator(_selector)], ...]
Pattern = Annotated[str, AfterValidator(_pattern)]
Patterns = tuple[Pattern, ...]
Address = Annotated[str, AfterValidator(_address)]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True, hide_input_in_errors=True)


class Start(_Part):
    """Where a visit starts."""

    kind: Kind
    """What stands there: `feed` (RSS, Atom), `sitemap`, `wordpress` (its REST address of posts), `claimreview` (JSON),
    or `links`: a page that links to articles."""
    url: Address
    """Its address."""


class Links(_Part):
    """What a page of links looks like (starts of kind `links`)."""

    articles: Selectors = ("a@href",)
    """Where the links to articles are; addresses that `articles` and `skip` do not want are left out."""
    next: Selectors = ("link[rel=next]@href", "a[rel=next]@href")
    """Where the link to the next such page is."""


class FactChecks(_Part):
    """How a fact-check is told from news where a site publishes both. Any of these is enough, and so is ClaimReview."""

    address: Patterns = ()
    """Patterns in its address."""
    title: Patterns = ()
    """Patterns in its headline."""
    category: Patterns = ()
    """Patterns in one of its categories, or in its number."""


class Page(_Part):
    """Where things stand on a page. What is absent, or no longer there, is found by mark-up and by trafilatura."""

    title: Selectors = ()
    """The headline."""
    date: Selectors = ()
    """The day of publication, as printed or in an attribute."""
    summary: Selectors = ()
    """The standfirst."""
    category: Selectors = ()
    """The section or categories."""
    body: Selectors = ()
    """The text. What the first selector finds that finds anything is put together in the page's order."""
    remove: Selectors = ()
    """What is taken out of the text before it is read."""
    whole: Annotated[str, Field(pattern=r"^([\w-]+=[\w-]+)?$")] = ""
    """The query that puts all pages of an article on one: `page=all`. It is added to the address that is fetched."""
    next: Selectors = ()
    """Where the links to an article's other pages are; only addresses that differ in query or last number are taken."""
    pages: Annotated[str, AfterValidator(_counting)] = ""
    """Where it is printed which page this is and of how many: `(?P<page>\\d+) dari (?P<of>\\d+) halaman`."""
    numbered: Annotated[str, Field(pattern=r"^([\w-]+=\{n\})?$")] = ""
    """The query of page n, `page={n}`, where nothing but `pages` tells that there are more."""


class Reading(_Part):
    """How words are found; `where` says in what. The first rule that finds something is used."""

    where: Literal["title", "text", "category", "element"]
    """`title`, `text` (any line of it), `category`, or an `element` of the page."""
    selector: Selectors = ()
    """The element, where that is `where`."""
    pattern: Pattern = "(?P<word>.+)"
    """The group named `word` is what is taken, in the publisher's own words."""
    cut: bool = False
    """Whether what was found is taken off the title: it is a label before it."""
    example: str
    """A text in which it is found; checked when the profile is read."""

    @model_validator(mode="after")
    def _complete(self) -> Reading:
        if "word" not in re.compile(self.pattern).groupindex:
            raise ValueError("pattern has no group named word; write (?P<word>…)")
        if not re.search(self.pattern, self.example):
            raise ValueError("pattern does not find the example; mend one of the two")
        if (self.where == "element") != bool(self.selector):
            raise ValueError('selector and where = "element" belong together')
        return self


class Drop(_Part):
    """A line, or a part of one, that is not the article's."""

    name: str
    """What it is."""
    where: Literal["line", "within", "rest"] = "line"
    """`line`: the whole line goes; `within`: only the words; `rest`: this line and everything under it."""
    pattern: Pattern
    """Matches the whole line; with `within`, the words in it."""
    example: str
    """A text that it matches; checked when the profile is read."""

    @model_validator(mode="after")
    def _matches(self) -> Drop:
        matches = re.search if self.where == "within" else re.fullmatch
        if not matches(self.pattern, self.example):
            raise ValueError("pattern does not match the example; mend one of the two")
        return self


class Mark(_Part):
    """How the publisher marks an article that it took back, where that is not said in words that are known anyway."""

    where: Literal["title", "text", "element"]
    """`title`, `text` (one of its first three lines), or an `element` of the page."""
    selector: Selectors = ()
    """The element, where that is `where`."""
    pattern: Pattern
    """What is found in it only if this very article was taken back."""
    example: str
    """A text in which it is found; checked when the profile is read."""

    @model_validator(mode="after")
    def _complete(self) -> Mark:
        if not re.search(self.pattern, self.example):
            raise ValueError("pattern does not find the example; mend one of the two")
        if (self.where == "element") != bool(self.selector):
            raise ValueError('selector and where = "element" belong together')
        return self


class Site(_Part):
    """A site, in a file of its own."""

    name: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]*$")]
    """The file's name without its ending."""
    outlet: Annotated[str, Field(min_length=1)]
    """The publisher as people are to read it."""
    hosts: Annotated[tuple[str, ...], Field(min_length=1)]
    """Its hosts, subdomains included: `liputan6.com`."""
    checked: Annotated[str, Field(min_length=10)]
    """What this profile was verified against, and when. `from documentation only` where nobody has seen it work."""
    language: Annotated[str, Field(pattern="^[a-z]{2,3}$")] = "id"
    """The language of its articles."""
    zone: Annotated[str, AfterValidator(_zone)] = "Asia/Jakarta"
    """The time zone of its newsroom."""
    publishes: Literal["fact-checks", "news", "both"]
    """What it publishes; for `both`, `[fact_check]` tells them apart."""
    pause: Annotated[float, Field(ge=0.5, le=60)] = 5
    """Seconds between two requests, 60 at most: no longer is waited for a turn."""
    a_week: Annotated[float, Field(ge=0)] = 0
    """Articles that it publishes in a slow week; fewer is a warning, for then it, or its profile, has changed."""
    ask_first: str = ""
    """What the publisher demands before a program may fetch its pages. Visits wait until the operator has settled that
    and made it empty."""
    articles: Patterns = ()
    """Patterns in the addresses of articles; any is enough. Empty: every address of the site."""
    skip: Patterns = ()
    """Patterns in addresses that are not wanted: videos, galleries."""
    title_endings: Patterns = ()
    """What the site adds to headlines in its mark-up, to be taken off: ` - Kompas.com.*`."""
    complete_feeds: bool = False
    """Whether feeds carry whole articles, so that their pages need not be fetched."""
    start: Annotated[tuple[Start, ...], Field(min_length=1)]
    """Where visits start."""
    links: Links = Links()
    """Pages of links."""
    fact_check: FactChecks = FactChecks()
    """Fact-checks among news."""
    page: Page = Page()
    """Pages of articles."""
    rating: tuple[Reading, ...] = ()
    """Where the rating stands, unless there is ClaimReview."""
    claim: tuple[Reading, ...] = ()
    """Where the claim stands, unless there is ClaimReview."""
    conclusion: Patterns = ()
    """Headings of conclusions, as whole lines; the paragraph under it is the summary of a fact-check."""
    withdrawn: tuple[Mark, ...] = ()
    """Marks of articles that were taken back, beside those that hold everywhere (`withdrawn.toml`)."""
    drop: tuple[Drop, ...] = ()
    """Lines that go, in this order, after those that go everywhere (`furniture.toml`)."""

    @property
    def time_zone(self) -> ZoneInfo:
        """`zone`, as a zone."""
        return ZoneInfo(self.zone)

    def is_here(self, url: str) -> bool:
        """Whether an address is one of this site's."""
        host = host_of(url)
        return any(host == one or host.endswith(f".{one}") for one in self.hosts)

    def wants(self, url: str) -> bool:
        """Whether an address is that of an article to be read."""
        if not self.is_here(url) or any(re.search(one, url) for one in self.skip):
            return False
        return not self.articles or any(re.search(one, url) for one in self.articles)

    def to_fetch(self, url: str) -> str:
        """The address under which the whole article of `url` is to be had."""
        if not self.page.whole:
            return url
        name = self.page.whole.partition("=")[0]
        bare, _, query = self.article_address(url).partition("?")
        kept = [pair for pair in query.split("&") if pair and pair.partition("=")[0] != name]
        return f"{bare}?{'&'.join([*kept, self.page.whole])}"

    def article_address(self, url: str) -> str:
        """The address that all pages of an article share: without fragment and without what turns its pages."""
        turning = {query.partition("=")[0] for query in (self.page.whole, self.page.numbered) if query}
        parts = urlsplit(url)
        kept = [pair for pair in parts.query.split("&") if pair and pair.partition("=")[0] not in turning]
        return parts._replace(query="&".join(kept), fragment="").geturl()
