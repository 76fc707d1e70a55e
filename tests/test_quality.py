"""Quality: thresholds that only tighten, a sample that chance chose, verdicts, and what they come to."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from tests.conftest import Clock

from periksa.answers.decide import Policy
from periksa.finding import Finder
from periksa.index.memory import MemoryIndex
from periksa.measure.questions import questions
from periksa.model import (
    NONE_OF_THEM,
    Address,
    Article,
    ArticleKind,
    DecisionKind,
    Feedback,
    Figure,
    Message,
    MessageKind,
    Outcome,
    Outgoing,
    Reply,
    Says,
    Verdict,
)
from periksa.model.quality import Precision, Week, precision, settled, together
from periksa.quality import SIZE, Quality, Thresholds
from periksa.readers.text import TextReader
from periksa.store.memory import MemoryStore

ZONE = timezone(timedelta(hours=7), "WIB")
MONDAY = date(2026, 3, 2)
"""Of the last week that is over."""
POLICY = Policy(answer=0.8, offer=0.1)


class Desk:
    """A store with answered questions, and the corridor over it."""

    def __init__(self, clock: Clock) -> None:
        clock.now = datetime(2026, 3, 11, 5, 30, tzinfo=UTC)
        self.clock, self.store = clock, MemoryStore()
        self.quality = Quality(self.store, clock, ZONE, POLICY)
        luwak = Article("luwak", ArticleKind.FACT_CHECK, "Kopi luwak tidak menyembuhkan diabetes", language="id")
        self.do(lambda tx: tx.articles.put([luwak], clock()))
        self.count = 0

    def do(self, work: Callable[[Any], Any]) -> Any:
        return self.store.write(work).result()

    def asked(self, kind: Figure = Figure.ANSWERED, text: str = "kopi luwak diabetes?", **more: Any) -> str:
        """Somebody asked; the reply's id."""
        self.count += 1
        id, at = f"{self.count:04}", datetime(2026, 3, 4, 3, tzinfo=UTC)
        given = {"received_at": at, "at": at, "channel": "web", "language": "id", "score": 0.9, "articles": ("luwak",)}
        outcome = Outcome(f"r-{id}", id, kind=kind, **{**given, "why": "sure", **more})

        def ask(tx: Any) -> None:
            contact = tx.contacts.resolve([Address("web", f"s-{id}", "session")], f"c-{id}", at)
            tx.messages.add(Message(id, contact, "web", f"p-{id}", MessageKind.TEXT, at, at, text=text))
            tx.outbox.add(Outgoing(f"r-{id}", contact, "web", Reply("Salah."), id, created_at=at, article="luwak"))
            tx.outcomes.add([outcome])

        self.do(ask)
        return f"r-{id}"


@pytest.fixture
def desk(clock: Clock) -> Desk:
    return Desk(clock)


# ---------------------------------------------------------------- thresholds


def test_the_desk_may_only_be_stricter(desk: Desk) -> None:
    quality = desk.quality
    for answer, offer in ((0.79, 0.1), (0.9, 0.09), (1.01, 0.2), (0.9, 0.9), (-1.0, 0.1), (0.9, -1.0)):
        assert not quality.tighten(answer, offer, "dewi")
    assert quality.floors()[2] is None
    assert quality.tighten(0.9, 0.2, "dewi")
    [entry] = desk.store.read(lambda tx: tx.audit.list())
    assert (entry.who, entry.what, entry.detail) == ("dewi", "set floors", "answer 0.9, offer 0.2")
    assert quality.tighten(0.8, 0.1, "dewi"), "back to what the settings say"
    least, now, latest = quality.floors()
    assert (least.answer, now.answer, latest and latest.answer) == (0.8, 0.8, 0.8)


