"""Folders of deliveries with their expected outcome.

`PERIKSA_REGENERATE=1 pytest tests/channels/test_whatsapp_parse.py` writes the outcomes anew; review the difference.
"""

from __future__ import annotations

import copy
import json
import os
from collections.abc import Iterator
from dataclasses import fields
from datetime import UTC, datetime
from enum import Enum
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from periksa.channels.whatsapp.parse import LARGEST, events
from periksa.channels.whatsapp.untrusted import UNKNOWN_TIME
from periksa.errors import BadDelivery
from periksa.model import Event, MessageKind, Notice, Received, Status, StatusKind

PAYLOADS = Path(__file__).parent / "payloads"
CASES = sorted(path for path in PAYLOADS.glob("*.json") if not path.name.endswith(".expected.json"))
CORPUS = Path(__file__).parents[2].parent / "shared/data/whatsapp"


def read(name: str) -> list[Event]:
    return events((PAYLOADS / f"{name}.json").read_bytes())


def told(event: Event) -> dict[str, Any]:
    """The event as JSON: its class and every field that differs from its default."""
    values = ((field, getattr(event, field.name)) for field in fields(event))
    return {"event": type(event).__name__} | {
        field.name: plain(value) for field, value in values if value != field.default
    }


def plain(value: Any) -> Any:
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, tuple):
        return [plain(one) for one in value]
    if hasattr(value, "__dataclass_fields__"):
        return {field.name: plain(getattr(value, field.name)) for field in fields(value)}
    return value


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_a_delivery_is_read_as_expected(path: Path) -> None:
    """delivery: "batched: `entry[] × changes[] × messages[]/statuses[]/errors[]` … we read all"."""
    outcome = [told(event) for event in events(path.read_bytes())]
    expected = path.with_suffix(".expected.json")
    if os.environ.get("PERIKSA_REGENERATE"):
        expected.write_text(json.dumps(outcome, indent=1, ensure_ascii=False) + "\n")
    assert outcome == json.loads(expected.read_text())


def test_a_batch_comes_in_order() -> None:
    """delivery: "at-least-once, unordered, **batched**"; the incumbent read only the first message of a batch."""
    assert [event.platform_id for event in read("batch") if not isinstance(event, Notice)] == [
        "wamid.A1",
        "wamid.A2",
        "wamid.A3",
        "wamid.OUT1",
        "wamid.OUT2",
        "wamid.OUT2",
        "wamid.A4",
    ]


def test_the_same_delivery_gives_the_same_ids() -> None:
    """dedupe: "unique `(channel, wamid)` kept ≥ 8 days; statuses on `(wamid, status)`"."""
    assert read("batch") == read("batch")
    assert len({event.platform_id for event in read("choices") if isinstance(event, Received)}) == 5


def test_statuses_repeat_and_a_failed_one_needs_no_contacts() -> None:
    """statuses: "sent, delivered, read, played, failed, deleted, unknown ones; repeated and out of order …

    a *failed* status carries no `contacts`"; ambiguity: "our id travels in `biz_opaque_callback_data`, and the status
    that comes back settles it".
    """
    found = [event for event in read("statuses") if isinstance(event, Status)]
    words = ["sent", "delivered", "delivered", "read", "played", "deleted", "failed", "failed", "unknown", "sent"]
    assert [one.kind for one in found] == [StatusKind(word) for word in words]
    assert [(one.reply_id, one.code) for one in found[6:8]] == [("reply-2", 131047), ("", None)]
    assert (found[-1].platform_id, found[-1].reply_id) == ("", "reply-5")


@pytest.mark.parametrize("code", ["9" * 5000, str(1 << 63), 1 << 40, "131O47", "-1"])
def test_a_code_that_is_none_costs_no_status(code: object) -> None:
    """A number of 5000 digits is no number to Python, and one beyond 31 bits none to PostgreSQL."""
    failed = {"id": "wamid.OUT", "status": "failed", "timestamp": "1772352000", "errors": [{"code": code}]}
    value = {"messaging_product": "whatsapp", "statuses": [failed]}
    entry = {"id": "1", "changes": [{"field": "messages", "value": value}]}
    [found] = events(json.dumps({"object": "whatsapp_business_account", "entry": [entry]}).encode())
    assert isinstance(found, Status)
    assert (found.kind, found.code) == (StatusKind.FAILED, None)


