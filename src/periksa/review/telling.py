"""What each of those who wait is told: in their language, as their channel carries it, an answer or an offer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

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
    Waiting,
)
from periksa.store import Transaction


@dataclass(frozen=True, slots=True)
class Asker:
    """Somebody who waits, and what they asked."""

    waiting: Waiting
    text: str


class Telling:
    """`code` is the language for somebody whose own is not known."""

    def __init__(self, channels: Mapping[str, Channel], finder: Finder, code: str) -> None:
        self._channels = channels
        self._finder = finder
        self._code = code

    def news(self, case: Case, article: Article | None, asker: Asker, at: datetime) -> Outgoing:
        """An answer to whoever asked in the words of the case, or whose own words lead to it; else an offer.

        Without an article: that it cannot be checked.
        """
        asked = self._finder.read(as_message(asker.text, at))
        code = self.language(asker.waiting.language, asked)
        sure = article is not None and (not asked.words or self._answers(case, article, asker.text, asked))
        if article is None:
            reply = word.about("cannot_check", asked.text, code)
        elif sure:
            reply = word.told(article, asked.text, code, at.date())
        else:
            reply = word.told_maybe(article, asked.text, code)
        waiting = asker.waiting
        return Outgoing(
            id=f"f-{case.id}-{waiting.contact}",
            contact=waiting.contact,
            channel=waiting.channel,
            reply=reply,
            message=waiting.message,
            refers_to=waiting.refers_to,
            created_at=at,
            purpose=Purpose.FOLLOW_UP,
            article=article.id if article and sure else "",
        )

    def lowered(self, reply: Reply, channel: str) -> Reply:
        """As this channel carries it."""
        known = self._channels.get(channel)
        return lower(reply, known.caps) if known else reply

    def is_late(self, tx: Transaction, waiting: Waiting, at: datetime) -> bool:
        """Whether their window is closed at that time."""
        channel = self._channels.get(waiting.channel)
        if channel is None or channel.caps.window is None:
            return False
        return at >= (tx.contacts.wrote_at(waiting.contact, waiting.channel) or waiting.asked_at) + channel.caps.window

    def _answers(self, case: Case, article: Article, text: str, asked: Query) -> bool:
        if same.text_key(asked) == same.text_key(self._finder.read(as_message(case.text, case.opened_at))):
            return True
        decision = self._finder.find(as_message(text, case.opened_at)).decision
        return decision.kind is DecisionKind.ANSWER and decision.shown[0].article.id == article.id

    def language(self, wanted: str, asked: Query) -> str:
        """The one they chose, or else the one they asked in."""
        return language(wanted or (asked.language if asked.words else self._code)).code


def asked_by(tx: Transaction, waiting: Sequence[Waiting]) -> list[Asker]:
    """With what each of them asked."""
    asked = ((each, tx.messages.get(each.message)) for each in waiting)
    return [Asker(each, message.text if message else "") for each, message in asked]


def as_message(text: str, at: datetime) -> Message:
    """A text as if somebody had just sent it."""
    return Message("", "", "", "", MessageKind.TEXT, at, at, text=text)
