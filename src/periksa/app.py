"""Composition root: a Config becomes a running Periksa. The only file that names implementations."""

from __future__ import annotations

import secrets
import time
from collections.abc import Iterable, Iterator, Sequence, Set
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory
from types import TracebackType
from typing import TYPE_CHECKING

from periksa.answers.decide import Policy
from periksa.channels import Channel
from periksa.channels.console import Console
from periksa.channels.web import Web
from periksa.config import Config
from periksa.finding import Finder
from periksa.index import Index
from periksa.index.embedded import EmbeddedIndex
from periksa.ingest import Ingest, read
from periksa.model import Article, JobKind
from periksa.readers.text import TextReader
from periksa.sending import Sending
from periksa.sources.article import PlainArticle
from periksa.sources.claimreview import ClaimReview
from periksa.sources.jsonl import Jsonl
from periksa.store import Store
from periksa.tipline import Tipline
from periksa.worker import Pace, Workers, back_off

if TYPE_CHECKING:
    from starlette.applications import Starlette

SOURCES = (Jsonl(), ClaimReview(), PlainArticle())


def clock() -> datetime:
    """The real time, in UTC."""
    return datetime.now(UTC)  # noqa: TID251 - the one place that reads it


def new_id() -> str:
    """128 random bits in hexadecimal: nobody guesses another's message."""
    return secrets.token_hex(16)


class Periksa:
    """Everything, wired. Use as a context manager, or call `close`."""

    def __init__(self, config: Config, store: Store, index: Index, channels: dict[str, Channel]) -> None:
        self.config = config
        self.store = store
        self.index = index
        self.channels = channels
        self.finder = _finder(config, index)
        self.ingest = Ingest(store, SOURCES, index, clock)
        self.tipline = Tipline(store, channels, self.finder, clock, new_id, wake=self._wake)

    @cached_property
    def workers(self) -> Workers:
        """The workers of this process, not started."""
        worker = self.config.worker
        settle = timedelta(seconds=worker.settle_seconds)
        sending = Sending(self.store, self.channels, clock, back_off, settle, worker.tries)
        shifts = {
            JobKind.ANSWER: self.tipline.answer,
            JobKind.SEND: sending.send,
            JobKind.INDEX: self.ingest.add,
        }
        pace = Pace(timedelta(seconds=worker.lease_seconds), worker.tries, worker.batch)
        return Workers(shifts, self.store, clock, pace, hands={JobKind.SEND: worker.senders})

    def site(self, examples: Sequence[str] = ()) -> Starlette:
        """The HTTP doors; `examples` are questions that a new reader may tap."""
        from periksa.web import site

        return site.build(self.tipline, clock, name=self.config.name, examples=examples)

    def _wake(self, kind: JobKind) -> None:
        if "workers" in self.__dict__:
            self.workers.wake(kind)

    def close(self) -> None:
        """Let go of workers, channels, index and store, in that order."""
        if "workers" in self.__dict__:
            self.workers.stop()
        for channel in self.channels.values():
            channel.close()
        self.index.close()
        self.store.close()

    def __enter__(self) -> Periksa:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()


def build(config: Config) -> Periksa:
    """Open store (its schema brought up to date) and index, set up the channels that are configured.

    Raises: StoreError, IndexUnavailable.
    """
    from periksa.store.sql import SqlStore, migrate

    config.data_dir.mkdir(parents=True, exist_ok=True)
    migrate(config.database)
    return Periksa(config, SqlStore(config.database), EmbeddedIndex(config.index_folder, time.sleep), _channels(config))


@contextmanager
def measuring(
    config: Config, documents: Sequence[Path], absent: Sequence[Path] = ()
) -> Iterator[tuple[Finder, Set[str]]]:
    """A finder over these files alone, in a temporary index, and the ids it holds.

    Articles that stand in `absent` too are left out, and so are records that cannot be read, as at an import.

    Raises: InputError if a file as a whole cannot be read.
    """
    with TemporaryDirectory(prefix="periksa-") as folder:
        index = EmbeddedIndex(Path(folder), time.sleep)
        left_out = {article.id for article in _articles(absent)}
        held: set[str] = set()
        index.rebuild(_noting(held, (article for article in _articles(documents) if article.id not in left_out)))
        yield _finder(config, index), held
        index.close()


def _articles(files: Sequence[Path]) -> Iterator[Article]:
    return (each.article for path in files for each in read(path, SOURCES) if each.article)


def _noting(ids: set[str], articles: Iterable[Article]) -> Iterator[Article]:
    """Each article once, its id noted."""
    for article in articles:
        if article.id not in ids:
            ids.add(article.id)
            yield article


def _finder(config: Config, index: Index) -> Finder:
    return Finder(TextReader(config.language), index, Policy(config.answers.answer, config.answers.offer))


def _channels(config: Config) -> dict[str, Channel]:
    channels: dict[str, Channel] = {"console": Console(print), "web": Web()}
    if config.whatsapp.on:
        from periksa.channels.whatsapp import WhatsApp

        whatsapp = config.whatsapp
        channels["whatsapp"] = WhatsApp(
            secrets=[whatsapp.app_secret.get_secret_value(), whatsapp.app_secret_old.get_secret_value()],
            verify_token=whatsapp.verify_token.get_secret_value(),
            token=whatsapp.token.get_secret_value(),
            phone_number_id=whatsapp.phone_number_id,
            graph_url=whatsapp.graph_url,
            graph_version=whatsapp.graph_version,
        )
    return channels
