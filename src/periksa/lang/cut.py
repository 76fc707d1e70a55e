"""Cutting a text to a length without breaking what a reader sees as one character."""

from __future__ import annotations

from collections.abc import Callable

import regex

ELLIPSIS = "…"
_GRAPHEME = regex.compile(r"\X")


def utf16(text: str) -> int:
    """Length in UTF-16 code units, as some platforms count: 2 for most emoji."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def cut(text: str, limit: int, size: Callable[[str], int] = len) -> str:
    """At most `limit` of `text`, cut between graphemes and ended by "…" where something is missing.

    `size` says in which unit, code points if it says nothing. A family emoji, a flag or a letter with its accents stays
    whole or goes whole (Unicode UAX #29).
    """
    if size(text) <= limit:
        return text
    room, end = limit - size(ELLIPSIS), 0
    for grapheme in _GRAPHEME.finditer(text):
        room -= size(grapheme[0])
        if room < 0:
            break
        end = grapheme.end()
    return text[:end].rstrip() + ELLIPSIS if limit >= size(ELLIPSIS) else ""
