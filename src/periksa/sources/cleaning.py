"""Text as publishers leave it, made safe to store, search and show."""

from __future__ import annotations

import html
import re

_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_BROKEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufeff\ufffe\uffff]")
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")


def clean(text: str) -> str:
    """The same text without HTML entities, control characters and halves of characters; lines end in \\n."""
    if "&" in text:
        text = _ENTITY.sub(lambda entity: html.unescape(entity[0]), text)
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return _LONE_SURROGATE.sub("\ufffd", _BROKEN.sub("", text)).strip()


def one_line(text: str) -> str:
    """`clean`, with every run of white space made one space: for titles, names and ratings."""
    return " ".join(clean(text).split())


def language_code(text: str) -> str:
    """The language of "id", "id-ID" or "ms_MY" in small letters; empty if the text is no such code."""
    code = text.lower().replace("_", "-").split("-")[0]
    return code if code.isascii() and code.isalpha() and len(code) in (2, 3) else ""
