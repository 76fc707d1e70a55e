"""A reply → one request to `/{phone number id}/messages` of the Graph API, within the platform's limits.

Limits in characters, from the reference of the Cloud API's messages (v23.0). Words are cut between graphemes; nothing
that has to come back unharmed (an option's id) is ever cut.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from periksa.channels import Caps, lower
from periksa.channels.whatsapp.templates import filled
from periksa.errors import Refused
from periksa.lang.cut import cut
from periksa.lang.mend import mend
from periksa.model import Address, Option, Outgoing, Reply

TEXT = 4096
INTERACTIVE_BODY = 1024
BUTTONS = 3
BUTTON_TITLE = 20
BUTTON_ID = 256
ROWS = 10
ROW_TITLE = 24
ROW_DESCRIPTION = 72
ROW_ID = 200
LIST_BUTTON = 20

LIMITS = Caps(
    text=TEXT,
    options=ROWS,
    settles=True,
    beside=INTERACTIVE_BODY,
    option_id=ROW_ID,
    tap=ROW_TITLE,
    note=ROW_DESCRIPTION,
)

Payload = Mapping[str, object]


def receipt(platform_id: str, *, answering: bool) -> Payload:
    """The body of a request that marks a message as read and shows that a reply is being written (25 s at most)."""
    return {
        "messaging_product": "whatsapp",
        "status": "read",
        "message_id": platform_id,
        **({"typing_indicator": {"type": "text"}} if answering else {}),
    }


def request(outgoing: Outgoing, to: Sequence[Address]) -> Payload:
    """The body of the request. Raises: Refused if there is no address to send to."""
    return {
        "messaging_product": "whatsapp",
        "recipient_type": "individual",
        **_recipient(to),
        **({"context": {"message_id": outgoing.refers_to}} if outgoing.refers_to else {}),
        "biz_opaque_callback_data": outgoing.id,
        **_content(outgoing.reply),
    }


def _recipient(to: Sequence[Address]) -> Payload:
    """The phone number learned last (an older one may be somebody else's by now), or else the last BSUID."""
    if not to:
        raise Refused("the reply has no WhatsApp address to go to")
    address = max(reversed(to), key=lambda one: one.kind == "phone")
    return {"to" if address.kind == "phone" else "recipient": address.value}


def _content(reply: Reply) -> Payload:
    """A template where the reply has one; buttons or a list where the platform can show the options; else a text."""
    if reply.template:
        return {"type": "template", "template": filled(reply.template, [option.id for option in reply.options])}
    low = lower(reply, LIMITS)
    if not low.options:
        return _text(low.text)
    if _fit_buttons(low.options):
        return _interactive("button", low.text, {"buttons": [_button(option) for option in low.options]})
    rows = {"button": _label(low.prompt), "sections": [{"rows": [_row(option) for option in low.options]}]}
    return _interactive("list", low.text, rows)


def _text(body: str) -> Payload:
    return {"type": "text", "text": {"preview_url": False, "body": body}}


def _interactive(kind: str, body: str, action: Payload) -> Payload:
    return {"type": "interactive", "interactive": {"type": kind, "body": {"text": body}, "action": action}}


def _fit_buttons(options: Sequence[Option]) -> bool:
    """A button shows a title only, in full, and no two titles may be the same."""
    return (
        len(options) <= BUTTONS
        and len({option.title for option in options}) == len(options)
        and all(
            len(option.title) <= BUTTON_TITLE and len(option.id) <= BUTTON_ID and not option.description
            for option in options
        )
    )


def _button(option: Option) -> Payload:
    return {"type": "reply", "reply": {"id": option.id, "title": mend(option.title)}}


def _row(option: Option) -> Payload:
    """`lower` has seen to the lengths."""
    said = {"description": mend(option.description)} if option.description else {}
    return {"id": option.id, "title": mend(option.title), **said}


def _label(prompt: str) -> str:
    """The platform insists on a label; dots are understood in every language."""
    return cut(mend(prompt), LIST_BUTTON) or "…"
