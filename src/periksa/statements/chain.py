"""When and where something was said, to whom, and who passed it on."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from periksa.statements.attributing import Said
from periksa.statements.sentences import Reading, Sentence, Span
from periksa.statements.speech import Speech

_NAME = re.compile(r"\s*@?(?:[A-Z]|the [A-Z])[\w.’'&@-]*(?: (?:[A-Z][\w.’'&@-]*|\d\w*))*")
_AND = re.compile(r"\s*(?:,|dan|and|serta|&)\s*(?=[A-Z])")
_JOINT = re.compile(r"\s*(?:dengan|bersama|kepada|with|to)\s+")
LONGEST_MEDIUM = 90
LONGEST_ADDRESSEE = 6
"""Words of "kepada wartawan politik terkemuka"."""
NEXT_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Occasion:
    """What one sentence tells about when, where and how; empty where it does not."""

    date: date | None = None
    place: str = ""
    medium: str = ""
    via: tuple[str, ...] = ()
    of_article: bool = False
    """Whether `via` opens a sentence, and so holds for what follows, whoever speaks."""


NOWHERE = Occasion()
"""Nothing told."""


def occasion(
    reading: Reading, sentence: Sentence, said: Sequence[Said], speech: Speech, published: date | None
) -> Occasion:
    """What stands in the sentence beside the words that were said."""
    beside = _beside(reading, sentence, said)
    via, at, end = _via(beside, speech)
    medium = _medium(beside, speech, said=bool(said))
    quoted = None if at < 0 else speech.days.match(beside, _gap(beside, end))
    day = _day(beside, speech, published, quoted.span() if quoted and via else (0, 0))
    opens = bool(via) and not reading.masked[sentence.start : sentence.start + max(at, 0)].strip(' ,"“”\0')
    return Occasion(day, _place(beside, speech), medium, via, opens)


def _beside(reading: Reading, sentence: Sentence, said: Sequence[Said]) -> str:
    """The sentence with blanks where words were said or quoted."""
    signs = list(reading.masked[sentence.start : sentence.end].replace("\0", " "))
    for each in said:
        for at in range(each.words.start - sentence.start, each.words.end - sentence.start):
            if not (each.cut and at + sentence.start in each.cut):
                signs[at] = " "
    return "".join(signs)


def _gap(text: str, at: int) -> int:
    found = re.compile(r"[\s,]*(?:\(|pada |on )?").match(text, at)
    return found.end() if found else at


def _via(beside: str, speech: Speech) -> tuple[tuple[str, ...], int, int]:
    """Who passed the words on, where that begins and ends; nobody if it is a statement or a page of the speaker's."""
    for found in speech.patterns["via"].finditer(beside):
        if speech.patterns["medium"].match(beside, found.start()):
            continue
        names = list(_names(beside, found.end(), speech))
        if names:
            return tuple(beside[one.start : one.end].strip() for one in names), found.start(), names[-1].end
    return (), -1, -1


def _names(beside: str, at: int, speech: Speech) -> Iterator[Span]:
    while found := _NAME.match(beside, at) or speech.patterns["small_names"].match(beside, at):
        name = found[0].strip().removeprefix("the ").rstrip(".")
        if name.casefold() in speech.weekdays:
            return
        yield Span(found.end() - len(found[0].strip().removeprefix("the ")), found.start() + len(found[0].rstrip(".")))
        more = _AND.match(beside, found.end())
        if not more or not name:
            return
        at = more.end()


def _medium(beside: str, speech: Speech, said: bool) -> str:
    found = speech.patterns["medium"].search(beside)
    if found:
        return _phrase(beside, found.start("medium"), found.end("medium"), speech)
    told = speech.patterns["told"].search(beside) if said else None
    if told:
        return str(told["medium"])
    for to in speech.patterns["addressee"].finditer(beside) if said else ():
        name = _phrase(beside, to.start(), to.end(), speech)
        if len(to[0]) + 1 < len(name) and len(name.split()) <= LONGEST_ADDRESSEE:
            return name
    return ""