def test_running_workers_hear_of_it_without_a_restart(desk: Desk) -> None:
    elsewhere = Thresholds(desk.store, desk.clock)
    assert elsewhere(POLICY) == POLICY
    desk.quality.tighten(0.95, 0.3, "dewi")
    assert elsewhere(POLICY) == POLICY, "it does not ask the store for every question"
    desk.clock.now += timedelta(seconds=5)
    assert elsewhere(POLICY) == Policy(0.95, 0.3)
    assert elsewhere(Policy(0.99, 0.05)) == Policy(0.99, 0.3), "the settings were made stricter since"
    desk.clock.now -= timedelta(hours=1)
    assert elsewhere(POLICY) == Policy(0.95, 0.3)


def test_what_was_remembered_is_decided_anew_when_the_desk_wants_to_be_surer(desk: Desk) -> None:
    index = MemoryIndex()
    claim = "Kopi luwak bersertifikat dapat menyembuhkan diabetes."
    title, url = "Kopi luwak tidak menyembuhkan diabetes", "https://cek.example/luwak"
    index.put([Article("luwak", ArticleKind.FACT_CHECK, title, "Cek Nusantara", url, claim=claim, rating="SALAH")])
    finder = Finder(TextReader(), index, Policy(0.01, 0.001), stricter=Thresholds(desk.store, desk.clock))
    text, now = "kopi luwak bersertifikat dapat menyembuhkan diabetes", desk.clock()
    asked = Message("m", "c", "web", "p", MessageKind.TEXT, now, now, text=text)
    first = finder.find(asked).decision
    assert first.kind is DecisionKind.ANSWER
    assert Quality(desk.store, desk.clock, ZONE, Policy(0.01, 0.001)).tighten(1.0, 0.002, "dewi")
    assert finder.find(asked).decision.kind is DecisionKind.ANSWER
    desk.clock.now += timedelta(seconds=5)
    assert finder.find(asked).decision.kind is DecisionKind.OFFER


def test_what_other_thresholds_would_have_done(desk: Desk) -> None:
    for score in (0.81, 0.85, 0.9, 0.95):
        desk.asked(score=score)
    desk.asked(score=None, why="settled")
    desk.asked(score=0.85, at=desk.clock.now - timedelta(days=29))
    for score in (0.12, 0.4):
        desk.asked(Figure.OFFERED, score=score)
    found = desk.quality.foresee(0.9, 0.4)
    assert (found.answers, found.to_offers, found.offers, found.to_editors) == (4, 2, 2, 1)
    assert desk.quality.foresee(0.8, 0.1).to_offers == 0


# ---------------------------------------------------------------- what readers say


def test_complaints_show_question_answer_and_rule(desk: Desk) -> None:
    replies = [desk.asked(), desk.asked(text="")]
    for minutes, reply in enumerate(replies):
        at = desk.clock.now + timedelta(minutes=minutes)
        desk.do(lambda tx, reply=reply, at=at: tx.feedback.put(Feedback(reply, f"c-{reply[2:]}", False, "button", at)))
    sticker, first = desk.quality.unhelpful()
    assert (first.text, [each.id for each in first.articles]) == ("kopi luwak diabetes?", ["luwak"])
    assert first.outcome
    assert "80%" in desk.quality.rule(first.outcome, "en")
    assert sticker.text == "[text]"


def test_offers_nobody_took_are_a_day_old(desk: Desk) -> None:
    old = [desk.asked(Figure.OFFERED) for _ in range(3)]
    desk.asked(Figure.OFFERED, at=desk.clock.now - timedelta(hours=23))
    desk.do(lambda tx: tx.outcomes.pick(old[0], "luwak"))
    desk.do(lambda tx: tx.outcomes.pick(old[1], NONE_OF_THEM))
    found = [(each.outcome.reply, each.outcome.picked) for each in desk.quality.untaken() if each.outcome]
    assert found == [(old[2], ""), (old[1], NONE_OF_THEM)]


# ---------------------------------------------------------------- the sample


