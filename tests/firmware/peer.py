"""The core's codec (`firmware/test/codec_peer.c`) as seen from Python."""

from __future__ import annotations

import math
import struct
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.message import Message

from tests.firmware.building import ENVIRONMENT

REFUSED = "!"
_SIGNED = {FieldDescriptor.TYPE_INT32, FieldDescriptor.TYPE_INT64}


class Peer:
    """One line to the program, one line back."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def ask(self, *words: str) -> str:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(" ".join(words) + "\n")
        self._process.stdin.flush()
        answer = self._process.stdout.readline()
        assert answer, "the core's codec died of this line; its words are on the error output"
        return answer.strip()

    def encode(self, message: Message) -> bytes | None:
        """The payload the core makes of these fields; None when it cannot."""
        answer = self.ask("encode", message.DESCRIPTOR.name, *fields_of(message))
        return None if answer == REFUSED else bytes.fromhex(answer)

    def decode(self, name: str, payload: bytes) -> list[str] | None:
        """The fields the core reads, as `fields_of` writes them; None when it refuses."""
        answer = self.ask("decode", name, payload.hex())
        return None if answer == REFUSED else [_one_nan(field) for field in answer.split()]

    def seal(self, key: bytes, sequence: int, payload: bytes) -> bytes:
        return bytes.fromhex(self.ask("seal", key.hex(), str(sequence), payload.hex()))

    def open(self, key: bytes, frame: bytes) -> str:
        return self.ask("open", key.hex(), frame.hex())


@contextmanager
def a_peer(build: Path) -> Iterator[Peer]:
    process = subprocess.Popen(
        [str(build / "codec_peer")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=ENVIRONMENT,
    )
    try:
        yield Peer(process)
    finally:
        if process.stdin is not None:
            process.stdin.close()
        assert process.wait(10.0) == 0
        if process.stdout is not None:
            process.stdout.close()


def _one_nan(field: str) -> str:
    """There are many NaN, and a Python float does not keep apart which."""
    path, value = field.split(":")
    if value[0] == "f" and math.isnan(struct.unpack(">f", bytes.fromhex(value[1:]))[0]):
        return f"{path}:nan"
    return field


def fields_of(message: Message, path: str = "") -> list[str]:
    """Fields that are there, ascending by number: `PATH:VALUE` of codec_peer.c."""
    found = []
    for field, value in sorted(message.ListFields(), key=lambda item: item[0].number):
        here = f"{path}{field.number}"
        found.append(f"{here}:{_text(field, value)}")
        if field.type == FieldDescriptor.TYPE_MESSAGE:
            found += fields_of(value, f"{here}.")
    return found


def _text(field: FieldDescriptor, value: Any) -> str:
    match field.type:
        case FieldDescriptor.TYPE_MESSAGE:
            return "m"
        case FieldDescriptor.TYPE_STRING:
            return f"s{value.encode().hex()}"
        case FieldDescriptor.TYPE_BYTES:
            return f"s{value.hex()}"
        case FieldDescriptor.TYPE_FLOAT:
            return "nan" if math.isnan(value) else "f" + struct.pack(">f", value).hex()
        case kind if kind in _SIGNED:
            return f"i{value}"
        case _:
            return f"u{int(value)}"
