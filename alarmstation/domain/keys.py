"""Message keys: the 32 bytes that one unit shares with the station (`protocol.md` 2.1, 10).

A key is never shown, only its fingerprint. Nothing here can tell that a key is good, only that
it is one of those a person types or a factory leaves in place.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from hashlib import sha256
from itertools import pairwise
from typing import Final

from alarmstation.domain.errors import UserError

KEY_BYTES: Final = 32
_HEX: Final = re.compile(r"[0-9A-Fa-f]{64}")
_FEWEST_DIFFERENT: Final = 12


class KeyWeakness(StrEnum):
    """Why a key gets a loud, lasting warning (`protocol.md` 10.2)."""

    ALL_ZERO = "all_zero"
    REPEATED = "repeated"
    CONSTANT_STEP = "constant_step"
    FEW_BYTES = "few_bytes"
    PRINTABLE = "printable"
    SHARED = "shared"


@dataclass(frozen=True, slots=True)
class MessageKey:
    """Thirty-two raw bytes, kept out of every `repr`.

    Raises ValueError for another length: whoever reads keys from people uses `parse_key`.
    """

    raw: bytes = field(repr=False)

    def __post_init__(self) -> None:
        if len(self.raw) != KEY_BYTES:
            raise ValueError("a message key has 32 bytes")

    @property
    def fingerprint(self) -> str:
        """First 4 bytes of the SHA-256 of the key, as 8 hex digits: the only form ever shown."""
        return sha256(self.raw).hexdigest()[:8]

    @property
    def weaknesses(self) -> frozenset[KeyWeakness]:
        """What is weak about this key by itself; empty for a key that looks random."""
        return frozenset(_weaknesses(self.raw))


def parse_key(text: str) -> MessageKey:
    """The key written as 64 hex digits; blanks around it are forgiven.

    Raises UserError (`key.not_hex`) for anything else; the text never appears in the error.
    """
    digits = text.strip()
    if _HEX.fullmatch(digits) is None:
        raise UserError("key.not_hex", "A message key is written as 64 hexadecimal digits.")
    return MessageKey(bytes.fromhex(digits))


def shared_keys(keys: Mapping[str, Iterable[MessageKey]]) -> dict[str, tuple[str, ...]]:
    """Fingerprint → names, in order, of the devices that have one key in common.

    `keys` holds the candidate keys of each device; a key counts once per device.
    """
    owners: defaultdict[bytes, set[str]] = defaultdict(set)
    for name, candidates in keys.items():
        for key in candidates:
            owners[key.raw].add(name)
    return {
        MessageKey(raw).fingerprint: tuple(sorted(names))
        for raw, names in owners.items()
        if len(names) > 1
    }


def _weaknesses(raw: bytes) -> Iterable[KeyWeakness]:
    if not any(raw):
        yield KeyWeakness.ALL_ZERO
    if any(raw == raw[:period] * (KEY_BYTES // period) for period in (1, 2, 4, 8, 16)):
        yield KeyWeakness.REPEATED
    steps = {(after - before) % 256 for before, after in pairwise(raw)}
    if len(steps) == 1:
        yield KeyWeakness.CONSTANT_STEP
    if len(set(raw)) < _FEWEST_DIFFERENT:
        yield KeyWeakness.FEW_BYTES
    if all(0x20 <= byte < 0x7F for byte in raw):
        yield KeyWeakness.PRINTABLE
