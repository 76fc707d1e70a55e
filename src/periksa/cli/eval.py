"""`periksa eval`: how good the answers are, per kind and type of question."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Annotated, Any

import typer

from periksa.cli.installation import ConfigFile
from periksa.cli.screen import aside, screen, table
from periksa.errors import InputError

if TYPE_CHECKING:
    from periksa.measure import Figures, Question

COLUMNS = ("n", "S@1", "S@5", "MRR", "answ", "offer", "hand", "right", "p50", "p99")


def run(
    documents: Annotated[
        list[Path] | None,
        typer.Argument(metavar="DOCS...", help="Library files to search in; not needed for --guards."),
    ] = None,
    queries: Annotated[
        list[Path] | None, typer.Option("--queries", help="Questions with known answers; may be repeated.")
    ] = None,
    guards: Annotated[
        Path | None, typer.Option("--guards", help="A guard suite; fail where one of its guards is answered.")
    ] = None,
    absent: Annotated[
        list[Path] | None,
        typer.Option("--absent", help="Articles to take out first: answers to them are wrong; may be repeated."),
    ] = None,
    split: Annotated[str, typer.Option("--split", help="Only questions of this split: train or dev.")] = "",
    floors: Annotated[Path | None, typer.Option("--floors", help="Fail where a figure is below this file's.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the figures as JSON.")] = False,
    config: ConfigFile = None,
) -> None:
    """Measure finding and deciding on questions whose right answers are known."""
    from rich.progress import track

    from periksa import app, measure
    from periksa.config import load

    _understood(documents, queries, guards)
    console = aside()
    asked, articles = measure.guards(guards) if guards else (_asked(queries or (), split), [])
    with (
        _library(documents or (), articles) as library,
        app.measuring(load(config).config, library, absent or ()) as (finder, held),
    ):
        console.print(f"{len(held):,} articles, {len(asked):,} questions")
        decided = measure.ask(lambda message: finder.find(message).decision, asked)
        measured = list(track(decided, "Asking", total=len(asked), console=console))
    figures = measure.evaluate(measured, held)
    _print_json(figures) if as_json else _print_table(figures)
    missed = measure.below(figures, json.loads(floors.read_text(encoding="utf-8"))) if floors else []
    failed = [
        *(f"Below the floor: {each}" for each in missed),
        *(f"Broken: {each}" for each in measure.broken(measured)),
    ]
    for sentence in failed:
        console.print(sentence)
    raise typer.Exit(1 if failed else 0)


def _understood(documents: Sequence[Path] | None, queries: Sequence[Path] | None, guards: Path | None) -> None:
    if guards and queries:
        raise typer.BadParameter("give --queries or --guards: invented articles would stand among real ones.")
    if not guards and not (documents and queries):
        raise typer.BadParameter("give DOCS and --queries, or --guards.")


def _asked(queries: Sequence[Path], split: str) -> list[Question]:
    from periksa import measure

    asked = [each for path in queries for each in measure.questions(path) if split in ("", each.split)]
    if not any(each.relevant for each in asked):
        raise InputError("No question has a known answer: name the right articles' ids in the field relevant.")
    return asked


@contextmanager
def _library(documents: Sequence[Path], articles: Sequence[Mapping[str, Any]]) -> Iterator[list[Path]]:
    """The library files, and one more that holds these articles."""
    with TemporaryDirectory(prefix="periksa-") as folder:
        more = Path(folder, "guards.jsonl")
        more.write_text("".join(json.dumps(each) + "\n" for each in articles), encoding="utf-8")
        yield [*documents, more] if articles else list(documents)


def _print_json(figures: Mapping[str, Figures]) -> None:
    typer.echo(json.dumps({group: each.summary() for group, each in figures.items()}, indent=1))


def _print_table(figures: Mapping[str, Figures]) -> None:
    rows = table("questions", *COLUMNS, numbers=COLUMNS)
    rows.padding = (0, 0)
    kind = ""
    for group, each in sorted(figures.items(), key=lambda item: (item[1].absent, item[0])):
        before, (kind, _, type_) = kind, group.partition("/")
        if kind != before:
            rows.add_row(kind, style="bold")
        rows.add_row(f"  {type_}", *_cells(each))
    screen().print(rows)
    screen().print(
        "S@k: share whose right article is among the first k. answ, offer, hand:\n"
        "answered, offered, handed over. right: share of the answers that were right.\n"
        "absent: the right article is not in the library, so every answer is wrong.\n"
        "p50, p99: milliseconds from text to decision.",
        soft_wrap=True,
    )


def _cells(figures: Figures) -> list[str]:
    found = figures.summary()
    ranks = ["–"] * 3 if figures.absent else [f"{found[name]:.3f}"[-5:] for name in ("s1", "s5", "mrr5")]
    shares = [f"{found[name]:.0%}" for name in ("answered", "offered", "handed_over")]
    right = "–" if found["precision"] is None else f"{found['precision']:.1%}"
    times = [f"{figures.quantile(share):.1f}" for share in (0.5, 0.99)]
    return [str(figures.n), *ranks, *shares, right, *times]
