"""`periksa doctor`."""

from __future__ import annotations

import json
import re
import shutil
import socket
from datetime import timedelta

import httpx2
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route
from tests.cli.conftest import CHECKS, free_port, opened

from periksa.app import clock
from periksa.model import Job, JobKind, JobState, Outgoing, Reply
from periksa.web.fake_graph import running

TOKEN = "EAAG-rahasia-redaksi"
WHATSAPP = {"TOKEN": TOKEN, "PHONE_NUMBER_ID": "1098", "APP_SECRET": "rahasia", "VERIFY_TOKEN": "sandi"}


@pytest.fixture(autouse=True)
def _free_port(folder, monkeypatch):
    monkeypatch.setenv("PERIKSA_WEB_PORT", str(free_port()))


@pytest.fixture
def doctor(periksa):
    """The rows by what was checked, and the exit status."""

    def look(*options: str) -> tuple[dict[str, dict[str, str]], int]:
        result = periksa("doctor", "--json", *options)
        return {row["check"]: row for row in json.loads(result.stdout)}, result.exit_code

    return look


def add_job(kind: JobKind = JobKind.SEND, key: str = "r-1", dead: str = "", **span: float) -> None:
    at = clock() - timedelta(**span)
    with opened() as installation:
        installation.store.write(lambda tx: tx.jobs.add([Job(kind, key)], at)).result()
        if dead:
            installation.store.write(
                lambda tx: [tx.jobs.bury(job.id, dead) for job in tx.jobs.list(JobState.READY)]
            ).result()


def test_a_new_place_has_no_problem_and_stays_empty(doctor, folder):
    rows, status = doctor()
    assert status == 0
    assert rows["store"]["state"] == "warning"
    assert rows["store"]["do"] == "Bring in fact-checks: periksa import FILE"
    assert rows["data folder"]["found"] == "periksa-data, made when first needed"
    assert list(folder.iterdir()) == []


def test_an_installation_in_order(doctor, filled):
    rows, status = doctor()
    assert status == 0
    assert rows["store"]["found"].startswith("2 fact-checks and 0 news items in sqlite:///")
    assert rows["index"] == {"check": "index", "state": "ok", "found": "2 of 2 articles can be found", "do": ""}
    assert rows["jobs"]["found"] == "0 waiting, 0 in hand, 0 given up"
    assert rows["WhatsApp"]["found"] == "off: none of its settings is given"
    assert {row["state"] for name, row in rows.items() if name not in ("ratings", "models")} == {"ok"}


def test_the_screen_says_in_words_how_it_is_and_what_to_do(periksa, filled):
    result = periksa("doctor")
    assert re.search(r"^index +ok +2 of 2 articles can be found *$", result.output, re.MULTILINE)
    assert re.search(
        r"^ratings +warning +1 of 2 fact-checks have none *\n +→ People get no", result.output, re.MULTILINE
    )
    assert max(len(line) for line in result.output.splitlines()) <= 80


def test_a_setting_nobody_knows_is_a_problem_and_ends_the_visit(doctor, monkeypatch):
    monkeypatch.setenv("PERIKSA_WEB_PROT", "1")
    rows, status = doctor()
    assert status == 1
    assert list(rows) == ["settings"]
    assert rows["settings"]["found"].endswith("did you mean PERIKSA_WEB_PORT?")


def test_it_says_where_settings_come_from(doctor, folder, monkeypatch):
    (folder / "periksa.toml").write_text('name = "Cek Fakta Pagi"\n')
    assert doctor()[0]["settings"]["found"] == "from periksa.toml and variables (1)"
    monkeypatch.delenv("PERIKSA_WEB_PORT")
    (folder / "periksa.toml").unlink()
    assert doctor()[0]["settings"]["found"] == "all at their defaults"


def test_a_data_folder_that_is_none(doctor, folder, monkeypatch):
    (folder / "berkas").write_text("bukan folder")
    monkeypatch.setenv("PERIKSA_DATA_DIR", "berkas/data")
    rows, status = doctor()
    assert status == 1
    assert rows["data folder"]["found"] == f"{folder}/berkas cannot be written"


def test_a_key_file_that_others_can_read(doctor, filled, folder):
    key_file = folder / "periksa-data" / "keys"
    assert doctor()[0]["keys"]["state"] == "ok"
    key_file.chmod(0o640)
    row = doctor()[0]["keys"]
    assert (row["state"], row["do"]) == ("warning", "chmod 600 periksa-data/keys")
    key_file.chmod(0o600)


@pytest.mark.parametrize("another", [False, True])
def test_a_key_file_that_is_gone_or_another(doctor, filled, folder, another):
    key_file = folder / "periksa-data" / "keys"
    key_file.unlink()
    if another:
        key_file.write_text("k" * 43)
    rows, status = doctor()
    assert (status, rows["keys"]["state"]) == (1, "problem")
    assert "which is not in periksa-data/keys" in rows["keys"]["found"]
    assert key_file.exists() is another


