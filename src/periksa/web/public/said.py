"""What a person posts from the page, by form or script, read strictly and cleaned of what is not text."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass
from urllib.parse import parse_qsl

from periksa.errors import PeriksaError
from periksa.lang.mend import mend

MOST = 8000
"""Longest message in characters."""
MOST_BYTES = 128 * 1024
"""Largest post: `MOST` characters take at most twelve bytes each, in a form as in JSON."""
MOST_OF_A_CHOICE = 256
"""Longest id of an option, as on WhatsApp (Cloud API, Interactive reply buttons)."""

_ID = re.compile(r"[0-9a-f]{32}")
_NOT_TEXT = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


class Refused(PeriksaError):
    """A message was not taken; `word` names the sentence of `texts.toml` that tells the person why."""

    def __init__(self, word: str, status: int) -> None:
        super().__init__(word)
        self.word = word
        self.status = status


@dataclass(frozen=True, slots=True)
class Said:
    """One message. `id` is the page's own, the same however often the message arrives."""

    id: str
    text: str
    choice: str = ""


def fields(raw: bytes) -> dict[str, str]:
    """A form as browsers encode it. Raises: Refused."""
    try:
        return dict(parse_qsl(raw.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=8))
    except ValueError as error:
        raise Refused("unreadable", 400) from error


def from_form(form: dict[str, str]) -> Said:
    """A posted form: its key and words together name the message, so that a second click sends nothing new.

    Raises: Refused.
    """
    key, text, choice = (form.get(name, "") for name in ("key", "text", "choice"))
    named = "\n".join((key, choice, text)).encode("utf-8", "replace")
    return _said(key and hashlib.sha256(named).hexdigest()[:32], text, choice)


def from_json(raw: bytes) -> Said:
    """A message as the page's script sends it. Raises: Refused."""
    try:
        sent = json.loads(raw)
    except (ValueError, RecursionError) as error:
        raise Refused("unreadable", 400) from error
    if not isinstance(sent, dict):
        raise Refused("unreadable", 400)
    return _said(sent.get("id"), sent.get("text"), sent.get("choice", ""))


def _said(id: object, text: object, choice: object) -> Said:
    if not (isinstance(id, str) and isinstance(text, str) and isinstance(choice, str)):
        raise Refused("unreadable", 400)
    text, choice = clean(text), clean(choice)
    if not _ID.fullmatch(id) or len(choice) > MOST_OF_A_CHOICE:
        raise Refused("unreadable", 400)
    if not text:
        raise Refused("empty", 422)
    if len(text) > MOST:
        raise Refused("too_long", 413)
    return Said(id, text, choice)


def clean(text: str) -> str:
    """`text` without control characters and white space around it, its lines ended alike; safe to store and show."""
    return mend(_NOT_TEXT.sub("", text.replace("\r\n", "\n"))).strip()
