"""The embedded broker, against the real mosquitto."""

from __future__ import annotations

import logging
import os
import signal
import socket
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import paho.mqtt.client as mqtt
import pytest
from paho.mqtt.enums import CallbackAPIVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

from alarmstation.adapters.mqtt.broker_accounts import Account
from alarmstation.adapters.mqtt.embedded_broker import EmbeddedBroker, find_broker
from alarmstation.adapters.owned_process import unprivileged_identity
from alarmstation.adapters.supervision import Supervision
from alarmstation.domain.errors import UserError
from alarmstation.locations import Home
from tests.conftest import BrokerAccess, ExpectedLog

Until = Callable[..., None]
UNIT = "ESG_ALARM_0A1B2C3D4E5F"
OTHER = "ESG_ALARM_0A1B2C3D4E60"


class Session:
    """A paho client that remembers what happened to it."""

    def __init__(self, host: str, port: int, account: Account, *, client_id: str = "") -> None:
        self.received: list[tuple[str, bytes]] = []
        self.codes: list[int] = []
        self.granted: list[int] = []
        self.puback_codes: list[int] = []
        self.closed = 0
        self.present = False
        self._client = mqtt.Client(
            CallbackAPIVersion.VERSION2,
            client_id or f"test-{uuid.uuid4()}",
            protocol=mqtt.MQTTv5,
        )
        self._client.username_pw_set(account.user, account.password)
        self._client.on_message = lambda _c, _u, m: self.received.append(
            (m.topic, bytes(m.payload))
        )
        self._client.on_connect = self._connected
        self._client.on_subscribe = lambda _c, _u, _m, codes, _p: self.granted.extend(
            code.value for code in codes
        )
        self._client.on_publish = lambda _c, _u, _m, code, _p: self.puback_codes.append(code.value)
        self._client.on_disconnect = self._disconnected
        self._client.reconnect_delay_set(1, 1)
        keep = Properties(PacketTypes.CONNECT)  # type: ignore[no-untyped-call]
        keep.SessionExpiryInterval = 600 if client_id else 0
        self._client.connect(host, port, clean_start=not client_id, properties=keep)
        self._client.loop_start()

    def _connected(self, _c: object, _u: object, flags: object, code: object, _p: object) -> None:
        self.codes.append(code.value)  # type: ignore[attr-defined]
        self.present = flags.session_present  # type: ignore[attr-defined]

    def _disconnected(self, *_: object) -> None:
        self.closed += 1

    def subscribe(self, topic: str) -> None:
        self._client.subscribe(topic, 1)

    def publish(self, topic: str, payload: bytes) -> None:
        self._client.publish(topic, payload, 1)

    def close(self) -> None:
        self._client.disconnect()
        self._client.loop_stop()


@pytest.fixture
def connect(until: Until) -> Iterator[Callable[..., Session]]:
    sessions: list[Session] = []

    def start(access: BrokerAccess | EmbeddedBroker, account: Account, **options: str) -> Session:
        session = Session(access.host, access.port, account, **options)
        sessions.append(session)
        until(lambda: session.codes)
        return session

    yield start
    for session in sessions:
        session.close()


@pytest.fixture
def own_broker(runtime: Path, reachable_folder: Path) -> Iterator[EmbeddedBroker]:
    """A broker that a test may kill; not yet started."""
    home = Home(reachable_folder / f"broker-{uuid.uuid4().hex[:8]}").create()
    server = make_broker(home, runtime)
    yield server
    server.stop()


def make_broker(home: Home, runtime: Path, port: int | None = None) -> EmbeddedBroker:
    try:
        binary = find_broker(runtime, identity=unprivileged_identity())
    except UserError as error:
        pytest.skip(str(error))
    if binary.demonstration_only:
        pytest.skip("no mosquitto on this machine")
    return EmbeddedBroker(
        home.broker,
        home.secrets,
        home.logs / "broker.log",
        binary,
        port=port,
        base_topics=("site/one",),
    )


def test_a_unit_publishes_its_own_leaves_and_the_station_hears_them(
    broker: BrokerAccess, connect: Callable[..., Session], until: Until
) -> None:
    station = connect(broker, broker.station)
    station.subscribe(f"{broker.base_topic}/pb/d/+/alarm")
    until(lambda: station.granted)
    unit = connect(broker, broker.add_unit(UNIT))
    topic = f"{broker.base_topic}/pb/d/{UNIT}/alarm"
    unit.publish(topic, b"pressed")
    until(lambda: (topic, b"pressed") in station.received)


def test_a_unit_gets_its_own_commands(
    broker: BrokerAccess, connect: Callable[..., Session], until: Until
) -> None:
    unit = connect(broker, broker.add_unit(UNIT))
    topic = f"{broker.base_topic}/pb/d/{UNIT}/cmd"
    unit.subscribe(topic)
    until(lambda: unit.granted)
    connect(broker, broker.station).publish(topic, b"do")
    until(lambda: (topic, b"do") in unit.received)


