"""What visits to publishers remember, so that the next one costs little and nothing is said twice."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum


class SpotKind(StrEnum):
    """A LISTING says what a site published; NEXT is a further page of one; an ARTICLE is to be read."""

    LISTING = "listing"
    NEXT = "next"
    ARTICLE = "article"


@dataclass(frozen=True, slots=True)
class Spot:
    """An address of a site, and what earlier visits learned there."""

    site: str
    key: str
    """What all spellings of its address share; one a site."""
    url: str
    kind: SpotKind
    first_at: datetime
    """When it was first heard of, and when last."""
    seen_at: datetime
    due_at: datetime | None = None
    """From when on it is to be fetched; None: not by itself."""
    form: str = ""
    """Of a listing: its kind, as profiles name it ("feed")."""
    fetched_at: datetime | None = None
    """When the site last answered for it."""
    changed: datetime | None = None
    """When it was changed, as the listing said last."""
    date: date | None = None
    """The day of publication, as the listing says."""
    etag: str = ""
    last_modified: str = ""
    quiet: int = 0  # times in a row that nothing was new there
    failures: int = 0  # times in a row that it was not to be had
    gone_at: datetime | None = None
    """Since when the site says that there is no such page."""
    carried: bool = False
    """Whether a listing carries the whole article: then its page is only asked whether it is still there."""
    articles: tuple[str, ...] = ()
    """Ids of the articles it gave."""


@dataclass(frozen=True, slots=True)
class Visit:
    """The latest visit to a site, and when the next one is due."""

    site: str
    first_at: datetime
    """When it was first visited."""
    last_at: datetime | None = None
    """When its listings were last asked."""
    next_at: datetime | None = None
    held_until: datetime | None = None
    """So long it is in somebody's hands."""
    expected: float = 0
    """Articles it publishes in a slow week; 0: nobody knows."""
    requests: int = 0
    bytes: int = 0
    listed: int = 0
    new: int = 0
    changed: int = 0
    gone: int = 0
    reached: bool = True
    """Whether any of its listings could be read."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """Something that is wrong with an address now; it goes when the address is read without it."""

    site: str
    key: str
    """Of the spot where it was met."""
    where: str
    """The address."""
    field: str
    what: str
    """Reads on from the field, or where that is empty from the address."""
    first_at: datetime
    last_at: datetime
    count: int = 1
