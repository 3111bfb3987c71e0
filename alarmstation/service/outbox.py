"""What leaves for the units: sealed and published once its counter is stored."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterable

from alarmstation.adapters.mqtt.client import StationClient
from alarmstation.adapters.wire import codec, frame
from alarmstation.adapters.wire.topic import Topics
from alarmstation.application.changes import Dispatch
from alarmstation.application.station import Station
from alarmstation.application.views import TrafficView
from alarmstation.domain.messages import AlarmReceipt, Leaf
from alarmstation.domain.redaction import redacted
from alarmstation.service.clock import utc_now
from alarmstation.service.intake import Intake

log = logging.getLogger(__name__)


class Outbox:
    """Publishes dispatches and tells the station when the broker has taken them over."""

    def __init__(
        self,
        station: Station,
        topics: Topics,
        intake: Intake,
        on_traffic: Callable[[TrafficView], None],
    ) -> None:
        self._station = station
        self._topics = topics
        self._intake = intake
        self._on_traffic = on_traffic
        self._client: StationClient | None = None
        self._flying: dict[int, str] = {}

    def use(self, client: StationClient | None) -> None:
        """The connection to publish on."""
        self._client = client

    def send(self, dispatches: Iterable[Dispatch]) -> None:
        """Seal and publish; what cannot leave now is left to its repetition."""
        for dispatch in dispatches:
            try:
                left = self._send(dispatch)
            except Exception:
                # A bug in one message keeps that message back and nothing else.
                log.exception("a message to device %d could not be made", dispatch.device_id)
                self._station.commands.could_not_send(dispatch.request_id, utc_now())
                continue
            if not left and dispatch.request_id:
                self._station.commands.not_published(dispatch.request_id, utc_now())

    def published(self, packet_id: int) -> None:
        """PUBACK for a message that we sent."""
        request_id = self._flying.pop(packet_id, None)
        if request_id is None:
            return
        self._station.commands.published(request_id, utc_now())

    def disconnected(self) -> None:
        """What flew may be lost: the desk decides whether it is repeated.

        The client must not send it by itself when it is connected again, however late.
        """
        flying, self._flying = self._flying, {}
        for packet_id, request_id in flying.items():
            if self._client is not None:
                self._client.withdraw(packet_id)
            self._station.commands.lost_in_flight(request_id, utc_now())

    @staticmethod
    def _expiry_s(dispatch: Dispatch) -> int | None:
        """How long the broker may keep it for a unit that is away; None: a receipt, for ever."""
        envelope = dispatch.message
        if isinstance(envelope, AlarmReceipt) or not envelope.expires_at:
            return None
        return max(1, envelope.expires_at - envelope.timestamp)

    def _send(self, dispatch: Dispatch) -> bool:
        unit = self._station.directory.by_id(dispatch.device_id)
        if unit is None or self._client is None:
            return False
        key = self._intake.key_of(unit.host)
        if key is None:
            log.warning("%s: no key is known, nothing can be sent to it", unit.host)
            return False
        leaf = Leaf.ACK if isinstance(dispatch.message, AlarmReceipt) else Leaf.CMD
        sealed = frame.seal(key, dispatch.sequence, codec.encode(dispatch.message))
        self._intake.note_own(sealed)
        topic = self._topics.publish_topic(unit.host, leaf)
        packet_id = self._client.publish(topic, sealed, self._expiry_s(dispatch))
        if packet_id is None:
            return False
        if dispatch.request_id:
            self._flying[packet_id] = dispatch.request_id
        if unit.host in self._intake.watched_hosts:
            text = json.dumps(redacted(dispatch.message), ensure_ascii=False)
            self._on_traffic(
                TrafficView(utc_now(), unit.host, unit.id, leaf.value, "out", len(sealed), "", text)
            )
        return True
