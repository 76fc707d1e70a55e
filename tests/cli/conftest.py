"""An installation in a folder of its own, its commands in this process or as an operator starts them."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from periksa.app import Periksa, build
from periksa.cli import build as build_commands
from periksa.config import load

CHECKS = [
    {
        "id": "uji-1",
        "kind": "fact-check",
        "title": "Air kelapa muda tidak menetralkan bisa ular",
        "claim": "Minum air kelapa muda dapat menetralkan bisa ular kobra.",
        "rating": "SALAH",
        "summary": "Dokter menegaskan gigitan ular hanya dapat ditangani dengan serum antibisa.",
        "outlet": "Harian Uji",
        "date": "2025-04-02",
        "url": "https://uji.example/air-kelapa",
    },
    {
        "id": "uji-2",
        "kind": "fact-check",
        "title": "Jembatan Kahayan tidak runtuh akibat gempa",
        "claim": "Jembatan Kahayan di Palangka Raya runtuh akibat gempa.",
        "outlet": "Harian Uji",
        "date": "2025-06-11",
        "url": "https://uji.example/jembatan-kahayan",
    },
]


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch) -> Path:
    """The working directory, empty; no setting comes from outside."""
    for name in [name for name in os.environ if name.startswith("PERIKSA_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def library(folder) -> Path:
    """A file of two fact-checks."""
    path = folder / "checks.jsonl"
    path.write_text("".join(json.dumps(check) + "\n" for check in CHECKS), encoding="utf-8")
    return path


@pytest.fixture
def periksa() -> Callable[..., Result]:
    """`periksa("ask", "kelapa")` in this process."""
    return lambda *command, **options: CliRunner().invoke(
        build_commands(), list(command), prog_name="periksa", **options
    )


@pytest.fixture
def filled(periksa, library) -> Path:
    """The library, imported."""
    assert periksa("import", str(library)).exit_code == 0
    return library


@pytest.fixture
def begun(folder) -> Path:
    """An installation in which nothing is yet: its data folder."""
    with opened():
        return folder / "periksa-data"


@contextmanager
def opened() -> Iterator[Periksa]:
    """The installation as the program has it."""
    with build(load(None).config) as installation:
        yield installation


def started(*command: str, **environ: str) -> subprocess.Popen[str]:
    """`periksa` as a process of its own."""
    return subprocess.Popen(
        [sys.executable, "-c", "from periksa.cli import main; main()", *command],
        env={**os.environ, "PYTHONUNBUFFERED": "1", **environ},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def ended(*command: str, **environ: str) -> tuple[int, str, str]:
    """Exit status, output and errors of a process of its own."""
    with started(*command, **environ) as process:
        out, err = process.communicate(timeout=30)
    return process.returncode, out, err


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])
