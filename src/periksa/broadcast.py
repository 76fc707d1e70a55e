"""What people asked to be sent without asking each time: the digest, and single fact-checks the newsroom broadcasts.

    plan         who would get a broadcast, and how     → numbers
    send         the newsroom sends one                 → job *broadcast*
    broadcast    everyone who follows its topic         → replies, jobs *send*
    digest       once a day and once a week             → replies, jobs *send*, the next job *digest*

Whoever said STOP gets neither: they are no subscribers. An article broadcast twice, to whatever topics, reaches
everybody once.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from itertools import islice

from periksa.answers import word
from periksa.answers.orders import EVERYTHING, TOPICS, topic_id, topics_of
from periksa.channels import Channel
from periksa.errors import CaseError
from periksa.lang import DEFAULT, language
from periksa.model import (
    Article,
    ArticleKind,
    Audit,
    Cadence,
    Job,
    JobKind,
    Outgoing,
    Purpose,
    Reply,
    Subscriber,
    Template,
)
from periksa.store import Store, Transaction

AT_ONCE = 200
"""People written to in one transaction."""
MOST = 5
"""Fact-checks in one digest: one screen."""
CONSIDERED = 50
"""The newest ones, of which those told most often come first."""
DAYS = {Cadence.DAILY: 1, Cadence.WEEKLY: 7}
MONDAY = 0


@dataclass(frozen=True, slots=True)
class Plan:
    """Who would get a broadcast on one channel. `inside`: words reach them; `outside`: only a template would;
    `already`: they were sent it before, and are not sent it again."""

    channel: str
    inside: int = 0
    outside: int = 0
    already: int = 0


@dataclass(frozen=True, slots=True)
class Campaigns:
    """How broadcasts and digests go out. `hour` (UTC): when digests do. `template` takes two variables, the fact-check
    in one line and its link; by language, "" where none is approved."""

    hour: int = 0
    template: str = ""
    languages: tuple[str, ...] = ()
    code: str = DEFAULT


class Broadcast:
    """Sends to many what they asked for."""

    def __init__(
        self,
        store: Store,
        channels: Mapping[str, Channel],
        clock: Callable[[], datetime],
        wake: Callable[[JobKind], None] = lambda _: None,
        campaigns: Campaigns | None = None,
    ) -> None:
        self._store = store
        self._channels = channels
        self._clock = clock
        self._wake = wake
        self._campaigns = campaigns or Campaigns()

    # ------------------------------------------------------------ a broadcast

    def article(self, id: str) -> Article:
        """The fact-check with this id. Raises: CaseError."""
        found = self._store.read(lambda tx: tx.articles.get([id]))
        if not found or found[0].kind is not ArticleKind.FACT_CHECK:
            raise CaseError(f"There is no fact-check with the id {id!r} in the library; import it first.")
        return found[0]

    def plan(self, article: str, topic: str = "") -> list[Plan]:
        """Who would get it, by channel. Raises: CaseError for an unknown topic."""
        topic, now = _topic(topic), self._clock()
        inside: Counter[str] = Counter()
        outside: Counter[str] = Counter()
        already: Counter[str] = Counter()
        followers, told = self._store.read(partial(_told_already, article=article, topic=topic))
        for each in followers:
            group = already if _broadcast_id(article, each) in told else inside if self._open(each, now) else outside
            group[each.channel] += 1
        names = sorted(inside | outside | already)
        return [Plan(name, inside[name], outside[name], already[name]) for name in names]

    def send(self, article: str, topic: str, by: str) -> str:
        """Send this fact-check to everyone who follows `topic` (empty: to all who follow anything); the campaign's id.

        It reaches a person once, whatever topic it is sent to. Raises: CaseError for an unknown article or topic.
        """
        topic = _topic(topic)
        campaign, at = f"{topic or EVERYTHING} {self.article(article).id}", self._clock()

        def queue(tx: Transaction) -> None:
            tx.jobs.add([Job(JobKind.BROADCAST, campaign)], at)
            tx.audit.add(Audit(at, by, "broadcast", about=article, detail=topic or EVERYTHING))

        self._store.write(queue).result()
        self._wake(JobKind.BROADCAST)
        return campaign

    def broadcast(self, jobs: Sequence[Job]) -> None:
        """The shift of *broadcast* jobs."""
        for job in jobs:
            topic, _, id = job.key.partition(" ")
            articles, followers = self._store.read(partial(_audience, article=id, topic=topic))
            said = (self._told(article, each, job.key) for article in articles for each in followers)
            self._hand_out(job, said, [])

    def _told(self, article: Article, to: Subscriber, campaign: str) -> Outgoing:
        code = language(to.language or self._campaigns.code).code
        reply = word.broadcast(article, code, self._clock().date())
        says = self._with_template(reply, article, code)
        return self._outgoing(_broadcast_id(article.id, to), to, says, Purpose.BROADCAST, campaign)

    # ------------------------------------------------------------ digests

    def schedule(self) -> None:
        """See to it that the next digests are queued. Twice is once."""
        at = self._clock()
        self._store.write(lambda tx: tx.jobs.add([self._next(cadence, at) for cadence in Cadence], at)).result()

    def digest(self, jobs: Sequence[Job]) -> None:
        """The shift of *digest* jobs, keyed by cadence and day; each queues the next one."""
        for job in jobs:
            cadence = Cadence(job.key.partition(" ")[0])
            said = self._store.read(partial(self._digests, cadence=cadence, campaign=job.key))
            self._hand_out(job, said, [self._next(cadence, self._clock())])

    def _next(self, cadence: Cadence, now: datetime) -> Job:
        due = datetime.combine(now.date(), time(self._campaigns.hour), UTC)
        while due <= now or (cadence is Cadence.WEEKLY and due.weekday() != MONDAY):
            due += timedelta(days=1)
        return Job(JobKind.DIGEST, f"{cadence} {due:%Y-%m-%d}", not_before=due)

    def _digests(self, tx: Transaction, cadence: Cadence, campaign: str) -> list[Outgoing]:
        """One for each follower: what was published about any of their topics since the last one, most asked first."""
        day = date.fromisoformat(campaign.partition(" ")[2])
        articles = _latest(tx, day - timedelta(days=DAYS[cadence]), day)
        wanted: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
        people: dict[tuple[str, str], Subscriber] = {}
        for topic in (EVERYTHING, *TOPICS) if articles else ():
            for each in tx.subscriptions.subscribers(topic, cadence):
                people[each.contact, each.channel] = each
                wanted[each.contact, each.channel].add(topic)
        return [
            self._outgoing(
                f"d-{campaign}-{to.contact}", to, word.digest(chosen, self._code(to)), Purpose.DIGEST, campaign
            )
            for who, to in people.items()
            if (chosen := [each for each, about in articles if about & wanted[who]][:MOST])
        ]

    # ------------------------------------------------------------ what both do

    def _hand_out(self, job: Job, said: Iterable[Outgoing], following: Sequence[Job]) -> None:
        """In batches; done twice, nobody gets it twice."""
        rest = iter(said)
        while batch := list(islice(rest, AT_ONCE)):
            self._store.write(partial(self._queue, outgoing=batch)).result()
        at = self._clock()

        def done(tx: Transaction) -> None:
            tx.jobs.add(following, at)
            tx.jobs.finish([job.id])

        self._store.write(done).result()
        self._wake(JobKind.SEND)

    def _queue(self, tx: Transaction, outgoing: Sequence[Outgoing]) -> None:
        """In no lane: an answer must not wait behind it."""
        new = [each for each in outgoing if tx.outbox.add(each)]
        tx.jobs.add([Job(JobKind.SEND, each.id) for each in new], self._clock())

    def _outgoing(self, id: str, to: Subscriber, reply: Reply, purpose: Purpose, campaign: str) -> Outgoing:
        return Outgoing(
            id=id,
            contact=to.contact,
            channel=to.channel,
            reply=reply,
            created_at=self._clock(),
            purpose=purpose,
            campaign=campaign,
        )

    def _with_template(self, reply: Reply, article: Article, code: str) -> Reply:
        """The reply, with what goes to somebody whose window is closed."""
        languages = self._campaigns.languages
        if not (self._campaigns.template and languages):
            return reply
        approved = next((one for one in languages if one.partition("_")[0] == code), languages[0])
        title, _, link = word.brief(article, code).partition("\n")
        return replace(reply, template=Template(self._campaigns.template, approved, (title, link or article.outlet)))

    def _open(self, to: Subscriber, now: datetime) -> bool:
        channel = self._channels.get(to.channel)
        window = channel.caps.window if channel else None
        return window is None or (to.wrote_at is not None and now < to.wrote_at + window)

    def _code(self, to: Subscriber) -> str:
        return language(to.language or self._campaigns.code).code


def _topic(said: str) -> str:
    """The topic's id, by itself or by any word that readers follow it with; empty for none."""
    found = topic_id(said) if said else ""
    if said and not found:
        raise CaseError(f"There is no topic {said!r}; topics: {', '.join(TOPICS)}.")
    return found


