"""What pywa makes of webhooks, one line of JSON each. Runs with the Python of pywa's own environment."""

from __future__ import annotations

import json
import logging
import sys
from pathlib import Path
from typing import Any

from pywa import WhatsApp


def opinion(client: WhatsApp, raw: bytes) -> dict[str, Any]:
    """The one event pywa yields for a delivery (it reads the first of a batch only), in plain words."""
    try:
        made = made_by(client, raw)
        if made is None:
            return {"event": None}
    except Exception as error:  # noqa: BLE001 - whatever it cannot read is its opinion too
        return {"event": None, "why": f"{type(error).__name__}: {error}"[:120]}
    return {"event": type(made).__name__, **told(made)}


def made_by(client: Any, raw: bytes) -> Any:
    """By the ways of version 4, or of version 2, which does not insist on a user id."""
    if hasattr(client, "_get_handler_type"):
        from pywa.types.base_update import RawUpdate

        update: Any = RawUpdate(raw, hmac_header=None, update_hash="")
        handler = client._get_handler_type(update)
        return handler and client._handlers_to_updates[handler].from_update(client=client, update=update)
    update = json.loads(raw)
    handler = client._get_handler(update)
    return handler and client._handlers_to_update_constractor[handler](client, update)


def told(made: Any) -> dict[str, Any]:
    user = getattr(made, "from_user", None)
    found = {
        "id": getattr(made, "id", None),
        "type": word(getattr(made, "type", None)),
        "status": word(getattr(made, "status", None)),
        "at": int(made.timestamp.timestamp()) if getattr(made, "timestamp", None) else None,
        "phone": getattr(user, "wa_id", None),
        "bsuid": getattr(user, "bsuid", None) or getattr(user, "user_id", None),
        "name": getattr(user, "name", None),
        "text": getattr(made, "text", None) or getattr(made, "caption", None),
        "forwarded": getattr(made, "forwarded", None),
        "often": getattr(made, "forwarded_many_times", None),
        "choice": getattr(made, "callback_data", None) or getattr(made, "data", None),
        "ours": getattr(made, "tracker", None),
        "emoji": getattr(getattr(made, "reaction", None), "emoji", None),
        "media": media(made),
        "quotes": getattr(getattr(made, "reply_to_message", None), "message_id", None),
        "code": getattr(getattr(made, "error", None), "error_code", None),
    }
    return {key: value for key, value in found.items() if isinstance(value, str | int | bool) and value is not False}


def word(kind: Any) -> Any:
    return getattr(kind, "value", kind)


def media(made: Any) -> Any:
    for kind in ("image", "video", "audio", "document", "sticker"):
        found = getattr(made, kind, None)
        if found is not None:
            return getattr(found, "id", None)
    return None


def main() -> None:
    logging.disable()
    client = WhatsApp(phone_id="1", token="x", filter_updates=False, server=None, verify_token="x")
    for path in map(Path, sys.argv[1:]):
        print(json.dumps({"file": path.name, **opinion(client, path.read_bytes())}, default=str))


if __name__ == "__main__":
    main()
