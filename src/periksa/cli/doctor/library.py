"""Checks of what is kept: store, ratings, index, jobs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from typing import TYPE_CHECKING

from periksa.cli.doctor import visited
from periksa.cli.doctor.row import Row, State
from periksa.cli.installation import begun, opened_by
from periksa.errors import PeriksaError

if TYPE_CHECKING:
    from periksa.app import Periksa
    from periksa.cli.doctor.ratings import Words
    from periksa.config import Config
    from periksa.model import Job
    from periksa.store import Transaction

UNRATED = 0.2
"""Share of fact-checks without a rating above which their source deserves a look."""
LONG = timedelta(minutes=5)
"""A job that has been due for so long waits for a worker that does not run."""
MOST = 10_000
"""Jobs looked at."""
LISTED = 20
"""Reasons for which jobs were given up, the most frequent first."""


def kept(config: Config) -> Iterator[Row]:
    """Everything about store, index and jobs, where there is anything yet."""
    if not begun(config):
        yield Row("store", State.WARNING, "nothing is stored yet", "Bring in fact-checks: periksa import FILE")
        return
    try:
        with opened_by(config) as periksa:
            yield from _articles(periksa)
            yield from _jobs(periksa)
            yield from _held(periksa)
            yield from visited.sources(periksa)
    except PeriksaError as error:
        yield Row("store", State.PROBLEM, str(error))


def _articles(periksa: Periksa) -> Iterator[Row]:
    from periksa.cli.doctor.ratings import Words, words
    from periksa.config import shown

    unknown = Words(periksa.ratings)
    checks, news, unrated = periksa.store.read(lambda tx: _counted(tx, unknown))
    address = shown(periksa.config.database)
    yield Row("store", State.OK, f"{checks:,} fact-checks and {news:,} news items in {address}")
    yield _ratings(checks, unrated)
    yield words(unknown, periksa.config.library.ratings)
    yield from _index(periksa, checks + news)


def _counted(tx: Transaction, unknown: Words) -> tuple[int, int, int]:
    """Fact-checks, news, and fact-checks without a rating; ratings that are not known go to `unknown`."""
    from periksa.model import ArticleKind

    kinds = Counter((article.kind, bool(article.rating)) for article in unknown.among(tx.articles.all()))
    unrated = kinds[ArticleKind.FACT_CHECK, False]
    news = kinds[ArticleKind.NEWS, False] + kinds[ArticleKind.NEWS, True]
    return kinds[ArticleKind.FACT_CHECK, True] + unrated, news, unrated


def _ratings(checks: int, unrated: int) -> Row:
    if not checks:
        return Row("ratings", State.WARNING, "no fact-check to answer with", "Bring some in: periksa import FILE")
    found = f"{unrated:,} of {checks:,} fact-checks have none"
    if unrated <= UNRATED * checks:
        return Row("ratings", State.OK, found)
    return Row("ratings", State.WARNING, found, "People get no conclusion from these: look at where they came from.")


def _index(periksa: Periksa, total: int) -> Iterator[Row]:
    from periksa.cli.doctor.learned import meanings

    try:
        findable = periksa.index.count()
        without = meanings(periksa, findable)
    except PeriksaError as error:
        yield Row("index", State.PROBLEM, str(error))
        return
    yield _findable(periksa, findable, total)
    yield from filter(None, [without])


def _findable(periksa: Periksa, findable: int, total: int) -> Row:
    from periksa.model import JobKind

    found = f"{findable:,} of {total:,} articles can be found"
    if findable == total:
        return Row("index", State.OK, found)
    counts = periksa.store.read(lambda tx: tx.jobs.counts())
    waiting = sum(count for (kind, _), count in counts.items() if kind is JobKind.INDEX)
    if waiting >= abs(total - findable):
        return Row("index", State.WARNING, found, "The others wait for a worker: start periksa serve")
    return Row("index", State.WARNING, found, "Build it anew: periksa reindex")


def _jobs(periksa: Periksa) -> Iterator[Row]:
    from periksa.model import JobKind, JobState

    states = (JobState.READY, JobState.LEASED, JobState.DEAD)
    ready, leased, dead = periksa.store.read(lambda tx: [tx.jobs.list(state, MOST) for state in states])
    found = f"{len(ready):,} waiting, {len(leased):,} in hand, {len(dead):,} given up"
    if any(map(_overdue, ready)):
        yield Row("jobs", State.WARNING, found, "Nobody does them: start periksa serve or periksa work")
    else:
        yield Row("jobs", State.OK, found)
    for (kind, error), count in Counter((job.kind, job.error) for job in ready if job.error).most_common(LISTED):
        yield Row("waiting", State.WARNING, f"{count:,} × {kind}: {error}", "It is tried again by itself.")
    for (kind, error), count in Counter((job.kind, job.error) for job in dead).most_common(LISTED):
        again = "periksa resend --all" if kind is JobKind.SEND else "periksa doctor --revive"
        advice = f"Mend the cause, then: {again}"
        yield Row("given up", State.PROBLEM, f"{count:,} × {kind}: {error}", advice)


def _held(periksa: Periksa) -> Iterator[Row]:
    """Answers for people whose window closed before they came."""
    held = sum(periksa.store.read(lambda tx: tx.outbox.held()).values())
    if not held:
        return
    found = f"{held:,} held until their person writes again: the 24 hours were over"
    if periksa.config.whatsapp.template:
        yield Row("held", State.OK, found)
    else:
        yield Row(
            "held", State.WARNING, found, "Choose a template that tells them (whatsapp.template): periksa templates"
        )


def _overdue(job: Job) -> bool:
    from periksa.app import clock

    due = job.not_before or job.created_at
    return due is not None and clock() - due > LONG


def revive_all(config: Config) -> int:
    """Let every job that was given up be tried again; how many. Raises: PeriksaError."""
    from periksa.app import clock
    from periksa.model import JobState
    from periksa.sending.reviving import revive

    now = clock()
    with opened_by(config) as periksa:
        dead = periksa.store.read(lambda tx: tx.jobs.list(JobState.DEAD, MOST))
        return periksa.store.write(lambda tx: revive(tx, dead, now)).result()
