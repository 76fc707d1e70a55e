"""What every store says of having forgotten: nothing that tells who."""

from __future__ import annotations

from datetime import datetime

from periksa.model import Audit, Receipt

WHO = "periksa"
"""Who closes a case that nobody asks about any more."""


def of_person(receipt: Receipt, at: datetime) -> Audit:
    """A person is gone."""
    return Audit(at, WHO, "forgot a person", detail=f"{receipt.messages} messages, {receipt.replies} replies")


def of_message(at: datetime) -> Audit:
    """A message is."""
    return Audit(at, WHO, "forgot a message that was revoked")
