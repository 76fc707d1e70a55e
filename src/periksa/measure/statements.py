"""Statements found in articles, held against statements labelled by hand (docs/statements.md).

Labels are offsets: the file can be published and checked without the articles' texts.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from periksa.errors import InputError
from periksa.measure.figures import Share
from periksa.model import Statement
from periksa.sources.cleaning import clean
from periksa.sources.dates import read_date
from periksa.statements import extract

HALVES = ("building", "held-out")
ENOUGH = 0.5
"""Words in common, as F1, from which on two spans are the same statement."""
_WORD = re.compile(r"\w+")
_OWN = re.compile(r"nya|kepada|the", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Text:
    """An article's text, cleaned but with its furniture: what the labels' offsets count in."""

    text: str
    language: str
    published: date | None


@dataclass(frozen=True, slots=True)
class Label:
    """One statement as a reader marked it. Spans are pairs of offsets."""

    start: int
    end: int
    direct: bool
    force: str
    speaker: tuple[int, int]
    """Where the speaker is named beside the words."""
    name: tuple[tuple[int, int], ...]
    """The speaker's full name, somewhere in the article; further names of the same speaker."""
    via: tuple[tuple[int, int], ...]
    medium: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Labelled:
    """One article, all of whose statements are labelled."""

    id: str
    sha256: str
    half: str
    labels: tuple[Label, ...]


def labelled(path: Path) -> list[Labelled]:
    """The articles of a label file. Raises: InputError if it cannot be read or a line is none."""
    return [_labelled(values, path) for values in _lines(path)]


def _lines(path: Path) -> list[Mapping[str, Any]]:
    try:
        lines = path.read_text(encoding="utf-8").split("\n")
        records = [json.loads(line) for line in lines if line.strip()]
    except (OSError, ValueError, RecursionError) as error:
        raise InputError(f"{path} cannot be read as JSON lines: {error}.") from error
    if not all(isinstance(each, Mapping) for each in records):
        raise InputError(f"{path} has a line that is no JSON object in braces.")
    return records


def _labelled(values: Mapping[str, Any], path: Path) -> Labelled:
    try:
        labels = tuple(_label(each) for each in values["statements"])
        found = Labelled(values["id"], values["sha256"], values["half"], labels)
    except (KeyError, TypeError, ValueError) as error:
        raise InputError(f"{path}: {values.get('id', 'a line')} is no labelled article: {error!r}.") from error
    if found.half not in HALVES:
        raise InputError(f"{path}: {found.id} is of no half that is known: {found.half}.")
    return found


def _label(values: Mapping[str, Any]) -> Label:
    spans = {name: tuple(_pair(one) for one in values[name]) for name in ("name", "via", "medium")}
    return Label(
        start=int(values["start"]),
        end=int(values["end"]),
        direct=bool(values["direct"]),
        force=str(values["force"]),
        speaker=_pair(values["speaker"]),
        **spans,
    )


def _pair(values: Sequence[int]) -> tuple[int, int]:
    start, end = values
    return int(start), int(end)


def texts(path: Path, wanted: Iterable[Labelled]) -> dict[str, Text]:
    """The texts of these articles, by id; checked to be the ones that were labelled.

    Raises: InputError if one is absent, is another text, or has labels beyond its end.
    """
    by_id = {each.id: each for each in wanted}
    found = {
        values["id"]: Text(clean(values["text"]), values.get("lang") or "id", read_date(values.get("date") or ""))
        for values in _lines(path)
        if isinstance(values.get("text"), str) and values.get("id") in by_id
    }
    for each in by_id.values():
        _checked(each, found.get(each.id), path)
    return found


def _checked(article: Labelled, text: Text | None, path: Path) -> None:
    if not text:
        raise InputError(f"{path} has no article {article.id}, which is labelled.")
    if hashlib.sha256(text.text.encode()).hexdigest() != article.sha256:
        raise InputError(f"{path}: {article.id} is another text than the one that was labelled.")
    for label in article.labels:
        spans = ((label.start, label.end), label.speaker, *label.name, *label.via, *label.medium)
        if not all(0 <= start < end <= len(text.text) for start, end in spans):
            raise InputError(f"{article.id} has a label that is not within its text: {label.start} to {label.end}.")


