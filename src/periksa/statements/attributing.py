"""Which words of a sentence are whose: the rules, one function each, in the order in which they are tried."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice

from periksa.model import Force
from periksa.statements.beside import REACH, Beside
from periksa.statements.sentences import LONG, MASK, Reading, Sentence, Span
from periksa.statements.speakers import LONGEST, Kind, Mention, mention, tokens
from periksa.statements.speech import Speech

_WORD = re.compile(r"[^\W\d_](?:[\w-]*\w)?")
_MARKS = ' ,.;:\n\t"“”„«»–—'
_ASIDE = re.compile(r"\s*(?P<first>[\w'-]+)[^,\0\"“.]{0,90}?(?= (?:bahwa|that) )")
SHORTEST = 10
"""Characters of something said before the same speaker says something else."""
MOST_CUES = 30
LONGEST_SENTENCE = 10_000
"""More verbs of saying, or more characters, are no sentence but a list, a table, or a trap for the rules' patience."""
FEWEST = 2
"""Words that can be a statement."""


@dataclass(frozen=True, slots=True)
class Said:
    """Words and whoever said them, as the sentence names them."""

    words: Span
    direct: bool
    verb: str
    force: Force
    who: Mention
    sentence: Sentence
    cut: Span | None = None
    """An attribution that was put into the words: "…, kata dia, …"."""


@dataclass(frozen=True, slots=True)
class Cue:
    """A verb of saying where it stands; `own`: with the speaker on it, "katanya"."""

    start: int
    end: int
    verb: str
    own: bool = False


@dataclass(slots=True)
class Heard:
    """What was found in one sentence."""

    said: list[Said] = field(default_factory=list)
    focus: Mention | None = None
    """Somebody whom the sentence introduces or lets speak without words of theirs."""


def hear(reading: Reading, sentence: Sentence, speech: Speech) -> Heard:
    """Every attribution of one sentence, by the first rule that explains it."""
    ear = _Ear(reading, sentence, speech)
    if not ear.could_tell():
        return ear.heard
    for rule in (ear.after, ear.added, ear.according, ear.before, ear.colon, ear.quoted_from, ear.introduced):
        rule()
    ear.heard.said.sort(key=lambda each: each.words.start)
    return ear.heard