def _phrase(beside: str, start: int, at: int, speech: Speech) -> str:
    """From the noun to where time, place or another clause begins."""
    joint = _JOINT.match(beside, at)
    at = joint.end() if joint else at
    stop = speech.patterns["medium_ends"].search(beside, at, start + LONGEST_MEDIUM)
    end = stop.start() if stop else min(len(beside), start + LONGEST_MEDIUM)
    return " ".join(beside[start:end].split())


def _place(beside: str, speech: Speech) -> str:
    for found in speech.patterns["place"].finditer(beside):
        stop = re.compile(
            r"[.;:(\"“”\n]|, (?![A-Z])|,? (?:pada|hari|on|yang|usai|saat|dilansir|dikutip)\b|\s{2}"
        ).search(beside, found.end())
        place = beside[found.end() : stop.start() if stop else len(beside)].strip(" ,")
        day = speech.days.search(place)
        return (place[: day.start()] if day else place).strip(" ,")
    return ""


def _day(beside: str, speech: Speech, published: date | None, quoted: tuple[int, int]) -> date | None:
    """The first day named beside the words that is not the day on which they were quoted."""
    first = speech.dated.search(beside)
    for found in speech.days.finditer(beside) if first else ():
        if found.start() != quoted[0] or quoted == (0, 0):
            day = _date(found, speech, published)
            if day:
                return day
    return None


def _date(found: re.Match[str], speech: Speech, published: date | None) -> date | None:
    """A year that is not written is the latest in which that day had come when the article was published.

    No day where a letter only looks like the language's own, as the dotless i of "Kamıs" does to a pattern.
    """
    if found["only"]:
        return _last(speech.weekdays.get(found["only"].casefold()), published)
    day = next(filter(None, (found["d1"], found["d2"], found["d3"])))
    month = next(filter(None, (found["m1"], found["m2"], found["m3"])))
    year = next(filter(None, (found["y1"], found["y2"], found["y3"])), None)
    number = speech.months.get(month.casefold()) or (int(month) if month.isdecimal() else 0)
    if year:
        return _exact(int(year) + (2000 if len(year) == 2 else 0), number, int(day))
    if not published:
        return None
    this = _exact(published.year, number, int(day))
    return this if this and this - published <= NEXT_DAY else _exact(published.year - 1, number, int(day))


def _exact(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _last(weekday: int | None, published: date | None) -> date | None:
    if weekday is None or not published:
        return None
    back = (published.weekday() - weekday) % 7
    return date.fromordinal(published.toordinal() - back) if published.toordinal() > back else None


def carried(speakers: Sequence[str], named: Sequence[Occasion]) -> list[Occasion]:
    """Each statement's occasion: what its sentence names; or else what the same speaker's last one did.

    A new day is a new occasion. What is named once only in all of a speaker's statements holds for earlier ones, too.
    """
    forward: list[Occasion] = []
    last: dict[str, Occasion] = {}
    via: tuple[str, ...] = ()
    for speaker, own in zip(speakers, named, strict=True):
        via = own.via if own.of_article else via
        known = last.get(speaker, NOWHERE)
        new = own.date and known.date and own.date != known.date
        kept = _filled(own, NOWHERE if new else known)
        last[speaker] = kept
        forward.append(kept if kept.via else replace(kept, via=via))
    mine: defaultdict[str, list[Occasion]] = defaultdict(list)
    for speaker, own in zip(speakers, named, strict=True):
        mine[speaker].append(own)
    only = {speaker: _only(theirs) for speaker, theirs in mine.items()}
    return [_filled(each, only[speaker]) for speaker, each in zip(speakers, forward, strict=True)]


def _filled(own: Occasion, other: Occasion) -> Occasion:
    medium = own.medium or other.medium
    return Occasion(own.date or other.date, own.place or other.place, medium, own.via or other.via)


def _only(mine: Sequence[Occasion]) -> Occasion:
    days = {each.date for each in mine if each.date}
    vias = {each.via for each in mine if each.via}
    media = {each.medium for each in mine if each.medium}
    one = len(days) < 2
    return Occasion(
        days.pop() if len(days) == 1 else None,
        "",
        media.pop() if len(media) == 1 and one else "",
        vias.pop() if len(vias) == 1 and one else (),
    )
