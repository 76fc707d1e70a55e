"""Everything goes wrong at once, and every message is answered once: duplicates, faults, timeouts, SIGKILL.

    .venv/bin/python bench/chaos.py --messages 2000 --kills 5
    .venv/bin/python bench/chaos.py --messages 20000 --kills 20

`periksa serve` is a process of its own, killed and started again on the same data. This process is the platform
(`chaos_platform.py`). After the storm nothing fails any more: people whose reply is held write once more, the operator
resends what was given up. Then what the platform accepted is compared with what was written, from outside. Ends with 1
if a message was lost, answered twice although a status had settled the first reply, or answered to somebody else.

What is said, to whom, what fails and where are drawn from `--seed`; the moments are the machine's.
"""

from __future__ import annotations

import asyncio
import os
import random
import shutil
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, closing, suppress
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from tempfile import mkdtemp
from typing import Annotated

import typer
from chaos_platform import Post, Storm
from chaos_verdict import Outcome, Plan, Verdict, judge, kept, table
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from periksa.app import build, clock, new_id
from periksa.config import Config, load
from periksa.model import Article, ArticleKind, JobKind, JobState
from periksa.store import Store
from periksa.store.sealing import read_keys
from periksa.store.sql import SqlStore
from periksa.web.fake_graph import Settings, running
from periksa.web.fake_graph import build as build_graph
from periksa.web.fake_graph.hooks import Written

GRAPH = Settings("token-badai", "rahasia", "kata sandi", "200300400500600")
EACH = 5
"""Messages of one person."""
PATIENCE = 120
"""Seconds without any change after which the rest counts as lost."""
PERIKSA = Path(sys.executable).with_name("periksa")
SAID = {JobKind.ANSWER, JobKind.SEND}


# ---------------------------------------------------------------- the server


class Server:
    """`periksa serve`, killed and started again on the same data; its log is one file."""

    def __init__(self, environ: Mapping[str, str], log: Path) -> None:
        self._environ, self.log = {**os.environ, **environ}, log
        self._process: subprocess.Popen[bytes] | None = None
        self.kills = 0

    def start(self) -> None:
        with self.log.open("ab") as log:
            self._process = subprocess.Popen([PERIKSA, "serve"], env=self._environ, stdout=log, stderr=log)

    def kill(self) -> None:
        if self._process is None or self._process.poll() is not None:
            sys.exit(f"The server ended by itself; see {self.log}.")
        self._process.kill()
        self._process.wait()
        self.kills += 1

    async def kill_at(self, moments: Sequence[float], chance: random.Random) -> None:
        """At these times from now, in seconds; up again after half a second at most."""
        start = asyncio.get_running_loop().time()
        for moment in sorted(moments):
            await asyncio.sleep(start + moment - asyncio.get_running_loop().time())
            self.kill()
            await asyncio.sleep(chance.uniform(0, 0.5))
            self.start()

    def resend(self) -> None:
        """What the operator does with replies that were given up."""
        subprocess.run([PERIKSA, "resend", "--all"], env=self._environ, check=True, capture_output=True)


def settings_of(folder: Path, port: int, graph: str, settle: float) -> Mapping[str, str]:
    given = {
        "DATA_DIR": os.fspath(folder / "data"),
        "WEB_PORT": str(port),
        "MODELS_USE": "none",
        "WHATSAPP_APP_SECRET": GRAPH.secret,
        "WHATSAPP_VERIFY_TOKEN": GRAPH.verify_token,
        "WHATSAPP_TOKEN": GRAPH.token,
        "WHATSAPP_PHONE_NUMBER_ID": GRAPH.phone_number_id,
        "WHATSAPP_GRAPH_URL": graph,
        "WHATSAPP_PER_SECOND": "1000",
        "WHATSAPP_CONVERSATIONS": "0",
        "CONVERSATION_BURST_SECONDS": "0",  # each of them is a question of its own, however fast they come
        "CONVERSATION_MESSAGES": "100000",
        "CONVERSATION_MESSAGES_PER_MINUTE": "100000",
        "WORKER_LEASE_SECONDS": f"{max(1.0, settle / 2):g}",
        "WORKER_SETTLE_SECONDS": f"{settle:g}",
    }
    return {f"PERIKSA_{name}": value for name, value in given.items()}


