"""`periksa serve`, `periksa work` and `periksa fake-graph`, as processes of their own."""

from __future__ import annotations

import json
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx2
import pytest
from tests.cli.conftest import ended, free_port, opened, started

from periksa.app import clock
from periksa.channels.console import HERE
from periksa.model import JobKind, JobState

pytestmark = pytest.mark.network

PATIENCE = 15


def until(true: Callable[[], object]) -> None:
    end = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < end, "it never came true"
        time.sleep(0.05)


@contextmanager
def running(*command: str, last_line: str, **environ: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A process and what it said up to the line that starts with `last_line`; ended if the test has not done so."""
    with started(*command, **environ) as process:
        assert process.stdout
        said = ""
        try:
            while not said.rpartition("\n")[0].rpartition("\n")[2].strip().startswith(last_line):
                line = process.stdout.readline()
                assert line, f"it ended: {said} {process.stderr and process.stderr.read()}"
                said += line
            yield process, said
        finally:
            if process.poll() is None:
                process.kill()


def test_a_site_without_a_profile_is_said_before_the_door_is_called_open(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    code, out, err = ended("serve", PERIKSA_SOURCES_SITES="tempoo", PERIKSA_WEB_PORT=str(free_port()))
    assert code == 2
    assert "there is no profile 'tempoo'" in err
    assert "is open" not in out


def told_to(process: subprocess.Popen[str], stop: signal.Signals) -> tuple[int, str]:
    process.send_signal(stop)
    _, err = process.communicate(timeout=PATIENCE)
    return process.returncode, err


def status(port: int, path: str) -> int:
    try:
        return httpx2.get(f"http://127.0.0.1:{port}{path}").status_code
    except httpx2.TransportError:
        return 0


def answers(port: int) -> bool:
    try:
        return httpx2.get(f"http://127.0.0.1:{port}/ready").text == "ready\n"
    except httpx2.TransportError:
        return False


@pytest.mark.parametrize(("stop", "status"), [(signal.SIGTERM, 0), (signal.SIGINT, 130)])
def test_it_says_where_answers_there_and_ends_quietly(filled, stop, status):
    port = free_port()
    with running("serve", last_line="Workers", PERIKSA_WEB_PORT=str(port)) as (process, said):
        assert f"http://127.0.0.1:{port}/" in said
        assert "2 of 2 can be found" in said
        assert "WhatsApp   off" in said
        until(lambda: answers(port))
        assert told_to(process, stop) == (status, "")


def test_an_open_page_does_not_hold_up_the_end(filled):
    port = free_port()
    with running("serve", last_line="Workers", PERIKSA_WEB_PORT=str(port)) as (process, _):
        until(lambda: answers(port))
        with httpx2.Client(base_url=f"http://127.0.0.1:{port}") as browser:
            browser.get("/")
            with browser.stream("GET", "/chat/events") as page:
                assert page.status_code == 200
                began = time.monotonic()
                assert told_to(process, signal.SIGTERM) == (0, "")
                assert time.monotonic() - began < 4


def test_a_port_in_use_is_said_in_one_sentence():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        code, out, err = ended("serve", PERIKSA_WEB_PORT=str(port))
    assert (code, out) == (2, "")
    assert err.startswith(f"Error: 127.0.0.1 port {port} cannot be listened on: Address already in use; ")


def older(index: Path) -> None:
    (index / "current").write_text("v0-1")


@pytest.mark.parametrize("damage", [older, shutil.rmtree])
def test_an_index_that_was_lost_is_said_at_the_start_and_rebuilt(filled, folder, damage):
    damage(folder / "periksa-data" / "index")
    port = free_port()
    with running("serve", last_line="Workers", PERIKSA_WEB_PORT=str(port)) as (process, said):
        assert "Articles   2, but the index cannot be searched: questions wait, it is rebuilt now" in said
        until(lambda: answers(port))
        asked = httpx2.post(f"http://127.0.0.1:{port}/api/ask", json={"text": "air kelapa muda bisa ular kobra"})
        assert asked.json()["matches"][0]["id"] == "uji-1"
        code, err = told_to(process, signal.SIGTERM)
    assert code == 0
    assert "the index is rebuilt: 2 articles can be found" in err


def test_without_workers_a_lost_index_keeps_questions_waiting(filled, folder):
    shutil.rmtree(folder / "periksa-data" / "index")
    port = free_port()
    with running("serve", "--no-workers", last_line="Workers", PERIKSA_WEB_PORT=str(port)) as (_, said):
        assert "Articles   2, but the index cannot be searched: questions wait, `periksa work` rebuilds it" in said
        until(lambda: status(port, "/ready") == 503)
        assert httpx2.post(f"http://127.0.0.1:{port}/api/ask", json={"text": "air kelapa"}).status_code == 503
        with running("work", last_line="Working"):
            until(lambda: answers(port))


def test_an_index_that_is_lost_while_it_runs_is_not_taken_for_an_empty_library(filled, folder):
    port = free_port()
    with running("serve", "--no-workers", last_line="Workers", PERIKSA_WEB_PORT=str(port)):
        until(lambda: answers(port))
        shutil.rmtree(folder / "periksa-data" / "index")
        assert status(port, "/ready") == 503
        assert ended("reindex")[0] == 0
        assert answers(port)


def test_a_worker_answers_what_came_in_and_finishes_what_it_has_in_hand(filled):
    with opened() as installation:
        for number in range(200):
            said = {"id": f"tanya-{number}", "text": "air kelapa muda bisa ular", "at": clock().isoformat()}
            installation.tipline.receive("console", json.dumps(said).encode(), {}).result()
        with running("work", last_line="Working") as (process, _):
            until(lambda: any(line.ours for line in installation.tipline.conversation(HERE)))
            assert told_to(process, signal.SIGTERM)[0] == 0
        left = installation.store.read(lambda tx: tx.jobs.counts())
    assert {state for _, state in left} <= {JobState.READY}


def test_both_processes_show_their_counts_to_this_machine(filled):
    port, theirs = free_port(), free_port()
    said = {"id": "tanya", "text": "air kelapa muda bisa ular", "at": clock().isoformat()}
    serving = running("serve", "--no-workers", last_line="Workers", PERIKSA_WEB_PORT=str(port))
    with opened() as installation, serving as (door, _):
        until(lambda: answers(port))
        installation.tipline.receive("console", json.dumps(said).encode(), {}).result()
        with running("work", "--metrics-port", str(theirs), last_line="Working") as (work, _):
            until(lambda: any(line.ours for line in installation.tipline.conversation(HERE)))
            shown = httpx2.get(f"http://127.0.0.1:{theirs}/metrics").text
            assert 'periksa_messages_answered_total{channel="console"' in shown
            assert told_to(work, signal.SIGTERM)[0] == 0
        shown = httpx2.get(f"http://127.0.0.1:{port}/metrics").text
        assert told_to(door, signal.SIGTERM) == (0, "")
    assert "periksa_store_up 1.0" in shown
    assert 'periksa_jobs{kind="answer",state="ready"} 0.0' in shown
    assert 'periksa_jobs{kind="sweep",state="ready"} 1.0' in shown


def test_a_port_for_metrics_that_is_taken_is_said_in_one_sentence():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        code, _, err = ended("work", "--metrics-port", str(port))
    assert code == 2
    assert err.startswith(f"Error: 127.0.0.1 port {port} cannot be listened on: Address already in use; choose ")


def test_a_log_for_machines_is_one_object_a_line(filled):
    port = free_port()
    with running(
        "serve", last_line="Workers", PERIKSA_WEB_PORT=str(port), PERIKSA_LOG_FORMAT="json", PERIKSA_LOG_LEVEL="debug"
    ) as (process, _):
        until(lambda: answers(port))
        assert httpx2.post(f"http://127.0.0.1:{port}/hooks/lain", content=b"{}").status_code == 404
        status, logged = told_to(process, signal.SIGTERM)
    lines = [json.loads(line) for line in logged.splitlines()]
    assert status == 0
    assert "POST on /hooks/lain answered 404: ChannelError" in [line["event"] for line in lines]
    shifts = [line for line in lines if line.get("job_kind") == "sweep"]
    assert shifts[0]["jobs"]
    assert shifts[0]["ms"] > 0


def test_without_workers_what_comes_in_waits(filled):
    port = free_port()
    with opened() as installation:
        said = {"id": "tanya", "text": "air kelapa muda bisa ular", "at": clock().isoformat()}
        installation.tipline.receive("console", json.dumps(said).encode(), {}).result()
        with running("serve", "--no-workers", last_line="Workers", PERIKSA_WEB_PORT=str(port)) as (process, told):
            assert "start `periksa work`" in told
            until(lambda: answers(port))
            assert told_to(process, signal.SIGTERM) == (0, "")
        assert installation.store.read(lambda tx: tx.jobs.counts()) == {(JobKind.ANSWER, JobState.READY): 1}


def test_the_whole_path_of_whatsapp_against_the_fake_platform(filled):
    door, graph = free_port(), free_port()
    webhook = f"http://127.0.0.1:{door}/hooks/whatsapp"
    with running("fake-graph", "--port", str(graph), "--webhook", webhook, last_line="curl http") as (fake, said):
        assert f"PERIKSA_WHATSAPP_GRAPH_URL=http://127.0.0.1:{graph}" in said
        given = dict(line.strip(" \\").split("=", 1) for line in said.splitlines() if line.startswith("  PERIKSA_"))
        with running("serve", last_line="Workers", PERIKSA_WEB_PORT=str(door), **given) as (serve, welcome):
            assert "WhatsApp   webhook at /hooks/whatsapp" in welcome
            until(lambda: answers(door))
            platform = f"http://127.0.0.1:{graph}"
            written = {"messages": [{"from": "6281200000001", "text": "air kelapa muda menetralkan bisa ular kobra"}]}
            httpx2.post(f"{platform}/deliver", json=written).raise_for_status()
            until(lambda: httpx2.get(f"{platform}/recorded").json()["messages"])
            (sent,) = httpx2.get(f"{platform}/recorded").json()["messages"]
            assert "https://uji.example/air-kelapa" in json.dumps(sent)
            _, logged = told_to(serve, signal.SIGTERM)
        assert "kelapa" not in logged
        assert "6281200000001" not in logged
        assert told_to(fake, signal.SIGINT)[0] == 130
