"""Corridor: how good our answers are. What readers complained of, what nobody wanted, what editors say of a week's
sample; and how sure we must be, where the desk wants more than the settings.
"""

from __future__ import annotations

import heapq
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta, tzinfo
from functools import partial
from hashlib import sha256
from typing import Any

from periksa.answers.decide import Policy
from periksa.answers.explain import rule
from periksa.lang.mask import masked
from periksa.model import (
    Article,
    Audit,
    Decision,
    DecisionKind,
    Figure,
    Floors,
    Message,
    Outcome,
    Sampled,
    Says,
    Verdict,
)
from periksa.model.quality import Complaint, Foresight, ToJudge, Week, precision, settled
from periksa.store import Store, Transaction

FRESH = timedelta(seconds=5)
"""So soon every process decides by what the desk has set."""
SHOWN = 20
"""Complaints in a list."""
TAKEN_BY = timedelta(hours=24)
"""An offer from which nothing was picked for so long is one that nobody took."""
SIZE = 50
"""Questions in a week's sample: of so many that are all right, the true share is over 92 %."""
WEEK = timedelta(days=7)
KINDS = {Figure.ANSWERED: DecisionKind.ANSWER, Figure.OFFERED: DecisionKind.OFFER}
LATEST = 4
"""Weeks that can be judged, and that are looked back upon."""


class Thresholds:
    """How sure we must be now: what the desk has set, but never less than the settings say."""

    def __init__(self, store: Store, clock: Callable[[], datetime]) -> None:
        self._store = store
        self._clock = clock
        self._read_at: datetime | None = None
        self._floors: Floors | None = None

    def __call__(self, policy: Policy) -> Policy:
        """The stricter of both. Raises: StoreError, StoreBusy."""
        now = self._clock()
        if self._read_at is None or not self._read_at <= now < self._read_at + FRESH:
            self._floors, self._read_at = self._store.read(lambda tx: tx.judging.floors()), now
        return _stricter(policy, self._floors)


def _stricter(policy: Policy, floors: Floors | None) -> Policy:
    if floors is None:
        return policy
    return Policy(max(policy.answer, floors.answer), max(policy.offer, floors.offer))


