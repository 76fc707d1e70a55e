"""What a person picked from what we let them tap: by a tap, by typing its number, or by yes or no."""

from __future__ import annotations

import re

from periksa.answers.orders import LONGEST, Order, Word
from periksa.answers.word import CHOICE, HELPED_NO, HELPED_YES, NONE
from periksa.lang import LANGUAGES, language
from periksa.model import Message, MessageKind, Option

ERASE_YES, ERASE_NO = "erase:yes", "erase:no"
MENU_HELP, MENU_FOLLOW = "menu:help", "menu:follow"
FIXED = frozenset({NONE, HELPED_YES, HELPED_NO, ERASE_YES, ERASE_NO, MENU_HELP, MENU_FOLLOW})

_LEADS = frozenset().union(*(lang.choosing for lang in LANGUAGES.values()))
_ORDINALS = {word: number for lang in LANGUAGES.values() for word, number in lang.ordinals.items()}
_MOST_WORDS = 6
"""Nobody chooses at greater length."""
_NUMBER = re.compile(r"\W*(\d{1,2})\W*")
"""A number and marks around it: "2.", "(2)", the keycap emoji."""
_WORD = re.compile(r"[^\W_]+")
_DIGITS = re.compile(r"\d{1,2}")
_ENDINGS = {Word.YES: (":yes",), Word.NO: (":no", NONE)}


def may_pick(message: Message, order: Order | None) -> bool:
    """Whether it could be a choice at all: hardly a message is, and the others spare us a look at what was offered."""
    return (
        message.kind is MessageKind.CHOICE
        or number(message.text) is not None
        or (order is not None and (order.word in _ENDINGS or order.word is Word.WRONG))
    )


def picked(message: Message, order: Order | None, shown: tuple[Option, ...], numbered: tuple[Option, ...]) -> str:
    """The id of the option this message picks; empty if it picks nothing.

    `shown` are the options of the latest reply that had any; `numbered` those that a number counts against.
    """
    if message.kind is MessageKind.CHOICE and _ours(message.choice):
        return message.choice
    typed = number(message.text) if message.kind is MessageKind.TEXT else _bare_number(message.text)
    if typed is not None and 1 <= typed <= len(numbered):
        return numbered[typed - 1].id
    if order and order.word is Word.WRONG:
        return HELPED_NO if any(option.id == HELPED_NO for option in shown) else ""
    endings = _ENDINGS.get(order.word, ()) if order else ()
    return next((option.id for option in shown if endings and option.id.endswith(endings)), "")


def article_id(option: str) -> str:
    """The article an option stands for; empty for all others."""
    return option.removeprefix(CHOICE) if option.startswith(CHOICE) else ""


def offers_articles(options: tuple[Option, ...]) -> bool:
    """Whether these are fact-checks to choose from."""
    return any(article_id(option.id) for option in options)


def menu(code: str) -> tuple[Option, ...]:
    """What somebody who says hello can tap."""
    say = language(code).say
    return Option(MENU_HELP, say["menu_help"]), Option(MENU_FOLLOW, say["menu_follow"])


def erase(code: str) -> tuple[Option, ...]:
    """The question back before everything is erased."""
    say = language(code).say
    return Option(ERASE_YES, say["erase_yes"]), Option(ERASE_NO, say["erase_no"])


def number(text: str) -> int | None:
    """The number somebody names, in digits or words: "2.", "nomor 2", "yang kedua"; None for any other text."""
    if (typed := _bare_number(text)) is not None:
        return typed
    words = _WORD.findall(text.lower()) if len(text) <= LONGEST else []
    meant = next((word for word in words if word in _ORDINALS or _DIGITS.fullmatch(word)), "")
    if not meant or len(words) > _MOST_WORDS or any(word not in _LEADS for word in words if word != meant):
        return None
    return _ORDINALS[meant] if meant in _ORDINALS else int(meant)


def beyond(message: Message, numbered: tuple[Option, ...]) -> bool:
    """Whether it names a number that a list of fact-checks, to which it counts, does not have."""
    typed = number(message.text) if message.kind is MessageKind.TEXT else None
    return typed is not None and offers_articles(numbered) and not 1 <= typed <= len(numbered)


def _bare_number(text: str) -> int | None:
    typed = _NUMBER.fullmatch(text)
    return int(typed[1]) if typed else None


def _ours(option: str) -> bool:
    return option in FIXED or bool(article_id(option))
