"""The shelves behind what editors say: how far it has come, and what they write themselves."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from periksa.model import Attached, CaseState, Draft, Hearers, Phrasing, Progress, StatusKind, Telling, Waiting


class Tellings(Protocol):
    """How those who asked are told. A case may be named by one of its former ids; a telling by its own."""

    def of(self, case: str) -> Telling:
        """The telling of a case, as it is where nobody ever stopped it or settled the case otherwise."""
        ...

    def hold(self, case: str) -> Telling:
        """The same, and nobody holds it beside us until this transaction is over."""
        ...

    def put(self, telling: Telling) -> None:
        """It is like this now."""
        ...

    def recall(self, telling: Telling) -> int:
        """Its replies whose sending was never begun are erased, and those they were for wait again; how many."""
        ...

    def renew(self, case: str, state: CaseState, articles: Sequence[str], by: str, at: datetime) -> bool:
        """A settled case is settled otherwise, and everyone who asked waits again. False if it is open."""
        ...

    def untold(self, case: str) -> None:
        """Everyone who asked waits again, whatever they were told."""
        ...

    def progress(self, telling: Telling) -> Progress:
        """How many it has reached, each person by the latest reply to them."""
        ...

    def everyone(self, case: str, limit: int = 100) -> list[Waiting]:
        """Everyone who asked, told or not, whoever asked first first; without the platform's ids."""
        ...

    def hearers(self, case: str, closed: Mapping[str, datetime], *, told: bool = False) -> list[Hearers]:
        """All who wait, or with `told` everyone who asked, counted, most first.

        Late is whoever wrote last before `closed`, on a channel that stands in it.
        """
        ...

    def phrasings(self, case: str, limit: int = 100) -> list[Phrasing]:
        """In which words and kinds of message it was asked, most often first, then as it was asked first."""
        ...

    def files(self, case: str, limit: int = 100) -> list[Attached]:
        """Its messages that came with a file, latest first; whether we have them is not known here."""
        ...

    def count_told(self, article: str) -> int:
        """How many people were told this article."""
        ...

    def asked_since(self, article: str, since: datetime, limit: int) -> list[tuple[str, str]]:
        """Messages (id, text) that stand in no case and were answered with this article from then on, oldest first."""
        ...

    def adopt(self, case: str, messages: Collection[str]) -> None:
        """These messages, by id, stand in this case from now on; those that stand in one stay there."""
        ...


class Drafts(Protocol):
    """Answers of the newsroom's own."""

    def put(self, draft: Draft) -> None:
        """Insert or replace."""
        ...

    def get(self, id: str) -> Draft | None:
        """The one with this id."""
        ...

    def hold(self, id: str) -> Draft | None:
        """The same, and nobody changes it beside us until this transaction is over."""
        ...

    def of(self, case: str) -> list[Draft]:
        """Those for this case and for what became part of it, written last first."""
        ...

    def list(self, limit: int = 100) -> list[Draft]:
        """Those written last first."""
        ...


def come(status: StatusKind | None, *, accepted: bool, held: bool, dead: bool) -> str:
    """How far a reply has come, by the name of its count in `Progress`."""
    reached = {
        StatusKind.READ: "read",
        StatusKind.PLAYED: "read",
        StatusKind.DELETED: "read",
        StatusKind.DELIVERED: "delivered",
        StatusKind.FAILED: "failed",
        StatusKind.SENT: "sent",
    }
    if status in reached:
        return reached[status]
    if accepted:
        return "sent"
    return "failed" if dead else "held" if held else "queued"
