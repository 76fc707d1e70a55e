"""Broadcasts at the desk: shown first, then sent, scheduled, stopped; and a channel post with its picture."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from html import unescape
from typing import Any

import httpx2
import pytest
from tests.web.desk.conftest import LIBRARY, OURS, ZONE, Newsroom

from periksa.model import Address, Cadence, JobKind, JobState, Purpose, Role

pytestmark = pytest.mark.network
AT = "/desk/broadcasts"
PNG = b"\x89PNG\r\n\x1a\n"


def follow(newsroom: Newsroom, *people: str, topic: str = "all", language: str = "id") -> None:
    at = newsroom.clock()

    def followed(tx: Any) -> None:
        for person in people:
            contact = tx.contacts.resolve([Address("web", person, "session")], f"c-{person}", at)
            tx.contacts.update(contact, language=language)
            tx.contacts.touch(contact, "web", at)
            tx.subscriptions.subscribe(contact, "web", topic, Cadence.WEEKLY, at, "word")

    newsroom.do(followed)


def plain(page: str) -> str:
    """What a reader sees of it."""
    return unescape(re.sub("<[^>]+>", "", page))


def hand_out(newsroom: Newsroom) -> int:
    """The shift of broadcasts that are due; how many there were."""
    jobs = newsroom.do(lambda tx: tx.jobs.claim([JobKind.BROADCAST], 9, newsroom.clock(), timedelta(seconds=30)))
    newsroom.broadcast.broadcast(jobs)
    return len(jobs)


def got(newsroom: Newsroom, person: str) -> list[str]:
    return [each.reply.text for each in newsroom.told(person) if each.purpose is Purpose.BROADCAST]


def send(http: httpx2.Client, article: str = "luwak", topic: str = "", **more: str) -> httpx2.Response:
    return http.post(AT, data={"article": article, "topic": topic, **more}, headers=OURS)


def test_nothing_is_sent_before_it_was_shown_word_for_word(
    newsroom: Newsroom, as_: Callable[..., httpx2.Client]
) -> None:
    follow(newsroom, "rina", "siti", topic="health")
    follow(newsroom, "budi", language="en")
    follow(newsroom, "tono", topic="disaster")
    http = as_(Role.PUBLISHER, "ayu")
    page = plain(http.get(f"{AT}/preview", params={"article": "luwak", "topic": "health"}).text)
    assert "3 people will get it." in page
    assert hand_out(newsroom) == 0
    assert send(http, topic="health").status_code == 303
    assert hand_out(newsroom) == 1
    assert [len(got(newsroom, who)) for who in ("rina", "siti", "budi", "tono")] == [1, 1, 1, 0]
    for who in ("rina", "budi"):
        for line in got(newsroom, who)[0].replace("*", "").splitlines():
            assert line in page
    assert ("ayu", "broadcast", "luwak", "health") in newsroom.audit()
    again = http.get(f"{AT}/preview", params={"article": "https://cek.example/articles/luwak", "topic": "health"})
    assert "Everybody who follows this has it already" in again.text


@pytest.mark.parametrize(
    ("link", "found"),
    [
        ("https://www.cek.example/foto-banjir-semarang/?utm_source=wa", True),
        (" https://cek.example/foto-banjir-semarang", True),
        ("https://m.cek.example/foto-banjir-semarang?fbclid=a1", True),
        ("https://lain.example/foto-banjir-semarang", False),
        ("https://cek.example/", False),
        ("https://cek.example/banjir.php", False),
        ("https://cek.example/banjir.php?nomor=2", True),
        ("foto banjir semarang", False),
    ],
)
def test_the_publishers_link_names_a_fact_check(
    newsroom: Newsroom, as_: Callable[..., httpx2.Client], link: str, found: bool
) -> None:
    photo = replace(LIBRARY[2], id="foto", url="https://cek.example/foto-banjir-semarang")
    numbered = [
        replace(LIBRARY[2], id=f"nomor-{number}", url=f"https://cek.example/banjir.php?nomor={number}")
        for number in (1, 2)
    ]
    newsroom.index.put([photo, *numbered])
    newsroom.do(lambda tx: tx.articles.put([photo, *numbered], newsroom.clock()))
    page = as_(Role.PUBLISHER).get(f"{AT}/preview", params={"article": link})
    assert page.status_code == (200 if found else 422)
    assert ("There is no fact-check with that id or link" in page.text) is not found
    assert (("nomor-2" in page.text) or ("article=foto" in page.text)) is found


def test_a_scheduled_one_goes_out_at_its_time_to_whoever_follows_then(
    newsroom: Newsroom, as_: Callable[..., httpx2.Client]
) -> None:
    follow(newsroom, "rina")
    http = as_(Role.PUBLISHER, "ayu")
    at = newsroom.clock().astimezone(ZONE) + timedelta(hours=3)
    assert send(http, later="yes", at=f"{at:%Y-%m-%dT%H:%M}").status_code == 303
    page = http.get(AT).text
    assert "by ayu" in page
    assert "Cancel" in page
    follow(newsroom, "siti")
    assert hand_out(newsroom) == 0
    newsroom.clock.pass_(hours=3, minutes=1)
    assert hand_out(newsroom) == 1
    assert [len(got(newsroom, who)) for who in ("rina", "siti")] == [1, 1]
    assert "Nothing is scheduled." in http.get(AT).text


def test_a_button_pressed_twice_schedules_one(newsroom: Newsroom, as_: Callable[..., httpx2.Client]) -> None:
    follow(newsroom, "rina")
    http = as_(Role.PUBLISHER, "ayu")
    at = newsroom.clock().astimezone(ZONE) + timedelta(hours=3)
    for _ in range(2):
        assert send(http, later="yes", at=f"{at:%Y-%m-%dT%H:%M}").status_code == 303
    assert len(newsroom.broadcast.programme().scheduled) == 1
    assert send(http, topic="health", later="yes", at=f"{at:%Y-%m-%dT%H:%M}").status_code == 303
    assert len(newsroom.broadcast.programme().scheduled) == 2


def test_a_cancelled_one_never_goes_out(newsroom: Newsroom, as_: Callable[..., httpx2.Client]) -> None:
    follow(newsroom, "rina")
    http = as_(Role.PUBLISHER, "ayu")
    at = newsroom.clock().astimezone(ZONE) + timedelta(hours=3)
    send(http, later="yes", at=f"{at:%Y-%m-%dT%H:%M}")
    gone = http.post(f"{AT}/stopped", data={"campaign": "all luwak"}, headers=OURS)
    assert gone.status_code == 303
    newsroom.clock.pass_(hours=4)
    hand_out(newsroom)
    assert got(newsroom, "rina") == []
    page = plain(http.get(AT).text)
    assert "Cancelled. Nobody was sent it." in page
    assert "Cancelled by ayu" in page
    assert "No broadcast yet." in page, "it is none of those that were sent"
    assert http.post(f"{AT}/stopped", data={"campaign": "all luwak"}, headers=OURS).status_code == 409
    assert http.post(f"{AT}/stopped", data={"campaign": "nonsense"}, headers=OURS).status_code == 409


def test_what_was_called_back_may_be_sent_another_time(newsroom: Newsroom, as_: Callable[..., httpx2.Client]) -> None:
    follow(newsroom, "rina", "siti")
    http = as_(Role.PUBLISHER, "ayu")
    send(http)
    hand_out(newsroom)
    http.post(f"{AT}/stopped", data={"campaign": "all luwak"}, headers=OURS)
    assert "2 replies were called back" in http.get(AT).text
    assert got(newsroom, "rina") == []
    send(http)
    hand_out(newsroom)
    assert len(got(newsroom, "rina")) == 1
    names = [each.id for each in newsroom.store.read(lambda tx: tx.campaigns.latest())]
    assert sorted(names) == ["all luwak", "all luwak 2"]


@pytest.mark.parametrize("at", ["", "2020-01-01T10:00", "x", "2099-01-01T10:00+07:00", "9" * 400])
def test_a_time_that_has_passed_or_is_none_is_asked_for_again(
    newsroom: Newsroom, as_: Callable[..., httpx2.Client], at: str
) -> None:
    follow(newsroom, "rina")
    answer = send(as_(Role.PUBLISHER), later="yes", at=at)
    assert answer.status_code == 422
    assert "Choose a time that is still to come." in answer.text
    assert newsroom.store.read(lambda tx: tx.jobs.list(JobState.READY)) == []


@pytest.mark.parametrize("named", ["", "tidak-ada", "\0", "<script>alert(1)</script>", "x" * 9000])
def test_what_is_no_fact_check_is_not_sent(newsroom: Newsroom, as_: Callable[..., httpx2.Client], named: str) -> None:
    follow(newsroom, "rina")
    answer = send(as_(Role.PUBLISHER), article=named)
    assert answer.status_code == 422
    assert "<script>alert" not in answer.text
    assert newsroom.store.read(lambda tx: tx.campaigns.latest()) == []


def test_followers_are_counted_and_never_named(newsroom: Newsroom, as_: Callable[..., httpx2.Client]) -> None:
    follow(newsroom, "rina", "siti", topic="health")
    page = as_(Role.VIEWER).get(AT).text
    assert "rina" not in page
    assert "<td>2</td>" in page


def test_a_post_has_its_text_its_link_and_its_picture(newsroom: Newsroom, as_: Callable[..., httpx2.Client]) -> None:
    http = as_(Role.EDITOR)
    page = http.get(f"{AT}/post", params={"article": "luwak", "lang": "id"}).text
    assert newsroom.broadcast.post("luwak", "id").splitlines()[0].replace("*", "") in page.replace("*", "")
    assert 'value="https://cek.example/luwak"' in page, "we have no address: to its publisher"
    for shape, height in (("square", 1080), ("tall", 1350)):
        answer = http.get(f"{AT}/card", params={"article": "luwak", "shape": shape})
        assert answer.headers["content-type"] == "image/png"
        assert answer.content.startswith(PNG)
        assert int.from_bytes(answer.content[16:20], "big") == 1080
        assert int.from_bytes(answer.content[20:24], "big") == height
    assert http.get(f"{AT}/card", params={"article": "luwak", "shape": "round"}).status_code == 404
    assert http.get(f"{AT}/post", params={"article": "tidak-ada"}).status_code == 404


def test_a_card_that_cannot_be_written_is_said_to_be_so(newsroom: Newsroom, as_: Callable[..., httpx2.Client]) -> None:

    odd = replace(LIBRARY[0], id="odd", claim="日本のニュース")
    newsroom.do(lambda tx: tx.articles.put([odd], newsroom.clock()))
    http = as_(Role.EDITOR)
    assert "lack 日 本 の ニ ュ" in http.get(f"{AT}/post", params={"article": "odd"}).text
    assert http.get(f"{AT}/card", params={"article": "odd"}).status_code == 404
