"""Whether probabilities mean what they say: of the best matches that were 70 to 80 % probable, how many were right?"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape

from periksa.measure.asking import Measured
from periksa.measure.figures import Share

TENTHS = 10
WIDTH, HEIGHT = 560, 430
LEFT, TOP, SIDE = 70, 60, 300
"""Where the square of the diagram stands, and its size, in the picture's own units."""
COUNTS = TOP + SIDE + 34
"""Where the numbers of questions stand, under the scale."""
STYLE = """
.ink { fill: #1b1f24 } .quiet { fill: #57606a } .line { stroke: #57606a } .grid { stroke: #d0d7de }
.bar { fill: #2f6fb2 } .reach { stroke: #1b1f24 } .mark { fill: #ffffff; stroke: #1b1f24 } .paper { fill: #ffffff }
@media (prefers-color-scheme: dark) {
.ink { fill: #e6edf3 } .quiet { fill: #9ba7b4 } .line { stroke: #9ba7b4 } .grid { stroke: #30363d }
.bar { fill: #4a8fd8 } .reach { stroke: #e6edf3 } .mark { fill: #0d1117; stroke: #e6edf3 } .paper { fill: #0d1117 } }
text { font: 13px system-ui, sans-serif } .small { font-size: 11px } .head { font-size: 16px; font-weight: 600 }
"""


@dataclass(frozen=True, slots=True)
class Tenth:
    """Questions whose best match was between `low` and `low` + 0.1 probable."""

    low: float
    said: float
    """The mean of the probabilities; the middle of the tenth where nothing stands in it."""
    right: Share

    @property
    def name(self) -> str:
        """As "70–80 %"."""
        return f"{self.low:.0%}–{self.low + 1 / TENTHS:.0%}".replace("%–", "–").replace("%", " %")


def tenths(measured: Iterable[Measured]) -> list[Tenth]:
    """The ten tenths, least probable first; questions without any match are in none of them."""
    bins: list[list[tuple[float, bool]]] = [[] for _ in range(TENTHS)]
    for each in measured:
        if each.decision.matches:
            score = each.decision.matches[0].score
            bins[min(TENTHS - 1, int(score * TENTHS))].append((score, each.rank == 1))
    return [_tenth(at / TENTHS, held) for at, held in enumerate(bins)]


def _tenth(low: float, held: Sequence[tuple[float, bool]]) -> Tenth:
    said = sum(score for score, _ in held) / len(held) if held else low + 0.5 / TENTHS
    return Tenth(low, said, Share(sum(right for _, right in held), len(held)))


def calibration_error(found: Iterable[Tenth]) -> float:
    """Expected calibration error: how far the share of right ones is from what was said, by number of questions."""
    counted = [(each, each.right.value) for each in found]
    total = sum(each.right.whole for each, _ in counted)
    apart = (each.right.whole * abs(value - each.said) for each, value in counted if value is not None)
    return sum(apart) / total if total else 0.0


def diagram(found: Sequence[Tenth], title: str) -> str:
    """A picture (SVG) of the tenths for light and dark screens; its description holds every figure in words."""
    total = sum(each.right.whole for each in found)
    error = f"{total:,} questions, expected calibration error {calibration_error(found):.3f}"
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" '
            'aria-labelledby="title table">',
            f'<title id="title">{escape(title)}</title>',
            f'<desc id="table">{escape(_table(found, error))}</desc>',
            f"<style>{STYLE}</style>",
            f'<rect class="paper" width="{WIDTH}" height="{HEIGHT}" rx="8"/>',
            f'<text class="ink head" x="{LEFT}" y="26">{escape(title)}</text>',
            f'<text class="quiet" x="{LEFT}" y="46">{escape(error)}</text>',
            *_axes(),
            *(line for each in found if each.right.whole for line in _column(each)),
            *_legend(),
            "</svg>\n",
        ]
    )


