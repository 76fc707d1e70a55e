"""Corridor: what the newsroom answers itself, where nobody published a fact-check.

    save        an editor writes a draft                → store
    publish     a publisher lets it out, or puts it right → store: article, job *index*; the case is answered, job
                                                           *follow_up*; job *correct* where it says something else now
    withdraw    a publisher takes it back               → store, jobs *index*, *correct*; the case is open again

What is published is an article like any other: it is found, shown and told as one. Whatever is concluded in it is the
newsroom's own words.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta, tzinfo
from urllib.parse import quote, urlsplit

from periksa.answers import same
from periksa.answers.orders import EVERYTHING
from periksa.answers.ratings import Ratings, shipped
from periksa.errors import CaseError, WorkRefused
from periksa.model import (
    Act,
    ActKind,
    Article,
    ArticleKind,
    Audit,
    Case,
    CaseState,
    Draft,
    Job,
    JobKind,
    Scale,
    Telling,
)
from periksa.store import Store, Transaction

CLAIM, RATING, REASON, SOURCE = 300, 60, 900, 500
"""Longest claim, rating, reason and link, in characters: what an answer on a phone shows whole."""
SOURCES = 10
FOUND = timedelta(seconds=3)
"""After it was published, until those who asked are told: by then it is found, and they get it as the answer."""
MARK = "own-"
"""Ids of the newsroom's own answers begin with it."""
MOST_ASKED = 5000
"""Questions that a search answered with it, and that wait for another answer once it is withdrawn."""
EVER = datetime.min.replace(tzinfo=UTC)
OPEN = {"state": CaseState.OPEN, "settled_at": None, "settled_by": "", "articles": ()}
AWAKE = {"snoozed_until": None, "wakes_at": 0}


