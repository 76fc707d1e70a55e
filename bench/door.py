"""How fast is the door? From a webhook to its 200, and from a message to its reply, on this machine alone.

    python bench/door.py                                     # SQLite: the table of docs/measuring.md
    python bench/door.py --database postgresql               # the same on a PostgreSQL of its own
    python bench/door.py --soak 100000                       # memory after 10,000, 50,000 and 100,000 messages
    python bench/door.py --rows one --docs CHECKS.jsonl      # some rows, another library

periksa runs as an operator starts it (`serve`, or `serve --no-workers` and `work`); this process is everybody outside
(`door_world.py`), and takes its share of the machine. CPU is that of periksa's processes (and the database's, in
brackets), per message: it says what the same machine could do alone. Limits that protect people are out of the way.
"""

from __future__ import annotations

import random
import secrets
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from statistics import quantiles
from tempfile import TemporaryDirectory
from typing import Annotated

import typer
import uvloop
from door_house import Place, documents, free_port, memory_of, nothing, postgresql, seconds_of, settings_of, started
from door_world import GRAPH, Batch, Seen, World
from rich.console import Console
from rich.table import Table

from periksa.model import Article
from periksa.web.fake_graph.hooks import Written, messages

LARGEST_BATCH = 20
AHEAD = 400
"""Messages that wait for a reply at any time where it is asked how many can be sustained."""
WARM = 100
"""Messages answered before anything is measured: whatever is loaded when it is first asked for is there then."""
ONE_WORD = 5000 / 60
"""Messages a second: the same word from 5,000 people in a minute."""
PATIENCE = 20.0
"""Seconds without another reply after which those that are missing count as lost."""


# ---------------------------------------------------------------- what people write


def batches(words: Callable[[random.Random], str], count: int, largest: int = 1, first: int = 0) -> list[Batch]:
    """`count` messages of as many people, in deliveries of 1 to `largest`."""
    chance, run, at = random.Random(7 + first), secrets.token_hex(4), datetime.now(UTC)
    written = [
        Written(f"62811{first + number:08}", words(chance), f"wamid.{run}{number}", forwarded=True)
        for number in range(count)
    ]
    cut = []
    while written:
        size = chance.randint(1, largest)
        row, written = written[:size], written[size:]
        cut.append(Batch(messages(GRAPH, row, at), [one.id for one in row]))
    return cut


def question(articles: Sequence[Article], chance: random.Random) -> str:
    """A keyword, a sentence or a forward, hardly ever the same twice."""
    article = chance.choice(articles)
    title = article.title.split()
    noted = f"{chance.choice(WORDS)} {chance.choice(WORDS)} {chance.choice(WORDS)}"
    kinds = (
        " ".join(chance.sample(title, min(3, len(title)))),
        f"apakah benar {article.claim or article.title} {noted}",
        f"*Diteruskan* {article.claim} {article.summary} {article.title} {noted} Sebarkan sebelum terlambat!!",
    )
    return chance.choices(kinds, (4, 3, 2))[0]


WORDS = ("pagi", "kampung", "tetangga", "pasar", "keluarga", "grup", "sekolah", "kantor", "warung", "kota", "hujan")


# ---------------------------------------------------------------- measuring


@dataclass(slots=True)
class Run:
    """A row."""

    what: Sequence[str]
    seen: Seen = field(default_factory=Seen)
    span: float = 0.0
    """Seconds in which everything was done."""
    spent: float = 0.0
    """Seconds of CPU, of periksa."""
    database: float = 0.0
    answers: bool = False

    def cells(self) -> list[str]:
        seen, spent = self.seen, (self.spent, self.database) if self.database else (self.spent,)
        deliveries, asked = len(seen.taken), len(seen.begun)
        cells = [*self.what, f"{deliveries / self.span:,.0f}", f"{asked / seen.lasted:,.0f}", *spread(seen.taken)]
        each = " ".join(f"{1000 * part / asked:.2f}" for part in spent)
        if not self.answers:
            return [*cells, "", "", "", each, str(seen.refused), ""]
        waits = [at - seen.begun[id] for id, at in seen.replied.items()]
        first, last = min(seen.begun.values()), max(seen.replied.values(), default=time.time())
        lost = asked - len(seen.replied)
        return [*cells, f"{len(waits) / (last - first):,.0f}", *spread(waits), each, str(lost), str(seen.doubled)]


