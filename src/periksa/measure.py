"""Measuring: questions with known answers through the tipline's own path. No store, no channel.

Questions are JSON lines with `qid`, `text` and `relevant` (ids of the right articles); `kind`, `type`, `split` and
`lang` are kept for the table. Formulas: S@k is the share of questions whose right article is among the first k; MRR@5
the mean of 1/rank of the first right one, 0 beyond the fifth.
"""

from __future__ import annotations

import json
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from periksa.errors import InputError
from periksa.model import Decision, DecisionKind, Message, MessageKind

MATCHES = 10
EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
"""When measured questions were "sent": deciding must not depend on it."""


@dataclass(frozen=True, slots=True)
class Question:
    """A question whose right answers are known."""

    qid: str
    text: str
    relevant: frozenset[str] = frozenset()
    kind: str = "question"
    type: str = "normal"
    split: str = ""


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
        return next((at for at, id in enumerate(ids, 1) if id in self.question.relevant), 0)

    @property
    def shown_right(self) -> bool:
        """Whether what the person sees holds a right article."""
        return any(match.article.id in self.question.relevant for match in self.decision.shown)


def questions(path: Path) -> Iterator[Question]:
    """Every question of a file. Raises: InputError naming file, line and field."""
    return (_question(record, where) for record, where in _records(path))


def _records(path: Path) -> Iterator[tuple[Mapping[str, Any], str]]:
    """Every JSON object of a file of lines, and where it stands."""
    try:
        with path.open(encoding="utf-8", errors="replace") as lines:
            for number, line in enumerate(lines, 1):
                if line.strip():
                    where = f"{path.name}:{number}"
                    yield _record(line, where), where
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror or error}.") from error


def _record(line: str, where: str) -> Mapping[str, Any]:
    try:
        record = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise InputError(f"{where}: not a JSON object ({error}); mend the line and try again.") from error
    if not isinstance(record, Mapping):
        raise InputError(f"{where}: not a JSON object in braces; mend the line and try again.")
    return record


def _question(record: Mapping[str, Any], where: str) -> Question:
    for name, types in (("qid", (str, int)), ("text", str)):
        if not isinstance(record.get(name), types):
            raise InputError(f"{where}: the field {name} is missing or not a string.")
    relevant = record.get("relevant") or ()
    if not isinstance(relevant, Sequence) or isinstance(relevant, str):
        raise InputError(f"{where}: relevant must be a list of article ids.")
    labels = {name: str(record[name]) for name in ("kind", "type", "split") if record.get(name)}
    return Question(str(record["qid"]), record["text"], frozenset(map(str, relevant)), **labels)


MUST = {"no answer": "guard", "answer": "control"}
"""What a pair of the guard suite demands → the kind of question that it is in the table."""


def guards(path: Path) -> tuple[list[Question], list[Mapping[str, Any]]]:
    """A guard suite: its questions, and its articles as records of the library format, each once.

    A guard has no right answer, whatever is in the library; a control has its article. Raises: InputError.
    """
    asked: list[Question] = []
    articles: dict[str, Mapping[str, Any]] = {}
    for record, where in _records(path):
        for name, types in (("id", str), ("kind", str), ("question", str), ("article", Mapping)):
            if not isinstance(record.get(name), types):
                raise InputError(f"{where}: the field {name} is missing or of another type.")
        if record.get("must") not in MUST:
            raise InputError(f'{where}: must is neither "no answer" nor "answer".')
        article = record["article"]
        own = articles.setdefault(json.dumps(article, sort_keys=True), {**article, "id": f"guarded-{len(articles)}"})
        kind = MUST[record["must"]]
        relevant = frozenset({own["id"]} if kind == "control" else ())
        asked.append(Question(record["id"], record["question"], relevant, kind, record["kind"]))
    return asked, list(articles.values())


def broken(measured: Iterable[Measured]) -> list[str]:
    """A sentence for every guard that was answered."""
    answered = (each for each in measured if each.decision.kind is DecisionKind.ANSWER)
    return [
        f"{each.question.qid} was answered with “{each.decision.shown[0].article.title}”"
        for each in answered
        if each.question.kind == MUST["no answer"]
    ]


