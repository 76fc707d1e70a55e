"""`periksa work`: the workers alone, beside any number of `serve --no-workers` on the same database."""

from __future__ import annotations

import signal
import threading

from periksa.cli.installation import ConfigFile, opened
from periksa.cli.screen import screen
from periksa.cli.serve import log_to_stderr


def run(config: ConfigFile = None) -> None:
    """Answer what came in, without opening a door. SIGTERM and Ctrl-C let it finish what it has in hand."""
    log_to_stderr()
    told_to_stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: told_to_stop.set())
    with opened(config) as periksa:
        periksa.broadcast.schedule()
        periksa.workers.start()
        screen().print("Working. Ctrl-C stops it.")
        told_to_stop.wait()
