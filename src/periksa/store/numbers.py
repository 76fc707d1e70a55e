"""The shelves of numbers and quality: how many of what, what became of questions, what editors make of answers."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from datetime import date, datetime
from typing import Protocol

from periksa.model import Figure, Floors, Outcome, Sampled, Tally, Unhelpful, Verdict, Went


class Tallies(Protocol):
    """How many of what in every hour. They say nothing of anybody, and outlive everybody. Hours: from … to before."""

    def add(self, tallies: Sequence[Tally]) -> None:
        """Count them."""
        ...

    def hourly(self, figures: Collection[Figure], since: int, until: int) -> list[Tally]:
        """How many of each in each hour, in order; channel, language and part are empty."""
        ...

    def split(self, figures: Collection[Figure], since: int, until: int) -> list[Tally]:
        """How many of each by channel and language, in order; hour 0, part empty."""
        ...

    def parts(self, figure: Figure, since: int, until: int) -> dict[str, int]:
        """How many by part."""
        ...

    def first(self, figures: Collection[Figure]) -> int | None:
        """The first hour in which any of these was counted."""
        ...

    def fold(self, before: int, place: Callable[[Tally], Tally], limit: int) -> int:
        """Put together what was counted in hours before that one, at most `limit` notes; how many they were.

        `place` says as what each is to be kept from now on.
        """
        ...


class Outcomes(Protocol):
    """What became of questions."""

    def add(self, outcomes: Sequence[Outcome]) -> None:
        """Keep them; one whose reply has one already is as it was."""
        ...

    def get_all(self, replies: Collection[str]) -> dict[str, Outcome]:
        """Those that exist, by reply."""
        ...

    def pick(self, reply: str, picked: str) -> None:
        """This was picked from what that reply offered."""
        ...

    def going(self, replies: Collection[str]) -> list[Went]:
        """Those replies among these that answer a question and were not accepted before; ask before they are."""
        ...

    def untaken(self, before: datetime, limit: int) -> list[Outcome]:
        """Offers decided before then of which nothing was picked, or none fitted; latest first."""
        ...

    def unhelpful(self, limit: int) -> list[Unhelpful]:
        """Replies that did not help, latest first."""
        ...

    def count(self, kind: Figure, since: datetime, below: float) -> tuple[int, int]:
        """How many of this kind a search decided since then, and with how many the best match was less probable."""
        ...

    def late(self, before: datetime) -> tuple[int, datetime | None]:
        """How many open cases were opened before then, and when the first of them was."""
        ...

    def answered(self, since: datetime, until: datetime) -> Iterator[str]:
        """The replies that answered questions from then to then, streamed: walk it inside the work."""
        ...


class Judging(Protocol):
    """Floors, samples and verdicts."""

    def floors(self) -> Floors | None:
        """What the desk set last."""
        ...

    def set_floors(self, floors: Floors) -> None:
        """From now on."""
        ...

    def draw(self, sampled: Sequence[Sampled]) -> bool:
        """Keep a week's sample; False if it has one."""
        ...

    def sample(self, week: date) -> list[Sampled]:
        """By place; empty where none was drawn."""
        ...

    def weeks(self) -> list[date]:
        """Those with a sample, latest first."""
        ...

    def judge(self, verdict: Verdict) -> None:
        """Keep it in place of what its editor said of this reply before."""
        ...

    def verdicts(self, week: date) -> list[Verdict]:
        """Of a week's sample, by reply and editor."""
        ...
