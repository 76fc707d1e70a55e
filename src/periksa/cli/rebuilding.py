"""Beside the workers: an index that cannot be searched is built anew from the store, while questions wait."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from periksa.errors import IndexUnavailable, PeriksaError

if TYPE_CHECKING:
    from periksa.app import Periksa

LOOK = 30.0
"""Seconds between two looks at the index."""
STRIDE = 1000
"""Articles between two lines that tell how far it is."""

log = logging.getLogger(__name__)


class _Stopped(Exception):
    """The process ends: what was built so far is left to the next rebuild to sweep away."""


@contextmanager
def rebuilding(periksa: Periksa) -> Iterator[None]:
    """Look after the index in a thread of its own, now and then, for as long as this lasts."""
    stopped = threading.Event()
    keeper = threading.Thread(target=_keep, args=(periksa, stopped), name="index")
    keeper.start()
    try:
        yield
    finally:
        stopped.set()
        keeper.join()


def _keep(periksa: Periksa, stopped: threading.Event) -> None:
    while True:
        try:
            _mend(periksa, stopped)
        except _Stopped:
            return
        except Exception as error:  # noqa: BLE001 - whatever it was, the index is looked at again
            why = str(error) if isinstance(error, PeriksaError) else type(error).__name__
            log.error("the index was not rebuilt: %s", why)
        if stopped.wait(LOOK):
            return


def _mend(periksa: Periksa, stopped: threading.Event) -> None:
    """Raises: PeriksaError, _Stopped."""
    try:
        periksa.index.version()
    except IndexUnavailable as error:
        log.warning("questions wait, and the index is rebuilt now: %s", error)
        total = periksa.ingest.reindex(_progress(periksa.store.read(lambda tx: tx.articles.count()), stopped))
        log.warning("the index is rebuilt: %s articles can be found", f"{total:,}")


def _progress(total: int, stopped: threading.Event) -> Callable[[int], None]:
    def tell(count: int) -> None:
        if stopped.is_set():
            raise _Stopped
        if count % STRIDE == 0:
            log.warning("rebuilding the index: %s of %s articles", f"{count:,}", f"{total:,}")

    return tell
