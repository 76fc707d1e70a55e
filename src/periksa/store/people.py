"""The shelves about people: what they sent, who they are, what they agreed to. The others stand in `__init__.py`."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from periksa.model import (
    Address,
    Cadence,
    Consent,
    Contact,
    Delivery,
    Feedback,
    Message,
    Reach,
    Receipt,
    Subscriber,
    Subscription,
)


class Deliveries(Protocol):
    """Webhooks as they came, compressed and sealed."""

    def add(self, delivery: Delivery) -> bool:
        """Keep it; False if this very delivery (same id) is known already."""
        ...

    def add_all(self, deliveries: Sequence[Delivery]) -> set[str]:
        """Keep them; the ids of those that were not known."""
        ...

    def concern(self, id: str, contacts: Collection[str]) -> None:
        """Note whose messages and statuses are in it, so that it goes when one of them is forgotten."""
        ...

    def concern_all(self, concerned: Mapping[str, Collection[str]]) -> None:
        """`concern` of each: contacts by delivery."""
        ...

    def get(self, id: str) -> Delivery | None:
        """The delivery with this id."""
        ...

    def sweep(self, before: datetime, limit: int = 1000) -> int:
        """Delete up to `limit` that were received before then; how many. No platform delivers again after 7 days."""
        ...


class Contacts(Protocol):
    """People, by our own id; one person may have several addresses.

    Wherever a contact's id is asked for, that of one who was merged away will do as well.
    """

    def resolve(self, addresses: Sequence[Address], new_id: str, at: datetime) -> str:
        """The contact who owns any of `addresses`, given all of them; `new_id` is used if nobody does.

        Where two addresses belong to two contacts, the older contact wins and takes over all that is the other's; the
        losing id keeps working as an alias. A new contact with a blocked address is blocked from the start.
        """
        ...

    def resolve_all(self, people: Sequence[tuple[Sequence[Address], str]], at: datetime) -> list[str]:
        """`resolve` of each, in order: addresses and the id for somebody new."""
        ...

    def move(self, old: Sequence[Address], new: Sequence[Address], new_id: str, at: datetime) -> str:
        """The contact who went from `old` to `new`, resolved by all of them.

        An old address gives way to a new one of its channel and kind: somebody else may have that number tomorrow.
        """
        ...

    def find(self, address: Address) -> str | None:
        """The contact who owns this address, if anybody does."""
        ...

    def get(self, id: str) -> Contact | None:
        """The contact with this id."""
        ...

    def get_all(self, ids: Collection[str]) -> dict[str, Contact]:
        """Those that exist, by the id asked for."""
        ...

    def addresses(self, contact: str, channel: str) -> list[Address]:
        """Where to reach this contact on this channel, in the order they were learned. For the sending shift only."""
        ...

    def update(
        self,
        contact: str,
        *,
        language: str | None = None,
        asked_language_at: datetime | None = None,
        welcomed_at: datetime | None = None,
    ) -> None:
        """Note what was learned of them, or said to them; what is None stays as it is."""
        ...

    def touch(self, contact: str, channel: str, at: datetime) -> None:
        """They wrote on this channel: its window is open from then on, and they can be reached again. Never back."""
        ...

    def touch_all(self, wrote: Mapping[tuple[str, str], datetime]) -> None:
        """`touch` of each contact and channel."""
        ...

    def wrote_at(self, contact: str, channel: str) -> datetime | None:
        """The latest `touch`."""
        ...

    def reach(self, contacts: Collection[str]) -> dict[tuple[str, str], Reach]:
        """`wrote_at` and `addresses`, by contact and channel, where there is either. Ids are those of today: one that
        was merged away leads nowhere here. For the sending shift only."""
        ...

    def gone(self, contact: str, channel: str, at: datetime) -> None:
        """They cannot be reached there any more: no subscriber on this channel until they write again."""
        ...

    def block(self, contact: str, at: datetime) -> None:
        """Block them and all their addresses, later ones too. An address stays blocked when its owner is forgotten."""
        ...

    def unblock(self, contact: str) -> None:
        """They are heard again, at every address they are known by."""
        ...

    def holds(self, contact: str) -> Receipt:
        """What `forget` would erase."""
        ...

    def forget_until(self, message: Message, at: datetime) -> Receipt:
        """Erase a person as `forget` does, but only what there was when they sent this message, itself included.

        What came later stays, and so do the contact, as if it were new, and its addresses on the message's channel:
        a receipt has to reach them there.
        """
        ...

    def forget_silent(self, contact: str, at: datetime) -> Receipt:
        """`forget`, unless they have sent something that is kept: then nothing is erased."""
        ...

    def forget(self, contact: str, at: datetime) -> Receipt:
        """Erase a person: contact, addresses, messages, replies, raw deliveries, jobs, consents, feedback.

        A case keeps its count, but not their words: it takes another asker's, or is closed if there is none. The audit
        keeps one entry that does not say who. What they send later makes a new contact.
        """
        ...


class Messages(Protocol):
    """What people sent."""

    def add(self, message: Message) -> bool:
        """Keep it; False if (channel, platform_id) is known already: it was delivered before."""
        ...

    def add_all(self, messages: Sequence[Message]) -> list[str]:
        """Keep them in one go; the ids of those that are new, in order."""
        ...

    def get(self, id: str) -> Message | None:
        """The message with this id."""
        ...

    def get_all(self, ids: Collection[str]) -> dict[str, Message]:
        """Those that exist, by id."""
        ...

    def find(self, channel: str, platform_id: str) -> Message | None:
        """The message that the platform knows by this id."""
        ...

    def of(self, contact: str, limit: int = 50) -> list[Message]:
        """The contact's latest messages, oldest first."""
        ...

    def of_all(self, contacts: Collection[str], limit: int = 50) -> dict[str, list[Message]]:
        """`of` each, by contact; ids are those of today."""
        ...

    def amend(self, contact: str, channel: str, platform_id: str, text: str, at: datetime) -> Message | None:
        """The contact rewrote a message: it as it is now; None if they have none by that id, or it was forgotten."""
        ...

    def forget(self, contact: str, channel: str, platform_id: str, at: datetime) -> Receipt | None:
        """The contact revoked a message: its words, choice and media are erased, also from its edits, its raw delivery
        and its case (see `Contacts.forget`), with an entry in the audit. None if they have none by that id.
        """
        ...


