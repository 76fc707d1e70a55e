"""`periksa card`: a fact-check as a picture to be passed on."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from periksa.cli.installation import ConfigFile, opened


def run(
    article: Annotated[str, typer.Argument(metavar="ARTICLE", help="The fact-check, by its id.")],
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Where the picture goes (PNG).", dir_okay=False)],
    tall: Annotated[bool, typer.Option("--tall", help="1080 × 1350 pixels instead of 1080 × 1080.")] = False,
    language: Annotated[
        str, typer.Option(metavar="CODE", help="The language of the labels. [default: the setting]")
    ] = "",
    config: ConfigFile = None,
) -> None:
    """Write a fact-check as a picture, with a code that leads to its page; print its text for who cannot see it."""
    from periksa.errors import InputError
    from periksa.lang import LANGUAGES
    from periksa.publishing.card import Shape, card, picture
    from periksa.web import addresses

    if language and language not in LANGUAGES:
        raise typer.BadParameter(f"there is no language {language!r}; there are: {', '.join(LANGUAGES)}.")
    with opened(config) as periksa:
        found = periksa.broadcast.article(article)
        address = periksa.config.web.address.rstrip("/")
        link = f"{address}{addresses.article(found.id)}" if address else ""
        shown = card(found, language or periksa.config.language, link)
        made = picture(shown, Shape.TALL if tall else Shape.SQUARE)
    try:
        file.write_bytes(made)
    except OSError as error:
        raise InputError(f"{file} cannot be written: {error.strerror or error}.") from error
    typer.echo(shown.text)