def test_a_sample_is_drawn_once_from_a_week_that_is_over(desk: Desk) -> None:
    replies = {desk.asked() for _ in range(SIZE + 30)}
    for day, hour in ((1, 16), (8, 17)):
        desk.asked(at=datetime(2026, 3, day, hour, tzinfo=UTC))
    desk.asked(Figure.CHOSEN)
    assert not desk.quality.draw(MONDAY + timedelta(days=7), "ayu"), "this week is not over"
    assert not desk.quality.draw(MONDAY + timedelta(days=1), "ayu"), "a week begins on Monday"
    assert not desk.quality.draw(MONDAY - timedelta(days=14), "ayu"), "nothing was answered"
    assert desk.quality.draw(MONDAY, "ayu")
    sample = desk.store.read(lambda tx: tx.judging.sample(MONDAY))
    assert {each.reply for each in sample} < replies
    assert [each.place for each in sample] == list(range(1, SIZE + 1))
    assert {each.out_of for each in sample} == {SIZE + 30}
    assert desk.quality.draw(MONDAY, "budi")
    assert desk.store.read(lambda tx: tx.judging.sample(MONDAY)) == sample
    assert [each.size for each in desk.quality.weeks("ayu")] == [SIZE, 0, 0, 0]
    assert [each.what for each in desk.store.read(lambda tx: tx.audit.list())] == ["drew a sample"]


def test_chance_favours_nothing(desk: Desk) -> None:
    """Two hundred weeks: as many of the first half of a week's answers are drawn as of the second."""
    for _ in range(SIZE * 2):
        desk.asked()
    early = 0
    for week in range(200):
        monday = date(2020, 1, 6) + timedelta(days=7 * week)
        chosen = sorted((f"r-{at:04}" for at in range(1, SIZE * 2 + 1)), key=lambda reply: _order(monday, reply))[:SIZE]
        early += sum(reply <= f"r-{SIZE:04}" for reply in chosen)
    assert abs(early - 200 * SIZE / 2) < 4 * (200 * SIZE / 4 / 2) ** 0.5


def _order(monday: date, reply: str) -> bytes:
    from periksa.quality import _chance

    return _chance(monday, reply)


def test_what_others_said_shows_after_ones_own_word(desk: Desk) -> None:
    for _ in range(3):
        desk.asked()
    desk.quality.draw(MONDAY, "ayu")
    assert desk.quality.judge(MONDAY, 1, Says.RIGHT, "ayu")
    first = desk.quality.to_judge(MONDAY, "budi")
    assert first
    assert (first.sampled.place, first.mine, first.others) == (1, None, ())
    desk.quality.judge(MONDAY, 1, Says.WRONG, "budi")
    seen = desk.quality.to_judge(MONDAY, "budi", 1)
    assert seen
    assert seen.mine
    assert [(each.by, each.says) for each in seen.others] == [("ayu", Says.RIGHT)]
    following = desk.quality.to_judge(MONDAY, "budi")
    assert following
    assert following.sampled.place == 2
    for place in (2, 3):
        desk.quality.judge(MONDAY, place, Says.RIGHT, "budi")
    assert desk.quality.to_judge(MONDAY, "budi") is None
    assert not desk.quality.judge(MONDAY, 4, Says.RIGHT, "budi")
    week = desk.quality.weeks("ayu")[0]
    assert (week.counts[Says.UNSURE], week.counts[Says.RIGHT], week.mine) == (1, 2, 1)
    assert "kopi" not in str(desk.store.read(lambda tx: tx.audit.list()))


def test_who_was_forgotten_is_not_to_be_judged_and_verdicts_stay(desk: Desk) -> None:
    replies = [desk.asked() for _ in range(3)]
    desk.quality.draw(MONDAY, "ayu")
    sample = desk.store.read(lambda tx: tx.judging.sample(MONDAY))
    for place in (1, 2):
        desk.quality.judge(MONDAY, place, Says.RIGHT, "ayu")
    for each in (sample[0], sample[2]):
        desk.do(lambda tx, reply=each.reply: tx.contacts.forget(f"c-{reply[2:]}", desk.clock()))
    assert len(replies) == 3
    assert desk.quality.to_judge(MONDAY, "ayu") is None
    gone = desk.quality.to_judge(MONDAY, "ayu", 1)
    assert gone
    assert (gone.text, gone.outcome) == ("", None)
    assert desk.quality.weeks("ayu")[0].counts == {Says.RIGHT: 2}
    assert [each["relevant"] for each in desk.quality.pairs()] == [["luwak"]]


