"""Corridor 3: what was asked before is answered later, and what was answered is put right.

answer, close, instead   an editor settles a case, or settles it otherwise  → job *follow_up*
stop, resume             telling it is stopped, and goes on                 → job *follow_up*
review          the library changed: open cases are asked anew      → job *follow_up* where one is answered
follow_up       everyone who asked is told, once, in batches        → replies, jobs *send*     `following.py`
correct         a publisher changed or withdrew what we told        → replies, jobs *send*     `correcting.py`
interim         a window closes while the editors still work on it  → reply, job *send*        `leaving.py`
forget          the receipt of an erasure is out                    → so is the address it went to

`settling.py` is what editors do, `looking.py` what they see, `telling.py` what is said.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime

from periksa.answers import same
from periksa.channels import Channel
from periksa.finding import Finder
from periksa.lang import DEFAULT
from periksa.model import Article, Audit, Case, CaseOrder, CaseState, DecisionKind, Job, JobKind
from periksa.review.correcting import Correcting
from periksa.review.following import Following
from periksa.review.leaving import Leaving
from periksa.review.looking import Looking
from periksa.review.settling import Settling
from periksa.review.telling import Wording, as_message
from periksa.store import Store, Transaction

MOST_CASES = 5000
"""Open cases that are held against the library after it changed, those asked last first."""
LIBRARY = "library"
"""Who settles a case that a new article answers."""


class Review:
    """`code` is the language for somebody whose own is not known; `drop_files` takes ids of messages.

    `templates`: channels on which somebody whose window is closed is knocked at with a template.
    """

    def __init__(
        self,
        store: Store,
        channels: Mapping[str, Channel],
        finder: Finder,
        clock: Callable[[], datetime],
        wake: Callable[[JobKind], None] = lambda _: None,
        code: str = DEFAULT,
        drop_files: Callable[[Sequence[str]], object] = lambda _: None,
        templates: Collection[str] = (),
    ) -> None:
        self._store = store
        self._finder = finder
        self._clock = clock
        self._wake = wake
        wording = Wording(channels, finder, code)
        settling = Settling(store, finder, clock, wake)
        looking = Looking(store, finder, wording, settling, clock, templates)
        leaving = Leaving(store, channels, finder, wording, clock, wake, drop_files)
        self.answer, self.close, self.instead = settling.answer, settling.close, settling.instead
        self.stop, self.resume = settling.stop, settling.resume
        self.preview, self.preview_instead, self.telling = looking.preview, looking.preview_instead, looking.telling
        self.phrasings, self.beside, self.past = looking.phrasings, looking.beside, looking.past
        self.follow_up = Following(store, wording, clock, wake).follow_up
        self.correct = Correcting(store, finder, wording, clock, wake).correct
        self.interim, self.forget = leaving.interim, leaving.forget

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


def _settle(tx: Transaction, case: Case, article: Article, at: datetime) -> bool:
    """Unless the article has left since it was found."""
    if not tx.articles.get([article.id]) or not tx.cases.answer(case.id, [article.id], LIBRARY, at):
        return False
    tx.audit.add(Audit(at, LIBRARY, "answered", case.id, article.id))
    return True
