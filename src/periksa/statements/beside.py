"""Who is named beside a verb of saying: left of it, right of it, or at the start of the clause."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise

from periksa.statements.sentences import Reading, Sentence, Span
from periksa.statements.speakers import LONGEST, Kind, Mention, mention, organisation, tokens
from periksa.statements.speech import Speech

_LEFT_EDGE = re.compile(r"[\0\"“”„«»:;\n()–—]|(?<=\s)-(?=\s)|\.(?=\s)")
_RIGHT_EDGE = re.compile(r"[\0\"“”„«»:;\n.,–—]|\s\(|(?<=\s)-(?=\s)")
REACH = 200
"""Characters in which a speaker is named beside the verb."""


class Beside:
    """One sentence, asked who is named where."""

    def __init__(self, reading: Reading, sentence: Sentence, speech: Speech) -> None:
        self.text, self.masked = reading.text, reading.masked
        self.sentence, self.speech = sentence, speech

    def right(self, at: int) -> tuple[Mention | None, int]:
        """Who is named from here on, and where that ends: up to two parts, "Direktur …, Lasmi Hartono"."""
        end = self.edge(at)
        who = mention(self.text, at, end, self.speech)
        if not who:
            return None, at
        rest = self.masked[end : self.sentence.end]
        comma = re.match(r"\s*(?:\([^)]*\))?\s*,\s*", rest)
        if comma and who.kind is not Kind.PRONOUN:
            second = self.edge(end + comma.end())
            joined = self._joined(who, end + comma.end(), second)
            if joined:
                return joined, second
        return who, end

    def edge(self, at: int) -> int:
        """Where a name that begins here must end."""
        edge = _RIGHT_EDGE.search(self.masked, at + 1, min(self.sentence.end, at + REACH))
        end = edge.start() if edge else min(self.sentence.end, at + REACH)
        words = tokens(self.masked, at, end)
        for number, each in enumerate(words):
            large = each.large and number
            if number and not large and self.speech.has("stops", each.word):
                return words[number - 1].end
            if large and each.word.casefold() in self.speech.weekdays:
                return words[number - 1].end
        return end

    def _joined(self, who: Mention, start: int, end: int) -> Mention | None:
        """A name and an office that a comma parts, in either order."""
        other = mention(self.text, start, end, self.speech)
        if not other or not other.name:
            return None
        first, second = sorted((who, other), key=lambda each: each.start)
        office, person = (second, first) if second.kind is not Kind.PERSON else (first, second)
        if person.kind is not Kind.PERSON or person.role or not self._is_office(office):
            return None
        body = office.organisation if office.role else organisation(office.name, self.speech)
        return replace(person, role=f"{office.role} {office.name}".strip(), organisation=body)

    def _is_office(self, who: Mention) -> bool:
        """Whether it begins as an office does; "Kapolres Randu" may look like Mr Randu."""
        held = who.role or who.name
        return bool(held) and self.speech.has("roles", held.split()[0])

    def left(self, at: int) -> Mention | None:
        """Who is named up to here, where a verb begins; over commas and what stands between them."""
        start = max(self.sentence.start, at - 2 * REACH)
        plain = re.sub(r"\([^()]*\)", lambda found: " " * len(found[0]), self.masked[start:at])
        edges = [start + each.end() for each in _LEFT_EDGE.finditer(plain)]
        parts = self._parts(max([start, *edges]), at, plain, start)
        if len(parts) > 1 and parts[-1].start == parts[-1].end:
            parts.pop()
            while len(parts) > 1 and self._aside(parts[-1]):
                parts.pop()
        if not parts:
            return None
        last = parts[-1]
        words = tokens(self.masked, last.start, last.end)[-LONGEST:]
        who = mention(self.text, words[0].start, last.end, self.speech) if words else None
        if not who or len(parts) == 1:
            return who
        earlier = tokens(self.masked, parts[-2].start, parts[-2].end)[-LONGEST:]
        joined = self._joined(who, earlier[0].start, parts[-2].end) if earlier else None
        return joined or who

    def _parts(self, start: int, end: int, plain: str, offset: int) -> list[Span]:
        """The pieces between commas; the last is empty where the verb follows a comma."""
        cuts = [start, *(at + offset + 1 for at, sign in enumerate(plain) if sign == "," and at + offset >= start), end]
        spans = [Span(one, other - 1 if other != end else other) for one, other in pairwise(cuts)]
        kept = [span for span in spans[:-1] if self.masked[span.start : span.end].strip()]
        last = spans[-1]
        words = [each.word for each in tokens(self.masked, last.start, last.end)]
        empty = all(self.speech.has("adverbs", word) for word in words)
        return [*kept, Span(last.end, last.end)] if empty else [*kept, last]

    def _aside(self, part: Span) -> bool:
        """Whether a piece between commas is neither name nor office: ", yang juga …,", ", seperti dikutip X,"."""
        words = tokens(self.masked, part.start, part.end)
        return bool(words) and self.speech.has("stops", words[0].word)

    def opener(self, start: int) -> Mention | None:
        """The person or body that a clause begins with."""
        words = tokens(self.masked, start, min(self.sentence.end, start + REACH))
        last = next((n for n in range(1, len(words)) if not self._of_opener(words[n].word)), len(words))
        return mention(self.text, start, words[last - 1].end, self.speech) if words else None

    def _of_opener(self, word: str) -> bool:
        kinds = ("roles", "institutions", "name_particles", "honorifics", "groups")
        return word[0].isupper() or any(self.speech.has(kind, word) for kind in kinds)
