"""Who may go where: every address of the desk, and the least role it takes. None: whoever comes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from periksa.model import Role

HOME = "/desk"
SIGN_IN = f"{HOME}/sign-in"
INBOX = f"{HOME}/inbox"
ACCOUNT = f"{HOME}/account"
TEAM = f"{HOME}/team"
CASE = f"{HOME}/cases/{{case}}"
WRITING = f"{HOME}/writing"
DRAFT = f"{WRITING}/{{draft}}"
INVITATION = f"{HOME}/invitations/{{token}}"
ACTS = f"{HOME}/acts"
VIEWS = f"{INBOX}/views"
LOOKS = f"{HOME}/looks"
BROADCASTS = f"{HOME}/broadcasts"
LIBRARY = f"{HOME}/library"
LIVE = f"{HOME}/live"
NUMBERS = f"{HOME}/numbers"
QUALITY = f"{HOME}/quality"


_WAY = re.compile(rf"{HOME}(?:/[A-Za-z0-9_-]+)*(?:\?[^\s\\#]{{0,2000}})?")


@dataclass(frozen=True, slots=True)
class Way:
    """A method and a path."""

    method: str
    path: str


WAYS: Mapping[Way, Role | None] = {
    Way("GET", SIGN_IN): None,
    Way("POST", SIGN_IN): None,
    Way("POST", f"{SIGN_IN}/passkey/options"): None,
    Way("POST", f"{SIGN_IN}/passkey"): None,
    Way("GET", INVITATION): None,
    Way("POST", INVITATION): None,
    Way("POST", LOOKS): None,
    Way("GET", HOME): Role.VIEWER,
    Way("GET", INBOX): Role.VIEWER,
    Way("GET", LIVE): Role.VIEWER,
    Way("GET", CASE): Role.VIEWER,
    Way("GET", f"{CASE}/said"): Role.VIEWER,
    Way("GET", f"{CASE}/past"): Role.VIEWER,
    Way("GET", f"{CASE}/progress"): Role.VIEWER,
    Way("GET", f"{CASE}/files/{{message}}"): Role.EDITOR,
    Way("GET", NUMBERS): Role.VIEWER,
    Way("GET", f"{NUMBERS}/{{table}}.csv"): Role.VIEWER,
    Way("GET", QUALITY): Role.VIEWER,
    Way("GET", f"{QUALITY}/floors"): Role.EDITOR,
    Way("POST", f"{QUALITY}/floors"): Role.PUBLISHER,
    Way("POST", f"{QUALITY}/samples"): Role.EDITOR,
    Way("GET", f"{QUALITY}/samples/{{week}}"): Role.EDITOR,
    Way("POST", f"{QUALITY}/samples/{{week}}"): Role.EDITOR,
    Way("GET", f"{QUALITY}/pairs.jsonl"): Role.EDITOR,
    Way("GET", ACCOUNT): Role.VIEWER,
    Way("POST", f"{ACCOUNT}/password"): Role.VIEWER,
    Way("POST", f"{ACCOUNT}/sessions"): Role.VIEWER,
    Way("POST", f"{ACCOUNT}/passkeys/options"): Role.VIEWER,
    Way("POST", f"{ACCOUNT}/passkeys"): Role.VIEWER,
    Way("POST", f"{ACCOUNT}/passkeys/removed"): Role.VIEWER,
    Way("POST", f"{HOME}/sign-out"): Role.VIEWER,
    Way("POST", CASE): Role.EDITOR,
    Way("GET", f"{CASE}/answer"): Role.EDITOR,
    Way("POST", f"{CASE}/answer"): Role.EDITOR,
    Way("GET", f"{CASE}/close"): Role.EDITOR,
    Way("POST", f"{CASE}/close"): Role.EDITOR,
    Way("POST", f"{CASE}/stop"): Role.EDITOR,
    Way("POST", f"{CASE}/resume"): Role.EDITOR,
    Way("GET", f"{CASE}/instead"): Role.EDITOR,
    Way("POST", f"{CASE}/instead"): Role.PUBLISHER,
    Way("GET", f"{CASE}/write"): Role.EDITOR,
    Way("POST", f"{CASE}/write"): Role.EDITOR,
    Way("GET", WRITING): Role.EDITOR,
    Way("GET", DRAFT): Role.EDITOR,
    Way("POST", DRAFT): Role.EDITOR,
    Way("GET", f"{DRAFT}/publish"): Role.EDITOR,
    Way("POST", f"{DRAFT}/publish"): Role.PUBLISHER,
    Way("GET", f"{DRAFT}/withdraw"): Role.PUBLISHER,
    Way("POST", f"{DRAFT}/withdraw"): Role.PUBLISHER,
    Way("GET", f"{CASE}/same"): Role.EDITOR,
    Way("GET", f"{CASE}/split"): Role.EDITOR,
    Way("POST", f"{CASE}/split"): Role.EDITOR,
    Way("POST", ACTS): Role.EDITOR,
    Way("POST", f"{ACTS}/undone"): Role.EDITOR,
    Way("POST", VIEWS): Role.EDITOR,
    Way("POST", f"{VIEWS}/dropped"): Role.EDITOR,
    Way("GET", LIBRARY): Role.VIEWER,
    Way("GET", f"{LIBRARY}/article"): Role.VIEWER,
    Way("GET", f"{LIBRARY}/sources"): Role.VIEWER,
    Way("GET", f"{LIBRARY}/ratings"): Role.VIEWER,
    Way("GET", f"{LIBRARY}/corrections"): Role.VIEWER,
    Way("POST", f"{LIBRARY}/corrections"): Role.PUBLISHER,
    Way("GET", f"{LIBRARY}/correction"): Role.VIEWER,
    Way("GET", f"{LIBRARY}/groups"): Role.VIEWER,
    Way("GET", f"{LIBRARY}/said"): Role.VIEWER,
    Way("GET", BROADCASTS): Role.VIEWER,
    Way("POST", BROADCASTS): Role.PUBLISHER,
    Way("GET", f"{BROADCASTS}/preview"): Role.EDITOR,
    Way("POST", f"{BROADCASTS}/stopped"): Role.PUBLISHER,
    Way("GET", f"{BROADCASTS}/post"): Role.EDITOR,
    Way("GET", f"{BROADCASTS}/card"): Role.VIEWER,
    Way("GET", TEAM): Role.ADMIN,
    Way("POST", f"{TEAM}/invitations"): Role.ADMIN,
    Way("POST", f"{TEAM}/withdrawn"): Role.ADMIN,
    Way("POST", f"{TEAM}/role"): Role.ADMIN,
    Way("POST", f"{TEAM}/disabled"): Role.ADMIN,
    Way("POST", f"{TEAM}/enabled"): Role.ADMIN,
    Way("POST", f"{TEAM}/link"): Role.ADMIN,
    Way("POST", f"{TEAM}/sessions"): Role.ADMIN,
}


def inside(address: str) -> bool:
    """Whether one may be led there after signing in, whatever is asked for there: never away from here."""
    return bool(_WAY.fullmatch(address))
