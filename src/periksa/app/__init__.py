"""Composition root: a Config becomes a running Periksa. Only this package names implementations."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Iterable, Iterator, Sequence, Set
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta, timezone
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory
from types import TracebackType
from typing import TYPE_CHECKING

from periksa.answers.decide import Policy
from periksa.answers.ratings import Ratings, ours
from periksa.app.learned import Models, models
from periksa.asking import Asking
from periksa.authoring import Authoring
from periksa.broadcast import Broadcast, Campaigns
from periksa.channels import Channel, Polls
from periksa.channels.console import Console
from periksa.channels.web import Web
from periksa.config import Config, WhatsAppSettings
from periksa.errors import ConfigError, PeriksaError, StoreFull
from periksa.fetching import Fetching
from periksa.finding import Finder
from periksa.index import Index
from periksa.index.embedded import EmbeddedIndex
from periksa.ingest import Ingest, findable, keeping, read, with_meanings, withdraw
from periksa.model import Article, JobKind
from periksa.numbers import Numbers
from periksa.polling import Poller
from periksa.publishing import Publishing
from periksa.quality import Quality, Thresholds
from periksa.readers.text import TextReader
from periksa.remembering import Memory
from periksa.review import Review
from periksa.sending import Knock, Sending
from periksa.sending.attending import Attending
from periksa.sources.article import PlainArticle
from periksa.sources.claimreview import ClaimReview
from periksa.sources.jsonl import Jsonl
from periksa.staffing import Staffing
from periksa.store import Store
from periksa.store.files import Files
from periksa.sweeping import Sweeping
from periksa.tipline import Manners, Tipline
from periksa.watching import Watch
from periksa.worker import Pace, Workers, back_off

if TYPE_CHECKING:
    from starlette.applications import Starlette

    from periksa.channels.whatsapp import WhatsApp
    from periksa.pages.fetcher import Fetcher
    from periksa.visiting import Visiting
    from periksa.watching.exposition import Exposition

__all__ = [
    "Models",
    "Periksa",
    "build",
    "clock",
    "fetcher",
    "measuring",
    "models",
    "new_id",
    "new_token",
    "ratings",
    "whatsapp_of",
]

ZONE = timezone(timedelta(hours=7), "WIB")
"""Where the newsroom is: whose days and hours the desk counts by."""
SOURCES = (Jsonl(), ClaimReview(), PlainArticle())
VISITORS = 6
"""Sites visited at the same time."""
COMMIT = 5.0
"""Seconds in which a store that is well commits."""


def clock() -> datetime:
    """The real time, in UTC."""
    return datetime.now(UTC)  # noqa: TID251 - the one place that reads it


def new_id() -> str:
    """128 random bits in hexadecimal: nobody guesses another's message."""
    return secrets.token_hex(16)


def new_token() -> str:
    """256 random bits for an address or a cookie: whoever has it is let in."""
    return secrets.token_urlsafe(32)


