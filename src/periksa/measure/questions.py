"""Questions whose right answers are known, read from files.

Questions are JSON lines with `qid`, `text` and `relevant` (ids of the right articles); `kind`, `type` and `split` are
kept for the table.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from periksa.errors import InputError
from periksa.model import Message, MessageKind

EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
"""When measured questions were "sent": deciding must not depend on it."""
NORMAL = "normal"
"""The type of question that counts; others are trivial, or have their meaning in a picture."""
MUST = {"no answer": "guard", "answer": "control"}
"""What a pair of the guard suite demands → the kind of question that it is in the table."""


@dataclass(frozen=True, slots=True)
class Question:
    """A question whose right answers are known."""

    qid: str
    text: str
    relevant: frozenset[str] = frozenset()
    kind: str = "question"
    type: str = NORMAL
    split: str = ""
    also: frozenset[str] = frozenset()
    """Checks of the same claim that the file of questions does not name: they are right too."""

    @property
    def right(self) -> frozenset[str]:
        """Ids of every right answer."""
        return self.relevant | self.also


def message(question: Question) -> Message:
    """The question as a message that a person sent."""
    return Message(question.qid, "", "measure", question.qid, MessageKind.TEXT, EPOCH, EPOCH, text=question.text)


def questions(path: Path) -> Iterator[Question]:
    """Every question of a file. Raises: InputError naming file, line and field."""
    return (_question(record, where) for record, where in _records(path))


def also_right(asked: Iterable[Question], path: Path) -> list[Question]:
    """The questions with the further right answers of a file: JSON lines with `qid` and `id`. Raises: InputError."""
    more: defaultdict[str, set[str]] = defaultdict(set)
    for record, where in _records(path):
        for name in ("qid", "id"):
            _must_be(record, name, (str, int), where)
        more[str(record["qid"])].add(str(record["id"]))
    return [replace(each, also=frozenset(more.get(each.qid, ()))) for each in asked]


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


def every_second(asked: Iterable[Question]) -> frozenset[str]:
    """The articles to take away so that about every second question cannot be answered.

    Right answers that are shared by questions form a cluster and go or stay together. Which ones go follows from their
    ids alone (a hash of the smallest), so it is the same in every run and for every other set of questions with them.
    """
    clusters = _clusters([each.relevant for each in asked if each.relevant])
    return frozenset().union(*(cluster for cluster in clusters if sha256(min(cluster).encode()).digest()[0] % 2))


def _clusters(sets: Iterable[frozenset[str]]) -> list[frozenset[str]]:
    """Sets that share a member, united."""
    of: dict[str, frozenset[str]] = {}
    for ids in sets:
        united = ids.union(*(of[id] for id in ids if id in of))
        of.update(dict.fromkeys(united, united))
    return list(dict.fromkeys(of.values()))


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
    _must_be(record, "qid", (str, int), where)
    _must_be(record, "text", str, where)
    relevant = record.get("relevant") or ()
    if not isinstance(relevant, Sequence) or isinstance(relevant, str):
        raise InputError(f"{where}: relevant must be a list of article ids.")
    labels: dict[str, Any] = {name: str(record[name]) for name in ("kind", "type", "split") if record.get(name)}
    return Question(str(record["qid"]), record["text"], frozenset(map(str, relevant)), **labels)


def _must_be(record: Mapping[str, Any], name: str, types: type | tuple[type, ...], where: str) -> None:
    if not isinstance(record.get(name), types):
        raise InputError(f"{where}: the field {name} is missing or not a string.")
