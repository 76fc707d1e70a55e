"""Questions through the tipline's own path, and what became of them."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from periksa.measure.questions import MUST, Question, message
from periksa.model import Decision, DecisionKind, Message

MATCHES = 10


@dataclass(frozen=True, slots=True)
class Measured:
    """What became of one question. `ms`: milliseconds from text to decision."""

    question: Question
    decision: Decision
    ms: float

    def record(self) -> dict[str, Any]:
        """The line `periksa match` writes."""
        matches = [{"id": each.article.id, "score": round(each.score, 6)} for each in self.decision.matches[:MATCHES]]
        return {
            "qid": self.question.qid,
            "decision": str(self.decision.kind),
            "matches": matches,
            "ms": round(self.ms, 3),
        }

    @property
    def rank(self) -> int:
        """Place of the first right article among the matches, from 1; 0 if it is not there."""
        ids = [match.article.id for match in self.decision.matches]
        return next((at for at, id in enumerate(ids, 1) if id in self.question.right), 0)

    @property
    def answered(self) -> bool:
        """Whether the person got an answer."""
        return self.decision.kind is DecisionKind.ANSWER

    @property
    def shown_right(self) -> bool:
        """Whether what the person sees, an answer or up to three offers, holds a right article."""
        return any(match.article.id in self.question.right for match in self.decision.shown)

    @property
    def wrong(self) -> bool:
        """Whether the person got a wrong answer."""
        return self.answered and not self.shown_right


def ask(decide: Callable[[Message], Decision], asked: Iterable[Question]) -> Iterator[Measured]:
    """Put every question through `decide`, in order, with the time it took."""
    for question in asked:
        sent = message(question)
        start = time.perf_counter()
        decision = decide(sent)
        yield Measured(question, decision, (time.perf_counter() - start) * 1000)


def broken(measured: Iterable[Measured]) -> list[str]:
    """A sentence for every guard that was answered."""
    return [
        f"{each.question.qid} was answered with “{each.decision.shown[0].article.title}”"
        for each in measured
        if each.answered and each.question.kind == MUST["no answer"]
    ]
