"""The fake platform's doors, over HTTP."""

from __future__ import annotations

import hashlib
import time
from typing import Any

import httpx2
import pytest

from periksa.web.fake_graph import READY, Fault, FaultKind, Template
from periksa.web.fake_graph.written import File

pytestmark = pytest.mark.network

MESSAGES = "/v23.0/200300400500600/messages"


def test_an_accepted_message_is_answered_like_the_platform_does_and_recorded(graph: Any) -> None:
    answer = graph.send(to="+6281355501001").json()
    (message,) = answer.pop("messages")
    assert message["id"].startswith("wamid.")
    assert answer == {
        "messaging_product": "whatsapp",
        "contacts": [{"input": "+6281355501001", "wa_id": "6281355501001"}],
    }
    (recorded,) = graph.client.get("/recorded").json()["messages"]
    assert recorded["id"] == message["id"]
    assert recorded["payload"]["to"] == "+6281355501001"
    assert graph.client.delete("/recorded").json() == {"forgotten": 1}
    assert graph.client.get("/recorded").json()["messages"] == []


def test_a_bsuid_is_answered_as_one(graph: Any) -> None:
    contacts = graph.send(to=None, recipient="ID.7001").json()["contacts"]
    assert contacts == [{"input": "ID.7001", "user_id": "ID.7001"}]


@pytest.mark.parametrize(
    ("path", "headers", "content", "status", "code"),
    [
        (MESSAGES, {"Authorization": "Bearer tebakan"}, b"{}", 401, 190),
        (MESSAGES, {"Authorization": ""}, b"{}", 401, 190),
        ("/v23.0/999/messages", {}, b"{}", 400, 100),
        (MESSAGES, {}, b"halo", 400, 100),
        (MESSAGES, {}, b"[" * 100_000, 400, 100),
        (MESSAGES, {}, b"{}", 400, 100),
    ],
)
def test_a_bad_request_gets_an_error_as_the_graph_api_words_it(
    graph: Any, path: str, headers: dict[str, str], content: bytes, status: int, code: int
) -> None:
    answer = graph.client.post(path, content=content, headers=headers)
    assert answer.status_code == status
    error = answer.json()["error"]
    assert (error["code"], error["type"]) == (code, "OAuthException")
    assert error["message"].startswith(f"(#{code}) ")


def test_a_read_receipt_with_a_typing_indicator_is_accepted(graph: Any) -> None:
    receipt = {"status": "read", "message_id": "wamid.T1", "typing_indicator": {"type": "text"}}
    assert graph.send(**receipt).json() == {"success": True}
    recorded = graph.client.get("/recorded").json()
    assert recorded["messages"] == []
    assert recorded["receipts"] == [{"message_id": "wamid.T1", "typing": True}]
    assert graph.send(status="read").status_code == 400


def test_answers_can_be_slow(graph: Any) -> None:
    graph.change(latency=80.0)
    begun = time.perf_counter()
    assert graph.send().status_code == 200
    assert time.perf_counter() - begun >= 0.08


def test_faults_are_planned_over_http(graph: Any) -> None:
    plan = {"kind": "throttled", "retry_after": 3}
    assert graph.client.post("/faults", json=plan).json() == {"success": True}
    answer = graph.send()
    assert (answer.status_code, answer.headers["retry-after"]) == (429, "3")
    graph.client.post("/faults", json={"kind": "account", "code": 190})
    assert graph.send().status_code == 401
    graph.client.post("/faults", json={"kind": "http_500", "times": 9})
    assert (graph.send().status_code, graph.send().text) == (500, "Internal Server Error")
    graph.client.delete("/faults")
    assert graph.send().status_code == 200


@pytest.mark.parametrize(
    "plan", [{"kind": "sabotage"}, {}, [], {"kind": "gone", "times": "x"}, {"kind": "gone", "rate": 2}]
)
def test_a_plan_that_makes_no_sense_is_refused(graph: Any, plan: Any) -> None:
    answer = graph.client.post("/faults", json=plan)
    assert answer.status_code == 400
    assert answer.json()["problem"]
    assert graph.send().status_code == 200


@pytest.mark.parametrize(("kind", "recorded"), [(FaultKind.TIMEOUT_BEFORE, 0), (FaultKind.TIMEOUT_AFTER, 1)])
def test_an_answer_can_stay_out(graph: Any, kind: FaultKind, recorded: int) -> None:
    graph.fake.fail(Fault(kind))
    with pytest.raises(httpx2.ReadTimeout):
        graph.send(timeout=0.5)
    assert len(graph.fake.recorded()) == recorded