def test_judged_pairs_are_what_the_measurement_reads(desk: Desk, tmp_path: Path) -> None:
    for _ in range(4):
        desk.asked(text="Kopi luwak sembuhkan diabetes, hubungi 081234567890 ya")
    desk.quality.draw(MONDAY, "ayu")
    for place, says in enumerate((Says.RIGHT, Says.WRONG, Says.UNSURE), 1):
        desk.quality.judge(MONDAY, place, says, "ayu")
    file = tmp_path / "judged.jsonl"
    file.write_text("".join(json.dumps(each) + "\n" for each in desk.quality.pairs()), encoding="utf-8")
    read = {each.type: each for each in questions(file)}
    assert read.keys() == {"normal", "wrong"}
    assert read["normal"].relevant == {"luwak"}
    assert read["wrong"].relevant == frozenset()
    assert all("0812••••••••" in each.text for each in read.values())
    assert "r-0" not in file.read_text(encoding="utf-8")


# ---------------------------------------------------------------- precision


def test_two_editors_who_differ_are_unsure() -> None:
    def said(*says: Says) -> Says | None:
        return settled([Verdict("r", str(at), each, datetime(2026, 3, 1, tzinfo=UTC)) for at, each in enumerate(says)])

    assert said() is None
    assert said(Says.RIGHT, Says.RIGHT) is Says.RIGHT
    assert said(Says.RIGHT, Says.WRONG) is Says.UNSURE


def test_wilsons_interval_as_others_compute_it() -> None:
    """Newcombe 1998, table I: 81 of 263, 15 of 148, 0 of 20, 1 of 29 (method 3)."""
    for right, of, low, high in (
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ):
        found = precision(right, of - right)
        assert found.share == right / of
        assert (round(found.low, 4), round(found.high, 4)) == (low, high)
    assert precision(0, 0) == Precision(None, 0.0, 1.0)


def test_one_week_together_is_that_week_and_a_quiet_one_speaks_for_fewer() -> None:
    def week(out_of: int, right: int, wrong: int) -> Week:
        counts = {Says.RIGHT: right, Says.WRONG: wrong}
        return Week(MONDAY, out_of, right + wrong, counts, 0, precision(right, wrong))

    assert together([]).share is None
    alone, found = precision(45, 5), together([week(900, 45, 5), week(0, 0, 0)])
    assert (found.share, found.low) == (pytest.approx(alone.share), pytest.approx(alone.low))
    found = together([week(9000, 50, 0), week(1000, 25, 25)])
    assert found.share == pytest.approx(0.95)
    assert found.low < 0.95 < found.high


def test_the_estimate_is_not_biased() -> None:
    """Weeks of unequal size and quality, sampled again and again: the mean of estimates is the true share."""
    chance = random.Random(6)
    weeks = [[chance.random() < share for _ in range(size)] for size, share in ((4000, 0.97), (800, 0.7), (150, 0.5))]
    truth = sum(map(sum, weeks)) / sum(map(len, weeks))
    estimates, inside = [], 0
    for _ in range(400):
        drawn = []
        for week in weeks:
            right = sum(chance.sample(week, SIZE))
            counts = {Says.RIGHT: right, Says.WRONG: SIZE - right}
            drawn.append(Week(MONDAY, len(week), SIZE, counts, 0, precision(right, SIZE - right)))
        found = together(drawn)
        estimates.append(found.share or 0)
        inside += found.low <= truth <= found.high
    assert sum(estimates) / 400 == pytest.approx(truth, abs=0.005)
    assert inside > 400 * 0.92
