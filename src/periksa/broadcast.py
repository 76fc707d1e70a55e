"""What people asked to be sent without asking each time: the digest, and single fact-checks the newsroom broadcasts.

    plan, preview   who would get a broadcast, how, and what → nothing
    send         the newsroom sends one, now or at a time → campaign, job *broadcast*
    broadcast    everyone who follows its topic         → replies, jobs *send*
    stop         nothing more of it goes out            → what was not begun is erased
    programme    what went out, will go out, and how many follow what → numbers
    digest       once a day and once a week             → replies, jobs *send*, the next job *digest*

Whoever said STOP gets neither: they are no subscribers. An article broadcast twice, to whatever topics, reaches
everybody once.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
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
    Audience,
    Audit,
    Cadence,
    Campaign,
    Following,
    Job,
    JobKind,
    Outgoing,
    Outlook,
    Plan,
    Programme,
    Purpose,
    Reached,
    Reply,
    Round,
    Sample,
    Sent,
    Subscriber,
    Template,
)
from periksa.store import Store, Transaction

AT_ONCE = 200
"""People written to in one transaction."""
MOST = 5
"""Fact-checks in one digest: one screen."""
ASKED = (Purpose.ANSWER, Purpose.FOLLOW_UP)
"""What is told to somebody who asked."""
CONSIDERED = 50
"""The newest ones, of which those told most often come first."""
SHOWN, DIGESTS = 30, 7
"""Campaigns, and digests of each kind, that the programme looks back on."""
DAYS = {Cadence.DAILY: 1, Cadence.WEEKLY: 7}
MONDAY = 0


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

    def post(self, article: str, code: str = "") -> str:
        """The fact-check as a text to be copied into a channel that no software may post to. Raises: CaseError."""
        return word.channel_post(self.article(article), code or self._campaigns.code)

    def plan(self, article: str, topic: str = "") -> list[Plan]:
        """Who would get it, by channel. Raises: CaseError for an unknown topic."""
        return _plans(self._audience(article, topic_named(topic)))

    def preview(self, article: str, topic: str = "") -> Outlook:
        """Who would get it, and what, word for word. Nothing is sent. Raises: CaseError (no such article or topic)."""
        topic, today, found = topic_named(topic), self._clock().date(), self.article(article)
        audience = self._audience(found.id, topic)
        heard: Counter[tuple[str, str]] = Counter()
        for each in audience:
            if not each.already:
                heard[each.channel, self._code(each.language)] += each.people
        samples = (
            Sample(channel, code, people, self._says(found, code, today))
            for (channel, code), people in heard.most_common()
        )
        billed = bool(self._campaigns.template and self._campaigns.languages)
        return Outlook(found, topic, tuple(_plans(audience)), tuple(samples), billed)

    def _audience(self, article: str, topic: str) -> Sequence[Audience]:
        now = self._clock()
        windows = {name: channel.caps.window for name, channel in self._channels.items()}
        closed = {name: now - window for name, window in windows.items() if window}
        topics = (topic, EVERYTHING) if topic else ()
        return self._store.read(lambda tx: tx.campaigns.audience(topics, closed, _broadcast_id(article, "")))

    def send(self, article: str, topic: str, by: str, at: datetime | None = None) -> str:
        """Send this fact-check to everyone who follows `topic` (empty: to all who follow anything); the campaign's id.

        It reaches a person once, whatever topic it is sent to. With `at` it goes out then, to whoever follows then.
        Raises: CaseError for an unknown article or topic, or a time that has passed.
        """
        topic, now = topic_named(topic), self._clock()
        if at and at <= now:
            raise CaseError(f"{at:%Y-%m-%d %H:%M} UTC has passed; name a later time, or none to send it now.")
        made = Campaign(f"{topic or EVERYTHING} {self.article(article).id}", article, topic, by, now, at)

        def queue(tx: Transaction) -> str:
            new, number = made, 1
            while not tx.campaigns.add(new):
                number += 1
                new = replace(made, id=f"{made.id} {number}")
            tx.jobs.add([Job(JobKind.BROADCAST, new.id, not_before=at)], now)
            what = "scheduled a broadcast" if at else "broadcast"
            tx.audit.add(Audit(now, by, what, about=article, detail=topic or EVERYTHING))
            return new.id

        id = self._store.write(queue).result()
        self._wake(JobKind.BROADCAST)
        return id

    def stop(self, campaign: str, by: str) -> int:
        """Nothing more of it goes out; how many replies were called back. Raises: CaseError (not to be stopped)."""
        at = self._clock()

        def halt(tx: Transaction) -> int | None:
            known = tx.campaigns.get(campaign)
            if known is None or not tx.campaigns.halt(campaign, by, at):
                return None
            tx.audit.add(Audit(at, by, "stopped a broadcast", about=known.article, detail=known.topic or EVERYTHING))
            return tx.outbox.stop(campaign)

        back = self._store.write(halt).result()
        if back is None:
            raise CaseError(f"There is no broadcast {campaign!r} that could still be stopped.")
        return back

    def broadcast(self, jobs: Sequence[Job]) -> None:
        """The shift of *broadcast* jobs."""
        for job in jobs:
            at = self._clock()
            campaign = self._store.write(partial(_begun, key=job.key, at=at)).result()
            articles, followers = self._store.read(partial(_audience, campaign=campaign))
            said = (self._told(article, each, job.key) for article in articles for each in followers)
            self._hand_out(job, said)

    def programme(self) -> Programme:
        """What goes out, went out, and how many people follow what. Raises: StoreError."""
        return self._store.read(self._programme)

    def _programme(self, tx: Transaction) -> Programme:
        now = self._clock()
        made = tx.campaigns.latest(SHOWN)
        coming = [self._round(cadence, now) for cadence in Cadence]
        gone = [replace(each, due_at=due) for each in coming for due in _before(each)]
        gone = [replace(each, day=f"{each.due_at:%Y-%m-%d}") for each in gone]
        reached = tx.campaigns.reached([each.id for each in made] + [f"{each.cadence} {each.day}" for each in gone])
        about = {each.id: each for each in tx.articles.get(list({each.article for each in made}))}
        sent = [Sent(each, about.get(each.article), reached.get(each.id, Reached())) for each in made]
        rounds = [replace(each, reached=reached.get(f"{each.cadence} {each.day}", Reached())) for each in gone]
        waits = [each for each in sent if _waits(each.campaign)]
        return Programme(
            _following(tx),
            tuple(sorted(waits, key=lambda each: each.campaign.due_at or now)),
            tuple(each for each in sent if each.campaign.cancelled),
            tuple(each for each in sent if not _waits(each.campaign) and not each.campaign.cancelled),
            tuple(coming),
            tuple(each for each in rounds if each.reached != Reached()),
        )

    def _told(self, article: Article, to: Subscriber, campaign: str) -> Outgoing:
        says = self._says(article, self._code(to.language), self._clock().date())
        id = _broadcast_id(article.id, to.contact)
        return replace(self._outgoing(id, to, says, Purpose.BROADCAST, campaign), article=article.id)

    def _says(self, article: Article, code: str, today: date) -> Reply:
        return self._with_template(word.broadcast(article, code, today), article, code)

    # ------------------------------------------------------------ digests

    def schedule(self) -> None:
        """See to it that the next digests are queued. Twice is once."""
        at = self._clock()
        self._store.write(lambda tx: tx.jobs.add([self._next(cadence, at) for cadence in Cadence], at)).result()

    def digest(self, jobs: Sequence[Job]) -> None:
        """The shift of *digest* jobs, keyed by cadence and day.

        The next is queued first: whatever goes wrong here, there is another day.
        """
        for job in jobs:
            cadence, at = Cadence(job.key.partition(" ")[0]), self._clock()
            self._store.write(partial(_follow, job=self._next(cadence, at), at=at)).result()
            said = self._store.read(partial(self._digests, cadence=cadence, campaign=job.key))
            self._hand_out(job, said)

    def _next(self, cadence: Cadence, now: datetime) -> Job:
        due = self._round(cadence, now)
        return Job(JobKind.DIGEST, f"{cadence} {due.day}", not_before=due.due_at)

    def _round(self, cadence: Cadence, now: datetime) -> Round:
        due = datetime.combine(now.date(), time(self._campaigns.hour), UTC)
        while due <= now or (cadence is Cadence.WEEKLY and due.weekday() != MONDAY):
            due += timedelta(days=1)
        return Round(cadence, f"{due:%Y-%m-%d}", due)

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
                f"d-{campaign}-{to.contact}", to, word.digest(chosen, self._code(to.language)), Purpose.DIGEST, campaign
            )
            for who, to in people.items()
            if (chosen := [each for each, about in articles if about & wanted[who]][:MOST])
        ]

    # ------------------------------------------------------------ what both do

    def _hand_out(self, job: Job, said: Iterable[Outgoing]) -> None:
        """In batches; done twice, nobody gets it twice."""
        rest = iter(said)
        while batch := list(islice(rest, AT_ONCE)):
            self._store.write(partial(self._queue, outgoing=batch)).result()
        at = self._clock()

        def done(tx: Transaction) -> None:
            tx.campaigns.end(job.key, at)
            tx.jobs.finish([job.id])

        self._store.write(done).result()
        self._wake(JobKind.SEND)

    def _queue(self, tx: Transaction, outgoing: Sequence[Outgoing]) -> None:
        """In no lane: an answer must not wait behind it. Nothing, if the campaign was stopped meanwhile."""
        known = tx.campaigns.hold(outgoing[0].campaign)
        if known and known.stopped_at:
            return
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

    def _code(self, wanted: str) -> str:
        return language(wanted or self._campaigns.code).code


def topic_named(said: str) -> str:
    """The topic's id, by itself or by any word that readers follow it with; empty for none."""
    found = topic_id(said) if said else ""
    if said and not found:
        raise CaseError(f"There is no topic {said!r}; topics: {', '.join(TOPICS)}.")
    return found


