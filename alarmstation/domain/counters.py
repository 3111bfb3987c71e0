"""Numbers that are sent, and the unit's ear for commands (`protocol.md` 2.3, 2.4).

All are values: the next one is computed, **stored**, and only then used, so that no crash can
make a number come twice.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Self

from alarmstation.domain.errors import UserError

MAX_SEQUENCE: Final = 0xFFFF_FFFF
WINDOW_WIDTH: Final = 64
BLOCK: Final = 1024


@dataclass(frozen=True, slots=True)
class SendCounter:
    """The station's counter for one unit, shared by `cmd` and `ack`; `last` is the largest number
    known, used by us or by anybody else."""

    last: int = 0

    def advanced(self) -> Self:
        """The counter whose `last` is the number to use now, once it is stored.

        Raises UserError (`sequence.exhausted`) at the end of 32 bits: the unit must be re-keyed.
        """
        return type(self)(_after(self.last))

    def observed(self, sequence: int) -> Self:
        """The counter after a number was seen on the unit's `cmd` leaf."""
        return type(self)(max(self.last, sequence))

    def taken_over(self, unix_time: int) -> Self:
        """The counter lifted to Unix time, a technician's explicit step: another controller may
        be locked out by it."""
        return type(self)(min(max(self.last, unix_time), MAX_SEQUENCE - 1))


@dataclass(frozen=True, slots=True)
class UnitCounter:
    """The counter of our firmware. `reserved` is what it keeps in flash: the first number that
    is not reserved; `upcoming` is lost at a restart."""

    upcoming: int = 1
    reserved: int = 0

    @classmethod
    def after_restart(cls, reserved: int) -> Self:
        """The counter of a unit that finds `reserved` in its flash: the next block begins."""
        return cls(upcoming=max(reserved, 1), reserved=reserved)

    def taken(self) -> tuple[int, Self]:
        """(number to use, counter afterwards); store `reserved` first when it has changed.

        Raises UserError (`sequence.exhausted`) at the end of 32 bits.
        """
        number = _after(self.upcoming - 1)
        reserved = self.reserved if number < self.reserved else number - number % BLOCK + BLOCK
        return number, type(self)(number + 1, reserved)


@dataclass(frozen=True, slots=True)
class UnitWindow:
    """What a unit of ours has accepted on `cmd` and `ack` together: the highest number and a
    bitmap of the 64 that end with it (bit 0 is the highest itself)."""

    highest: int = -1
    bitmap: int = 0

    def accepting(self, sequence: int) -> Self | None:
        """The window with this number in it, to be stored before the command is carried out;
        None when the number was seen or lies below the window."""
        ahead = sequence - self.highest
        if ahead > 0:
            moved = self.bitmap << ahead if ahead < WINDOW_WIDTH else 0
            return type(self)(sequence, (moved | 1) & (1 << WINDOW_WIDTH) - 1)
        bit = 1 << -ahead
        if -ahead >= WINDOW_WIDTH or self.bitmap & bit:
            return None
        return type(self)(self.highest, self.bitmap | bit)


def _after(number: int) -> int:
    if number >= MAX_SEQUENCE:
        raise UserError(
            "sequence.exhausted",
            "The sequence numbers of this unit are used up; it must be given a new key.",
        )
    return number + 1
