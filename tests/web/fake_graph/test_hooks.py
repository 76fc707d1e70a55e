"""Webhooks of the fake platform, as a listener gets them."""

from __future__ import annotations

import base64
import hashlib
import hmac
from typing import Any

import httpx2
import pytest

from periksa.channels.whatsapp.parse import events
from periksa.model import Received
from periksa.web.fake_graph import Fault, FaultKind, Statuses

pytestmark = pytest.mark.network

HALO = {"messages": [{"from": "6281355501001", "text": "cek vaksin"}]}


def words(graph: Any) -> list[str]:
    """The statuses that came, in order."""
    graph.settled()
    return [status["status"] for status in graph.receiver.values("statuses")]


def test_webhooks_are_signed_over_the_raw_body(graph: Any) -> None:
    """signature: "HMAC-SHA256(app secret, **raw body**)", computed here by hand."""
    graph.client.post("/deliver", json=HALO)
    graph.settled()
    ((signature, raw),) = graph.receiver.deliveries
    assert signature == "sha256=" + hmac.new(b"rahasia", raw, hashlib.sha256).hexdigest()


def test_people_write_in_batches(graph: Any) -> None:
    messages = [
        {"from": "6281355501001", "text": "satu", "id": "wamid.1", "name": "Rina", "forwarded": True},
        {"from": "6281355501002", "user_id": "ID.7001", "text": "dua", "frequently_forwarded": True},
        {"user_id": "ID.7002", "text": "Ya", "choice": "yes"},
    ]
    answer = graph.client.post("/deliver", json={"messages": messages, "batch": 2})
    assert (answer.status_code, answer.json()["webhooks"]) == (202, 2)
    assert graph.settled()["delivered"] == 2
    ids = answer.json()["ids"]
    one, two, three = sorted(graph.receiver.values("messages"), key=lambda message: ids.index(message["id"]))
    assert one["id"] == "wamid.1"
    assert (one["from"], one["context"], one["text"]) == ("6281355501001", {"forwarded": True}, {"body": "satu"})
    assert (two["from_user_id"], two["context"]) == ("ID.7001", {"frequently_forwarded": True})
    assert "from" not in three
    assert three["interactive"]["list_reply"] == {"id": "yes", "title": "Ya"}
    names = [contact["profile"]["name"] for contact in graph.receiver.values("contacts")]
    assert sorted(names) == ["Rina", "Warga", "Warga"]


def test_people_send_files_tap_react_edit_and_revoke(graph: Any) -> None:
    """message types: "image … reaction … button … edit, revoke (= forget it)"; read by our own channel."""
    budi = {"from": "6281355501002"}
    picture = base64.b64encode(b"gambar").decode()
    order = [
        {**budi, "kind": "image", "mime": "image/png", "base64": picture, "text": "benarkah?"},
        {**budi, "payload": "see", "text": "Lihat", "refers_to": "wamid.OUT1"},
        {**budi, "kind": "reaction", "text": "🙏", "refers_to": "wamid.OUT1"},
        {**budi, "kind": "edit", "text": "diralat", "refers_to": "wamid.1"},
        {**budi, "kind": "revoke", "refers_to": "wamid.1"},
        {**budi, "kind": "request_welcome"},
        {**budi, "text": "lanjut", "refers_to": "wamid.OUT1"},
    ]
    assert graph.client.post("/deliver", json={"messages": order}).status_code == 202
    graph.settled()
    ((_, raw),) = graph.receiver.deliveries
    found = [event for event in events(raw) if isinstance(event, Received)]
    assert [event.kind for event in found] == ["image", "choice", "reaction", "edit", "revoke", "unknown", "text"]
    assert [event.refers_to for event in found] == ["", *["wamid.OUT1"] * 2, *["wamid.1"] * 2, "", "wamid.OUT1"]
    assert [event.text for event in found] == ["benarkah?", "Lihat", "🙏", "diralat", "", "", "lanjut"]
    assert found[1].choice == "see"
    media = found[0].media
    assert media
    link = graph.fake.link(media.id)
    assert link
    assert link[1].content == b"gambar"


