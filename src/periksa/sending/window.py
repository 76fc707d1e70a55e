"""What may go out now: words while a person's window is open, a template after it, or nothing until they write.

Source: "Inside: free-form. Outside: approved template only … Late answers: a short template with a button; the tap
opens the window, then the full answer goes" (docs/whatsapp.md).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from periksa.channels import SEE, Caps
from periksa.model import Option, Outgoing, Purpose, Reply, Template

MARGIN = timedelta(seconds=30)
"""A reply takes its time to the platform: this long before its end a window counts as closed."""
HOLDABLE = frozenset({Purpose.ANSWER, Purpose.FOLLOW_UP})
"""What somebody asked for and is kept for them; an interim word or a digest is of no use later."""


@dataclass(frozen=True, slots=True)
class Knock:
    """The approved template that says an answer is there, with a button; and the languages in which it is approved."""

    name: str
    languages: Sequence[str]

    def template(self, language: str) -> Template:
        """In this language, or in the first one there is: "en" is served by "en_US" too."""
        meant = (one for one in self.languages if one.partition("_")[0] == language)
        return Template(self.name, next(meant, self.languages[0]))


def is_open(caps: Caps, wrote_at: datetime | None, now: datetime) -> bool:
    """Whether words reach this person. Where nothing is known of their last message, the platform will tell."""
    return caps.window is None or wrote_at is None or now < wrote_at + caps.window - MARGIN


def fit(outgoing: Outgoing, *, opened: bool) -> Outgoing | None:
    """The reply as it may go now: its words, or its template; None if neither can.

    Who is knocked at and has written meanwhile needs no knock.
    """
    reply = outgoing.reply
    if opened:
        return None if outgoing.purpose is Purpose.KNOCK else replace(outgoing, reply=replace(reply, template=None))
    if reply.template is None:
        return None
    taps = reply.options if outgoing.purpose is Purpose.KNOCK else ()
    return replace(outgoing, reply=Reply("", taps, template=reply.template), refers_to="")


def knock_for(held: Outgoing, knock: Knock, language: str, now: datetime) -> Outgoing:
    """Knock at the person for whom this reply is held: once a day, however many are."""
    return Outgoing(
        id=f"k-{held.channel}-{held.contact}-{now:%Y%m%d}",
        contact=held.contact,
        channel=held.channel,
        reply=Reply("", (Option(SEE, ""),), template=knock.template(language)),
        message=held.message,
        created_at=now,
        purpose=Purpose.KNOCK,
    )
