"""A virtual alarm unit: events in, messages out; no socket, no clock, no thread.

Whoever drives it tells the time (`advance`), what happens (`press`, `connected`, `received` …),
carries out what `take` gives, and comes back at `next_due`. All times are Unix seconds as floats.
Inputs are taken as debounced edges. The rules are those of `protocol.md`, which the comments cite.
"""

from __future__ import annotations

import heapq
import random
from collections import deque
from collections.abc import Callable
from dataclasses import replace
from itertools import count
from typing import Final

from alarmstation.adapters.wire import codec
from alarmstation.adapters.wire.frame import FrameKey, seal
from alarmstation.domain.messages import (
    AlarmEvent,
    AlarmType,
    CommandResponse,
    DeviceMessage,
    DeviceState,
    EventState,
    Leaf,
    OutputCommand,
    OutputType,
    Priority,
    StatusMessage,
)
from alarmstation.simulator import telemetry
from alarmstation.simulator.climate import Climate
from alarmstation.simulator.effects import Connect, Disconnect, Effect, Publish, Session
from alarmstation.simulator.intake import Intake
from alarmstation.simulator.memory import SEQUENCE_BLOCK, Memory
from alarmstation.simulator.outbox import Entry
from alarmstation.simulator.outputs import OutputBank, Run
from alarmstation.simulator.telemetry import Counters
from alarmstation.simulator.traits import ALARM_OF, OUR_FIRMWARE, Input, Traits, UnitIdentity

STATUS_EVERY_S: Final = 300.0
STATUS_SPACING_S: Final = 5.0
RECONNECT_LONGEST_S: Final = 60.0
QUEUED_TELEMETRY: Final = 32
_HIGH_OUTPUTS: Final = frozenset((OutputType.SIREN, OutputType.TURRET))


