"""Roles and actions as one table: who may do what, tried over real HTTP on every way there is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx2
import pytest
from tests.web.conftest import Server
from tests.web.desk.conftest import OURS, RUMOUR, Newsroom

from periksa.model import Role
from periksa.web.desk.ways import WAYS, Way

pytestmark = pytest.mark.network

VIEWER, EDITOR, PUBLISHER, ADMIN = Role
LOOK = {VIEWER, EDITOR, PUBLISHER, ADMIN}
ANSWER = {EDITOR, PUBLISHER, ADMIN}
TABLE: dict[tuple[str, str], set[Role] | None] = {
    ("GET", "/desk/sign-in"): None,
    ("POST", "/desk/sign-in"): None,
    ("GET", "/desk/invitations/{token}"): None,
    ("POST", "/desk/invitations/{token}"): None,
    ("POST", "/desk/looks"): None,
    ("GET", "/desk"): LOOK,
    ("GET", "/desk/inbox"): LOOK,
    ("GET", "/desk/live"): LOOK,
    ("POST", "/desk/sign-in/passkey/options"): None,
    ("POST", "/desk/sign-in/passkey"): None,
    ("POST", "/desk/account/passkeys/options"): LOOK,
    ("POST", "/desk/account/passkeys"): LOOK,
    ("POST", "/desk/account/passkeys/removed"): LOOK,
    ("GET", "/desk/cases/{case}"): LOOK,
    ("GET", "/desk/numbers"): LOOK,
    ("GET", "/desk/numbers/{table}.csv"): LOOK,
    ("GET", "/desk/quality"): LOOK,
    ("GET", "/desk/quality/floors"): ANSWER,
    ("POST", "/desk/quality/floors"): {PUBLISHER, ADMIN},
    ("POST", "/desk/quality/samples"): ANSWER,
    ("GET", "/desk/quality/samples/{week}"): ANSWER,
    ("POST", "/desk/quality/samples/{week}"): ANSWER,
    ("GET", "/desk/quality/pairs.jsonl"): ANSWER,
    ("GET", "/desk/cases/{case}/said"): LOOK,
    ("GET", "/desk/cases/{case}/past"): LOOK,
    ("GET", "/desk/cases/{case}/progress"): LOOK,
    ("GET", "/desk/cases/{case}/files/{message}"): ANSWER,
    ("GET", "/desk/account"): LOOK,
    ("POST", "/desk/account/password"): LOOK,
    ("POST", "/desk/account/sessions"): LOOK,
    ("POST", "/desk/sign-out"): LOOK,
    ("POST", "/desk/cases/{case}"): ANSWER,
    ("GET", "/desk/cases/{case}/answer"): ANSWER,
    ("POST", "/desk/cases/{case}/answer"): ANSWER,
    ("GET", "/desk/cases/{case}/close"): ANSWER,
    ("POST", "/desk/cases/{case}/close"): ANSWER,
    ("POST", "/desk/cases/{case}/stop"): ANSWER,
    ("POST", "/desk/cases/{case}/resume"): ANSWER,
    ("GET", "/desk/cases/{case}/instead"): ANSWER,
    ("POST", "/desk/cases/{case}/instead"): {PUBLISHER, ADMIN},
    ("GET", "/desk/cases/{case}/write"): ANSWER,
    ("POST", "/desk/cases/{case}/write"): ANSWER,
    ("GET", "/desk/writing"): ANSWER,
    ("GET", "/desk/writing/{draft}"): ANSWER,
    ("POST", "/desk/writing/{draft}"): ANSWER,
    ("GET", "/desk/writing/{draft}/publish"): ANSWER,
    ("POST", "/desk/writing/{draft}/publish"): {PUBLISHER, ADMIN},
    ("GET", "/desk/writing/{draft}/withdraw"): {PUBLISHER, ADMIN},
    ("POST", "/desk/writing/{draft}/withdraw"): {PUBLISHER, ADMIN},
    ("GET", "/desk/cases/{case}/same"): ANSWER,
    ("GET", "/desk/cases/{case}/split"): ANSWER,
    ("POST", "/desk/cases/{case}/split"): ANSWER,
    ("POST", "/desk/acts"): ANSWER,
    ("POST", "/desk/acts/undone"): ANSWER,
    ("POST", "/desk/inbox/views"): ANSWER,
    ("POST", "/desk/inbox/views/dropped"): ANSWER,
    ("GET", "/desk/library"): LOOK,
    ("GET", "/desk/library/article"): LOOK,
    ("GET", "/desk/library/sources"): LOOK,
    ("GET", "/desk/library/ratings"): LOOK,
    ("GET", "/desk/library/corrections"): LOOK,
    ("POST", "/desk/library/corrections"): {PUBLISHER, ADMIN},
    ("GET", "/desk/library/correction"): LOOK,
    ("GET", "/desk/library/groups"): LOOK,
    ("GET", "/desk/library/said"): LOOK,
    ("GET", "/desk/broadcasts"): LOOK,
    ("POST", "/desk/broadcasts"): {PUBLISHER, ADMIN},
    ("GET", "/desk/broadcasts/preview"): ANSWER,
    ("POST", "/desk/broadcasts/stopped"): {PUBLISHER, ADMIN},
    ("GET", "/desk/broadcasts/post"): ANSWER,
    ("GET", "/desk/broadcasts/card"): LOOK,
    ("GET", "/desk/team"): {ADMIN},
    ("POST", "/desk/team/invitations"): {ADMIN},
    ("POST", "/desk/team/withdrawn"): {ADMIN},
    ("POST", "/desk/team/role"): {ADMIN},
    ("POST", "/desk/team/disabled"): {ADMIN},
    ("POST", "/desk/team/enabled"): {ADMIN},
    ("POST", "/desk/team/link"): {ADMIN},
    ("POST", "/desk/team/sessions"): {ADMIN},
}
"""Written out here once more, on purpose: a change of who may do what is a change of this table too."""


def path_of(way: Way, case: str) -> str:
    path = way.path.replace("{case}", case).replace("{token}", "tidak-ada").replace("{draft}", "own-x")
    return f"{path}?article=luwak" if path.endswith("/answer") else path


def fields_of(way: Way) -> dict[str, str]:
    """A form that does something, where it is let through."""
    if way.path.startswith("/desk/team"):
        return {"user": "u-1", "role": "admin", "name": "penyusup"}
    return {"article": "luwak", "say": "tell", "q": "kopi"}


def ask(http: httpx2.Client, way: Way, case: str) -> httpx2.Response:
    if way.path == "/desk/live":
        with http.stream("GET", way.path) as answer:  # it has no end
            if "event-stream" not in answer.headers.get("content-type", ""):
                answer.read()
        return answer
    posted = {"data": fields_of(way), "headers": OURS} if way.method == "POST" else {}
    return http.request(way.method, path_of(way, case), **posted)  # type: ignore[arg-type]


def test_the_table_is_the_ways_that_there_are() -> None:
    by_role = {
        (way.method, way.path): needs and {role for role in Role if role.may(needs)} for way, needs in WAYS.items()
    }
    assert by_role == TABLE


@pytest.mark.parametrize("role", list(Role))
def test_each_role_gets_where_it_may_and_nowhere_else(
    newsroom: Newsroom, as_: Callable[..., httpx2.Client], role: Role
) -> None:
    newsroom.hire("kepala", Role.ADMIN)
    for (method, path), allowed in TABLE.items():
        way, case = Way(method, path), newsroom.ask(RUMOUR, "rina", key=f"{method}{path}").id
        before = newsroom.audit()
        answer = ask(as_(role), way, case)
        refused = answer.status_code == 403 and "Not your role" in answer.text
        assert refused == (allowed is not None and role not in allowed), (way, answer.status_code)
        assert answer.status_code < 500, (way, answer.text)
        if refused:
            assert [entry for entry in newsroom.audit() if entry not in before and entry[0] != "operator"][1:] == []


def test_nobody_gets_anywhere_without_a_session(newsroom: Newsroom, http: httpx2.Client) -> None:
    """Every view without a session redirects: found by walking the table of ways."""
    case = newsroom.ask(RUMOUR, "rina").id
    for way, needs in WAYS.items():
        answer = ask(http, way, case)
        if needs is None:
            assert answer.status_code != 303 or way.path == "/desk/looks", way
            continue
        if way.path == "/desk/live":
            assert (answer.status_code, answer.headers["hx-refresh"]) == (204, "true"), "a script asks: it loads anew"
            continue
        assert answer.status_code == 303, way
        assert answer.headers["location"].startswith("/desk/sign-in"), way
        assert "luwak" not in answer.text
    assert newsroom.audit() == []
    assert [each.id for each in newsroom.cases()] == [case]


def test_every_route_of_the_desk_stands_in_the_table(server: Server, app: Any) -> None:
    """Nothing but the files of the pages is reachable beside it."""
    [desk] = [each.kwargs["doors"]["/desk"] for each in app.user_middleware if "doors" in each.kwargs]
    routes = {
        (method, route.path)
        for route in desk.routes
        for method in route.methods - {"HEAD"}
        if "static" not in route.path
    }
    assert routes == set(TABLE)


def test_a_viewer_who_tries_to_publish_changes_nothing(newsroom: Newsroom, as_: Callable[..., httpx2.Client]) -> None:
    case = newsroom.ask(RUMOUR, "rina").id
    http = as_(Role.VIEWER)
    page = http.get(f"/desk/cases/{case}")
    assert "See what will be sent" not in page.text
    assert "takes the role of an editor" in page.text
    assert http.post(f"/desk/cases/{case}/answer", data={"article": "luwak"}, headers=OURS).status_code == 403
    newsroom.work()
    assert newsroom.told("rina") == []
    assert [each.id for each in newsroom.cases()] == [case]
