"""Many virtual units on one thread: sockets, timers and scripts around the pure units.

Two ways to the broker:

- **own**: one connection per unit, with the unit's account and a true will. For sites of up to
  some hundred units, demonstrations and end-to-end tests.
- **shared**: all units over a few connections with one account that may publish for all. There is
  no will and a unit cannot lose its connection alone; for thousands of units.

Everything that touches a unit runs on the fleet's thread; from outside use `call` or `run_script`.
"""

from __future__ import annotations

import contextlib
import heapq
import logging
import selectors
import socket
import threading
import time
from collections.abc import Callable, Generator, Mapping, Sequence
from concurrent.futures import Future
from functools import partial
from itertools import count
from typing import Final, TypeVar

from alarmstation.adapters.wire.topic import Topics
from alarmstation.domain.messages import Leaf
from alarmstation.simulator.connection import BrokerAddress, Connection, Traffic
from alarmstation.simulator.effects import Connect, Disconnect, Publish, Session
from alarmstation.simulator.unit import VirtualUnit

log = logging.getLogger(__name__)

T = TypeVar("T")
Script = Generator[float, None, None]
"""A scenario: acts on units, and yields the seconds until it wants to go on."""

Accounts = Callable[[str], str | None]
"""Broker password of a host's own account; None when there is none (yet)."""

TEND_EVERY_S: Final = 1.0
STAGGER_S: Final = 0.005
_READ_SIZE: Final = 4096


class Clock:
    """Unix seconds of the fleet: real time, or recorded time at a multiple of its speed."""

    def __init__(self, start: float | None = None, speed: float = 1.0) -> None:
        self._origin = time.time() if start is None else start
        self._mono = time.monotonic()
        self._speed = speed
        self._real = start is None and speed == 1.0

    def __call__(self) -> float:
        """The present moment."""
        if self._real:
            return time.time()
        return self._origin + (time.monotonic() - self._mono) * self._speed

    def wait_s(self, due: float, now: float) -> float:
        """Real seconds from `now` until `due`."""
        return max(due - now, 0.0) / self._speed


