"""What is new, what came twice, what is played back: the station's ear (`protocol.md` 2.5).

A `ReceiveWindow` judges every authentic message of one unit over all its restarts. It is pure:
receive time is passed in, and what must survive a restart of the station is a `WindowState`.

Where the specification leaves room, availability is kept for the unit and certainty for alarms:
- A message that is merely overtaken (its uptime is lower by as much as its timestamp is, or by
  some seconds where there is no clock) is not a restart.
- The window of the boot before is remembered too, so that an old frame delivered again just
  after a restart is known as a duplicate.
- A key that was replaced is not taken back: its old frames have high numbers and would pass.
- A login without a clock and without a boot count is no mark to know it by again.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from hashlib import sha256
from typing import Any, Final

from alarmstation.domain.messages import (
    AlarmEvent,
    AlarmType,
    CommandResponse,
    DeviceMessage,
    Heartbeat,
    Leaf,
    StatusMessage,
    is_clock_set,
)
from alarmstation.domain.window_state import LoginMark, Seen, WindowState

WIDTH: Final = 64
FRESH_CLOCK_S: Final = 300
REORDER_S: Final = 10
LOGIN_TWICE_S: Final = 5
_LOGINS_KEPT: Final = 256
_SHARED: Final = ""


class Verdict(StrEnum):
    """What the station makes of an authentic message."""

    ACCEPT = "accept"
    ACCEPT_NEW_EPOCH = "accept_new_epoch"
    """As ACCEPT; the unit has restarted, so what was known of its last boot is history."""
    DUPLICATE = "duplicate"
    """The same message again: not processed, but an alarm is receipted again."""
    REPLAY = "replay"
    RETAINED = "retained"
    """A kept message that is out of date; never a sign of life."""
    DOUBTFUL = "doubtful"
    """An input alarm that would be a replay: raise it, marked, if its key is not stored (2.5
    rule 8); otherwise count it as a replay. It never clears anything."""

    @property
    def accepted(self) -> bool:
        return self in (Verdict.ACCEPT, Verdict.ACCEPT_NEW_EPOCH)


@dataclass(frozen=True, slots=True)
class Arrival:
    """How a message came. `sequence` and `tag` are those of its frame, None and b"" when bare.

    `received_at` in Unix seconds; `key_id` names the key that verified it (its fingerprint).
    """

    leaf: Leaf
    sequence: int | None
    tag: bytes
    received_at: float
    retained: bool = False
    key_id: str = ""


@dataclass(slots=True)
class _Window:
    """The highest number and the 64 that end with it, each with leaf and tag."""

    highest: int = -1
    seen: dict[int, tuple[Leaf, bytes]] = field(default_factory=dict)

    def has_room_for(self, sequence: int) -> bool:
        """Whether the number is above the window, or in it and not used yet."""
        return sequence > self.highest or (
            sequence > self.highest - WIDTH and sequence not in self.seen
        )

    def note(self, sequence: int, leaf: Leaf, tag: bytes) -> None:
        self.seen[sequence] = (leaf, tag)
        step = sequence - self.highest
        if step == 1:
            self.seen.pop(sequence - WIDTH, None)
        elif step > 1:
            floor = sequence - WIDTH
            self.seen = {number: it for number, it in self.seen.items() if number > floor}
        self.highest = max(self.highest, sequence)

    def entries(self) -> tuple[Seen, ...]:
        return tuple(Seen(number, leaf, tag) for number, (leaf, tag) in self.seen.items())


class ReceiveWindow:
    """What the station has heard of one unit, over its restarts.

    `per_leaf` keeps a window for each leaf, for units that count so. Call `judge` once for each
    message that verified and decoded; what it accepts it remembers.
    """

    __slots__ = (
        "_bare", "_boot_count", "_boot_id", "_earlier", "_epoch", "_is_ours", "_key_id",
        "_last_login_at", "_logins", "_per_leaf", "_retained", "_retired_keys", "_timestamp",
        "_uptime", "_will", "_windows",
    )  # fmt: skip

    def __init__(self, state: WindowState | None = None, *, per_leaf: bool = False) -> None:
        state = state or WindowState()
        self._per_leaf = per_leaf
        self._epoch = state.epoch
        self._windows = {
            name: _Window(highest, {it.sequence: (it.leaf, it.tag) for it in entries})
            for name, highest, entries in state.windows
        }
        self._earlier = {(it.sequence, it.tag): it.leaf for it in state.earlier}
        self._retained = {it.leaf: it for it in state.retained}
        self._will = state.will
        self._bare = dict.fromkeys(state.bare)
        self._logins = dict.fromkeys(state.logins)
        self._last_login_at = state.last_login_at
        self._timestamp = state.timestamp
        self._uptime = state.uptime
        self._boot_count = state.boot_count
        self._boot_id = state.boot_id
        self._is_ours = state.is_ours
        self._key_id = state.key_id
        self._retired_keys = dict.fromkeys(state.retired_keys)

    @property
    def epoch(self) -> int:
        """Number of the boot epoch, from 1; part of an alarm's key while clocks are not set."""
        return self._epoch

    @property
    def is_ours(self) -> bool:
        """Whether the unit runs our firmware: its heartbeats carry a boot id."""
        return self._is_ours

    def state(self) -> WindowState:
        """A copy of everything known, for storing."""
        return WindowState(
            epoch=self._epoch,
            windows=tuple((name, w.highest, w.entries()) for name, w in self._windows.items()),
            earlier=tuple(Seen(n, leaf, tag) for (n, tag), leaf in self._earlier.items()),
            retained=tuple(self._retained.values()),
            will=self._will,
            bare=tuple(self._bare),
            logins=tuple(self._logins),
            last_login_at=self._last_login_at,
            timestamp=self._timestamp,
            uptime=self._uptime,
            boot_count=self._boot_count,
            boot_id=self._boot_id,
            is_ours=self._is_ours,
            key_id=self._key_id,
            retired_keys=tuple(self._retired_keys),
        )

    def judge(self, message: DeviceMessage, arrival: Arrival) -> Verdict:
        """The verdict on an authentic message (or a bare one of a unit that may send them).

        Raises ValueError for `cmd` and `ack`, which no unit sends.
        """
        leaf = Leaf.RESPONSE if arrival.leaf is Leaf.RESP else arrival.leaf
        if leaf in (Leaf.CMD, Leaf.ACK):
            raise ValueError(f"no unit sends {leaf}")
        known = self._recall(message, leaf, arrival)
        if known is not None:
            return known
        if leaf is Leaf.LW:
            if arrival.sequence is not None:
                self._will = Seen(arrival.sequence, leaf, arrival.tag)
            return Verdict.ACCEPT
        impossible = isinstance(message, AlarmEvent) and message.has_impossible_id
        if impossible or arrival.key_id in self._retired_keys:
            return _refusal(message, arrival)
        verdict = self._judge_number(message, leaf, arrival)
        if not verdict.accepted:
            return verdict
        if arrival.retained:
            self._note_retained(message, leaf, arrival)
        else:
            self._note(message, leaf, arrival)
        return verdict

    def _judge_number(self, message: DeviceMessage, leaf: Leaf, arrival: Arrival) -> Verdict:
        """Rules 2, 3, 6 and 8; opens the epoch when the verdict says so."""
        window = self._window(leaf)
        has_room = arrival.sequence is None or window.has_room_for(arrival.sequence)
        restarted = self._tells_restart(message, leaf, arrival, window)
        if restarted and not arrival.retained and self._is_current(message, arrival):
            carries_over = self._is_ours and not self._is_recommissioned(message, leaf, arrival)
            if carries_over and not has_room:
                return _refusal(message, arrival)
            self._begin_epoch(carries_over)
            return Verdict.ACCEPT_NEW_EPOCH
        # A bare message has no number to be judged by, one kept by the broker may not open an
        # epoch: both are out of date when they tell of another boot.
        out_of_date = restarted and (arrival.retained or arrival.sequence is None)
        return Verdict.ACCEPT if has_room and not out_of_date else _refusal(message, arrival)

    def _window(self, leaf: Leaf) -> _Window:
        name = leaf.value if self._per_leaf else _SHARED
        window = self._windows.get(name)
        if window is None:
            window = self._windows[name] = _Window()
        return window

    def _recall(self, message: DeviceMessage, leaf: Leaf, arrival: Arrival) -> Verdict | None:
        """DUPLICATE or REPLAY for what was accepted before (rules 4, 5 and logins of rule 2)."""
        used_on = self._leaf_of_frame(arrival)
        if used_on is not None and not (used_on is leaf is Leaf.LW):
            return Verdict.DUPLICATE if used_on is leaf else Verdict.REPLAY
        if arrival.sequence is None and _bare_mark(message, leaf) in self._bare:
            return Verdict.DUPLICATE
        if leaf is Leaf.LOGIN and isinstance(message, StatusMessage):
            mark = _login_mark(message, arrival)
            if mark in self._logins:
                at_once = abs(arrival.received_at - self._last_login_at) <= LOGIN_TWICE_S
                is_last = mark == next(reversed(self._logins))
                return Verdict.DUPLICATE if at_once and is_last else Verdict.REPLAY
        return None

    def _leaf_of_frame(self, arrival: Arrival) -> Leaf | None:
        """The leaf on which this very frame (number and tag) came before."""
        sequence, tag = arrival.sequence, arrival.tag
        if sequence is None:
            return None
        for window in self._windows.values():
            used = window.seen.get(sequence)
            if used is not None and used[1] == tag:
                return used[0]
        found = self._earlier.get((sequence, tag))
        if found is not None:
            return found
        if self._will is not None and (self._will.sequence, self._will.tag) == (sequence, tag):
            return Leaf.LW
        for kept in self._retained.values():
            if kept.sequence == sequence and kept.tag == tag:
                return kept.leaf
        return None

    def _tells_restart(
        self, message: DeviceMessage, leaf: Leaf, arrival: Arrival, window: _Window
    ) -> bool:
        """Whether the message says that the unit has restarted or got a new key (rule 2)."""
        if arrival.key_id and self._key_id and arrival.key_id != self._key_id:
            return True
        match message:
            case Heartbeat():
                other_boot = self._boot_id is not None and message.boot_id != self._boot_id
                return other_boot or self._uptime_fell(message, arrival, window)
            case StatusMessage():
                known = self._boot_count
                if known is not None and message.boot_count > known:
                    return True
                if self._uptime_fell(message, arrival, window):
                    return True
                sequence = arrival.sequence
                if leaf is not Leaf.LOGIN or sequence is None or self._is_ours:
                    return False
                # A login of the same boot that was overtaken by a heartbeat has room still.
                overtaken = known == message.boot_count != 0 and window.has_room_for(sequence)
                return sequence < window.highest and not overtaken
            case _:
                return False

    def _uptime_fell(
        self, message: Heartbeat | StatusMessage, arrival: Arrival, window: _Window
    ) -> bool:
        if self._uptime is None or message.uptime >= self._uptime:
            return False
        drop = self._uptime - message.uptime
        if is_clock_set(self._timestamp) and is_clock_set(message.timestamp):
            older_by = self._timestamp - message.timestamp
            return older_by < 0 or abs(older_by - drop) > REORDER_S
        overtaken = arrival.sequence is not None and window.has_room_for(arrival.sequence)
        return not (overtaken and drop <= REORDER_S)

    def _is_current(self, message: DeviceMessage, arrival: Arrival) -> bool:
        """The condition of rule 2 on the timestamp of a message that opens an epoch."""
        if not is_clock_set(message.timestamp) or message.timestamp >= self._timestamp:
            return True
        return abs(message.timestamp - arrival.received_at) <= FRESH_CLOCK_S

    def _is_recommissioned(self, message: DeviceMessage, leaf: Leaf, arrival: Arrival) -> bool:
        """Whether our firmware began counting anew: new key, no boot id any more, or a boot count
        that did not rise over a restart."""
        if arrival.key_id and self._key_id and arrival.key_id != self._key_id:
            return True
        if isinstance(message, Heartbeat):
            return message.boot_id == 0
        return (
            leaf is Leaf.LOGIN
            and isinstance(message, StatusMessage)
            and self._boot_count is not None
            and message.boot_count <= self._boot_count
        )

    def _begin_epoch(self, carries_over: bool) -> None:
        self._epoch += 1
        if not carries_over:
            self._earlier = {
                (it.sequence, it.tag): it.leaf
                for window in self._windows.values()
                for it in window.entries()
            }
            self._windows = {}
        self._bare = {}
        self._uptime = None
        self._boot_count = None
        self._boot_id = None

    def _note(self, message: DeviceMessage, leaf: Leaf, arrival: Arrival) -> None:
        """Remember an accepted message and the facts in it."""
        if arrival.sequence is None:
            _keep(self._bare, _bare_mark(message, leaf), WIDTH)
        else:
            self._window(leaf).note(arrival.sequence, leaf, arrival.tag)
        if arrival.key_id and arrival.key_id != self._key_id:
            if self._key_id:
                self._retired_keys[self._key_id] = None
            self._key_id = arrival.key_id
        self._note_facts(message)
        if leaf is Leaf.LOGIN and isinstance(message, StatusMessage):
            if message.boot_count or is_clock_set(message.timestamp):
                _keep(self._logins, _login_mark(message, arrival), _LOGINS_KEPT)
            self._last_login_at = arrival.received_at

    def _note_retained(self, message: DeviceMessage, leaf: Leaf, arrival: Arrival) -> None:
        """Remember it apart: what was kept from another boot must not move the window."""
        if arrival.sequence is None:
            _keep(self._bare, _bare_mark(message, leaf), WIDTH)
        else:
            self._retained[leaf] = Seen(arrival.sequence, leaf, arrival.tag)

    def _note_facts(self, message: DeviceMessage) -> None:
        # Alarms and answers may be sent again long after; their time says nothing of now.
        if not isinstance(message, Heartbeat | StatusMessage):
            return
        if isinstance(message, Heartbeat):
            self._boot_id = message.boot_id
            self._is_ours = message.boot_id != 0
        elif message.boot_count < (self._boot_count or 0):
            return  # overtaken, from the boot before: its uptime is not of this one
        else:
            self._boot_count = message.boot_count
        if self._uptime is None or message.uptime >= self._uptime:
            self._uptime = message.uptime
            if is_clock_set(message.timestamp):
                self._timestamp = message.timestamp


def _refusal(message: DeviceMessage, arrival: Arrival) -> Verdict:
    if isinstance(message, AlarmEvent) and message.type != AlarmType.OUTPUT_EVENT:
        return Verdict.DOUBTFUL
    return Verdict.RETAINED if arrival.retained else Verdict.REPLAY


def _login_mark(message: StatusMessage, arrival: Arrival) -> LoginMark:
    sequence = message.sequence if arrival.sequence is None else arrival.sequence
    return LoginMark(sequence, message.timestamp, message.boot_count)


def _bare_mark(message: DeviceMessage, leaf: Leaf) -> str:
    """Payload sequence, timestamp and leaf; what has no sequence is known by all it says, lest
    two answers of one second, or every heartbeat of a unit without a clock, be one."""
    if isinstance(message, Heartbeat | CommandResponse):
        return f"{leaf}:{message.timestamp}:{sha256(repr(message).encode()).hexdigest()[:16]}"
    return f"{leaf}:{message.timestamp}:{message.sequence}"


def _keep(marks: dict[Any, None], mark: object, most: int) -> None:
    """Add to an ordered set that forgets its oldest."""
    marks[mark] = None
    if len(marks) > most:
        del marks[next(iter(marks))]
