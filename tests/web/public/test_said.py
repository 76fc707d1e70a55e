from __future__ import annotations

import json
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from periksa.web.public.said import MOST, MOST_BYTES, Refused, Said, clean, fields, from_form, from_json

ID = "0123456789abcdef" * 2


def _json(**changes: object) -> bytes:
    return json.dumps({"id": ID, "text": "banjir di Demak", **changes}).encode()


def test_json_is_taken_as_it_is() -> None:
    assert from_json(_json(choice="pilih-2")) == Said(ID, "banjir di Demak", "pilih-2")


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"[]",
        b'"x"',
        b"\xff\xfe",
        b"[" * 100_000,
        _json(id="1"),
        _json(id=ID.upper()),
        _json(id=None),
        _json(text=7),
        _json(choice=None),
        _json(choice="x" * 257),
    ],
)
def test_anything_else_is_refused(raw: bytes) -> None:
    with pytest.raises(Refused) as refused:
        from_json(raw)
    assert (refused.value.word, refused.value.status) == ("unreadable", 400)


@pytest.mark.parametrize(
    ("text", "word", "status"),
    [("", "empty", 422), (" \n\t", "empty", 422), ("\0\x07", "empty", 422), ("a" * (MOST + 1), "too_long", 413)],
)
def test_empty_and_endless_messages_are_refused_by_name(text: str, word: str, status: int) -> None:
    with pytest.raises(Refused) as refused:
        from_json(_json(text=text))
    assert (refused.value.word, refused.value.status) == (word, status)


@pytest.mark.parametrize("text", ["a" * MOST, "🙏" * MOST, "\u202e" * MOST])
def test_the_longest_message_fits_through_both_doors(text: str) -> None:
    form = urlencode({"key": ID, "text": text}).encode()
    assert max(len(form), len(_json(text=text))) <= MOST_BYTES
    assert from_form(fields(form)).text == from_json(_json(text=text)).text == text


def test_the_same_form_sent_twice_is_the_same_message_and_other_words_are_another() -> None:
    form = {"key": ID, "text": "banjir di Demak"}
    assert from_form(form) == from_form(dict(form))
    others = [form | {"text": "banjir di Kudus"}, form | {"choice": "2"}, form | {"key": "f" * 32}]
    assert len({from_form(other).id for other in [form, *others]}) == 4


@pytest.mark.parametrize("raw", [b"text=tanpa+kunci", b"", b"a=1&" * 100])
def test_a_form_that_is_not_ours_is_refused(raw: bytes) -> None:
    with pytest.raises(Refused):
        from_form(fields(raw))


def test_cleaning_keeps_the_words() -> None:
    assert clean("  satu\r\ndua\0\x1b[31m\ttiga\ud800 ") == "satu\ndua[31m\ttiga\ufffd"


@given(st.text(st.characters()))
def test_what_is_clean_can_be_stored_and_stays_clean(text: str) -> None:
    once = clean(text)
    assert once.encode().decode() == once
    assert "\0" not in once
    assert clean(once) == once