def message(question: Question) -> Message:
    """The question as a message that a person sent."""
    return Message(question.qid, "", "measure", question.qid, MessageKind.TEXT, EPOCH, EPOCH, text=question.text)


def ask(decide: Callable[[Message], Decision], asked: Iterable[Question]) -> Iterator[Measured]:
    """Put every question through `decide`, in order, with the time it took."""
    for question in asked:
        sent = message(question)
        start = time.perf_counter()
        decision = decide(sent)
        yield Measured(question, decision, (time.perf_counter() - start) * 1000)


@dataclass
class Figures:
    """The figures of one group of questions; every share is 0 to 1, precision is None where nothing was answered."""

    absent: bool = False
    """Whether the right articles are not in the library: nothing can be found, and every answer is wrong."""
    n: int = 0
    first: int = 0
    five: int = 0
    reciprocal: float = 0.0
    decided: dict[DecisionKind, int] = field(default_factory=lambda: defaultdict(int))
    right_answers: int = 0
    right_shown: int = 0
    ms: list[float] = field(default_factory=list)

    def add(self, measured: Measured) -> None:
        """Count one question."""
        rank = measured.rank
        self.n += 1
        self.first += rank == 1
        self.five += 1 <= rank <= 5
        self.reciprocal += 1 / rank if 1 <= rank <= 5 else 0.0
        self.decided[measured.decision.kind] += 1
        self.right_answers += measured.decision.kind is DecisionKind.ANSWER and measured.shown_right
        self.right_shown += measured.shown_right
        self.ms.append(measured.ms)

    def share(self, kind: DecisionKind) -> float:
        """Share of questions decided so."""
        return self.decided[kind] / self.n

    @property
    def precision(self) -> float | None:
        """Share of the answers that were right."""
        answers = self.decided[DecisionKind.ANSWER]
        return self.right_answers / answers if answers else None

    def quantile(self, share: float) -> float:
        """Milliseconds within which this share of the questions was decided."""
        return sorted(self.ms)[min(self.n - 1, int(share * self.n))]

    def summary(self) -> dict[str, float | None]:
        """The figures by name, as floors and tables know them."""
        return {
            "n": self.n,
            "s1": self.first / self.n,
            "s5": self.five / self.n,
            "mrr5": self.reciprocal / self.n,
            "answered": self.share(DecisionKind.ANSWER),
            "offered": self.share(DecisionKind.OFFER),
            "handed_over": self.share(DecisionKind.HAND_OVER),
            "precision": self.precision,
            "shown_right": self.right_shown / self.n,
        }


def evaluate(measured: Iterable[Measured], held: Set[str]) -> dict[str, Figures]:
    """Figures per "kind/type" of question, in order of first appearance; `held` are the ids of the library.

    Questions none of whose right articles is held stand in a group of their own, "absent kind/type".
    """
    groups: dict[str, Figures] = {}
    for each in measured:
        absent = held.isdisjoint(each.question.relevant)
        name = f"{'absent ' if absent else ''}{each.question.kind}/{each.question.type}"
        groups.setdefault(name, Figures(absent)).add(each)
    return groups


def below(figures: Mapping[str, Figures], floors: Mapping[str, Mapping[str, float]]) -> list[str]:
    """A sentence for every floor that was not reached, and for every group or figure that was not measured.

    The precision of a group in which nothing was answered is not measured: silence passes no floor.
    """
    missed = []
    for group, wanted in floors.items():
        if group not in figures:
            missed.append(f"{group}: not measured")
            continue
        reached = figures[group].summary()
        for name, floor in wanted.items():
            value = reached.get(name)
            if value is None:
                missed.append(f"{group}: there is no {name}, the floor is {floor:.3f}")
            elif value < floor:
                missed.append(f"{group}: {name} is {value:.3f}, the floor is {floor:.3f}")
    return missed
