"""Settings: where they come from, and what is said about a wrong one."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError

from periksa.answers.decide import Policy
from periksa.config import Config, load, settings, shown
from periksa.errors import ConfigError

SECRET = "EAAG-rahasia-redaksi"
WHATSAPP = {
    "PERIKSA_WHATSAPP_TOKEN": SECRET,
    "PERIKSA_WHATSAPP_PHONE_NUMBER_ID": "1098",
    "PERIKSA_WHATSAPP_APP_SECRET": SECRET,
    "PERIKSA_WHATSAPP_VERIFY_TOKEN": SECRET,
}


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def write(text: str, name: str = "periksa.toml") -> Path:
    path = Path(name)
    path.write_text(text, encoding="utf-8")
    return path


def refused(path: Path | None = None, **environ: str) -> str:
    with pytest.raises(ConfigError) as caught:
        load(path, environ)
    return str(caught.value)


class TestSources:
    def test_everything_has_a_default(self):
        loaded = load(None, {})
        assert loaded.config == Config()
        assert set(loaded.sources) == set(settings())
        assert set(loaded.sources.values()) == {"default"}

    def test_the_file_of_the_working_directory_is_read(self):
        write('name = "Cek Fakta Pagi"\n[web]\nport = 8080\n')
        loaded = load(None, {})
        assert (loaded.config.name, loaded.config.web.port) == ("Cek Fakta Pagi", 8080)
        assert loaded.sources["web.port"] == "periksa.toml"
        assert loaded.sources["web.host"] == "default"

    def test_a_variable_wins_over_the_file(self):
        write("[web]\nport = 8080\n")
        loaded = load(None, {"PERIKSA_WEB_PORT": "9090", "PATH": "/bin"})
        assert loaded.config.web.port == 9090
        assert loaded.sources["web.port"] == "PERIKSA_WEB_PORT"

    def test_an_empty_variable_counts_as_not_set(self):
        write('name = "Cek Fakta Pagi"\n')
        assert load(None, {"PERIKSA_NAME": "", "PERIKSA_WEB_PORT": ""}).config.name == "Cek Fakta Pagi"

    def test_a_named_file_is_read_instead(self):
        write('name = "Satu"\n')
        write('name = "Dua"\n', "dua.toml")
        write('name = "Tiga"\n', "tiga.toml")
        assert load(None, {"PERIKSA_CONFIG": "dua.toml"}).config.name == "Dua"
        loaded = load(Path("tiga.toml"), {"PERIKSA_CONFIG": "dua.toml"})
        assert (loaded.config.name, loaded.sources["name"]) == ("Tiga", "tiga.toml")

    @pytest.mark.parametrize("name", list(settings()))
    def test_every_setting_has_a_variable_and_a_key(self, name):
        other = {"port": "81", "language": "en", "graph_version": "v24.0", "graph_url": "http://127.0.0.1:9000"}
        other |= {"sites": "https://a.example, http://b.example:81", "api_url": "http://127.0.0.1:9001"}
        other |= {"webhook": "https://a.example/hooks/telegram", "use": "small"}
        other |= {"business_account_id": "1022", "receipts": "false", "format": "json", "level": "debug"}
        other |= {"sources.sites": "liputan6, tempo", "address": "https://a.example", "on": "false"}
        numbers = {"answer": "0.9", "offer": "0.05"}
        key = name.rpartition(".")[2]
        value = (
            other.get(name)
            or other.get(key)
            or numbers.get(key)
            or ("7" if isinstance(settings()[name].default, int | float) else "lain")
        )
        by_variable = load(None, {settings()[name].variable: value})
        section = name.rpartition(".")[0]
        by_file = load(write(f'[{section}]\n{key} = "{value}"\n' if section else f'{key} = "{value}"\n'), {})
        assert by_variable.config == by_file.config != Config()
        assert by_variable.sources[name] == settings()[name].variable


class TestRefusals:
    @pytest.mark.parametrize(
        ("text", "sentence"),
        [
            ("[web]\nprot = 1\n", "periksa.toml: there is no setting 'web.prot'; did you mean web.port?"),
            ("port = 1\n", "periksa.toml: there is no setting 'port'; did you mean web.port?"),
            ("[web]\ntoken = 1\n", "periksa.toml: there is no setting 'web.token'; did you mean telegram.token?"),
            ("[matrix]\nbot = 1\n", "periksa.toml: there is no setting 'matrix.bot'; `periksa config` lists all"),
            ("[name]\nid = 1\n", "there is no setting 'name.id'"),
            ("[web\n", "periksa.toml is not valid TOML: "),
        ],
    )
    def test_an_unknown_key_is_named_with_the_nearest(self, text, sentence):
        write(text)
        assert sentence in refused()

    @pytest.mark.parametrize(
        ("variable", "nearest"),
        [
            ("PERIKSA_WEB_PRT", "PERIKSA_WEB_PORT"),
            ("PERIKSA_PORT", "PERIKSA_WEB_PORT"),
            ("PERIKSA_WHATSAP_TOKEN", "PERIKSA_WHATSAPP_TOKEN"),
            ("PERIKSA_DATADIR", "PERIKSA_DATA_DIR"),
        ],
    )
    def test_an_unknown_variable_is_named_with_the_nearest(self, variable, nearest):
        assert (
            refused(**{variable: "1"}) == f"The variable {variable} sets nothing that is known; did you mean {nearest}?"
        )

    @pytest.mark.parametrize(
        ("variable", "value", "what"),
        [
            ("PERIKSA_WEB_PORT", "delapan", "web.port (from PERIKSA_WEB_PORT): input should be a valid integer"),
            (
                "PERIKSA_WEB_PORT",
                "70000",
                "web.port (from PERIKSA_WEB_PORT): input should be less than or equal to 65535",
            ),
            (
                "PERIKSA_ANSWERS_ANSWER",
                "1.2",
                "answers.answer (from PERIKSA_ANSWERS_ANSWER): input should be less than",
            ),
            ("PERIKSA_ANSWERS_OFFER", "0.9", "answers.offer (0.9) must be less than answers.answer (0.83)."),
            (
                "PERIKSA_LANGUAGE",
                "jv",
                "language (from PERIKSA_LANGUAGE): there is no language 'jv'; there are: id, en.",
            ),
            ("PERIKSA_WHATSAPP_GRAPH_VERSION", "23", "whatsapp.graph_version (from PERIKSA_WHATSAPP_GRAPH_VERSION): "),
            ("PERIKSA_WORKER_TRIES", "0", "worker.tries (from PERIKSA_WORKER_TRIES): input should be greater than"),
        ],
    )
    def test_a_wrong_value_is_named_with_where_it_stands(self, variable, value, what):
        assert what in refused(**{variable: value})

    def test_a_wrong_value_of_the_file_is_named_with_the_file(self):
        assert "web.host (from lain.toml): input should be a valid string" in refused(
            write("[web]\nhost = 3\n", "lain.toml")
        )

    def test_a_file_that_is_named_must_be_there(self):
        assert refused(Path("tidak-ada.toml")).startswith("tidak-ada.toml cannot be read: ")

    def test_a_file_in_another_encoding_is_refused(self):
        Path("periksa.toml").write_bytes('name = "Détik"'.encode("latin-1"))
        assert refused().startswith("periksa.toml is not valid TOML: ")

    def test_every_unknown_key_is_named_at_once(self):
        write("satu = 1\ndua = 2\n")
        sentences = refused()
        assert "'satu'" in sentences
        assert "'dua'" in sentences


class TestWhatsApp:
    def test_it_is_off_until_token_and_number_are_given(self):
        assert not load(None, {}).config.whatsapp.on
        assert not load(None, {"PERIKSA_WHATSAPP_TOKEN": SECRET}).config.whatsapp.on
        assert load(None, WHATSAPP).config.whatsapp.on

    @pytest.mark.parametrize("missing", ["app_secret", "verify_token"])
    def test_when_it_is_on_nothing_may_be_missing(self, missing):
        given = {name: value for name, value in WHATSAPP.items() if not name.endswith(missing.upper())}
        assert refused(**given) == f"WhatsApp is on, but not set: whatsapp.{missing}."


class TestSecrets:
    def test_a_secret_is_never_in_what_is_shown(self):
        config = load(None, {**WHATSAPP, "PERIKSA_STORE_URL": f"postgresql://redaksi:{SECRET}@db/periksa"}).config
        told = " ".join([repr(config), str(config), *(shown(each.value(config)) for each in settings().values())])
        assert SECRET not in told

    def test_a_secret_is_never_in_an_error(self):
        write(f'[whatsapp]\ntoken = ["{SECRET}"]\napp_secret = {{ is = "{SECRET}" }}\n')
        assert SECRET not in refused()
        write(f'[whatsapp]\ntoken = ["{SECRET}"]\n')
        assert SECRET not in refused()
        assert SECRET not in refused(PERIKSA_WEB_PORT=SECRET)

    @pytest.mark.parametrize(
        ("url", "masked"),
        [
            ("postgresql://redaksi:s@ndi@db/periksa", "postgresql://redaksi:***@db/periksa"),
            ("postgresql://db/periksa?user=a&password=sandi", "postgresql://db/periksa?user=a&password=***"),
            ("sqlite:////srv/periksa.db", "sqlite:////srv/periksa.db"),
            ("https://graph.facebook.com", "https://graph.facebook.com"),
        ],
    )
    def test_an_address_is_shown_without_its_password(self, url, masked):
        assert shown(url) == masked


class TestConfig:
    def test_it_is_frozen(self):
        with pytest.raises(ValidationError):
            load(None, {}).config.web.port = 1

    def test_database_and_index_are_in_the_data_folder(self, folder):
        config = load(None, {"PERIKSA_DATA_DIR": "simpan"}).config
        assert config.database == f"sqlite:///{folder}/simpan/periksa.db"
        assert config.index_folder == Path("simpan/index")

    def test_database_and_index_may_be_elsewhere(self, monkeypatch):
        monkeypatch.setenv("HOME", "/rumah")
        given = {"PERIKSA_STORE_URL": "postgresql://db/periksa", "PERIKSA_INDEX_FOLDER": "~/indeks"}
        config = load(None, given).config
        assert (config.database, config.index_folder) == ("postgresql://db/periksa", Path("/rumah/indeks"))

    def test_the_answers_are_as_sure_as_the_policy_of_the_heart(self):
        answers = Config().answers
        assert Policy(answers.answer, answers.offer) == Policy()


@pytest.mark.parametrize(
    "sites",
    [
        "harian.example",
        "https://harian.example/berita",
        "https://harian.example; script-src *",
        "https://harian.example https://lain.example",
        "https://härian.example",
        "'self'",
        "https://a.example\nx: y",
    ],
)
def test_only_origins_are_sites(sites):
    """They stand in a header that says who may show us."""
    with pytest.raises(ConfigError, match=r"web\.sites"):
        load(None, {"PERIKSA_WEB_SITES": sites})


@pytest.mark.parametrize(
    "webhook", ["http://a.example/hooks/telegram", "https://a.example/", "a.example/hooks/telegram"]
)
def test_a_webhook_of_telegram_is_https_and_ours(webhook):
    with pytest.raises(ConfigError, match=r"telegram\.webhook"):
        load(None, {"PERIKSA_TELEGRAM_WEBHOOK": webhook})