def test_every_message_type_is_kept() -> None:
    """message types: "… and ones not invented yet: keep raw, count, never fail"."""
    kinds = {event.kind for case in CASES for event in events(case.read_bytes()) if isinstance(event, Received)}
    assert kinds == set(MessageKind)
    unknown = {event.type for event in read("other_types") if isinstance(event, Received) and event.kind == "unknown"}
    assert unknown == {"poll_creation", "request_welcome", "unknown", "choice", ""}


def test_a_removed_reaction_is_an_empty_one() -> None:
    """message types: "reaction (empty emoji = removed)"."""
    found = [event for event in read("reactions") if isinstance(event, Received)]
    assert [(one.text, one.refers_to) for one in found] == [
        ("🙏🏽", "wamid.OUT1"),
        ("", "wamid.OUT1"),
        ("", "wamid.OUT1"),
    ]


def test_virality_is_kept() -> None:
    """virality: "`context.forwarded`, `context.frequently_forwarded`: store as columns, feed priority"."""
    found = [event for event in read("context") if isinstance(event, Received)]
    assert [(one.forwarded, one.frequently_forwarded) for one in found] == [
        (False, False),
        (True, False),
        (True, False),
        (True, True),
        (False, False),
    ]


def test_a_person_may_have_no_phone_number() -> None:
    """identity: "a user may have **no phone number**: `user_id` (BSUID, `ID.…`), `from` may hold one"."""
    found = [event for event in read("bsuid_only") if isinstance(event, Received)]
    assert [[address.kind for address in one.senders] for one in found] == [["bsuid"]] * 3
    assert {one.senders[0].value for one in found} == {"ID.70010000000000000002"}


def test_a_phone_number_comes_before_a_bsuid() -> None:
    """identity: "Key people by our own contact id, addresses many-to-one"."""
    (found,) = read("text")
    assert isinstance(found, Received)
    assert [(one.kind, one.value) for one in found.senders] == [
        ("phone", "6281355501001"),
        ("bsuid", "ID.70010000000000000001"),
    ]


def test_system_messages_tell_where_a_person_moved() -> None:
    """identity: "a new BSUID when the number changes … merge on system messages" (they come without `contacts`)."""
    found = [event for event in read("system") if isinstance(event, Received)]
    assert [[address.value for address in one.moved_to] for one in found] == [
        ["6281355501009"],
        ["ID.70010000000000000009"],
        [],
    ]
    assert not any(one.text for one in found)


def test_media_come_with_what_is_needed_to_fetch_and_check_them() -> None:
    """media in: "GET media id …; check `sha256` and size"."""
    found = [event for event in read("media") if isinstance(event, Received)]
    assert all(one.media and one.media.id and one.media.mime and one.media.sha256 for one in found)


def test_two_people_are_never_mixed() -> None:
    people = {one.platform_id: one for one in read("several_people") if isinstance(one, Received)}
    assert people["wamid.P1"].name == "Rina"
    assert people["wamid.P2"].name == "Joko"
    assert [address.value for address in people["wamid.P3"].senders] == ["6281355501004"]
    assert people["wamid.P3"].name == ""
    assert "wamid.P4" not in people


def test_times_that_cannot_be_read_stand_at_the_epoch() -> None:
    found = [event.sent_at for event in read("times") if isinstance(event, Received)]
    assert [moment.replace(microsecond=0) for moment in found[:5]] == [datetime(2026, 3, 1, 8, tzinfo=UTC)] * 5
    assert found[5:] == [UNKNOWN_TIME] * 8


def test_notices_carry_nobodys_number() -> None:
    for case in CASES:
        for event in events(case.read_bytes()):
            assert not isinstance(event, Notice) or "62813" not in event.text


