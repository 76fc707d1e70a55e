"""WCAG 2.2 AA, as far as a program can tell: axe-core (Deque) in the page."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from playwright.sync_api import Page

RULES = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa")


@cache
def _source() -> str:
    return files("axe_playwright_python").joinpath("axe.min.js").read_text("utf-8")


def violations(page: Page) -> list[str]:
    """What breaks a rule: the rule, why, and where."""
    page.evaluate(_source())  # not as a script of the page: its own policy would not let that in
    found = page.evaluate("rules => axe.run(document, {runOnly: {type: 'tag', values: rules}})", list(RULES))
    return [
        f"{each['id']}: {each['help']}: {node['html'][:200]} {node['any'][:1] and node['any'][0]['message']}"
        for each in found["violations"]
        for node in each["nodes"]
    ]
