from __future__ import annotations

from datetime import UTC, datetime

import pytest

from periksa.channels.console import HERE, Console
from periksa.errors import BadDelivery
from periksa.model import MessageKind, Option, Outgoing, Received, Reply


def test_a_typed_line_is_one_message() -> None:
    raw = b'{"id": "1", "text": "benarkah gempa besok?", "at": "2026-03-01T15:00:00+07:00"}'
    assert Console(print).parse(raw) == [
        Received(
            "console", "1", (HERE,), MessageKind.TEXT, datetime(2026, 3, 1, 8, tzinfo=UTC), text="benarkah gempa besok?"
        )
    ]


@pytest.mark.parametrize("raw", [b"{}", b'"x"', b'{"id": 1, "text": "x", "at": "2026-03-01T15:00:00+07:00"}'])
def test_a_malformed_line_is_refused(raw: bytes) -> None:
    with pytest.raises(BadDelivery, match="a line of the console is"):
        Console(print).parse(raw)


def test_options_are_written_as_numbers() -> None:
    written: list[str] = []
    reply = Reply("Yang mana?", (Option("a", "Vaksin berisi cip", "Salah"), Option("b", "Bukan keduanya")))
    assert Console(written.append).send(Outgoing("out-1", "c-1", "console", reply), [HERE]) == "console-out-1"
    assert written == ["Yang mana?\n\n1. Vaksin berisi cip – Salah\n2. Bukan keduanya"]
