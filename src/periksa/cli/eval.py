"""`periksa eval`: how good the answers are, per kind and type of question."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence, Set
from contextlib import contextmanager
from itertools import product
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Annotated, Any

import typer

from periksa.cli.installation import ConfigFile
from periksa.cli.screen import aside
from periksa.errors import InputError

if TYPE_CHECKING:
    from periksa.finding import Finder
    from periksa.measure import Measured, Question
    from periksa.measure.figures import Summarised


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
    half_absent: Annotated[
        bool, typer.Option("--half-absent", help="Take out the right articles of every second question.")
    ] = False,
    also_right: Annotated[
        Path | None, typer.Option("--also-right", help="Further right answers: JSON lines with qid and id.")
    ] = None,
    split: Annotated[str, typer.Option("--split", help="Only questions of this split: train or dev.")] = "",
    robustness: Annotated[
        bool, typer.Option("--robustness", help="Ask type normal again as others would type it; show what is lost.")
    ] = False,
    reliability: Annotated[
        Path | None,
        typer.Option("--reliability", metavar="OUT.svg", help="Show and draw whether probabilities come true."),
    ] = None,
    floors: Annotated[Path | None, typer.Option("--floors", help="Fail where a figure is below this file's.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the figures as JSON.")] = False,
    statements: Annotated[
        Path | None, typer.Option("--statements", help="Labelled statements instead of questions; needs --texts.")
    ] = None,
    texts: Annotated[
        Path | None, typer.Option("--texts", help="JSON lines with the articles that --statements labels.")
    ] = None,
    config: ConfigFile = None,
) -> None:
    """Measure finding and deciding on questions whose right answers are known; or who said what, on labels."""
    from periksa import app, measure
    from periksa.config import load

    if statements or texts:
        _not_together({"--statements": statements or texts}, {"--queries": queries, "--guards": guards})
        _measure_statements(statements, texts, floors, as_json)
        return
    _understood(documents, queries, guards)
    _not_together({"--guards": guards}, {"--half-absent": half_absent, "--also-right": also_right})
    _not_together({"--robustness": robustness}, {"--guards": guards, "--half-absent": half_absent})
    _not_together({"--robustness": robustness}, {"--reliability": reliability, "--floors": floors})
    asked, articles = measure.guards(guards) if guards else (_asked(queries or (), split), [])
    asked, title = _with_also_right(asked, also_right)
    without = measure.every_second(asked) if half_absent else frozenset()
    with (
        _library(documents or (), articles) as library,
        app.measuring(load(config).config, library, absent or (), without) as (finder, held),
    ):
        aside().print(f"{len(held):,} articles, {len(asked):,} questions")
        if robustness:
            _show_falls(finder, asked, held, title, as_json)
            return
        measured = _measured(finder, asked, "Asking")
    figures = _show(measured, held, half_absent, title, as_json)
    if reliability:
        _show_reliability(measured, reliability, as_json)
    _gate(figures, floors, measured)


def _measure_statements(labels: Path | None, texts: Path | None, floors: Path | None, as_json: bool) -> None:
    """Find the statements of labelled articles, print how many were right, and hold them against the floors."""
    from periksa.cli import figures as screens
    from periksa.measure import statements

    if not (labels and texts):
        raise typer.BadParameter("give --statements and --texts together.")
    articles = statements.labelled(labels)
    figures = statements.measure(articles, statements.texts(texts, articles))
    _print_json(figures) if as_json else screens.show_statements(figures)
    _gate(figures, floors, [])


def _understood(documents: Sequence[Path] | None, queries: Sequence[Path] | None, guards: Path | None) -> None:
    if guards and queries:
        raise typer.BadParameter("give --queries or --guards: invented articles would stand among real ones.")
    if not guards and not (documents and queries):
        raise typer.BadParameter("give DOCS and --queries, or --guards.")


def _not_together(one: Mapping[str, object], others: Mapping[str, object]) -> None:
    for name, other in product((name for name in one if one[name]), (name for name in others if others[name])):
        raise typer.BadParameter(f"{name} and {other} do not go together: measure one after the other.")


def _asked(queries: Sequence[Path], split: str) -> list[Question]:
    from periksa import measure

    asked = [each for path in queries for each in measure.questions(path) if split in ("", each.split)]
    if not any(each.relevant for each in asked):
        raise InputError("No question has a known answer: name the right articles' ids in the field relevant.")
    return asked


def _with_also_right(asked: list[Question], file: Path | None) -> tuple[list[Question], str]:
    """The questions with what that file names, and a title that says so."""
    from periksa import measure

    if not file:
        return asked, ""
    asked = measure.also_right(asked, file)
    named = sum(len(each.also) for each in asked)
    return asked, f"Counted as right, too: {named:,} checks of the same claims that {file.name} names."


@contextmanager
def _library(documents: Sequence[Path], articles: Sequence[Mapping[str, Any]]) -> Iterator[list[Path]]:
    """The library files, and one more that holds these articles."""
    with TemporaryDirectory(prefix="periksa-") as folder:
        more = Path(folder, "guards.jsonl")
        more.write_text("".join(json.dumps(each) + "\n" for each in articles), encoding="utf-8")
        yield [*documents, more] if articles else list(documents)


def _measured(finder: Finder, asked: Sequence[Question], what: str) -> list[Measured]:
    from rich.progress import track

    from periksa import measure

    decided = measure.ask(lambda message: finder.find(message).decision, asked)
    return list(track(decided, what, total=len(asked), console=aside()))


def _show(
    measured: Sequence[Measured], held: Set[str], half_absent: bool, title: str, as_json: bool
) -> Mapping[str, Summarised]:
    """Rate, print, and hand back what was rated."""
    from periksa import measure
    from periksa.cli import figures as screens

    if half_absent:
        streams = measure.streams(measured, held)
        _print_json(streams) if as_json else screens.show_streams(streams, title)
        return streams
    figures = measure.evaluate(measured, held)
    _print_json(figures) if as_json else screens.show_figures(figures, title)
    return figures


def _print_json(figures: Mapping[str, Summarised]) -> None:
    typer.echo(json.dumps({group: each.summary() for group, each in figures.items()}, indent=1))


def _show_falls(finder: Finder, asked: Sequence[Question], held: Set[str], title: str, as_json: bool) -> None:
    """Ask what can be answered again in every way of typing; compare."""
    from periksa import measure
    from periksa.cli import figures as screens

    fit = [each for each in asked if each.type == measure.NORMAL and not held.isdisjoint(each.right)]
    clean = _measured(finder, fit, measure.CLEAN)
    others = ((way, _measured(finder, [measure.retyped(each, way) for each in fit], way)) for way in measure.WAYS)
    falls = measure.falls(clean, others)
    if as_json:
        plain = {group: {way: each.summary() for way, each in ways.items()} for group, ways in falls.items()}
        typer.echo(json.dumps(plain, indent=1))
    else:
        screens.show_falls(falls, title)


def _show_reliability(measured: Sequence[Measured], picture: Path, as_json: bool) -> None:
    from periksa import measure
    from periksa.cli import figures as screens

    found = measure.tenths(measured)
    try:
        picture.write_text(measure.diagram(found, "How often the best match was right"), encoding="utf-8")
    except OSError as error:
        raise InputError(f"{picture} cannot be written: {error.strerror or error}.") from error
    if not as_json:
        screens.show_tenths(found, measure.calibration_error(found))
    aside().print(f"Drawn in {picture}", soft_wrap=True)


def _gate(figures: Mapping[str, Summarised], floors: Path | None, measured: Sequence[Measured]) -> None:
    """Fail where a floor is not reached or a guard was answered, and say which."""
    from periksa import measure

    missed = measure.below(figures, json.loads(floors.read_text(encoding="utf-8"))) if floors else []
    failed = [
        *(f"Below the floor: {each}" for each in missed),
        *(f"Broken: {each}" for each in measure.broken(measured)),
    ]
    for sentence in failed:
        aside().print(sentence)
    raise typer.Exit(1 if failed else 0)