def test_a_connection_can_break_in_the_middle_of_an_answer(graph: Any) -> None:
    graph.fake.fail(Fault(FaultKind.DROP_CONNECTION))
    with pytest.raises(httpx2.RemoteProtocolError):
        graph.send()
    assert graph.fake.recorded() == []


def test_an_answer_can_be_garbage(graph: Any) -> None:
    graph.fake.fail(Fault(FaultKind.GARBAGE))
    answer = graph.send()
    assert (answer.status_code, answer.text) == (200, "<html>")
    assert len(graph.fake.recorded()) == 1


@pytest.mark.parametrize(
    ("path", "verify_token", "status"),
    [("/hook", "kata sandi", 200), ("/hook", "lain", 400), ("/x", "kata sandi", 400)],
)
def test_a_webhook_is_subscribed_after_the_handshake(graph: Any, path: str, verify_token: str, status: int) -> None:
    """handshake: "GET `hub.mode=subscribe`, `hub.verify_token`, `hub.challenge` → 200 with the challenge"."""
    graph.receiver.verify_token = verify_token
    graph.fake.callback_url = ""
    url = graph.hook.replace("/hook", path)
    assert graph.client.post("/subscribe", json={"callback_url": url}).status_code == status
    assert graph.fake.callback_url == (url if status == 200 else "")


@pytest.mark.parametrize(
    "order", [{}, {"callback_url": 7}, {"callback_url": "http://127.0.0.1:9/"}, {"callback_url": "::"}]
)
def test_an_address_that_does_not_answer_is_not_subscribed(graph: Any, order: Any) -> None:
    graph.fake.callback_url = ""
    answer = graph.client.post("/subscribe", json=order)
    assert answer.status_code == 400
    assert answer.json()["problem"]
    assert graph.client.post("/deliver", json={"messages": []}).status_code == 400
    assert graph.fake.callback_url == ""


def test_a_file_is_loaded_by_a_link_that_lives_5_minutes(graph: Any, clock: Any) -> None:
    """media in: "GET media id → URL valid 5 min, needs the token"."""
    graph.fake.clock = clock
    graph.fake.keep("media-1", File(b"gambar", "image/png"))
    told = graph.client.get("/v23.0/media-1").json()
    digest = hashlib.sha256(b"gambar").hexdigest()
    assert (told["mime_type"], told["sha256"], told["file_size"]) == ("image/png", digest, 6)
    loaded = graph.client.get(told["url"])
    assert (loaded.content, loaded.headers["content-type"]) == (b"gambar", "image/png")
    assert httpx2.get(told["url"]).status_code == 401
    assert graph.client.get("/v23.0/media-2").status_code == 400
    clock.pass_(minutes=5)
    assert graph.client.get(told["url"]).status_code == 404


def test_templates_are_listed_page_by_page_and_only_those_are_sent(graph: Any) -> None:
    """24 h window: "approved template only"."""
    more = Template("ringkasan", "id", "Hari ini: {{1}}")
    paused = Template("lama", "id", "Halo.", status="PAUSED")
    graph.change(templates=(*READY[:2], more, paused))
    page = graph.client.get("/v23.0/102290129340398/message_templates").json()
    assert [one["language"] for one in page["data"]] == ["id", "en"]
    rest = graph.client.get(page["paging"]["next"]).json()
    assert [one["status"] for one in rest["data"]] == ["APPROVED", "PAUSED"]
    assert "paging" not in rest
    assert graph.client.get("/v23.0/999/message_templates").status_code == 400

    def sent(name: str, language: str, *texts: str) -> int:
        parameters = [{"type": "text", "text": text} for text in texts]
        filling = {"components": [{"type": "body", "parameters": parameters}]} if texts else {}
        template = {"name": name, "language": {"code": language}, **filling}
        answer = graph.send(type="template", template=template).json()
        return answer["error"]["code"] if "error" in answer else 0

    assert [sent("periksa_jawaban", "id"), sent("ringkasan", "id", "banjir")] == [0, 0]
    assert [sent("ringkasan", "en", "banjir"), sent("lama", "id"), sent("ringkasan", "id")] == [132001, 132001, 132000]