class Quality:
    """The corridor. `policy` is what the settings say; `zone` where the newsroom is."""

    def __init__(self, store: Store, clock: Callable[[], datetime], zone: tzinfo, policy: Policy) -> None:
        self._store = store
        self._clock = clock
        self._zone = zone
        self._policy = policy

    # ------------------------------------------------------------ how sure

    def floors(self) -> tuple[Floors, Floors, Floors | None]:
        """What the settings say, what counts now, and what the desk has set last, if anything."""
        by_desk = self._store.read(lambda tx: tx.judging.floors())
        now = _stricter(self._policy, by_desk)
        return Floors(self._policy.answer, self._policy.offer), Floors(now.answer, now.offer), by_desk

    def foresee(self, answer: float, offer: float) -> Foresight:
        """What these floors would have changed in the last weeks."""
        since = self._clock() - LATEST * WEEK

        def count(tx: Transaction) -> Foresight:
            answers = tx.outcomes.count(Figure.ANSWERED, since, answer)
            offers = tx.outcomes.count(Figure.OFFERED, since, offer)
            return Foresight(since, *answers, *offers)

        return self._store.read(count)

    def allowed(self, answer: float, offer: float) -> bool:
        """Whether these are no looser than the settings, and an offer needs less than an answer."""
        return self._policy.answer <= answer <= 1 and self._policy.offer <= offer < answer

    def tighten(self, answer: float, offer: float, by: str) -> bool:
        """These count from now on, in every process within `FRESH`. False, and nothing changes, if not `allowed`."""
        if not self.allowed(answer, offer):
            return False
        at = self._clock()

        def change(tx: Transaction) -> None:
            tx.judging.set_floors(Floors(answer, offer, by, at))
            tx.audit.add(Audit(at, by, "set floors", detail=f"answer {answer:g}, offer {offer:g}"))

        self._store.write(change).result()
        return True

    def rule(self, outcome: Outcome, code: str) -> str:
        """By which rule a search decided, in a sentence of this language; "" where none did."""
        if outcome.kind not in KINDS or outcome.why in ("", "settled"):
            return ""
        return rule(Decision(KINDS[outcome.kind], why=outcome.why), self._policy, code)

    # ------------------------------------------------------------ what readers say

    def unhelpful(self) -> list[Complaint]:
        """Answers that did not help, latest first."""

        def look(tx: Transaction) -> list[Complaint]:
            found = tx.outcomes.unhelpful(SHOWN)
            told = {each.reply: [each.article] if each.article else _shown(each.outcome) for each in found}
            asked, articles = _read(tx, [each.message for each in found], told.values())
            return [
                Complaint(each.at, asked.get(each.message, ""), _those(articles, told[each.reply]), each.outcome)
                for each in found
            ]

        return self._store.read(look)

    def untaken(self) -> list[Complaint]:
        """Offers that nobody took, latest first."""
        before = self._clock() - TAKEN_BY

        def look(tx: Transaction) -> list[Complaint]:
            found = tx.outcomes.untaken(before, SHOWN)
            asked, articles = _read(tx, [each.message for each in found], [each.articles for each in found])
            return [
                Complaint(each.at, asked.get(each.message, ""), _those(articles, each.articles), each) for each in found
            ]

        return self._store.read(look)

    # ------------------------------------------------------------ the week's sample

    def weeks(self, by: str) -> list[Week]:
        """The latest weeks that are over, and those before of which there is a sample; latest first."""
        return self._store.read(lambda tx: [self._week(tx, monday, by) for monday in self._mondays(tx)])

    def _mondays(self, tx: Transaction) -> list[date]:
        today = self._clock().astimezone(self._zone).date()
        latest = today - timedelta(days=today.weekday()) - WEEK
        return sorted({*tx.judging.weeks()[:LATEST], *(latest - back * WEEK for back in range(LATEST))}, reverse=True)

    def _week(self, tx: Transaction, monday: date, by: str) -> Week:
        sample, verdicts = tx.judging.sample(monday), tx.judging.verdicts(monday)
        counts = Counter(says for each in _by_reply(verdicts).values() if (says := settled(each)))
        return Week(
            monday,
            out_of=sample[0].out_of if sample else 0,
            size=len(sample),
            counts=counts,
            mine=sum(verdict.by == by for verdict in verdicts),
            precision=precision(counts[Says.RIGHT], counts[Says.WRONG]),
        )

    def draw(self, monday: date, by: str) -> bool:
        """Let chance choose among a week's answered questions, once. False if the week is not over, or nothing was
        answered in it."""
        at = self._clock()
        begins = datetime.combine(monday, time(), self._zone)
        ends = datetime.combine(monday + WEEK, time(), self._zone)
        if monday.weekday() or ends > at:
            return False

        if self._store.read(lambda tx: tx.judging.sample(monday)):
            return True
        answered = self._store.read(lambda tx: list(tx.outcomes.answered(begins, ends)))
        chosen = heapq.nsmallest(SIZE, answered, key=lambda reply: _chance(monday, reply))
        sample = [Sampled(monday, place, reply, len(answered)) for place, reply in enumerate(chosen, 1)]

        def keep(tx: Transaction) -> None:
            if tx.judging.draw(sample):
                tx.audit.add(Audit(at, by, "drew a sample", about=monday.isoformat(), detail=str(len(sample))))

        self._store.write(keep).result()
        return bool(sample)

    def to_judge(self, monday: date, by: str, place: int = 0) -> ToJudge | None:
        """The one at this place of the sample; at 0 the first that this editor has not judged. None: there is none."""
        return self._store.read(lambda tx: self._to_judge(tx, monday, by, place))

    def _to_judge(self, tx: Transaction, monday: date, by: str, place: int) -> ToJudge | None:
        sample, verdicts = tx.judging.sample(monday), _by_reply(tx.judging.verdicts(monday))
        mine = {reply: each for reply, said in verdicts.items() for each in said if each.by == by}
        kept = tx.outcomes.get_all([each.reply for each in sample])
        left = (each for each in sample if each.place == place or (not place and _is_open(each, mine, kept)))
        sampled = next(left, None)
        if sampled is None:
            return None
        outcome = kept.get(sampled.reply)
        asked, articles = _read(tx, [outcome.message] if outcome else [], [_shown(outcome)])
        return ToJudge(
            sampled,
            len(sample),
            next(iter(asked.values()), ""),
            next(iter(articles.values()), None),
            outcome,
            mine.get(sampled.reply),
            tuple(each for each in verdicts.get(sampled.reply, ()) if each.by != by) if sampled.reply in mine else (),
        )

    def judge(self, monday: date, place: int, says: Says, by: str) -> bool:
        """An editor's word; their last one counts. False if there is no such place."""
        at = self._clock()

        def judge(tx: Transaction) -> bool:
            sampled = next((each for each in tx.judging.sample(monday) if each.place == place), None)
            if sampled is None:
                return False
            tx.judging.judge(Verdict(sampled.reply, by, says, at))
            tx.audit.add(Audit(at, by, "judged an answer", about=f"{monday.isoformat()} {place}"))
            return True

        return self._store.write(judge).result()

    # ------------------------------------------------------------ as data

    def pairs(self) -> Iterator[Mapping[str, Any]]:
        """What was judged right or wrong, as questions for `periksa eval` (docs/quality.md), masked."""
        for monday in self._store.read(lambda tx: tx.judging.weeks()):
            yield from self._store.read(partial(_pairs, monday=monday))


