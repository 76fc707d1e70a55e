"""A fact-check as a picture to be passed on: its rating in words, the claim, why, whose it is, and a code to scan.

Pure: what stands on a card comes from the article and `lang/`, how it looks from `card.typ`. The picture is set in the
fonts of `fonts/`, arrows and signs in one that typst brings along, never in a font of the machine. What anybody wrote
is handed over as data and is never typst code.
"""

from __future__ import annotations

import io
import json
import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import as_file, files

import regex

from periksa.errors import CardError
from periksa.lang import language
from periksa.lang.cut import ELLIPSIS, cut
from periksa.model import Article

CLAIM, REASON, NAME = 400, 180, 60
"""Characters of the claim, the reason, and of a rating or an outlet."""
SHORTER = (*range(CLAIM, 100, -20), 100, 80)
"""A claim that does not fit at the smallest size is cut to the first of these that does, with an ellipsis."""
BRIEF = 90
"""Characters of the reason where the claim needs its room."""
LONG_WORD, PIECE = 26, 12
"""Graphemes: a longer word may be broken every so many."""
PPI = 144
"""Two pixels to a point."""

_GRAPHEME = regex.compile(r"\X")
_SENTENCE = regex.compile(r"(?<=[.!?؟۔…][\"”’)]*)\s+(?=\p{Lu}|\p{Lo}|[\"“‘(\d])")
_ABBREVIATED = regex.compile(r"(?:^|\s)(?:\p{Lu}|dr|prof|no|hj?|ir|st|jl|kol|jend|mr|mrs|ms|[a-z]\.[a-z])\.$", regex.I)
_JOINERS = frozenset("\u200c\u200d")
_TAGS = range(0xE0020, 0xE0080)
"""They stand behind a flag and belong to it."""


class Shape(StrEnum):
    """How high a card is, at 1080 pixels across."""

    SQUARE = "square"
    """1080 pixels."""
    TALL = "tall"
    """1350 pixels."""


HEIGHTS = {Shape.SQUARE: 540, Shape.TALL: 675}
"""In points."""


@dataclass(frozen=True, slots=True)
class Card:
    """What stands on a card, in reading order. All of it is the publisher's word but for the labels."""

    rating: str
    by: str
    label: str
    claim: str
    reason: str
    """Whole sentences, or one that was cut and says so; empty where none was published."""
    outlet: str
    when: str
    link: str
    """Where the code leads; empty for nowhere."""
    scan: str
    language: str
    """Of the labels."""

    @property
    def source(self) -> str:
        """Outlet and day."""
        return ", ".join(part for part in (self.outlet, self.when) if part)

    @property
    def strange(self) -> list[str]:
        """Characters that our fonts do not have: with any of them there is no picture."""
        return unwritable(f"{self.rating}{self.by}{self.claim}{self.source}")

    @property
    def text(self) -> str:
        """The card for whoever cannot see it."""
        lines = (f"{self.rating}{self.by}", f"{self.label} {_ended(self.claim)}", self.reason, self.source, self.link)
        return "\n".join(line for line in lines if line)


def card(article: Article, code: str, link: str = "") -> Card:
    """The card of a fact-check, labelled in the language `code`; `link`: its page, left out: at its publisher."""
    say = language(code).say
    rating, outlet = _line(article.rating, NAME), _line(article.outlet, NAME)
    day, months = article.date, language(code).months
    when = f"{day.day} {months[day.month - 1]} {day.year}" if day else say["undated"]
    return Card(
        rating=rating or say["card_unrated"],
        by=say["by" if rating else "at"].format(outlet=outlet) if outlet else "",
        label=say["card_claim"],
        claim=_line(article.claim or article.title, CLAIM),
        reason=_reason(article.summary or next((line for line in article.body.splitlines() if line.strip()), "")),
        outlet=outlet,
        when=when,
        link=link or article.url,
        scan=say["card_scan"],
        language=language(code).code,
    )


