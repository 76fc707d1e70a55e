"""One record of the library format: its fields, and how they become an article.

`FIELDS` is the format; docs/library-format.md shows the same table and a test holds the two together.
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from periksa.model import Article, ArticleKind, Force, Statement
from periksa.sources import Problem
from periksa.sources.address import derived_id, same_page, web_address
from periksa.sources.cleaning import clean, language_code, one_line
from periksa.sources.dates import read_date
from periksa.sources.furniture import without_furniture

Values = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Field:
    """One field of the format. `aliases` are read when the field itself is absent."""

    name: str
    meaning: str
    aliases: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """The name and its aliases, in the order in which they are looked for."""
        return (self.name, *self.aliases)


FIELDS = (
    Field("id", "the publisher's own id; derived from the url when absent"),
    Field("kind", "fact-check or news"),
    Field("url", "address of the published page, http or https"),
    Field("outlet", "who published it"),
    Field("lang", "language code: id, en, ms, jv …"),
    Field("date", "day of publication"),
    Field("title", "headline; the claim when absent"),
    Field("claim", "the sentence a fact-check examines"),
    Field("rating", "the publisher's conclusion, in the publisher's own word", ("verdict_raw",)),
    Field("summary", "why, in at most a paragraph", ("conclusion",)),
    Field("body", "the full text", ("text",)),
    Field("place", "place of the date line"),
    Field("statements", "who said what: a list of objects"),
    Field("withdrawn", "true if the publisher took it back: it leaves the library; id or url are enough then"),
)
IGNORED = ("category", "cluster", "split")
"""Fields that measurements use; read over without a word."""

STATEMENT_FIELDS = (
    Field("speaker", "who said it"),
    Field("words", "what was said"),
    Field("direct", "true if the words are the speaker's own, in quotation marks"),
    Field("role", "the speaker's office or function"),
    Field("verb", "how it was said: kata, menegaskan, denies …"),
    Field("date", "when it was said"),
    Field("place", "where the speaker was"),
    Field("medium", "where it was said: an interview, a post, a press conference"),
    Field("via", "who passed the words on, nearest first: a list of names"),
    Field("organisation", "the body that the speaker is, or speaks for"),
    Field("force", "what the speaker does: said, claimed, denied, promised, warned or asked; said when absent"),
    Field("start", "where the words begin in the body, in characters from 0"),
    Field("end", "the character behind the words"),
    Field("speaker_start", "where the speaker is named beside the words"),
    Field("speaker_end", "the character behind that name"),
)
"""Offsets count in the body as it is stored: cleaned, and news without furniture."""

_BY_NAME = {one.name: one for one in FIELDS}
_KNOWN = frozenset(name for one in FIELDS for name in one.names) | frozenset(IGNORED)
_STATEMENT_BY_NAME = {one.name: one for one in STATEMENT_FIELDS}
_KINDS = {"fact-check": ArticleKind.FACT_CHECK, "factcheck": ArticleKind.FACT_CHECK, "news": ArticleKind.NEWS}


@dataclass(slots=True)
class Reader:
    """Reads the fields of one object; one that cannot be read counts as absent and is noted."""

    values: Values
    where: str
    fields: Mapping[str, Field] = field(default_factory=lambda: _BY_NAME)
    prefix: str = ""
    problems: list[Problem] = field(default_factory=list)

    def note(self, name: str, what: str, refused: bool = False) -> None:
        """Write down what is wrong with a field."""
        self.problems.append(Problem(self.where, f"{self.prefix}{name}", what, refused))

    def raw(self, name: str) -> tuple[str, Any]:
        """The value and the name it was given under; null and absent are the same."""
        for known in self.fields[name].names:
            if (value := self.values.get(known)) is not None:
                return known, value
        return name, None

    def text(self, name: str) -> str:
        """The field as text, lines kept."""
        used, value = self.raw(name)
        if value is None:
            return ""
        if not isinstance(value, str):
            self.note(used, f"must be text, not {_type_of(value)}; it was left out")
            return ""
        return clean(value)

    def line(self, name: str) -> str:
        """The field as text on one line."""
        return one_line(self.text(name))

    def day(self, name: str) -> date | None:
        """The field as a calendar date."""
        text = self.line(name)
        day = read_date(text) if text else None
        if text and not day:
            self.note(name, f'is not a date: "{text[:40]}"; write it as 2020-05-12 (it was left out)')
        return day


def article_of(values: Values, where: str) -> tuple[Article | None, list[Problem]]:
    """The article a record describes, or None; and everything that is wrong with it, unknown fields excepted."""
    read = Reader(values, where)
    kind, url = _kind(read), _url(read)
    claim, id = read.line("claim"), _id(read, url)
    title = read.line("title") or claim or (id if _flag(read, "withdrawn") else "")
    if not title:
        read.note("title", "is missing and there is no claim to take its place", refused=True)
    if not (title and id and kind):
        return None, read.problems
    body = read.text("body")
    return Article(
        id=id,
        kind=kind,
        title=title,
        outlet=read.line("outlet"),
        url=url,
        language=_language(read),
        date=read.day("date"),
        claim=claim,
        rating=read.line("rating"),
        summary=read.text("summary"),
        body=without_furniture(body) if kind is ArticleKind.NEWS else body,
        place=read.line("place"),
        statements=_statements(read),
    ), read.problems


def unknown_fields(values: Values) -> list[str]:
    """The fields of a record that the format does not know."""
    return [name for name in values if name not in _KNOWN]


def nearest_field(name: str) -> str:
    """The known field that looks most like this one, or empty."""
    near = difflib.get_close_matches(name[:40].lower(), sorted(_KNOWN), n=1, cutoff=0.7)
    return near[0] if near else ""


def _kind(read: Reader) -> ArticleKind | None:
    word = read.line("kind")
    if word:
        kind = _KINDS.get(word.lower().replace("_", "-").replace(" ", "-"))
        if not kind:
            read.note("kind", f'is neither fact-check nor news: "{word[:40]}"', refused=True)
        return kind
    examines = any(read.raw(name)[1] for name in ("claim", "rating"))
    return ArticleKind.NEWS if "text" in read.values and not examines else ArticleKind.FACT_CHECK


def _url(read: Reader) -> str:
    given = read.line("url")
    url = web_address(given)
    if given and not url:
        read.note("url", f'is not an http(s) address: "{given[:60]}"; it was left out')
    return url


def _id(read: Reader, url: str) -> str:
    given = read.values.get("id")
    if isinstance(given, int) and not isinstance(given, bool):
        return str(given)
    if id := read.line("id"):
        return id
    if not url:
        read.note("id", "is missing and there is no url to derive it from", refused=True)
    return derived_id(same_page(url)) if url else ""


def _language(read: Reader) -> str:
    given = read.line("lang")
    code = language_code(given)
    if given and not code:
        read.note("lang", f'is not a language code such as id or en: "{given[:40]}"; it was read as id')
    return code or "id"


def _statements(read: Reader) -> tuple[Statement, ...]:
    given = read.raw("statements")[1]
    if given is None:
        return ()
    if not isinstance(given, list):
        read.note("statements", f"must be a list of objects, not {_type_of(given)}; it was left out")
        return ()
    found = (_statement(read, values, number) for number, values in enumerate(given, start=1))
    return tuple(statement for statement in found if statement)


def _statement(record: Reader, values: object, number: int) -> Statement | None:
    name = f"statements[{number}]"
    if not isinstance(values, dict):
        record.note(name, f"must be an object, not {_type_of(values)}; it was left out")
        return None
    read = Reader(values, record.where, _STATEMENT_BY_NAME, f"{name}.", record.problems)
    for unknown in values.keys() - _STATEMENT_BY_NAME.keys():
        read.note(unknown, "is not a field of a statement; it was ignored")
    speaker, words = read.line("speaker"), read.text("words")
    if not (speaker and words):
        record.note(name, "needs both speaker and words; it was left out")
        return None
    return Statement(
        speaker=speaker,
        words=words,
        direct=_flag(read, "direct"),
        role=read.line("role"),
        verb=read.line("verb"),
        date=read.day("date"),
        place=read.line("place"),
        medium=read.line("medium"),
        via=_names(read, "via"),
        organisation=read.line("organisation"),
        force=_force(read),
        start=_offset(read, "start"),
        end=_offset(read, "end"),
        speaker_start=_offset(read, "speaker_start"),
        speaker_end=_offset(read, "speaker_end"),
    )


def _force(read: Reader) -> Force:
    word = read.line("force").lower()
    if word and word not in set(Force):
        read.note("force", f'is none of {", ".join(Force)}: "{word[:40]}"; it was read as said')
        return Force.SAID
    return Force(word or Force.SAID)


def _offset(read: Reader, name: str) -> int | None:
    value = read.raw(name)[1]
    if value is not None and (isinstance(value, bool) or not isinstance(value, int) or value < 0):
        read.note(name, "must be a whole number of characters; it was left out")
        return None
    return value


def _flag(read: Reader, name: str) -> bool:
    value = read.raw(name)[1]
    if value is not None and not isinstance(value, bool):
        read.note(name, f"must be true or false, not {_type_of(value)}; it was read as false")
    return value is True


def _names(read: Reader, name: str) -> tuple[str, ...]:
    value = read.raw(name)[1]
    names = [value] if isinstance(value, str) else value or []
    if not isinstance(names, list) or not all(isinstance(one, str) for one in names):
        read.note(name, "must be a list of names; it was left out")
        return ()
    return tuple(filter(None, map(one_line, names)))


def _type_of(value: object) -> str:
    names = {bool: "true or false", int: "a number", float: "a number", list: "a list", dict: "an object"}
    return names.get(type(value), "text")
