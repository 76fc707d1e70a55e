"""Cutting a text to a length without breaking what a reader sees as one character."""

from __future__ import annotations

import regex

ELLIPSIS = "…"
_GRAPHEME = regex.compile(r"\X")


def cut(text: str, limit: int) -> str:
    """At most `limit` code points of `text`, cut between graphemes and ended by "…" where something is missing.

    A family emoji, a flag or a letter with its accents stays whole or goes whole (Unicode UAX #29).
    """
    if len(text) <= limit:
        return text
    end = 0
    for grapheme in _GRAPHEME.finditer(text):
        if grapheme.end() > limit - len(ELLIPSIS):
            break
        end = grapheme.end()
    return (text[:end].rstrip() + ELLIPSIS)[:limit]
