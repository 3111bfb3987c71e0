"""The station's MQTT client: persistent session, manual acknowledgment (`architecture.md` 4).

paho's network thread hands bytes over; everything else happens on the event loop. A message is
acknowledged to the broker only when somebody calls `acknowledge`, after it was stored.
"""

from __future__ import annotations

import asyncio
import logging
import socket
import ssl
import threading
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion, MQTTErrorCode, MQTTProtocolVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode
from paho.mqtt.subscribeoptions import SubscribeOptions

from alarmstation.adapters.mqtt.buffered import BufferedClient
from alarmstation.domain.errors import UserError

log = logging.getLogger(__name__)

KEEPALIVE_S = 60
CONNECT_TIMEOUT_S = 30.0
SESSION_EXPIRY_S = 7 * 24 * 3600
UNSUPPORTED_PROTOCOL = 132
CUT_OFF_BEFORE_3 = 2
"""Connections without an answer after which MQTT 3.1.1 is tried."""

DIAGNOSIS_S = 2.0
MAX_PACKET_BYTES = 65_536


@dataclass(frozen=True, slots=True)
class BrokerAddress:
    """Where the broker is and how it lets us in."""

    host: str
    port: int
    username: str = ""
    password: str = ""
    tls: bool = False
    ca_file: Path | None = None
    verify_certificate: bool = True


@dataclass(frozen=True, slots=True)
class Raw:
    """A message as the broker delivered it. `token` acknowledges it, once."""

    topic: str
    payload: bytes
    retained: bool
    received_at: datetime
    ordinal: int
    token: tuple[int, int, int]
    """(connection number, packet id, QoS)"""


@dataclass(frozen=True, slots=True)
class Link:
    """State of the connection to the broker."""

    connected: bool
    reason: str = ""
    session_present: bool = False
    protocol: int = 5