def test_writing_opens_the_window(graph: Any) -> None:
    """24 h window: "opens and renews with each user message"."""
    graph.change(window=True)
    assert graph.send(to="6281355501777").status_code == 400
    graph.client.post("/deliver", json={"messages": [{"from": "6281355501777", "text": "halo"}]})
    assert graph.send(to="6281355501777").status_code == 200


@pytest.mark.parametrize(("raw", "body"), [({"object": "page"}, b'{"object": "page"}'), ("bukan JSON", b"bukan JSON")])
def test_any_payload_can_be_delivered(graph: Any, raw: Any, body: bytes) -> None:
    graph.client.post("/deliver", json={"raw": raw})
    graph.settled()
    assert [raw for _, raw in graph.receiver.deliveries] == [body]


@pytest.mark.parametrize(
    "order",
    [
        [],
        {"messages": ["x"]},
        {"messages": [{"text": "x"}]},
        {"messages": 7},
        {"messages": [], "batch": "x"},
        {"mesages": []},
        {"messages": [{"from": "6281355501001", "text": "x", "forwarder": True}]},
        {"messages": [{"from": "6281355501001", "text": "x", "kind": "hologram"}]},
        {"messages": [{"from": "6281355501001", "kind": "image"}]},
        {"messages": [{"from": "6281355501001", "kind": "image", "mime": "image/png", "base64": "?"}]},
    ],
)
def test_an_order_that_makes_no_sense_is_refused(graph: Any, order: Any) -> None:
    answer = graph.client.post("/deliver", json=order)
    assert answer.status_code == 400
    assert answer.json()["problem"]
    assert graph.receiver.deliveries == []


@pytest.mark.parametrize(
    ("how", "expected"),
    [
        (Statuses.IN_ORDER, ["sent", "delivered", "read"]),
        (Statuses.TWICE, ["sent", "sent", "delivered", "delivered", "read", "read"]),
        (Statuses.REVERSED, ["read", "delivered", "sent"]),
        (Statuses.WITHHELD, []),
    ],
)
def test_statuses_come_back_with_our_id(graph: Any, how: Statuses, expected: list[str]) -> None:
    """statuses: "sent, delivered, read …; repeated and out of order"."""
    graph.change(statuses=how)
    wamid = graph.send(biz_opaque_callback_data="out-1").json()["messages"][0]["id"]
    assert words(graph) == expected
    for status in graph.receiver.values("statuses"):
        assert status["id"] == wamid
        assert status["biz_opaque_callback_data"] == "out-1"
        assert status["recipient_id"] == "6281355501001"


def test_a_message_can_fail_after_it_was_accepted(graph: Any) -> None:
    """statuses: "a *failed* status carries no `contacts`"."""
    graph.fake.fail(Fault(FaultKind.FAILED, code=131047))
    assert graph.send(to=None, recipient="ID.7001").status_code == 200
    assert words(graph) == ["failed"]
    (status,) = graph.receiver.values("statuses")
    assert status["errors"] == [{"code": 131047, "title": "Re-engagement message"}]
    assert status["recipient_user_id"] == "ID.7001"
    assert graph.receiver.values("contacts") == []


def test_statuses_come_even_when_the_answer_did_not(graph: Any) -> None:
    """ambiguity: "our id travels in `biz_opaque_callback_data`, and the status that comes back settles it"."""
    graph.fake.fail(Fault(FaultKind.TIMEOUT_AFTER))
    with pytest.raises(httpx2.ReadTimeout):
        graph.send(timeout=0.5, biz_opaque_callback_data="out-1")
    assert words(graph) == ["sent", "delivered", "read"]
    assert {status["biz_opaque_callback_data"] for status in graph.receiver.values("statuses")} == {"out-1"}


@pytest.mark.parametrize(("refusing", "delivered", "given_up"), [(2, 1, 0), (3, 0, 1)])
def test_what_is_not_taken_is_delivered_again(graph: Any, refusing: int, delivered: int, given_up: int) -> None:
    """delivery: "Not-200 → redelivered for up to 7 days"; here a few times."""
    graph.receiver.refusing = refusing
    graph.client.post("/deliver", json=HALO)
    webhooks = graph.settled()
    assert webhooks == {"delivered": delivered, "refused": refusing, "given_up": given_up, "waiting": 0}
    assert len(graph.receiver.deliveries) == delivered