class Authoring:
    """`name` is the newsroom's, under which it publishes; `ratings` tell what its words for conclusions come to;
    `zone` is where it is: by that day it dates what it publishes."""

    def __init__(
        self,
        store: Store,
        clock: Callable[[], datetime],
        new_id: Callable[[], str],
        name: str,
        ratings: Ratings | None = None,
        wake: Callable[[JobKind], None] = lambda _: None,
        zone: tzinfo = UTC,
    ) -> None:
        self._store = store
        self._clock = clock
        self._new_id = new_id
        self._name = name
        self._ratings = ratings or shipped()
        self._wake = wake
        self._zone = zone

    # ------------------------------------------------------------ what is seen

    def list(self, limit: int = 100) -> list[Draft]:
        """Those written last first. Raises: StoreError."""
        return self._store.read(lambda tx: tx.drafts.list(limit))

    def get(self, id: str) -> Draft | None:
        """A draft, published or not. Raises: StoreError."""
        return self._store.read(lambda tx: tx.drafts.get(id))

    def of(self, case: str) -> Draft | None:
        """The latest one for this case that was not withdrawn. Raises: StoreError."""
        found = self._store.read(lambda tx: tx.drafts.of(case))
        return next((draft for draft in found if not draft.withdrawn_at), None)

    def told(self, id: str) -> int:
        """How many people were told it. Raises: StoreError."""
        return self._store.read(lambda tx: tx.tellings.count_told(id))

    def scale(self, rating: str) -> Scale | None:
        """What a word for a conclusion comes to, where that is known."""
        return self._ratings.scale(self._name, rating) if rating.strip() else None

    def faults(self, draft: Draft) -> Mapping[str, str]:
        """What is wrong with it, by field; empty if it may be published."""
        found = {
            "claim": _text(draft.claim, CLAIM),
            "rating": _text(draft.rating, RATING) or ("" if self.scale(draft.rating) else "unknown"),
            "reason": _text(draft.reason, REASON),
            "sources": _links(draft.sources),
        }
        return {field: fault for field, fault in found.items() if fault}

    def article(self, draft: Draft, address: str) -> Article:
        """As it is published at `address`, which is ours, without a path. Raises: StoreError."""
        before = self._store.read(lambda tx: tx.articles.get([draft.id]))
        return self._article(draft, address, before[0] if before else None)

    # ------------------------------------------------------------ what is done

    def save(self, draft: Draft, by: str, seen: datetime | None = None) -> Draft | None:
        """Keep it as it is now, whatever is wrong with it. None if somebody else saved it after it was `seen`.

        Raises: CaseError if it was withdrawn.
        """
        at = self._clock()
        kept = replace(draft, id=draft.id or f"{MARK}{self._new_id()[:16]}", by=by, changed_at=at)

        def keep(tx: Transaction) -> Draft | None:
            known = tx.drafts.hold(kept.id)
            if known and known.withdrawn_at:
                raise CaseError(f"The answer {kept.id} was withdrawn; write another one.")
            if known and known.changed_at != seen and known.by != by:
                return None
            if not known and kept.case:
                _rumour(tx.cases.get(kept.case))
            now = replace(kept, case=known.case, published_at=known.published_at) if known else kept
            tx.drafts.put(now)
            tx.audit.add(Audit(at, by, "wrote an answer", now.id, now.case))
            return now

        return self._store.write(keep).result()

    def publish(self, id: str, address: str, by: str, seen: datetime | None, *, answers: bool = True) -> Draft:
        """Let it out as it was `seen`: new, or with what was changed. With `answers` it answers its case as well.

        Raises: CaseError if something is wrong with it, it was changed meanwhile, or its case is settled already.
        """
        at = self._clock()

        def let_out(tx: Transaction) -> Draft:
            draft = self._ready(tx, id, seen)
            before = next(iter(tx.articles.get([id])), None)
            article = self._article(draft, address, before)
            fresh = tx.articles.put([article], at)
            if not fresh:
                return draft
            tx.jobs.add([Job(JobKind.INDEX, each, lane=each) for each in fresh], at)
            if before and _verdict(before) != _verdict(article):
                tx.jobs.add([Job(JobKind.CORRECT, id)], at)
            published = replace(draft, published_at=at)
            tx.drafts.put(published)
            tx.audit.add(Audit(at, by, "corrected its answer" if before else "published an answer", id, draft.case))
            if answers and draft.case and not before:
                _answer(tx, draft, by, at)
            return published

        draft = self._store.write(let_out).result()
        for kind in (JobKind.INDEX, JobKind.CORRECT, JobKind.FOLLOW_UP):
            self._wake(kind)
        return draft

    def withdraw(self, id: str, by: str) -> Draft:
        """Take it back for good: whoever was told it hears so, and what it answered is open again.

        Whoever asked waits for another answer, those too who asked later and were given this one.

        Raises: CaseError if it is not published.
        """
        at, act = self._clock(), self._new_id()

        def take_back(tx: Transaction) -> Draft:
            draft = tx.drafts.hold(id)
            if draft is None or not draft.published_at or draft.withdrawn_at:
                raise CaseError(f"There is no published answer {id!r}.")
            tx.changes.withdrawn([id], at)
            tx.articles.drop([id])
            tx.jobs.add([Job(JobKind.INDEX, id, lane=id), Job(JobKind.CORRECT, id)], at)
            gone = replace(draft, withdrawn_at=at)
            tx.drafts.put(gone)
            tx.audit.add(Audit(at, by, "withdrew its answer", id, draft.case))
            _stop_broadcasts(tx, id, by, at)
            for case in tx.cases.answered_by(id):
                _reopen(tx, case, Act(act, ActKind.WITHDRAWN, case.id, by, at))
            return gone

        draft = self._store.write(take_back).result()
        for kind in (JobKind.INDEX, JobKind.CORRECT):
            self._wake(kind)
        return draft

    def _ready(self, tx: Transaction, id: str, seen: datetime | None) -> Draft:
        draft = tx.drafts.hold(id)
        if draft is None or draft.withdrawn_at:
            raise CaseError(f"There is no answer {id!r}, or it was withdrawn.")
        if draft.changed_at != seen:
            raise CaseError(f"The answer {id} was changed by {draft.by} meanwhile; look at it again.")
        if faults := self.faults(draft):
            raise CaseError(f"The answer {id} cannot be published: {', '.join(faults)}.")
        return draft

    def _article(self, draft: Draft, address: str, before: Article | None) -> Article:
        reason = " ".join(draft.reason.split())
        return Article(
            id=draft.id,
            kind=ArticleKind.FACT_CHECK,
            title=" ".join(draft.claim.split()),
            outlet=self._name,
            url=f"{address}/articles/{quote(draft.id, safe='')}",
            language=draft.language,
            date=before.date if before else self._clock().astimezone(self._zone).date(),
            claim=" ".join(draft.claim.split()),
            rating=" ".join(draft.rating.split()),
            summary=reason,
            body="\n".join([reason, "", *draft.sources]),
        )


