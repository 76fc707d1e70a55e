"""Before anybody sees anything: the line, the sender of a form, the headers, the cookie."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import httpx2
import pytest
from starlette.requests import Request
from tests.web.conftest import Tipline
from tests.web.desk.conftest import OURS, PASSWORD, RUMOUR, Newsroom

from periksa.errors import StoreError
from periksa.model import Role
from periksa.web.desk.guard import MOST_BYTES, is_ours, is_safe
from periksa.web.desk.ways import WAYS
from periksa.web.site import build

network = pytest.mark.network
HTTPS = {"x-forwarded-proto": "https"}
"""As a proxy on this machine says it, which the server believes."""


def request(client: str = "203.0.113.5", scheme: str = "http", **headers: str) -> Request:
    given = {"host": "cek.example"} | {name.replace("_", "-"): value for name, value in headers.items()}
    return Request(
        {
            "type": "http",
            "method": "POST",
            "path": "/desk",
            "query_string": b"",
            "scheme": scheme,
            "server": ("127.0.0.1", 8000),
            "client": (client, 5000),
            "headers": [(name.encode(), value.encode()) for name, value in given.items()],
        }
    )


@pytest.mark.parametrize(
    ("headers", "ours"),
    [
        ({"sec_fetch_site": "same-origin"}, True),
        ({"sec_fetch_site": "same-origin", "origin": "null"}, True),
        ({"sec_fetch_site": "same-site", "origin": "https://cek.example"}, False),
        ({"sec_fetch_site": "cross-site"}, False),
        ({"sec_fetch_site": "none"}, False),
        ({"sec_fetch_site": ""}, False),
        ({"origin": "https://cek.example"}, True),
        ({"origin": "http://cek.example"}, False),
        ({"origin": "https://cek.example.jahat.example"}, False),
        ({"origin": "https://jahat.example"}, False),
        ({"origin": "null"}, False),
        ({"origin": ""}, False),
        ({}, False),
    ],
)
def test_a_form_is_ours_if_the_browser_says_so(headers: dict[str, str], ours: bool) -> None:
    assert is_ours(request(scheme="https", **headers)) is ours


@pytest.mark.parametrize(
    ("client", "scheme", "headers", "safe"),
    [
        ("203.0.113.5", "https", {}, True),
        ("203.0.113.5", "http", {}, False),
        ("127.0.0.1", "http", {"host": "127.0.0.1:8000"}, True),
        ("127.0.0.1", "http", {"host": "localhost:8000"}, True),
        ("::1", "http", {"host": "[::1]:8000"}, True),
        ("127.0.0.1", "http", {}, False),
        ("127.0.0.1", "http", {"host": "127.0.0.1.jahat.example"}, False),
        ("203.0.113.5", "http", {"host": "localhost"}, False),
        ("127.0.0.1", "http", {"host": "localhost", "x_forwarded_for": "203.0.113.5"}, False),
    ],
)
def test_a_line_is_safe_with_https_or_within_this_machine(
    client: str, scheme: str, headers: dict[str, str], safe: bool
) -> None:
    assert is_safe(request(client, scheme, **headers)) is safe


@network
def test_forms_from_elsewhere_change_nothing_on_any_way(newsroom: Newsroom, as_: Callable[..., httpx2.Client]) -> None:
    case = newsroom.ask(RUMOUR, "rina").id
    http = as_(Role.ADMIN)
    before = newsroom.audit()
    for way in WAYS:
        if way.method != "POST":
            continue
        path = way.path.replace("{case}", case).replace("{token}", "x")
        for headers in ({}, {"sec-fetch-site": "cross-site"}, {"origin": "https://jahat.example"}):
            answer = http.post(path, data={"article": "luwak", "say": "tell"}, headers=headers)
            assert (answer.status_code, "did not come from a page of the desk" in answer.text) == (403, True), way
    assert newsroom.audit() == before
    assert len(newsroom.cases()) == 1


@network
def test_without_https_the_desk_does_not_even_ask_for_a_password(http: httpx2.Client) -> None:
    answer = http.get("/desk/sign-in", headers={"host": "cek.example"})
    assert answer.status_code == 403
    assert "HTTPS is needed" in answer.text
    assert "<input" not in answer.text.partition('class="looks"')[0]


@network
def test_over_https_the_cookie_cannot_be_read_forged_or_sent_elsewhere(newsroom: Newsroom, http: httpx2.Client) -> None:
    newsroom.hire("ayu")
    answer = http.post(
        "/desk/sign-in", data={"name": "ayu", "password": PASSWORD}, headers=OURS | HTTPS | {"host": "cek.example"}
    )
    [cookie] = answer.headers.get_list("set-cookie")
    assert re.fullmatch(
        r"__Host-periksa-desk=token-\d+; HttpOnly; Max-Age=604800; Path=/; SameSite=lax; Secure", cookie
    )
    token = cookie.partition("=")[2].partition(";")[0]
    inside = http.get("/desk/inbox", headers=HTTPS | {"cookie": f"__Host-periksa-desk={token}"})
    assert inside.status_code == 200
    plain = http.get("/desk/inbox", headers=HTTPS | {"cookie": f"periksa-desk={token}"})
    assert plain.status_code == 303, "a cookie that a plain page may have set counts for nothing over HTTPS"


@network
def test_every_answer_forbids_scripts_of_others_and_is_kept_by_nobody(
    newsroom: Newsroom, as_: Callable[..., httpx2.Client]
) -> None:
    case = newsroom.ask(RUMOUR, "rina").id
    http = as_(Role.ADMIN)
    paths = ["/desk/inbox", f"/desk/cases/{case}", "/desk/team", "/desk/account", "/desk/x", "/desk/cases/x", "/desk/"]
    for path in [*paths, "/desk/sign-in", "/desk/invitations/x"]:
        answer = http.get(path)
        assert answer.headers["cache-control"] == "no-store", path
        policy = answer.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert not re.search(r"<script(?!( type=\"module\")? src=\"/desk/static/)", answer.text)
        assert not re.search(r"<style|style=|\son\w+=", answer.text)
        assert not re.search(r"(?:src|href|action)=\"(?!/desk|#|https://cek\.example/)", answer.text), path


@network
def test_files_are_kept_for_good_and_the_public_pages_are_as_they_were(http: httpx2.Client) -> None:
    page = http.get("/desk/sign-in").text
    for name in re.findall(r'"(/desk/static/[^"]+)"', page):
        assert "immutable" in http.get(name).headers["cache-control"]
    assert http.get("/health").status_code == 200
    assert http.get("/deskripsi").status_code == 404
    assert "desk" not in http.get("/deskripsi").text


@network
def test_what_is_not_there_says_so_to_whoever_asks(http: httpx2.Client, as_: Callable[..., httpx2.Client]) -> None:
    assert "Not here" in http.get("/desk/tidak/ada").text
    inside = as_(Role.EDITOR)
    for method, path in (("GET", "/desk/tidak-ada"), ("GET", "/desk/cases/tidak-ada"), ("PUT", "/desk/inbox")):
        answer = inside.request(method, path, headers=OURS)
        assert answer.status_code in (404, 405)
        assert "To the inbox" in answer.text


@network
def test_a_form_that_is_too_long_is_not_read(http: httpx2.Client) -> None:
    answer = http.post("/desk/sign-in", content=b"name=" + b"a" * MOST_BYTES, headers=OURS)
    assert (answer.status_code, "Too long" in answer.text) == (413, True)


@network
@pytest.mark.parametrize(
    "raw", [b"\xff\xfe%ff%00", b"&".join(b"a=1" for _ in range(999)), b"", b"%", b"name=%ed%a0%80"]
)
def test_an_odd_form_is_a_wrong_password(http: httpx2.Client, raw: bytes) -> None:
    assert http.post("/desk/sign-in", content=raw, headers=OURS).status_code == 403


@network
def test_a_store_that_cannot_be_reached_is_a_sentence(
    newsroom: Newsroom, as_: Callable[..., httpx2.Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    http = as_(Role.EDITOR)

    def gone(*_: Any) -> Any:
        raise StoreError("the database at /srv/rahasia is gone")

    monkeypatch.setattr(newsroom.store, "read", gone)
    answer = http.get("/desk/inbox")
    assert (answer.status_code, "Busy" in answer.text, "rahasia" in answer.text) == (503, True, False)


@network
def test_without_a_desk_there_is_none(tipline: Tipline, clock: Any, stage: Any, server: Any) -> None:
    stage[0].app = build(tipline, clock)
    assert httpx2.get(f"{server.url}/desk/sign-in").status_code == 404