class Fleet:
    """Runs units against a broker. Use as a context manager, or `start` and `stop`."""

    def __init__(
        self,
        units: Sequence[VirtualUnit],
        broker: BrokerAddress,
        *,
        shared_connections: int = 0,
        accounts: Accounts | None = None,
        clock: Clock | None = None,
        stagger_s: float = STAGGER_S,
    ) -> None:
        """`shared_connections` 0 gives every unit its own; `stagger_s` spreads the first logins."""
        self.members = tuple(units)
        self.units: dict[str, VirtualUnit] = {unit.identity.host: unit for unit in units}
        """By hostname; a renamed unit is found under both names."""
        self.units |= {unit.host: unit for unit in units}
        self.traffic = Traffic()
        self.clock = clock or Clock()
        self._broker = broker
        self._topics = Topics(broker.base_topic)
        self._accounts = accounts
        self._stagger_s = stagger_s
        self._shared_count = min(shared_connections, max(len(units), 1))
        self._shared: list[Connection | None] = [None] * self._shared_count
        self._own: dict[str, Connection] = {}
        self._numbers = {unit.identity.host: number for number, unit in enumerate(units)}
        self._timers: list[tuple[float, int, Callable[[], None]]] = []
        self._planned: dict[int, float] = {}
        self._tickets = count()
        self._calls: list[Callable[[], None]] = []
        self._lock = threading.Lock()
        self._stopping = False
        self._thread: threading.Thread | None = None
        self._selector: selectors.BaseSelector
        self.problems: list[str] = []
        """Bugs that a timer or message ran into; the fleet goes on."""

    # --- from outside

    def start(self) -> None:
        """Start the thread and power on all units, one after the other."""
        self._selector = selectors.DefaultSelector()
        self._wake_in, self._wake_out = socket.socketpair()
        self._wake_in.setblocking(False)
        self._wake_out.setblocking(False)
        self._selector.register(self._wake_in, selectors.EVENT_READ, None)
        self._stopping = False
        self._thread = threading.Thread(target=self._run, name="fleet", daemon=True)
        for number in range(self._shared_count):
            self._at(self.clock(), partial(self._open_shared, number))
        if not self._shared_count:
            for number, unit in enumerate(self.members):
                self._at(self.clock() + number * self._stagger_s, partial(self._power_on, unit))
        self._at(self.clock() + TEND_EVERY_S, self._tend)
        self._thread.start()

    def stop(self) -> None:
        """Disconnect cleanly and end the thread; idempotent."""
        thread, self._thread = self._thread, None
        if thread is None:
            return
        self._stopping = True
        self._wake()
        thread.join(10.0)
        self._selector.close()
        self._wake_in.close()
        self._wake_out.close()

    def __enter__(self) -> Fleet:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def call(self, action: Callable[[], T], timeout_s: float = 10.0) -> T:
        """Run `action` on the fleet's thread, with every unit told the time, and give its result.

        What the units want to say because of it is sent at once. Raises what the action raises.
        """
        if threading.current_thread() is self._thread:
            return action()
        future: Future[T] = Future()

        def run() -> None:
            try:
                result = action()
            except Exception as error:  # noqa: BLE001 - handed to the caller
                future.set_exception(error)
            else:
                future.set_result(result)

        self._enqueue(run)
        return future.result(timeout_s)

    def on_unit(self, host: str, action: Callable[[VirtualUnit], T]) -> T:
        """Do something with one unit; raises KeyError for an unknown host."""
        unit = self.units[host]

        def run() -> T:
            unit.advance(self.clock())
            result = action(unit)
            self._settle(unit)
            return result

        return self.call(run)

    def run_script(self, unit: VirtualUnit, script: Script) -> Future[None]:
        """Play a script on a unit; the future is done at its end."""
        done: Future[None] = Future()
        self._enqueue(lambda: self._step(unit, script, done))
        return done

    def later(self, due: float, action: Callable[[], None]) -> None:
        """Run `action` on the fleet's thread at `due` (the fleet's clock)."""
        self._enqueue(lambda: self._at(due, action))

    def settle(self, unit: VirtualUnit) -> None:
        """Send what the unit has to say and plan its next timer (on the fleet's thread)."""
        self._settle(unit)

    @property
    def online(self) -> int:
        """How many units have a session."""
        return sum(unit.session is Session.ONLINE for unit in self.members)

    def counts(self) -> Mapping[str, int]:
        """Figures for a status line."""
        units = self.members
        return {
            "units": len(units),
            "online": self.online,
            "published": self.traffic.published,
            "acked": self.traffic.acked,
            "received": self.traffic.received,
            "connects": self.traffic.connects,
            "losses": self.traffic.losses,
            "outbox": sum(len(unit.memory.outbox.entries) for unit in units),
            "receipts": sum(len(unit.receipts) for unit in units),
            "refused": self.traffic.refused,
            "problems": len(self.problems),
        }

    # --- the thread

    def _run(self) -> None:
        while not self._stopping:
            now = self.clock()
            wait = self.clock.wait_s(self._timers[0][0], now) if self._timers else TEND_EVERY_S
            for key, events in self._selector.select(wait):
                if key.data is None:
                    self._drain_wake()
                else:
                    self._guarded(partial(key.data.ready, events))
            self._run_calls()
            now = self.clock()
            while self._timers and self._timers[0][0] <= now and not self._stopping:
                self._guarded(heapq.heappop(self._timers)[2])
        for connection in [*self._own.values(), *self._shared]:
            if connection is not None:
                connection.close(clean=True)

    def _guarded(self, action: Callable[[], None]) -> None:
        try:
            action()
        except Exception as error:
            log.exception("the fleet goes on after a fault")
            self.problems.append(repr(error))

    def _enqueue(self, action: Callable[[], None]) -> None:
        with self._lock:
            self._calls.append(action)
        self._wake()

    def _run_calls(self) -> None:
        with self._lock:
            calls, self._calls = self._calls, []
        for call in calls:
            self._guarded(call)

    def _wake(self) -> None:
        with contextlib.suppress(BlockingIOError):  # it will wake anyway
            self._wake_out.send(b"\0")

    def _drain_wake(self) -> None:
        self._wake_in.recv(_READ_SIZE)

    def _at(self, due: float, action: Callable[[], None]) -> None:
        heapq.heappush(self._timers, (due, next(self._tickets), action))

    def _step(self, unit: VirtualUnit, script: Script, done: Future[None]) -> None:
        unit.advance(self.clock())
        try:
            pause = next(script)
        except StopIteration:
            done.set_result(None)
        except Exception as error:  # noqa: BLE001 - handed to whoever waits for the script
            done.set_exception(error)
        else:
            self._at(unit.now + pause, lambda: self._step(unit, script, done))
        self._settle(unit)

    def _power_on(self, unit: VirtualUnit) -> None:
        unit.advance(self.clock())
        unit.power_on()
        self._settle(unit)

    def _tend(self) -> None:
        for connection in [*self._own.values(), *self._shared]:
            if connection is not None:
                connection.tend()
        self._at(self.clock() + TEND_EVERY_S, self._tend)

    # --- around one unit

    def _settle(self, unit: VirtualUnit) -> None:
        """Carry out what the unit wants, and wake it when it is due."""
        while effects := unit.take():
            for effect in effects:
                match effect:
                    case Publish():
                        self._publish(unit, effect)
                    case Connect():
                        self._connect(unit, effect)
                    case Disconnect(clean=clean):
                        self._disconnect(unit, clean)
        due = unit.next_due
        if due is None:
            return
        planned = self._planned.get(id(unit))
        if planned is None or due < planned or planned <= unit.now:
            self._planned[id(unit)] = due
            self._at(due, lambda: self._due(unit, due))

    def _due(self, unit: VirtualUnit, due: float) -> None:
        if self._planned.get(id(unit)) == due:
            del self._planned[id(unit)]
        unit.advance(max(self.clock(), due))
        self._settle(unit)

    def _connection(self, unit: VirtualUnit) -> Connection | None:
        if self._shared_count:
            return self._shared[self._number(unit) % self._shared_count]
        return self._own.get(unit.identity.host)

    def _number(self, unit: VirtualUnit) -> int:
        return self._numbers[unit.identity.host]

    def _publish(self, unit: VirtualUnit, effect: Publish) -> None:
        connection = self._connection(unit)
        if connection is not None:
            topic = self._topics.publish_topic(effect.host, effect.leaf)
            connection.publish(topic, effect.data, effect.qos, effect.retain)

    def _connect(self, unit: VirtualUnit, effect: Connect) -> None:
        self.units.setdefault(effect.host, unit)
        if self._shared_count:
            shared = self._shared[self._number(unit) % self._shared_count]
            if shared is None:
                unit.connection_lost()
            else:
                unit.connected()
            return
        password = self._accounts(unit.identity.host) if self._accounts else None
        own = self._own[unit.identity.host] = Connection(
            self._selector,
            self.traffic,
            on_open=lambda: self._tell(unit, unit.connected),
            on_message=self._arrived,
            on_lost=lambda: self._tell(unit, unit.connection_lost),
        )
        own.open(
            self._broker,
            client_id=effect.host,
            user=unit.identity.host if password is not None else self._broker.user,
            password=password if password is not None else self._broker.password,
            topics=tuple(
                self._topics.publish_topic(effect.host, leaf) for leaf in (Leaf.CMD, Leaf.ACK)
            ),
            will=(
                self._topics.publish_topic(effect.host, Leaf.LW),
                effect.will.data,
            ),
            keepalive_s=unit.memory.settings.mqtt.keepalive or 60,
        )

    def _disconnect(self, unit: VirtualUnit, clean: bool) -> None:
        own = self._own.pop(unit.identity.host, None)
        if own is not None:
            own.close(clean=clean)

    def _tell(self, unit: VirtualUnit, event: Callable[[], None]) -> None:
        unit.advance(self.clock())
        event()
        self._settle(unit)

    def _arrived(self, topic: str, payload: bytes) -> None:
        _, host, leaf = topic.rsplit("/", 2)
        unit = self.units.get(host)
        if unit is not None and unit.host == host and leaf in {Leaf.CMD, Leaf.ACK}:
            self._tell(unit, lambda: unit.received(Leaf(leaf), payload))

    # --- shared connections

    def _open_shared(self, number: int) -> None:
        connection = Connection(
            self._selector,
            self.traffic,
            on_open=lambda: self._shared_opened(number, connection),
            on_message=self._arrived,
            on_lost=lambda: self._shared_lost(number),
        )
        # Each connection hears only its own units: a filter per unit would be thousands of them,
        # so the first one hears for all.
        topics = (
            tuple(f"{self._broker.base_topic}/pb/d/+/{leaf}" for leaf in (Leaf.CMD, Leaf.ACK))
            if number == 0
            else ()
        )
        connection.open(
            self._broker,
            client_id=f"simulated-{number}-{id(self):x}",
            user=self._broker.user,
            password=self._broker.password,
            topics=topics,
        )

    def _shared_opened(self, number: int, connection: Connection) -> None:
        self._shared[number] = connection
        own = [unit for unit in self.members if self._number(unit) % self._shared_count == number]
        for place, unit in enumerate(own):
            if unit.session is Session.OFF:
                self._at(self.clock() + place * self._stagger_s, partial(self._power_on, unit))

    def _shared_lost(self, number: int) -> None:
        self._shared[number] = None
        for unit in self.members:
            if self._number(unit) % self._shared_count == number:
                self._tell(unit, unit.connection_lost)
        self._at(self.clock() + 1.0, lambda: self._open_shared(number))
