"""HTML as a tree, and its text as the lines a reader sees."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import lxml.html
from lxml import etree

from periksa.sources.cleaning import clean, one_line

_UNSEEN = (
    "script", "style", "noscript", "template", "head", "title", "figure", "figcaption", "iframe", "form",
    "button", "input", "select", "textarea", "svg", "video", "audio", "object", "embed", "aside", "nav",
    "footer", "picture", "map", "canvas",
)  # fmt: skip
_QUOTED = ("twitter-tweet", "instagram-media", "tiktok-embed", "fb-post")
"""Posts that a platform's script would draw; their words are not the article's."""
_BLOCKS = frozenset((
    "address", "article", "blockquote", "br", "dd", "details", "div", "dl", "dt", "fieldset", "h1", "h2", "h3",
    "h4", "h5", "h6", "header", "hr", "li", "main", "ol", "p", "pre", "section", "summary", "table", "tbody",
    "td", "tfoot", "th", "thead", "tr", "ul",
))  # fmt: skip
_TAG = re.compile(r"<[a-zA-Z/!][^<>]{0,2000}>")


def tree_of(text: str) -> Any:
    """The page as a tree. Raises: ValueError if there is nothing in it."""
    parser = lxml.html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)
    try:
        return lxml.html.document_fromstring(text.replace("\0", "").encode("utf-8", "replace"), parser=parser)
    except etree.LxmlError as error:
        raise ValueError(str(error)) from error


def without_unseen(element: Any) -> None:
    """Take out what is no text of the article, for good."""
    for each in list(element.iter(*_UNSEEN)):
        drop(each)
    for each in list(element.iter("blockquote")):
        if any(name in (each.get("class") or "") for name in _QUOTED):
            drop(each)


def drop(element: Any) -> None:
    """Take an element out; what follows it stays. One without a parent is left."""
    if element.getparent() is not None:
        element.drop_tree()


def lines_of(element: Any) -> list[str]:
    """The text, a line for every block and after every <br>, without empty ones. What is unseen must be gone."""
    pieces: list[str] = []
    for event, node in etree.iterwalk(element, events=("start", "end")):
        if not isinstance(node.tag, str):
            continue
        if node.tag in _BLOCKS:
            pieces.append("\n")
        pieces.append((node.text if event == "start" else node.tail if node is not element else "") or "")
    return list(_lines("".join(_spaced(pieces))))


def lines_of_fragment(markup: str) -> list[str]:
    """The lines of a piece of HTML, as feeds and WordPress hand them out."""
    if not markup.strip():
        return []
    tree = tree_of(f"<div>{markup}</div>")
    without_unseen(tree)
    return lines_of(tree)


def plain(markup: str) -> str:
    """A title or summary on one line, without tags and entities, however often they were escaped."""
    text = one_line(markup)
    if _TAG.search(text):
        text = one_line(" ".join(lines_of_fragment(text)))
    return text


def _spaced(pieces: list[str]) -> Iterator[str]:
    """Line ends of the source are spaces; only blocks break lines."""
    for piece in pieces:
        yield piece if piece == "\n" else re.sub(r"[\s\u200b\u00ad]+", " ", piece)


def _lines(text: str) -> Iterator[str]:
    for line in clean(text).split("\n"):
        if line := " ".join(line.split()):
            yield line
