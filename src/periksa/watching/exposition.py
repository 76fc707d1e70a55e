"""What Prometheus reads: the counts of this process, and what the store says at that moment."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from itertools import accumulate

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily
from prometheus_client.registry import Collector

from periksa.errors import PeriksaError
from periksa.model import CaseState, JobKind, JobState, Visit
from periksa.store import Store, Transaction
from periksa.watching import BOUNDS, Labels, Watch

WEEK = timedelta(days=7)
CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"

Family = CounterMetricFamily | GaugeMetricFamily | HistogramMetricFamily

_COUNTED = {
    "received": ("received", "Messages that were not known before.", ("channel", "kind")),
    "statuses": ("statuses", "A platform's words on our replies, repeated ones too.", ("channel", "status")),
    "refused": ("refused_deliveries", "Deliveries whose signature or form was wrong.", ("channel", "reason")),
    "said": ("messages_answered", "What people's messages got.", ("channel", "outcome")),
    "sends": ("sends", "Sends by how they ended.", ("channel", "result")),
}
_TIMED = {
    "stop": ("stop_seconds", "How long a stop of a message's way takes.", "stop"),
    "wait": ("answer_seconds", "From a message's delivery until the platform took its reply.", "channel"),
}


class Exposition(Collector):
    """Renders a watch and a store. The store is asked at every call and never in between. `sites` are visited."""

    def __init__(self, watch: Watch, store: Store, clock: Callable[[], datetime], sites: Collection[str] = ()) -> None:
        self._watch = watch
        self._store = store
        self._clock = clock
        self._sites = frozenset(sites)
        self.registry = CollectorRegistry(auto_describe=False)
        self.registry.register(self)

    def render(self) -> bytes:
        """All of it as `CONTENT_TYPE`. Blocking."""
        return generate_latest(self.registry)

    def describe(self) -> Iterable[Family]:
        """Nothing ahead of time: a store that cannot be reached must not keep us from starting."""
        return ()

    def collect(self) -> Iterator[Family]:
        """The families, one by one."""
        for what, (name, meaning, labels) in _COUNTED.items():
            yield _counter(name, meaning, labels, self._watch.counts(what))
        for what, (name, meaning, label) in _TIMED.items():
            yield _histogram(name, meaning, (label,), self._watch.spans(what))
        now = self._clock()
        try:
            shelves = self._store.read(lambda tx: [*_shelves(tx, now), *_sources(tx, now, self._sites)])
        except PeriksaError:
            shelves = []
        yield _gauge("store_up", "Whether the store answers.", (), {(): bool(shelves)})
        yield from shelves


def _shelves(tx: Transaction, now: datetime) -> Iterator[Family]:
    jobs, oldest, cases = tx.jobs.counts(), tx.jobs.oldest(now), tx.cases.counts()
    queue: dict[Labels, float] = {(kind, state): jobs.get((kind, state), 0) for kind in JobKind for state in JobState}
    yield _gauge("jobs", "Work to do; dead: given up, and waiting for the operator.", ("kind", "state"), queue)
    ages: dict[Labels, float] = {(kind,): (now - oldest.get(kind, now)).total_seconds() for kind in JobKind}
    yield _gauge("job_oldest_due_seconds", "How long the oldest job that is due has been due.", ("kind",), ages)
    by_state: dict[Labels, float] = {(state,): cases.get(state, 0) for state in CaseState}
    yield _gauge("cases", "Questions for the editors.", ("state",), by_state)
    held: dict[Labels, float] = {(channel,): count for channel, count in tx.outbox.held().items()}
    yield _gauge("replies_held", "Replies that wait for their person's next message.", ("channel",), held)


def _sources(tx: Transaction, now: datetime, sites: Collection[str]) -> Iterator[Family]:
    """How the publishers that are visited do."""
    visits = [visit for visit in tx.visits.all() if visit.site in sites]
    troubles = tx.visits.trouble_counts()
    told: dict[str, tuple[str, Callable[[Visit], float]]] = {
        "articles_week": (
            "Articles that the site brought in seven days.",
            lambda visit: tx.visits.brought(visit.site, now - WEEK),
        ),
        "expected_week": ("Articles that it publishes in a slow week; 0: unknown.", lambda visit: visit.expected),
        "problems": ("Addresses and fields that are wrong now.", lambda visit: troubles.get(visit.site, 0)),
        "visited_seconds": (
            "How long ago its listings were asked.",
            lambda visit: (now - (visit.last_at or visit.first_at)).total_seconds(),
        ),
    }
    for name, (meaning, value) in told.items():
        yield _gauge(f"source_{name}", meaning, ("site",), {(visit.site,): value(visit) for visit in visits})


def _counter(name: str, meaning: str, labels: Labels, counts: Mapping[Labels, int]) -> CounterMetricFamily:
    family = CounterMetricFamily(f"periksa_{name}", meaning, labels=labels)
    for values, count in sorted(counts.items()):
        family.add_metric(values, count)
    return family


def _gauge(name: str, meaning: str, labels: Labels, values: Mapping[Labels, float]) -> GaugeMetricFamily:
    family = GaugeMetricFamily(f"periksa_{name}", meaning, labels=labels)
    for given, value in values.items():
        family.add_metric(given, value)
    return family


def _histogram(
    name: str, meaning: str, labels: Labels, spans: Mapping[Labels, tuple[list[int], float]]
) -> HistogramMetricFamily:
    family = HistogramMetricFamily(f"periksa_{name}", meaning, labels=labels)
    bounds = [*(f"{bound:g}" for bound in BOUNDS), "+Inf"]
    for values, (counts, total) in sorted(spans.items()):
        family.add_metric(values, list(zip(bounds, accumulate(counts), strict=True)), sum_value=total)
    return family