def test_keys_in_the_settings(doctor, monkeypatch):
    monkeypatch.setenv("PERIKSA_STORE_KEYS", "k" * 43)
    assert doctor()[0]["keys"]["found"] == "in store.keys"


def test_a_damaged_database(doctor, folder):
    (folder / "periksa-data").mkdir()
    (folder / "periksa-data" / "periksa.db").write_bytes(b"bukan basis data" * 1000)
    rows, status = doctor()
    assert status == 1
    assert rows["store"]["state"] == "problem"
    assert "move the file away" in rows["store"]["found"]


@pytest.mark.network
def test_a_database_that_cannot_be_reached(doctor, monkeypatch):
    monkeypatch.setenv("PERIKSA_STORE_URL", f"postgresql://redaksi:{TOKEN}@127.0.0.1:{free_port()}/periksa")
    monkeypatch.setattr("periksa.store.database._PAUSES", ())
    rows, status = doctor()
    assert status == 1
    assert "cannot be reached" in rows["store"]["found"]
    assert TOKEN not in json.dumps(rows)


def test_an_index_that_is_gone(doctor, filled, folder):
    shutil.rmtree(folder / "periksa-data" / "index")
    rows, status = doctor()
    assert (status, rows["index"]["state"]) == (1, "problem")
    assert "is gone; run `periksa reindex`" in rows["index"]["found"]


def test_an_index_that_is_behind_without_work_waiting(doctor, filled):
    with opened() as installation:
        installation.index.drop(["uji-1"])
    rows, status = doctor()
    assert status == 0
    assert (rows["index"]["state"], rows["index"]["do"]) == ("warning", "Build it anew: periksa reindex")


def test_an_index_that_is_behind_with_work_waiting(doctor, filled, library):
    library.write_text(json.dumps({**CHECKS[0], "id": "uji-3"}))
    with opened() as installation:
        installation.ingest.import_file(library, lambda _: None)
    rows, _ = doctor()
    assert rows["index"]["found"] == "2 of 3 articles can be found"
    assert rows["index"]["do"] == "The others wait for a worker: start periksa serve"


def test_an_index_of_another_version(doctor, filled, folder):
    (folder / "periksa-data" / "index" / "current").write_text("v0-1")
    rows, status = doctor()
    assert status == 1
    assert "run `periksa reindex`" in rows["index"]["found"]


def test_jobs_that_nobody_does(doctor, filled):
    add_job(minutes=4)
    assert doctor()[0]["jobs"]["state"] == "ok"
    add_job(key="r-2", minutes=6)
    rows, status = doctor()
    assert status == 0
    assert rows["jobs"]["found"] == "2 waiting, 0 in hand, 0 given up"
    assert rows["jobs"]["do"] == "Nobody does them: start periksa serve or periksa work"


def test_jobs_given_up_are_listed_by_what_went_wrong_and_can_be_revived(doctor, filled):
    add_job(dead="WhatsApp refused the token.")
    add_job(key="r-2", dead="WhatsApp refused the token.")
    rows, status = doctor()
    assert status == 1
    assert rows["given up"]["found"] == "2 × send: WhatsApp refused the token."
    assert rows["given up"]["do"].endswith("periksa resend --all")
    rows, status = doctor("--revive")
    assert status == 0
    assert rows["jobs"]["found"] == "2 waiting, 0 in hand, 0 given up"


def test_jobs_that_wait_after_a_failure_say_why(doctor, filled):
    """Rule 3: nothing is lost, and the operator sees what it waits for."""
    add_job()
    with opened() as installation:
        why = "sending to WhatsApp failed: the account has a payment problem (HTTP 400, code 131042)"
        installation.store.write(
            lambda tx: [tx.jobs.retry(job.id, clock(), why) for job in tx.jobs.list(JobState.READY) if job.key == "r-1"]
        ).result()
    rows, status = doctor()
    assert status == 0
    assert rows["waiting"]["found"] == f"1 × send: {why}"


@pytest.mark.parametrize(("template", "state"), [("", "warning"), ("periksa_jawaban", "ok")])
def test_answers_that_wait_for_their_person(doctor, filled, monkeypatch, template, state):
    """24 h window: "Late answers: a short template with a button"; without one they wait, and the operator sees it."""
    monkeypatch.setenv("PERIKSA_WHATSAPP_TEMPLATE", template)
    with opened() as installation:
        reply = Outgoing("r-1", "c-rina", "whatsapp", Reply("Salah."), created_at=clock())
        installation.store.write(lambda tx: (tx.outbox.add(reply), tx.outbox.hold("r-1", clock()))).result()
    rows, _ = doctor()
    found = "1 held until their person writes again: the 24 hours were over"
    assert (rows["held"]["state"], rows["held"]["found"]) == (state, found)


