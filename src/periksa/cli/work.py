"""`periksa work`: the workers alone, beside any number of `serve --no-workers` on the same database."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from periksa.cli.installation import ConfigFile, opened
from periksa.cli.logbook import log_to_stderr
from periksa.cli.rebuilding import rebuilding
from periksa.cli.screen import screen
from periksa.cli.serve import settle_down
from periksa.errors import ConfigError

if TYPE_CHECKING:
    from periksa.app import Periksa

LOOPBACK = "127.0.0.1"


def run(
    config: ConfigFile = None,
    metrics_port: Annotated[
        int,
        typer.Option(min=0, max=65535, help="Show what Prometheus reads on this port of 127.0.0.1; 0: do not."),
    ] = 0,
) -> None:
    """Answer what came in, without opening a door. SIGTERM and Ctrl-C let it finish what it has in hand."""
    told_to_stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: told_to_stop.set())
    with opened(config, begins=True) as periksa:
        log_to_stderr(periksa.config.log)
        with _watched(periksa, metrics_port), rebuilding(periksa):
            periksa.schedule()
            periksa.workers.start()
            settle_down()
            screen().print("Working. Ctrl-C stops it.")
            told_to_stop.wait()


@contextmanager
def _watched(periksa: Periksa, port: int) -> Iterator[None]:
    """Its counts on this port of this machine. Raises: ConfigError if the port cannot be had."""
    if not port:
        yield
        return
    from prometheus_client import start_http_server

    try:
        server, thread = start_http_server(port, LOOPBACK, periksa.exposition.registry)
    except OSError as error:
        raise ConfigError(
            f"{LOOPBACK} port {port} cannot be listened on: {error.strerror}; choose another --metrics-port."
        ) from error
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
