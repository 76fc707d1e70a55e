"""The first half of a visit: what did the site publish? Its listings, and those that they lead to."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from periksa.errors import PageError, PageGone, PageLater, PageRefused, SourceError
from periksa.model import Article, Spot, SpotKind
from periksa.pages import Page
from periksa.sources import Listed, Listing, Pointer, Problem
from periksa.sources.claimreview import ClaimReviewFeed
from periksa.sources.feed import Feed
from periksa.sources.links import Links
from periksa.sources.sitemap import Sitemap
from periksa.sources.wordpress import WordPress
from periksa.visiting import noting
from periksa.visiting.errand import Errand, fetched, problem_of

LISTINGS: Mapping[str, Listing] = {
    each.kind: each for each in (Feed(), Sitemap(), WordPress(), ClaimReviewFeed(), Links())
}
MOST = 30
"""Listings asked in one leg of a visit, beside those where it starts."""
AT_ONCE = 500
"""Entries kept in one transaction."""
PATIENCE = 20
"""Further pages in a row that bring nothing new, before the walk through a site's past ends."""
KINDS = (SpotKind.LISTING, SpotKind.NEXT)
PAST_THE_END = 400
"""What WordPress says after the last page."""


def walk(errand: Errand, *, starts: bool) -> None:
    """Ask the listings that are due; with `starts`, those of the profile first. Raises: Leaving, StoreError."""
    asked = _starts(errand) if starts else []
    for spot in asked:
        _ask(errand, spot)
        if errand.tired:
            return
    for _ in range(MOST):
        due = errand.due(KINDS, 1)
        if not due or errand.tired:
            return
        _ask(errand, due[0])


def preview(errand: Errand) -> Iterator[tuple[str, str]]:
    """What a visit would fetch now, and why, as told by the listings where it starts. Nothing is kept.

    Raises: Leaving, StoreError.
    """
    for spot in _starts(errand):
        try:
            entries = _parsed(errand, spot, errand.get(spot.url))
        except (PageError, SourceError) as error:
            yield spot.url, f"is not read: {problem_of(spot.url, error).what}"
            continue
        for pointers in _pointers(errand, entries).values():
            yield from _wanted(errand, pointers[0])
        yield from ((entry.further.url, "another listing") for entry in entries if entry.further)


def _wanted(errand: Errand, pointer: Pointer) -> Iterator[tuple[str, str]]:
    now, key = errand.now(), noting.article_key(errand.site, pointer.url)
    known = errand.known([key]).get(key)
    spot, _ = noting.pointed(errand.site, pointer, known, now)
    if spot.due_at and spot.due_at <= now:
        yield spot.url, "new" if known is None else "changed, or to be looked at again"


def _starts(errand: Errand) -> list[Spot]:
    starts, now = errand.site.start, errand.now()
    known = errand.known([start.url for start in starts])
    return [noting.start(errand.site, one.url, one.kind, known.get(one.url), now) for one in starts]


def _ask(errand: Errand, spot: Spot) -> None:
    """One listing, whatever comes of it."""
    try:
        page = errand.get(spot.url, spot.etag, spot.last_modified)
        if page.unchanged:
            errand.outcome.reached = True
            errand.keep([noting.as_it_was(spot, errand.now())], settled=())
        else:
            _take(errand, spot, page, _parsed(errand, spot, page))
    except PageLater as error:
        _note(errand, noting.late(spot, error.wait, errand.now()), error)
    except (PageError, SourceError) as error:
        if spot.kind is SpotKind.NEXT and _is_the_end(error):
            errand.keep([noting.missing(spot, errand.now())])
        else:
            _note(errand, noting.unread(spot, errand.now()), error)
    errand.tell()


def _note(errand: Errand, spot: Spot, error: Exception) -> None:
    problem = problem_of(spot.url, error)
    errand.keep([spot], problems={spot.key: [problem]}, settled=())
    errand.outcome.unread.append(errand.trouble(spot.key, problem, errand.now()))


def _is_the_end(error: Exception) -> bool:
    return isinstance(error, PageGone) or (isinstance(error, PageRefused) and error.status == PAST_THE_END)


def _parsed(errand: Errand, spot: Spot, page: Page) -> list[Listed]:
    """Raises: SourceError."""
    listing = LISTINGS[spot.form]
    return list(errand.kit.box.run(type(listing).list, listing, fetched(page), errand.site, where=spot.url))