def _pairs(tx: Transaction, monday: date) -> list[Mapping[str, Any]]:
    verdicts = {reply: settled(said) for reply, said in _by_reply(tx.judging.verdicts(monday)).items()}
    kept = tx.outcomes.get_all(list(verdicts))
    asked, _ = _read(tx, [each.message for each in kept.values()], [])
    return [
        _pair(monday, each, asked[each.message], verdicts[reply] is Says.RIGHT)
        for reply, each in sorted(kept.items())
        if verdicts[reply] in (Says.RIGHT, Says.WRONG) and asked.get(each.message) and each.articles
    ]


def _pair(monday: date, outcome: Outcome, text: str, right: bool) -> Mapping[str, Any]:
    """A wrong one is of a type that counts for itself: that this check is wrong does not say that none is right."""
    return {
        "qid": f"live-{sha256(outcome.reply.encode()).hexdigest()[:16]}",
        "text": masked(text),
        "relevant": list(outcome.articles[:1]) if right else [],
        "wrong": [] if right else list(outcome.articles[:1]),
        "kind": "live",
        "type": "normal" if right else "wrong",
        "split": monday.isoformat(),
        "language": outcome.language,
        "score": outcome.score,
    }


def _read(
    tx: Transaction, messages: Sequence[str], told: Sequence[Sequence[str]] | Any
) -> tuple[dict[str, str], dict[str, Article]]:
    """What these messages say, and these articles, by id."""
    found = tx.messages.get_all(messages)
    articles = tx.articles.get(list(dict.fromkeys(id for each in told for id in each)))
    return {id: _words(message) for id, message in found.items()}, {article.id: article for article in articles}


def _words(message: Message) -> str:
    return "" if message.forgotten_at else message.text or f"[{message.kind}]"


def _shown(outcome: Outcome | None) -> Sequence[str]:
    return outcome.articles if outcome else ()


def _those(articles: Mapping[str, Article], ids: Sequence[str]) -> tuple[Article, ...]:
    return tuple(replace(articles[id], body="", statements=()) for id in ids if id in articles)


def _by_reply(verdicts: Sequence[Verdict]) -> dict[str, list[Verdict]]:
    said: defaultdict[str, list[Verdict]] = defaultdict(list)
    for each in verdicts:
        said[each.reply].append(each)
    return said


def _is_open(sampled: Sampled, mine: Mapping[str, Verdict], kept: Mapping[str, Outcome]) -> bool:
    return sampled.reply not in mine and sampled.reply in kept


def _chance(monday: date, reply: str) -> bytes:
    """An order that nothing about question, answer or time has a part in: ids are random, and a hash mixes them."""
    return sha256(f"{monday.isoformat()} {reply}".encode()).digest()
