"""Corridor 3: what was asked before is answered later, and what was answered is put right.

answer, close   an editor settles a case                            → job *follow_up*
review          the library changed: open cases are asked anew      → job *follow_up* where one is answered
follow_up       everyone who asked is told, once, in batches        → replies, jobs *send*
correct         a publisher changed or withdrew what we told        → replies, jobs *send*
interim         a window closes while the editors still work on it  → reply, job *send*
forget          the receipt of an erasure is out                    → so is the address it went to
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial

from periksa.answers import same, word
from periksa.channels import Channel
from periksa.errors import CaseError
from periksa.finding import Finder
from periksa.lang import DEFAULT, LANGUAGES
from periksa.model import (
    Article,
    ArticleKind,
    Audit,
    Case,
    CaseOrder,
    CaseState,
    DecisionKind,
    Job,
    JobKind,
    Message,
    Outgoing,
    Preview,
    Purpose,
    Reply,
    Told,
)
from periksa.review.telling import Asker, Telling, as_message, asked_by
from periksa.store import Store, Transaction

MOST_CASES = 5000
"""Open cases that are held against the library after it changed, those asked last first."""
AT_ONCE = 100
"""People told in one transaction."""
LIBRARY = "library"
"""Who settles a case that a new article answers."""
UNSENT = timedelta(minutes=15)
"""So long an erasure waits for its receipt to be sent; then it is done all the same."""
SOON = timedelta(seconds=5)
BEFORE = timedelta(hours=1)
"""How long before their window closes a person hears that the editors still work on it."""


class Review:
    """`code` is the language for somebody whose own is not known; `drop_files` takes ids of messages."""

    def __init__(
        self,
        store: Store,
        channels: Mapping[str, Channel],
        finder: Finder,
        clock: Callable[[], datetime],
        wake: Callable[[JobKind], None] = lambda _: None,
        code: str = DEFAULT,
        drop_files: Callable[[Sequence[str]], object] = lambda _: None,
    ) -> None:
        self._store = store
        self._channels = channels
        self._finder = finder
        self._clock = clock
        self._wake = wake
        self._telling = Telling(channels, finder, code)
        self._drop_files = drop_files

    # ------------------------------------------------------------ what editors do

    def preview(self, case: str, article: str = "") -> Preview:
        """What everyone who asked would be told by `answer`, or without an article by `close`; nothing is changed.

        Raises: CaseError if there is no such open case, or no such fact-check.
        """
        at = self._clock()

        def look(tx: Transaction) -> tuple[Case, Article | None, int, list[Asker], int]:
            known = _open(tx, case)
            found = _fact_check(tx, article) if article else None
            askers = asked_by(tx, tx.cases.waiting(known.id, AT_ONCE))
            late = sum(self._telling.is_late(tx, each.waiting, at) for each in askers)
            return known, found, tx.cases.count_waiting(known.id), askers, late

        known, found, people, askers, late = self._store.read(look)
        told: dict[tuple[str, bool], list[Reply]] = {}
        for asker in askers:
            says = self._telling.news(known, found, asker, at)
            told.setdefault((says.channel, bool(says.article or not found)), []).append(says.reply)
        shown = [
            Told(channel, sure, self._telling.lowered(replies[0], channel), len(replies))
            for (channel, sure), replies in told.items()
        ]
        return Preview(known, found, people, tuple(sorted(shown, key=lambda each: -each.people)), late)

    def answer(self, case: str, article: str, by: str) -> Case:
        """This fact-check answers the case; everyone who asked will be told. The case as it is now.

        Raises: CaseError if there is no such open case, or no such fact-check.
        """
        at = self._clock()

        def settle(tx: Transaction) -> Case:
            known = _open(tx, case)
            found = _fact_check(tx, article)
            tx.cases.answer(known.id, [found.id], by, at)
            tx.jobs.add([Job(JobKind.FOLLOW_UP, known.id)], at)
            tx.audit.add(Audit(at, by, "answered", known.id, found.id))
            return tx.cases.get(known.id) or known

        settled = self._store.write(settle).result()
        self._wake(JobKind.FOLLOW_UP)
        return settled

    def close(self, case: str, by: str, tell: bool = False) -> Case:
        """It will not be answered; with `tell`, everyone who asked hears that it cannot be checked.

        Raises: CaseError if there is no such open case.
        """
        at = self._clock()

        def settle(tx: Transaction) -> Case:
            known = _open(tx, case)
            tx.cases.close(known.id, by, at)
            tx.jobs.add([Job(JobKind.FOLLOW_UP, known.id)] if tell else [], at)
            tx.audit.add(Audit(at, by, "closed", known.id, "everyone is told" if tell else "nobody is told"))
            return tx.cases.get(known.id) or known

        settled = self._store.write(settle).result()
        if tell:
            self._wake(JobKind.FOLLOW_UP)
        return settled

    # ------------------------------------------------------------ a library that changed

    def review(self, jobs: Sequence[Job]) -> None:
        """The shift of *review* jobs: is any open case answered now? Only what would be an answer today is one."""
        cases = self._store.read(lambda tx: tx.cases.list(CaseState.OPEN, MOST_CASES, CaseOrder.LATEST))
        answered = [(case, article) for case in cases if (article := self._found(case))]
        at = self._clock()

        def settle(tx: Transaction) -> bool:
            follow = [Job(JobKind.FOLLOW_UP, case.id) for case, article in answered if _settle(tx, case, article, at)]
            tx.jobs.add(follow, at)
            tx.jobs.finish(job.id for job in jobs)
            return bool(follow)

        if self._store.write(settle).result():
            self._wake(JobKind.FOLLOW_UP)

    def _found(self, case: Case) -> Article | None:
        """The article that answers it, unless those who asked said that it does not."""
        if not case.text or same.is_file(case.text):
            return None
        finding = self._finder.find(as_message(case.text, case.opened_at))
        if finding.decision.kind is not DecisionKind.ANSWER:
            return None
        article = finding.decision.shown[0].article
        refused = {same.refusal(finding.query, article.id)}
        cases = self._store.read(lambda tx: tx.cases.find(refused))
        return None if case.id in {each.id for each in cases} else article

    def follow_up(self, jobs: Sequence[Job]) -> None:
        """The shift of *follow_up* jobs: tell those who asked, so many at a time."""
        for job in jobs:
            self._follow_up(job)
        self._wake(JobKind.SEND)

    def _follow_up(self, job: Job) -> None:
        case, article, askers = self._store.read(partial(self._askers, job=job))
        at = self._clock()
        told = [self._telling.news(case, article, asker, at) for asker in askers] if case else []

        def tell(tx: Transaction) -> None:
            _send(tx, told, at)
            if case:
                tx.cases.told(case.id, [asker.waiting.contact for asker in askers], at)
            if len(askers) == AT_ONCE:
                tx.jobs.add([Job(JobKind.FOLLOW_UP, job.key)], at)
            tx.jobs.finish([job.id])

        self._store.write(tell).result()

    def _askers(self, tx: Transaction, job: Job) -> tuple[Case | None, Article | None, list[Asker]]:
        case = tx.cases.get(job.key)
        article = next(iter(tx.articles.get(case.articles[:1])), None) if case else None
        tells = case and (case.state is CaseState.CLOSED or (case.state is CaseState.ANSWERED and article))
        return case, article, asked_by(tx, tx.cases.waiting(job.key, AT_ONCE) if tells else [])

    def correct(self, jobs: Sequence[Job]) -> None:
        """The shift of *correct* jobs: whoever was told what no longer holds is told what does."""
        for job in jobs:
            article, outdated = self._store.read(partial(self._outdated, job=job))
            at = self._clock()
            told = [self._put_right(job.key, article, reply, question, at) for reply, question in outdated]
            for start in range(0, len(told), AT_ONCE):
                self._store.write(partial(_send, outgoing=told[start : start + AT_ONCE], at=at)).result()
            self._store.write(lambda tx, job=job: tx.jobs.finish([job.id])).result()  # type: ignore[misc]
        self._wake(JobKind.SEND)

    def _outdated(self, tx: Transaction, job: Job) -> tuple[Article | None, list[tuple[Outgoing, str]]]:
        """The article as it is now, and each person's latest reply that tells it otherwise, with what they asked."""
        article = next(iter(tx.articles.get([job.key])), None)
        latest: dict[str, Outgoing] = {}
        after = 0
        while page := tx.outbox.told(job.key, after, AT_ONCE):
            latest |= {reply.contact: reply for reply in page}
            after = page[-1].sequence
        asked = ((reply, tx.messages.get(reply.message)) for reply in latest.values() if not _holds(reply, article))
        return article, [(reply, message.text if message else "") for reply, message in asked]

    def _put_right(self, id: str, article: Article | None, reply: Outgoing, question: str, at: datetime) -> Outgoing:
        asked = self._finder.read(as_message(question, at))
        code = self._telling.language("", asked)
        if article:
            version, says = word.heading(article, DEFAULT), word.corrected(article, code, at.date())
        else:
            version, says = reply.id, word.about("retracted", asked.text, code)
        digest = hashlib.sha256(f"{id}\n{version}".encode("utf-8", "replace")).hexdigest()[:16]
        return Outgoing(
            id=f"c-{digest}-{reply.contact}",
            contact=reply.contact,
            channel=reply.channel,
            reply=says,
            message=reply.message,
            refers_to=reply.platform_id,
            created_at=at,
            purpose=Purpose.FOLLOW_UP,
            article=id if article else "",
        )

    # ------------------------------------------------------------ people who wait, people who go

    def interim(self, jobs: Sequence[Job]) -> None:
        """The shift of *interim* jobs: who still waits hears so before their window closes; not twice for one case."""
        at = self._clock()

        def still_at_work(tx: Transaction) -> None:
            for job in jobs:
                self._interim(tx, job, at)

        self._store.write(still_at_work).result()
        self._wake(JobKind.SEND)

    def _interim(self, tx: Transaction, job: Job, at: datetime) -> None:
        message, case = tx.messages.get(job.key), tx.cases.of(job.key)
        if message is None or message.forgotten_at or case is None or case.state is not CaseState.OPEN:
            tx.jobs.finish([job.id])
            return
        due = self._closes(tx, message)
        if due is None or at < due:
            tx.jobs.retry(job.id, due, "their window is open") if due else tx.jobs.finish([job.id])
            return
        contact, asked = tx.contacts.get(message.contact), self._finder.read(message)
        code = self._telling.language(contact.language if contact else "", asked)
        says = Outgoing(
            id=f"i-{case.id}-{message.contact}",
            contact=message.contact,
            channel=message.channel,
            reply=word.about("interim", asked.text, code),
            message=message.id,
            refers_to=message.platform_id,
            created_at=at,
            purpose=Purpose.INTERIM,
        )
        _send(tx, [says], at)
        tx.jobs.finish([job.id])

    def _closes(self, tx: Transaction, message: Message) -> datetime | None:
        """When to say that it still takes time: before the window of somebody who wrote last then closes."""
        channel = self._channels.get(message.channel)
        if channel is None or channel.caps.window is None:
            return None
        wrote_at = tx.contacts.wrote_at(message.contact, message.channel) or message.received_at
        return wrote_at + channel.caps.window - BEFORE

    def forget(self, jobs: Sequence[Job]) -> None:
        """The shift of *forget* jobs: erase those whose receipt is out, unless they have written again since."""
        at = self._clock()
        files = self._store.write(lambda tx: [id for job in jobs for id in _forget(tx, job, at)]).result()
        if files:
            self._drop_files(files)


