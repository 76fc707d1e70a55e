"""Connections to the platform, one for each thread that speaks with it."""

from __future__ import annotations

import threading

import httpx2

KEPT = 30.0
"""Seconds a connection is kept open unused: a handshake costs more than the reply after it."""


class Lines:
    """A client for each thread. `token` and `timeout`, in seconds, are every client's.

    httpx's pool looks at all its connections, one by one and under one lock, whenever a request begins or ends. With 64
    threads that send through one client, this took more of the processor than all else they do.
    """

    def __init__(self, token: str, timeout: float) -> None:
        self._headers = {"Authorization": f"Bearer {token}"}
        self._timeout = timeout
        self._trust = httpx2.create_ssl_context()  # read once: it takes a megabyte and 20 ms
        self._mine = threading.local()
        self._all: list[httpx2.Client] = []

    @property
    def client(self) -> httpx2.Client:
        """That of the thread that asks."""
        if not hasattr(self._mine, "client"):
            kept = httpx2.Limits(keepalive_expiry=KEPT)
            self._mine.client = httpx2.Client(
                headers=self._headers, timeout=self._timeout, limits=kept, verify=self._trust
            )
            self._all.append(self._mine.client)
        client: httpx2.Client = self._mine.client
        return client

    def close(self) -> None:
        """Let go of all of them."""
        for client in self._all:
            client.close()