class VirtualUnit:
    """One unit. `identity.host` is its name at the factory; `host` the present one."""

    def __init__(
        self,
        identity: UnitIdentity,
        *,
        now: float = 0.0,
        traits: Traits = OUR_FIRMWARE,
        climate: Climate | None = None,
        seed: int = 0,
        memory: Memory | None = None,
    ) -> None:
        self.identity = identity
        self.traits = traits
        self.climate = climate or Climate.of_place(seed)
        self.random = random.Random(seed)  # noqa: S311 - boot ids and noise, nothing secret
        self.memory = memory or _fresh_memory(identity, traits)
        self.key = None if identity.key is None else FrameKey(identity.key)
        self.now = now
        self.session = Session.OFF
        self.silent = False
        self.inputs: set[Input] = set()
        self.outputs = OutputBank()
        self.counters = Counters()
        self.intake = Intake(self)
        self.log: deque[str] = deque(maxlen=64)
        self.sent: deque[Publish] = deque(maxlen=256)
        self.receipts: deque[tuple[int, int, float]] = deque(maxlen=64)
        """(sequence, alarm timestamp, when) of the receipts that were accepted."""
        self.fixed_reading: tuple[float, float] | None = None
        self.sensor_works = True
        self.beats_by_itself = True
        """False in a replay, where the recording says when a heartbeat is due."""
        self._effects: list[Effect] = []
        self._agenda: list[tuple[float, int, Callable[[], None]]] = []
        self._tickets = count()
        self._queued: deque[tuple[Leaf, DeviceMessage]] = deque(maxlen=QUEUED_TELEMETRY)
        self._clock_offset: float | None = 0.0
        self._connect_at: float | None = None
        self._backoff_s = 1.0
        self._heartbeat_at: float | None = None
        self._status_at: float | None = None
        self._last_status_at = float("-inf")
        self.state_since = now
        self.state = DeviceState.BOOT
        self.booted_at = now
        self.boot_id = 0
        self._sequence = 0

    # --- identity and clock

    @property
    def host(self) -> str:
        """The present hostname."""
        return self.memory.settings.device.hostname or self.identity.host

    @property
    def device_id(self) -> int:
        """The id assigned by the station; 0 for none."""
        return self.memory.settings.device.device_id or 0

    @property
    def firmware(self) -> str:
        """Version of the running image."""
        return self.memory.firmware or self.traits.firmware

    @property
    def uptime(self) -> int:
        """Seconds since boot."""
        return max(int(self.now - self.booted_at), 0)

    @property
    def clock_is_set(self) -> bool:
        """Whether the unit knows the time."""
        return self._clock_offset is not None

    @property
    def stamp(self) -> int:
        """Unix seconds by the unit's clock; seconds since boot while it is not set (8.4)."""
        if self._clock_offset is None:
            return self.uptime
        # A sum of floats may fall short of the second by less than a microsecond.
        return max(int(self.now + self._clock_offset + 1e-4), 0)

    def set_clock(self, unix_time: int | None) -> None:
        """Give the unit another time; None takes it away ("1970")."""
        self._clock_offset = None if unix_time is None else unix_time - self.now

    # --- power and session

    def power_on(self) -> None:
        """Boot and connect."""
        if self.session is Session.OFF and self.memory.commissioned:
            self._boot()
            self._connect()

    def power_off(self) -> None:
        """The plug is pulled: no message, and the broker sends the will."""
        if self.session is Session.ONLINE:
            self._effects.append(Disconnect(clean=False))
        self._go_off()

    def restart(self, *, new_image: bool = False) -> None:
        """Restart in good order; the unit comes back after its boot time."""
        self._end_session()
        self._go_off()
        if not (new_image or self.memory.ota_validated):
            self.roll_back()  # an image that nobody validated does not survive a restart (8.8)
        self._boot()
        self.session = Session.WAITING
        self._connect_at = self.now + self.traits.boot_s

    def roll_back(self) -> None:
        """Take the previous image for the next boot."""
        memory = self.memory
        memory.firmware, memory.previous_firmware = memory.previous_firmware, self.firmware
        memory.partition = 1 if memory.partition == 2 else 2
        memory.ota_validated = True

    def forget_everything(self) -> None:
        """Factory reset: the unit leaves the broker until somebody commissions it on site."""
        self._end_session()
        self._go_off()
        self.memory = _fresh_memory(self.identity, self.traits)
        self.memory.commissioned = False

    def reconnect_as(self, host: str) -> None:
        """A rename takes effect: leave, and come back under the new name."""
        self._end_session()
        self.memory.settings.device = replace(self.memory.settings.device, hostname=host)
        self.session = Session.WAITING
        self._connect_at = self.now + 1.0

    def drop(self) -> None:
        """The connection breaks; the broker sends the will and the unit comes back."""
        if self.session is Session.ONLINE:
            self._effects.append(Disconnect(clean=False))
            self.connection_lost()

    def connected(self) -> None:
        """The session is open and the subscriptions are confirmed (1.4 steps 2 to 4)."""
        if self.session is not Session.CONNECTING:
            return
        self.session = Session.ONLINE
        self._backoff_s = 1.0
        self._set_state()
        self._send_status(Leaf.LOGIN)
        self._status_at = self.now + STATUS_EVERY_S
        self._heartbeat_at = self.now + self.heartbeat_interval_s
        if self.memory.settings.device.enable_heartbeat and self.beats_by_itself:
            self.beat()
        self.memory.outbox.opened(self.now)
        self._send_outbox()
        self._flush_queued()
        self.intake.after_login()

    def connection_lost(self) -> None:
        """The session ended without our doing, or could not be opened: try again, for ever."""
        if self.session is Session.OFF:
            return
        if self.session is Session.ONLINE:
            self.counters.mqtt_disconnects += 1
        self.memory.outbox.closed()
        self.session = Session.WAITING
        self._connect_at = self.now + self._backoff_s
        self._backoff_s = min(self._backoff_s * 2, RECONNECT_LONGEST_S)

    def silence(self) -> None:
        """Hang: the session stays, nothing more is said and nothing is heard."""
        self.silent = True
        self.memory.outbox.closed()

    def speak(self) -> None:
        """End `silence`; what happened meanwhile is told at once."""
        self.silent = False
        if self.can_send:
            self._heartbeat_at = self.now
            self.memory.outbox.opened(self.now)
            self._flush_queued()

    @property
    def can_send(self) -> bool:
        """Whether a message would leave the unit now."""
        return self.session is Session.ONLINE and not self.silent

    # --- what happens to it

    def set_input(self, which: Input, active: bool) -> AlarmEvent | None:
        """An input goes active or inactive; the event, or None without an edge or for aux."""
        if (which in self.inputs) == active:
            return None
        self.inputs ^= {which}
        self.counters.activations[which] += active
        self._set_state()
        self._want_status()
        if which not in ALARM_OF:
            return None
        return self._tell_input(which, EventState.ACTIVE if active else EventState.INACTIVE)

    def press(self, which: Input) -> AlarmEvent | None:
        """The input goes active."""
        return self.set_input(which, active=True)

    def release(self, which: Input) -> AlarmEvent | None:
        """The input goes inactive."""
        return self.set_input(which, active=False)

    def test_input(self, which: Input) -> AlarmEvent:
        """Local test mode: a TEST event without an edge (8.5)."""
        return self._tell_input(which, EventState.TEST)

    def set_climate(self, celsius: float, percent: float) -> None:
        """From now on the sensor reads these values."""
        self.fixed_reading = (celsius, percent)

    def drive(self, command: OutputCommand) -> None:
        """Carry out an output command that has no problem (`outputs.problem_of`)."""
        stopped, started = self.outputs.start(command, self.now)
        for run in stopped:
            self._tell_output(run, EventState.STOPPING)
        for run in started:
            self._tell_output(run, EventState.STARTING)
        self._want_status()

    def received(self, leaf: Leaf, data: bytes) -> None:
        """A message arrived on `cmd` or `ack`."""
        if self.can_send:
            self.intake.receive(leaf, data)

    # --- time

    def advance(self, now: float) -> None:
        """It is `now`: do what is due. Time never goes back."""
        self.now = max(self.now, now)
        while self._agenda and self._agenda[0][0] <= self.now:
            heapq.heappop(self._agenda)[2]()
        for run in self.outputs.expire(self.now):
            self._tell_output(run, EventState.STOPPING)
            self._want_status()
        if self._connect_at is not None and self._connect_at <= self.now:
            self._connect()
        if not self.can_send:
            return
        if self._heartbeat_at is not None and self._heartbeat_at <= self.now:
            # The schedule does not drift; after a pause of the driver nothing is made up for.
            following = self._heartbeat_at + self.heartbeat_interval_s
            self._heartbeat_at = (
                following if following > self.now else self.now + self.heartbeat_interval_s
            )
            if self.memory.settings.device.enable_heartbeat and self.beats_by_itself:
                self.beat()
        self._send_outbox()
        if self._status_at is not None and self._status_at <= self.now:
            self.send_status()

    @property
    def next_due(self) -> float | None:
        """When `advance` should be called next; None when nothing is planned."""
        dues: list[float | None] = [self.outputs.next_end, self._connect_at]
        if self._agenda:
            dues.append(self._agenda[0][0])
        if self.can_send:
            dues += [self._heartbeat_at, self._status_at, self.memory.outbox.next_due]
        return min((due for due in dues if due is not None), default=None)

    def later(self, delay_s: float, action: Callable[[], None]) -> None:
        """Do something after a delay, unless the unit restarts before."""
        heapq.heappush(self._agenda, (self.now + delay_s, next(self._tickets), action))

    def take(self) -> list[Effect]:
        """What is to be done outside, in order; each effect is given once."""
        effects, self._effects = self._effects, []
        return effects

    # --- what it says

    @property
    def heartbeat_interval_s(self) -> int:
        """Configured interval."""
        return self.memory.settings.device.heartbeat_interval or self.traits.heartbeat_interval_s

    def replan_heartbeat(self) -> None:
        """The interval was written: count from now."""
        self._heartbeat_at = self.now + self.heartbeat_interval_s

    def reading(self) -> tuple[float, float]:
        """(°C, % RH) as they go on the wire; both 0 for "no reading" (8.4)."""
        if not self.sensor_works:
            return 0.0, 0.0
        return self.fixed_reading or self.climate.at(self.now)

    def beat(self, reading: tuple[float, float] | None = None) -> None:
        """Send a heartbeat, with the given reading or the sensor's."""
        heartbeat = telemetry.heartbeat(self, reading or self.reading())
        self.publish(Leaf.HB, heartbeat, qos=self.traits.heartbeat_qos)

    def send_status(self) -> None:
        """Send a status now and plan the next one."""
        self._send_status(Leaf.STATUS)
        self._last_status_at = self.now
        self._status_at = self.now + STATUS_EVERY_S

    def respond(self, response: CommandResponse) -> None:
        """Answer a command; kept for the next session while there is none."""
        if self.can_send:
            self.publish(self.traits.response_leaf, response)
        else:
            self._queued.append((self.traits.response_leaf, response))

    def publish(self, leaf: Leaf, message: DeviceMessage, qos: int = 1) -> None:
        """Encode, sign and send a message."""
        sequence = self._next_sequence()
        if isinstance(message, StatusMessage):
            message = replace(message, sequence=sequence)
        self._send(leaf, codec.encode(message), sequence, qos)

    def send_raw(self, leaf: Leaf, data: bytes, qos: int = 1) -> None:
        """Send bytes as they are (scenarios of attackers and faults)."""
        if self.can_send:
            self._effects.append(Publish(self.host, leaf, data, qos))

    def next_frame(self, message: DeviceMessage) -> bytes:
        """The next frame of this unit with `message`, not sent."""
        sequence = self._next_sequence()
        return self._frame(codec.encode(message), sequence)

    # --- inside

    def _send(self, leaf: Leaf, payload: bytes, sequence: int, qos: int = 1) -> None:
        if self.can_send:
            publish = Publish(self.host, leaf, self._frame(payload, sequence), qos)
            self.sent.append(publish)
            self._effects.append(publish)

    def _frame(self, payload: bytes, sequence: int) -> bytes:
        if self.traits.signed and self.key is not None:
            return seal(self.key, sequence, payload)
        return payload

    def _next_sequence(self) -> int:
        sequence = self._sequence
        self._sequence += 1
        if self._sequence >= self.memory.reserved_sequence:
            self.memory.reserved_sequence = self._sequence + SEQUENCE_BLOCK
        return sequence

    def _boot(self) -> None:
        memory = self.memory
        memory.boot_count += 1
        self.booted_at = self.state_since = self.now
        self.state = DeviceState.BOOT
        self.counters = Counters()
        self._backoff_s = 1.0
        if self.traits.extensions:
            self.boot_id = self.random.randrange(1, 2**32)
            # The next block: what was not used of the last one never will be (2.3).
            self._sequence = max(memory.reserved_sequence, 1)
            memory.reserved_sequence = self._sequence + SEQUENCE_BLOCK
        else:
            self._sequence = 1
            memory.alarm_sequence = 0
        self.log.append(f"boot {memory.boot_count} firmware {self.firmware}")
        for which in sorted(self.inputs & ALARM_OF.keys()):
            self._tell_input(which, EventState.ACTIVE)

    def _flush_queued(self) -> None:
        while self._queued:
            leaf, message = self._queued.popleft()
            self.publish(leaf, message)

    def _go_off(self) -> None:
        self.session = Session.OFF
        self.silent = False
        self._connect_at = self._heartbeat_at = self._status_at = None
        self._agenda.clear()
        self._queued.clear()
        self.outputs = OutputBank()
        self.memory.outbox.closed()
        self.intake.restarted()

    def _end_session(self) -> None:
        if self.session is Session.ONLINE:
            self._effects.append(Disconnect(clean=True))
        self.memory.outbox.closed()

    def _connect(self) -> None:
        self._connect_at = None
        self.session = Session.CONNECTING
        sequence = self._next_sequence()
        will = telemetry.last_will(self, sequence)
        frame = self._frame(codec.encode(will), sequence)
        self._effects.append(Connect(self.host, Publish(self.host, Leaf.LW, frame)))

    @property
    def ip_address(self) -> int:
        """A plausible private address, the same for the unit's whole life."""
        return 0xC0A80A00 | (2 + sum(self.identity.mac) % 250)

    @property
    def rssi(self) -> int:
        """Signal strength in dBm, wandering a little."""
        return -55 - sum(self.identity.mac) % 20 + self.random.randrange(-2, 3)

    def _set_state(self) -> None:
        alarm = bool(self.inputs & ALARM_OF.keys())
        state = DeviceState.ALARM if alarm else DeviceState.NORMAL
        if state is not self.state:
            self.state = state
            self.state_since = self.now

    def _want_status(self) -> None:
        """A change is told by a status, at most every 5 s (8.2)."""
        soon = max(self.now, self._last_status_at + STATUS_SPACING_S)
        self._status_at = soon if self._status_at is None else min(self._status_at, soon)

    def _send_status(self, leaf: Leaf) -> None:
        self.publish(leaf, telemetry.status(self))

    @property
    def free_heap(self) -> int:
        """Bytes of heap, wandering a little."""
        return 182_000 + self.random.randrange(-2000, 2000)

    def _tell_input(self, which: Input, state: EventState) -> AlarmEvent:
        kind, priority = ALARM_OF[which]
        event = self._event(
            AlarmEvent(
                type=kind,
                state=state,
                priority=priority,
                physical_state=state is EventState.ACTIVE,
            )
        )
        self.log.append(f"{which} {state.name.lower()} event {event.sequence}")
        if self.traits.extensions:
            entry = Entry(
                sequence=event.sequence,
                timestamp=event.timestamp,
                input=int(kind),
                active=state is EventState.ACTIVE,
                payload=codec.encode(event),
            )
            self.memory.outbox.add(entry, self.now, self.can_send)
            self._send_outbox()
        elif self.can_send:
            self.publish(Leaf.ALARM, event)
        return event

    def _tell_output(self, run: Run, state: EventState) -> None:
        stopping = state is EventState.STOPPING
        event = self._event(
            AlarmEvent(
                type=AlarmType.OUTPUT_EVENT,
                state=state,
                priority=Priority.HIGH if run.output in _HIGH_OUTPUTS else Priority.MEDIUM,
                output_type=run.output,
                pattern_type=run.command.pattern,
                duration_seconds=run.command.total_duration,
                elapsed_seconds=run.elapsed_s(self.now) if stopping else 0,
            )
        )
        if self.can_send:
            self.publish(Leaf.ALARM, event)
        else:
            self._queued.append((Leaf.ALARM, event))

    def _event(self, event: AlarmEvent) -> AlarmEvent:
        self.memory.alarm_sequence += 1
        event = replace(
            event,
            sequence=self.memory.alarm_sequence,
            timestamp=self.stamp,
            device_db_id=self.device_id,
        )
        if self.traits.extensions:
            event = replace(event, boot_id=self.boot_id, millis=self._millis())
        return event

    def _millis(self) -> int:
        return 0 if self._clock_offset is None else int((self.now + self._clock_offset) * 1000)

    def _send_outbox(self) -> None:
        if not self.can_send:
            return
        for entry in self.memory.outbox.take_due(self.now):
            self._send(Leaf.ALARM, entry.payload, self._next_sequence())


def _fresh_memory(identity: UnitIdentity, traits: Traits) -> Memory:
    """The memory of a unit as commissioned: its name and interval, no id yet."""
    memory = Memory(firmware=traits.firmware)
    memory.settings.device = replace(
        memory.settings.device,
        hostname=identity.host,
        heartbeat_interval=traits.heartbeat_interval_s,
    )
    return memory
