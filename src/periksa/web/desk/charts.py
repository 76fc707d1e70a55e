"""Charts as SVG, made here: no script, no colour without a pattern or a word, and all of it in words as well.

A picture is 360 units wide, so that its letters are as large as those around it on a small screen.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from markupsafe import Markup

WIDTH = 360
LEFT, RIGHT = 30, 354
TOP, FLOOR = 8, 128
"""Where bars stand."""
ROW, LABEL, BAR = 22, 112, 190
"""Of a row: its height, where its bar begins, how long that may be."""
SIDE, ACROSS = 34, 13.25
"""Of the week: where the hours begin, and how far apart they are."""
KINDS = 3
"""Patterns there are: full, slanting lines, dots (numbers.css)."""

_BAR = Markup('<rect class="bar part{}" fill="url(#{}-{})" x="{:.1f}" y="{:.1f}" width="{:.1f}" height="{:.1f}"/>')

Rows = Sequence[tuple[str, int | None, str]]
"""Label, how many (None: kept back), and how many in words."""


def stacks(
    key: str,
    title: str,
    about: str,
    bars: Sequence[tuple[str, Sequence[int]]],
    names: Sequence[str],
    marks: Sequence[str],
) -> Markup:
    """Bars side by side, each made of as many parts as there are `names`; `marks` stand at some of the labels."""
    top = ceiling(max((sum(parts) for _, parts in bars), default=0))
    step = (RIGHT - LEFT) / max(1, len(bars))
    drawn = [_grid(top)]
    for at, (_, parts) in enumerate(bars):
        drawn += _stack(key, LEFT + at * step, step, parts, top)
    for place in {0, len(bars) // 2, len(bars) - 1} if bars else ():
        anchor = "start" if place == 0 else "end" if place == len(bars) - 1 else "middle"
        x = LEFT + (0 if place == 0 else len(bars) if place == len(bars) - 1 else place + 0.5) * step
        drawn.append(_text(x, FLOOR + 13, marks[place], anchor))
    drawn += [_legend(key, at, name) for at, name in enumerate(names)]
    return _svg(key, title, about, FLOOR + 42, drawn, patterns=True)


def rows(key: str, title: str, about: str, given: Rows) -> Markup:
    """Bars one under the other, each with its name before it and its number behind."""
    most = max((count or 0 for _, count, _ in given), default=0)
    drawn = []
    for at, (label, count, told) in enumerate(given):
        y = at * ROW + 4
        length = BAR * (count or 0) / most if most else 0
        drawn.append(_text(LABEL - 6, y + 12, label[:19], "end"))
        drawn.append(Markup('<rect class="bar" x="{}" y="{}" width="{:.1f}" height="16"/>').format(LABEL, y, length))
        drawn.append(_text(LABEL + length + 5, y + 12, told, "start"))
    return _svg(key, title, about, max(1, len(given)) * ROW + 6, drawn)


def week(key: str, title: str, about: str, counts: Sequence[Sequence[int | None]], days: Sequence[str]) -> Markup:
    """A square for every hour of the week, the larger the more; a short line where it is kept back."""
    most = max((count or 0 for row in counts for count in row), default=0)
    drawn = []
    for day, row in enumerate(counts):
        drawn.append(_text(SIDE - 6, 16 + day * 16, days[day], "end"))
        for hour, count in enumerate(row):
            drawn.append(_square(SIDE + (hour + 0.5) * ACROSS, 12 + day * 16, count, most))
    drawn += [_text(SIDE + (hour + 0.5) * ACROSS, 134, f"{hour:02}", "middle") for hour in range(0, 24, 3)]
    return _svg(key, title, about, 140, drawn)


def ceiling(most: int) -> int:
    """The least of 1, 2, 5, 10, 20, 50 … that is no less."""
    if most <= 1:
        return 1
    tens = 10 ** int(math.log10(most))
    return int(next(times * tens for times in (1, 2, 5, 10) if times * tens >= most))


def _stack(key: str, x: float, step: float, parts: Sequence[int], top: int) -> list[Markup]:
    drawn, y, width = [], float(FLOOR), step * (0.8 if step > 4 else 1)
    for at, part in enumerate(parts):
        height = (FLOOR - TOP) * part / top
        y -= height
        if part:
            drawn.append(_BAR.format(at, key, at, x, y, width, height))
    return drawn


def _square(x: float, y: float, count: int | None, most: int) -> Markup:
    if count is None:
        return Markup('<line class="axis" x1="{:.1f}" x2="{:.1f}" y1="{}" y2="{}"/>').format(x - 2, x + 2, y, y)
    side = 12.5 * math.sqrt(count / most) if most else 0
    if not side:
        return Markup()
    square = Markup('<rect class="bar" x="{:.1f}" y="{:.1f}" width="{:.1f}" height="{:.1f}"/>')
    return square.format(x - side / 2, y - side / 2, side, side)


def _grid(top: int) -> Markup:
    lines = Markup()
    for value in dict.fromkeys((0, top / 2, top)):
        y = FLOOR - (FLOOR - TOP) * value / top
        lines += Markup('<line class="axis" x1="{}" x2="{}" y1="{:.1f}" y2="{:.1f}"/>').format(LEFT, RIGHT, y, y)
        if value == int(value):
            lines += _text(LEFT - 4, y + 3.5, _short(int(value)), "end")
    return lines


def _legend(key: str, at: int, name: str) -> Markup:
    x = LEFT + at * 108
    box = Markup('<rect class="bar part{}" fill="url(#{}-{})" x="{}" y="{}" width="14" height="10"/>')
    return box.format(at, key, at, x, FLOOR + 26) + _text(x + 19, FLOOR + 35, name, "start")


def _short(value: int) -> str:
    return f"{value // 1000}k" if value >= 10_000 and value % 1000 == 0 else str(value)


def _text(x: float, y: float, text: str, anchor: str) -> Markup:
    return Markup('<text x="{:.1f}" y="{:.1f}" text-anchor="{}">{}</text>').format(x, y, anchor, text)


def _patterns(key: str) -> Markup:
    """Full, slanting lines, dots. Colours are the style sheet's."""
    tile = Markup('<pattern id="{0}-{1}" width="6" height="6" patternUnits="userSpaceOnUse">{2}</pattern>')
    paper = Markup('<rect class="paper" width="6" height="6"/>')
    inks = (
        Markup('<rect class="ink" width="6" height="6"/>'),
        paper + Markup('<path class="lines" d="M-1 1L1 -1M0 6L6 0M5 7L7 5"/>'),
        paper + Markup('<circle class="ink" cx="2" cy="2" r="1"/><circle class="ink" cx="5" cy="5" r="1"/>'),
    )
    return Markup("<defs>{}</defs>").format(Markup().join(tile.format(key, at, ink) for at, ink in enumerate(inks)))


def _svg(key: str, title: str, about: str, height: int, drawn: Sequence[Markup], patterns: bool = False) -> Markup:
    opening = Markup(
        '<svg class="chart" viewBox="0 0 {} {}" role="img" aria-labelledby="{}-title {}-about">'
        '<title id="{}-title">{}</title><desc id="{}-about">{}</desc>'
    )
    head = opening.format(WIDTH, height, key, key, key, title, key, about)
    return head + (_patterns(key) if patterns else Markup()) + Markup().join(drawn) + Markup("</svg>")
