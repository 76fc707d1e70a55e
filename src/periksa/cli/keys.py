"""`periksa keys`: the keys that seal people's addresses, and a new one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from periksa.cli.installation import ConfigFile, expect, opened_by
from periksa.cli.screen import screen
from periksa.errors import ConfigError

if TYPE_CHECKING:
    from periksa.config import Config


def run(
    rotate: Annotated[bool, typer.Option("--rotate", help="Make a new key and seal everything with it.")] = False,
    config: ConfigFile = None,
) -> None:
    """Show which keys there are, by name, or seal everything with a new one.

    Stop every process of periksa before a new key is made: one that still has the old key writes nothing more.
    """
    from periksa.config import load

    settings = load(config).config
    expect(settings)
    with opened_by(settings):  # what there is opens with the keys there are
        pass
    if rotate:
        _rotate(settings)
        screen().print("Start periksa again wherever it runs (serve, work): with the old key it writes nothing more.\n")
    _show(settings)


def _rotate(config: Config) -> None:
    """Should it be cut off in between, whoever opens the database next seals everything."""
    from periksa.app import clock
    from periksa.model import Audit
    from periksa.store.sealing import rotate

    if config.store.keys:
        raise ConfigError(
            "The keys are in store.keys, not in a file: put a new one before the others there, and start."
        )
    name = rotate(config.key_file).name
    with opened_by(config) as periksa:
        entry = Audit(clock(), "operator", "sealed everything with a new key", detail=name)
        periksa.store.write(lambda tx: tx.audit.add(entry)).result()


def _show(config: Config) -> None:
    from periksa.store.sealing import read_keys

    first, *others = read_keys(config.key_file, config.store.keys.get_secret_value()).names
    where = "store.keys" if config.store.keys else config.key_file
    out = screen()
    out.print(f"{first} seals and opens. It is in {where}: keep a copy apart from the database.", soft_wrap=True)
    for name in others:
        out.print(f"{name} only opens. Remove it once no backup is left that was sealed with it.", soft_wrap=True)
