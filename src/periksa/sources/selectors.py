"""Where on a page something stands, in the part of CSS that profiles need; compiled to XPath.

`div.read h1`, `#body > p`, `meta[property='og:title']@content`: tag, id, classes, attributes (=, ^=, *=), the two
combinators, and after `@` the attribute that is wanted instead of the text.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from lxml import etree

_STEP = re.compile(
    r"(?P<tag>[a-zA-Z][\w-]*|\*)?(?P<rest>(?:[#.][\w-]+|\[[\w:-]+(?:[*^]?=(?:'[^'\]]*'|\"[^\"\]]*\"|[^\]'\"]*))?\])*)"
)
_PART = re.compile(r"[#.][\w-]+|\[(?P<name>[\w:-]+)(?:(?P<how>[*^]?=)['\"]?(?P<value>[^\]'\"]*)['\"]?)?\]")
_SPLIT = re.compile(r"\s*(>)\s*|\s+(?![^\[]*\])")


@cache
def compiled(selector: str) -> tuple[etree.XPath, str]:
    """The path to the elements, and the attribute that is wanted of them, if any. Raises: ValueError."""
    path, _, attribute = selector.strip().partition("@")
    steps = [step for step in _SPLIT.split(path.strip()) if step and step.strip()]
    if not steps or steps[0] == ">" or steps[-1] == ">" or (attribute and not re.fullmatch(r"[\w:-]+", attribute)):
        raise ValueError(f'"{selector}" is no selector; write it like div.read > h1 or meta[name=date]@content')
    axis, xpath = "descendant-or-self::", ""
    for step in steps:
        if step == ">":
            axis = "child::"
            continue
        xpath += ("/" if xpath else "") + axis + _step(step, selector)
        axis = "descendant::"
    return etree.XPath(xpath), attribute


def elements(tree: Any, selectors: tuple[str, ...]) -> list[Any]:
    """What the first selector finds that finds anything, in the page's order; none inside another."""
    for selector in selectors:
        found = compiled(selector)[0](tree)
        if found:
            inside = set(found)
            return [each for each in found if not any(outer in inside for outer in each.iterancestors())]
    return []


def values(tree: Any, selectors: tuple[str, ...]) -> list[str]:
    """What stands there, selector by selector: the attribute, or the text on one line. Empty ones are left out."""
    found = []
    for selector in selectors:
        path, attribute = compiled(selector)
        for element in path(tree):
            text = element.get(attribute) or "" if attribute else element.text_content()
            found.append(" ".join(text.split()))
    return [text for text in found if text]


def _step(step: str, selector: str) -> str:
    found = _STEP.fullmatch(step)
    if not found or not step:
        raise ValueError(f'"{step}" in "{selector}" is no selector; write it like div.read or meta[name=date]')
    return (found["tag"] or "*") + "".join(map(_condition, _PART.finditer(found["rest"])))


def _condition(part: re.Match[str]) -> str:
    if part[0][0] == "#":
        return f"[@id='{part[0][1:]}']"
    if part[0][0] == ".":
        return f"[contains(concat(' ', normalize-space(@class), ' '), ' {part[0][1:]} ')]"
    name, value = part["name"], part["value"]
    if part["how"] is None:
        return f"[@*[name()='{name}']]"
    if part["how"] == "=":
        return f"[@*[name()='{name}']='{value}']"
    return f"[{'starts-with' if part['how'] == '^=' else 'contains'}(@*[name()='{name}'], '{value}')]"
