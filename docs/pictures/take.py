"""Takes the README's picture from the demo: `.venv/bin/python docs/pictures/take.py` (needs Chromium on the PATH)."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

HERE = Path(__file__).parent
ASKED = ("bnr gk sih es krim magnm ada lemak babi nya??",)
FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking")


def ask(page: Page, text: str) -> None:
    page.get_by_role("textbox").fill(text)
    page.get_by_role("textbox").press("Enter")
    page.get_by_text("Sumber:").last.wait_for()


def take(address: str) -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=list(FLAGS))
        page = browser.new_page(
            viewport={"width": 390, "height": 720},
            device_scale_factor=2,
            locale="id-ID",
            timezone_id="Asia/Jakarta",
        )
        page.goto(address)
        for text in ASKED:
            ask(page, text)
        page.wait_for_timeout(500)
        page.screenshot(path=HERE / "chat.png")
        browser.close()


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        command = [Path(sys.executable).with_name("periksa"), "demo", "--port", "0"]
        environment = os.environ | {"PERIKSA_DATA_DIR": folder, "PYTHONUNBUFFERED": "1"}
        with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as demo:  # noqa: S603
            address = next(found[0] for line in demo.stdout if (found := re.search(r"http://127\S+", line)))
            take(address)
            demo.terminate()


if __name__ == "__main__":
    main()
