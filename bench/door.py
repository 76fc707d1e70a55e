"""How fast is the door? From a webhook to its 200, and from a message to its reply, on this machine alone.

    python bench/door.py [--messages 5000] [--docs FILE] [--latency 0 --latency 150] [--rate 40] [--database URL]

Three processes: this client, periksa, and a fake Graph API that takes the replies and sends three statuses for each.
The first rows have doors only and are there to compare with: a handler that does nothing, one commit per delivery, the
real door. `--database` is a PostgreSQL database that may be thrown away afterwards.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import random
import secrets
import shutil
import socket
import sys
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib import resources
from pathlib import Path
from statistics import quantiles
from tempfile import TemporaryDirectory
from typing import Annotated

import httpx2
import typer
from rich.console import Console
from rich.table import Table

from periksa.model import Article, ArticleKind, JobState
from periksa.web.fake_graph import Settings
from periksa.web.fake_graph.hooks import Written, messages, sign

GRAPH = Settings(token="bench-token", secret="bench-secret", verify_token="bench-word", phone_number_id="1")
CONNECTIONS = 8
LARGEST_BATCH = 20
PATIENCE = 20.0
"""Seconds without another reply after which those that are missing count as lost."""
SPAWN = multiprocessing.get_context("spawn")

Environment = Mapping[str, str]


# ---------------------------------------------------------------- the other processes


def serve_periksa(environment: Environment, *, one_commit_each: bool, workers: bool) -> None:
    """The real site on its port, with or without workers behind it."""
    from periksa.app import build
    from periksa.cli.serve import answer_at, listening
    from periksa.config import load
    from periksa.store import writer

    if one_commit_each:
        writer.GROUP = 1
    config = load(None, environment).config
    with listening(config.web.host, config.web.port) as door, build(config) as periksa:
        if workers:
            periksa.workers.start()
        try:
            answer_at(door, periksa.site())
        finally:
            periksa.workers.stop()


def serve_nothing(port: int) -> None:
    """A handler that reads the delivery and says 200."""
    from starlette.applications import Starlette
    from starlette.requests import Request
    from starlette.responses import PlainTextResponse, Response
    from starlette.routing import Route

    from periksa.cli.serve import answer_at, listening

    async def take(request: Request) -> Response:
        await request.body()
        return PlainTextResponse("ok\n")

    app = Starlette(routes=[Route("/hooks/whatsapp", take, methods=["POST"]), Route("/health", lambda _: Response())])
    app.state.hang_up = lambda: None
    with listening("127.0.0.1", port) as door:
        answer_at(door, app)


def serve_graph(settings: Settings, port: int) -> None:
    """The fake platform."""
    from periksa.app import clock, new_id
    from periksa.web.fake_graph import FakeGraph, serve

    serve(FakeGraph(settings, clock, new_id), "127.0.0.1", port)


@contextmanager
def process(url: str, target: object, *args: object, **options: object) -> Iterator[None]:
    """A process that is up when this is entered and gone when it is left."""
    running = SPAWN.Process(target=target, args=args, kwargs=options, daemon=True)  # type: ignore[arg-type]
    running.start()
    try:
        _await(url, running)
        yield
    finally:
        running.terminate()
        running.join(30)
        running.kill()


def _await(url: str, running: multiprocessing.process.BaseProcess) -> None:
    for _ in range(600):
        if not running.is_alive():
            sys.exit(f"The process behind {url} ended before it answered.")
        try:
            httpx2.get(url, timeout=1)
        except httpx2.HTTPError:
            time.sleep(0.05)
        else:
            return
    sys.exit(f"Nothing answers at {url}.")


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


# ---------------------------------------------------------------- what people write


@dataclass(frozen=True, slots=True)
class Batch:
    """One delivery: its bytes and the ids of its messages."""

    raw: bytes
    ids: Sequence[str]


def batches(articles: Sequence[Article], count: int, seed: int) -> list[Batch]:
    """`count` messages of half as many people, in deliveries of 1 to 20."""
    chance, run = random.Random(seed), secrets.token_hex(4)
    written = [
        Written(f"62811{chance.randrange(count // 2 + 1):08}", question(articles, chance), f"wamid.{run}{number}")
        for number in range(count)
    ]
    cut, at = [], datetime.now(UTC)
    while written:
        size = chance.randint(1, LARGEST_BATCH)
        row, written = written[:size], written[size:]
        cut.append(Batch(messages(GRAPH, row, at), [one.id for one in row]))
    return cut


def question(articles: Sequence[Article], chance: random.Random) -> str:
    """A keyword, a sentence, a forward, or something no check answers."""
    article = chance.choice(articles)
    title = article.title.split()
    kinds = (
        " ".join(chance.sample(title, min(3, len(title)))),
        f"apakah benar {article.claim or article.title}",
        f"*Diteruskan* ‼️ {article.claim} {article.summary} {article.title} Sebarkan sebelum terlambat!! 🙏",
        f"terima kasih {chance.randrange(10_000)}",
    )
    return chance.choices(kinds, (4, 3, 2, 1))[0]


# ---------------------------------------------------------------- measuring


@dataclass(slots=True)
class Run:
    """What the client saw. Times are in seconds, of this machine's clock."""

    what: str
    begun: dict[str, float] = field(default_factory=dict)
    """When the delivery with this message left."""
    taken: list[float] = field(default_factory=list)
    """How long each 200 took."""
    refused: int = 0
    lasted: float = 0.0
    replied: dict[str, float] = field(default_factory=dict)
    doubled: int = 0
    answers: bool = False
    """Whether replies were waited for."""

    def row(self) -> list[str]:
        cells = [self.what, f"{len(self.taken) / self.lasted:,.0f}", f"{len(self.begun) / self.lasted:,.0f}"]
        cells += spread(self.taken)
        if not self.answers:
            return [*cells, "", "", "", "", str(self.refused)]
        waits = [at - self.begun[id] for id, at in self.replied.items()]
        span = max(self.replied.values()) - min(self.begun.values()) if self.replied else 1
        lost = len(self.begun) - len(self.replied)
        cells += [f"{len(self.replied) / span:,.0f}", *spread(waits)]
        return [*cells, str(lost + self.refused), str(self.doubled)]


