"""Whoever was told what no longer holds, because its publisher changed or withdrew it, is told what does."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial

from periksa.answers import word
from periksa.finding import Finder
from periksa.lang import DEFAULT, LANGUAGES
from periksa.model import Article, Job, JobKind, Outgoing, Purpose
from periksa.review.following import AT_ONCE, send
from periksa.review.telling import Wording, as_message
from periksa.store import Store, Transaction


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
            article, outdated = self._store.read(partial(self._outdated, job=job))
            at = self._clock()
            told = [self._put_right(job.key, article, reply, question, at) for reply, question in outdated]
            for start in range(0, len(told), AT_ONCE):
                self._store.write(partial(send, outgoing=told[start : start + AT_ONCE], at=at)).result()
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
        code = self._wording.language("", asked)
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


def _holds(reply: Outgoing, article: Article | None) -> bool:
    """Whether the reply says what the article says: rating and claim stand in it as they are now."""
    return article is not None and any(word.heading(article, code) in reply.reply.text for code in LANGUAGES)