def picture(shown: Card, shape: Shape = Shape.SQUARE) -> bytes:
    """The card as a PNG, 1080 pixels wide. Raises: CardError, if our fonts cannot write what it says."""
    import typst

    if strange := shown.strange:
        letters = " ".join(strange[:5])
        raise CardError(f"The card cannot be made: its fonts have no {letters}; they write Latin, Cyrillic and Arabic.")
    reason = "" if unwritable(shown.reason) else shown.reason
    data = {
        "height": HEIGHTS[shape],
        "rating": _run(shown.rating),
        "by": _run(shown.by.lstrip(", ")),
        "label": _run(shown.label),
        "claims": [_run(_words(shown.claim, limit)) for limit in SHORTER if limit == CLAIM or limit < len(shown.claim)],
        "reasons": [_run(each) for each in dict.fromkeys((reason, _sentences(reason, BRIEF)))],
        "outlet": _run(shown.outlet),
        "when": _run(shown.when),
        "scan": _run(shown.scan if shown.link else ""),
        "code": _code(shown.link) if shown.link else "",
        "language": shown.language,
    }
    with as_file(files(__package__)) as folder:
        made = typst.compile(
            str(folder / "card.typ"),
            root=str(folder),
            font_paths=[str(folder / "fonts")],
            ignore_system_fonts=True,
            format="png",
            ppi=PPI,
            sys_inputs={"card": json.dumps(data)},
        )
    return bytes(made)


def unwritable(text: str) -> list[str]:
    """Characters that our fonts do not have, each once."""
    return [each for each in dict.fromkeys(_tame(text)) if not (each.isspace() or ord(each) in _covered())]


def _run(text: str) -> dict[str, str | bool]:
    """A text, ready to be broken into lines, and whether it is written from right to left."""
    return {"text": _breakable(_tame(text)), "rtl": _from_the_right(text)}


def _line(text: str, limit: int) -> str:
    """One line without the marks of chat apps' bold and italic, cut at a word where that is near."""
    return _words(" ".join(_tame(text).translate({ord(mark): None for mark in "*~`"}).split()), limit)


def _words(text: str, limit: int) -> str:
    if len(text) <= limit:
        return text
    end = text.rfind(" ", limit * 3 // 4, limit)
    return text[:end].rstrip(" ,;:–-") + ELLIPSIS if end > 0 else cut(text, limit)


def _reason(text: str) -> str:
    return _sentences(_line(text, len(text) + 1), REASON)


def _sentences(text: str, limit: int) -> str:
    """As many whole sentences as have room; where not even the first has, its beginning."""
    ends = (found.start() for found in _SENTENCE.finditer(text) if not _abbreviated(text[: found.start()]))
    end = max((at for at in ends if at <= limit), default=0)
    return text[:end] if end and len(text) > limit else _words(text, limit)


def _abbreviated(text: str) -> bool:
    return _ABBREVIATED.search(text[-8:]) is not None


def _ended(text: str) -> str:
    return text if text[-1:] in ".!?…؟۔" else f"{text}."


def _tame(text: str) -> str:
    """Without what cannot be seen or turns others around; what joins letters and emoji stays."""
    return "".join(each if each not in "\n\t\r\u2028\u2029" else " " for each in text if _is_kept(each))


def _is_kept(each: str) -> bool:
    if each in "\n\t\r" or each in _JOINERS or ord(each) in _TAGS:
        return True
    return unicodedata.category(each) not in ("Cc", "Cf", "Cs", "Co", "Cn")


def _breakable(text: str) -> str:
    """With a place to break where a word is longer than any line."""
    return " ".join(map(_pieces, text.split(" ")))


def _pieces(written: str) -> str:
    seen = _GRAPHEME.findall(written)
    if len(seen) <= LONG_WORD:
        return written
    return "\u200b".join("".join(seen[start : start + PIECE]) for start in range(0, len(seen), PIECE))


def _from_the_right(text: str) -> bool:
    sides = (unicodedata.bidirectional(each) for each in text)
    return next((side for side in sides if side in ("L", "R", "AL")), "L") != "L"


def _code(link: str) -> str:
    """A QR code as SVG."""
    import segno

    made = io.BytesIO()
    segno.make(link, error="m", micro=False).save(made, kind="svg", border=0, dark="#1d2126", light=None)
    return made.getvalue().decode()


@cache
def _covered() -> frozenset[int]:
    """What the fonts can write; `covers.txt` is made with them."""
    lines = (files(__package__) / "fonts" / "covers.txt").read_text("ascii").split()
    spans = ((line.partition("-")[0], line.partition("-")[2] or line) for line in lines)
    return frozenset(code for first, last in spans for code in range(int(first, 16), int(last, 16) + 1)) | {
        *map(ord, _JOINERS),
        *_TAGS,
        0xFE0E,
        0xFE0F,
    }