def _take(errand: Errand, spot: Spot, page: Page, entries: Sequence[Listed]) -> None:
    """What a listing says, so much at a time; that it was read, last: whoever is killed before reads it again."""
    errand.outcome.reached = True
    since = errand.now()
    entries = _believed(errand, spot, entries)
    chunks = [entries[start : start + AT_ONCE] for start in range(0, len(entries), AT_ONCE)]
    news = sum(_keep(errand, spot, chunk, since) for chunk in chunks) > 0
    there = [entry.further for entry in entries if entry.further and errand.site.is_here(entry.further.url)]
    known = errand.known([each.url for each in there])
    further = [noting.led_to(errand.site, each, spot, known.get(each.url), news, since) for each in there]
    read = noting.listed(spot, page, errand.now(), news)
    errand.keep([read, *(each for each in further if each.quiet <= PATIENCE)], settled=[spot.key], since=since)


def _keep(errand: Errand, listing: Spot, entries: Sequence[Listed], now: datetime) -> bool:
    """Some entries; whether they brought anything new."""
    pointers = _pointers(errand, entries)
    known = errand.known(pointers)
    spots: list[Spot] = []
    articles: list[Article] = []
    withdrawn: list[str] = []
    news = False
    for key, each in pointers.items():
        spot, is_news = noting.pointed(errand.site, each[0], known.get(key), now)
        if gone := [one for one in each if one.withdrawn]:
            ids = [one.article.id for one in gone if one.article] or noting.taken_back(spot)
            spot = noting.without(spot, ids, now)
            withdrawn += ids
        whole = [_dated(one) for one in each if one.article and not one.withdrawn]
        if whole and (is_news or each[0].changed is None or not (spot.articles or spot.carried)):
            articles += whole
            spot = noting.carried(spot, [article.id for article in whole], now)
        spots.append(spot)
        news |= is_news or _heard_since(listing, known.get(key))
    errand.outcome.listed += len(pointers)
    problems = [problem for entry in entries for problem in entry.problems]
    return errand.keep(spots, articles, {listing.key: problems}, withdrawn, settled=()) or news


def _heard_since(listing: Spot, known: Spot | None) -> bool:
    """Whether this listing is read for the first time since the article became known, as by another listing: behind it
    there may be others that nobody has seen."""
    return known is not None and listing.fetched_at is not None and known.first_at > listing.fetched_at


def _believed(errand: Errand, spot: Spot, entries: Sequence[Listed]) -> Sequence[Listed]:
    """What a listing says, without what it takes back where that is nearly all: then something is wrong.

    Listings go on saying what was taken back long ago: only what is in the library counts.
    """
    gone = [entry.pointer for entry in entries if _takes_back(entry) and entry.pointer]
    if not noting.suspicious(len(gone), len(entries)):
        return entries
    lost = len(_there(errand, gone))
    if not noting.suspicious(lost, len(entries)):
        return entries
    what = f"takes back {lost} of {len(entries)} articles at once: nothing was withdrawn"
    return [*(entry for entry in entries if not _takes_back(entry)), Listed(problems=(Problem(spot.url, "", what),))]


def _takes_back(entry: Listed) -> bool:
    return entry.pointer is not None and entry.pointer.withdrawn


def _there(errand: Errand, gone: Sequence[Pointer]) -> list[Article]:
    """What of that is in the library."""
    ids = {each.article.id for each in gone if each.article}
    keys = {noting.article_key(errand.site, each.url): each for each in gone if not each.article}
    known, now = errand.known(keys), errand.now()
    spots = (noting.pointed(errand.site, each, known.get(key), now)[0] for key, each in keys.items())
    ids |= {id for spot in spots for id in noting.taken_back(spot)}
    return errand.kit.store.read(lambda tx: tx.articles.get(sorted(ids)))


def _pointers(errand: Errand, entries: Sequence[Listed]) -> dict[str, list[Pointer]]:
    """By what the addresses of an article share; several where a page examines several claims."""
    pointers = defaultdict(list)
    for entry in entries:
        if entry.pointer and errand.site.is_here(entry.pointer.url):
            pointers[noting.article_key(errand.site, entry.pointer.url)].append(entry.pointer)
    return pointers


def _dated(pointer: Pointer) -> Article:
    assert pointer.article
    return pointer.article if pointer.article.date else replace(pointer.article, date=pointer.date)