class _Ear:
    """One sentence and the rules that read it."""

    def __init__(self, reading: Reading, sentence: Sentence, speech: Speech) -> None:
        self.text, self.masked = reading.text, reading.masked
        self.sentence, self.speech = sentence, speech
        self.beside = Beside(reading, sentence, speech)
        self.heard = Heard()
        self.cues = list(_cues(reading.masked, sentence, speech))

    def could_tell(self) -> bool:
        """Whether anything here could attribute words or put somebody forward."""
        if len(self.cues) > MOST_CUES or self.sentence.end - self.sentence.start > LONGEST_SENTENCE:
            return False
        return bool(self.cues or self.sentence.quotes) or any(
            self.speech.patterns[name].search(self.masked, self.sentence.start, self.sentence.end)
            for name in ("according", "passive")
        )

    def after(self) -> None:
        """The words, then the verb: "…," kata X; …, katanya."""
        for found in self.cues:
            verb = self.speech.verbs[found.verb]
            who, end = self._who_after(found) if verb.after and self._follows(found.start) else (None, 0)
            if who:
                self._told(found.start, end, who, found.verb, verb.force)

    def _follows(self, at: int) -> bool:
        """Whether something that can be said ends here: with a comma or a quotation mark."""
        before = self.masked[self.sentence.start : at].rstrip()
        return before[-1:] in tuple(',"“”»?!')

    def _who_after(self, found: Cue) -> tuple[Mention | None, int]:
        if found.own:
            return Mention(found.end - 3, found.end, Kind.PRONOUN), found.end
        return self.beside.right(found.end)

    def _told(self, at: int, end: int, who: Mention, verb: str, force: Force) -> None:
        """Words before the verb, and quotations that go on behind it."""
        before = [quote for quote in self.sentence.quotes if quote.end <= at]
        close = before and not self.masked[before[-1].end : at].strip(_MARKS)
        later = [quote for quote in self.sentence.quotes if quote.start >= end and self._long(quote)]
        if close and not self._only_a_word(before[-1]):
            self._add(before[-1], True, verb, force, who)
        else:
            self._told_indirectly(at, end, who, verb, force, bool(later))
        for quote in later[:1]:
            self._add(quote, True, verb, force, who)

    def _long(self, quote: Span) -> bool:
        return len(self.text[quote.start : quote.end].split()) >= FEWEST

    def _only_a_word(self, quote: Span) -> bool:
        """Whether the quotation is a piece of an indirect sentence: …siap "membalas", kata X."""
        head = self.masked[self.sentence.start : quote.start].strip(_MARKS)
        words = self.text[quote.start : quote.end].split()
        whole = len(words) >= LONG or (words[0][0].isupper() and len(words) > FEWEST)
        return bool(head) and not whole and len(head.split()) > FEWEST

    def _told_indirectly(self, at: int, end: int, who: Mention, verb: str, force: Force, quoted: bool) -> None:
        start = self._content_start(at)
        rest = self.masked[end : self.sentence.end]
        inserted = None if quoted else re.match(r"\s*(?:\([^)]*\))?\s*,\s*([a-z]\w*)", rest)
        if inserted and not self._is_tail(inserted[1]):
            words = Span(start, self.sentence.end)
            self._add(words, False, verb, force, who, Span(self._comma_before(at), end + inserted.start(1)))
        elif start < at:
            self._add(Span(start, at), False, verb, force, who)

    def _comma_before(self, at: int) -> int:
        return self.sentence.start + len(self.masked[self.sentence.start : at].rstrip(" ,"))

    def _is_tail(self, word: str) -> bool:
        """Whether after the speaker comes when and where, not more of what was said."""
        speech = self.speech
        lists = ("tails", "joiners", "roles")
        return word.casefold() in speech.weekdays or any(speech.has(each, word) for each in lists)

    def _content_start(self, at: int) -> int:
        """Where the words begin: behind "Dikutip dari laman X, Senin (17/1/2022)"."""
        start = self.sentence.start
        via = self.speech.patterns["via"].match(self.masked, start)
        if not via:
            return start
        day = self.speech.days.search(self.masked, via.end(), min(at, via.end() + 60))
        comma = self.masked.find(",", day.end() if day else via.end(), at)
        near = re.compile(r"\s*\)?\s*,?").match(self.masked, day.end()) if day else None
        if near and day:
            return near.end()
        return comma + 1 if comma >= 0 else start

    def added(self) -> None:
        """Ditambahkan bahwa …: whoever spoke before."""
        found = self.speech.patterns["added"].match(self.masked, self.sentence.start)
        if found:
            who = Mention(self.sentence.start, found.end(), Kind.PRONOUN)
            self._add(Span(found.end(), self._object_end(found.end())), False, found[0].split()[0], Force.SAID, who)

    def according(self) -> None:
        """Menurut X, …; …, according to X."""
        cues = self.speech.patterns["according"].finditer(self.masked, self.sentence.start, self.sentence.end)
        for found in islice(cues, MOST_CUES):
            if not self._free(found.start()) or self._heard_in(found.start()):
                continue
            who, end = self._source(found)
            if not who:
                continue
            head = self.masked[self.sentence.start : found.start()].strip(_MARKS)
            rest = self.masked[end : self.sentence.end].strip(_MARKS)
            words = Span(end, self.sentence.end)
            if len(head.split()) > len(rest.split()):
                words = Span(self.sentence.start, found.start())
            self._add(words, False, found[0].casefold(), Force.SAID, who)

    def _free(self, at: int) -> bool:
        """Whether a word begins a clause: at the start, or behind a comma, or a small word."""
        before = self.masked[self.sentence.start : at].rstrip()
        last = before.split()[-1] if before.split() else ""
        return not before or before[-1] in ',"”(' or self.speech.has("first", last) or self.masked[at].isupper()

    def _source(self, found: re.Match[str]) -> tuple[Mention | None, int]:
        own = re.compile(r"nya\b").match(self.masked, found.end())
        if own:
            return Mention(own.start(), own.end(), Kind.PRONOUN), own.end()
        if self.masked[found.end() : found.end() + 1].isalnum():
            return None, 0
        who, end = self.beside.right(found.end())
        if who and end < self.sentence.end and self.masked[end] not in ",.(" and who.kind is not Kind.PRONOUN:
            return None, 0
        return (who, end) if who else self._name_without_comma(found.end())

    def _name_without_comma(self, at: int) -> tuple[Mention | None, int]:
        """Menurut blogger Bagus Tanuwijaya beberapa maskapai …: the name ends where words are written small again."""
        words = tokens(self.masked, at, self.beside.edge(at))
        last = next((n for n in range(1, len(words)) if words[n - 1].large and not words[n].large), 0)
        who = mention(self.text, at, words[last - 1].end, self.speech) if last else None
        return (who, who.end) if who and who.kind is Kind.PERSON else (None, 0)

    def before(self) -> None:
        """The speaker and the verb, then the words: X mengatakan bahwa …"""
        for found in self.cues:
            verb = self.speech.verbs[found.verb]
            if not (verb.before or verb.clause) or self._heard_in(found.start):
                continue
            who = self._subject(found.start)
            if who and (head := self._said_before(found, who)):
                self._told(head, found.end, who, found.verb, verb.force)
            elif who:
                self._says(found, verb.force, verb.clause and not verb.before, who)

    def _said_before(self, found: Cue, who: Mention) -> int:
        """Where the words end if they stand before speaker and verb: "…, Axios melaporkan." Else 0."""
        start, opened = self._object_start(found)
        rest = self.masked[start : self.sentence.end].strip(_MARKS + MASK).split()
        if rest and (opened or not self._is_tail(rest[0]) or len(rest) > LONGEST):
            return 0
        head = self.masked[self.sentence.start : who.start]
        at = max(head.rfind(sign) for sign in ',"”')
        return self.sentence.start + at + 1 if len(head[: at + 1].split()) > FEWEST or MASK in head else 0

    def _heard_in(self, at: int) -> bool:
        return any(at in each.words for each in self.heard.said)

    def _subject(self, at: int) -> Mention | None:
        """Who does the saying: the name that ends where the verb begins, or whoever spoke earlier in the sentence."""
        words = tokens(self.masked, max(self.sentence.start, at - REACH), at)
        while words and self.speech.has("adverbs", words[-1].word):
            words.pop()
        if words and self._joins(words[-1].word, words[-1].end, at):
            return (
                self.heard.said[-1].who
                if self.heard.said
                else self.heard.focus or self.beside.opener(self.sentence.start)
            )
        if not words or (self.speech.has("blockers", words[-1].word) and not words[-1].acronym):
            return None
        return self.beside.left(at)

    def _joins(self, word: str, end: int, at: int) -> bool:
        return self.speech.has("joiners", word) and not self.masked[end:at].strip()

    def _says(self, found: Cue, force: Force, clause: bool, who: Mention) -> None:
        start, opened = self._object_start(found)
        quote = next((each for each in self.sentence.quotes if each.start - 1 >= start), None)
        near = quote is not None and not self.masked[start : quote.start].strip(_MARKS)
        end = self._object_end(start)
        if quote and near and self._is_whole(quote, end):
            self._add(quote, True, found.verb, force, who)
        elif (clause and not opened) or self._is_topic(start, end, opened):
            self.heard.focus = who
        else:
            self._add(Span(start, end), False, found.verb, force, who)

    def _object_start(self, cue: Cue) -> tuple[int, bool]:
        """Behind whom it was told, when, and "bahwa"; and whether such a word or a comma opened it."""
        opened, at = False, cue.end - (3 if cue.own else 0)
        blank = re.compile(r"\s+").match(self.masked, at)
        at = blank.end() if blank else at
        addressee = self.speech.patterns["addressee"].match(self.masked, at)
        if addressee and self.speech.verbs[cue.verb].force is not Force.ASKED:
            at = max(self.beside.edge(addressee.end()), addressee.end())
        told = self.speech.patterns["told"].match(self.masked, cue.start)
        at = self._behind_day(told.end() if told else at)
        aside = _ASIDE.match(self.masked, at)
        if aside and (self._is_aside(aside["first"]) or self.speech.has("telling", cue.verb)):
            at = aside.end()
        sign = re.compile(r"[\s,:]*").match(self.masked, at)
        if sign:
            opened, at = "," in sign[0] or ":" in sign[0], sign.end()
        word = re.compile(r"([\w-]+)\s*").match(self.masked, at)
        if word and self.speech.has("openers", word[1]):
            return (at if self.speech.has("kept_openers", word[1]) else word.end()), True
        return at, opened

    def _behind_day(self, at: int) -> int:
        """The place behind "on Monday" or ", Senin (6/2),"."""
        sign = re.compile(r"[\s,]*(?:on |pada )?").match(self.masked, at)
        day = self.speech.days.match(self.masked, sign.end()) if sign else None
        end = re.compile(r"\)?,?\s*").match(self.masked, day.end()) if day else None
        return end.end() if end else at

    def _is_aside(self, word: str) -> bool:
        return self.speech.has("stops", word) or word.casefold() in self.speech.weekdays

    def _object_end(self, start: int) -> int:
        """To the end of the sentence, or to where the same speaker says something else: "…, seraya menambahkan"."""
        for cue in self.cues:
            if cue.start - start > SHORTEST and self.speech.verbs[cue.verb].before and (cut := self._joint(cue)):
                return cut
        via = self.speech.patterns["via"].search(self.masked, start, self.sentence.end)
        passed_on = via and self.masked[start : via.start()].rstrip()[-1:] == ","
        return via.start() if via and passed_on else self.sentence.end

    def _joint(self, cue: Cue) -> int:
        """Where the "and" begins before this verb; 0 if there is none."""
        words = tokens(self.masked, max(self.sentence.start, cue.start - 30), cue.start)
        while words and self.speech.has("adverbs", words[-1].word):
            words.pop()
        return words[-1].start if words and self.speech.has("joiners", words[-1].word) else 0

    def _is_whole(self, quote: Span, end: int) -> bool:
        """Whether behind the quotation nothing is said any more."""
        rest = self.masked[quote.end : end].strip(_MARKS).split()
        return self._long(quote) and (not rest or self._is_tail(rest[0]))

    def _is_topic(self, start: int, end: int, opened: bool) -> bool:
        words = self.masked[start:end].strip(_MARKS).split()
        if len(self.text[start:end].split()) < FEWEST:
            return True
        return not opened and bool(words) and self.speech.has("topics", words[0])

    def colon(self) -> None:
        """A quotation behind a colon belongs to whoever opens the sentence."""
        for quote in self.sentence.quotes:
            if self.masked[: quote.start - 1].rstrip()[-1:] != ":" or not self._long(quote):
                continue
            start = max(self.sentence.start, self.masked.rfind(",", self.sentence.start, quote.start) + 1)
            who = None if self._heard_in(quote.start) else self.beside.opener(start) or self.heard.focus
            if who:
                self._add(quote, True, "", Force.SAID, who)

    def quoted_from(self) -> None:
        """A quotation taken from the speaker's own page: "…," dikutip dari akun Instagram resmi X."""
        via = (
            None
            if self.heard.said
            else self.speech.patterns["via"].search(self.masked, self._after_quote(), self.sentence.end)
        )
        if not via:
            return
        words = tokens(self.masked, via.end(), self.beside.edge(via.end()))
        at = next((n for n, each in enumerate(words) if self._of_body(each.word)), None)
        who = None if at is None else mention(self.text, words[at].start, words[-1].end, self.speech)
        if who and who.name:
            self._add(self.sentence.quotes[0], True, "", Force.SAID, who)

    def _after_quote(self) -> int:
        long = (
            self.sentence.quotes
            and len(self.text[self.sentence.quotes[0].start : self.sentence.quotes[0].end].split()) >= LONG
        )
        return self.sentence.quotes[0].end if long else self.sentence.end

    def _of_body(self, word: str) -> bool:
        return self.speech.has("bodies", word) or self.speech.has("roles", word)

    def introduced(self) -> None:
        """Whom a sentence puts forward: "Hal itu disampaikan X", or an office with a name at its start."""
        if self.heard.said:
            return
        cues = self.speech.patterns["passive"].finditer(self.masked, self.sentence.start, self.sentence.end)
        for found in islice(cues, MOST_CUES):
            who, _ = self.beside.right(found.end())
            if who and who.name:
                self.heard.focus = who
        opener = self.beside.opener(self.sentence.start)
        if not self.heard.focus and opener and opener.role:
            self.heard.focus = opener

    def _add(self, span: Span, direct: bool, verb: str, force: Force, who: Mention, cut: Span | None = None) -> None:
        """Keep what was found, without the marks around it."""
        words = stripped(self.text, span, direct)
        overlaps = any(words.start < each.words.end and each.words.start < words.end for each in self.heard.said)
        if MASK not in self.text[words.start : words.end] and words.end > words.start and not overlaps:
            self.heard.said.append(Said(words, direct, verb.casefold(), force, who, self.sentence, cut))


def _cues(masked: str, sentence: Sentence, speech: Speech) -> Iterator[Cue]:
    verbs = speech.verbs
    for found in _WORD.finditer(masked, sentence.start, sentence.end):
        word = found[0].casefold()
        if word in verbs:
            yield Cue(found.start(), found.end(), word, False)
        elif word.endswith("nya") and word[:-3] in verbs:
            yield Cue(found.start(), found.end(), word[:-3], True)


def stripped(text: str, span: Span, direct: bool = False) -> Span:
    """The span without white space and marks at its ends; of a quotation, without the last comma only."""
    start, end = span.start, span.end
    while start < end and text[start] in " ,;:\n\t":
        start += 1
    while end > start and text[end - 1] in (" ,\n\t" if direct else " ,.;:\n\t"):
        end -= 1
    return Span(start, end)
