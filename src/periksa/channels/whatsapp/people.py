"""Who wrote: every address a delivery gives for a sender, without ever mixing two people."""

from __future__ import annotations

from dataclasses import dataclass

from periksa.channels.whatsapp.untrusted import Json, Malformed, a_string, any_string
from periksa.model import Address

CHANNEL = "whatsapp"


@dataclass(frozen=True, slots=True)
class Contact:
    """One of a delivery's `contacts`; empty where nothing certain is known."""

    phone: str = ""
    bsuid: str = ""
    name: str = ""


class People:
    """The `contacts` of one change: who stands behind its messages."""

    def __init__(self, value: Json) -> None:
        contacts = [_contact(one) for one in _elements(value, "contacts")]
        self._known = {address: one for one in contacts for address in (one.phone, one.bsuid) if address}
        writers = {(any_string(one, "from"), any_string(one, "from_user_id")) for one in _elements(value, "messages")}
        self._only = contacts[0] if len(contacts) == len(writers) == 1 else None

    def behind(self, message: Json) -> Contact:
        """The contact who sent `message`, or an empty one where that is not certain.

        A contact belongs to a message with its number or BSUID. A single contact also belongs to the messages of a
        single writer: `from` may be absent, or written differently (numbers of Argentina, Brazil, Mexico).
        """
        named = (any_string(message, "from"), any_string(message, "from_user_id"))
        return self._only or next((self._known[one] for one in named if one in self._known), Contact())


def senders(message: Json, contact: Contact) -> tuple[Address, ...]:
    """Every address of the sender, phone before BSUID. Raises: Malformed if there is none."""
    found = _addresses(contact.phone, a_string(message, "from"), contact.bsuid, a_string(message, "from_user_id"))
    if not found:
        raise Malformed("the message names no sender")
    return found


def moved_to(system: Json) -> tuple[Address, ...]:
    """Where a system message says the person is from now on: a new number, a new BSUID, both or neither."""
    return _addresses(a_string(system, "wa_id"), a_string(system, "new_wa_id"), a_string(system, "user_id"))


def _addresses(*values: str) -> tuple[Address, ...]:
    found = dict.fromkeys(_address(value) for value in values if value)
    return tuple(sorted(found, key=lambda one: one.kind != "phone"))


def _address(value: str) -> Address:
    """A phone number is digits; anything else is a BSUID, and `from` may hold either."""
    digits = value.removeprefix("+")
    if digits.isascii() and digits.isdigit():
        return Address(CHANNEL, digits, "phone")
    return Address(CHANNEL, value, "bsuid")


def _contact(element: object) -> Contact:
    """Contacts decorate messages: what is malformed in one is left out, and costs no message."""
    profile = element.get("profile") if isinstance(element, dict) else None
    return Contact(any_string(element, "wa_id"), any_string(element, "user_id"), any_string(profile, "name"))


def _elements(value: Json, key: str) -> list[object]:
    elements = value.get(key)
    return elements if isinstance(elements, list) else []