def _broadcast_id(article: str, contact: str) -> str:
    """The same for every campaign: nobody is sent an article twice."""
    return f"b-{article}-{contact}"


def _plans(audience: Sequence[Audience]) -> list[Plan]:
    inside: Counter[str] = Counter()
    outside: Counter[str] = Counter()
    already: Counter[str] = Counter()
    for each in audience:
        group = already if each.already else outside if each.late else inside
        group[each.channel] += each.people
    names = sorted(inside | outside | already)
    return [Plan(name, inside[name], outside[name], already[name]) for name in names]


def _follow(tx: Transaction, job: Job, at: datetime) -> None:
    tx.jobs.add([job], at)


def _followers(tx: Transaction, topic: str) -> Iterator[Subscriber]:
    """Each person once on each channel: those who follow the topic, and those who follow everything."""
    seen: set[tuple[str, str]] = set()
    for each_topic in (topic, EVERYTHING) if topic else ("",):
        for each in tx.subscriptions.subscribers(each_topic):
            if (each.contact, each.channel) not in seen:
                seen.add((each.contact, each.channel))
                yield each


def _begun(tx: Transaction, key: str, at: datetime) -> Campaign:
    """The campaign that a job is about; one that was queued before campaigns were kept says all in its key."""
    topic, _, article = key.partition(" ")
    return tx.campaigns.begin(key, at) or Campaign(key, article, "" if topic == EVERYTHING else topic, "", at)


