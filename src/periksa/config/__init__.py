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
from typing import Annotated, Any, TypeGuard

from pydantic import AfterValidator, BaseModel, Field, SecretStr, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from periksa.config.sections import (
    AnswersSettings,
    BroadcastSettings,
    ConversationSettings,
    DeskSettings,
    FilesSettings,
    IndexSettings,
    LibrarySettings,
    LogSettings,
    ModelsSettings,
    Section,
    SourcesSettings,
    StoreSettings,
    TelegramSettings,
    WebSettings,
    WhatsAppSettings,
    WorkerSettings,
)
from periksa.errors import ConfigError

__all__ = [
    "DEFAULT",
    "FILE",
    "NO_SETTINGS",
    "PREFIX",
    "AnswersSettings",
    "BroadcastSettings",
    "Config",
    "ConversationSettings",
    "DeskSettings",
    "FilesSettings",
    "IndexSettings",
    "LibrarySettings",
    "Loaded",
    "LogSettings",
    "ModelsSettings",
    "Setting",
    "SourcesSettings",
    "StoreSettings",
    "TelegramSettings",
    "WebSettings",
    "WhatsAppSettings",
    "WorkerSettings",
    "load",
    "sections",
    "settings",
    "shown",
]

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


class Config(Section):
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
    library: LibrarySettings = LibrarySettings()
    sources: SourcesSettings = SourcesSettings()
    answers: AnswersSettings = AnswersSettings()
    web: WebSettings = WebSettings()
    desk: DeskSettings = DeskSettings()
    whatsapp: WhatsAppSettings = WhatsAppSettings()
    telegram: TelegramSettings = TelegramSettings()
    files: FilesSettings = FilesSettings()
    conversation: ConversationSettings = ConversationSettings()
    broadcast: BroadcastSettings = BroadcastSettings()
    worker: WorkerSettings = WorkerSettings()
    log: LogSettings = LogSettings()

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