def _answer(tx: Transaction, draft: Draft, by: str, at: datetime) -> None:
    case = tx.cases.get(draft.case)
    if case is None or case.state is not CaseState.OPEN or not tx.cases.answer(case.id, [draft.id], by, at):
        raise CaseError(f"Case {draft.case} is settled already; nothing was published.")
    _rumour(case)
    tx.jobs.add([Job(JobKind.FOLLOW_UP, case.id, not_before=at + FOUND)], at)
    tx.audit.add(Audit(at, by, "answered", case.id, draft.id))


def _rumour(case: Case | None) -> None:
    """Raises: WorkRefused if it is somebody who wants to die."""
    if case and same.is_despair(case.text):
        raise WorkRefused("This is somebody who wants to die, not a rumour: no answer is written for it.", "care")


def _stop_broadcasts(tx: Transaction, id: str, by: str, at: datetime) -> None:
    """What was to go out of it, or is going out, does not."""
    for each in tx.campaigns.latest():
        if each.article == id and not each.stopped_at and (tx.outbox.stop(each.id) or not each.ended_at):
            tx.campaigns.halt(each.id, by, at)
            tx.audit.add(Audit(at, by, "stopped a broadcast", id, each.topic or EVERYTHING))


def _reopen(tx: Transaction, case: Case, act: Act) -> None:
    """It waits for an answer again, with all who asked; what was not sent of the old one is not sent any more."""
    telling, known = tx.tellings.hold(case.id), tx.cases.get(case.id)
    if known is None or known.state is not CaseState.ANSWERED or known.articles != case.articles:
        return
    tx.tellings.recall(telling)
    tx.tellings.adopt(known.id, [id for id, _ in tx.tellings.asked_since(known.articles[0], EVER, MOST_ASKED)])
    tx.tellings.untold(known.id)
    anew = telling.number + 1
    tx.tellings.put(Telling(known.id, anew, afresh=anew))
    tx.acts.record(replace(act, case=known.id, before={name: getattr(known, name) for name in OPEN}, after=OPEN))
    tx.acts.change(known.id, {**OPEN, **AWAKE})
    tx.audit.add(Audit(act.at, act.by, "reopened a case", known.id, known.articles[0]))


def _verdict(article: Article) -> tuple[str, str, str]:
    """What whoever was told it must hear about when it changes."""
    return article.rating, article.claim, article.outlet


def _text(text: str, most: int) -> str:
    plain = " ".join(text.split())
    return "empty" if not plain else "long" if len(plain) > most else ""


def _links(sources: tuple[str, ...]) -> str:
    if not sources:
        return "none"
    if len(sources) > SOURCES:
        return "many"
    return "" if all(map(is_link, sources)) else "bad"


def is_link(text: str) -> bool:
    """Whether it leads to a page of the web."""
    try:
        parts = urlsplit(text)
        host = parts.hostname or ""
    except ValueError:
        return False
    plain = len(text) <= SOURCE and not any(character.isspace() for character in text)
    return plain and parts.scheme in ("https", "http") and "." in host.strip(".") and not parts.username