def fill(config: Config) -> list[Article]:
    """The demo library in a fresh data folder; its fact-checks."""
    with build(config) as periksa:
        for name in ("factchecks.jsonl", "news.jsonl"):
            with resources.as_file(resources.files("periksa.demo") / name) as file:
                periksa.ingest.import_file(file, lambda _: None)
        periksa.ingest.reindex(lambda _: None)
        everything = periksa.store.read(lambda tx: list(tx.articles.all()))
    return [article for article in everything if article.kind is ArticleKind.FACT_CHECK]


# ---------------------------------------------------------------- what people write


def questions(articles: Sequence[Article], messages: int, chance: random.Random) -> list[Written]:
    """Whole questions of so many people, each a few times; none is a greeting or a piece, which share an answer."""
    people = max(1, messages // EACH)
    return [
        Written(f"62811{chance.randrange(people):08}", question(articles, number, chance), f"wamid.badai{number}")
        for number in range(messages)
    ]


def question(articles: Sequence[Article], number: int, chance: random.Random) -> str:
    article = chance.choice(articles)
    claim = (article.claim or article.title).strip(" .,:;")
    kinds = (
        f"apakah benar {claim}?",
        f"*Diteruskan* ‼️ {claim}. {article.summary} Sebarkan sebelum terlambat!! 🙏",
        f"benarkah {claim} di Desa Kramawangi{number}?",
        f"benarkah lurah Kramawangi{number} membagikan kambing terbang kepada warga?",
        "bantuan",
    )
    return chance.choices(kinds, (4, 3, 1, 1, 1))[0]


# ---------------------------------------------------------------- the storm


@dataclass(slots=True)
class Storming:
    """One run: the platform, the post, the server, and a look into its database."""

    storm: Storm
    post: Post
    server: Server
    store: Store
    progress: Progress

    async def unleash(self, written: Sequence[Written], rate: float, kills: int, chance: random.Random) -> None:
        span = len(written) / rate
        moments = [chance.uniform(0.5, span) for _ in range(kills)]
        await asyncio.gather(self.post.write(written, rate), self.server.kill_at(moments, chance))
        await self.rest()

    async def rest(self) -> None:
        """Until the post is delivered and the queue is empty, or nothing has moved for long."""
        loop = asyncio.get_running_loop()
        since, before = loop.time(), (0, 0)
        while loop.time() - since < PATIENCE:
            now = (self.post.waiting, await asyncio.to_thread(self.queued))
            if now == (0, 0):
                return
            if now != before:
                since, before = loop.time(), now
            await asyncio.sleep(0.3)

    def queued(self) -> int:
        """Jobs that may still say something; those that were given up do not."""
        counts = self.store.read(lambda tx: tx.jobs.counts())
        return sum(number for (kind, state), number in counts.items() if kind in SAID and state is not JobState.DEAD)

    def given_up(self) -> dict[str, str]:
        """By reply, why."""
        dead = self.store.read(lambda tx: tx.jobs.list(JobState.DEAD, 1_000_000))
        return {job.key: job.error for job in dead}

    async def calm(self, before: Verdict, written: Sequence[Written], rate: float) -> list[Written]:
        """Nothing fails any more. What people wrote to be sent what is held for them."""
        self.storm.over = True
        unanswered = set(before.lost)
        waiting = {one.sender for one in written if one.id in unanswered}
        more = [Written(each, "bantuan", f"wamid.badai-lagi{number}") for number, each in enumerate(sorted(waiting))]
        self.server.resend()
        await self.post.write(more, rate)
        await self.rest()
        return more


@asynccontextmanager
async def under_way(storming: Storming) -> AsyncIterator[None]:
    """Statuses are told and progress is shown while this is open; the server ends with it."""

    async def show() -> None:
        writing, answering = (storming.progress.add_task(what, total=None) for what in ("written", "replies accepted"))
        while True:
            storming.progress.update(writing, completed=len(storming.post.begun))
            storming.progress.update(answering, completed=len(storming.storm.recorded()))
            await asyncio.sleep(0.3)

    storming.server.start()
    beside = [asyncio.create_task(storming.post.tell()), asyncio.create_task(show())]
    try:
        yield
    finally:
        for task in beside:
            task.cancel()
        for ended in await asyncio.gather(*beside, return_exceptions=True):
            if isinstance(ended, Exception):
                raise ended
        await storming.post.close()
        storming.server.kill()


# ---------------------------------------------------------------- the whole


async def run(plan: Plan, folder: Path, console: Console) -> bool:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = int(free.getsockname()[1])
    storm = Storm(GRAPH, plan.failing, plan.timing_out, plan.seed, clock=clock, new_id=new_id)
    storm.callback_url = f"http://127.0.0.1:{port}/hooks/whatsapp"
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with running(build_graph(storm)) as graph:
        environ = settings_of(folder, port, graph, plan.settle)
        config = load(None, environ).config
        articles = fill(config)
        store, server = SqlStore(config.database, read_keys(config.key_file)), Server(environ, folder / "server.log")
        with closing(store), Progress(*columns, console=console) as progress:
            post = Post(storm, plan.settle, plan.seed)
            found = await weather(Storming(storm, post, server, store, progress), articles, plan)
    found.in_database = kept(folder / "data/periksa.db")
    found.escaped = server.log.read_text(errors="replace").count("Traceback")
    console.print(table(found, storm, post, plan))
    return found.good


async def weather(storming: Storming, articles: Sequence[Article], plan: Plan) -> Outcome:
    """Storm, then calm; what was found out after each."""
    storm, post, chance = storming.storm, storming.post, random.Random(plan.seed)
    written = questions(articles, plan.messages, chance)
    async with under_way(storming):
        await storming.unleash(written, plan.rate, plan.kills, chance)
        before, given_up = judge(written, storm, post), storming.given_up()
        held = sum(storming.store.read(lambda tx: tx.outbox.held()).values())
        more = await storming.calm(before, written, plan.rate)
        after = judge([*written, *more], storm, post)
        return Outcome(before, after, given_up, held, len(storming.given_up()), storming.server.kills)


def main(
    messages: Annotated[int, typer.Option(help="Messages that people write.", min=EACH)] = 20_000,
    kills: Annotated[int, typer.Option(help="How often the server is killed.", min=0)] = 20,
    rate: Annotated[float, typer.Option(help="Messages a second.", min=1)] = 25,
    failing: Annotated[float, typer.Option(help="Share of calls that fail.", min=0, max=0.5)] = 0.05,
    timing_out: Annotated[float, typer.Option(help="Share of calls that are never answered.", min=0, max=0.5)] = 0.01,
    settle: Annotated[float, typer.Option(help="worker.settle_seconds; a call times out after 10.", min=1)] = 12,
    seed: int = 20261123,
) -> None:
    """Storm, calm, verdict."""
    folder, console = Path(mkdtemp(prefix="periksa-chaos-")), Console(width=max(100, Console().width))
    plan = Plan(messages, kills, rate, failing, timing_out, settle, seed)
    good = False
    with suppress(KeyboardInterrupt):
        good = asyncio.run(run(plan, folder, console))
    if good:
        shutil.rmtree(folder)
    console.print("Nothing lost, nothing said twice that was settled." if good else f"FAILED; see {folder}.")
    raise typer.Exit(0 if good else 1)


if __name__ == "__main__":
    typer.run(main)
