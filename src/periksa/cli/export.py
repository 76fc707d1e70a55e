"""`periksa export`: the whole library into a file that others read."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterable, Iterator
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TextIO

import typer

from periksa.cli.installation import ConfigFile, opened
from periksa.cli.screen import progress, screen
from periksa.errors import InputError

if TYPE_CHECKING:
    from periksa.app import Periksa
    from periksa.model import Article

STRIDE = 100
"""Articles between two movements of the bar."""


class Form(StrEnum):
    """What the file is written in."""

    JSONL = "jsonl"
    CSV = "csv"
    CLAIMREVIEW = "claimreview"


def run(
    out: Annotated[Path, typer.Argument(metavar="OUT", help="The file to write; one that is there is replaced.")],
    form: Annotated[
        Form, typer.Option(help="jsonl: everything, can be imported again; csv: for spreadsheets; claimreview: a feed.")
    ] = Form.JSONL,
    config: ConfigFile = None,
) -> None:
    """Write all fact-checks and news into a file.

    As ClaimReview, only fact-checks that have a claim, a rating, an address and a publisher.
    """
    with opened(config) as periksa, progress() as bar:
        task = bar.add_task("Writing", total=periksa.publishing.count())

        def counted(articles: Iterable[Article]) -> Iterator[Article]:
            for number, article in enumerate(articles, start=1):
                yield article
                if number % STRIDE == 0:
                    bar.update(task, completed=number)

        total = _written(
            out, lambda file: periksa.publishing.every(lambda all: WRITE[form](periksa, counted(all), file))
        )
    screen().print(f"{total:,} articles were written to {out}.", soft_wrap=True)


def _written(out: Path, write: Callable[[TextIO], int]) -> int:
    """The file is there when all of it is. Raises: InputError."""
    part = out.with_name(f"{out.name}.part")
    try:
        with part.open("w", encoding="utf-8", newline="") as file:
            total = write(file)
        part.replace(out)
    except OSError as error:
        raise InputError(f"{out} cannot be written: {error.strerror or error}.") from error
    finally:
        part.unlink(missing_ok=True)
    return total


def _jsonl(_periksa: Periksa, articles: Iterable[Article], file: TextIO) -> int:
    from periksa.publishing.records import for_import

    lines = (json.dumps(for_import(article), ensure_ascii=False) for article in articles)
    return sum(1 for line in lines if file.write(line + "\n"))


def _csv(periksa: Periksa, articles: Iterable[Article], file: TextIO) -> int:
    from periksa.publishing.records import COLUMNS, for_table

    file.write("\ufeff")  # without it, Excel reads UTF-8 as something else
    rows = csv.writer(file)
    rows.writerow(COLUMNS)
    return sum(1 for article in articles if rows.writerow(for_table(article, periksa.publishing.scale(article))))


def _claimreview(periksa: Periksa, articles: Iterable[Article], file: TextIO) -> int:
    from periksa.app import clock
    from periksa.publishing.claimreview import feed, item

    total = 0

    def items() -> Iterator[str]:
        nonlocal total
        for article in articles:
            if found := item(article, periksa.publishing.scale(article)):
                total += 1
                yield json.dumps(found, ensure_ascii=False)

    file.writelines(feed(items(), clock(), periksa.config.name))
    return total


WRITE = {Form.JSONL: _jsonl, Form.CSV: _csv, Form.CLAIMREVIEW: _claimreview}
"""Each writes articles into a file and says how many they were."""
