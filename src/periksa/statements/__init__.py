"""ROOM who said what (pure).   extract(text, language, published) → statements · attributed(article) → article
                             mark(article) → what stands for it and for how it is read

in      the text of one article, its language and day of publication
out     Statement: speaker, office, body, words, verb and its force, day, place, medium, via, offsets into the text
may     read its own data files, one per language
must    not judge what was said, not guess: words without a speaker are no statement; touch no I/O, clock or chance
to add  a language: copy english.toml
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache
from hashlib import blake2b
from importlib import resources

from periksa.model import Article, ArticleKind, Force, Statement
from periksa.statements.attributing import FEWEST, Heard, Said, hear, stripped
from periksa.statements.chain import NOWHERE, Occasion, carried, occasion
from periksa.statements.sentences import LONG, Reading, Sentence, Span, read
from periksa.statements.speakers import Cast, Kind, Mention, cast
from periksa.statements.speech import Speech, speech

__all__ = ["attributed", "extract", "mark"]

LONGEST_TEXT = 100_000
"""Characters that are read; a longer text is a whole site in one article."""


def extract(text: str, language: str, published: date | None) -> tuple[Statement, ...]:
    """Every statement that the text attributes, in its order. `published` gives days their year."""
    known = speech(language)
    reading = read(text[:LONGEST_TEXT], known)
    listener = _Listener(reading, known, published, cast(reading.text, known))
    for sentence in reading.sentences:
        listener.hear(sentence)
    return tuple(listener.statements())


def attributed(article: Article) -> Article:
    """The article with the statements in its body; as it is where it brings its own.

    Of a fact-check only the explanation is read: what stands above it is the hoax, and its quotations are invented.
    """
    if article.statements or not article.body:
        return article
    body = article.body
    if article.kind is ArticleKind.FACT_CHECK:
        explained = speech(article.language).patterns["explained"].search(body)
        if not explained:
            return article
        body = " " * explained.end() + body[explained.end() :]
    return replace(article, statements=extract(body, article.language, article.date))


def mark(article: Article) -> str:
    """The same for an article that came in the same, as long as statements are read the same way."""
    return blake2b(repr(article).encode(), digest_size=16, key=_edition()).hexdigest()


@cache
def _edition() -> bytes:
    """Stands for this room as it is: its rules, and its data."""
    room = resources.files(__package__)
    files = sorted((each for each in room.iterdir() if each.name.endswith((".py", ".toml"))), key=lambda one: one.name)
    return blake2b(b"\0".join(each.read_bytes() for each in files), digest_size=32).digest()


@dataclass(slots=True)
class _Listener:
    """Walks an article from sentence to sentence and remembers who is speaking."""

    reading: Reading
    speech: Speech
    published: date | None
    cast: Cast
    said: list[Said] = field(default_factory=list)
    named: list[Occasion] = field(default_factory=list)
    pending: Occasion = NOWHERE
    """What a sentence said about the occasion that attributed no words."""
    waiting: Sentence | None = None
    """A sentence that was quoted from somewhere and names no speaker: the next one may."""
    quoted: list[Span] = field(default_factory=list)
    """Quotations that nobody has spoken yet."""

    def hear(self, sentence: Sentence) -> None:
        """Read one sentence."""
        heard = hear(self.reading, sentence, self.speech)
        if not heard.said and (alone := self._alone(sentence)):
            self._quotation(alone, sentence)
            return
        quoted = self.speech.patterns["via"].match(self.reading.masked, sentence.start)
        if not (heard.said or heard.focus or quoted):
            self.waiting = None
            return
        here = occasion(self.reading, sentence, heard.said, self.speech, self.published)
        if not heard.said:
            self._nothing_said(sentence, heard, here)
            return
        self._take_waiting(heard)
        for each in heard.said:
            self._keep(each, here)
        self.waiting = None

    def _alone(self, sentence: Sentence) -> Span | None:
        """The quotation that is all of this sentence."""
        if len(sentence.quotes) != 1:
            return None
        (quote,) = sentence.quotes
        rest = self.reading.masked[sentence.start : sentence.end].strip(' \0,.;:\n\t"“”„«»*')
        words = self.reading.text[quote.start : quote.end].split()
        enough = len(words) >= (FEWEST if words[-1][-1] in ".!?" else LONG)
        return quote if enough and not rest else None

    def _quotation(self, quote: Span, sentence: Sentence) -> None:
        """Somebody goes on speaking; a quotation that opens the article waits for its speaker."""
        who = self.cast.focus
        if who:
            self._keep(Said(stripped(self.reading.text, quote, True), True, "", Force.SAID, who, sentence), NOWHERE)

    def _nothing_said(self, sentence: Sentence, heard: Heard, here: Occasion) -> None:
        if heard.focus and (who := self.cast.resolve(heard.focus)).name:
            self.cast.focus = who
        if heard.focus or here.of_article:
            self.pending = here
        self.waiting = sentence if here.of_article and self.said else None

    def _take_waiting(self, heard: Heard) -> None:
        """Words quoted from an agency are the speaker's if the next sentence goes on with "katanya"."""
        goes_on = heard.said[0].who.kind is Kind.PRONOUN and self.cast.resolve(heard.said[0].who).name
        if not (self.waiting and goes_on and self.cast.focus):
            return
        via = self.speech.patterns["via"].match(self.reading.masked, self.waiting.start)
        day = self.speech.days.search(self.reading.masked, self.waiting.start, self.waiting.end)
        start = max(via.end() if via else 0, day.end() + 1 if day else 0)
        words = stripped(self.reading.text, Span(start, self.waiting.end))
        self._keep(Said(words, False, "", Force.SAID, self.cast.focus, self.waiting), NOWHERE)

    def _keep(self, said: Said, here: Occasion) -> None:
        who = self.cast.resolve(said.who)
        if not who.name:
            return
        self.cast.focus = who
        if self.pending != NOWHERE:
            here = _with(here, self.pending)
            self.pending = NOWHERE
        self.said.append(Said(said.words, said.direct, said.verb, said.force, who, said.sentence, said.cut))
        self.named.append(here)

    def statements(self) -> Iterator[Statement]:
        """All that was said, each with its occasion."""
        speakers = [each.who.name.casefold() for each in self.said]
        for said, when in zip(self.said, carried(speakers, self.named), strict=True):
            yield _statement(self.reading.text, said, when, self.cast.known.get(said.who.name, said.who))


def _with(here: Occasion, pending: Occasion) -> Occasion:
    return Occasion(
        here.date or pending.date,
        here.place or pending.place,
        here.medium or pending.medium,
        here.via or pending.via,
        here.of_article or (pending.of_article and not here.via),
    )


def _statement(text: str, said: Said, when: Occasion, who: Mention) -> Statement:
    return Statement(
        speaker=said.who.name,
        words=_words(text, said),
        direct=said.direct,
        role=who.role,
        verb=said.verb,
        date=when.date,
        place=when.place,
        medium=when.medium,
        via=when.via,
        organisation=who.organisation,
        force=said.force,
        start=said.words.start,
        end=said.words.end,
        speaker_start=said.who.start,
        speaker_end=said.who.end,
    )


def _words(text: str, said: Said) -> str:
    parts: Sequence[str] = [text[said.words.start : said.words.end]]
    if said.cut:
        parts = [text[said.words.start : said.cut.start], text[said.cut.end : said.words.end]]
    return " ".join(" ".join(parts).split())
