"""Settings of one installation: `station.toml` in the station's home, then the environment.

Every setting is declared here once. Environment variables are named ALARMSTATION_<SECTION>__<KEY>
(two underscores), for example ALARMSTATION_BROKER__HOST. Passwords are read from files of their
own, never from the settings file.
"""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    SettingsError,
)

from alarmstation.domain.errors import UserError

FILE_NAME = "station.toml"

Port = Annotated[int, Field(ge=1, le=65535)]
PortOrAny = Annotated[int, Field(ge=0, le=65535)]


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class StationSection(_Section):
    """Who and where this installation is."""

    name: str = Field("Alarm station", min_length=1, max_length=60)
    language: Literal["", "en", "es"] = ""
    """Empty: that of the desktop."""
    time_zone: str = ""
    """IANA name; empty: that of the machine."""

    @field_validator("time_zone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        if value:
            try:
                ZoneInfo(value)
            except (ZoneInfoNotFoundError, ValueError, OSError) as error:  # a folder: "Europe"
                raise ValueError("an IANA time zone such as Europe/Madrid, or empty") from error
        return value


class BrokerSection(_Section):
    """The MQTT broker: "embedded" is started by the station, "address" is somebody else's."""

    mode: Literal["embedded", "address"] = "embedded"
    host: str = Field("127.0.0.1", min_length=1)
    port: PortOrAny = 1883
    """0: any free port (embedded only)."""
    username: str = ""
    password_file: Path | None = None
    tls: bool = False
    ca_file: Path | None = None
    verify_certificate: bool = True
    """False is an exception that is always shown."""
    base_topic: str = "esg"
    command_branch: Literal["pb/d", "pb/c"] = "pb/d"
    receive_maximum: int = Field(5000, ge=20, le=65535)

    @field_validator("host")
    @classmethod
    def _nameable_host(cls, value: str) -> str:
        try:
            value.encode("idna")
        except UnicodeError as error:
            raise ValueError("a host name or an address") from error
        return value

    @field_validator("base_topic")
    @classmethod
    def _plain_topic(cls, value: str) -> str:
        if not value or any(c in value for c in "+#\0") or "" in value.split("/"):
            raise ValueError(
                "one or more levels without wildcards, empty levels or a leading slash"
            )
        return value


class DatabaseSection(_Section):
    """PostgreSQL: "embedded" is the station's private server, "address" a DSN."""

    mode: Literal["embedded", "address"] = "embedded"
    dsn: str = ""
    """libpq connection string of the owner role, without its password."""
    password_file: Path | None = None
    binaries: Path | None = None
    """Folder with postgres, initdb …; empty: the runtime, then the system's."""


class HistorySection(_Section):
    """When a reading is stored (`domain.md` 3)."""

    force_interval_s: float = Field(300.0, ge=0, le=86400)
    """No silence in the history is longer; 0 stores on change only."""
    temperature_threshold_c: float = Field(0.5, gt=0, le=50)
    humidity_threshold_pct: float = Field(2.0, gt=0, le=50)
    fan_threshold_pct: float = Field(5.0, gt=0, le=100)


class AlarmSection(_Section):
    """Times of alarms (`domain.md` 4, `protocol.md` 8.3)."""

    comm_loss_after_s: float = Field(300.0, ge=30, le=86400)
    canary_interval_s: float = Field(60.0, ge=5, le=3600)


class LinkSection(_Section):
    """Where consoles reach the service, on this machine only."""

    port: PortOrAny = 0
    """0: any free port; consoles find it in the token file."""


class ServiceSection(_Section):
    """The background service."""

    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"


class Settings(BaseSettings):
    """All settings; unknown keys are refused, so that a typing error is not silently ignored."""

    model_config = SettingsConfigDict(
        env_prefix="ALARMSTATION_",
        env_nested_delimiter="__",
        extra="ignore",
        frozen=True,
    )

    station: StationSection = StationSection()
    broker: BrokerSection = BrokerSection()
    database: DatabaseSection = DatabaseSection()
    history: HistorySection = HistorySection()
    alarms: AlarmSection = AlarmSection()
    link: LinkSection = LinkSection()
    service: ServiceSection = ServiceSection()

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """The environment wins over the file, which arrives as `init_settings`."""
        del dotenv_settings, file_secret_settings
        return env_settings, init_settings


def load(home: Path) -> Settings:
    """Read the settings of the installation in `home`; without a file, the defaults.

    Raises:
        UserError: the file cannot be read, is not TOML, or holds a key or value that is not
            allowed; the sentence names file, key, value and what is allowed.
    """
    path = home / FILE_NAME
    data: dict[str, Any] = {}
    if path.exists():
        try:
            data = tomllib.loads(path.read_text(encoding="utf-8"))
        except tomllib.TOMLDecodeError as error:
            raise UserError(
                "settings.syntax",
                "{file} is not valid TOML: {problem}. Correct that line; nothing was changed.",
                file=path,
                problem=error,
            ) from error
        except (OSError, UnicodeDecodeError) as error:
            raise UserError(
                "settings.unreadable",
                "{file} cannot be read: {problem}. Give the station's user the right to read it.",
                file=path,
                problem=error,
            ) from error
    unknown = sorted(set(data) - set(Settings.model_fields))
    if unknown:
        raise UserError(
            "settings.invalid",
            "{file}: {what} is not a setting. Allowed sections: {allowed}.",
            file=path,
            what=_as_written(unknown[0], data[unknown[0]]),
            allowed=", ".join(Settings.model_fields),
        )
    try:
        return Settings(**data)
    except ValidationError as error:
        raise _problems(path, error) from error
    except SettingsError as error:
        # A whole section in one variable; which one, only the library's sentence tells.
        section = next((name for name in Settings.model_fields if f'"{name}"' in str(error)), "")
        variable = f"ALARMSTATION_{section.upper()}"
        raise UserError(
            "settings.invalid",
            "The environment variable {variable} is not a setting. Name section and key with "
            "two underscores between them, such as {variable}__{name}.",
            variable=variable,
            name=next(iter(_keys_of(section)), "KEY").upper(),
        ) from error


def _as_written(key: str, value: object) -> str:
    """A section or a key as a person would find it in the file."""
    if isinstance(value, dict):
        return f"[{key}] with {', '.join(map(str, value)) or 'nothing in it'}"
    return f"{key} = {_shown(key, value)!r}"


def _shown(key: str, value: object) -> object:
    """The value, unless it may be a secret that was written where it does not belong."""
    secret = any(word in key for word in ("password", "secret", "key", "token"))
    return "(not shown)" if secret else value


def _problems(path: Path, error: ValidationError) -> UserError:
    sentences = []
    for problem in error.errors():
        key = ".".join(str(part) for part in problem["loc"])
        value = _shown(key, problem.get("input"))
        if problem["type"] == "extra_forbidden":
            allowed = "no such setting; allowed: " + ", ".join(_keys_of(str(problem["loc"][0])))
        elif problem["type"] == "model_type":
            allowed = f"a section: [{key}] with keys such as {', '.join(_keys_of(key)[:3])}"
        else:
            allowed = problem["msg"].removeprefix("Value error, ").removeprefix("Input should be ")
        sentences.append(f"{key} = {value!r} (allowed: {allowed})")
    return UserError(
        "settings.invalid",
        "{file}, or the environment over it: {problems}. Correct it and start again.",
        file=path,
        problems="; ".join(sentences),
    )


def _keys_of(section: str) -> list[str]:
    field = Settings.model_fields.get(section)
    model = field.annotation if field is not None else None
    if isinstance(model, type) and issubclass(model, BaseModel):
        return list(model.model_fields)
    return []


def save(home: Path, values: dict[str, dict[str, object]]) -> Path:
    """Write a settings file that holds exactly `values` (section → key → value); atomic."""
    lines: list[str] = []
    for section, keys in values.items():
        lines.append(f"[{section}]")
        lines.extend(f"{key} = {_toml(value)}" for key, value in keys.items())
        lines.append("")
    home.mkdir(parents=True, exist_ok=True)
    path = home / FILE_NAME
    draft = path.with_suffix(".toml.new")
    draft.write_text("\n".join(lines), encoding="utf-8")
    draft.replace(path)
    return path


def _toml(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return repr(value)
    # JSON's strings are TOML's, but for DEL, which TOML wants escaped.
    return json.dumps(str(value), ensure_ascii=False).replace("\x7f", "\\u007f")
