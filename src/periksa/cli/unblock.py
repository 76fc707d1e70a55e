"""`periksa unblock`: somebody who is answered again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from periksa.cli.block import Where, whose
from periksa.cli.installation import ConfigFile, opened
from periksa.cli.screen import screen
from periksa.errors import CaseError

if TYPE_CHECKING:
    from periksa.store import Transaction


def run(address: Where, config: ConfigFile = None) -> None:
    """Answer this address again, from its next message on."""
    from periksa.app import clock, new_id

    with opened(config) as periksa:
        at, id = clock(), new_id()

        def unblock(tx: Transaction) -> None:
            """An address whose owner was forgotten is blocked still: its next contact would be."""
            contact = tx.contacts.get(whose(tx, address, id, at))
            if contact is None or contact.blocked_at is None:
                raise CaseError(f"{address} is not blocked.")
            tx.contacts.unblock(contact.id)

        periksa.store.write(unblock).result()
    screen().print("Answered again.")
