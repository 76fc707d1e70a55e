"""How periksa grows: the real library made larger, and the same questions asked of each size.

    .venv/bin/python bench/growth.py --sizes 12963,100000,1000000 --folder /var/tmp/growth

New checks are put together from real ones: half of one title and half of another, other names and numbers, sentences
of three bodies. So words stay as common as they are, but hardly any new ones appear. The texts stay in the given folder
(about 2.5 GB for a million); it can be deleted afterwards. What was built there is used again: a second run asks only,
and a run that was stopped begins with the size it was at. Every size is built and asked in processes of its own.

With `--use all` or `small` there are meanings too, where the models are here. A real check gets its own vector; a new
one that of a real check, with noise, because computing a million would take hours and tell nothing more.
"""

from __future__ import annotations

import json
import random
import re
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from tempfile import mkdtemp
from typing import TYPE_CHECKING, Annotated, Any

import numpy as np
import typer
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

if TYPE_CHECKING:
    from periksa.model import Article

HOUSE = Path(__file__).parents[1]
REAL = HOUSE.parent / "shared/data/matching"
NAME = re.compile(r"\b[A-Z][a-z]{3,}\b")
COMMON = re.compile(r"\b[a-z]{4,}\b")
"""Words that stand in lower case in some body: no names, though titles may have a capital for every word."""
NUMBER = re.compile(r"\d+")
SENTENCE = re.compile(r"(?<=[.!?])\s+")
EXCHANGED = 0.5
"""How many names and numbers are exchanged."""
LIKENESS = 0.8
"""Cosine of a new check's vector and that of the real one it was made from."""
LENT = 2000
"""Real checks whose vectors are lent to new ones."""
GROWN = "grown-"
NEW = ("id", "title", "claim", "body", "url")

Record = Mapping[str, Any]


# ---------------------------------------------------------------- more checks


