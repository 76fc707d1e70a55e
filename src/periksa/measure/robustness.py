"""What is lost when the same questions are typed otherwise."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from periksa.measure.asking import Measured
from periksa.measure.figures import Share

CLEAN = "as written"
"""The run that the others are compared with."""


@dataclass(frozen=True, slots=True)
class Fall:
    """The same questions typed cleanly and otherwise; a change below 0 is a loss."""

    figures: dict[str, Share]
    """s1, s5, answered, precision as typed otherwise."""
    changes: dict[str, float | None]
    """The same names: otherwise less clean, as shares; None where there is nothing to compare."""
    turned_wrong: int
    """Wrong answers to questions that got none when they were typed cleanly."""

    def summary(self) -> dict[str, float | None]:
        """The figures by name, each with its change."""
        values = {name: share.value for name, share in self.figures.items()}
        changes = {f"{name}_change": change for name, change in self.changes.items()}
        return values | changes | {"turned_wrong": self.turned_wrong}


def falls(clean: Sequence[Measured], others: Iterable[tuple[str, Sequence[Measured]]]) -> dict[str, dict[str, Fall]]:
    """Per "kind/type" of question and way of typing: what is lost. `CLEAN` is the first way, compared with nothing.

    `others` are ways of typing, each with the same questions in the same order, which differ in their texts alone. They
    are looked at one after the other: a run holds every match with its reasons, and need not be kept.
    """
    written = _grouped(clean)
    groups = {group: {CLEAN: _alone(run)} for group, run in written.items()}
    for way, run in others:
        for group, otherwise in _grouped(run).items():
            groups[group][way] = _fall(written[group], otherwise)
    return groups


def _grouped(measured: Sequence[Measured]) -> dict[str, list[Measured]]:
    groups: defaultdict[str, list[Measured]] = defaultdict(list)
    for each in measured:
        groups[f"{each.question.kind}/{each.question.type}"].append(each)
    return groups


def _alone(clean: Sequence[Measured]) -> Fall:
    shares = _shares(clean)
    return Fall(shares, dict.fromkeys(shares), 0)


def _fall(clean: Sequence[Measured], otherwise: Sequence[Measured]) -> Fall:
    before, after = _shares(clean), _shares(otherwise)
    turned = sum(new.wrong and not old.wrong for old, new in zip(clean, otherwise, strict=True))
    return Fall(after, {name: _change(before[name].value, after[name].value) for name in before}, turned)


def _shares(measured: Sequence[Measured]) -> dict[str, Share]:
    answered = [each for each in measured if each.answered]
    n = len(measured)
    return {
        "s1": Share(sum(each.rank == 1 for each in measured), n),
        "s5": Share(sum(1 <= each.rank <= 5 for each in measured), n),
        "answered": Share(len(answered), n),
        "precision": Share(sum(each.shown_right for each in answered), len(answered)),
    }


def _change(before: float | None, after: float | None) -> float | None:
    return None if before is None or after is None else after - before
