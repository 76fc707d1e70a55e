"""Corridor: what editors see of cases. Nobody's number: who waits is counted, numbers in texts are masked."""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from urllib.parse import unquote

from periksa.answers import same
from periksa.answers.alike import alike
from periksa.lang import analysis
from periksa.lang.mask import masked
from periksa.model import (
    Article,
    ArticleKind,
    Attached,
    Audit,
    Case,
    CaseOrder,
    CaseSieve,
    CaseState,
    Draft,
    How,
    Listed,
    Listing,
    Look,
    Message,
    Opened,
    Page,
    Settlement,
    Standing,
    Worked,
)
from periksa.model.casework import GROWS, Rank, findable, rank
from periksa.store import Store, Transaction
from periksa.store.files import Files

PAGE = 50
"""Cases on a page."""
LOOKED_AT = 500
"""Cases that are looked at for a page of those that grow, or whose window closes soon."""
SOON = timedelta(hours=4)
"""Before a window closes."""
MAY_BE = 0.15
"""How much of two questions, by rarity, must be the same for one to come first beside the other."""
JUST_NOW = timedelta(minutes=10)
"""How long what was done last is offered to be undone."""
MOST_WORDS = 5
"""Words that are searched for."""
ASKERS = 60
"""Those who wait longest, whose channels are counted."""
FILES, FILES_LOOKED_AT = 20, 100
"""Files of a case that are shown, and the latest messages with one that are looked at: many may send the same."""
MOST_ASKED = 2**31
"""No case was asked so often, and none is so hot."""
CLOSED, NO_ANSWER, EVERYBODY = "closed", "cannot be checked", "everyone is told"
SETTLING = {"answered": How.ANSWERED, "answered otherwise": How.INSTEAD, CLOSED: How.CLOSED}
"""How the audit says that a case was settled, and with what; see `review.settling`."""
IN_A_LIST, MOST = 240, 10_000
"""Characters that are shown of a text: in a list, and at most."""


