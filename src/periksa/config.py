"""One frozen Config from a TOML file and `PERIKSA_*` variables; the string under a field is its documentation.

A variable is named by section and key: `web.port` is `PERIKSA_WEB_PORT`. Variables win over the file; an empty one
counts as not set. Relative folders stand in the working directory.
"""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal, TypeGuard

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr, ValidationError, model_validator
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from periksa.errors import ConfigError

FILE = Path("periksa.toml")
"""Read where neither `--config` nor `PERIKSA_CONFIG` names another."""
PREFIX = "PERIKSA_"
NO_SETTINGS = {
    "PERIKSA_CONFIG": "The TOML file to read instead of `periksa.toml`.",
    "PERIKSA_DEBUG": "`1`: an unexpected error shows where it happened.",
}
"""Variables that are known and are no settings."""
DEFAULT = "default"


def _known_language(code: str) -> str:
    from periksa.lang import LANGUAGES

    if code not in LANGUAGES:
        raise ValueError(f"There is no language {code!r}; there are: {', '.join(LANGUAGES)}")
    return code


class _Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True, hide_input_in_errors=True)


class StoreSettings(_Section):
    """Where everything is remembered."""

    url: str = Field(default="", repr=False)
    """The database, `postgresql://user:password@host/name`. Empty: the SQLite file `periksa.db` in `data_dir`."""
    key_file: str = ""
    """The file with the keys that seal people's addresses, made where there is none. Empty: `keys` in `data_dir`."""
    keys: SecretStr = SecretStr("")
    """The keys themselves instead of the file, the one that seals first, with commas between."""


class IndexSettings(_Section):
    """Where articles are found."""

    folder: str = ""
    """The folder of the search index; it can be deleted and rebuilt. Empty: `index` in `data_dir`."""


class ModelsSettings(_Section):
    """The learned models, which find and judge by meaning beside the words."""

    use: Literal["all", "small", "none"] = "all"
    """What is used: `all`; `small`, only the table that does without onnxruntime; `none`, words alone."""
    folder: str = ""
    """The folder that holds their files. Empty: the one in the package periksa-models."""
    threads: int = Field(default=1, ge=1, le=64)
    """Processors that one question may keep busy."""


class AnswersSettings(_Section):
    """How sure periksa must be. Probabilities, as `periksa ask --why` shows them."""

    answer: float = Field(default=0.83, gt=0, le=1)
    """A match at least this probable is given as the answer."""
    offer: float = Field(default=0.1, ge=0, lt=1)
    """Where the best match is at least this probable, up to three are offered; below it editors get the question."""

    @model_validator(mode="after")
    def _ordered(self) -> AnswersSettings:
        if self.offer >= self.answer:
            raise ValueError(f"answers.offer ({self.offer:g}) must be less than answers.answer ({self.answer:g})")
        return self


class WebSettings(_Section):
    """The HTTP doors: webhooks and the chat page."""

    host: str = "127.0.0.1"
    """The address to listen on. `0.0.0.0`: every address of this machine."""
    port: int = Field(default=8000, ge=1, le=65535)
    """The port to listen on."""
    trusted_proxies: str = "127.0.0.1"
    """Reverse proxies, by address with commas between, that are believed when they say HTTPS was used."""
    sites: str = Field(default="", pattern=r"^(https?://[A-Za-z0-9.*-]+(:[0-9]+)?(, *|$))*$")
    """Websites that may show the chat in their pages, by origin (`https://harian.example`) with commas between."""