def _open(tx: Transaction, id: str) -> Case:
    case = tx.cases.get(id)
    if case is None:
        raise CaseError(f"There is no case {id!r}; `periksa cases` lists them.")
    if case.state is not CaseState.OPEN:
        raise CaseError(f"Case {id} is {case.state} already.")
    return case


def _fact_check(tx: Transaction, id: str) -> Article:
    found = tx.articles.get([id])
    if not found or found[0].kind is not ArticleKind.FACT_CHECK:
        raise CaseError(f"There is no fact-check with the id {id!r} in the library; import it first.")
    return found[0]


def _settle(tx: Transaction, case: Case, article: Article, at: datetime) -> bool:
    return tx.cases.answer(case.id, [article.id], LIBRARY, at)


def _send(tx: Transaction, outgoing: Iterable[Outgoing], at: datetime) -> None:
    new = [each for each in outgoing if tx.outbox.add(each)]
    tx.jobs.add([Job(JobKind.SEND, each.id, lane=each.contact) for each in new], at)


def _holds(reply: Outgoing, article: Article | None) -> bool:
    """Whether the reply says what the article says: rating and claim stand in it as they are now."""
    return article is not None and any(word.heading(article, code) in reply.reply.text for code in LANGUAGES)


def _forget(tx: Transaction, job: Job, at: datetime) -> tuple[str, ...]:
    """The messages whose files must go."""
    receipt = tx.outbox.get(job.key)
    if receipt is None:
        tx.jobs.finish([job.id])
        return ()
    waits = not (receipt.platform_id or receipt.status)
    if waits and receipt.created_at and at < receipt.created_at + UNSENT:
        tx.jobs.retry(job.id, at + SOON, "the receipt is not out yet")
        return ()
    tx.jobs.finish([job.id])
    return tx.contacts.forget_silent(receipt.contact, at).files
