"""What each of those who wait is told: in their language, as their channel carries it, an answer or an offer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from periksa.answers import same, word
from periksa.channels import Channel, lower
from periksa.finding import Finder
from periksa.lang import language
from periksa.model import (
    Article,
    Case,
    DecisionKind,
    Message,
    MessageKind,
    Outgoing,
    Purpose,
    Query,
    Reply,
    Telling,
    Waiting,
)
from periksa.store import Transaction


@dataclass(frozen=True, slots=True)
class Asker:
    """Somebody who waits, and what they asked."""

    waiting: Waiting
    text: str
    told: bool = False
    """Whether they were told something else about it before."""


@dataclass(frozen=True, slots=True)
class Settled:
    """A case as it was settled: by this article or, without one, because it cannot be checked."""

    case: Case
    article: Article | None
    telling: Telling


class Wording:
    """`code` is the language for somebody whose own is not known."""

    def __init__(self, channels: Mapping[str, Channel], finder: Finder, code: str) -> None:
        self._channels = channels
        self._finder = finder
        self._code = code

    def news(self, settled: Settled, asker: Asker, at: datetime) -> Outgoing:
        """An answer to whoever asked in the words of the case, or whose own words lead to it; else an offer."""
        case, article, waiting = settled.case, settled.article, asker.waiting
        asked = self._finder.read(as_message(asker.text, at))
        code = self.language(waiting.language, asked)
        sure = article is not None and (not asked.words or self._answers(case, article, asker.text, asked))
        return Outgoing(
            id=settled.telling.reply_id(waiting.contact),
            contact=waiting.contact,
            channel=waiting.channel,
            reply=_reply(article, asked, code, at, sure=sure, again=asker.told),
            message=waiting.message,
            refers_to=waiting.refers_to,
            created_at=at,
            purpose=Purpose.FOLLOW_UP,
            campaign=settled.telling.campaign,
            article=article.id if article and sure else "",
        )

    def key(self, text: str, at: datetime) -> str:
        """Equal for texts that are told the same."""
        return same.text_key(self._finder.read(as_message(text, at)))

    def lowered(self, reply: Reply, channel: str) -> Reply:
        """As this channel carries it."""
        known = self._channels.get(channel)
        return lower(reply, known.caps) if known else reply

    def closed(self, at: datetime) -> dict[str, datetime]:
        """By channel that has windows, when somebody must have written last for theirs to be closed at that time."""
        windows = {name: channel.caps.window for name, channel in self._channels.items()}
        return {name: at - window + timedelta(microseconds=1) for name, window in windows.items() if window}

    def _answers(self, case: Case, article: Article, text: str, asked: Query) -> bool:
        if same.text_key(asked) == self.key(case.text, case.opened_at):
            return True
        decision = self._finder.find(as_message(text, case.opened_at)).decision
        return decision.kind is DecisionKind.ANSWER and decision.shown[0].article.id == article.id

    def language(self, wanted: str, asked: Query) -> str:
        """The one they chose, or else the one they asked in."""
        return language(wanted or (asked.language if asked.words else self._code)).code


def _reply(article: Article | None, asked: Query, code: str, at: datetime, *, sure: bool, again: bool) -> Reply:
    if article is None:
        return word.about("taken_back" if again else "cannot_check", asked.text, code)
    if sure:
        return word.told(article, asked.text, code, at.date(), again=again)
    return word.told_maybe(article, asked.text, code, again=again)


def asked_by(tx: Transaction, waiting: Sequence[Waiting]) -> list[Asker]:
    """With what each of them asked."""
    found = tx.messages.get_all([each.message for each in waiting])
    return [Asker(each, found[each.message].text if each.message in found else "") for each in waiting]


def as_message(text: str, at: datetime) -> Message:
    """A text as if somebody had just sent it."""
    return Message("", "", "", "", MessageKind.TEXT, at, at, text=text)
