"""What a person wrote, in the few words a test or a bench wants to use, and as the platform words it."""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from periksa.web.fake_graph.limits import Json

MEDIA = ("image", "video", "audio", "document", "sticker")
BARE = ("contacts", "location", "order", "request_welcome", "unsupported")
KINDS = ("text", "reaction", "edit", "revoke", "interactive", "button", *MEDIA, *BARE)


@dataclass(frozen=True, slots=True)
class File:
    """A file that somebody sent, as the platform keeps it."""

    content: bytes
    mime: str

    @property
    def digest(self) -> bytes:
        """Its SHA-256."""
        return hashlib.sha256(self.content).digest()


@dataclass(frozen=True, slots=True)
class Written:
    """One message of a person."""

    sender: str
    """Phone number; may be empty where there is a `user_id`."""
    text: str
    """The words: of a text, caption, title of what was tapped, emoji of a reaction."""
    id: str
    user_id: str = ""
    name: str = ""
    forwarded: bool = False
    frequently_forwarded: bool = False
    choice: str = ""
    """Id of a tapped list row; `text` is its title."""
    payload: str = ""
    """What a tapped button of a template carries; `text` is its title."""
    refers_to: str = ""
    """Id of the message that is quoted, reacted to, edited or revoked."""
    kind: str = "text"
    file: File | None = None
    media_id: str = ""

    @classmethod
    def read(cls, element: object, new_id: str) -> Written:
        """`{"from", "text", "id"?, …}`, the file as "base64" and "mime". Raises: ValueError, also for unknown keys."""
        told = element if isinstance(element, dict) else {}
        unknown = told.keys() - KEYS
        if unknown:
            raise ValueError(f"a message has no {', '.join(sorted(unknown))}; it has {', '.join(sorted(KEYS))}")
        words = {key: told.get(key, "") for key in WORDS}
        if not all(isinstance(word, str) for word in words.values()) or not (words["from"] or words["user_id"]):
            raise ValueError('a message is {"from" or "user_id": text, "text": text, …}')
        mime, encoded = words.pop("mime"), words.pop("base64")
        read = cls(
            sender=words.pop("from"),
            id=words.pop("id") or f"wamid.IN{new_id}",
            forwarded=bool(told.get("forwarded")),
            frequently_forwarded=bool(told.get("frequently_forwarded")),
            **words,
        )
        return read._with(_file(encoded, mime), new_id)

    def _with(self, file: File | None, new_id: str) -> Written:
        kind = self.kind or ("interactive" if self.choice else "button" if self.payload else "text")
        if kind not in KINDS or (kind in MEDIA) != (file is not None):
            raise ValueError(f"kind is one of {', '.join(KINDS)}; {', '.join(MEDIA)} have base64 and mime, others not")
        return replace(self, kind=kind, file=file, media_id=f"media-{new_id}" if file else "")

    def message(self, at: datetime) -> Json:
        """As an element of `messages`."""
        context = given(forwarded=self.forwarded, frequently_forwarded=self.frequently_forwarded)
        if self.refers_to and self.kind not in ("reaction", "edit", "revoke"):
            context = {**context, "id": self.refers_to}
        word, part = self._content()
        return {
            **given(**{"from": self.sender}),
            **given(from_user_id=self.user_id, context=context),
            "id": self.id,
            "timestamp": str(int(at.timestamp())),
            "type": word,
            word: part,
        }

    def _content(self) -> tuple[str, object]:
        if self.choice:
            return "interactive", {"type": "list_reply", "list_reply": {"id": self.choice, "title": self.text}}
        if self.payload:
            return "button", {"payload": self.payload, "text": self.text}
        parts: Mapping[str, object] = {
            "text": {"body": self.text},
            "reaction": {"message_id": self.refers_to, **given(emoji=self.text)},
            "edit": {"original_message_id": self.refers_to, "message": {"type": "text", "text": {"body": self.text}}},
            "revoke": {"original_message_id": self.refers_to},
        }
        return self.kind, parts.get(self.kind) or self._media()

    def _media(self) -> Json:
        if self.file is None:
            return {}
        digest = base64.b64encode(self.file.digest).decode()
        return {"id": self.media_id, "mime_type": self.file.mime, "sha256": digest, **given(caption=self.text)}


WORDS = ("from", "text", "id", "user_id", "name", "choice", "payload", "refers_to", "kind", "mime", "base64")
KEYS = {*WORDS, "forwarded", "frequently_forwarded"}


def given(**fields: object) -> Json:
    """Those that hold something."""
    return {key: value for key, value in fields.items() if value}


def _file(encoded: str, mime: str) -> File | None:
    if not encoded and not mime:
        return None
    try:
        return File(base64.b64decode(encoded, validate=True), mime)
    except binascii.Error:
        raise ValueError("base64 holds the bytes of the file") from None
