"""What a unit keeps over a restart, as NVS does in the firmware (`protocol.md` 2.3, 2.4, 9)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final

from alarmstation.simulator.outbox import Outbox
from alarmstation.simulator.settings import UnitSettings

SEQUENCE_BLOCK: Final = 1024
REMEMBERED_REQUESTS: Final = 8


@dataclass(frozen=True, slots=True)
class Answer:
    """The latest answer to a request."""

    success: bool
    error_code: int
    message: str
    payload: bytes
    stage: int


@dataclass(slots=True)
class ReceiveWindow:
    """Highest accepted SEQ and a bitmap of the 64 up to it, over `cmd` and `ack` together."""

    highest: int = 0
    seen: int = 0

    def accept(self, sequence: int) -> bool:
        """Whether a frame with this SEQ may be carried out; remembers it when so (2.4)."""
        if sequence > self.highest:
            ahead = sequence - self.highest
            self.seen = ((self.seen << ahead) if ahead < 64 else 0) & (2**64 - 1) | 1
            self.highest = sequence
            return True
        behind = self.highest - sequence
        if behind >= 64 or self.seen >> behind & 1:
            return False
        self.seen |= 1 << behind
        return True


@dataclass(slots=True)
class Memory:
    """The persistent state of one unit."""

    reserved_sequence: int = 0
    """No SEQ below this was left unused: a restart goes on from here."""
    alarm_sequence: int = 0
    boot_count: int = 0
    partition: int = 1
    ota_validated: bool = True
    firmware: str = ""
    previous_firmware: str = ""
    window: ReceiveWindow = field(default_factory=ReceiveWindow)
    outbox: Outbox = field(default_factory=Outbox)
    settings: UnitSettings = field(default_factory=UnitSettings)
    requests: dict[str, Answer] = field(default_factory=dict)
    """The last 8 of reboot, clear counters, OTA start and rollback."""
    unanswered_reboot: str = ""
    """Request id of a reboot whose EXECUTED follows the next login."""
    commissioned: bool = True

    def remember(self, request_id: str, answer: Answer) -> None:
        """Keep the answer of a command that must never be carried out twice."""
        self.requests.pop(request_id, None)
        self.requests[request_id] = answer
        while len(self.requests) > REMEMBERED_REQUESTS:
            del self.requests[next(iter(self.requests))]

    def to_json(self) -> dict[str, Any]:
        """For a file; holds secrets of the virtual unit in clear."""
        return {
            "reserved_sequence": self.reserved_sequence,
            "alarm_sequence": self.alarm_sequence,
            "boot_count": self.boot_count,
            "partition": self.partition,
            "ota_validated": self.ota_validated,
            "firmware": self.firmware,
            "previous_firmware": self.previous_firmware,
            "window": [self.window.highest, self.window.seen],
            "outbox": self.outbox.to_json(),
            "settings": self.settings.to_json(),
            "requests": {
                request_id: [a.success, a.error_code, a.message, a.payload.hex(), a.stage]
                for request_id, a in self.requests.items()
            },
            "unanswered_reboot": self.unanswered_reboot,
            "commissioned": self.commissioned,
        }

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Memory:
        """What `to_json` gave."""
        plain = {
            name: data[name]
            for name in (
                "reserved_sequence",
                "alarm_sequence",
                "boot_count",
                "partition",
                "ota_validated",
                "firmware",
                "previous_firmware",
                "unanswered_reboot",
                "commissioned",
            )
        }
        memory = cls(**plain, window=ReceiveWindow(*data["window"]))
        memory.outbox.restore(data["outbox"])
        memory.settings.restore(data["settings"])
        for request_id, (success, code, message, payload, stage) in data["requests"].items():
            memory.requests[request_id] = Answer(
                success, code, message, bytes.fromhex(payload), stage
            )
        return memory
