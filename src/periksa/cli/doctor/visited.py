"""Checks of the publishers that are visited."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from periksa.cli.doctor.row import Row, State
from periksa.errors import ConfigError

if TYPE_CHECKING:
    from periksa.app import Periksa


def sources(periksa: Periksa) -> Iterator[Row]:
    """One row for all sites that do well, and one for each that does not."""
    from periksa.app import clock

    try:
        found = periksa.visiting.health()
    except ConfigError as error:
        yield Row("sources", State.PROBLEM, str(error))
        return
    if not found:
        yield Row("sources", State.OK, "no site is visited; files alone fill the library")
        return
    if not periksa.config.sources.contact:
        advice = "Name a mail address or a page of yours: sources.contact"
        yield Row("sources", State.WARNING, "publishers cannot see who visits them", advice)
    warnings = {each.site.name: each.warning(clock(), periksa.visiting.every) for each in found}
    for name, (wrong, advice) in warnings.items():
        if wrong:
            yield Row("sources", State.WARNING, f"{name}: {wrong}", advice)
    well = [name for name, (wrong, _) in warnings.items() if not wrong]
    if well:
        troubles = sum(each.troubles for each in found)
        yield Row("sources", State.OK, f"{', '.join(well)} as expected; {troubles:,} problems with single pages")
