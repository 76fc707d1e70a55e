"""ROOM sources: the door to publishers.

verb            `parse` a file · `list` what was fetched from a site · `read` a page, with those it goes on on
in → out        bytes a publisher published → articles, and a sentence for everything it could not read
may touch       what it is given
must not        guess: surprise is a `Problem` that names file or address, and field; touch store, index, network, clock
to add one      a form of file: copy `article.py`; of listing: `wordpress.py`; the contract suites find it
                a site: one TOML file (docs/sources.md), no code

A visit walks: a site's profile (`site.py`) → `list` what was fetched from where it starts, and where that goes on →
fetch what is new (`site.to_fetch`) → `more`: fetch the pages it goes on on → `read` → articles. Nothing here fetches.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from periksa.model import Article

if TYPE_CHECKING:
    from periksa.sources.site import Site


@dataclass(frozen=True, slots=True)
class Problem:
    """Something in a source that was refused or is worth a look, in one sentence for the operator."""

    where: str
    """File and line: "checks.jsonl:17", or the record's number where a form has no lines; the address of a page."""
    field: str
    what: str
    """Reads on from the field: "date is not a date"."""
    refused: bool = True
    """False: the record was read all the same."""


@dataclass(frozen=True, slots=True)
class Parsed:
    """One record of a source: an article, or none with the problem that kept it out.

    The last one may carry problems of the file as a whole.
    """

    article: Article | None = None
    problems: tuple[Problem, ...] = ()
    bytes_read: int = 0
    """How far into the file this record ends, for progress."""
    withdrawn: bool = False
    """Its publisher took the article back, and says so: it is to leave the library."""


class Source(Protocol):
    """One form in which publishers hand out articles."""

    form: str
    """What it reads, and the endings of such files: "JSON lines (.jsonl)"."""

    def reads(self, path: Path, head: bytes) -> bool:
        """Whether this file (its name and first 4 KiB) is of this form."""
        ...

    def parse(self, path: Path) -> Iterator[Parsed]:
        """Every record, streamed in file order. Raises: InputError if the file as a whole cannot be read."""
        ...


@dataclass(frozen=True, slots=True)
class Fetched:
    """What one address gave."""

    url: str
    """Where it was found in the end, after redirects."""
    content: bytes
    fetched_at: datetime
    """With its zone. "2 jam lalu" is counted from here."""
    content_type: str = ""
    """As the server named it: "text/html; charset=utf-8"."""


@dataclass(frozen=True, slots=True)
class Pointer:
    """What a listing says of one article. Everything but the address may be absent; its page knows better."""

    url: str
    title: str = ""
    date: date | None = None
    changed: datetime | None = None
    """When it was last changed, with its zone: an article whose moment is known needs no second visit."""
    summary: str = ""
    guid: str = ""
    categories: tuple[str, ...] = ()
    article: Article | None = None
    """The whole article, where the listing carries it: its page need not be fetched."""
    withdrawn: bool = False
    """Its publisher took it back, and says so here."""


@dataclass(frozen=True, slots=True)
class Further:
    """Another listing that this one leads to."""

    url: str
    changed: datetime | None = None


@dataclass(frozen=True, slots=True)
class Listed:
    """One entry of a listing: an article, another listing, or neither and the problem that kept it out."""

    pointer: Pointer | None = None
    further: Further | None = None
    problems: tuple[Problem, ...] = ()


class Listing(Protocol):
    """One form in which sites say what they published."""

    kind: str
    """As profiles name it: "feed"."""

    def list(self, fetched: Fetched, site: Site) -> Iterator[Listed]:
        """Every entry, streamed in order; only articles the profile wants.

        Raises: SourceError if it is no such listing.
        """
        ...


class PageSource(Protocol):
    """How the page of an article is read."""

    def more(self, pages: Sequence[Fetched], site: Site) -> tuple[str, ...]:
        """Where the article goes on after these pages, as far as the last of them tells, in order.

        A site may answer with another address than was asked for: whoever fetches leaves out what it asked for before.
        """
        ...

    def read(self, pages: Sequence[Fetched], site: Site) -> Iterator[Parsed]:
        """The article on these pages, in their order; several where the page holds several checks.

        Whatever keeps it out is a refused `Problem`.
        """
        ...
