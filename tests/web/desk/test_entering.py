"""Signing in, choosing a password, leaving; language and theme."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape

import httpx2
import pytest
from tests.conftest import Clock
from tests.web.desk.conftest import OURS, PASSWORD, Newsroom

from periksa.model import Role
from periksa.model.staff import IDLE, INVITED
from periksa.staffing.tries import FOR_BOTH, SPAN

pytestmark = pytest.mark.network
OTHER = "sepeda-langit-kuning-7"


def sign_in(http: httpx2.Client, name: str = "ayu", password: str = PASSWORD, next: str = "") -> httpx2.Response:
    return http.post("/desk/sign-in", data={"name": name, "password": password, "next": next}, headers=OURS)


def test_name_and_password_lead_to_the_inbox(newsroom: Newsroom, http: httpx2.Client) -> None:
    newsroom.hire("ayu")
    assert http.get("/desk").headers["location"].startswith("/desk/sign-in")
    answer = sign_in(http)
    assert (answer.status_code, answer.headers["location"]) == (303, "/desk/inbox")
    assert "httponly" in answer.headers["set-cookie"].lower()
    assert "No case is waiting" in http.get("/desk/inbox").text
    assert http.get("/desk/sign-in").headers["location"] == "/desk/inbox"


@pytest.mark.parametrize(
    ("next", "leads"),
    [
        ("/desk/account", "/desk/account"),
        ("/desk/cases/id-7", "/desk/cases/id-7"),
        ("https://jahat.example/desk", "/desk/inbox"),
        ("//jahat.example", "/desk/inbox"),
        ("/desk/inbox?tag=vaksin&order=latest", "/desk/inbox?tag=vaksin&order=latest"),
        ("/desk/inbox?q=kopi%20luwak", "/desk/inbox?q=kopi%20luwak"),
        ("/desk?x=1\r\nset-cookie: x=1", "/desk/inbox"),
        ("/desk?x=" + "a" * 9000, "/desk/inbox"),
        ("/desk@jahat.example?x", "/desk/inbox"),
        ("/desk/../x", "/desk/inbox"),
        ("/desk//jahat.example", "/desk/inbox"),
        ("/desk/a\r\nset-cookie: x=1", "/desk/inbox"),
        ("javascript:alert(1)", "/desk/inbox"),
    ],
)
def test_one_goes_on_where_one_was_going_but_never_away(
    newsroom: Newsroom, http: httpx2.Client, next: str, leads: str
) -> None:
    newsroom.hire("ayu")
    assert sign_in(http, next=next).headers["location"] == leads


def test_where_one_was_going_stands_in_the_form(http: httpx2.Client) -> None:
    leads = http.get("/desk/cases/id-7").headers["location"]
    assert 'name="next" value="/desk/cases/id-7"' in http.get(leads).text


def test_what_narrows_a_page_is_kept_on_the_way_in(newsroom: Newsroom, http: httpx2.Client) -> None:
    newsroom.hire("ayu")
    here = "/desk/cases/id-7/answer?article=a%26b&q=kopi%20luwak"
    leads = http.get(here).headers["location"]
    door = http.get(leads).text
    [shown] = re.findall(r'name="next" value="([^"]*)"', door)[:1]
    assert sign_in(http, next=unescape(shown)).headers["location"] == here


def test_another_language_is_chosen_without_losing_ones_place(newsroom: Newsroom, http: httpx2.Client) -> None:
    for here in ("/desk/sign-in?next=/desk/inbox%3Ftag%3Dvaksin", "/desk/sign-in"):
        [back] = re.findall(r'name="back" value="([^"]*)"', http.get(here).text)
        changed = http.post("/desk/looks", data={"desk-language": "id", "back": unescape(back)}, headers=OURS)
        assert changed.headers["location"] == here


def test_a_wrong_password_says_nothing_about_the_name(newsroom: Newsroom, http: httpx2.Client) -> None:
    newsroom.hire("ayu")
    known, unknown = sign_in(http, "ayu", "x"), sign_in(http, "aya", "x")
    assert known.status_code == unknown.status_code == 403
    assert known.text.replace("ayu", "aya") == unknown.text
    assert "set-cookie" not in known.headers


def test_too_many_tries_are_told_to_wait(newsroom: Newsroom, http: httpx2.Client, clock: Clock) -> None:
    newsroom.hire("ayu")
    statuses = [sign_in(http, password="x").status_code for _ in range(FOR_BOTH)]
    assert statuses == [403] * FOR_BOTH
    calm = sign_in(http)
    assert (calm.status_code, calm.headers["retry-after"]) == (429, "900")
    assert "Too many tries" in calm.text
    clock.pass_(seconds=SPAN.total_seconds() + 1)
    assert sign_in(http).status_code == 303


def test_the_session_before_ends_when_somebody_signs_in_again(newsroom: Newsroom, http: httpx2.Client) -> None:
    newsroom.hire("ayu")
    sign_in(http)
    before = http.cookies["periksa-desk"]
    sign_in(http)
    assert http.cookies["periksa-desk"] != before
    assert newsroom.staffing.who(before) is None


def test_a_session_that_has_ended_leads_to_the_door(newsroom: Newsroom, http: httpx2.Client, clock: Clock) -> None:
    newsroom.hire("ayu")
    sign_in(http)
    clock.pass_(seconds=IDLE.total_seconds())
    assert http.get("/desk/inbox").status_code == 303
    posted = http.post("/desk/account/password", data={}, headers=OURS)
    assert posted.status_code == 303
    assert "Your session has ended" in http.get("/desk/sign-in").text
    assert "Your session has ended" not in http.get("/desk/sign-in").text


def test_signing_out_ends_the_session_itself(newsroom: Newsroom, http: httpx2.Client) -> None:
    newsroom.hire("ayu")
    sign_in(http)
    token = http.cookies["periksa-desk"]
    assert http.post("/desk/sign-out", headers=OURS).headers["location"] == "/desk/sign-in"
    assert newsroom.staffing.who(token) is None
    assert "You are signed out" in http.get("/desk/sign-in").text


# ---------------------------------------------------------------- invitations


def test_an_invitation_is_looked_at_as_often_as_one_likes_and_used_once(
    newsroom: Newsroom, http: httpx2.Client
) -> None:
    path = f"/desk/invitations/{newsroom.staffing.invite('bima', Role.EDITOR, 'ayu').token}"
    for _ in range(3):
        assert "ayu invites you" in http.get(path).text, "a preview of the link in a chat must not use it up"
    unlike = http.post(path, data={"password": PASSWORD, "again": OTHER}, headers=OURS)
    assert (unlike.status_code, "not the same" in unlike.text) == (422, True)
    short = http.post(path, data={"password": "pendek", "again": "pendek"}, headers=OURS)
    assert (short.status_code, "too short" in short.text) == (422, True)
    assert "pendek" not in short.text
    entered = http.post(path, data={"password": PASSWORD, "again": PASSWORD}, headers=OURS)
    assert entered.headers["location"] == "/desk/inbox"
    assert "Welcome" in http.get("/desk/inbox").text
    again = http.post(path, data={"password": OTHER, "again": OTHER}, headers=OURS)
    assert (again.status_code, "This link is void" in again.text) == (404, True)


def test_an_invitation_that_has_lapsed_is_void(newsroom: Newsroom, http: httpx2.Client, clock: Clock) -> None:
    path = f"/desk/invitations/{newsroom.staffing.invite('bima', Role.EDITOR, 'ayu').token}"
    clock.pass_(seconds=INVITED.total_seconds())
    assert "This link is void" in http.get(path).text


# ---------------------------------------------------------------- the account


def test_another_password_is_chosen_with_the_old_one(newsroom: Newsroom, as_: Callable[..., httpx2.Client]) -> None:
    http = as_(Role.VIEWER, "ayu")
    wrong = http.post("/desk/account/password", data={"old": "x", "password": OTHER, "again": OTHER}, headers=OURS)
    assert (wrong.status_code, "The password now is wrong" in wrong.text) == (422, True)
    unlike = http.post(
        "/desk/account/password", data={"old": PASSWORD, "password": OTHER, "again": PASSWORD}, headers=OURS
    )
    assert "not the same" in unlike.text
    http.post("/desk/account/password", data={"old": PASSWORD, "password": OTHER, "again": OTHER}, headers=OURS)
    assert "The password is changed" in http.get("/desk/account").text
    assert newsroom.staffing.sign_in("ayu", OTHER, "203.0.113.5")


def test_sessions_are_listed_and_ended(newsroom: Newsroom, as_: Callable[..., httpx2.Client]) -> None:
    http = as_(Role.VIEWER, "ayu")
    agent = "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0 Mobile Safari/537.36"
    phone = newsroom.staffing.sign_in("ayu", PASSWORD, "203.0.113.5", agent)
    newsroom.staffing.sign_in("ayu", PASSWORD, "203.0.113.5", "<script>alert(1)</script>")
    page = http.get("/desk/account").text
    assert "Chrome, Android" in page
    assert "&lt;script&gt;" in page
    http.post("/desk/account/sessions", data={"session": phone.present.session.id}, headers=OURS)
    assert newsroom.staffing.who(phone.token) is None
    assert "1 session ended" in http.get("/desk/account").text
    everywhere = http.post("/desk/account/sessions", data={}, headers=OURS)
    assert everywhere.headers["location"] == "/desk/sign-in"
    assert newsroom.staffing.sessions(phone.present.user.id) == []
    assert http.get("/desk/account").status_code == 303


def test_language_and_theme_are_kept_by_the_browser(http: httpx2.Client) -> None:
    assert 'lang="en" data-theme="system"' in http.get("/desk/sign-in").text
    looks = {"desk-language": "id", "desk-theme": "dark", "back": "/desk/sign-in"}
    assert http.post("/desk/looks", data=looks, headers=OURS).headers["location"] == "/desk/sign-in"
    page = http.get("/desk/sign-in").text
    assert 'lang="id" data-theme="dark"' in page
    assert "Kata sandi" in page
    http.post("/desk/looks", data={"desk-language": "xx", "desk-theme": '"><b>', "back": "//x"}, headers=OURS)
    assert 'lang="id" data-theme="dark"' in http.get("/desk/sign-in").text


def test_a_browser_that_names_no_language_of_ours_gets_the_first(http: httpx2.Client) -> None:
    assert 'lang="id"' in http.get("/desk/sign-in", headers={"accept-language": "de, fr;q=0.5"}).text
    assert 'lang="en"' in http.get("/desk/sign-in", headers={"accept-language": "de, en-GB;q=0.5"}).text
