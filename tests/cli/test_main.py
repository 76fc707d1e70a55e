"""The command line as a whole: quick help, errors in one sentence, quiet ends."""

from __future__ import annotations

import signal
import subprocess
import sys

import pytest
from tests.cli.conftest import ended, started

from periksa.cli import COMMANDS

HEAVY = (
    "rich",
    "pydantic",
    "sqlalchemy",
    "tantivy",
    "numpy",
    "starlette",
    "uvicorn",
    "httpx2",
    "Stemmer",
    "periksa.app",
)


def test_help_names_every_command(periksa):
    result = periksa("--help")
    assert result.exit_code == 0
    listed = [line.split()[0] for line in result.output.partition("Commands:\n")[2].splitlines()]
    assert listed == list(COMMANDS)


def test_help_imports_nothing_heavy():
    program = f"""
import sys
from periksa.cli import build
from typer.main import get_command
get_command(build())
print(sorted(set({HEAVY!r}) & set(sys.modules)))
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_help_takes_less_than_three_tenths_of_a_second():
    import resource

    def seconds() -> float:
        used = resource.getrusage(resource.RUSAGE_CHILDREN)
        return used.ru_utime + used.ru_stime

    spent = []
    for _ in range(3):
        before = seconds()
        assert ended("--help")[0] == 0
        spent.append(seconds() - before)
    assert min(spent) < 0.3


def test_version(periksa):
    from importlib.metadata import version

    assert periksa("--version").output == f"periksa {version('periksa')}\n"


@pytest.mark.parametrize(
    ("command", "status", "sentence"),
    [
        (["docter"], 2, "Error: No such command 'docter'. Did you mean 'doctor'?"),
        (["ask"], 2, "Error: Missing argument 'TEXT'."),
        (["serve", "--prot", "1"], 2, "Error: No such option: --prot"),
        (["ask", "--config", "tidak-ada.toml", "halo"], 2, "Error: tidak-ada.toml cannot be read: No such file"),
        (["match", "tidak-ada.jsonl", "--queries", "q", "--out", "o"], 1, "Error: q cannot be read: No such file"),
    ],
)
def test_an_error_is_one_sentence(command, status, sentence):
    code, out, err = ended(*command)
    assert (code, out) == (status, "")
    assert err.splitlines()[-1].startswith(sentence)
    assert "Traceback" not in err


def test_a_folder_that_cannot_be_made_is_an_error_of_the_settings(folder):
    (folder / "berkas").write_text("bukan folder")
    code, _, err = ended("import", "cek.jsonl", PERIKSA_DATA_DIR="berkas")
    assert code == 2
    assert err.startswith("Error: berkas cannot be used: ")
    assert "PERIKSA_DATA_DIR" in err


BROKEN = """
import sys
import periksa.cli, periksa.cli.config
def run() -> None:
    raise KeyError("isi pesan")
periksa.cli.config.run = run
sys.argv = ["periksa", "config"]
periksa.cli.main()
"""


def test_the_unexpected_is_one_sentence_without_anybodys_words():
    done = subprocess.run([sys.executable, "-c", BROKEN], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr == "Error: Unexpectedly, KeyError. Run it again with PERIKSA_DEBUG=1 to see where.\n"


def test_the_unexpected_shows_where_on_demand(monkeypatch):
    monkeypatch.setenv("PERIKSA_DEBUG", "1")
    done = subprocess.run([sys.executable, "-c", BROKEN], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "Traceback" in done.stderr


def test_a_broken_pipe_is_quiet():
    with started("config") as process:
        assert process.stdout
        assert process.stderr
        process.stdout.readline()
        process.stdout.close()
        assert process.stderr.read() == ""


def test_ctrl_c_is_quiet():
    with started("work") as process:
        assert process.stdout
        assert process.stderr
        assert process.stdout.readline() == "Working. Ctrl-C stops it.\n"
        process.send_signal(signal.SIGINT)
        assert process.stderr.read() == ""
    assert process.returncode == 130
