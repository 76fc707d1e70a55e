"""The desk: what editors see and do. A door of its own under `/desk`, with its own routes, sessions and headers.

Every address stands in one table (`ways.py`) with the role it needs; what is not in it does not exist. The desk works
without a script; `static/desk.js` adds keys and keeps lists fresh.

It walks through corridors, seen here as `Staffing`, `Inbox` and `Review`. All they do blocks.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from periksa.model import (
    Article,
    Beside,
    Case,
    Entry,
    Invitation,
    Link,
    Listed,
    Look,
    Opened,
    Page,
    Phrasing,
    Present,
    Preview,
    Progress,
    Role,
    Session,
    Team,
    Telling,
    User,
)


class Staffing(Protocol):
    """What the desk needs of those who work at it. Raises: StaffError, StoreError, StoreBusy."""

    def sign_in(self, name: str, password: str, address: str, agent: str = "") -> Entry:
        """Begin a session. Raises: SignInRefused."""
        ...

    def who(self, token: str, used: bool = True) -> Present | None:
        """Who is behind this token; `used`: they did something just now."""
        ...

    def sign_out(self, present: Present) -> None:
        """The session is over."""
        ...

    def invite(self, name: str, role: Role, by: str) -> Link:
        """Somebody new may choose a password."""
        ...

    def renew(self, user: str, by: str) -> Link:
        """A user, by id, may choose another one."""
        ...

    def invitation(self, token: str) -> Invitation | None:
        """The invitation behind this token, if it is still good."""
        ...

    def withdraw(self, invitation: str, by: str) -> None:
        """It is good no longer."""
        ...

    def accept(self, token: str, password: str, agent: str = "") -> Entry:
        """Choose a password, once, and be signed in."""
        ...

    def change_password(self, present: Present, old: str, new: str, address: str) -> None:
        """Another password; other sessions end."""
        ...

    def change_role(self, user: str, role: Role, by: str) -> User:
        """They may do this from now on."""
        ...

    def disable(self, user: str, by: str) -> User:
        """They cannot sign in."""
        ...

    def enable(self, user: str, by: str) -> User:
        """They can again."""
        ...

    def end_sessions(self, user: str, by: str, only: str = "") -> int:
        """All sessions of a user end, or `only` this one; how many."""
        ...

    def team(self) -> Team:
        """Everybody."""
        ...

    def sessions(self, user: str) -> list[Session]:
        """Those of a user that last."""
        ...


class Inbox(Protocol):
    """What the desk needs to see of cases. Raises: StoreError, StoreBusy."""

    def page(self, look: Look, by: str) -> Page:
        """Cases as somebody, by name, wants to see them."""
        ...

    def alike(self, case: str) -> Sequence[Listed]:
        """Other open cases, those that may ask the same first."""
        ...

    def pulse(self) -> str:
        """Another text whenever anything that lists show has changed."""
        ...

    def case(self, id: str) -> Opened | None:
        """A case."""
        ...

    def glance(self, id: str) -> Opened | None:
        """A case without who waits and what editors did: what pages beside it need."""
        ...

    def waiting(self, id: str) -> int:
        """How many people wait for its answer."""
        ...

    def named(self, text: str) -> Article | None:
        """The fact-check that this text names, by its id or the address of its page here."""
        ...


class Review(Protocol):
    """What the desk does about cases. Raises: CaseError, IndexUnavailable, ModelUnavailable, StoreError, StoreBusy."""

    def preview(self, case: str, article: str = "", unpublished: Article | None = None) -> Preview:
        """What everyone who asked would be told, by this fact-check, by one that is not published yet, or by none."""
        ...

    def preview_instead(self, case: str, article: str, number: int) -> Preview:
        """What they would be told if the settled case were settled like this instead; `number`: the telling so far."""
        ...

    def answer(self, case: str, article: str, by: str) -> Case:
        """This fact-check answers it; everyone who asked is told."""
        ...

    def close(self, case: str, by: str, tell: bool = False) -> Case:
        """It will not be answered; with `tell`, everyone who asked hears so."""
        ...

    def instead(self, case: str, article: str, by: str, number: int) -> Case:
        """It is settled like this instead, with "" as one that cannot be checked; everyone who asked is told."""
        ...

    def stop(self, case: str, by: str, number: int) -> int:
        """Nobody else is told for now; how many replies were called back."""
        ...

    def resume(self, case: str, by: str, number: int) -> int:
        """Those who still wait are told after all; how many."""
        ...

    def telling(self, case: str) -> tuple[Telling, Progress]:
        """How those who asked are told, and how far that has come."""
        ...

    def phrasings(self, case: str) -> list[Phrasing]:
        """In which ways it was asked, masked, most often first."""
        ...

    def beside(self, text: str, articles: Sequence[Article]) -> Mapping[str, Beside]:
        """The question, masked, and each of these claims side by side, by id of the article."""
        ...

    def past(self, case: str) -> list[tuple[Case, Article | None]]:
        """Settled cases that asked nearly the same, and what answered them."""
        ...
