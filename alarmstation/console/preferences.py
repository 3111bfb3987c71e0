"""What this workstation's console remembers: language, theme, sound, where the popup appears."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from pathlib import Path

import msgspec

log = logging.getLogger(__name__)

FILE_NAME = "console.json"


@dataclass(frozen=True, slots=True)
class Preferences:
    """Choices of one workstation. Nothing here changes what the station decides."""

    language: str = ""
    """"en", "es"; empty: the operator's, else the station's, else the desktop's."""
    theme: str = "dark"
    volume_pct: int = 80
    """Never 0: an alarm that cannot be heard is not an option here."""
    popup_screen: str = ""
    """Name of the monitor for alarms; empty, or gone: the primary one."""
    last_operator: str = ""


def load(home: Path) -> Preferences:
    """Read the preferences; a file that cannot be read counts as none."""
    path = home / FILE_NAME
    try:
        return msgspec.json.decode(path.read_bytes(), type=Preferences)
    except FileNotFoundError:
        return Preferences()
    except (OSError, msgspec.MsgspecError) as error:
        log.warning("%s is not used: %s", path, error)
        return Preferences()


def save(home: Path, preferences: Preferences) -> None:
    """Write the preferences; atomic. Raises OSError."""
    home.mkdir(parents=True, exist_ok=True)
    path = home / FILE_NAME
    draft = path.with_suffix(".json.new")
    draft.write_bytes(msgspec.json.format(msgspec.json.encode(preferences)))
    draft.replace(path)
