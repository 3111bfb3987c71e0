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
from alarmstation.application.enrolment import CANARY_HOST
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

OWN_FRAMES_KEPT = 4096


@dataclass(frozen=True, slots=True)
class _Keys:
    candidates: tuple[MessageKey, ...]
    frames: tuple[FrameKey, ...]
    ids: tuple[str, ...]


NO_KEYS = _Keys((), (), ())


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
        self.hears_itself = False
        """The broker sends our own commands back to us (MQTT 3.1.1)."""

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

    def take(self, raw: Raw) -> bool:
        """One message. Whatever is wrong with it is refused, counted and shown.

        Returns whether it is an alarm that must be stored before the broker may forget it.
        """
        try:
            topic = self._topics.parse(raw.topic)
        except WireError as error:
            self._station.changes.refusal(
                "", error.reason, raw.received_at, sample=raw.payload, detail=raw.topic[:120]
            )
            return False
        if topic.host == CANARY_HOST:
            self._on_canary(raw.payload)
        elif topic.json:
            self._station.admission.json_only(topic.host, raw.received_at)
        elif topic.leaf in (Leaf.CMD, Leaf.ACK):
            self._command(raw, topic)
        else:
            return self._message(raw, topic) and topic.leaf is Leaf.ALARM
        return False

    def _command(self, raw: Raw, topic: Topic) -> None:
        """What was published to a unit: ours, or somebody's."""
        if not raw.payload:
            return  # a retained message was cleared
        if raw.payload in self._own_set and not raw.retained:
            return
        sequence = self._sequence_of(raw.payload, topic.host)
        unit = self._station.directory.by_host(topic.host)
        if (
            self.hears_itself
            and not raw.retained
            and unit is not None
            and sequence is not None
            and sequence <= unit.counter_before
        ):
            return  # sent by an earlier run of this station, and waited for us at the broker
        self._station.admission.foreign_command(
            topic.host, raw.received_at, retained=raw.retained, sequence=sequence
        )
        self._show(raw, topic, Refusal.FOREIGN_COMMAND, "")

    def _sequence_of(self, payload: bytes, host: str) -> int | None:
        """The number of a frame that one of the unit's keys vouches for."""
        try:
            return frame.open_frame(payload, self._keys_of(host).frames).sequence
        except WireError:
            return None

    def _message(self, raw: Raw, topic: Topic) -> bool:
        """A message of a unit; returns whether it was taken."""
        unit = self._station.directory.by_host(topic.host)
        try:
            opened, verified = self._open(raw.payload, topic, unit)
            message = codec.decode(topic.leaf, opened.payload)
        except WireError as error:
            self._station.admission.refuse(
                topic.host, topic.leaf, error.reason, raw.received_at, raw.payload, str(error)
            )
            self._show(raw, topic, error.reason, str(error))
            return False
        if isinstance(message, CommandEnvelope | AlarmReceipt):
            return False  # cannot come from these leaves
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
        return refusal is None

    def _open(self, payload: bytes, topic: Topic, unit: Unit | None) -> tuple[Frame, bool]:
        """The opened frame, and whether a key (or an exception) vouches for it."""
        keys = self._keys_of(topic.host).frames
        require_signed = unit is None or unit.device.require_signed
        if keys or not require_signed:
            return frame.open_frame(payload, keys, FramePolicy(require_signed)), True
        if unit is not None and unit.is_enrolled and topic.leaf is not Leaf.ALARM:
            raise WireError(Refusal.BAD_TAG, "no key of this unit is known: enter it")
        # Nobody can vouch for it; what it claims is shown as "not verified".
        return frame.look_into(payload), False

    def _key_id(self, host: str, index: int | None) -> str:
        return "" if index is None else self._keys_of(host).ids[index]

    def _keys_of(self, host: str) -> _Keys:
        candidates = self._station.enrolment.keys.get(host)
        if not candidates:
            return NO_KEYS
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
