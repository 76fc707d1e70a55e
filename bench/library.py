"""Import, index and questions: how fast, how large. With SQLite's FTS5 beside it as the baseline, in the same run.

    .venv/bin/python bench/library.py [DOCS.jsonl] [--queries QUERIES.jsonl]

Without files: the real fact-checks in ../shared/data where they are, else the demo library. One process, one thread
asks. Peak memory is the process's resident set after each step (Linux: kibibytes of ru_maxrss).
"""

from __future__ import annotations

import argparse
import resource
import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table

from periksa import app, measure
from periksa.config import Config
from periksa.lang import analysis
from periksa.model import Article
from periksa.sources.jsonl import Jsonl

HOUSE = Path(__file__).parents[1]
REAL = HOUSE.parent / "shared/data/matching"
DEMO = HOUSE / "src/periksa/demo/factchecks.jsonl"
ASKED = 1_000


@dataclass
class Step:
    what: str
    seconds: float
    articles: int
    disk: int
    memory: int


@contextmanager
def timed(what: str, articles: int, disk: Callable[[], int], steps: list[Step]) -> Iterator[None]:
    start = time.perf_counter()
    yield
    seconds = time.perf_counter() - start
    steps.append(Step(what, seconds, articles, disk(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024))


def size(folder: Path) -> int:
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())


def ours(docs: Path, folder: Path, articles: int, steps: list[Step]) -> None:
    with app.build(Config(data_dir=folder)) as periksa:
        with timed("periksa: import into SQLite", articles, lambda: (folder / "periksa.db").stat().st_size, steps):
            periksa.ingest.import_file(docs, lambda _: None)
        with timed("periksa: index what is new", articles, lambda: size(folder / "index"), steps):
            periksa.ingest.index_waiting(lambda _: None)
        with timed("periksa: reindex beside", articles, lambda: size(folder / "index"), steps):
            periksa.ingest.reindex(lambda _: None)


def asked_of_us(folder: Path, questions: Sequence[measure.Question]) -> list[float]:
    with app.build(Config(data_dir=folder)) as periksa:
        finder = periksa.finder
        return [each.ms for each in measure.ask(lambda message: finder.find(message).decision, questions)]


def fts5(articles: Sequence[Article], folder: Path, steps: list[Step]) -> sqlite3.Connection:
    file = folder / "fts5.db"
    with timed("FTS5: index", len(articles), lambda: file.stat().st_size, steps):
        database = sqlite3.connect(file)
        database.execute("create virtual table checks using fts5(id unindexed, title, body)")
        rows = ((article.id, article.title, article.body) for article in articles)
        database.executemany("insert into checks values (?, ?, ?)", rows)
        database.commit()
    return database


def asked_of_fts5(database: sqlite3.Connection, questions: Sequence[measure.Question]) -> list[float]:
    times = []
    for question in questions:
        start = time.perf_counter()
        words = " OR ".join(f'"{word}"' for word in dict.fromkeys(analysis.tokens(question.text)))
        if words:
            database.execute("select id from checks where checks match ? order by rank limit 10", [words]).fetchall()
        times.append((time.perf_counter() - start) * 1000)
    return times


def show(steps: Sequence[Step], times: dict[str, list[float]]) -> None:
    console = Console()
    table = Table("step", "seconds", "articles/s", "on disk", "peak memory")
    for step in steps:
        rate = f"{step.articles / step.seconds:,.0f}"
        table.add_row(
            step.what, f"{step.seconds:.2f}", rate, f"{step.disk / 1e6:.1f} MB", f"{step.memory / 1e6:.0f} MB"
        )
    console.print(table)
    table = Table("questions", "n", "median ms", "p99 ms", "a second")
    for what, ms in times.items():
        ordered = sorted(ms)
        middle, late = ordered[len(ms) // 2], ordered[int(0.99 * len(ms))]
        table.add_row(what, f"{len(ms):,}", f"{middle:.2f}", f"{late:.2f}", f"{1000 * len(ms) / sum(ms):,.0f}")
    console.print(table)


def main() -> None:
    real = REAL.is_dir()
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("docs", nargs="?", type=Path, default=REAL / "factchecks_id.jsonl" if real else DEMO)
    parser.add_argument("--queries", type=Path, default=REAL / "queries_id.jsonl" if real else None)
    given = parser.parse_args()
    articles = [each.article for each in Jsonl().parse(given.docs) if each.article]
    questions = [measure.Question(a.id, a.claim or a.title) for a in articles]
    if given.queries:
        questions = [q for q in measure.questions(given.queries) if (q.kind, q.type) == ("narrative", "normal")]
    steps: list[Step] = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        ours(given.docs, folder, len(articles), steps)
        times = {"periksa: read, search, decide": asked_of_us(folder, questions[-ASKED:])}
        database = fts5(articles, folder, steps)
        times["FTS5: bm25, all words"] = asked_of_fts5(database, questions[-ASKED:])
        database.close()
    show(steps, times)


if __name__ == "__main__":
    main()