def _table(found: Sequence[Tenth], error: str) -> str:
    rows = [f"{each.name} probable: {_words(each)}" for each in found]
    return f"How often the best match was right, by how probable it was said to be. {error}.\n" + ";\n".join(rows) + "."


def _words(tenth: Tenth) -> str:
    share = tenth.right.value
    if share is None:
        return "no question"
    return f"{tenth.right.whole} questions, said {tenth.said:.1%}, right {share:.1%}"


def _x(share: float) -> float:
    return round(LEFT + share * SIDE, 1)


def _y(share: float) -> float:
    return round(TOP + (1 - share) * SIDE, 1)


def _axes() -> list[str]:
    lines = []
    for share in (0.0, 0.2, 0.4, 0.6, 0.8, 1.0):
        lines.append(f'<line class="grid" x1="{LEFT}" x2="{LEFT + SIDE}" y1="{_y(share)}" y2="{_y(share)}"/>')
        lines.append(
            f'<text class="quiet small" text-anchor="end" x="{LEFT - 8}" y="{_y(share) + 4}">{share:.0%}</text>'
        )
        lines.append(
            f'<text class="quiet small" text-anchor="middle" x="{_x(share)}" y="{TOP + SIDE + 16}">{share:.0%}</text>'
        )
    middle = TOP + SIDE / 2
    turned = f'transform="rotate(-90 18 {middle})" x="18" y="{middle}"'
    lines += [
        f'<text class="quiet small" text-anchor="end" x="{LEFT - 8}" y="{COUNTS}">n</text>',
        f'<text class="ink" text-anchor="middle" x="{_x(0.5)}" y="{COUNTS + 24}">said to be probable</text>',
        f'<text class="ink" text-anchor="middle" {turned}>was right</text>',
    ]
    return lines


def _column(tenth: Tenth) -> list[str]:
    """A bar, the 95 % interval over it, the mean of what was said, and how many questions under it."""
    low, high = tenth.right.interval()
    value = tenth.right.value or 0.0
    left, width, middle = _x(tenth.low) + 2, SIDE / TENTHS - 4, _x(tenth.low + 0.5 / TENTHS)
    return [
        f'<rect class="bar" x="{left}" y="{_y(value)}" width="{width}" height="{round(value * SIDE, 1)}" rx="2"/>',
        f'<line class="reach" x1="{middle}" x2="{middle}" y1="{_y(high)}" y2="{_y(low)}" stroke-width="1.5"/>',
        f'<circle class="mark" cx="{_x(tenth.said)}" cy="{_y(tenth.said)}" r="3.5" stroke-width="1.5"/>',
        f'<text class="quiet small" text-anchor="middle" x="{middle}" y="{COUNTS}">{tenth.right.whole}</text>',
    ]


def _legend() -> list[str]:
    x = LEFT + SIDE + 22
    return [
        f'<line class="line" x1="{_x(0)}" y1="{_y(0)}" x2="{_x(1)}" y2="{_y(1)}" stroke-dasharray="5 4"/>',
        f'<rect class="bar" x="{x}" y="{TOP + 4}" width="14" height="14" rx="2"/>',
        f'<text class="ink" x="{x + 22}" y="{TOP + 16}">was right</text>',
        f'<line class="reach" x1="{x + 7}" x2="{x + 7}" y1="{TOP + 30}" y2="{TOP + 48}" stroke-width="1.5"/>',
        f'<text class="ink" x="{x + 22}" y="{TOP + 44}">95 % interval</text>',
        f'<circle class="mark" cx="{x + 7}" cy="{TOP + 67}" r="3.5" stroke-width="1.5"/>',
        f'<text class="ink" x="{x + 22}" y="{TOP + 72}">was said (mean)</text>',
        f'<line class="line" x1="{x}" x2="{x + 14}" y1="{TOP + 95}" y2="{TOP + 95}" stroke-dasharray="5 4"/>',
        f'<text class="ink" x="{x + 22}" y="{TOP + 100}">as it should be</text>',
    ]