@pytest.mark.parametrize(
    "leaf",
    [f"{OTHER}/alarm", f"{OTHER}/cmd", f"{UNIT}/cmd", f"{UNIT}/ack", f"{UNIT}/other"],
)
def test_a_unit_may_not_publish_for_others_nor_commands(
    broker: BrokerAccess, connect: Callable[..., Session], until: Until, leaf: str
) -> None:
    unit = connect(broker, broker.add_unit(UNIT))
    unit.publish(f"{broker.base_topic}/pb/d/{leaf}", b"forged")
    until(lambda: unit.puback_codes)
    assert unit.puback_codes == [0x87], "not authorized"


def test_a_unit_hears_nothing_of_others(
    broker: BrokerAccess, connect: Callable[..., Session], until: Until
) -> None:
    unit = connect(broker, broker.add_unit(UNIT))
    unit.subscribe(f"{broker.base_topic}/pb/d/+/cmd")
    until(lambda: unit.granted)
    station = connect(broker, broker.station)
    station.publish(f"{broker.base_topic}/pb/d/{OTHER}/cmd", b"not yours")
    station.publish(f"{broker.base_topic}/pb/d/{UNIT}/cmd", b"yours")
    until(lambda: unit.received)
    assert [payload for _, payload in unit.received] == [b"yours"]


@pytest.mark.parametrize("account", [Account("station", "wrong"), Account("nobody", ""), None])
def test_strangers_are_refused(
    broker: BrokerAccess, connect: Callable[..., Session], account: Account | None
) -> None:
    assert connect(broker, account or Account("", "")).codes[0] in {0x86, 0x87}


def test_a_unit_taken_away_is_cut_off(
    own_broker: EmbeddedBroker, connect: Callable[..., Session], until: Until
) -> None:
    own_broker.start()
    unit = connect(own_broker, Account(UNIT, own_broker.add_unit(UNIT)))
    own_broker.remove_unit(UNIT)
    until(lambda: unit.closed)
    until(lambda: unit.codes[-1] in {0x86, 0x87})


def test_accounts_and_port_survive_a_restart(
    own_broker: EmbeddedBroker, connect: Callable[..., Session]
) -> None:
    own_broker.start()
    unit = Account(UNIT, own_broker.add_unit(UNIT))
    port = own_broker.port
    own_broker.stop()
    assert not own_broker.is_running()
    own_broker.start()
    assert own_broker.port == port
    assert connect(own_broker, unit).codes == [0]
    assert own_broker.add_unit(UNIT) == unit.password


def test_a_killed_broker_comes_back_with_what_it_had_to_deliver(
    own_broker: EmbeddedBroker,
    connect: Callable[..., Session],
    until: Until,
    expected_log: ExpectedLog,
) -> None:
    expected_log(logging.WARNING, "broker ended unexpectedly")
    changes: list[str | None] = []
    supervision = Supervision("broker", own_broker, changes.append)
    supervision.start()
    try:
        topic = f"site/one/pb/d/{UNIT}/alarm"
        away = connect(own_broker, own_broker.station, client_id="station-of-test")
        away.subscribe(topic)
        until(lambda: away.granted)
        away.close()
        unit = connect(own_broker, Account(UNIT, own_broker.add_unit(UNIT)))
        unit.publish(topic, b"pressed while the station was away")
        until(lambda: unit.puback_codes)

        saved = own_broker.folder / "mosquitto.db"
        own_broker.save()
        until(lambda: saved.exists() and b"pressed while" in saved.read_bytes())
        assert own_broker.pid is not None
        os.kill(own_broker.pid, signal.SIGKILL)

        until(lambda: changes == ["the broker ended", None])
        back = connect(own_broker, own_broker.station, client_id="station-of-test")
        assert back.present
        until(lambda: (topic, b"pressed while the station was away") in back.received)
    finally:
        supervision.stop()
    assert not own_broker.is_running()


def test_a_busy_port_is_named_with_what_to_do(runtime: Path, reachable_folder: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        home = Home(reachable_folder / f"broker-{uuid.uuid4().hex[:8]}").create()
        with pytest.raises(UserError, match=f"Port {port} .* used by another program") as caught:
            make_broker(home, runtime, port).start()
    assert caught.value.key == "broker.port_busy"
    assert caught.value.values["port"] == port


@pytest.mark.parametrize("host", ["", "a/b", "+", "x" * 32, "station", "unit:1", "unit\nuser x"])
def test_a_host_that_is_no_host_gets_no_account(broker: BrokerAccess, host: str) -> None:
    with pytest.raises(UserError, match="no host name of a unit"):
        broker.add_unit(host)


def test_secrets_are_for_the_owner_only(own_broker: EmbeddedBroker) -> None:
    own_broker.start()
    files = [own_broker.folder / "passwords", own_broker.folder / "acl"]
    files.append(own_broker.folder.parent / "secrets" / "broker_accounts.json")
    assert [oct(file.stat().st_mode & 0o777) for file in files] == ["0o600"] * 3
    assert own_broker.station.password not in (own_broker.folder / "passwords").read_text()


def test_where_there_is_no_broker_it_is_said_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"No MQTT broker was found .*dev\.sh setup"):
        find_broker(tmp_path, configured=tmp_path / "mosquitto")
