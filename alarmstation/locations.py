"""Where things are: what ships with the station, what it keeps, and the runtime.

Everything is a plain function of the environment or a frozen dataclass made from one folder, so
that a test passes its own folder and nothing else needs to be told.
"""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from pathlib import Path

from platformdirs import user_data_dir

from alarmstation.domain.errors import UserError

APP = "alarmstation"
# As root the database runs as an unprivileged user, who cannot reach root's own home folder.
ROOT_HOME = Path("/var/lib/alarmstation")
PACKAGED_RUNTIME = Path("/usr/lib/alarmstation/runtime")

_PACKAGE = Path(__file__).resolve().parent


def _shipped(name: str) -> Path:
    """A folder that a wheel carries inside the package and a checkout beside it."""
    packaged = _PACKAGE / "_data" / name
    return packaged if packaged.is_dir() else _PACKAGE.parent / name


def resources() -> Path:
    """Icons, sounds, translations, themes, plans and the handbook."""
    return _shipped("resources")


def sql() -> Path:
    """Migrations and the schema they lead to."""
    return _shipped("sql")


def proto() -> Path:
    """Wire schemas and golden vectors."""
    return _shipped("proto")


def is_root() -> bool:
    """Whether this process may do anything on this machine (never so on Windows)."""
    return sys.platform != "win32" and os.geteuid() == 0


def data_folder() -> Path:
    """The folder of this user for everything that the station keeps."""
    return ROOT_HOME if is_root() else Path(user_data_dir(APP, appauthor=False))


@dataclass(frozen=True, slots=True)
class Home:
    """One station's own folder. Two homes are two stations, even on one machine."""

    path: Path

    @property
    def settings(self) -> Path:
        """The settings file."""
        return self.path / "station.toml"

    @property
    def secrets(self) -> Path:
        """Generated passwords and keys, for the owner's eyes only."""
        return self.path / "secrets"

    @property
    def database(self) -> Path:
        """What belongs to the private PostgreSQL server."""
        return self.path / "database"

    @property
    def broker(self) -> Path:
        """What belongs to the private MQTT broker."""
        return self.path / "broker"

    @property
    def spool(self) -> Path:
        """What waits for the database to come back."""
        return self.path / "spool"

    @property
    def run(self) -> Path:
        """What means something only while the station runs: tokens, ports, locks."""
        return self.path / "run"

    @property
    def logs(self) -> Path:
        """Rotating log files, one per program."""
        return self.path / "logs"

    def create(self) -> Home:
        """Make the folders that are missing; idempotent.

        The home can be entered by others because the database may run as another user; what
        they must not read is in folders of its own.

        Raises:
            UserError: a folder cannot be made.
        """
        try:
            if not self.path.is_dir():
                self.path.mkdir(parents=True, exist_ok=True)
                self.path.chmod(0o755)  # whatever the umask
            for private in (self.secrets, self.spool, self.run, self.logs):
                private.mkdir(exist_ok=True, mode=0o700)
        except OSError as error:
            raise UserError(
                "settings.home",
                "The station's folder {home} cannot be made: {problem}. Give its user the right "
                "to write there, or choose another home with ALARMSTATION_HOME.",
                home=self.path,
                problem=error.strerror or error,
            ) from error
        return self


def home() -> Home:
    """The home given by ALARMSTATION_HOME, else the one in the user's data folder."""
    configured = os.environ.get("ALARMSTATION_HOME")
    return Home(Path(configured).absolute() if configured else data_folder())


def runtime() -> Path:
    """Where the runtime is, or belongs: shared by all homes of this user.

    ALARMSTATION_RUNTIME decides; else the user's own one; else one that was installed for the
    whole machine; where there is none yet, the place where it would be built.
    """
    configured = os.environ.get("ALARMSTATION_RUNTIME")
    if configured:
        return Path(configured).absolute()
    own = data_folder() / "runtime"
    places = (own, ROOT_HOME / "runtime", PACKAGED_RUNTIME)
    return next((place for place in places if (place / "runtime.json").is_file()), own)
