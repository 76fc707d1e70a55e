"""ROOM readers: what did they send?

verb            `read`
in → out        a message → a query
may touch       the text it is given and the language data
must not        search, decide, or look anything up
to add one      copy `text.py`
"""

from __future__ import annotations

from typing import Protocol

from periksa.model import Message, Query


class Reader(Protocol):
    """Understands one kind of content."""

    def read(self, message: Message) -> Query:
        """What this message asks. Never fails: what cannot be understood is an EMPTY query. Pure."""
        ...