class Inbox:
    """Reads; what editors do is `casework`'s and `review`'s. `windows`: for how long one may write, by channel."""

    def __init__(self, store: Store, clock: Callable[[], datetime], windows: Mapping[str, timedelta]) -> None:
        self._store = store
        self._clock = clock
        self._windows = windows

    def page(self, look: Look, by: str) -> Page:
        """Cases as somebody, by name, wants to see them, their texts masked. Raises: StoreError."""
        now = self._clock()
        narrow = look.growing or look.closing
        most = LOOKED_AT if narrow else PAGE + 1

        def read(tx: Transaction) -> tuple[list[Listed], Page]:
            rows = tx.listings.page(self._sieve(look, now), look.listing, now, most, _read(look.behind, look.listing))
            people = [user.name for user in tx.staff.all() if not user.disabled_at]
            totals, tags, views = tx.listings.totals(now), tx.listings.tags(), tx.listings.views(by)
            latest = [act for act in tx.acts.latest(by, now - JUST_NOW) if not act.final]
            return rows, Page((), "", totals, tags, people, views, latest)

        found, page = self._store.read(read)
        told = [self._told(row, now) for row in found]
        kept = [row for row in told if (not look.growing or row.growing) and (not look.closing or _soon(row))]
        last = kept[PAGE - 1] if len(kept) > PAGE else found[-1] if narrow and len(found) == most else None
        more = _written(rank(look.listing, last.case, last.standing)) if last else ""
        return replace(page, rows=[_masked(row) for row in kept[:PAGE]], more=more)

    def alike(self, id: str) -> list[Listed]:
        """Other open cases, those asked last first, but whatever may ask the same at the top. Raises: StoreError."""
        now = self._clock()

        def read(tx: Transaction) -> tuple[Case | None, list[Listed]]:
            return tx.cases.get(id), tx.listings.page(self._sieve(Look(), now), Listing.LATEST, now, LOOKED_AT)

        known, rows = self._store.read(read)
        others = {row.case.id: row for row in rows if known and row.case.id != known.id}
        if known is None:
            return []
        shares = alike(_words(known), {id: _words(row.case) for id, row in others.items()})
        top = [id for id, share in shares.items() if share >= MAY_BE]
        return [_masked(self._told(others[id], now)) for id in dict.fromkeys([*top, *others])][:PAGE]

    def pulse(self) -> str:
        """Another text whenever a case was asked about or an editor did something. Raises: StoreError."""

        def look(tx: Transaction) -> str:
            latest = [(case.id, case.asked) for case in tx.cases.list(CaseState.OPEN, 1, CaseOrder.LATEST)]
            return f"{latest} {tx.audit.list(1)}"

        return sha256(self._store.read(look).encode("utf-8", "replace")).hexdigest()

    def case(self, id: str) -> Opened | None:
        """A case, by its id or one it had before. Raises: StoreError."""
        return self._store.read(lambda tx: _opened(tx, id))

    def glance(self, id: str) -> Opened | None:
        """The same without who waits and what editors did: what pages beside it need. Raises: StoreError."""
        case = self._store.read(lambda tx: tx.cases.get(id))
        return _shown(case) if case else None

    def waiting(self, id: str) -> int:
        """How many people wait for the answer of a case. Raises: StoreError."""
        return self._store.read(lambda tx: tx.cases.count_waiting(id))

    def named(self, text: str) -> Article | None:
        """The fact-check that this text names: its id, or the address of its page here. Raises: StoreError."""
        path = text.strip().partition("?")[0].partition("#")[0]
        ids = [text.strip(), unquote(path.rpartition("/articles/")[2]) if "/articles/" in path else ""]
        found = self._store.read(lambda tx: tx.articles.get([id for id in ids if id]))
        return next((article for article in found if article.kind is ArticleKind.FACT_CHECK), None)

    def _sieve(self, look: Look, now: datetime) -> CaseSieve:
        window = min(self._windows.values(), default=timedelta(days=1))
        hours = window if look.closing else timedelta(hours=4)
        return CaseSieve(
            look.shown,
            look.assignee,
            look.tag,
            look.kind,
            look.channel,
            look.language,
            tuple(findable(look.search).split()[:MOST_WORDS]),
            now - hours if look.growing or look.closing else None,
            now - window + SOON + timedelta(hours=1) if look.closing else None,
        )

    def _told(self, row: Listed, now: datetime) -> Listed:
        """With what follows from how it stands, at this time."""
        pulse, channels = row.standing.pulse, row.standing.channels
        windows = [self._windows[channel] for channel in channels if channel in self._windows]
        closes_in = None
        if windows:
            hours = int(min(windows) / timedelta(hours=1)) - 1
            first = pulse.first(now, hours)
            closes_in = first + min(windows) - now if first else None
        recent, care = pulse.within(now, 3), same.is_despair(row.case.text)
        return replace(
            row,
            hour=pulse.within(now, 1),
            day=pulse.within(now, 24),
            care=care,
            growing=not care and recent >= GROWS and 2 * recent >= 3 * pulse.within(now, 3, 3),
            closes_in=closes_in,
        )


class Attachments:
    """Files that people sent, for editors to see and hear. All of it blocks. Raises: StoreError."""

    def __init__(self, store: Store, files: Files, clock: Callable[[], datetime]) -> None:
        self._store = store
        self._files = files
        self._clock = clock

    def of(self, case: str) -> list[Attached]:
        """Those of a case that differ, latest first."""
        found = self._store.read(lambda tx: tx.tellings.files(case, FILES_LOOKED_AT))
        differ: dict[str, Attached] = {}
        for each in found:
            here = replace(each, kept=self._files.path(each.message) is not None)
            mark = (each.media and each.media.sha256) or each.message
            if mark not in differ or here.kept > differ[mark].kept:
                differ[mark] = here
        return list(differ.values())[:FILES]

    def look(self, case: str, message: str, by: str) -> tuple[Attached, Path] | None:
        """Somebody, by name, looks at the file of this message, which stands in the log; None if the case has none."""

        def find(tx: Transaction) -> tuple[Case | None, Message | None]:
            known, its = tx.cases.get(case), tx.cases.of(message)
            return known, tx.messages.get(message) if known and its and its.id == known.id else None

        known, asked = self._store.read(find)
        path = self._files.path(asked.id) if asked and asked.media else None
        if known is None or asked is None or path is None:
            return None
        entry = Audit(self._clock(), by, "looked at a file", known.id)
        self._store.write(lambda tx: tx.audit.add(entry)).result()
        return Attached(asked.id, asked.kind, asked.received_at, asked.media, kept=True), path