@pytest.mark.parametrize(
    "raw",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b"halo", id="not JSON"),
        pytest.param(b"\xff\xfe{}", id="not UTF-8"),
        pytest.param(b"[]", id="a list"),
        pytest.param(b'{"object": "page", "entry": []}', id="another product"),
        pytest.param(b"[" * 200_000, id="nested without end"),
        pytest.param(b'{"object": ' + b"9" * 5000 + b"}", id="an endless number"),
        pytest.param(b" " * (LARGEST + 1), id="too large"),
    ],
)
def test_what_is_no_delivery_is_refused_in_one_sentence(raw: bytes) -> None:
    """delivery: "≤ 3 MB"."""
    with pytest.raises(BadDelivery) as caught:
        events(raw)
    assert str(caught.value).startswith("the delivery is ")
    assert "\n" not in str(caught.value)


def test_a_delivery_of_just_3_mb_is_read() -> None:
    raw = (PAYLOADS / "text.json").read_bytes()
    assert len(events(raw.ljust(LARGEST))) == 1


@pytest.mark.parametrize("raw", ['"entry": []', '"entry": [{"id": "1", "changes": []}]', '"entry": null', '"x": 1'])
def test_an_empty_delivery_has_no_events(raw: str) -> None:
    assert events(f'{{"object": "whatsapp_business_account", {raw}}}'.encode()) == []


def paths(node: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """The path of every value inside `node`."""
    children = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for key, child in children:
        yield (*path, key)
        yield from paths(child, (*path, key))


def replaced(body: Any, path: tuple[str | int, ...], value: Any) -> bytes:
    changed = copy.deepcopy(body)
    holder = changed
    for key in path[:-1]:
        holder = holder[key]
    holder[path[-1]] = value
    return json.dumps(changed).encode()


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
@pytest.mark.parametrize("wrong", [None, True, 7, 1e400, "x\0\ud800", [], ["x"], {}, {"id": []}], ids=repr)
def test_a_wrong_type_anywhere_costs_one_event_at_most(path: Path, wrong: Any) -> None:
    """ "never fail": a message or status whose parts are wrong stays one event, and the others are as they were."""
    body = json.loads(path.read_bytes())
    whole = events(path.read_bytes())
    for place in paths(body):
        if place == ("object",):
            continue
        found = events(replaced(body, place, wrong))
        inside_one_event = len(place) > 7 and place[5] in ("messages", "statuses")
        if inside_one_event and isinstance(place[6], int):
            assert len(found) == len(whole)
            assert len(ids(whole) - ids(found)) <= 1


def ids(found: list[Event]) -> set[tuple[str, str]]:
    return {
        (one.platform_id, one.type if isinstance(one, Status) else "") for one in found if not isinstance(one, Notice)
    }


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(codec=None), max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["id", "from", "type", "text", "body", "context", "errors", "code"]), inner)
    ),
    max_leaves=12,
)


@settings(max_examples=150, deadline=None)
@given(st.lists(ANYTHING, max_size=3), st.lists(ANYTHING, max_size=3))
def test_hostile_elements_become_one_event_each(messages: list[Any], statuses: list[Any]) -> None:
    value = {"messages": messages, "statuses": statuses}
    entry = [{"changes": [{"field": "messages", "value": value}]}]
    raw = json.dumps({"object": "whatsapp_business_account", "entry": entry}).encode()
    found = events(raw)
    assert len(found) == len(messages) + len(statuses)
    assert json.dumps([told(event) for event in found], ensure_ascii=False).encode()


def held(raw: bytes) -> int:
    """Events a delivery holds, counted by hand."""
    count = 0
    for entry in json.loads(raw)["entry"]:
        for change in entry["changes"]:
            value = change["value"]
            if change["field"] == "messages":
                count += sum(len(value.get(key, [])) for key in ("messages", "statuses", "errors"))
            else:
                count += 1
    return count


@pytest.mark.skipif(not CORPUS.is_dir(), reason="the collected webhooks are not on this machine")
def test_every_collected_webhook_yields_all_that_it_holds() -> None:
    files = sorted(CORPUS.glob("*/inbound/*.json"))
    assert len(files) == 75
    for path in files:
        raw = path.read_bytes()
        if json.loads(raw)["object"] == "whatsapp_business_account":
            found = events(raw)
            assert len(found) == held(raw), path.name
            assert not any(isinstance(one, Notice) and one.type == "malformed" for one in found), path.name
        else:
            with pytest.raises(BadDelivery):
                events(raw)
