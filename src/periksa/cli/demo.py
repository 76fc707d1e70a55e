"""`periksa demo`: the main job on a small real library, without an account or a network."""

from __future__ import annotations

import json
import shlex
import time
from contextlib import ExitStack
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from periksa.cli.installation import opened_by
from periksa.cli.screen import aside, screen

if TYPE_CHECKING:
    from socket import socket

    from periksa.app import Periksa
    from periksa.config import Config
    from periksa.model import Line

QUESTIONS = {
    "A keyword": "SIM gratis",
    "A forward": (
        "📢📢 *WARGA DESA WAJIB BACA* ‼️‼️ Mulai tahun 2026 tanah yg belum bersertifikat bakal diambil alih negara 😡🏡 "
        "Girik sama letter C udah ga laku, jangan sampai telat ngurus ya bapak ibu 🙏🙏 👉 Sebarkan sebelum terlambat!!"
    ),
    "Typed in a hurry": "bnr gk sih es krim magnm ada lemak babi nya??",
    "Not checked yet": "air hujan jakarta ada mikroplastiknya ya?",
    "Not a question": "ok",
}
"""What the demo asks, each for another of the things a tipline must get right."""
LOOK = 0.05
"""Seconds between two looks for a reply."""
EXAMPLES = ("A keyword", "Typed in a hurry", "Not checked yet")
"""Those that a new reader of the chat page may tap."""


def run(
    once: Annotated[bool, typer.Option("--once", help="Ask the five questions, then end.")] = False,
    port: Annotated[
        int, typer.Option(min=0, max=65535, help="Port of the chat page; 0 takes any that is free.")
    ] = 8000,
) -> None:
    """Try it: five questions and their answers, then a chat page to ask your own. No account, no network."""
    from periksa.cli.serve import listening
    from periksa.config import ConversationSettings, IndexSettings, StoreSettings, load

    config = load(None).config
    apart = {"data_dir": config.data_dir / "demo", "store": StoreSettings(), "index": IndexSettings()}
    demo = config.model_copy(update={**apart, "conversation": ConversationSettings(burst_seconds=1)})
    with ExitStack() as until_stopped:
        door = None if once else until_stopped.enter_context(listening(demo.web.host, port, "--port"))
        periksa = until_stopped.enter_context(opened_by(demo))
        _fill(periksa)
        for number, (title, question) in enumerate(QUESTIONS.items()):
            _show(title, question, _ask(periksa, question, known=number > 0), demo.name)
        _tell_how_to_ask(demo)
        if door:
            _serve(periksa, door)


def _fill(periksa: Periksa) -> None:
    """The demo library into the store and the index; a second time nothing changes."""
    library = resources.files("periksa.demo")
    with resources.as_file(library) as folder:
        for name in ("factchecks.jsonl", "news.jsonl"):
            periksa.ingest.import_file(Path(folder) / name, lambda _: None)
    periksa.workers.drain()
    count = periksa.index.count()
    aside().print(f"A library of {count} articles: facts by their publishers, sentences ours (docs/demo-library.md).")


def _ask(periksa: Periksa, question: str, *, known: bool) -> Line:
    """Through the whole path, as from the chat page: kept, understood, searched, decided, kept, sent.

    `known`: by somebody who has met us before. A greeting waits a little for what follows it, and so do we.
    """
    from periksa.app import clock, new_id
    from periksa.model import Address

    person, at, id = Address("web", new_id(), "session"), clock(), new_id()
    if known:
        contact = periksa.store.write(lambda tx: tx.contacts.resolve([person], id, at)).result()
        periksa.store.write(lambda tx: tx.contacts.update(contact, welcomed_at=at)).result()
    said = {"id": id, "session": person.value, "text": question, "at": at.isoformat()}
    periksa.tipline.receive("web", json.dumps(said).encode(), {}).result()
    while periksa.workers.drain() or not periksa.tipline.conversation(person)[-1].ours:
        time.sleep(LOOK)
    return periksa.tipline.conversation(person)[-1]


def _show(title: str, question: str, line: Line, name: str) -> None:
    from rich.align import Align
    from rich.panel import Panel

    from periksa.cli.ask import words

    console = screen()
    console.print(f"\n{title}", style="bold")
    console.print(Align.right(Panel(question, border_style="dim", expand=False, width=min(60, console.width))))
    console.print(Panel(words(line), title=name, title_align="left", expand=False, width=min(72, console.width)))


def _tell_how_to_ask(config: Config) -> None:
    """Its library is kept apart from the operator's own, where the other commands look."""
    data_dir = shlex.quote(str(config.data_dir))
    how = f'\nThe same library on the command line:\n  PERIKSA_DATA_DIR={data_dir} periksa ask --why "SIM gratis"'
    screen().print(how, soft_wrap=True)


def _serve(periksa: Periksa, door: socket) -> None:
    from periksa.cli.logbook import log_to_stderr
    from periksa.cli.serve import answer_at

    log_to_stderr(periksa.config.log)
    host, port = door.getsockname()[:2]
    examples = [question for title, question in QUESTIONS.items() if title in EXAMPLES]
    periksa.workers.start()
    screen().print(f"\nAsk your own: http://{host}:{port}/   (Ctrl-C ends it)", style="bold")
    try:
        answer_at(door, periksa.site(examples=examples))
    finally:
        periksa.workers.stop()
