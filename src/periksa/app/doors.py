"""The HTTP doors, put together."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import TYPE_CHECKING

from starlette.applications import Starlette

from periksa.app import ZONE, clock, new_id
from periksa.casework import Casework
from periksa.catalogue import Catalogue
from periksa.inbox import Attachments, Inbox
from periksa.staffing.passkeys import Passkeys
from periksa.web import site as public
from periksa.web.desk import app as staff

if TYPE_CHECKING:
    from periksa.app import Periksa


def site(house: Periksa, examples: Sequence[str] = ()) -> Starlette:
    """All of them; `examples` are questions that a new reader may tap."""
    web = house.config.web
    return public.build(
        house.tipline,
        clock,
        name=house.config.name,
        examples=examples,
        sites=web.sites.replace(",", " ").split(),
        asker=house.asking,
        library=house.publishing,
        address=web.address,
        unready=house.unready,
        metrics=lambda: house.exposition.render(),
        metrics_token=web.metrics_token.get_secret_value(),
        desk=desk(house) if house.config.desk.on else None,
    )


def desk(house: Periksa) -> Starlette:
    """The door for those who work there."""
    windows = {name: each.caps.window for name, each in house.channels.items() if each.caps.window}
    return staff.build(
        house.staffing,
        Inbox(house.store, clock, windows),
        house.review,
        Casework(house.store, house.finder, clock, new_id),
        house.asking,
        house.publishing,
        house.authoring,
        clock,
        house.config.name,
        ZONE,
        house.config.web.address,
        passkeys=Passkeys(house.store, house.staffing, clock),
        numbers=house.numbers,
        quality=house.quality,
        broadcasting=house.broadcast,
        catalogue=_catalogue(house),
        attachments=Attachments(house.store, house.files, clock),
    )


def _catalogue(house: Periksa) -> Catalogue:
    sources = house.config.sources
    every = timedelta(minutes=sources.every_minutes)
    health = (lambda: house.visiting.health()) if sources.names else (lambda: [])
    return Catalogue(house.store, clock, house.ratings, house.wake, health, every)
