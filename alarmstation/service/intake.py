"""From bytes to decisions: topic, frame, tag, message, station (`architecture.md` 4)."""

from __future__ import annotations

import json
import logging
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from alarmstation.adapters.mqtt.client import Raw
from alarmstation.adapters.wire import codec, frame
from alarmstation.adapters.wire.frame import Frame, FrameKey, FramePolicy
from alarmstation.adapters.wire.topic import Topic, Topics
from alarmstation.application.inbound import Received
from alarmstation.application.station import Station
from alarmstation.application.unit import Unit
from alarmstation.application.views import TrafficView
from alarmstation.domain.errors import WireError
from alarmstation.domain.keys import MessageKey
from alarmstation.domain.messages import (
    AlarmEvent,
    AlarmReceipt,
    CommandEnvelope,
    Leaf,
    Message,
    Refusal,
)
from alarmstation.domain.redaction import redacted

log = logging.getLogger(__name__)

CANARY_HOST = "STATION-CANARY"
"""Host of the station's own test alarm; no unit may use it."""

OWN_FRAMES_KEPT = 4096


@dataclass(frozen=True, slots=True)
class _Keys:
    candidates: tuple[MessageKey, ...]
    frames: tuple[FrameKey, ...]
    ids: tuple[str, ...]


class Intake:
    """Opens what arrived and gives it to the station."""

    def __init__(
        self,
        station: Station,
        topics: Topics,
        on_canary: Callable[[bytes], None],
        on_traffic: Callable[[TrafficView], None],
    ) -> None:
        self._station = station
        self._topics = topics
        self._on_canary = on_canary
        self._on_traffic = on_traffic
        self._keys: dict[str, _Keys] = {}
        self._own: deque[bytes] = deque(maxlen=OWN_FRAMES_KEPT)
        self._own_set: set[bytes] = set()
        self.watched_hosts: set[str] = set()
        """Hosts whose traffic some console wants to see."""

    def key_of(self, host: str) -> FrameKey | None:
        """The key to seal messages for this host with."""
        keys = self._keys_of(host)
        if not keys.frames:
            return None
        unit = self._station.directory.by_host(host)
        proven = unit.proven_key if unit is not None else ""
        for key, sealing in zip(keys.candidates, keys.frames, strict=True):
            if key.fingerprint == proven:
                return sealing
        return keys.frames[0]

    def note_own(self, payload: bytes) -> None:
        """A frame that this station sends on `cmd` or `ack`, so that it is not foreign."""
        if len(self._own) == OWN_FRAMES_KEPT:
            self._own_set.discard(self._own[0])
        self._own.append(payload)
        self._own_set.add(payload)

    def take(self, raw: Raw) -> None:
        """One message. Whatever is wrong with it is refused, counted and shown."""
        try:
            topic = self._topics.parse(raw.topic)
        except WireError as error:
            self._station.changes.refusal(
                "", error.reason, raw.received_at, sample=raw.payload, detail=raw.topic[:120]
            )
            return
        if topic.host == CANARY_HOST:
            self._on_canary(raw.payload)
        elif topic.json:
            self._station.reception.json_only_hosts.add(topic.host)
        elif topic.leaf in (Leaf.CMD, Leaf.ACK):
            self._foreign(raw, topic)
        else:
            self._message(raw, topic)

    def _foreign(self, raw: Raw, topic: Topic) -> None:
        if not raw.payload and raw.retained:
            return  # a retained message was cleared
        if raw.payload in self._own_set and not raw.retained:
            return
        self._station.reception.foreign_command(topic.host, raw.received_at, retained=raw.retained)
        self._show(raw, topic, Refusal.FOREIGN_COMMAND, "")

    def _message(self, raw: Raw, topic: Topic) -> None:
        unit = self._station.directory.by_host(topic.host)
        try:
            opened, verified = self._open(raw.payload, topic, unit)
            message = codec.decode(topic.leaf, opened.payload)
        except WireError as error:
            self._station.reception.refuse(
                topic.host, topic.leaf, error.reason, raw.received_at, raw.payload, str(error)
            )
            self._show(raw, topic, error.reason, str(error))
            return
        if isinstance(message, CommandEnvelope | AlarmReceipt):
            return  # cannot come from these leaves
        refusal = self._station.reception.receive(
            Received(
                host=topic.host,
                leaf=topic.leaf,
                message=message,
                received_at=raw.received_at,
                ordinal=raw.ordinal,
                sequence=opened.sequence,
                tag=opened.tag,
                verified=verified,
                retained=raw.retained,
                key_id=self._key_id(topic.host, opened.key_index),
            )
        )
        if topic.host in self.watched_hosts:
            self._show(raw, topic, refusal or "", "", message)

    def _open(self, payload: bytes, topic: Topic, unit: Unit | None) -> tuple[Frame, bool]:
        """The opened frame, and whether a key (or an exception) vouches for it."""
        keys = self._keys_of(topic.host).frames
        if unit is not None and (keys or not unit.device.require_signed):
            policy = FramePolicy(require_signed=unit.device.require_signed)
            return frame.open_frame(payload, keys, policy), True
        if unit is not None and unit.is_enrolled and topic.leaf is not Leaf.ALARM:
            raise WireError(Refusal.BAD_TAG, "no key of this unit is known: enter it")
        # Nobody can vouch for it; what it claims is shown as "not verified".
        return frame.look_into(payload), False

    def _key_id(self, host: str, index: int | None) -> str:
        return "" if index is None else self._keys_of(host).ids[index]

    def _keys_of(self, host: str) -> _Keys:
        candidates = self._station.enrolment.keys.get(host, ())
        known = self._keys.get(host)
        if known is None or known.candidates is not candidates:
            known = _Keys(
                candidates,
                tuple(FrameKey(key) for key in candidates),
                tuple(key.fingerprint for key in candidates),
            )
            self._keys[host] = known
        return known

    def _show(
        self, raw: Raw, topic: Topic, refused: str, detail: str, message: Message | None = None
    ) -> None:
        if topic.host not in self.watched_hosts:
            return
        unit = self._station.directory.by_host(topic.host)
        text = json.dumps(redacted(message), ensure_ascii=False) if message else detail
        self._on_traffic(
            TrafficView(
                at=raw.received_at,
                host=topic.host,
                device_id=unit.id if unit else None,
                leaf=topic.leaf.value,
                direction="in",
                bytes=len(raw.payload),
                refused=str(refused),
                text=text,
            )
        )


def canary_event(payload: bytes, key: FrameKey) -> AlarmEvent | None:
    """The canary's event if this is an authentic canary of this run."""
    try:
        opened = frame.open_frame(payload, (key,))
        message = codec.decode(Leaf.ALARM, opened.payload)
    except WireError:
        return None
    return message if isinstance(message, AlarmEvent) else None