class StationClient:
    """One connection to one broker, kept for ever.

    `on_raw` gets all messages that have come since it was called last, in order; `on_link` every
    change of the connection; `on_published` the packet id of a message that the broker has taken
    over. All three are called on the event loop.

    Raises:
        UserError: the file of the certificate authority cannot be read.
    """

    def __init__(
        self,
        address: BrokerAddress,
        client_id: str,
        subscriptions: Sequence[str],
        *,
        receive_maximum: int,
        speaks_5: bool = True,
        on_raw: Callable[[list[Raw]], None],
        on_link: Callable[[Link], None],
        on_published: Callable[[int], None],
    ) -> None:
        self._address = address
        self._client_id = client_id
        self._subscriptions = tuple(subscriptions)
        self._receive_maximum = receive_maximum
        self._on_raw = on_raw
        self._on_link = on_link
        self._on_published = on_published
        self._loop = asyncio.get_running_loop()
        self._inbox: deque[Raw] = deque()
        self._handing_over = False
        self._lock = threading.Lock()
        self._ordinal = 0
        self._connection = 0
        self._connected = False
        self._closing = False
        self._was_refused = False
        self._cut_off = 0
        """Connections in a row that ended before the broker had said anything."""
        # Some brokers of 3.1.1 do not refuse a CONNECT of 5: they wait for more of it. What is
        # known to be one is spoken to in its own version from the start.
        self._protocol = MQTTProtocolVersion.MQTTv5 if speaks_5 else MQTTProtocolVersion.MQTTv311
        self._client = self._make_client()

    @property
    def is_connected(self) -> bool:
        """Whether the broker hears and is heard."""
        return self._connected

    def start(self) -> None:
        """Connect, now and whenever the connection is lost."""
        self._connect()

    def close(self) -> None:
        """Leave cleanly; the session stays at the broker."""
        self._closing = True
        self._client.disconnect()
        self._client.loop_stop()

    def acknowledge(self, tokens: Sequence[tuple[int, int, int]]) -> None:
        """Tell the broker that these messages are safe; tokens of lost connections are void."""
        for connection, packet_id, qos in tokens:
            if qos > 0 and connection == self._connection and self._connected:
                self._client.ack(packet_id, qos)

    def publish(self, topic: str, payload: bytes, expiry_s: int | None = None) -> int | None:
        """Send with QoS 1, never retained; returns the packet id, None when not connected.

        `expiry_s`: a broker that speaks MQTT 5 forgets it when it could not deliver it by then.
        """
        if not self._connected:
            return None
        properties = None
        if expiry_s is not None and self._protocol == MQTTProtocolVersion.MQTTv5:
            properties = Properties(PacketTypes.PUBLISH)  # type: ignore[no-untyped-call]  # paho
            properties.MessageExpiryInterval = expiry_s
        info = self._client.publish(topic, payload, qos=1, retain=False, properties=properties)
        return int(info.mid) if info.rc == MQTTErrorCode.MQTT_ERR_SUCCESS else None

    def withdraw(self, packet_id: int) -> None:
        """Do not send this message again by itself after the connection was lost.

        paho repeats what was not confirmed whenever it is connected again, be it hours later,
        and offers no way to take it back: a siren must not start when nobody expects it.
        """
        client: Any = self._client
        with client._out_message_mutex:
            client._out_messages.pop(packet_id, None)

    # Connection

    def _make_client(self) -> mqtt.Client:
        five = self._protocol == MQTTProtocolVersion.MQTTv5
        client = BufferedClient(
            CallbackAPIVersion.VERSION2,
            client_id=self._client_id,
            protocol=self._protocol,
            manual_ack=True,
            **({} if five else {"clean_session": False}),  # type: ignore[arg-type]  # bool only
        )
        address = self._address
        if address.username:
            client.username_pw_set(address.username, address.password)
        if address.tls:
            client.tls_set_context(tls_context(address))
        client.connect_timeout = CONNECT_TIMEOUT_S
        client.reconnect_delay_set(min_delay=1, max_delay=60)
        client.max_queued_messages_set(0)
        client.max_inflight_messages_set(1000)
        client.on_connect = self._connected_callback
        client.on_connect_fail = self._failed_callback
        client.on_disconnect = self._disconnected_callback
        client.on_message = self._message_callback
        client.on_publish = self._published_callback
        client.on_subscribe = self._subscribed_callback
        return client

    def _connect(self) -> None:
        options: dict[str, Any] = {}
        if self._protocol == MQTTProtocolVersion.MQTTv5:
            properties = Properties(PacketTypes.CONNECT)  # type: ignore[no-untyped-call]  # paho
            properties.SessionExpiryInterval = SESSION_EXPIRY_S
            properties.ReceiveMaximum = self._receive_maximum
            properties.MaximumPacketSize = MAX_PACKET_BYTES
            options = {"clean_start": False, "properties": properties}
        self._client.connect_async(
            self._address.host, self._address.port, keepalive=KEEPALIVE_S, **options
        )
        self._client.loop_start()

    def _change_protocol(self) -> None:
        """The broker does not understand us: try the other version of MQTT.

        With 3.1.1 it lets fewer messages wait for an acknowledgment.
        """
        if self._closing:
            return
        five = self._protocol == MQTTProtocolVersion.MQTTv5
        log.warning("the broker does not answer; going on with MQTT %s", "3.1.1" if five else "5")
        self._client.loop_stop()
        self._protocol = MQTTProtocolVersion.MQTTv311 if five else MQTTProtocolVersion.MQTTv5
        self._client = self._make_client()
        self._connect()

    # Callbacks, on paho's thread

    def _connected_callback(
        self, client: mqtt.Client, _data: Any, flags: mqtt.ConnectFlags, code: ReasonCode, _: Any
    ) -> None:
        if code.is_failure:
            if code.value == UNSUPPORTED_PROTOCOL and not self._closing:
                self._call(self._change_protocol)
            else:
                self._call(self._on_link, Link(False, f"the broker refuses the login: {code}"))
            self._was_refused = True
            return
        self._connection += 1
        self._connected = True
        self._cut_off = 0
        five = self._protocol == MQTTProtocolVersion.MQTTv5
        if five:
            client.subscribe([(topic, _options(topic)) for topic in self._subscriptions])
        else:
            client.subscribe([(topic, 1) for topic in self._subscriptions])
        self._call(
            self._on_link,
            Link(True, "", flags.session_present, self._link_protocol),
        )

    def _failed_callback(self, _client: mqtt.Client, _data: Any) -> None:
        if not self._closing:
            self._call(self._on_link, Link(False, what_is_wrong(self._address)))

    def _disconnected_callback(
        self, _client: mqtt.Client, _data: Any, _flags: Any, code: ReasonCode, _: Any
    ) -> None:
        was_connected, self._connected = self._connected, False
        if self._closing:
            return
        if was_connected:
            self._call(self._on_link, Link(False, f"the connection was lost: {code}"))
        elif not self._was_refused:
            self._never_welcomed()
        self._was_refused = False

    def _never_welcomed(self) -> None:
        """It let us in and said nothing: no MQTT at all, or one that knows 3.1.1 only."""
        self._cut_off += 1
        if self._cut_off % CUT_OFF_BEFORE_3 == 0:
            self._call(self._change_protocol)
        where = f"{self._address.host}:{self._address.port}"
        way = "with TLS" if self._address.tls else "without TLS"
        text = f"what answers at {where} does not speak MQTT, or not {way}"
        self._call(self._on_link, Link(False, text))

    def _subscribed_callback(
        self, _client: mqtt.Client, _data: Any, _mid: int, codes: list[ReasonCode], _: Any
    ) -> None:
        refused = sum(code.is_failure for code in codes)
        if refused:
            reason = (
                f"The broker refuses {refused} of {len(codes)} subscriptions of this station's "
                "account: some units or their alarms are NOT heard."
            )
            self._call(self._on_link, Link(True, reason, protocol=self._link_protocol))

    @property
    def _link_protocol(self) -> int:
        return 5 if self._protocol == MQTTProtocolVersion.MQTTv5 else 4

    def _message_callback(
        self, _client: mqtt.Client, _data: Any, message: mqtt.MQTTMessage
    ) -> None:
        self._ordinal += 1
        try:
            topic = message.topic
        except UnicodeDecodeError:
            topic = ""
        raw = Raw(
            topic,
            bytes(message.payload),
            bool(message.retain),
            datetime.now(UTC),
            self._ordinal,
            (self._connection, message.mid, message.qos),
        )
        with self._lock:
            self._inbox.append(raw)
            wake, self._handing_over = not self._handing_over, True
        if wake:
            self._call(self._hand_over)

    def _published_callback(
        self, _client: mqtt.Client, _data: Any, mid: int, _code: Any, _properties: Any
    ) -> None:
        self._call(self._on_published, mid)

    def _hand_over(self) -> None:
        with self._lock:
            raws = list(self._inbox)
            self._inbox.clear()
            self._handing_over = False
        self._on_raw(raws)

    def _call(self, function: Callable[..., None], *arguments: Any) -> None:
        try:
            self._loop.call_soon_threadsafe(function, *arguments)
        except RuntimeError:
            log.debug("the event loop has ended; %s is not called", function.__name__)


