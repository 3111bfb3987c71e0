"""The owner-only file."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from alarmstation.adapters.link import token_file
from alarmstation.adapters.link.token_file import TokenFile
from alarmstation.domain.errors import Unavailable


def test_what_is_written_can_be_read(tmp_path: Path) -> None:
    path = token_file.token_path(tmp_path)
    token_file.write(path, TokenFile(4711, "secret", 12))
    assert token_file.read(path) == TokenFile(4711, "secret", 12)


@pytest.mark.skipif(sys.platform == "win32", reason="rights are the folder's there")
def test_only_its_owner_may_read_it(tmp_path: Path) -> None:
    path = token_file.token_path(tmp_path)
    token_file.write(path, TokenFile(1, "secret", 1))
    token_file.write(path, TokenFile(2, "secret", 1))
    assert path.stat().st_mode & 0o777 == 0o600


def test_no_file_means_no_service(tmp_path: Path) -> None:
    with pytest.raises(Unavailable, match="no service"):
        token_file.read(token_file.token_path(tmp_path))


@pytest.mark.parametrize("content", [b"", b"{}", b"not json", b'{"port":"x"}'])
def test_a_damaged_file_is_a_state_and_no_crash(tmp_path: Path, content: bytes) -> None:
    path = token_file.token_path(tmp_path)
    path.write_bytes(content)
    with pytest.raises(Unavailable):
        token_file.read(path)


def test_a_service_that_ends_leaves_the_file_of_a_newer_one(tmp_path: Path) -> None:
    path = token_file.token_path(tmp_path)
    token_file.write(path, TokenFile(1, "newer", 1))
    token_file.remove(path, "older")
    assert path.exists()
    token_file.remove(path, "newer")
    assert not path.exists()