class WhatsAppSettings(_Section):
    """WhatsApp's Cloud API. It is on when `token` and `phone_number_id` are set."""

    app_secret: SecretStr = SecretStr("")
    """The app secret that signs webhooks (App settings, Basic). Needed when WhatsApp is on."""
    app_secret_old: SecretStr = SecretStr("")
    """The app secret before it was reset: accepted as well while the new one is being rolled out."""
    verify_token: SecretStr = SecretStr("")
    """A word of your own, typed into the platform's webhook form as well. Needed when WhatsApp is on."""
    token: SecretStr = SecretStr("")
    """The access token of a system user, which sends replies."""
    phone_number_id: str = ""
    """The id of the business number, as the platform shows it: not the number itself."""
    graph_url: str = Field(default="https://graph.facebook.com", pattern="^https?://")
    """The address of the Graph API. Change it only to try things out with `periksa fake-graph`."""
    graph_version: str = Field(default="v23.0", pattern=r"^v\d+\.\d+$")
    """The version of the Graph API; the platform retires one about two years after it came out."""
    business_account_id: str = Field(default="", pattern=r"^\d*$")
    """The id of the WhatsApp Business account, whose templates `periksa templates` lists."""
    template: str = ""
    """The approved template, with one quick-reply button, that tells somebody after 24 hours that an answer waits.
    Empty: the answer waits until they write."""
    template_languages: str = "id"
    """Languages in which that template is approved, with commas between; the first serves everybody else."""
    receipts: bool = True
    """Whether people see that their message was read and that a reply is being written."""
    per_second: float = Field(default=80, gt=0, le=1000)
    """Messages this process may send in a second. Several processes share the limit of the number between them."""
    conversations: int = Field(default=250, ge=0)
    """People a day this process may send templates to: your number's tier, shared by all processes. 0: any number."""

    @property
    def languages(self) -> tuple[str, ...]:
        """`template_languages`, one by one."""
        return tuple(one.strip() for one in self.template_languages.split(",") if one.strip())

    @property
    def on(self) -> bool:
        """Whether this channel is to be opened."""
        return bool(self.token and self.phone_number_id)

    @model_validator(mode="after")
    def _complete(self) -> WhatsAppSettings:
        missing = [f"whatsapp.{name}" for name in ("app_secret", "verify_token") if not getattr(self, name)]
        if self.on and missing:
            raise ValueError(f"WhatsApp is on, but not set: {' and '.join(missing)}")
        if self.template and not self.languages:
            raise ValueError("whatsapp.template_languages names no language of whatsapp.template")
        return self


class TelegramSettings(_Section):
    """Telegram's Bot API. It is on when `token` is set, and needs no public address."""

    token: SecretStr = SecretStr("")
    """The token of the bot, as @BotFather gives it."""
    webhook: str = Field(default="", pattern=r"^(https://\S+/hooks/telegram)?$")
    """Our public address for Telegram, `https://host/hooks/telegram`. Empty: periksa asks for messages itself."""
    api_url: str = Field(default="https://api.telegram.org", pattern=r"^https?://[^/\s]+$")
    """The address of the Bot API. Change it only for a Bot API server of your own."""

    @property
    def on(self) -> bool:
        """Whether this channel is to be opened."""
        return bool(self.token)


class FilesSettings(_Section):
    """Files that people send: pictures, voice notes, documents."""

    folder: str = ""
    """The folder they are kept in, on one file system. Empty: `files` in `data_dir`."""
    largest_mb: float = Field(default=16, gt=0, le=100)
    """The largest file that is fetched, in megabytes (1,048,576 bytes)."""


class ConversationSettings(_Section):
    """How we behave in a conversation."""

    burst_seconds: float = Field(default=3, ge=0, le=60)
    """How long a greeting or half a question waits for what follows; a whole question never waits. 0: not at all."""
    messages: int = Field(default=30, ge=1)
    """One person's messages that are answered in a row; then one calm sentence, and silence until the flood is over."""
    messages_per_minute: float = Field(default=10, gt=0)
    """How many of one person's messages are answered in a minute from then on."""


class BroadcastSettings(_Section):
    """What followers are sent without asking each time."""

    hour: int = Field(default=0, ge=0, le=23)
    """The hour (UTC) at which digests go out: daily ones every day, weekly ones on Mondays. 0 is 7 in Jakarta."""
    template: str = ""
    """The approved WhatsApp template for a broadcast to somebody who has not written for 24 hours. It takes two
    variables: the fact-check in one line, and its link. Empty: they are left out."""
    template_languages: str = "id"
    """Languages in which that template is approved, with commas between; the first serves everybody else."""


