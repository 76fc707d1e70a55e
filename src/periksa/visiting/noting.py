"""What is known of an address after something happened there, and when it is due again. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from periksa.model import Article, Spot, SpotKind
from periksa.pages import Page
from periksa.sources import Further, Pointer
from periksa.sources.address import derived_id, same_page
from periksa.sources.site import Site

AGAIN = tuple(timedelta(days=days) for days in (1, 4, 16, 64))
"""An article is looked at again after so long, though no listing says that it changed; then no more."""
SETTLED = timedelta(days=30)
"""An article older than this changes hardly any more: it is spared the first looks."""
SPARED = 2
DAY = timedelta(days=1)
"""What is gone must still be gone a day later, before it counts as withdrawn."""
FIRST_WAIT = timedelta(minutes=10)
"""Until an address that was not to be had is tried again; doubled each time, a day at most."""
FIRST_REST = timedelta(hours=1)
"""Until a sitemap that its index says nothing of is asked again; doubled while nothing is new there."""
BELIEVED = 5
"""So many articles may be withdrawn at a time; more only if most of what was asked for is there."""
LOST = 2
"""So often an address that never gave an article may be gone before it is left alone."""


def start(site: Site, url: str, form: str, known: Spot | None, now: datetime) -> Spot:
    """A listing that the profile names; what was learned of it as another kind of listing is worth nothing."""
    if known and (known.kind, known.form) == (SpotKind.LISTING, form):
        return replace(known, seen_at=now)
    return Spot(site.name, url, url, SpotKind.LISTING, now, now, form=form)


def pointed(site: Site, pointer: Pointer, known: Spot | None, now: datetime) -> tuple[Spot, bool]:
    """The spot of an article that a listing names, and whether it is new or was changed: then it is due."""
    date = pointer.date or (known.date if known else None)
    if known is None:
        key = article_key(site, pointer.url)
        new = Spot(site.name, key, pointer.url, SpotKind.ARTICLE, now, now, now, changed=pointer.changed, date=date)
        return new, True
    news = pointer.changed is not None and _is_later(pointer.changed, known.changed, now)
    due, changed = (now, pointer.changed) if news else (known.due_at, known.changed)
    return replace(known, url=pointer.url, seen_at=now, changed=changed, date=date, due_at=due), news


def _is_later(changed: datetime, known: datetime | None, now: datetime) -> bool:
    """Whether an article was changed since. Listings may date one change differently: the latest counts, unless it is
    still to come."""
    return known is None or changed > known or (changed != known and known > now)


def article_key(site: Site, url: str) -> str:
    """What all addresses of one article share."""
    return same_page(site.article_address(url))


def led_to(site: Site, further: Further, parent: Spot, known: Spot | None, news: bool, now: datetime) -> Spot:
    """The spot of another listing. A sitemap of an index is due when it was changed; a further page once, and then
    only when the page before it brought `news`."""
    kind = SpotKind.LISTING if parent.form == "sitemap" else SpotKind.NEXT
    if known is None:
        quiet = 0 if news or kind is SpotKind.LISTING else parent.quiet + 1
        return Spot(
            site.name, further.url, further.url, kind, now, now, now, parent.form, changed=further.changed, quiet=quiet
        )
    changed = further.changed is not None and further.changed != known.changed
    due = now if changed or (news and kind is SpotKind.NEXT) else known.due_at
    return replace(known, seen_at=now, changed=further.changed or known.changed, due_at=due)


def listed(spot: Spot, page: Page, now: datetime, news: bool) -> Spot:
    """A listing that was read."""
    return _rest(replace(_answered(spot, page, now), quiet=0 if news else spot.quiet + 1), now)


def as_it_was(spot: Spot, now: datetime) -> Spot:
    """A page or listing that the site says is unchanged."""
    known = replace(spot, fetched_at=now, failures=0, gone_at=None, quiet=spot.quiet + 1)
    return _again(known, now) if spot.kind is SpotKind.ARTICLE else _rest(known, now)


def carried(spot: Spot, ids: Iterable[str], now: datetime) -> Spot:
    """An article that its listing brought whole."""
    articles = tuple(dict.fromkeys([*spot.articles, *ids]))
    return _again(replace(spot, fetched_at=now, failures=0, gone_at=None, carried=True, articles=articles), now)


def read(spot: Spot, page: Page, articles: Sequence[Article], now: datetime, *, changed: bool) -> Spot:
    """A page that gave articles; `changed`: others than before."""
    quiet = 0 if changed else spot.quiet + 1
    known = replace(_answered(spot, page, now), quiet=quiet, articles=tuple(article.id for article in articles))
    return _again(known, now)


def unread(spot: Spot, now: datetime) -> Spot:
    """What came could not be read, or was refused. What it gave before stays; without marks it is asked for whole."""
    known = replace(spot, fetched_at=now, failures=spot.failures + 1, quiet=spot.quiet + 1, gone_at=None)
    known = replace(known, etag="", last_modified="")
    return _again(known, now) if spot.kind is SpotKind.ARTICLE else _rest(known, now)


def late(spot: Spot, wait: float | None, now: datetime) -> Spot:
    """It was not to be had now. It stays due, after a while, and is then asked for whole."""
    rest = max(min(FIRST_WAIT * 2 ** min(spot.failures, 10), DAY), timedelta(seconds=wait or 0))
    return replace(spot, failures=spot.failures + 1, due_at=now + rest, etag="", last_modified="")


def missing(spot: Spot, now: datetime) -> Spot:
    """The site says that there is no such page: asked once more in a day."""
    lost = not spot.articles and spot.failures + 1 >= LOST
    due = None if lost or spot.kind is not SpotKind.ARTICLE else now + DAY
    known = replace(spot, fetched_at=now, failures=spot.failures + 1, gone_at=spot.gone_at or now, due_at=due)
    return replace(known, etag="", last_modified="")


def suspicious(gone: int, asked: int) -> bool:
    """Whether so much is taken back at once that something is wrong with the site, or with us."""
    return gone > BELIEVED and 2 * gone > asked


def taken_back(spot: Spot) -> tuple[str, ...]:
    """The articles of a spot: those that it gave, and the one that came in otherwise, as from a file."""
    return tuple(dict.fromkeys((*spot.articles, derived_id(spot.key))))


def withdrawn(spot: Spot, now: datetime) -> bool:
    """Whether what is missing again has been gone for so long that its publisher took it back."""
    return bool(spot.articles) and spot.gone_at is not None and now - spot.gone_at >= DAY


def without(spot: Spot, ids: Collection[str], now: datetime) -> Spot:
    """Some of its articles were taken back, as its listing says; without any left it is not asked for."""
    left = tuple(id for id in spot.articles if id not in ids)
    return replace(spot, articles=left) if left else dropped(spot, now)


def dropped(spot: Spot, now: datetime) -> Spot:
    """Its articles left the library. Should a listing name it again, it is read again."""
    return replace(spot, fetched_at=now, articles=(), due_at=None, etag="", last_modified="")


def _answered(spot: Spot, page: Page, now: datetime) -> Spot:
    return replace(
        spot, fetched_at=now, failures=0, gone_at=None, etag=page.etag, last_modified=page.last_modified, carried=False
    )


def _again(spot: Spot, now: datetime) -> Spot:
    """When to look at an article again."""
    settled = spot.date is not None and now.date() - spot.date > SETTLED
    turn = max(spot.quiet, SPARED if settled else 0)
    return replace(spot, due_at=now + AGAIN[turn] if turn < len(AGAIN) else None)


def _rest(spot: Spot, now: datetime) -> Spot:
    """When to ask a listing again: starts at every visit, what its index dates when that says so."""
    if spot.kind is SpotKind.NEXT or spot.changed is not None or spot.form != "sitemap":
        return replace(spot, due_at=None)
    return replace(spot, due_at=now + min(FIRST_REST * 2 ** min(spot.quiet, 10), DAY))
