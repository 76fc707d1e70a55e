"""The documentation is complete and true: what exists is documented, what is documented exists.

The generated parts are written anew by `REGENERATE=1 pytest tests/test_docs.py`; review the difference.
"""

from __future__ import annotations

import inspect
import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer.testing
from typer.main import get_command

from periksa import errors
from periksa.cli import COMMANDS, build
from periksa.config import NO_SETTINGS, sections, settings, shown

ROOT = Path(__file__).parents[1]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
FOR_BUILDERS = ("house.md", "ARCHITECTURE.md", "decisions.md")
"""Pages that speak of code: `index.put` is no setting there."""
CODE = sorted((ROOT / "src").rglob("*.py"))
NOT_OURS = {"PERIKSA_SERVICE_HOST"}
"""Variables that are mentioned because they must not be set."""


def help_of(*command: str) -> str:
    runner = typer.testing.CliRunner(env={"COLUMNS": "80"})
    return runner.invoke(build(), [*command, "--help"], prog_name="periksa").output.strip()


def generated_settings() -> str:
    blocks = []
    within = None
    for name, setting in settings().items():
        section = name.rpartition(".")[0]
        if section != within:
            within = section
            blocks.append(f"\n### {section}\n\n{sections()[section]}\n" if section else "")
            blocks.append("| setting | variable | default | meaning |\n|---|---|---|---|")
        default = "" if setting.secret or setting.default == "" else f"`{shown(setting.default)}`"
        blocks.append(f"| `{name}` | `{setting.variable}` | {default} | {setting.meaning} |")
    return "\n".join(blocks).strip()


def generated_commands() -> str:
    return "\n\n".join(f"## periksa {name}\n\n```text\n{help_of(name)}\n```" for name in COMMANDS)


def generated_errors() -> str:
    kinds = [kind for kind in vars(errors).values() if isinstance(kind, type)]
    rows = [f"| {kind.__name__} | {inspect.getdoc(kind)} | {'yes' if kind.retry else 'no'} |" for kind in kinds]
    return "\n".join(["| error | meaning | tried again |", "|---|---|---|", *rows])


@pytest.mark.parametrize(
    ("page", "mark", "generate"),
    [
        ("docs/commands.md", "errors", generated_errors),
        ("docs/configuration.md", "settings", generated_settings),
        ("docs/commands.md", "commands", generated_commands),
    ],
)
def test_generated_parts_are_as_the_program_is(page, mark, generate):
    path = ROOT / page
    text = path.read_text(encoding="utf-8")
    pattern = re.compile(rf"(<!-- generated: {mark} -->\n).*?(<!-- end -->)", re.DOTALL)
    assert len(pattern.findall(text)) == 1, f"{page} has no place for the generated {mark}"
    fresh = pattern.sub(lambda found: f"{found[1]}\n{generate()}\n\n{found[2]}", text)
    if os.environ.get("REGENERATE"):
        path.write_text(fresh, encoding="utf-8")
    assert path.read_text(encoding="utf-8") == fresh, "run REGENERATE=1 pytest tests/test_docs.py, review, commit"


@pytest.mark.parametrize("name", list(settings()))
def test_every_setting_says_what_it_means(name):
    meaning = settings()[name].meaning
    assert len(meaning) > 20
    assert meaning.endswith(".")


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_and_every_option_explains_itself(name):
    command = get_command(build()).commands[name]
    assert command.help.partition("\n")[0].endswith(".")
    unexplained = [each.name for each in command.params if not each.help]
    assert unexplained == []


def mentions(pattern: str, files: list[Path]) -> Iterator[tuple[str, re.Match[str]]]:
    for file in files:
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
            for found in re.finditer(pattern, line):
                yield f"{file.relative_to(ROOT)}:{number}: {found[0]}", found


def test_every_variable_named_anywhere_exists():
    known = {setting.variable for setting in settings().values()} | NO_SETTINGS.keys() | NOT_OURS
    named = list(mentions(r"\bPERIKSA_[A-Z_]*[A-Z]\b", PAGES + CODE))
    assert len(named) > len(known)
    assert [where for where, found in named if found[0] not in known] == []


def test_every_setting_named_in_the_documentation_exists():
    ours = "|".join(section for section in sections() if section)
    pages = [page for page in PAGES if page.name not in FOR_BUILDERS]
    named = list(mentions(rf"`((?:{ours})\.[a-z_]+)`", pages))
    assert len(named) >= len(settings()) - 3
    assert [where for where, found in named if found[1] not in settings()] == []


def test_every_command_and_option_named_anywhere_exists():
    commands = get_command(build()).commands
    options = {
        name: {opt for each in commands[name].params for opt in [*each.opts, *each.secondary_opts]} for name in commands
    }
    named = list(mentions(r"(?:`|^ {4}|\$ )periksa ([a-z-]+)([^`#>|]*)", PAGES + CODE))
    assert len(named) > len(COMMANDS)
    wrong = [
        where
        for where, found in named
        if found[1] not in options
        or not set(re.findall(r"(?<=\s)--[a-z-]+", found[2])) <= options[found[1]] | {"--help"}
    ]
    assert wrong == []