class WorkerSettings(_Section):
    """How the work behind the doors is done."""

    lease_seconds: float = Field(default=30, ge=1)
    """How long a job belongs to the worker that took it; after a crash another takes it then."""
    settle_seconds: float = Field(default=120, ge=0)
    """How long a reply of unknown outcome waits for the platform's status before it is sent once more."""
    tries: int = Field(default=16, ge=1)
    """Unforeseen failures of a job before it is given up; `periksa doctor --revive` tries it again. 16 take an hour."""
    batch: int = Field(default=50, ge=1, le=1000)
    """Jobs taken at once; they share one transaction."""
    senders: int = Field(default=16, ge=1, le=256)
    """Replies sent at the same time, to different people."""


class Config(_Section):
    """Every setting. The defaults are a whole installation in one folder."""

    data_dir: Annotated[Path, AfterValidator(Path.expanduser)] = Path("periksa-data")
    """The folder that holds everything an installation without a database server writes."""
    language: Annotated[str, AfterValidator(_known_language)] = "id"
    """The language for a message too short to tell its own."""
    name: str = Field(default="Cek Fakta", min_length=1)
    """The name of the tipline, as people see it."""
    store: StoreSettings = StoreSettings()
    index: IndexSettings = IndexSettings()
    models: ModelsSettings = ModelsSettings()
    answers: AnswersSettings = AnswersSettings()
    web: WebSettings = WebSettings()
    whatsapp: WhatsAppSettings = WhatsAppSettings()
    telegram: TelegramSettings = TelegramSettings()
    files: FilesSettings = FilesSettings()
    conversation: ConversationSettings = ConversationSettings()
    broadcast: BroadcastSettings = BroadcastSettings()
    worker: WorkerSettings = WorkerSettings()

    @property
    def database(self) -> str:
        """The address of the database in use."""
        return self.store.url or f"sqlite:///{self.data_dir.absolute() / 'periksa.db'}"

    @property
    def key_file(self) -> Path:
        """The file of the keys in use."""
        return Path(self.store.key_file).expanduser() if self.store.key_file else self.data_dir / "keys"

    @property
    def index_folder(self) -> Path:
        """The folder of the index in use."""
        return Path(self.index.folder).expanduser() if self.index.folder else self.data_dir / "index"

    @property
    def files_folder(self) -> Path:
        """The folder of the files in use."""
        return Path(self.files.folder).expanduser() if self.files.folder else self.data_dir / "files"


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting as the documentation, `periksa config` and error messages know it."""

    name: str
    """Section and key: "web.port"."""
    meaning: str
    default: Any

    @property
    def variable(self) -> str:
        """The environment variable that sets it."""
        return PREFIX + self.name.replace(".", "_").upper()

    @property
    def secret(self) -> bool:
        """Whether its value is never shown."""
        return isinstance(self.default, SecretStr)

    def value(self, config: Config) -> Any:
        """Its value in `config`."""
        value: Any = config
        for key in self.name.split("."):
            value = getattr(value, key)
        return value


@dataclass(frozen=True, slots=True)
class Loaded:
    """The configuration, and for each setting by name where its value came from: a file, a variable or "default"."""

    config: Config
    sources: Mapping[str, str]


@cache
def settings() -> Mapping[str, Setting]:
    """Every setting by name, in the order of the documentation."""
    return {setting.name: setting for setting in _settings(Config)}


def sections() -> Mapping[str, str]:
    """What each section of the file is about, by name."""
    fields = ((name, field.annotation) for name, field in Config.model_fields.items())
    return {name: " ".join((model.__doc__ or "").split()) for name, model in fields if _is_section(model)}


def _settings(model: type[BaseModel], within: str = "") -> Iterator[Setting]:
    for name, field in model.model_fields.items():
        if _is_section(field.annotation):
            yield from _settings(field.annotation, f"{name}.")
        else:
            yield Setting(within + name, " ".join((field.description or "").split()), _default(field))


def _is_section(annotation: object) -> TypeGuard[type[BaseModel]]:
    return isinstance(annotation, type) and issubclass(annotation, BaseModel)


def _default(field: FieldInfo) -> Any:
    return field.get_default(call_default_factory=True)


def shown(value: object) -> str:
    """A value for a screen: a secret only as set or not, an address without its password."""
    if isinstance(value, SecretStr):
        return "set" if value else "not set"
    if isinstance(value, float):
        return f"{value:g}"
    masked = re.sub(r"(://[^:/@]*):.*@", r"\1:***@", str(value))
    return re.sub(r"([?&][^=&]*pass[^=&]*)=[^&]*", r"\1=***", masked)


def load(path: Path | None, environ: Mapping[str, str] = os.environ) -> Loaded:
    """The configuration from `path` (else `PERIKSA_CONFIG`, else `periksa.toml` if there is one) and `environ`.

    Raises: ConfigError for a file that cannot be read, an unknown setting, or a value that is not allowed.
    """
    named = path or (Path(environ["PERIKSA_CONFIG"]) if environ.get("PERIKSA_CONFIG") else None)
    file = named or (FILE if FILE.exists() else None)
    written = _from_file(file) if file else {}
    given = _from_environment(environ)
    sources = dict.fromkeys(settings(), DEFAULT)
    sources |= dict.fromkeys(written, str(file)) | {name: settings()[name].variable for name in given}
    try:
        return Loaded(Config.model_validate(_nested(written | given)), sources)
    except ValidationError as error:
        raise ConfigError(" ".join(_sentence(each, sources) for each in error.errors())) from None


def _from_file(file: Path) -> dict[str, Any]:
    try:
        values = dict(_flat(tomllib.loads(file.read_text(encoding="utf-8"))))
    except OSError as error:
        raise ConfigError(f"{file} cannot be read: {error.strerror or error}.") from error
    except ValueError as error:
        raise ConfigError(f"{file} is not valid TOML: {error}.") from error
    unknown = [f"{file}: there is no setting {name!r}{_nearest(name)}" for name in values.keys() - settings().keys()]
    if unknown:
        raise ConfigError(" ".join(sorted(unknown)))
    return values


def _flat(table: Mapping[str, Any], within: str = "") -> Iterator[tuple[str, Any]]:
    for key, value in table.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{within}{key}.")
        else:
            yield within + key, value


def _from_environment(environ: Mapping[str, str]) -> dict[str, str]:
    names = {setting.variable: name for name, setting in settings().items()}
    given = {key: text for key, text in environ.items() if key.startswith(PREFIX) and key not in NO_SETTINGS}
    unknown = [
        f"The variable {key} sets nothing that is known{_nearest(key.removeprefix(PREFIX).lower(), variable=True)}"
        for key in sorted(given.keys() - names.keys())
    ]
    if unknown:
        raise ConfigError(" ".join(unknown))
    return {names[key]: text for key, text in given.items() if text}


def _nearest(unknown: str, *, variable: bool = False) -> str:
    """The end of the sentence. A key without its section, or with a wrong one, is recognised too."""
    by_word = {name.rpartition(".")[2]: name for name in settings()}
    by_word |= {name.replace(".", "_"): name for name in settings()}
    words = (unknown.replace(".", "_"), unknown.rpartition(".")[2])
    near = next((by_word[match] for word in words for match in get_close_matches(word, by_word, n=1)), None)
    if near is None:
        return "; `periksa config` lists all settings."
    return f"; did you mean {settings()[near].variable if variable else near}?"


def _nested(values: Mapping[str, Any]) -> dict[str, Any]:
    tree: dict[str, Any] = {}
    for name, value in values.items():
        section, _, key = name.rpartition(".")
        (tree.setdefault(section, {}) if section else tree)[key] = value
    return tree


def _sentence(error: ErrorDetails, sources: Mapping[str, str]) -> str:
    """What is wrong with a value, and where it stands. The value itself stays unsaid: it may be a secret."""
    name = ".".join(map(str, error["loc"]))
    what = error["msg"].removeprefix("Value error, ").rstrip(".")
    if name not in sources:
        return f"{what}."
    return f"{name} (from {sources[name]}): {what[0].lower()}{what[1:]}."