@dataclass(slots=True)
class StatementFigures:
    """How well the statements of one half were found. Every share is of statements, or of links of their chains."""

    articles: int = 0
    wanted: int = 0
    found: int = 0
    matched: int = 0
    exact: int = 0
    speakers: int = 0
    full: int = 0
    forces: int = 0
    directs: int = 0
    links: dict[str, int] = field(default_factory=lambda: {"wanted": 0, "found": 0, "right": 0})

    def add(self, article: Labelled, text: str, said: Sequence[Statement]) -> None:
        """Count one article."""
        self.articles += 1
        self.wanted += len(article.labels)
        self.found += len(said)
        self.links["wanted"] += sum(len(each.via) + len(each.medium) for each in article.labels)
        self.links["found"] += sum(len(each.via) + bool(each.medium) for each in said)
        for label, one in pairs(article.labels, said, text):
            self._pair(label, one, text)

    def _pair(self, label: Label, one: Statement, text: str) -> None:
        same, full = _same_speaker(label, one.speaker, text)
        self.matched += 1
        self.exact += _words(text, label.start, label.end) == _words(text, one.start or 0, one.end or 0)
        self.speakers += same
        self.full += full
        self.forces += label.force == one.force
        self.directs += label.direct == one.direct
        self.links["right"] += _links(label.via, one.via, text)
        self.links["right"] += _links(label.medium, (one.medium,) if one.medium else (), text)

    def shares(self) -> dict[str, Share]:
        """Every share by name, as floors and tables know it."""
        links = self.links
        return {
            "span_precision": Share(self.matched, self.found),
            "span_recall": Share(self.matched, self.wanted),
            "exact": Share(self.exact, self.matched),
            "speaker_precision": Share(self.speakers, self.found),
            "speaker_recall": Share(self.speakers, self.wanted),
            "speaker_in_full": Share(self.full, self.matched),
            "chain_precision": Share(links["right"], links["found"]),
            "chain_recall": Share(links["right"], links["wanted"]),
            "force": Share(self.forces, self.matched),
            "direct": Share(self.directs, self.matched),
        }

    def summary(self) -> dict[str, float | None]:
        """The figures by name, as floors know them."""
        shares = {name: share.value for name, share in self.shares().items()}
        return {"articles": self.articles, "n": self.wanted, **shares}


def measure(articles: Iterable[Labelled], texts: Mapping[str, Text]) -> dict[str, StatementFigures]:
    """The figures of each half, by its name."""
    figures = {half: StatementFigures() for half in HALVES}
    for article in articles:
        read = texts[article.id]
        figures[article.half].add(article, read.text, extract(read.text, read.language, read.published))
    return figures


def pairs(labels: Sequence[Label], said: Sequence[Statement], text: str) -> list[tuple[Label, Statement]]:
    """Labels and the statements that are the same, the nearest first, each once."""
    near = [
        (score, number, other)
        for number, label in enumerate(labels)
        for other, one in enumerate(said)
        if (score := _overlap(label, one, text)) >= ENOUGH
    ]
    found: list[tuple[Label, Statement]] = []
    taken: set[tuple[str, int]] = set()
    for _, number, other in sorted(near, key=lambda each: (-each[0], each[1], each[2])):
        if not taken & {("label", number), ("said", other)}:
            taken |= {("label", number), ("said", other)}
            found.append((labels[number], said[other]))
    return found


def _words(text: str, start: int, end: int) -> set[int]:
    return {start + each.start() for each in _WORD.finditer(text[start:end])}


def _overlap(label: Label, one: Statement, text: str) -> float:
    """F1 of the words that both spans hold."""
    if one.start is None or one.end is None or one.start >= label.end or label.start >= one.end:
        return 0.0
    mine, other = _words(text, label.start, label.end), _words(text, one.start, one.end)
    return 2 * len(mine & other) / (len(mine) + len(other)) if mine and other else 0.0


def _same_speaker(label: Label, name: str, text: str) -> tuple[bool, bool]:
    """Whether it is the same speaker by a part of the name; and by all of it."""
    mine = {word.casefold() for word in _WORD.findall(name)}
    names = [{word.casefold() for word in _WORD.findall(text[start:end])} for start, end in label.name]
    full = any(mine == each for each in names)
    return full or any(mine and (mine < each or each < mine) for each in names), full


def _links(spans: Sequence[tuple[int, int]], names: Sequence[str], text: str) -> int:
    """How many of the labelled links were named."""
    free = [_link(name) for name in names]
    right = 0
    for start, end in spans:
        wanted = _link(text[start:end])
        same = next((each for each in free if each <= wanted or wanted <= each), None)
        if same:
            free.remove(same)
            right += 1
    return right


def _link(text: str) -> set[str]:
    return {_OWN.sub("", word.casefold()) or word.casefold() for word in _WORD.findall(text)} - {""}
