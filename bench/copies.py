"""Copies of one forward: what each costs, beside thinking anew every time, in the same run.

    .venv/bin/python bench/copies.py [DOCS.jsonl] [--queries QUERIES.jsonl] [--copies 10000]

Without files: the real fact-checks in ../shared/data where they are, else the demo library. The copies are of 20 texts
of more than a dozen words, in turn; one process, one thread asks. "Reused" is the share that was not searched for.
"""

from __future__ import annotations

import argparse
import random
import re
import tempfile
import time
import tracemalloc
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from rich.console import Console
from rich.table import Table

from periksa import measure
from periksa.answers.decide import Policy
from periksa.finding import Finder, Finding
from periksa.index.embedded import EmbeddedIndex
from periksa.model import Article, ArticleKind, Found, Media, Message, Query
from periksa.readers.text import TextReader
from periksa.remembering import MOST, SHORTEST
from periksa.sources.jsonl import Jsonl

HOUSE = Path(__file__).parents[1]
REAL = HOUSE.parent / "shared/data/matching"
DEMO = HOUSE / "src/periksa/demo/factchecks.jsonl"
FORWARDS = 20
SLANG = {"yang": "yg", "dengan": "dgn", "tidak": "tdk", "untuk": "utk", "karena": "krn", "sudah": "udh", "juga": "jg"}
CHANCE = random.Random(3)
FILE = Media("file")


class Watched(EmbeddedIndex):
    """The index, counting the questions it is asked."""

    asked = 0

    def search(self, query: Query, kind: ArticleKind, limit: int = 20) -> Found:
        self.asked += kind is ArticleKind.FACT_CHECK
        return super().search(query, kind, limit)


@dataclass
class Row:
    what: str
    ms: list[float]
    reused: float


# ---------------------------------------------------------------- copies


def decorated(text: str) -> str:
    marks = ["🙏", "‼️", "👇", "⚠️", "😱", "🔥", "📢", "✅"]
    around = [" ".join(CHANCE.choices(marks, k=CHANCE.randint(1, 4))) for _ in range(2)]
    return f"{around[0]} *SEBARKAN!!*\n\n*{text}*\n\n{around[1]}{' ' * CHANCE.randint(0, 3)}"


def retyped(text: str) -> str:
    """Chat spellings, particles and one mistake inside a long word that is no name."""
    words = [SLANG.get(word, word) if CHANCE.random() < 0.7 else word for word in text.split(" ")]
    words.insert(CHANCE.randrange(len(words)), CHANCE.choice(["ya", "nih", "dong", "lho"]))
    long = [at for at, word in enumerate(words) if re.fullmatch("[a-z]{9,}", word)]
    if long:
        at = CHANCE.choice(long)
        cut = CHANCE.randint(2, len(words[at]) - 4)
        words[at] = words[at][:cut] + words[at][cut : cut + 2][::-1] + words[at][cut + 2 :]
    return " ".join(words)


def another_number(text: str) -> str:
    return f"{text} Sudah {CHANCE.randint(10_000, 10**9)} orang."


KINDS: dict[str, Callable[[str], str]] = {
    "the same text": lambda text: text,
    "other decoration": decorated,
    "retyped": retyped,
    "another number in each": another_number,
}


def copies(texts: Sequence[str], count: int, change: Callable[[str], str]) -> Iterator[measure.Question]:
    return (measure.Question(str(at), change(texts[at % len(texts)])) for at in range(count))


def asked(index: Watched, what: str, find: Callable[[Message], Finding], questions: Iterable[measure.Question]) -> Row:
    before = index.asked
    ms = [each.ms for each in measure.ask(lambda message: find(message).decision, questions)]
    return Row(what, ms, 1 - (index.asked - before) / len(ms))


def weighed(find: Callable[[Message], Finding], texts: Sequence[str]) -> tuple[int, int]:
    """How many texts were asked, and the bytes that stay."""
    tracemalloc.start()
    for question in copies(texts, len(texts), str):
        find(measure.message(question))
    kept = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    return len(texts), kept


def show(rows: Sequence[Row]) -> None:
    table = Table("copies", "n", "reused", "median ms", "p99 ms", "a second")
    for row in rows:
        ms = sorted(row.ms)
        middle, late = ms[len(ms) // 2], ms[int(0.99 * len(ms))]
        rate = f"{1000 * len(ms) / sum(ms):,.0f}"
        table.add_row(row.what, f"{len(ms):,}", f"{row.reused:.1%}", f"{middle:.3f}", f"{late:.3f}", rate)
    Console().print(table)


def main() -> None:
    real = REAL.is_dir()
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("docs", nargs="?", type=Path, default=REAL / "factchecks_id.jsonl" if real else DEMO)
    parser.add_argument("--queries", type=Path, default=REAL / "queries_id.jsonl" if real else None)
    parser.add_argument("--copies", type=int, default=10_000)
    given = parser.parse_args()
    texts = list(_texts(given.docs, given.queries))
    some = texts[:: max(1, len(texts) // FORWARDS)][:FORWARDS]
    with tempfile.TemporaryDirectory() as name:
        index = Watched(Path(name), time.sleep)
        index.rebuild(each.article for each in Jsonl().parse(given.docs) if each.article)
        find = Finder(TextReader(), index, Policy()).find
        anew = lambda message: find(replace(message, media=FILE))  # noqa: E731 - a message with a file is not remembered
        rows = [
            asked(index, "each thought anew", anew, copies(some, given.copies // 10, str)),
            asked(index, "others, thought and kept", find, copies(texts, MOST, str)),
        ]
        for text in some:
            find(measure.message(measure.Question("", text)))
        for what, change in KINDS.items():
            count = given.copies // 10 if change is another_number else given.copies
            rows.append(asked(index, what, find, copies(some, count, change)))
        count, kept = weighed(Finder(TextReader(), index, Policy()).find, texts[-MOST:])
        index.close()
    show(rows)
    print(f"{count:,} texts are kept in {kept / 1e6:.0f} MB.")


def _texts(docs: Path, queries: Path | None) -> Iterator[str]:
    articles: list[Article] = [each.article for each in Jsonl().parse(docs) if each.article]
    texts = [f"{article.claim or article.title} {article.summary}" for article in articles]
    if queries:
        texts = [q.text for q in measure.questions(queries) if (q.kind, q.type) == ("narrative", "normal")]
    return (text for text in texts if len(text.split()) > SHORTEST)


if __name__ == "__main__":
    main()
