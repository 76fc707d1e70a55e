"""Figures of `periksa eval` as a person reads them: tables with 95 % intervals, and what the columns mean."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from periksa.cli.screen import screen, table

if TYPE_CHECKING:
    from rich.table import Table

    from periksa.measure import Fall, Figures, Share, Stream, Tenth
    from periksa.measure.statements import StatementFigures

NOTHING = "–"
MEANING = (
    "±: how far the 95 % interval (Wilson) reaches, to its farther side. S@k: share whose right article is among the "
    "first k. answ, offer, hand: answered, offered, handed over, in percent. right: share of the answers that were "
    "right. shown: answered or offered with the right one among those shown. absent: the right article is not in the "
    "library, so every answer is wrong. p50, p99: milliseconds from text to decision."
)
STREAM_MEANING = (
    "±: how far the 95 % interval (Wilson) reaches, to its farther side. answerable: a right article is in the "
    "library. right: share of the answers that were right. answered right: share of the answerable that were. shown "
    "right: answered or offered with the right one among those shown. wrongly answered: share of the unanswerable that "
    "got an answer. all: every question of type normal."
)
FALL_MEANING = (
    "In brackets: the change against the same questions as they were written, in points of a hundred. right: share of "
    "the answers that were right. turned wrong: wrong answers to questions that got none as they were written."
)
STATEMENT_MEANING = (
    "±: how far the 95 % interval (Wilson) reaches, to its farther side. n: statements that readers labelled. words: "
    "half of the words or more are the same (F1); P: share of those found, R: share of those labelled. exact: the same "
    "words from first to last. speaker: the words and who said them; in full: by the full name. chain: medium and who "
    "passed it on. held-out: articles whose errors nobody looked at while the rules were written."
)
FALLS = {"s1": "S@1", "s5": "S@5", "answered": "answered", "precision": "right"}


def show_figures(figures: Mapping[str, Figures], title: str) -> None:
    """The table of `periksa eval` as it is mostly called."""
    columns = ("n", "S@1", "S@5", "answ", "offer", "hand", "right", "shown", "p50", "p99")
    rows = table("questions", *columns, numbers=columns)
    ordered = sorted(figures.items(), key=lambda item: (item[1].absent, item[0]))
    _fill(rows, {group: _cells(each) for group, each in ordered})
    _show(rows, title, MEANING)


def _cells(figures: Figures) -> list[str]:
    found = figures.shares()
    absent = [NOTHING] if figures.absent else []
    ranks = absent * 2 or [_exact(found[name]) for name in ("s1", "s5")]
    shares = [_percent(found[name]) for name in ("answered", "offered", "handed_over")]
    times = [f"{figures.quantile(share):.1f}" for share in (0.5, 0.99)]
    shown = absent or [_exact(found["shown_right"])]
    return [str(figures.n), *ranks, *shares, _exact(found["precision"]), *shown, *times]


def show_streams(streams: Mapping[str, Stream], title: str) -> None:
    """The table of `periksa eval --half-absent`."""
    columns = ("n", "answerable", "right", "answered right", "shown right", "wrongly answered")
    rows = table("questions", *columns, numbers=columns)
    _fill(rows, {group: _stream_cells(each) for group, each in streams.items()})
    _show(rows, title, STREAM_MEANING)


def _stream_cells(stream: Stream) -> list[str]:
    found = stream.shares()
    shares = [_exact(found[name]) for name in ("precision", "answered_right", "shown_right")]
    return [str(stream.answerable + stream.unanswerable), str(stream.answerable), *shares, _exact(stream.wrongly)]


def show_statements(figures: Mapping[str, StatementFigures]) -> None:
    """The table of `periksa eval --statements`: how much of who said what was found, per half."""
    shown = {
        "words P": "span_precision",
        "words R": "span_recall",
        "exact": "exact",
        "speaker P": "speaker_precision",
        "speaker R": "speaker_recall",
        "in full": "speaker_in_full",
        "chain P": "chain_precision",
        "chain R": "chain_recall",
    }
    rows = table("half", "n", *shown, numbers=("n", *shown))
    for half, each in figures.items():
        shares = each.shares()
        rows.add_row(half, str(each.wanted), *(_exact(shares[name]) for name in shown.values()))
    _show(rows, "", STATEMENT_MEANING)


def show_falls(falls: Mapping[str, Mapping[str, Fall]], title: str) -> None:
    """The table of `periksa eval --robustness`: group of questions → way of typing → what is lost."""
    columns = (*FALLS.values(), "turned wrong")
    rows = table("questions", *columns, numbers=columns)
    for group, ways in falls.items():
        rows.add_row(group, style="bold")
        for way, each in ways.items():
            cells = [_changed(each.figures[name], each.changes[name]) for name in FALLS]
            rows.add_row(f"  {way}", *cells, str(each.turned_wrong) if each.changes["s1"] is not None else NOTHING)
    _show(rows, title, FALL_MEANING)


def show_tenths(tenths: Sequence[Tenth], error: float) -> None:
    """How often the best match was right, by how probable it was said to be."""
    columns = ("n", "said", "right")
    rows = table("best match", *columns, numbers=columns)
    for each in tenths:
        said = f"{each.said:.3f}" if each.right.whole else NOTHING
        rows.add_row(each.name, str(each.right.whole), said, _exact(each.right))
    _show(rows, "", f"Expected calibration error: {error:.3f}")


def _fill(rows: Table, groups: Mapping[str, Sequence[str]]) -> None:
    """One row per type, under a line for each kind."""
    kind = ""
    for group, cells in groups.items():
        before, (kind, _, type_) = kind, group.partition("/")
        if kind != before:
            rows.add_row(kind, style="bold")
        rows.add_row(f"  {type_}", *cells)


def _show(rows: Table, title: str, meaning: str) -> None:
    rows.padding = (0, 0)
    rows.columns[0].no_wrap = True
    if title:
        screen().print(title, soft_wrap=True)
    screen().print(rows)
    screen().print(meaning)


def _exact(share: Share) -> str:
    """As ".788 ±.018"."""
    return NOTHING if share.value is None else f"{_short(share.value)} ±{_short(share.margin)}"


def _short(value: float) -> str:
    """Four characters: ".788", "1.00"."""
    return f"{value:.3f}".removeprefix("0")[:4]


def _percent(share: Share) -> str:
    """As "37 ±2"."""
    return NOTHING if share.value is None else f"{share.value * 100:.0f} ±{share.margin * 100:.0f}"


def _changed(share: Share, change: float | None) -> str:
    """As ".788 (-3.1)"."""
    if share.value is None:
        return NOTHING
    return _short(share.value) + ("" if change is None else f" ({round(change * 100, 1) + 0:+.1f})")
