"""`periksa serve`: the HTTP doors and the workers, in one process."""

from __future__ import annotations

import gc
import logging
import signal
import sys
from contextlib import nullcontext
from typing import TYPE_CHECKING, Annotated

import typer

from periksa.cli.installation import ConfigFile, opened
from periksa.cli.logbook import log_to_stderr
from periksa.cli.rebuilding import rebuilding
from periksa.cli.screen import screen
from periksa.errors import ConfigError, IndexUnavailable, PollError

if TYPE_CHECKING:
    from socket import socket
    from types import FrameType

    from starlette.applications import Starlette

    from periksa.app import Periksa
    from periksa.config import TelegramSettings

WEB = "web.host (PERIKSA_WEB_HOST) or web.port (PERIKSA_WEB_PORT)"
GARBAGE = (10_000, 20, 20)
"""New objects that survive before garbage is looked for among them, and how often among older ones (`gc`)."""
GRACE = 5
"""Seconds that requests under way get when the server is told to stop."""


def run(
    config: ConfigFile = None,
    workers: Annotated[
        bool, typer.Option("--workers/--no-workers", help="Answer what comes in, or leave it to `periksa work`.")
    ] = True,
) -> None:
    """Open the chat page and the webhooks, and answer what comes in."""
    with opened(config, begins=True) as periksa:
        log_to_stderr(periksa.config.log)
        web = periksa.config.web
        with listening(web.host, web.port) as door, rebuilding(periksa) if workers else nullcontext():
            site = periksa.site()
            if workers:
                periksa.schedule()
            screen().print(_welcome(periksa, workers), soft_wrap=True)
            if workers:
                periksa.workers.start()
            _listen(periksa)
            settle_down()
            answer_at(door, site, web.trusted_proxies)


def settle_down() -> None:
    """What is in memory now stays there: words, models, code. Garbage need not be looked for in it time and again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*GARBAGE)


def _listen(periksa: Periksa) -> None:
    """A platform that cannot be told where we are must not keep the others waiting."""
    try:
        periksa.listen()
    except PollError as error:
        logging.getLogger(__name__).error("%s", error)


def listening(host: str, port: int, change: str = WEB) -> socket:
    """The socket at an address. Raises: ConfigError if it cannot be had, saying what to `change`."""
    import socket

    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=2048)
    except OSError as error:
        reason = (error.strerror or str(error)).partition(" (while")[0]
        raise ConfigError(
            f"{host} port {port} cannot be listened on: {reason}; stop what uses it, or change {change}."
        ) from error


def answer_at(door: socket, site: Starlette, trusted_proxies: str = "") -> None:
    """Serve `site` until SIGINT (then raises KeyboardInterrupt) or SIGTERM (then SystemExit: a normal end)."""
    import uvicorn

    class Server(uvicorn.Server):
        """Ends the streams of open pages first, which would hold it up."""

        def handle_exit(self, sig: int, frame: FrameType | None) -> None:
            site.state.hang_up()
            super().handle_exit(sig, frame)

    # uvicorn raises the signal again when it is done: without this, SIGTERM would end us before anything is closed.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    settings = uvicorn.Config(
        site,
        log_config=None,
        access_log=False,
        server_header=False,
        forwarded_allow_ips=trusted_proxies,
        timeout_graceful_shutdown=GRACE,
    )
    Server(settings).run(sockets=[door])


def _welcome(periksa: Periksa, workers: bool) -> str:
    web = periksa.config.web
    host = f"[{web.host}]" if ":" in web.host else web.host
    off = "off: set whatsapp.token and whatsapp.phone_number_id"
    lines = {
        "Chat page": f"http://{host}:{web.port}/",
        "Library": f"http://{host}:{web.port}/search",
        "Desk": f"http://{host}:{web.port}/desk" if periksa.config.desk.on else "off: set desk.on",
        "WhatsApp": "webhook at /hooks/whatsapp" if periksa.config.whatsapp.on else off,
        "Telegram": _telegram(periksa.config.telegram),
        "Articles": _findable(periksa, workers),
        "Workers": "in this process" if workers else "elsewhere: start `periksa work`",
    }
    told = "\n".join(f"  {name:<10} {what}" for name, what in lines.items())
    return f"{periksa.config.name} is open. Ctrl-C closes it.\n{told}"


def _telegram(telegram: TelegramSettings) -> str:
    if not telegram.on:
        return "off: set telegram.token"
    return "webhook at /hooks/telegram" if telegram.webhook else "asked for messages"


def _findable(periksa: Periksa, workers: bool) -> str:
    total = periksa.store.read(lambda tx: tx.articles.count())
    try:
        return f"{periksa.index.count():,} of {total:,} can be found" if total else "none yet: periksa import FILE"
    except IndexUnavailable:
        mended = "it is rebuilt now" if workers else "`periksa work` rebuilds it"
        return f"{total:,}, but the index cannot be searched: questions wait, {mended}"
