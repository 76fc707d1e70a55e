"""Takes the README's pictures: `make pictures` (needs Chromium).

The chat is asked by hand; the desk shows a newsroom in the middle of its shift, all of it invented.
"""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import uvicorn
from newsroom import fill, settings
from playwright.sync_api import Browser, Page, sync_playwright
from small import small

from periksa.app import build
from periksa.model import CaseState

HERE = Path(__file__).parent
ASKED = ("bnr gk sih es krim magnm ada lemak babi nya??",)
FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking")
LARGEST = 150_000
"""Bytes of a picture."""


def ask(page: Page, text: str) -> None:
    page.get_by_role("textbox").fill(text)
    page.get_by_role("textbox").press("Enter")
    page.get_by_text("Sumber:").last.wait_for()


def take_chat(browser: Browser) -> None:
    with demo() as address:
        page = browser.new_page(
            viewport={"width": 390, "height": 720},
            device_scale_factor=1.5,
            locale="id-ID",
            timezone_id="Asia/Jakarta",
        )
        page.goto(address)
        for text in ASKED:
            ask(page, text)
        page.wait_for_timeout(500)
        shoot(page, "chat")


@contextmanager
def demo() -> Iterator[str]:
    """`periksa demo`; the address of its chat."""
    with tempfile.TemporaryDirectory() as folder:
        command = [Path(sys.executable).with_name("periksa"), "demo", "--port", "0"]
        environment = os.environ | {"PERIKSA_DATA_DIR": folder, "PYTHONUNBUFFERED": "1"}
        with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as running:  # noqa: S603
            try:
                yield next(found[0] for line in running.stdout or () if (found := re.search(r"http://127\S+", line)))
            finally:
                running.terminate()


def take_desk(browser: Browser) -> None:
    with desk() as (address, token, case):
        context = browser.new_context(
            viewport={"width": 1200, "height": 760}, locale="id-ID", timezone_id="Asia/Jakarta", color_scheme="light"
        )
        context.add_cookies([{"name": "periksa-desk", "value": token, "url": address}])
        page = context.new_page()
        for name, path in (("inbox", "inbox"), ("case", f"cases/{case}"), ("numbers", "numbers?days=30")):
            page.set_viewport_size({"width": 1200, "height": 900 if name == "numbers" else 760})
            page.goto(f"{address}/desk/{path}")
            page.wait_for_timeout(500)
            shoot(page, name)


@contextmanager
def desk() -> Iterator[tuple[str, str, str]]:
    """The invented newsroom: its address, somebody's session, and the case asked most."""
    with tempfile.TemporaryDirectory() as folder, build(settings(Path(folder))) as periksa:
        token = fill(periksa)
        case = periksa.store.read(lambda tx: tx.cases.list(CaseState.OPEN, 1))[0].id
        site, door = periksa.site(), socket.create_server(("127.0.0.1", 0))
        server = uvicorn.Server(uvicorn.Config(site, log_level="critical", lifespan="off"))
        running = threading.Thread(target=lambda: asyncio.run(server.serve(sockets=[door])))
        running.start()
        try:
            yield f"http://127.0.0.1:{door.getsockname()[1]}", token, case
        finally:
            site.state.hang_up()
            server.should_exit = True
            running.join()


def shoot(page: Page, name: str) -> None:
    """Raises: SystemExit if the picture is too large."""
    picture = page.screenshot()
    page.goto("about:blank")
    picture = small(page, picture)
    if len(picture) > LARGEST:
        raise SystemExit(f"{name}.png would be {len(picture):,} bytes, more than {LARGEST:,}: show less on it")
    (HERE / f"{name}.png").write_bytes(picture)


def main() -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=list(FLAGS))
        take_chat(browser)
        take_desk(browser)
        browser.close()


if __name__ == "__main__":
    main()
