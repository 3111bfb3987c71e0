"""Small files: whole or absent, for the owner's eyes, told in words when they fail."""

from __future__ import annotations

import stat
from datetime import UTC, datetime
from pathlib import Path

import pytest

from alarmstation.adapters.files import KeyFile, MemoryFile, read_secret, write_private
from alarmstation.application.batch import InputEvent
from alarmstation.application.ports import Memory
from alarmstation.domain import alarm as machine
from alarmstation.domain.access import Operator, Role
from alarmstation.domain.alarm import AlarmKind
from alarmstation.domain.device import Device, DeviceStatus, Io, Lifecycle, Quality, Reading, Site
from alarmstation.domain.errors import Unavailable, UserError
from alarmstation.domain.keys import MessageKey

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
KEY = MessageKey(bytes(range(7, 39)))
OTHER = MessageKey(bytes(reversed(range(100, 132))))


def test_a_private_file_is_its_owners_alone(tmp_path: Path) -> None:
    path = tmp_path / "new folder" / "secret"
    write_private(path, b"one")
    write_private(path, b"two")
    assert path.read_bytes() == b"two"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert [p.name for p in path.parent.iterdir()] == ["secret"]


def test_a_file_that_cannot_be_written_leaves_the_old_one(tmp_path: Path) -> None:
    path = tmp_path / "secret"
    write_private(path, b"old")
    (tmp_path / "secret.new").mkdir()
    with pytest.raises(Unavailable, match="secret cannot be written"):
        write_private(path, b"new")
    assert path.read_bytes() == b"old"


def test_a_password_is_the_one_line_of_its_file(tmp_path: Path) -> None:
    path = tmp_path / "password"
    path.write_text("  hush hush \n")
    assert read_secret(path) == "hush hush"
    assert read_secret(None) == ""


@pytest.mark.parametrize("name", ["absent", "."])
def test_a_password_file_that_should_be_there_is_named(tmp_path: Path, name: str) -> None:
    with pytest.raises(UserError, match="password file"):
        read_secret(tmp_path / name)


# Keys


def test_keys_come_back_in_their_order(tmp_path: Path) -> None:
    file = KeyFile(tmp_path / "keys.json")
    assert file.load() == {}
    file.save({"A": (KEY, OTHER), "B": (OTHER,)})
    file.save({"B": (KEY,)})
    assert file.load() == {"A": (KEY, OTHER), "B": (KEY,)}


@pytest.mark.parametrize(
    "content", [b"", b"{", b"[]", b'{"A": "12"}', b'{"A": ["12"]}', b'{"A": 5}', b"\xff\xfe"]
)
def test_damaged_keys_are_said_and_never_overwritten(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "keys.json"
    path.write_bytes(content)
    file = KeyFile(path)
    with pytest.raises(UserError, match="backup") as error:
        file.load()
    assert error.value.key == "keys.damaged"
    with pytest.raises(UserError):
        file.save({"A": (KEY,)})
    assert path.read_bytes() == content


def test_no_key_is_in_any_error(tmp_path: Path) -> None:
    path = tmp_path / "keys.json"
    path.write_text(f'{{"A": ["{KEY.raw.hex()}", "{KEY.raw.hex()[:10]}"]}}')
    with pytest.raises(UserError) as error:
        KeyFile(path).load()
    assert KEY.raw.hex()[:10] not in str(error.value)


# Memory


def a_memory() -> Memory:
    alarm, transitions = machine.raise_alarm(
        "mac", 1, AlarmKind.PANIC1, "key", NOW, marks=frozenset({"late"})
    )
    event = InputEvent(1, "key", NOW, 1, 1, 7, 99, NOW, alarm.id, ("late",))
    return Memory(
        sites=(Site(1, "Bank"), Site(2, "Nörd", 1)),
        devices=(Device(1, "A", b"123456", lifecycle=Lifecycle.ENROLLED, created_at=NOW),),
        statuses=(DeviceStatus(1, io=Io(panic1=True), temperature_c=Reading(21.5, Quality.GOOD)),),
        alarms=(alarm,),
        operators=(Operator("ada", Role.ADMIN, site_ids=frozenset({1, 2})),),
        counters={1: 77},
        windows={1: b"\x00\xff"},
        event_keys=((1, "key"),),
        unstored_alarms=(alarm,),
        unstored_transitions=transitions,
        unstored_events=(event,),
    )


def test_the_memory_comes_back_as_it_was(tmp_path: Path) -> None:
    file = MemoryFile(tmp_path / "memory.bin")
    assert file.load() is None
    file.save(a_memory())
    assert file.load() == a_memory()


@pytest.mark.parametrize("content", [b"", b"garbage", b"\x81", b"\x80" * 5])
def test_a_memory_that_cannot_be_read_is_none(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "memory.bin"
    path.write_bytes(content)
    assert MemoryFile(path).load() is None


def test_a_memory_of_an_older_version_is_still_one(tmp_path: Path) -> None:
    """Fields that came later have their defaults."""
    import msgspec  # noqa: PLC0415

    path = tmp_path / "memory.bin"
    path.write_bytes(msgspec.msgpack.encode({"sites": [{"id": 1, "name": "Bank"}]}))
    assert MemoryFile(path).load() == Memory(sites=(Site(1, "Bank"),))
