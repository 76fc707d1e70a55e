"""What a person picked from what we offered: by a tap, or by typing its number."""

from __future__ import annotations

import re

from periksa.answers.word import CHOICE, NONE
from periksa.model import Message, MessageKind, Option

_NUMBER = re.compile(r"\W*(\d{1,2})\W*")
"""A number and marks around it: "2.", "(2)", the keycap emoji."""


def picked(message: Message, offered: tuple[Option, ...]) -> str:
    """The id of the option this message picks; empty if it picks nothing.

    `offered` are the options of the latest reply that had any: numbers count only against those.
    """
    if message.kind is MessageKind.CHOICE and _ours(message.choice):
        return message.choice
    typed = _NUMBER.fullmatch(message.text)
    if typed and 1 <= int(typed[1]) <= len(offered):
        return offered[int(typed[1]) - 1].id
    return ""


def article_id(option: str) -> str:
    """The article an option stands for; empty for "none of these"."""
    return option.removeprefix(CHOICE) if option.startswith(CHOICE) else ""


def _ours(option: str) -> bool:
    return option == NONE or option.startswith(CHOICE)
