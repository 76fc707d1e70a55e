"""What every reader promises, over every file of the room. To add one, say below how it is made."""

from __future__ import annotations

import pkgutil
from collections.abc import Callable
from dataclasses import fields
from datetime import UTC, datetime

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

import periksa.readers
from periksa.model import Media, Message, MessageKind, Query, QueryKind
from periksa.readers import Reader
from periksa.readers.text import TextReader

HOW: dict[str, Callable[[], Reader]] = {"text": TextReader}
ROOM = sorted(module.name for module in pkgutil.iter_modules(periksa.readers.__path__))
THEN = datetime(2026, 3, 1, 8, tzinfo=UTC)


def message(kind: MessageKind, text: str) -> Message:
    return Message("m-1", "c-1", "web", "p-1", kind, THEN, THEN, text=text, media=Media("file-1", "image/jpeg"))


@pytest.fixture(params=ROOM)
def reader(request: pytest.FixtureRequest) -> Reader:
    return HOW[request.param]()


def test_every_file_of_the_room_is_covered() -> None:
    assert sorted(HOW) == ROOM


@pytest.mark.parametrize("kind", MessageKind)
def test_a_message_without_words_is_empty(reader: Reader, kind: MessageKind) -> None:
    assert reader.read(message(kind, "")).kind is QueryKind.EMPTY


def test_reading_twice_gives_the_same_query(reader: Reader) -> None:
    asked = message(MessageKind.TEXT, "Benarkah vaksin dipasangi chip? https://contoh.example/1")
    assert reader.read(asked) == reader.read(asked)


@pytest.mark.parametrize("name", ROOM)
@settings(max_examples=60)
@given(st.sampled_from(MessageKind), st.text(st.characters(codec=None), max_size=200))
@example(MessageKind.TEXT, "\ud83d awas\x00 \u202e chip \udfff")
@example(MessageKind.TEXT, "!\n" * 4000)
def test_no_text_makes_it_fail(name: str, kind: MessageKind, text: str) -> None:
    query = HOW[name]().read(message(kind, text))
    always = [each.name for each in fields(Query) if each.default is not None]
    assert [name for name in always if getattr(query, name) is None] == []
    query.text.encode()
    assert query.kind not in (QueryKind.GREETING, QueryKind.CHATTER) or not query.words
