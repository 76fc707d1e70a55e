"""The chat page as HTML: templates, days, folding of long messages. Whatever anyone wrote is escaped."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from itertools import groupby

import regex
from jinja2 import Environment, PackageLoader, StrictUndefined

from periksa.model import Line
from periksa.web.public import markup
from periksa.web.public.said import MOST
from periksa.web.public.static import Static
from periksa.web.public.texts import Texts

_LONG = 700
"""Characters from which a person's own message is folded."""
_MANY_LINES = 14
_HEAD = 420
"""About how many of them stay visible."""
_PATIENCE = timedelta(seconds=60)
"""How long after a message the page expects its reply at any moment."""


@dataclass(frozen=True, slots=True)
class Draft:
    """What the page's own form shows: a fresh key, and after a refusal the words and the reason."""

    key: str
    text: str = ""
    trouble: str = ""


class Page:
    """Everything a browser is shown of a conversation."""

    def __init__(self, static: Static, name: str, zone: tzinfo, examples: Sequence[str] = ()) -> None:
        self._zone = zone
        environment = Environment(
            loader=PackageLoader(__package__),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        environment.globals.update(name=name, url=static.url, examples=tuple(examples), most=MOST)
        environment.filters.update(rich=markup.html, fold=fold, clock=self._clock)
        self._chat = environment.get_template("chat.html")
        self._bubble = environment.get_template("bubble.html")

    def chat(self, lines: Sequence[Line], texts: Texts, draft: Draft, now: datetime, session: str = "") -> str:
        """The whole page; with `session`, for a frame within another site's page, whose script keeps it."""
        days = groupby(lines, key=lambda line: line.at.astimezone(self._zone).date())
        today = now.astimezone(self._zone).date()
        return self._chat.render(
            texts=texts,
            words=texts.words,
            days=[(_day(day, today, texts), list(said)) for day, said in days],
            read=_read(lines),
            after=max((line.sequence for line in lines), default=0),
            awaiting=bool(lines) and not lines[-1].ours and now - lines[-1].at < _PATIENCE,
            draft=draft,
            session=session,
        )

    def bubble(self, line: Line, texts: Texts) -> str:
        """One line of it, for a page that is open already."""
        return self._bubble.render(line=line, words=texts.words, read=frozenset(), draft=Draft(""))

    def _clock(self, at: datetime, form: str) -> str:
        return at.astimezone(self._zone).strftime(form)


def fold(text: str) -> tuple[str, str]:
    """What shows of a long text, and the rest; cut at the end of a line or word, never within an emoji."""
    if len(text) <= _LONG and text.count("\n") <= _MANY_LINES:
        return text, ""
    cut = max(text.rfind("\n", 0, _HEAD), text.rfind(" ", 0, _HEAD))
    if cut >= _HEAD // 4:
        return text[:cut], text[cut + 1 :]
    head = regex.match(rf"\X{{{_HEAD // 2}}}", text)
    return (text[: head.end()], text[head.end() :]) if head else (text, "")


def _read(lines: Sequence[Line]) -> frozenset[str]:
    """Ids of the person's messages that a reply stands below."""
    last = max((place for place, line in enumerate(lines) if line.ours), default=0)
    return frozenset(line.id for line in lines[:last] if not line.ours)


def _day(day: date, today: date, texts: Texts) -> str:
    if day == today:
        return texts.words["today"]
    if day == today - timedelta(days=1):
        return texts.words["yesterday"]
    return texts.day(day)