def spread(seconds: Sequence[float]) -> list[str]:
    """Median and 99th percentile in milliseconds."""
    cuts = quantiles(seconds, n=100, method="inclusive") if len(seconds) > 1 else [0.0] * 99
    return [f"{1000 * cuts[at]:,.0f}" for at in (49, 98)]


HEADS = (
    *("deliveries/s", "messages/s", "200 p50 ms", "p99"),
    *("replies/s", "reply p50 ms", "p99", "CPU ms/message", "lost", "doubled"),
)
Work = Callable[[World], Awaitable[None]]


def writing(batches: Sequence[Batch]) -> Work:
    """As fast as replies come."""
    return lambda world: world.write(batches, ahead=AHEAD)


ONE, TWO, DOOR = (("serve",),), (("serve", "--no-workers"), ("work",)), (("serve", "--no-workers"),)


@dataclass(frozen=True, slots=True)
class Bench:
    """What is asked of whom. `place` gives a data folder and database of its own to every row."""

    place: Place
    articles: Sequence[Article]
    count: int
    latency: float
    senders: int
    rate: float

    def doors(self) -> Iterator[Run]:
        """The door alone, and before it one that does nothing."""
        singles, mixed = batches(self._new, 2 * self.count), batches(self._new, 4 * self.count, LARGEST_BATCH)
        with nothing(port := free_port()) as running:
            yield self._measured("does nothing", World(port, 0), running, lambda world: world.write(singles))
        yield self._run(DOOR, "door, one by one", lambda world: world.write(singles))
        yield self._run(DOOR, "door, 1 to 20 in a batch", lambda world: world.write(mixed))
        paced = batches(self._new, 15_000)
        yield self._run(DOOR, "door, 1,000 a second", lambda world: world.write(paced, rate=1000))

    def whole(self, layout: Sequence[Sequence[str]]) -> Iterator[Run]:
        """Everything, with statuses."""
        viral = question(self.articles, random.Random(1))
        copies = batches(lambda chance: f"{chance.choice(('', 'Fwd: ', 'min '))}{viral}", self.count)
        yield self._run(layout, "copies, sustained", writing(copies))
        new = batches(self._new, self.count)
        yield self._run(layout, "new questions, sustained", writing(new))
        yield self._run(layout, f"new, {self.rate:g} a second", lambda world: world.write(new, rate=self.rate))
        same = batches(lambda _: "vaksin", 5000)
        yield self._run(layout, "one word, 5,000 a minute", lambda world: world.write(same, rate=ONE_WORD))

    def soak(self, marks: Sequence[int]) -> Iterator[tuple[int, float, float]]:
        """Messages answered, MB then, and CPU seconds so far."""
        with self._opened(ONE) as (world, running):
            yield 0, memory_of(running[0]), seconds_of(running)
            for done, mark in zip((0, *marks), marks, strict=False):
                more = batches(self._new, mark - done, LARGEST_BATCH, first=done)
                uvloop.run(_lived(world, writing(more), answers=True))
                yield mark, memory_of(running[0]), seconds_of(running)

    def _new(self, chance: random.Random) -> str:
        return question(self.articles, chance)

    def _run(self, layout: Sequence[Sequence[str]], what: str, work: Work) -> Run:
        with self._opened(layout) as (world, running):
            if layout is not DOOR:
                warm = batches(self._new, WARM, first=90_000_000)
                uvloop.run(_lived(world, lambda world: world.write(warm, ahead=WARM), answers=True))
                world.seen = Seen()
            return self._measured(what, world, running, work, answers=layout is not DOOR)

    def _measured(self, what: str, world: World, running: Sequence[int], work: Work, *, answers: bool = False) -> Run:
        run = Run((self.place.name, str(len(running)), what), world.seen, answers=answers)
        before, begun = (seconds_of(running), self.place.spent()), time.time()
        uvloop.run(_lived(world, work, answers=answers))
        run.span = time.time() - begun if answers else run.seen.lasted
        run.spent, run.database = seconds_of(running) - before[0], self.place.spent() - before[1]
        return run

    @contextmanager
    def _opened(self, layout: Sequence[Sequence[str]]) -> Iterator[tuple[World, list[int]]]:
        port, graph = free_port(), free_port()
        with self.place.copied() as (data, database):
            given = settings_of(data, database, port, f"http://127.0.0.1:{graph}", self.senders)
            with started(given, port, layout) as running:
                yield World(port, graph, self.latency / 1000), running