def spread(seconds: Sequence[float]) -> list[str]:
    """Median and 99th percentile in milliseconds."""
    cuts = quantiles(seconds, n=100, method="inclusive") if len(seconds) > 1 else [0.0] * 99
    return [f"{1000 * cuts[at]:,.0f}" for at in (49, 98)]


async def deliver(url: str, work: Sequence[Batch], run: Run, rate: float) -> None:
    """Every batch once, over several connections: at once, or so many messages a second."""
    waiting, began, sent = iter(work), time.monotonic(), 0

    async def one_connection(client: httpx2.AsyncClient) -> None:
        nonlocal sent
        for batch in waiting:
            due = began + sent / rate if rate else 0.0
            sent += len(batch.ids)
            await asyncio.sleep(max(0.0, due - time.monotonic()))
            await post(client, url, batch, run)

    async with httpx2.AsyncClient(timeout=60) as client:
        await asyncio.gather(*(one_connection(client) for _ in range(CONNECTIONS)))
    run.lasted = time.monotonic() - began


async def post(client: httpx2.AsyncClient, url: str, batch: Batch, run: Run) -> None:
    left = time.time()
    run.begun |= dict.fromkeys(batch.ids, left)
    answer = await client.post(url, content=batch.raw, headers={"x-hub-signature-256": sign(GRAPH.secret, batch.raw)})
    run.taken.append(time.time() - left)
    run.refused += answer.status_code != 200


def collect(graph: str, run: Run) -> None:
    """Wait for the replies; each quotes the message it answers."""
    quiet_since = time.monotonic()
    while len(run.replied) < len(run.begun) and time.monotonic() - quiet_since < PATIENCE:
        time.sleep(0.5)
        sent = httpx2.get(f"{graph}/recorded", timeout=60).json()["messages"]
        times = [(one["payload"]["context"]["message_id"], datetime.fromisoformat(one["at"])) for one in sent]
        if len(times) > len(run.replied):
            quiet_since = time.monotonic()
        run.replied = {id: at.timestamp() for id, at in reversed(times)}
        run.doubled = sum(count - 1 for count in Counter(id for id, _ in times).values())


# ---------------------------------------------------------------- the rows


