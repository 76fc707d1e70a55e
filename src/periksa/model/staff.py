"""Who works at the desk: people with a name and a role, never the people who ask."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

IDLE, LONGEST = timedelta(hours=12), timedelta(days=7)
"""A session ends when it was not used for so long, and in any case after so long."""
INVITED = timedelta(days=3)
"""How long a link is good."""


class Role(StrEnum):
    """What somebody may do at the desk; each may do all that those before it may."""

    VIEWER = "viewer"
    """Look."""
    EDITOR = "editor"
    """Answer a case with a fact-check that was published, or close it."""
    PUBLISHER = "publisher"
    """Speak for the newsroom: answers of its own, corrections, broadcasts."""
    ADMIN = "admin"
    """Say who may do what."""

    def may(self, needed: Role) -> bool:
        """Whether this role is at least the one needed."""
        ranks = list(Role)
        return ranks.index(self) >= ranks.index(needed)


@dataclass(frozen=True, slots=True)
class User:
    """Somebody who works at the desk."""

    id: str
    name: str
    """What they sign in with, and what the log calls them: lower case, one of a kind."""
    role: Role
    password: str = field(repr=False)
    """Its argon2 hash, with the parameters it was made with."""
    created_at: datetime
    changed_at: datetime
    """When the password was last set."""
    disabled_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Passkey:
    """A device that lets a user in."""

    id: str
    """What the device calls it, base64url."""
    user: str
    name: str
    """What they call it: "phone", "work laptop"."""
    key: str = field(repr=False)
    """Its public key (COSE, base64url)."""
    count: int
    """How often it was used, as far as the device counts; one that goes back was copied."""
    created_at: datetime
    used_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Session:
    """Somebody signed in, in one browser."""

    id: str
    """What lists call it; no help in signing in."""
    user: str
    mark: str = field(repr=False)
    """The hash of the token that the browser keeps."""
    started_at: datetime
    seen_at: datetime
    """When it was last used, to within a few minutes."""
    agent: str = ""
    """The browser, in its own words."""


@dataclass(frozen=True, slots=True)
class Invitation:
    """A link, good for one password: of somebody new, or with `user` of somebody who needs another one."""

    id: str
    name: str
    role: Role
    mark: str = field(repr=False)
    """The hash of the token in the link."""
    by: str
    """Who made it."""
    at: datetime
    until: datetime
    user: str = ""


@dataclass(frozen=True, slots=True)
class Present:
    """Somebody who is signed in."""

    user: User
    session: Session


@dataclass(frozen=True, slots=True)
class Entry:
    """A session that has just begun, and the token that it is known by."""

    present: Present
    token: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Link:
    """An invitation that has just been made, and the token that it is known by: shown once, then nobody knows it."""

    invitation: Invitation
    token: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Team:
    """Everybody who works at the desk."""

    users: Sequence[User]
    sessions: Sequence[Session]
    """Those that last."""
    invitations: Sequence[Invitation]
    """Those that are still good."""
