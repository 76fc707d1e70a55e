"""What every store says of having forgotten: nothing that tells who."""

from __future__ import annotations

from dataclasses import fields
from datetime import datetime

from periksa.model import Audit, Receipt

WHO = "periksa"
"""Who closes a case that nobody asks about any more."""


def difference(before: Receipt, after: Receipt) -> Receipt:
    """What is gone of what there was."""
    gone = {
        field.name: getattr(before, field.name) - getattr(after, field.name)
        for field in fields(Receipt)
        if field.name != "files"
    }
    return Receipt(**gone, files=tuple(id for id in before.files if id not in after.files))


def of_person(receipt: Receipt, at: datetime) -> Audit:
    """A person is gone."""
    return Audit(at, WHO, "forgot a person", detail=f"{receipt.messages} messages, {receipt.replies} replies")


def of_message(at: datetime) -> Audit:
    """A message is."""
    return Audit(at, WHO, "forgot a message that was revoked")
