"""The team, as an admin sees and changes it."""

from __future__ import annotations

import re
from collections.abc import Callable

import httpx2
import pytest
from tests.web.desk.conftest import OURS, PASSWORD, Newsroom

from periksa.model import Role

pytestmark = pytest.mark.network


@pytest.fixture
def admin(as_: Callable[..., httpx2.Client]) -> httpx2.Client:
    return as_(Role.ADMIN, "ayu")


def post(http: httpx2.Client, what: str, **fields: str) -> httpx2.Response:
    return http.post(f"/desk/team/{what}", data=fields, headers=OURS)


def user(newsroom: Newsroom, name: str) -> str:
    known = newsroom.staffing.named(name)
    assert known
    return known.id


def test_an_invitation_link_is_shown_once(newsroom: Newsroom, admin: httpx2.Client) -> None:
    made = post(admin, "invitations", name="Bima", role="editor")
    [token] = re.findall(r'value="http://127\.0\.0\.1:\d+/desk/invitations/([^"]+)"', made.text)
    invitation = newsroom.staffing.invitation(token)
    assert invitation
    assert (invitation.name, invitation.role, invitation.by) == ("bima", Role.EDITOR, "ayu")
    page = admin.get("/desk/team").text
    assert "bima" in page
    assert token not in page
    assert ("ayu", "invited", "bima", "editor") in newsroom.audit()
    post(admin, "withdrawn", invitation=invitation.id)
    assert newsroom.staffing.invitation(token) is None
    assert "The invitation is withdrawn" in admin.get("/desk/team").text


@pytest.mark.parametrize(
    ("name", "role", "sentence"),
    [
        ("a b", "editor", "This name will not do"),
        ("ayu", "editor", "This name is taken"),
        ("bima", "raja", "There is no such role"),
        ('"><script>x', "editor", "This name will not do"),
    ],
)
def test_what_cannot_be_is_said_beside_the_form(admin: httpx2.Client, name: str, role: str, sentence: str) -> None:
    answer = post(admin, "invitations", name=name, role=role)
    assert (answer.status_code, sentence in answer.text) == (422, True)
    assert "<script>x" not in answer.text


def test_roles_change_and_people_come_and_go(newsroom: Newsroom, admin: httpx2.Client) -> None:
    token = newsroom.hire("bima", Role.VIEWER)
    bima = user(newsroom, "bima")
    post(admin, "role", user=bima, role="publisher")
    present = newsroom.staffing.who(token)
    assert present
    assert present.user.role is Role.PUBLISHER
    post(admin, "disabled", user=bima)
    assert newsroom.staffing.who(token) is None
    assert "Enable again" in admin.get("/desk/team").text
    post(admin, "enabled", user=bima)
    entry = newsroom.staffing.sign_in("bima", PASSWORD, "203.0.113.5")
    post(admin, "sessions", user=bima)
    assert newsroom.staffing.who(entry.token) is None
    assert "1 session ended" in admin.get("/desk/team").text
    link = post(admin, "link", user=bima)
    assert "Link for bima" in link.text
    done = [what for who, what, about, _ in newsroom.audit() if (who, about) == ("ayu", "bima")]
    assert done == ["changed a role", "disabled", "enabled", "ended sessions", "made a link for a new password"]


def test_the_last_admin_cannot_lock_everybody_out(newsroom: Newsroom, admin: httpx2.Client) -> None:
    ayu = user(newsroom, "ayu")
    for what, fields in (("role", {"role": "viewer"}), ("disabled", {})):
        answer = post(admin, what, user=ayu, **fields)
        assert (answer.status_code, "the last admin" in answer.text) == (409, True)
    assert admin.get("/desk/team").status_code == 200


def test_ending_ones_own_sessions_leads_out(newsroom: Newsroom, admin: httpx2.Client) -> None:
    assert post(admin, "sessions", user=user(newsroom, "ayu")).headers["location"] == "/desk/sign-in"
    assert admin.get("/desk/team").status_code == 303


@pytest.mark.parametrize("what", ["role", "disabled", "enabled", "link"])
def test_somebody_who_is_not_there_is_a_sentence(admin: httpx2.Client, what: str) -> None:
    answer = post(admin, what, user="tidak-ada", role="admin")
    assert (answer.status_code, "no such account" in answer.text) == (409, True)


def test_an_old_invitation_that_is_gone_is_withdrawn_without_a_word(admin: httpx2.Client) -> None:
    assert post(admin, "withdrawn", invitation="tidak-ada").status_code == 303