def _audience(tx: Transaction, campaign: Campaign) -> tuple[list[Article], list[Subscriber]]:
    if campaign.stopped_at:
        return [], []
    topic = "" if campaign.topic == EVERYTHING else campaign.topic
    return tx.articles.get([campaign.article]), list(_followers(tx, topic))


def _waits(campaign: Campaign) -> bool:
    return campaign.due_at is not None and not campaign.began_at and not campaign.stopped_at


def _before(coming: Round) -> list[datetime]:
    """When the digests before this one were due, latest first."""
    return [coming.due_at - timedelta(days=DAYS[coming.cadence] * back) for back in range(1, DIGESTS + 1)]


def _following(tx: Transaction) -> tuple[Following, ...]:
    known = tx.campaigns.followers()
    return tuple(
        Following(topic, {cadence: known.get((topic, cadence), 0) for cadence in Cadence})
        for topic in (EVERYTHING, *TOPICS)
    )


def _latest(tx: Transaction, since: date, before: date) -> list[tuple[Article, frozenset[str]]]:
    """Fact-checks published in these days and their topics, those told most often first, then the newest."""
    fresh = (each for each in tx.articles.all() if each.date and since <= each.date < before)
    checks = (each for each in fresh if each.kind is ArticleKind.FACT_CHECK)
    newest = sorted(checks, key=lambda each: (each.date or since, each.id), reverse=True)[:CONSIDERED]
    told = {each.id: sum(one.purpose in ASKED for one in tx.outbox.told(each.id, limit=AT_ONCE)) for each in newest}
    ranked = sorted(newest, key=lambda each: -told[each.id])
    return [(each, topics_of(each) | {EVERYTHING}) for each in ranked]
