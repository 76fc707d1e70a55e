"""What editors do about a case: answer it, close it, settle it otherwise, stop telling it and go on.

Each act is one transaction with its entry in the audit; the telling is left to a job *follow_up*.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from periksa.answers import same
from periksa.errors import CaseError, WorkRefused
from periksa.finding import Finder
from periksa.model import Article, ArticleKind, Audit, Case, CaseState, Job, JobKind, Telling
from periksa.review.telling import as_message
from periksa.store import Store, Transaction

LATER = 5000
"""Those who asked the same after it was answered, and are told when it is settled otherwise."""
CARE = "This is somebody who wants to die, not a rumour: nothing is sent here; close the case without a word."
SETTLED = (CaseState.ANSWERED, CaseState.CLOSED)


class Settling:
    """Acts of editors. All raise CaseError where the case is not as they saw it."""

    def __init__(
        self, store: Store, finder: Finder, clock: Callable[[], datetime], wake: Callable[[JobKind], None]
    ) -> None:
        self._store = store
        self._finder = finder
        self._clock = clock
        self._wake = wake

    def answer(self, case: str, article: str, by: str) -> Case:
        """This fact-check answers the case; everyone who asked will be told."""
        at = self._clock()

        def settle(tx: Transaction) -> Case:
            known = rumour(open_case(tx, case))
            found = fact_check(tx, article)
            if not tx.cases.answer(known.id, [found.id], by, at):
                raise _meanwhile(known.id)
            tx.jobs.add([Job(JobKind.FOLLOW_UP, known.id)], at)
            tx.audit.add(Audit(at, by, "answered", known.id, found.id))
            return tx.cases.get(known.id) or known

        return self._told(settle)

    def close(self, case: str, by: str, tell: bool = False) -> Case:
        """It will not be answered; with `tell`, everyone who asked hears that it cannot be checked."""
        at = self._clock()

        def settle(tx: Transaction) -> Case:
            known = open_case(tx, case)
            if tell:
                rumour(known)
            if not tx.cases.close(known.id, by, at):
                raise _meanwhile(known.id)
            tx.jobs.add([Job(JobKind.FOLLOW_UP, known.id)] if tell else [], at)
            tx.audit.add(Audit(at, by, "closed", known.id, "everyone is told" if tell else "nobody is told"))
            return tx.cases.get(known.id) or known

        return self._told(settle)

    def instead(self, case: str, article: str, by: str, number: int) -> Case:
        """A case that was settled is answered by this fact-check instead, or with "" by none; `number` is the telling
        that the editor saw. Everyone who asked is told, once; what was not sent yet is not sent any more.
        """
        at, later = self._clock(), self.later(case)

        def settle(tx: Transaction) -> Case:
            known, telling = settled_case(tx, case, number)
            rumour(known)
            found = [fact_check(tx, article).id] if article else []
            if list(known.articles) == found and (found or known.state is CaseState.CLOSED):
                raise CaseError(f"Case {known.id} is settled like this already.")
            tx.tellings.recall(telling)
            tx.tellings.adopt(known.id, later)
            tx.tellings.renew(known.id, CaseState.ANSWERED if found else CaseState.CLOSED, found, by, at)
            tx.tellings.put(Telling(known.id, telling.number + 1, afresh=telling.afresh))
            tx.jobs.add([Job(JobKind.FOLLOW_UP, known.id)], at)
            tx.audit.add(Audit(at, by, "answered otherwise", known.id, article or "cannot be checked"))
            return tx.cases.get(known.id) or known

        return self._told(settle)

    def stop(self, case: str, by: str, number: int) -> int:
        """Nobody else is told for now; those who were not yet wait again. How many replies were called back."""
        at = self._clock()

        def halt(tx: Transaction) -> int:
            known, telling = settled_case(tx, case, number)
            if telling.stopped_at:
                return 0
            tx.tellings.put(replace(telling, stopped_at=at, stopped_by=by))
            back = tx.tellings.recall(telling)
            tx.audit.add(Audit(at, by, "stopped telling", known.id, str(back)))
            return back

        return self._store.write(halt).result()

    def resume(self, case: str, by: str, number: int) -> int:
        """Those who still wait are told after all; how many."""
        at = self._clock()

        def go_on(tx: Transaction) -> int:
            known, telling = settled_case(tx, case, number)
            tx.tellings.put(replace(telling, stopped_at=None, stopped_by=""))
            tx.jobs.add([Job(JobKind.FOLLOW_UP, known.id)], at)
            tx.audit.add(Audit(at, by, "told the rest", known.id))
            return tx.cases.count_waiting(known.id)

        people = self._store.write(go_on).result()
        self._wake(JobKind.FOLLOW_UP)
        return people

    def later(self, case: str) -> list[str]:
        """Messages of those who asked the very same after the case was answered, and were told its answer."""

        def look(tx: Transaction) -> tuple[Case | None, list[tuple[str, str]]]:
            known = tx.cases.get(case)
            if known is None or not (known.articles and known.settled_at):
                return None, []
            return known, tx.tellings.asked_since(known.articles[0], known.settled_at, LATER)

        known, asked = self._store.read(look)
        if known is None:
            return []
        words = frozenset(self._finder.read(as_message(known.text, known.opened_at)).words)
        texts = {text for _, text in asked}
        read = {text: frozenset(self._finder.read(as_message(text, known.opened_at)).words) for text in texts}
        return [id for id, text in asked if words and read[text] == words]

    def _told(self, settle: Callable[[Transaction], Case]) -> Case:
        settled = self._store.write(settle).result()
        self._wake(JobKind.FOLLOW_UP)
        return settled


def open_case(tx: Transaction, id: str) -> Case:
    """The case, if it is open. Raises: CaseError."""
    case = _known(tx, id)
    if case.state is not CaseState.OPEN:
        raise CaseError(f"Case {id} is {case.state} already.")
    return case


def rumour(case: Case) -> Case:
    """The case, unless it is somebody who wants to die. Raises: WorkRefused."""
    if same.is_despair(case.text):
        raise WorkRefused(CARE, "care")
    return case


def settled_case(tx: Transaction, id: str, number: int) -> tuple[Case, Telling]:
    """The case and its telling, held, if it is settled and told as the editor saw it. Raises: CaseError."""
    telling = tx.tellings.hold(id)
    return as_seen(tx, id, telling, number), telling


def as_seen(tx: Transaction, id: str, telling: Telling, number: int) -> Case:
    """The case, if it is settled and this telling is the one that the editor saw. Raises: CaseError."""
    case = _known(tx, id)
    if case.state not in SETTLED:
        raise CaseError(f"Case {id} is {case.state}; nothing of it is being told.")
    if telling.number != number:
        raise CaseError(f"Case {id} was settled otherwise meanwhile.")
    return case


def fact_check(tx: Transaction, id: str) -> Article:
    """The fact-check with this id. Raises: CaseError."""
    found = tx.articles.get([id])
    if not found or found[0].kind is not ArticleKind.FACT_CHECK:
        raise CaseError(f"There is no fact-check with the id {id!r} in the library; import it first.")
    return found[0]


def _meanwhile(id: str) -> CaseError:
    return CaseError(f"Case {id} was settled by somebody else just now.")


def _known(tx: Transaction, id: str) -> Case:
    case = tx.cases.get(id)
    if case is None:
        raise CaseError(f"There is no case {id!r}; `periksa cases` lists them.")
    return case