def test_a_library_without_fact_checks(doctor, folder, periksa):
    (folder / "news.jsonl").write_text(json.dumps({**CHECKS[0], "kind": "news", "rating": ""}))
    periksa("import", "news.jsonl")
    assert doctor()[0]["ratings"]["found"] == "no fact-check to answer with"


class TestWhatsApp:
    def test_on(self, doctor, monkeypatch):
        for name, value in WHATSAPP.items():
            monkeypatch.setenv(f"PERIKSA_WHATSAPP_{name}", value)
        assert doctor()[0]["WhatsApp"]["found"] == "on, Graph API v23.0"

    def test_who_has_not_written_for_a_day(self, doctor, monkeypatch):
        for name, value in WHATSAPP.items():
            monkeypatch.setenv(f"PERIKSA_WHATSAPP_{name}", value)
        row = doctor()[0]["after 24 h"]
        assert row["state"] == "warning"
        assert "answers wait until their person writes again; digests and broadcasts leave" in row["found"]
        monkeypatch.setenv("PERIKSA_WHATSAPP_TEMPLATE", "jawaban")
        row = doctor()[0]["after 24 h"]
        assert row["do"] == "Choose approved templates (broadcast.template): periksa templates"
        monkeypatch.setenv("PERIKSA_BROADCAST_TEMPLATE", "kabar")
        assert doctor()[0]["after 24 h"]["state"] == "ok"

    def test_half_set_up(self, doctor, monkeypatch):
        monkeypatch.setenv("PERIKSA_WHATSAPP_TOKEN", TOKEN)
        row = doctor()[0]["WhatsApp"]
        assert row["state"] == "warning"
        assert row["do"] == "Set whatsapp.phone_number_id and whatsapp.app_secret and whatsapp.verify_token."

    @pytest.mark.network
    @pytest.mark.parametrize(
        ("token", "number", "found", "status"),
        [
            (TOKEN, "1098", "knows our number and token", 0),
            ("salah", "1098", "refuses the token", 1),
            (TOKEN, "7", "does not know this number (HTTP 404)", 1),
        ],
    )
    def test_online(self, doctor, monkeypatch, token, number, found, status):
        for name, value in {**WHATSAPP, "TOKEN": token, "PHONE_NUMBER_ID": number}.items():
            monkeypatch.setenv(f"PERIKSA_WHATSAPP_{name}", value)
        with running(Starlette(routes=[Route("/v23.0/1098", platform)])) as address:
            monkeypatch.setenv("PERIKSA_WHATSAPP_GRAPH_URL", address)
            rows, ended_with = doctor("--online")
        assert rows["Graph API"]["found"] == found
        assert ended_with == status
        assert TOKEN not in json.dumps(rows)

    @pytest.mark.network
    def test_offline(self, doctor, monkeypatch):
        for name, value in {**WHATSAPP, "GRAPH_URL": f"http://127.0.0.1:{free_port()}"}.items():
            monkeypatch.setenv(f"PERIKSA_WHATSAPP_{name}", value)
        assert "Graph API" not in doctor()[0]
        assert doctor("--online")[0]["Graph API"]["found"] == "cannot be reached (ConnectError)"


async def platform(request: Request) -> Response:
    known = request.headers["authorization"] == f"Bearer {TOKEN}"
    return JSONResponse({"id": "1098"} if known else {"error": {"code": 190}}, 200 if known else 401)


@pytest.mark.network
class TestPort:
    def test_taken_by_another_program(self, doctor, monkeypatch):
        with running(Starlette(routes=[Route("/", lambda _: PlainTextResponse("lain"))])) as address:
            monkeypatch.setenv("PERIKSA_WEB_PORT", str(httpx2.URL(address).port))
            rows, status = doctor()
        assert status == 1
        assert "cannot be listened on: Address already in use" in rows["port"]["found"]

    def test_taken_by_ourselves(self, doctor, monkeypatch, filled):
        with opened() as installation, running(installation.site()) as address:
            monkeypatch.setenv("PERIKSA_WEB_PORT", str(httpx2.URL(address).port))
            assert doctor()[0]["port"]["found"].startswith("periksa serves at 127.0.0.1 port ")

    def test_an_address_that_is_not_of_this_machine(self, doctor, monkeypatch):
        monkeypatch.setenv("PERIKSA_WEB_HOST", "127.0.0.1.tidak-ada.invalid")
        monkeypatch.setattr(socket, "create_server", no_such_host)
        rows, status = doctor()
        assert status == 1
        assert rows["port"]["state"] == "problem"


def no_such_host(*_: object, **__: object) -> socket.socket:
    raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