class Subscriptions(Protocol):
    """What people want to be sent, and the log of how they said so."""

    def subscribe(
        self, contact: str, channel: str, topic: str, cadence: Cadence, at: datetime, source: str
    ) -> Subscription:
        """Once per channel and topic: another cadence replaces the first. Ends an opt-out. Logged."""
        ...

    def unsubscribe(self, contact: str, at: datetime, source: str, topic: str = "") -> int:
        """From this topic, or from all, on every channel; how many ended. Logged if any did."""
        ...

    def opt_out(self, contact: str, at: datetime, source: str) -> None:
        """No broadcasts of any kind from now on, until they subscribe again. Ends all subscriptions. Logged."""
        ...

    def of(self, contact: str) -> list[Subscription]:
        """By topic and channel."""
        ...

    def subscribers(self, topic: str = "", cadence: Cadence | None = None) -> Iterator[Subscriber]:
        """Everyone who may be sent this, streamed by contact and channel, each once; "" and None: any. Without those
        who opted out, are blocked, or cannot be reached any more."""
        ...

    def consents(self, contact: str) -> list[Consent]:
        """The log, oldest first."""
        ...


class FeedbackShelf(Protocol):
    """Whether replies helped."""

    def put(self, feedback: Feedback) -> None:
        """Keep it; the last word on a reply counts."""
        ...

    def drop(self, reply: str) -> bool:
        """It was taken back. Whether there was any."""
        ...

    def get(self, reply: str) -> Feedback | None:
        """The last word on this reply."""
        ...

    def counts(self, since: datetime) -> tuple[int, int]:
        """How many replies helped, and how many did not."""
        ...