class Periksa:
    """Everything, wired. Use as a context manager, or call `close`."""

    def __init__(
        self,
        config: Config,
        store: Store,
        index: Index,
        channels: dict[str, Channel],
        known_ratings: Ratings | None = None,
    ) -> None:
        self.config = config
        self.store = store
        self.index = index
        self.channels = channels
        self.models = models(config.models)
        self.ratings = known_ratings or ratings(config)
        thresholds = Thresholds(store, clock)
        self.finder = _finder(config, index, self.models, ratings=self.ratings, stricter=thresholds)
        self.asking = Asking(self.finder, _policy(config), clock, self.ratings, thresholds)
        self.publishing = Publishing(store, self.finder, clock, self.ratings)
        self.ingest = Ingest(store, SOURCES, index, clock, self.models.encoder)
        self.files = Files(config.files_folder)
        attended = {name: one for name, one in channels.items() if name != "whatsapp" or config.whatsapp.receipts}
        self.attending = Attending(store, attended)
        self.watch = Watch()
        drop, manners = self.files.drop, _manners(config)
        self.tipline = Tipline(store, channels, self.finder, clock, new_id, self.wake, manners, drop, self.watch)
        templates = ["whatsapp"] if config.whatsapp.template else []
        self.review = Review(store, channels, self.finder, clock, self.wake, config.language, drop, templates)
        self.authoring = Authoring(store, clock, new_id, config.name, self.ratings, self.wake, ZONE)
        self.broadcast = Broadcast(store, channels, clock, self.wake, _campaigns(config))
        self.sweeping = Sweeping(store, clock)
        self.numbers = Numbers(store, clock, ZONE)
        self.quality = Quality(store, clock, ZONE, _policy(config))
        self.staffing = Staffing(store, clock, new_id, new_token)

    @cached_property
    def workers(self) -> Workers:
        """The workers of this process, not started."""
        worker = self.config.worker
        shifts = {
            JobKind.ANSWER: self.attending.before(self.tipline.answer),
            JobKind.SEND: self._sending().send,
            JobKind.INDEX: self.ingest.add,
            JobKind.FETCH: self._fetching().fetch,
            JobKind.REVIEW: self.review.review,
            JobKind.FOLLOW_UP: self.review.follow_up,
            JobKind.CORRECT: self.review.correct,
            JobKind.INTERIM: self.review.interim,
            JobKind.FORGET: self.review.forget,
            JobKind.BROADCAST: self.broadcast.broadcast,
            JobKind.DIGEST: self.broadcast.digest,
            JobKind.SWEEP: self.sweeping.sweep,
            JobKind.TALLY: self.numbers.fold,
            JobKind.VISIT: lambda jobs: self.visiting.visit(jobs),
        }
        pace = Pace(timedelta(seconds=worker.lease_seconds), worker.tries, worker.batch)
        hands = {JobKind.SEND: worker.senders, JobKind.FETCH: 2, JobKind.VISIT: VISITORS}
        return Workers(shifts, self.store, clock, pace, hands=hands)

    @cached_property
    def visiting(self) -> Visiting:
        """What visits publishers. Raises: ConfigError (a site, a profile)."""
        from periksa.visiting import Kit, Visiting, chosen

        sources = self.config.sources
        kit = Kit(self.store, fetcher(sources.contact), clock, keeping, withdraw)
        sites = chosen(sources.names, Path(sources.folder).expanduser())
        return Visiting(kit, sites, timedelta(minutes=sources.every_minutes))

    def _sending(self) -> Sending:
        worker, whatsapp = self.config.worker, self.config.whatsapp
        settle = timedelta(seconds=worker.settle_seconds)
        knocks = {"whatsapp": Knock(whatsapp.template, whatsapp.languages)} if whatsapp.template else {}
        tries = worker.tries
        return Sending(self.store, self.channels, clock, back_off, settle, tries, knocks, time.sleep, self.watch)

    def _fetching(self) -> Fetching:
        most = int(self.config.files.largest_mb * (1 << 20))
        return Fetching(self.store, self.channels, self.files, clock, back_off, self.config.worker.tries, most)

    def schedule(self) -> None:
        """See to it that what is done by the clock will be done."""
        self.broadcast.schedule()
        self.sweeping.schedule()
        self.numbers.schedule()
        if self.config.sources.names:
            self.visiting.schedule()

    @cached_property
    def pollers(self) -> list[Poller]:
        """What asks platforms that bring nothing by themselves, not started."""
        polled = (channel for channel in self.channels.values() if isinstance(channel, Polls))
        return [] if self.config.telegram.webhook else [Poller(channel, self.tipline.receive) for channel in polled]

    def listen(self) -> None:
        """Hear from platforms that must be asked, or told where to bring messages. Raises: PollError (the latter)."""
        for poller in self.pollers:
            poller.start()
        if self.config.telegram.on and self.config.telegram.webhook:
            from periksa.channels.telegram import Telegram

            bots = (channel for channel in self.channels.values() if isinstance(channel, Telegram))
            for bot in bots:
                bot.register(self.config.telegram.webhook)

    def site(self, examples: Sequence[str] = ()) -> Starlette:
        """The HTTP doors; `examples` are questions that a new reader may tap."""
        from periksa.app.doors import site

        return site(self, examples)

    def wake(self, kind: JobKind) -> None:
        """There are jobs of this kind: a worker of this process need not wait for its next look."""
        if "workers" in self.__dict__:
            self.workers.wake(kind)

    @cached_property
    def exposition(self) -> Exposition:
        """What Prometheus reads; asked for first when it does."""
        from periksa.watching.exposition import Exposition

        return Exposition(self.watch, self.store, clock, self.config.sources.names)

    def unready(self) -> str:
        """Why messages cannot be taken in and answered right now, in a sentence; "" if they can. Blocking."""
        try:
            self.store.check().result(COMMIT)
        except StoreFull:
            return "the store cannot write; free some space on its disk"
        except (PeriksaError, TimeoutError):
            return f"the store has not committed within {COMMIT:g} s"
        try:
            self.index.version()
        except PeriksaError:
            return "the index cannot be searched; run `periksa reindex`"
        pollers: list[Poller] = self.__dict__.get("pollers", [])
        if deaf := [poller.trouble() for poller in pollers if poller.trouble()]:
            return deaf[0]
        ended = self.workers.ended() if "workers" in self.__dict__ else []
        return f"nobody does these jobs any more: {', '.join(ended)}; restart periksa" if ended else ""

    def close(self) -> None:
        """Let go of pollers, workers, channels, index and store, in that order."""
        for poller in self.__dict__.get("pollers", ()):
            poller.stop()
        if "visiting" in self.__dict__:
            self.visiting.stop()
        if "workers" in self.__dict__:
            self.workers.stop()
        if "visiting" in self.__dict__:
            self.visiting.close()
        self.attending.stop()
        for channel in self.channels.values():
            channel.close()
        self.index.close()
        self.store.close()

    def __enter__(self) -> Periksa:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()


