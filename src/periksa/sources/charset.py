"""From bytes to text: what a page says about its letters, what the server says, and what the bytes say."""

from __future__ import annotations

import codecs
import re

_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_DECLARED = (
    re.compile(rb"""<\?xml[^>]{0,100}?encoding\s*=\s*["']([\w.:-]{2,30})"""),
    re.compile(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?([\w.:-]{2,30})""", re.IGNORECASE),
)
_IN_HEADER = re.compile(r"""charset\s*=\s*["']?([\w.:-]{2,30})""", re.IGNORECASE)
_REACH = 4096
"""A page must declare its letters within its first 1,024 bytes; many come late."""
_AS_BROWSERS_DO = {"iso8859-1": "cp1252", "ascii": "cp1252"}
_FEW = 0.002
"""Up to this share of broken characters it is UTF-8 with a few mistakes; above, it is something else."""


def decoded(content: bytes, content_type: str = "") -> tuple[str, str]:
    """The text, and what is wrong with its letters as a sentence that reads on from "charset"; mostly empty.

    A byte-order mark decides; then UTF-8, if the bytes are valid UTF-8, whatever is declared; then the server's word,
    then the page's own; then Windows-1252.
    """
    for mark, name in _MARKS:
        if content.startswith(mark):
            return _with(content, name)
    try:
        return content.decode(), ""
    except UnicodeDecodeError:
        pass
    for name in _declared(content, content_type):
        try:
            return content.decode(name), ""
        except UnicodeDecodeError:
            continue
    return _with(content, "utf-8" if _nearly_utf8(content) else "cp1252")


def _declared(content: bytes, content_type: str) -> list[str]:
    """Encodings other than UTF-8 that header and page name and Python knows, in this order."""
    head = content[:_REACH]
    names = [found[1] for found in [_IN_HEADER.search(content_type)] if found]
    names += [found[1].decode("ascii", "replace") for pattern in _DECLARED if (found := pattern.search(head))]
    known = []
    for name in names:
        try:
            known.append(codecs.lookup(name).name)
        except LookupError:
            continue
    return [_AS_BROWSERS_DO.get(name, name) for name in known if name in _TEXT]


def _with(content: bytes, name: str) -> tuple[str, str]:
    text = content.decode(name, "replace").removeprefix("\ufeff")
    lost = text.count("\ufffd")
    return text, f"is none that fits; read as {name}, {lost:,} characters were lost" if lost else ""


def _nearly_utf8(content: bytes) -> bool:
    text = content.decode("utf-8", "replace")
    letters = sum(not letter.isascii() for letter in text)
    broken = text.count("\ufffd")
    return broken <= max(len(text) * _FEW, 1) and broken * 2 <= letters


_TEXT = frozenset(
    codecs.lookup(name).name
    for name in (
        "ascii", "latin-1", "iso8859-15", "cp1252", "cp1250", "cp1251", "cp1254", "cp1256", "utf-16", "utf-16-le",
        "utf-16-be", "gb18030", "gbk", "gb2312", "big5", "shift_jis", "euc-jp", "euc-kr", "koi8-r",
    )
)  # fmt: skip
"""Encodings of text; Python knows others that unpack files."""
