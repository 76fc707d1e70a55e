"""The command line: one file per command. Its `run` is the command, with the docstring as help.

A command's file imports nothing heavy at its top; what it needs is imported when it runs, so that `--help` is quick.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from importlib import import_module
from keyword import iskeyword
from typing import Annotated

import typer

from periksa.errors import ConfigError, PeriksaError

COMMANDS = (
    "demo",
    "serve",
    "work",
    "ask",
    "import",
    "sync",
    "sources",
    "export",
    "reindex",
    "match",
    "eval",
    "config",
    "doctor",
    "ratings",
    "cases",
    "answer",
    "desk-user",
    "broadcast",
    "channel-post",
    "card",
    "block",
    "unblock",
    "keys",
    "resend",
    "templates",
    "fake-graph",
)
"""In the order in which a newcomer needs them; each is the name of a file here."""


def main() -> None:
    """The `periksa` command. Ends the process; whatever goes wrong is one sentence on standard error."""
    try:
        build()(prog_name="periksa")
    except KeyboardInterrupt:
        sys.exit(130)
    except PeriksaError as error:
        _fail(str(error), 2 if isinstance(error, ConfigError) else 1)
    except Exception as error:
        if os.environ.get("PERIKSA_DEBUG"):
            raise
        what = str(error) if isinstance(error, OSError) else type(error).__name__
        _fail(f"Unexpectedly, {what}. Run it again with PERIKSA_DEBUG=1 to see where.", 1)


def build() -> typer.Typer:
    """All commands, registered."""
    app = typer.Typer(
        add_completion=False,
        context_settings={"help_option_names": ["-h", "--help"]},
        no_args_is_help=True,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
    )
    app.callback()(_periksa)
    for name in COMMANDS:
        app.command(name)(_command(name))
    return app


def _command(name: str) -> Callable[..., None]:
    module = name.replace("-", "_") + "_" * iskeyword(name)
    run: Callable[..., None] = import_module(f"periksa.cli.{module}").run
    return run


def _version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        typer.echo(f"periksa {version('periksa')}")
        raise typer.Exit


def _periksa(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version and exit.")
    ] = False,
) -> None:
    """A fact-check tipline: a message in, the published answer out.

    New here? `periksa demo`. Something wrong? `periksa doctor`. Settings: `periksa config`.
    """


def _fail(sentence: str, code: int) -> None:
    from periksa.cli.screen import aside

    console = aside()
    console.print("Error:", style="bold red", end=" ")
    console.print(sentence, soft_wrap=True)
    sys.exit(code)