def tls_context(address: BrokerAddress) -> ssl.SSLContext:
    """How this broker is verified; raises UserError for an unusable file of authorities."""
    try:
        context = ssl.create_default_context(
            cafile=str(address.ca_file) if address.ca_file else None
        )
    except OSError as error:
        raise UserError(
            "broker.ca-unreadable",
            "The certificate authority in {file} cannot be used: {problem}.",
            file=address.ca_file,
            problem=error.strerror or error,
        ) from error
    if not address.verify_certificate:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context


def what_is_wrong(address: BrokerAddress) -> str:
    """Why no connection can be made, in words; paho does not tell."""
    where = f"{address.host}:{address.port}"
    try:
        plain = socket.create_connection((address.host, address.port), DIAGNOSIS_S)
    except socket.gaierror:
        return f"there is no machine called {address.host}"
    except OSError as error:
        return f"nothing answers at {where} ({error.strerror or error})"
    with plain:
        if not address.tls:
            return f"no connection to {where}"
        try:
            with tls_context(address).wrap_socket(plain, server_hostname=address.host):
                return f"no connection to {where}"
        except ssl.SSLCertVerificationError as error:
            return f"the certificate of {where} is not trusted: {error.verify_message}"
        except OSError as error:
            return f"what answers at {where} does not speak TLS as we do ({error.strerror})"
        except UserError as error:
            return str(error)


def _options(topic: str) -> SubscribeOptions:
    """Own commands and receipts do not come back; the own test alarm must."""
    own = topic.endswith(("/cmd", "/ack"))
    return SubscribeOptions(qos=1, noLocal=own, retainHandling=1)