async def _lived(world: World, work: Work, *, answers: bool) -> None:
    """Until everybody who wrote has a reply and its statuses are delivered, or nothing comes any more."""
    async with world.open():
        await work(world)
        quiet_since = time.monotonic()
        while answers and not world.done and time.monotonic() - quiet_since < PATIENCE:
            if await world.news():
                quiet_since = time.monotonic()


def main(
    messages: Annotated[int, typer.Option(help="Messages of a row where the row does not say.", min=100)] = 5000,
    docs: Annotated[list[Path], typer.Option(help="The library; the demo's if not given.")] = [],  # noqa: B006 - typer
    database: Annotated[str, typer.Option(help="sqlite, or postgresql: a server of its own.")] = "sqlite",
    latency: Annotated[float, typer.Option(metavar="MS", help="Until the platform accepts a reply.")] = 150,
    rate: Annotated[float, typer.Option(help="Messages a second of the steady row.", min=1)] = 100,
    senders: Annotated[int, typer.Option(help="Replies sent at the same time.")] = 64,
    rows: Annotated[str, typer.Option(help="Which: doors, one, two; with commas.")] = "doors,one,two",
    soak: Annotated[int, typer.Option(help="Only memory, over so many messages.")] = 0,
) -> None:
    """Measure, print one table, end."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory(prefix="periksa-bench-", ignore_cleanup_errors=True)))
        server = stack.enter_context(postgresql(folder)) if database == "postgresql" else ("", 0)
        place = Place(folder / "data", *server)
        articles = place.filled(stack.enter_context(documents(docs)))
        bench = Bench(place, articles, messages, latency, senders, rate)
        if soak:
            show_soak(bench.soak([mark for mark in (10_000, 50_000, 100_000, soak) if mark <= soak]))
            return
        runs = []
        for run in (run for row in rows.split(",") for run in ROWS[row](bench)):
            typer.echo("  ".join(run.cells()), err=True)
            runs.append(run)
    show(runs, f"{len(articles):,} fact-checks, {senders} senders, platform {latency:g} ms, 3 statuses a reply")


ROWS: Mapping[str, Callable[[Bench], Iterator[Run]]] = {
    "doors": Bench.doors,
    "one": lambda bench: bench.whole(ONE),
    "two": lambda bench: bench.whole(TWO),
}


def show(runs: Sequence[Run], title: str) -> None:
    table = Table("database", "processes", "what", title=title, title_justify="left")
    for head in HEADS:
        table.add_column(head, justify="right")
    for run in runs:
        table.add_row(*run.cells())
    Console(width=max(170, Console().width)).print(table)


def show_soak(marks: Iterator[tuple[int, float, float]]) -> None:
    table = Table("messages", "MB", "CPU ms/message", title="Memory of one process, SQLite")
    before, spent = 0, 0.0
    for done, size, seconds in marks:
        each = f"{1000 * (seconds - spent) / (done - before):.2f}" if done > before else ""
        table.add_row(f"{done:,}", f"{size:,.0f}", each)
        before, spent = done, seconds
    Console().print(table)


if __name__ == "__main__":
    typer.run(main)