@dataclass(frozen=True, slots=True)
class Bench:
    """One bench: what is asked of whom. `library` is a data folder that every row starts from."""

    library: Path
    articles: Sequence[Article]
    count: int
    database: str
    rate: float

    def doors(self, what: str, *, one_commit_each: bool = False) -> Run:
        """The door alone."""
        with self._environment("http://127.0.0.1:9") as (environment, url):
            options = {"one_commit_each": one_commit_each, "workers": False}
            with process(f"{url}/health", serve_periksa, environment, **options):
                return self._delivered(url, what)

    def nothing(self) -> Run:
        """The least a door can do."""
        port = free_port()
        url = f"http://127.0.0.1:{port}"
        with process(f"{url}/health", serve_nothing, port):
            return self._delivered(url, "door that does nothing")

    def whole(self, latency: float, rate: float) -> Run:
        """Everything, with a platform that takes `latency` ms to accept a reply."""
        graph_port = free_port()
        graph = f"http://127.0.0.1:{graph_port}"
        with self._environment(graph) as (environment, url):
            settings = Settings(
                GRAPH.token,
                GRAPH.secret,
                GRAPH.verify_token,
                GRAPH.phone_number_id,
                callback_url=f"{url}/hooks/whatsapp",
                latency=latency,
            )
            with (
                process(f"{url}/health", serve_periksa, environment, one_commit_each=False, workers=True),
                process(f"{graph}/recorded", serve_graph, settings, graph_port),
            ):
                pace = f"{rate:g} messages/s" if rate else "all at once"
                run = self._delivered(url, f"whole path, platform {latency:g} ms, {pace}", rate)
                run.answers = True
                collect(graph, run)
                return run

    def _delivered(self, url: str, what: str, rate: float = 0.0) -> Run:
        count = min(self.count, round(rate * 15)) if rate else self.count
        run = Run(what)
        asyncio.run(deliver(f"{url}/hooks/whatsapp", batches(self.articles, count, seed=7), run, rate))
        return run

    @contextmanager
    def _environment(self, graph: str) -> Iterator[tuple[Environment, str]]:
        with TemporaryDirectory(prefix="periksa-bench-", ignore_cleanup_errors=True) as folder:
            data, port = Path(folder, "data"), free_port()
            shutil.copytree(self.library, data)
            yield settings_of(data, self.database, port, graph), f"http://127.0.0.1:{port}"


def settings_of(data: Path, database: str, port: int = 8000, graph: str = "") -> Environment:
    whatsapp = {
        "APP_SECRET": GRAPH.secret,
        "VERIFY_TOKEN": GRAPH.verify_token,
        "TOKEN": GRAPH.token,
        "PHONE_NUMBER_ID": GRAPH.phone_number_id,
        "GRAPH_URL": graph,
        "PER_SECOND": "1000",
    }
    given = {f"PERIKSA_WHATSAPP_{name}": value for name, value in whatsapp.items()}
    return given | {
        "PERIKSA_DATA_DIR": os.fspath(data),
        "PERIKSA_STORE_URL": database,
        "PERIKSA_WEB_PORT": str(port),
    }


def fill(data: Path, database: str, docs: Sequence[Path]) -> list[Article]:
    """The library in a fresh data folder; its fact-checks."""
    from periksa.app import build
    from periksa.config import load

    with build(load(None, settings_of(data, database)).config) as periksa:
        for file in docs:
            periksa.ingest.import_file(file, lambda _: None)
        periksa.ingest.reindex(lambda _: None)
        periksa.store.write(
            lambda tx: tx.jobs.finish(job.id for job in tx.jobs.list(JobState.READY, 1_000_000))
        ).result()
        checks = periksa.store.read(lambda tx: list(tx.articles.all()))
    return [article for article in checks if article.kind is ArticleKind.FACT_CHECK]


@contextmanager
def documents(docs: Sequence[Path]) -> Iterator[Sequence[Path]]:
    if docs:
        yield docs
        return
    with resources.as_file(resources.files("periksa.demo")) as folder:
        yield [folder / "factchecks.jsonl", folder / "news.jsonl"]


def main(
    messages: Annotated[int, typer.Option(help="Messages of every row.", min=1)] = 5000,
    docs: Annotated[list[Path], typer.Option(help="The library; the demo's if not given.")] = [],  # noqa: B006 - typer
    database: Annotated[str, typer.Option(metavar="URL", help="A database to fill instead of SQLite files.")] = "",
    latency: Annotated[list[float], typer.Option(metavar="MS", help="Of the fake platform.")] = [0, 150],  # noqa: B006
    rate: Annotated[float, typer.Option(help="Messages a second of the steady rows.", min=1)] = 40,
    doors: Annotated[bool, typer.Option(help="The rows with doors only.")] = True,
) -> None:
    """Measure, print one table, end."""
    with TemporaryDirectory(prefix="periksa-bench-") as folder, documents(docs) as files:
        library = Path(folder, "data")
        articles = fill(library, database, files)
        bench = Bench(library, articles, messages, database, rate)
        runs = [bench.whole(ms, pace) for ms in latency for pace in (0.0, rate)]
        if doors:
            runs[:0] = [
                bench.nothing(),
                bench.doors("door, one commit each", one_commit_each=True),
                bench.doors("door"),
            ]
    show(runs, f"{messages:,} messages, {len(articles):,} fact-checks, {database.partition(':')[0] or 'sqlite'}")


def show(runs: Sequence[Run], title: str) -> None:
    table = Table(title=title, title_justify="left")
    heads = ("deliveries/s", "messages/s", "200 p50 ms", "p99", "replies/s", "reply p50 ms", "p99", "lost", "doubled")
    table.add_column("", no_wrap=True)
    for head in heads:
        table.add_column(head, justify="right")
    for run in runs:
        table.add_row(*run.row())
    Console(width=max(160, Console().width)).print(table)


if __name__ == "__main__":
    typer.run(main)
