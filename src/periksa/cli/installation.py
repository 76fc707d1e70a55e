"""The installation a command works on: how it is told of one, and how that is opened."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from periksa.cli.screen import aside
from periksa.errors import ConfigError

if TYPE_CHECKING:
    from periksa.app import Periksa
    from periksa.config import Config

ConfigFile = Annotated[
    Path | None,
    typer.Option(
        "--config",
        metavar="FILE",
        show_default=False,
        help="The settings to use. [default: PERIKSA_CONFIG, else periksa.toml]",
    ),
]


def opened(file: Path | None, *, begins: bool = False) -> Periksa:
    """The installation that the settings describe; to be used as a context manager. With `begins` it is made where
    there is none yet: whoever only looks, in the wrong folder, is to be told so and to leave nothing behind.

    Raises: ConfigError, StoreError, IndexUnavailable.
    """
    from periksa.config import load

    config = load(file).config
    if not begins:
        expect(config)
    return opened_by(config)


def expect(config: Config) -> None:
    """Raises: ConfigError where nothing was ever kept; nothing is made. A database server tells itself."""
    from periksa.config import shown

    if not begun(config):
        where = config.data_dir.absolute() if not config.store.url else shown(config.store.url)
        raise ConfigError(
            f"There is no data in {where}: run this in the folder of your installation, or name it (--config, "
            "PERIKSA_DATA_DIR); a new one begins with `periksa import FILE`."
        )


def begun(config: Config) -> bool:
    """Whether anything was kept there yet; of a database server that is not asked."""
    if not config.store.url:
        return (config.data_dir / "periksa.db").exists()
    scheme, _, file = config.store.url.partition("?")[0].partition(":///")
    return not scheme.startswith("sqlite") or not file or file.startswith((":memory:", "file:")) or Path(file).exists()


def opened_by(config: Config) -> Periksa:
    """The installation of this configuration. Raises: ConfigError (a folder), StoreError, IndexUnavailable."""
    from periksa.app import build

    try:
        periksa = build(config)
    except OSError as error:
        raise ConfigError(
            f"{error.filename or config.data_dir} cannot be used: {error.strerror}; "
            "let this user write there, or choose another data_dir (PERIKSA_DATA_DIR)."
        ) from error
    if lacking := _lacking_models(periksa):
        aside().print(f"Warning: {lacking}", soft_wrap=True)
    return periksa


def _lacking_models(periksa: Periksa) -> str:
    """What is missing where a folder of models was chosen, in a sentence; nothing else is worth a word."""
    settings, learned = periksa.config.models, periksa.models
    complete = learned.encoder if settings.use == "small" else learned.close
    if not settings.folder or settings.use == "none" or complete:
        return ""
    found = "with the small encoder alone" if learned.encoder else "by words alone"
    return f"{learned.why} (models.folder, PERIKSA_MODELS_FOLDER): articles are found {found}."
