"""What became of every message, for `chaos.py`: judged by what the platform accepted, not by what we believe."""

from __future__ import annotations

import re
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from statistics import quantiles

from chaos_platform import Post, Storm, answered_by
from rich.table import Table

from periksa.web.fake_graph.hooks import Written
from periksa.web.fake_graph.state import Sent

CROSSED = timedelta(seconds=1)
"""A status taken so shortly before a repeat met it on its way."""


@dataclass(frozen=True, slots=True)
class Plan:
    messages: int
    kills: int
    rate: float
    failing: float
    timing_out: float
    settle: float
    seed: int


def reaching(storm: Storm) -> list[Sent]:
    """Replies that came to the person: accepted, and not reported as failed later."""
    return [sent for sent in storm.recorded() if sent.failed is None]


@dataclass(slots=True)
class Verdict:
    """What was found out from outside."""

    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    """Although a status had settled an earlier reply."""
    doubled_in_doubt: list[str] = field(default_factory=list)
    """Where no status had come that could settle it."""
    astray: list[str] = field(default_factory=list)
    """Told to somebody who had not asked."""
    waits: list[float] = field(default_factory=list)
    """Seconds from the first delivery to the reply, those left out that had to wait for the person."""
    answered: int = 0
    written: int = 0

    @property
    def good(self) -> bool:
        return not (self.lost or self.doubled or self.astray)


def judge(written: Sequence[Written], storm: Storm, post: Post) -> Verdict:
    verdict, replies = Verdict(written=len(written)), defaultdict[str, list[Sent]](list)
    senders = {one.id: one.sender for one in written}
    for each in reaching(storm):
        about = answered_by(each.payload)
        replies[about].append(each)
        if senders.get(about) != each.payload.get("to"):
            verdict.astray.append(about)
    for one in written:
        said = sorted(replies[one.id], key=lambda each: each.at)
        if not said:
            verdict.lost.append(one.id)
            continue
        verdict.answered += 1
        if one.id not in storm.closed:
            verdict.waits.append((said[0].at - post.begun[one.id]).total_seconds())
        for place, repeat in enumerate(said[1:], 1):
            known = [post.told[each.id] for each in said[:place] if each.id in post.told]
            wrong = any(at < repeat.at - CROSSED for at in known)
            (verdict.doubled if wrong else verdict.doubled_in_doubt).append(one.id)
    return verdict


def spread(seconds: Sequence[float]) -> str:
    if len(seconds) < 2:
        return "–"
    cuts = quantiles(seconds, n=100, method="inclusive")
    return f"{cuts[49]:.2f} / {cuts[98]:.1f} / {max(seconds):.1f} s"


def kept(database: Path) -> int:
    """Messages in the database."""
    with closing(sqlite3.connect(database)) as connection:
        return int(connection.execute("SELECT count(*) FROM messages").fetchone()[0])


@dataclass(slots=True)
class Outcome:
    """After the storm, and after the calm that follows it."""

    before: Verdict
    after: Verdict
    given_up: Mapping[str, str]
    """By reply, why, after the storm."""
    held: int
    still_given_up: int
    kills: int
    in_database: int = 0
    """Messages."""
    escaped: int = 0
    """Tracebacks in the server's log."""

    @property
    def good(self) -> bool:
        return self.after.good and self.in_database == self.after.written and not self.escaped


def table(found: Outcome, storm: Storm, post: Post, plan: Plan) -> Table:
    pace = f"{plan.messages:,} messages at {plan.rate:g}/s, {plan.kills} kills"
    made = Table(title=f"{pace}, settle {plan.settle:g} s, seed {plan.seed}", title_justify="left", show_header=False)
    rows = {
        "messages written, in the database": f"{found.after.written:,}, {found.in_database:,}",
        "server killed": str(found.kills),
        **{name: f"{number:,}" for name, number in sorted(post.counts.items())},
        "calls to send, struck": f"{storm.calls:,}, {storm.blows.total():,}",
        "struck by": _listed(storm.blows),
        "answered in the storm": f"{found.before.answered:,}",
        "answer p50 / p99 / slowest": spread(found.before.waits),
        "unanswered after the storm": f"{len(found.before.lost):,}",
        "of them held until the person writes": f"{found.held:,}",
        "of them given up, for the operator to see": f"{len(found.given_up):,}\n{_reasons(found.given_up)}".strip(),
        "still given up after `periksa resend --all`": f"{found.still_given_up:,}",
        "doubled, no status had settled it": f"{len(found.after.doubled_in_doubt):,}",
        "doubled wrongly": _named(found.after.doubled),
        "told to somebody else": _named(found.after.astray),
        "lost": _named(found.after.lost),
        "exceptions in the server's log": str(found.escaped),
    }
    for name, value in rows.items():
        made.add_row(name, value)
    return made


def _reasons(given_up: Mapping[str, str]) -> str:
    return _listed(Counter(re.sub(r".*: |HTTP \d+, |[()]", "", why) for why in given_up.values()))


def _listed(counts: Counter[str]) -> str:
    return "\n".join(f"{number:,} {what}" for what, number in counts.most_common())


def _named(messages: Sequence[str]) -> str:
    return f"{len(messages):,} {' '.join(messages[:5])}".strip()
