"""Who may go where: every address of the desk, and the least role it takes. None: whoever comes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from periksa.model import Role

HOME = "/desk"
SIGN_IN = f"{HOME}/sign-in"
INBOX = f"{HOME}/inbox"
ACCOUNT = f"{HOME}/account"
TEAM = f"{HOME}/team"
CASE = f"{HOME}/cases/{{case}}"
INVITATION = f"{HOME}/invitations/{{token}}"
LOOKS = f"{HOME}/looks"


@dataclass(frozen=True, slots=True)
class Way:
    """A method and a path."""

    method: str
    path: str


WAYS: Mapping[Way, Role | None] = {
    Way("GET", SIGN_IN): None,
    Way("POST", SIGN_IN): None,
    Way("GET", INVITATION): None,
    Way("POST", INVITATION): None,
    Way("POST", LOOKS): None,
    Way("GET", HOME): Role.VIEWER,
    Way("GET", INBOX): Role.VIEWER,
    Way("GET", CASE): Role.VIEWER,
    Way("GET", ACCOUNT): Role.VIEWER,
    Way("POST", f"{ACCOUNT}/password"): Role.VIEWER,
    Way("POST", f"{ACCOUNT}/sessions"): Role.VIEWER,
    Way("POST", f"{HOME}/sign-out"): Role.VIEWER,
    Way("POST", CASE): Role.EDITOR,
    Way("GET", f"{CASE}/answer"): Role.EDITOR,
    Way("POST", f"{CASE}/answer"): Role.EDITOR,
    Way("GET", f"{CASE}/close"): Role.EDITOR,
    Way("POST", f"{CASE}/close"): Role.EDITOR,
    Way("GET", TEAM): Role.ADMIN,
    Way("POST", f"{TEAM}/invitations"): Role.ADMIN,
    Way("POST", f"{TEAM}/withdrawn"): Role.ADMIN,
    Way("POST", f"{TEAM}/role"): Role.ADMIN,
    Way("POST", f"{TEAM}/disabled"): Role.ADMIN,
    Way("POST", f"{TEAM}/enabled"): Role.ADMIN,
    Way("POST", f"{TEAM}/link"): Role.ADMIN,
    Way("POST", f"{TEAM}/sessions"): Role.ADMIN,
}