def build(config: Config) -> Periksa:
    """Open store (its schema brought up to date, sealed with the first key) and index, set up the channels that are
    configured.

    Raises: ConfigError (a key, a file of ratings), StoreError, IndexUnavailable.
    """
    from periksa.store.migrations import sealed_with
    from periksa.store.sealing import read_keys
    from periksa.store.sql import SqlStore, migrate

    known_ratings = ratings(config)
    config.data_dir.mkdir(parents=True, exist_ok=True)
    written = config.store.keys.get_secret_value()
    sealing = read_keys(config.key_file, written, lambda: sealed_with(config.database))
    migrate(config.database, sealing)
    store = SqlStore(config.database, sealing)
    return Periksa(config, store, _index(config, store), _channels(config), known_ratings)


@contextmanager
def measuring(
    config: Config, documents: Sequence[Path], absent: Sequence[Path] = (), without: Set[str] = frozenset()
) -> Iterator[tuple[Finder, Set[str]]]:
    """A finder over these files alone, in a temporary index, and the ids it holds.

    Articles that stand in `absent` too and those with an id in `without` are left out, and so are records that cannot
    be read, as at an import.

    Raises: InputError if a file as a whole cannot be read.
    """
    with TemporaryDirectory(prefix="periksa-") as folder:
        index = EmbeddedIndex(Path(folder), time.sleep)
        left_out = without | {article.id for article in _articles(absent)}
        learned = models(config.models)
        held: set[str] = set()
        library = _noting(held, (article for article in _articles(documents) if article.id not in left_out))
        index.rebuild(*with_meanings(library, learned.encoder))
        yield _finder(config, index, learned, Memory(most=0)), held
        index.close()


def _articles(files: Sequence[Path]) -> Iterator[Article]:
    return (each.article for path in files for each in read(path, SOURCES) if each.article)


def _noting(ids: set[str], articles: Iterable[Article]) -> Iterator[Article]:
    """Each article once, its id noted."""
    for article in articles:
        if article.id not in ids:
            ids.add(article.id)
            yield article


def _finder(
    config: Config,
    index: Index,
    learned: Models,
    memory: Memory | None = None,
    ratings: Ratings | None = None,
    stricter: Callable[[Policy], Policy] = lambda floors: floors,
) -> Finder:
    reader = TextReader(config.language)
    return Finder(reader, index, _policy(config), learned.encoder, learned.close, memory, ratings, stricter)


def fetcher(contact: str) -> Fetcher:
    """What loads pages of the open web; `contact` goes with every request."""
    from periksa.pages.fetcher import Fetcher

    return Fetcher(clock, contact)


def ratings(config: Config) -> Ratings:
    """What publishers' words come to: those that come with periksa, and the operator's. Raises: ConfigError."""
    if not config.library.ratings:
        return Ratings(ours())
    file = Path(config.library.ratings).expanduser()
    try:
        return Ratings([*ours(), file.read_text(encoding="utf-8")])
    except OSError as error:
        raise ConfigError(f"library.ratings: {file} cannot be read: {error.strerror or error}.") from error
    except ValueError as error:
        raise ConfigError(f"library.ratings: {file}: {error}.") from error


def _index(config: Config, store: Store) -> Index:
    return EmbeddedIndex(config.index_folder, time.sleep, lambda: findable(store))


def _manners(config: Config) -> Manners:
    talk = config.conversation
    burst = timedelta(seconds=talk.burst_seconds)
    return Manners(config.name, burst, talk.messages, talk.messages_per_minute, config.language, talk.help_line)


def _campaigns(config: Config) -> Campaigns:
    settings = config.broadcast
    return Campaigns(settings.hour, settings.template, settings.languages, config.language)


def _policy(config: Config) -> Policy:
    return Policy(config.answers.answer, config.answers.offer)


def _channels(config: Config) -> dict[str, Channel]:
    channels: dict[str, Channel] = {"console": Console(print), "web": Web()}
    if config.whatsapp.on:
        channels["whatsapp"] = whatsapp_of(config.whatsapp)
    if config.telegram.on:
        from periksa.channels.telegram import Telegram

        channels["telegram"] = Telegram(config.telegram.token.get_secret_value(), config.telegram.api_url)
    return channels


def whatsapp_of(settings: WhatsAppSettings) -> WhatsApp:
    """The channel that these settings describe."""
    from periksa.channels.whatsapp import WhatsApp

    return WhatsApp(
        secrets=[settings.app_secret.get_secret_value(), settings.app_secret_old.get_secret_value()],
        verify_token=settings.verify_token.get_secret_value(),
        token=settings.token.get_secret_value(),
        phone_number_id=settings.phone_number_id,
        graph_url=settings.graph_url,
        graph_version=settings.graph_version,
        per_second=settings.per_second,
        conversations=settings.conversations,
    )
