"""What can be set, section by section; the string under a field is its documentation."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr, model_validator


class Section(BaseModel):
    """Some settings that belong together; frozen, and nothing unknown is let in."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True, hide_input_in_errors=True)


class StoreSettings(Section):
    """Where everything is remembered."""

    url: str = Field(default="", repr=False)
    """The database, `postgresql://user:password@host/name`. Empty: the SQLite file `periksa.db` in `data_dir`."""
    key_file: str = ""
    """The file with the keys that seal people's addresses, made where there is none. Empty: `keys` in `data_dir`."""
    keys: SecretStr = SecretStr("")
    """The keys themselves instead of the file, the one that seals first, with commas between."""


class IndexSettings(Section):
    """Where articles are found."""

    folder: str = ""
    """The folder of the search index; it can be deleted and rebuilt. Empty: `index` in `data_dir`."""


class ModelsSettings(Section):
    """The learned models, which find and judge by meaning beside the words."""

    use: Literal["all", "small", "none"] = "all"
    """What is used: `all`; `small`, only the table that does without onnxruntime; `none`, words alone."""
    folder: str = ""
    """The folder that holds their files. Empty: the one in the package periksa-models."""
    threads: int = Field(default=1, ge=1, le=64)
    """Processors that one question may keep busy."""


class LibrarySettings(Section):
    """What publishers published, and how it is understood."""

    ratings: str = ""
    """A TOML file with more words in which publishers rate. Empty: the words that come with periksa."""


class SourcesSettings(Section):
    """Publishers that periksa visits by itself ([visits.md](visits.md))."""

    sites: str = Field(default="", pattern=r"^([a-z0-9][a-z0-9-]*(, *| +|$))*$")
    """Sites to visit, by the names of their profiles with commas between; `periksa sources --all` lists them."""
    folder: str = "./sources.d"
    """The folder with profiles of your own, one TOML file a site; one named like a shipped profile replaces it."""
    contact: str = Field(default="", pattern=r"^[\x21-\x7e]*$")
    """An address or mail address at which a publisher finds you; it goes with every request."""
    every_minutes: float = Field(default=30, ge=5, le=10080)
    """Minutes from the end of one visit to a site to the beginning of the next."""

    @property
    def names(self) -> list[str]:
        """`sites`, one by one."""
        return list(dict.fromkeys(self.sites.replace(",", " ").split()))


class AnswersSettings(Section):
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


class WebSettings(Section):
    """The HTTP doors: webhooks and the chat page."""

    host: str = "127.0.0.1"
    """The address to listen on. `0.0.0.0`: every address of this machine."""
    port: int = Field(default=8000, ge=1, le=65535)
    """The port to listen on."""
    trusted_proxies: str = "127.0.0.1"
    """Reverse proxies, by address with commas between, that are believed when they say HTTPS was used."""
    sites: str = Field(default="", pattern=r"^(https?://[A-Za-z0-9.*-]+(:[0-9]+)?(, *|$))*$")
    """Websites that may show the chat in their pages, by origin (`https://harian.example`) with commas between."""
    address: str = Field(default="", pattern=r"^(https?://[^\s/?#]+)?$")
    """Our public address (`https://cek.example`), for feeds, sitemaps and the API. Empty: as each request names us."""
    metrics_token: SecretStr = SecretStr("")
    """Who may read `/metrics`: whoever gives this token. Empty: requests from this machine, through no proxy."""


class DeskSettings(Section):
    """Where editors work ([desk.md](desk.md))."""

    on: bool = True
    """Whether `/desk` is there. Nobody can sign in before `periksa desk-user` has made the first account."""


class WhatsAppSettings(Section):
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


class TelegramSettings(Section):
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


class FilesSettings(Section):
    """Files that people send: pictures, voice notes, documents."""

    folder: str = ""
    """The folder they are kept in, on one file system. Empty: `files` in `data_dir`."""
    largest_mb: float = Field(default=16, gt=0, le=100)
    """The largest file that is fetched, in megabytes (1,048,576 bytes)."""


class ConversationSettings(Section):
    """How we behave in a conversation."""

    burst_seconds: float = Field(default=3, ge=0, le=60)
    """How long a greeting or half a question waits for what follows; a whole question never waits. 0: not at all."""
    messages: int = Field(default=30, ge=1)
    """One person's messages that are answered in a row; then one calm sentence, and silence until the flood is over."""
    messages_per_minute: float = Field(default=10, gt=0)
    """How many of one person's messages are answered in a minute from then on."""
    help_line: str = Field(default="", max_length=500)
    """Where somebody who writes that they want to die finds help, in a sentence or two that the newsroom has confirmed:
    who answers, the number, the hours. Empty: they are told to turn to somebody close and to the emergency services."""


class BroadcastSettings(Section):
    """What followers are sent without asking each time."""

    hour: int = Field(default=0, ge=0, le=23)
    """The hour (UTC) at which digests go out: daily ones every day, weekly ones on Mondays. 0 is 7 in Jakarta."""
    template: str = ""
    """The approved WhatsApp template for a broadcast to somebody who has not written for 24 hours. It takes two
    variables: the fact-check in one line, and its link. Empty: they are left out."""
    template_languages: str = "id"
    """Languages in which that template is approved, with commas between; the first serves everybody else."""

    @property
    def languages(self) -> tuple[str, ...]:
        """`template_languages`, one by one."""
        return tuple(one.strip() for one in self.template_languages.split(",") if one.strip())


class LogSettings(Section):
    """What `periksa serve` and `periksa work` write to standard error: never anybody's words, number or address."""

    format: Literal["text", "json"] = "text"
    """`text`: lines to read; `json`: one object a line, for whatever collects logs."""
    level: Literal["debug", "info", "warning", "error"] = "info"
    """The least that is written; `debug`: a line for every batch of jobs, too."""


class WorkerSettings(Section):
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