class Growth:
    """Checks number 0, 1, 2 … that nobody wrote, always the same for the same library."""

    def __init__(self, real: Sequence[Record]) -> None:
        self._real = real
        self._sentences = [SENTENCE.split(each.get("body") or each["title"]) for each in real]
        common = {word for each in real for word in COMMON.findall(each.get("body") or "")}
        titled = {name for each in real for name in NAME.findall(each["title"])}
        self._names = sorted(name for name in titled if name.lower() not in common)
        self._known = frozenset(self._names)

    def check(self, number: int) -> Record:
        chance = random.Random(number)
        whose, *others = (chance.randrange(len(self._real)) for _ in range(3))
        like = self._real[whose]
        title = self._exchanged(self._title(whose, others[0]), chance)
        body = self._exchanged(self._body(whose, others, chance), chance)
        kept = {name: value for name, value in like.items() if name not in NEW and value}
        return kept | {"id": f"{GROWN}{number}", "title": title, "claim": title, "body": body}

    def _title(self, one: int, other: int) -> str:
        first, second = self._real[one]["title"].split(), self._real[other]["title"].split()
        return " ".join(first[: (len(first) + 1) // 2] + second[len(second) // 2 :])

    def _body(self, one: int, others: Sequence[int], chance: random.Random) -> str:
        pool = [sentence for each in (one, *others) for sentence in self._sentences[each]]
        return " ".join(chance.sample(pool, min(len(pool), len(self._sentences[one]))))

    def _exchanged(self, text: str, chance: random.Random) -> str:
        def name(found: re.Match[str]) -> str:
            known = found[0] in self._known and chance.random() < EXCHANGED
            return chance.choice(self._names) if known else found[0]

        def number(found: re.Match[str]) -> str:
            digits = "".join(chance.choice("0123456789") for _ in found[0])
            return digits if chance.random() < EXCHANGED and len(digits) != 4 else found[0]

        return NUMBER.sub(number, NAME.sub(name, text))


def written(docs: Path, size: int, file: Path) -> int:
    """The real checks and as many new ones as are missing, written to a file; how many they are."""
    lines = docs.read_text(encoding="utf-8").splitlines()
    real = [json.loads(line) for line in lines]
    grown = Growth(real)
    draft = file.with_suffix(".draft")
    with draft.open("w", encoding="utf-8") as out:
        for line in lines[:size]:
            out.write(line + "\n")
        for number in range(size - len(lines)):
            out.write(json.dumps(grown.check(number), ensure_ascii=False) + "\n")
    draft.replace(file)
    return size


# ---------------------------------------------------------------- a process each


class LentMeanings:
    """An encoder that lends new checks the vectors of real ones."""

    def __init__(self, encoder: Any, real: Sequence[Article]) -> None:
        self._encoder = encoder
        self._lent = encoder.heads(real)
        self.fingerprint = encoder.fingerprint
        self.questions = encoder.questions

    def heads(self, articles: Sequence[Article]) -> Any:
        vectors = np.empty((len(articles), self._lent.shape[1]), self._lent.dtype)
        real = [at for at, each in enumerate(articles) if not each.id.startswith(GROWN)]
        new = [at for at, each in enumerate(articles) if each.id.startswith(GROWN)]
        if real:
            vectors[real] = self._encoder.heads([articles[at] for at in real])
        if new:
            vectors[new] = self._near([int(articles[at].id.removeprefix(GROWN)) for at in new])
        return vectors

    def _near(self, numbers: Sequence[int]) -> Any:
        count, width = self._lent.shape
        noise = np.random.default_rng(numbers[0]).standard_normal((len(numbers), width))
        noise /= np.linalg.norm(noise, axis=1, keepdims=True)
        near = LIKENESS * self._lent[[number % count for number in numbers]] + (1 - LIKENESS**2) ** 0.5 * noise
        return near / np.linalg.norm(near, axis=1, keepdims=True)


def configured(use: str, folder: Path) -> Any:
    """Our configuration as it is here, with its data in this folder and these models."""
    from periksa.config import load

    config = load(None).config
    models = config.models.model_copy(update={"use": use})
    return config.model_copy(update={"data_dir": folder, "models": models})


def some(docs: Path) -> list[Article]:
    """The first real checks."""
    from periksa.sources.jsonl import Jsonl

    return list(islice((each.article for each in Jsonl().parse(docs) if each.article), LENT))


def build(docs: Path, size: int, folder: Path, use: str) -> Record:
    """Write, import, index."""
    from periksa import app
    from periksa.ingest import Ingest

    library = folder / "library.jsonl"
    if not library.exists():
        written(docs, size, library)
    with app.build(configured(use, folder)) as periksa:
        encoder = periksa.models.encoder
        if use != "none" and not encoder:
            raise SystemExit(f"There are no such models here: {periksa.models.why}.")
        lent = LentMeanings(encoder, some(docs)) if encoder else None
        ingest = Ingest(periksa.store, app.SOURCES, periksa.index, app.clock, lent)
        start = time.perf_counter()
        ingest.import_file(library, lambda _: None)
        imported = time.perf_counter()
        ingest.reindex(lambda _: None)
        indexed = time.perf_counter()
    library.unlink()
    index = sum(file.stat().st_size for file in (folder / "index").rglob("*") if file.is_file())
    return {"import": imported - start, "index": indexed - imported, "disk": index, "built in": peak()}


def ask(queries: Path, sample: int, folder: Path, use: str) -> Record:
    """Ask questions of what was built."""
    from periksa import app, measure

    asked = [each for each in measure.questions(queries) if (each.kind, each.type) == ("narrative", "normal")]
    asked = [each for each in asked if each.split == "dev"]
    asked = asked[:: max(1, len(asked) // sample)][:sample]
    with app.build(configured(use, folder)) as periksa:
        finder = periksa.finder
        cold = list(measure.ask(lambda message: finder.find(message).decision, asked[:1]))
        found = list(measure.ask(lambda message: finder.find(message).decision, asked))
        held = periksa.index.count()
    ms = sorted(each.ms for each in found)
    right = sum(each.rank == 1 for each in found) / len(found)
    return {
        "held": held,
        "first": cold[0].ms,
        "median": ms[len(ms) // 2],
        "p99": ms[int(0.99 * len(ms))],
        "s1": right,
        **resident(),
    }


def resident() -> dict[str, int]:
    """Bytes of this process in memory, and how many of them the system could read again from files."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    pages = {name: int(count) * 1024 for name, count in re.findall(r"^(Rss\w+|VmRSS):\s+(\d+) kB", status, re.M)}
    return {"memory": pages["VmRSS"], "files": pages["RssFile"]}


def peak() -> int:
    """Bytes of this process in memory when it had the most."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(re.findall(r"^VmHWM:\s+(\d+) kB", status, re.M)[0]) * 1024


# ---------------------------------------------------------------- the run


def apart(step: str, **given: object) -> Record:
    """One step in a process of its own; what it prints last is its result."""
    words = [word for name, value in given.items() for word in (f"--{name}", str(value))]
    done = subprocess.run(
        [sys.executable, __file__, "--step", step, *words], stdout=subprocess.PIPE, text=True, check=True
    )
    result: Record = json.loads(done.stdout.splitlines()[-1])
    return result


def grown(docs: Path, queries: Path, size: int, folder: Path, sample: int, use: str) -> Record:
    """Build unless it was built, then ask."""
    folder.mkdir(parents=True, exist_ok=True)
    note = folder / "built.json"
    if not note.exists():
        note.write_text(json.dumps(apart("build", docs=docs, sizes=size, folder=folder, use=use)), encoding="utf-8")
    built: Record = json.loads(note.read_text(encoding="utf-8"))
    return {**built, **apart("ask", queries=queries, sample=sample, folder=folder, use=use)}


def rows(runs: Sequence[Record]) -> Iterator[Sequence[str]]:
    for run in runs:
        yield (
            f"{run['held']:,}",
            f"{run['import']:,.0f}",
            f"{run['index']:,.0f}",
            f"{run['disk'] / 1e6:,.0f}",
            f"{run['built in'] / 1e6:,.0f}",
            f"{run['first']:.0f}",
            f"{run['median']:.1f}",
            f"{run['p99']:.1f}",
            f"{run['memory'] / 1e6:,.0f}",
            f"{run['files'] / 1e6:,.0f}",
            f"{run['s1']:.3f}".removeprefix("0"),
        )


def show(use: str, runs: Sequence[Record], sample: int) -> None:
    heads = (
        "checks",
        "import s",
        "index s",
        "index MB",
        "peak MB",
        "first ms",
        "median ms",
        "p99 ms",
        "MB",
        "files",
        "S@1",
    )
    table = Table(
        title=f"{sample:,} normal narratives of split dev, models: {use}", title_justify="left", box=SIMPLE_HEAD
    )
    for head in heads:
        table.add_column(head, justify="right")
    for row in rows(runs):
        table.add_row(*row)
    Console(width=max(120, Console().width)).print(table)
    print("peak MB: most memory while building. MB: resident memory after asking, of which files could be read again.")


def main(
    sizes: Annotated[str, typer.Option(help="How many checks, with commas between.")] = "12963,100000",
    docs: Annotated[Path, typer.Option(help="The real library.")] = REAL / "factchecks_id.jsonl",
    queries: Annotated[Path, typer.Option(help="Questions to ask.")] = REAL / "queries_id.jsonl",
    folder: Annotated[Path | None, typer.Option(help="Where to build; a temporary folder if not given.")] = None,
    sample: Annotated[int, typer.Option(help="How many questions.", min=1)] = 500,
    use: Annotated[str, typer.Option(help="Which learned models: none, small or all.")] = "none",
    step: Annotated[str, typer.Option(hidden=True)] = "",
) -> None:
    """Build every size, ask, print one table."""
    if step and folder:
        done = build(docs, int(sizes), folder, use) if step == "build" else ask(queries, sample, folder, use)
        print(json.dumps(done))
        return
    if not docs.is_file():
        raise SystemExit(f"There is no library {docs}; name one with --docs, and its questions with --queries.")
    place = folder or Path(mkdtemp(prefix="periksa-growth-"))
    wanted = [int(size) for size in sizes.split(",")]
    show(use, [grown(docs, queries, size, place / f"{size}-{use}", sample, use) for size in wanted], sample)


if __name__ == "__main__":
    typer.run(main)
