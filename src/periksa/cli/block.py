"""`periksa block`: somebody whose messages are kept and not answered any more."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Annotated

import typer

from periksa.cli.installation import ConfigFile, opened
from periksa.cli.screen import screen
from periksa.errors import CaseError

if TYPE_CHECKING:
    from datetime import datetime

    from periksa.model import Address
    from periksa.store import Transaction

Where = Annotated[
    str,
    typer.Argument(
        metavar="ADDRESS", help="A WhatsApp number with its country code, or CHANNEL:VALUE (telegram:12345)."
    ),
]
HOW = "write a WhatsApp number with its country code (+62812…, 8 to 15 digits), or CHANNEL:VALUE (telegram:12345)"
KINDS = {"whatsapp": ("phone", "bsuid"), "telegram": ("user",), "web": ("session",), "console": ("console",)}
"""What an address may be on each channel, the likeliest first."""


def run(address: Where, config: ConfigFile = None) -> None:
    """Answer this address no more, whoever it belongs to from now on. What it sends is still kept."""
    from periksa.app import clock, new_id

    with opened(config) as periksa:
        at, id = clock(), new_id()

        periksa.store.write(lambda tx: tx.contacts.block(whose(tx, address, id, at), at)).result()
    screen().print("Blocked. `periksa unblock` with the same address takes it back.")


def whose(tx: Transaction, address: str, new_id: str, at: datetime) -> str:
    """The contact with this address; one we have not met yet is made for it. Raises: CaseError."""
    meant = addresses(address)
    known = [each for each in meant if tx.contacts.find(each)]
    if not (known or _plausible(meant[0])):
        raise CaseError(f"{address!r} is nobody we know, and no address either; {HOW}.")
    return tx.contacts.resolve(known[:1] or meant[:1], new_id, at)


def _plausible(address: Address) -> bool:
    """Whether it could be somebody's who has not written yet. Numbers as in E.164."""
    shapes = {
        "phone": r"[1-9]\d{7,14}",
        "bsuid": r"[A-Z]{2}\.\w+",
        "user": r"\d{3,}",
        "session": r"\S+",
        "console": r"\S+",
    }
    return bool(re.fullmatch(shapes[address.kind], address.value))


def addresses(text: str) -> list[Address]:
    """What the operator may mean. Raises: CaseError."""
    from periksa.model import Address

    channel, _, value = text.partition(":") if ":" in text else ("whatsapp", "", text)
    value = "".join(value.split()).removeprefix("+") if channel == "whatsapp" else value.strip()
    if channel not in KINDS or not value:
        raise CaseError(f"{text!r} is no address; write a number, or CHANNEL:VALUE with one of: {', '.join(KINDS)}.")
    kinds = KINDS[channel] if channel != "whatsapp" or value.isdigit() else KINDS[channel][::-1]
    return [Address(channel, value, kind) for kind in kinds]
