"""`periksa channel-post`: a fact-check as a text to copy into a channel that no software may post to."""

from __future__ import annotations

from typing import Annotated

import typer

from periksa.cli.installation import ConfigFile, opened


def run(
    article: Annotated[str, typer.Argument(metavar="ARTICLE", help="The fact-check, by its id.")],
    language: Annotated[str, typer.Option(metavar="CODE", help="The language around it. [default: the setting]")] = "",
    config: ConfigFile = None,
) -> None:
    """Print a fact-check ready to be copied into a WhatsApp Channel, with its link. Such channels have no API."""
    from periksa.answers.word import channel_post
    from periksa.lang import LANGUAGES

    if language and language not in LANGUAGES:
        raise typer.BadParameter(f"there is no language {language!r}; there are: {', '.join(LANGUAGES)}.")
    with opened(config) as periksa:
        typer.echo(channel_post(periksa.broadcast.article(article), language or periksa.config.language))