def _masked(row: Listed) -> Listed:
    """Masked before it is cut: of half a number nobody could tell that it is one."""
    return replace(row, case=replace(row.case, text=masked(row.case.text)[:IN_A_LIST]))


def _soon(row: Listed) -> bool:
    return row.closes_in is not None and row.closes_in <= SOON


def _written(place: Rank) -> str:
    """The word for a place in a list."""
    values = [value.isoformat() if isinstance(value, datetime) else value for value in place]
    return urlsafe_b64encode(json.dumps(values, ensure_ascii=False).encode()).decode().rstrip("=")


def _read(word: str, listing: Listing) -> Rank | None:
    """The place that a word stands for; None for one that we did not write."""
    timed = {Listing.ASKED: 1, Listing.LATEST: 0, Listing.OLDEST: 0}.get(listing)
    try:
        values = json.loads(urlsafe_b64decode(word + "=" * (-len(word) % 4)))
        place = tuple(_moment(value) if at == timed else value for at, value in enumerate(values))
        parts = [type(part) for part in place]
    except (ValueError, TypeError, OverflowError, RecursionError):
        return None
    fits = {
        Listing.ASKED: [int, datetime, str],
        Listing.GROWING: [float, str],
        Listing.LATEST: [datetime, str],
        Listing.OLDEST: [datetime, str],
    }
    counted = all(abs(part) < MOST_ASKED for part in place if isinstance(part, int | float))
    return place if parts == fits[listing] and counted else None


def _moment(word: str) -> datetime:
    """Raises: ValueError for no time, or one without a zone; OverflowError for one that no calendar has."""
    at = datetime.fromisoformat(word)
    if at.tzinfo is None:
        raise ValueError(word)
    return at.astimezone(UTC)


def _opened(tx: Transaction, id: str) -> Opened | None:
    case = tx.cases.get(id)
    if case is None:
        return None
    waiting, people = tx.cases.queue(case.id, ASKERS)
    entries = tx.audit.about(case.id, tuple(SETTLING))
    ids = list({*case.articles[:1], *map(_article, entries)} - {""})
    articles = {each.id: each for each in tx.articles.get(ids)}
    gone = {each.id: each for each in tx.drafts.of(case.id)} if len(articles) < len(ids) else {}
    return replace(
        _shown(case),
        waiting=people,
        since=waiting[0].asked_at if waiting else None,
        channels=dict(Counter(each.channel for each in waiting).most_common()),
        article=articles.get(next(iter(case.articles), "")),
        work=_worked(tx, case.id),
        settled=[_settlement(entry, articles, gone) for entry in entries],
    )


def _shown(case: Case) -> Opened:
    text, care = masked(case.text[: 2 * MOST])[:MOST], same.is_despair(case.text)
    return Opened(case, text, 0, None, {}, None, not same.is_file(case.text), care)


def _article(entry: Audit) -> str:
    """The id of the fact-check that a case was settled with; "" if with none."""
    return "" if entry.what == CLOSED or entry.detail == NO_ANSWER else entry.detail


def _settlement(entry: Audit, articles: Mapping[str, Article], gone: Mapping[str, Draft]) -> Settlement:
    """`gone`: what the newsroom wrote itself, if it is no longer in the library."""
    id, how = _article(entry), SETTLING[entry.what]
    if entry.detail == NO_ANSWER:
        how = How.TAKEN_BACK
    elif entry.what == CLOSED and entry.detail == EVERYBODY:
        how = How.CLOSED_TOLD
    if article := articles.get(id):
        return Settlement(how, entry.at, entry.who, id, article.title, article.rating)
    draft = gone.get(id) or Draft("", "")
    return Settlement(how, entry.at, entry.who, id, draft.claim, draft.rating)


def _worked(tx: Transaction, id: str) -> Worked:
    """What editors did with it, and may do."""
    people = [user.name for user in tx.staff.all() if not user.disabled_at]
    standing = tx.acts.standing(id) or Standing()
    return Worked(standing, tx.acts.of(id), people, tx.listings.tags(), tx.acts.told(id))


def _words(case: Case) -> frozenset[str]:
    """Of a file none: that two people sent a picture tells nothing."""
    return frozenset() if same.is_file(case.text) else frozenset(analysis.words(case.text[:IN_A_LIST]))
