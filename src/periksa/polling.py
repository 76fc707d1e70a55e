"""The door for platforms that are asked for messages instead of bringing them: no public address is needed.

A message is confirmed to the platform only after its commit, by asking for what comes after it. Whatever goes wrong
before that, the platform keeps it and gives it again; what was kept already is known by its id.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import Future

from periksa.channels import Polls
from periksa.errors import PeriksaError, PollError

log = logging.getLogger(__name__)

FIRST_PAUSE = 1.0
LONGEST_PAUSE = 60.0
"""Seconds between two questions when something is wrong; they double."""

Receive = Callable[[str, bytes, Mapping[str, str]], "Future[int]"]


class Poller:
    """Asks one channel for messages, in a thread of its own, and walks them through the door."""

    def __init__(self, channel: Polls, receive: Receive) -> None:
        self._channel = channel
        self._receive = receive
        self._after = 0
        self._stopped = threading.Event()
        self._hand = threading.Lock()
        self._trouble = ""
        self._thread = threading.Thread(target=self._run, name=f"periksa-poll-{channel.name}", daemon=True)

    def start(self) -> None:
        """Begin to ask."""
        self._thread.start()

    def stop(self) -> None:
        """Finish what is in hand and take nothing more. A question that waits for its answer is left to itself."""
        self._stopped.set()
        with self._hand:
            pass

    def trouble(self) -> str:
        """Why nothing is heard now, in a sentence; "" if all is well."""
        if self._thread.ident is not None and not self._thread.is_alive():
            return f"nobody asks {self._channel.name} for messages any more; restart periksa"
        return f"{self._channel.name} is not heard: {self._trouble}" if self._trouble else ""

    def once(self) -> bool:
        """Ask, and keep what was brought; whether anything was. Raises: PollError, StoreError, BadDelivery."""
        brought = self._channel.poll(self._after)
        with self._hand:
            if brought is None or self._stopped.is_set():
                return False
            self._receive(self._channel.name, brought.raw, brought.headers).result()
            self._after = brought.last
            return True

    def _run(self) -> None:
        pause = FIRST_PAUSE
        while not self._stopped.is_set():
            try:
                self.once()
            except Exception as error:  # noqa: BLE001 - a door that closes by itself is silence for everybody
                self._tell(error)
                self._stopped.wait((error.wait if isinstance(error, PollError) else None) or pause)
                pause = min(pause * 2, LONGEST_PAUSE)
            else:
                self._trouble, pause = "", FIRST_PAUSE

    def _tell(self, error: Exception) -> None:
        """Once, for as long as it is the same. A foreign error's own words might quote a message."""
        sentence = str(error) if isinstance(error, PeriksaError) else type(error).__name__
        if sentence != self._trouble and not self._stopped.is_set():
            log.error("%s is not heard: %s", self._channel.name, sentence)
        self._trouble = sentence