def _broadcast_id(article: str, to: Subscriber) -> str:
    """The same for every campaign: nobody is sent an article twice."""
    return f"b-{article}-{to.contact}"


def _told_already(tx: Transaction, article: str, topic: str) -> tuple[list[Subscriber], Set[str]]:
    """Those who follow the topic, and the ids of what was handed out of this article."""
    followers = list(_followers(tx, topic))
    ids = [_broadcast_id(article, each) for each in followers]
    known = (tx.outbox.get_all(ids[start : start + AT_ONCE]) for start in range(0, len(ids), AT_ONCE))
    return followers, {id for some in known for id in some}


def _followers(tx: Transaction, topic: str) -> Iterator[Subscriber]:
    """Each person once on each channel: those who follow the topic, and those who follow everything."""
    seen: set[tuple[str, str]] = set()
    for each_topic in (topic, EVERYTHING) if topic else ("",):
        for each in tx.subscriptions.subscribers(each_topic):
            if (each.contact, each.channel) not in seen:
                seen.add((each.contact, each.channel))
                yield each


def _audience(tx: Transaction, article: str, topic: str) -> tuple[list[Article], list[Subscriber]]:
    return tx.articles.get([article]), list(_followers(tx, "" if topic == EVERYTHING else topic))


def _latest(tx: Transaction, since: date, before: date) -> list[tuple[Article, frozenset[str]]]:
    """Fact-checks published in these days and their topics, those told most often first, then the newest."""
    fresh = (each for each in tx.articles.all() if each.date and since <= each.date < before)
    checks = (each for each in fresh if each.kind is ArticleKind.FACT_CHECK)
    newest = sorted(checks, key=lambda each: (each.date or since, each.id), reverse=True)[:CONSIDERED]
    told = {each.id: len(tx.outbox.told(each.id, limit=AT_ONCE)) for each in newest}
    ranked = sorted(newest, key=lambda each: -told[each.id])
    return [(each, topics_of(each) | {EVERYTHING}) for each in ranked]
