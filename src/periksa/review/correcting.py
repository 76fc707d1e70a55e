"""Whoever was told what no longer holds, because its publisher changed or withdrew it, is told what does."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from periksa.answers import retold, word
from periksa.finding import Finder
from periksa.lang import DEFAULT
from periksa.model import Article, Job, JobKind, Outgoing, Purpose, Reply
from periksa.model.replies import PUT_RIGHT
from periksa.review.following import AT_ONCE, send
from periksa.review.telling import Wording, as_message
from periksa.store import Store, Transaction


@dataclass(frozen=True, slots=True)
class Outdated:
    """A reply that no longer holds, what it was about, and the language that its reader chose; "" for none."""

    reply: Outgoing
    question: str
    language: str


@dataclass(frozen=True, slots=True)
class Now:
    """What holds now of something that was told: the article, None where it was withdrawn; `ours`: we published it."""

    id: str
    article: Article | None
    ours: bool


class Correcting:
    """The shift of *correct* jobs."""

    def __init__(
        self,
        store: Store,
        finder: Finder,
        wording: Wording,
        clock: Callable[[], datetime],
        wake: Callable[[JobKind], None],
    ) -> None:
        self._store = store
        self._finder = finder
        self._wording = wording
        self._clock = clock
        self._wake = wake

    def correct(self, jobs: Sequence[Job]) -> None:
        """Put right what was told of these articles."""
        for job in jobs:
            now, outdated = self._store.read(partial(_outdated, id=job.key))
            at = self._clock()
            told = [self._put_right(now, each, at) for each in outdated]
            for start in range(0, len(told), AT_ONCE):
                self._store.write(partial(send, outgoing=told[start : start + AT_ONCE], at=at)).result()
            self._strike_off(job)
        self._wake(JobKind.SEND)

    def _strike_off(self, job: Job) -> None:
        self._store.write(lambda tx: tx.jobs.finish([job.id])).result()

    def _put_right(self, now: Now, outdated: Outdated, at: datetime) -> Outgoing:
        article, reply = now.article, outdated.reply
        asked = self._finder.read(as_message(outdated.question, at))
        code = self._wording.language(outdated.language, asked)
        if article:
            version, says = word.heading(article, DEFAULT), word.corrected(article, code, at.date(), ours=now.ours)
        else:
            version, says = "", _taken_back(outdated, asked.text, code, ours=now.ours)
        # With the reply that it puts right: what changes back and forth is told each time.
        digest = hashlib.sha256(f"{now.id}\n{reply.id}\n{version}".encode("utf-8", "replace")).hexdigest()[:16]
        return Outgoing(
            id=f"{PUT_RIGHT}{digest}-{reply.contact}",
            contact=reply.contact,
            channel=reply.channel,
            reply=says,
            message=reply.message,
            refers_to=reply.platform_id,
            created_at=at,
            purpose=Purpose.FOLLOW_UP,
            article=now.id if article else "",
        )


def _outdated(tx: Transaction, id: str) -> tuple[Now, list[Outdated]]:
    """The article as it is now, and each person's latest reply that tells it otherwise."""
    article = next(iter(tx.articles.get([id])), None)
    latest: dict[str, Outgoing] = {}
    after = 0
    while page := tx.outbox.told(id, after, AT_ONCE):
        latest |= {reply.contact: reply for reply in page}
        after = page[-1].sequence
    outdated = [reply for reply in latest.values() if not retold.holds(reply.reply.text, article)]
    people = tx.contacts.get_all([reply.contact for reply in outdated])
    asked = tx.messages.get_all([reply.message for reply in outdated])
    return Now(id, article, tx.drafts.get(id) is not None), [
        Outdated(
            reply,
            asked[reply.message].text if reply.message in asked else "",
            people[reply.contact].language if reply.contact in people else "",
        )
        for reply in outdated
    ]


def _taken_back(outdated: Outdated, asked: str, code: str, *, ours: bool) -> Reply:
    """To whoever asked, and to whoever was sent it without a question: that one reads which claim it was about."""
    whose = "_own" if ours else ""
    if outdated.reply.message:
        return word.about(f"retracted{whose}", asked, code)
    return word.about(f"retracted_sent{whose}", retold.claim(outdated.reply.reply.text), code)
