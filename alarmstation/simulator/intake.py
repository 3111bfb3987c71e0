"""How a unit takes commands and receipts: check, carry out once, answer (`protocol.md` 2.4, 9)."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from alarmstation.adapters.wire import codec
from alarmstation.adapters.wire.frame import look_into, open_frame
from alarmstation.domain.errors import WireError
from alarmstation.domain.messages import (
    AlarmReceipt,
    CommandEnvelope,
    CommandResponse,
    Leaf,
    OtaAction,
    OtaCommand,
    Stage,
    SystemAction,
    SystemCommand,
)
from alarmstation.simulator.execution import Execution, Later, Outcome, required_level
from alarmstation.simulator.memory import Answer

if TYPE_CHECKING:
    from alarmstation.simulator.unit import VirtualUnit

CLOCK_WINDOW_S: Final = 300
REMEMBERED_REQUESTS: Final = 32
REPEAT_ANSWER_S: Final = 1.0
_LONGEST_MESSAGE: Final = 127


class Intake:
    """The receiving side of one unit."""

    def __init__(self, unit: VirtualUnit) -> None:
        self._unit = unit
        self._execution = Execution(unit)
        self._answers: dict[str, Answer] = {}
        self._answered_at: dict[str, float] = {}
        self.refused: Counter[str] = Counter()
        """What was not carried out and not answered, by reason."""

    def receive(self, leaf: Leaf, data: bytes) -> None:
        """A message on `cmd` or `ack`; neither bad tags nor replays are answered."""
        unit = self._unit
        keys = () if unit.key is None else (unit.key,)
        try:
            # Checking what comes in is a switch of its own (2.2).
            frame = open_frame(data, keys) if unit.traits.verifies else look_into(data)
        except WireError as error:
            self.refused[error.reason] += 1
            return
        if leaf is Leaf.ACK:
            self._receipt(frame.payload, frame.sequence)
        elif leaf is Leaf.CMD:
            self._command(frame.payload, frame.sequence)

    def after_login(self) -> None:
        """The answer of a commanded restart follows the login (9.3)."""
        memory = self._unit.memory
        if memory.unanswered_reboot:
            request_id, memory.unanswered_reboot = memory.unanswered_reboot, ""
            self._finish(request_id, Outcome(message="restarted"), keep=True)

    def restarted(self) -> None:
        """What is kept in RAM is gone."""
        self._answers.clear()
        self._answered_at.clear()
        self._execution = Execution(self._unit)

    def _receipt(self, payload: bytes, sequence: int | None) -> None:
        unit = self._unit
        try:
            message = codec.decode(Leaf.ACK, payload)
        except WireError as error:
            self.refused[error.reason] += 1
            return
        if not self._fresh(sequence):
            return
        if not unit.traits.extensions or not isinstance(message, AlarmReceipt):
            return
        if unit.memory.outbox.receipt(message.sequence, message.alarm_timestamp):
            unit.receipts.append((message.sequence, message.alarm_timestamp, unit.now))
        else:
            self.refused["receipt_unknown"] += 1

    def _fresh(self, sequence: int | None) -> bool:
        """The receive window of our firmware; older units do not look."""
        if not self._unit.traits.extensions or sequence is None:
            return True
        if self._unit.memory.window.accept(sequence):
            return True
        self.refused["replay"] += 1
        return False

    def _command(self, payload: bytes, sequence: int | None) -> None:
        fresh = self._fresh(sequence)
        try:
            envelope = codec.decode(Leaf.CMD, payload)
        except WireError as error:
            self.refused[error.reason] += 1
            if fresh:
                self._send("", Answer(False, 400, "bad request", b"", Stage.UNSPECIFIED))
            return
        assert isinstance(envelope, CommandEnvelope)
        known = self._known(envelope.request_id)
        if known is not None:
            self._repeat(envelope.request_id, known)
        elif fresh:
            problem = self._problem(envelope, sequence)
            if problem is None:
                self._carry_out(envelope)
            else:
                self._refuse(envelope.request_id, problem)

    def _known(self, request_id: str) -> Answer | None:
        if not request_id or not self._unit.traits.extensions:
            return None
        return self._answers.get(request_id) or self._unit.memory.requests.get(request_id)

    def _repeat(self, request_id: str, answer: Answer) -> None:
        """Answered again, not carried out again, at most once per second."""
        last = self._answered_at.get(request_id, float("-inf"))
        if self._unit.now - last >= REPEAT_ANSWER_S:
            self._send(request_id, answer)

    def _problem(self, envelope: CommandEnvelope, sequence: int | None) -> Outcome | None:
        unit = self._unit
        body = envelope.body
        if unit.traits.extensions and sequence != envelope.sequence:
            return Outcome(10, "sequence fields disagree")
        if unit.traits.extensions and not envelope.request_id:
            return Outcome(3, "request id is missing")
        if body is None:
            return Outcome(1, "no sub-command")
        if envelope.auth_level < required_level(body):
            return Outcome(2, f"auth level {required_level(body)} required")
        sets_time = isinstance(body, SystemCommand) and body.action == SystemAction.SET_TIME
        if unit.clock_is_set:
            away = abs(envelope.timestamp - unit.stamp) > CLOCK_WINDOW_S
            if away and not sets_time:
                return Outcome(10, "timestamp outside the window")
            if unit.traits.extensions and 0 < envelope.expires_at < unit.stamp:
                return Outcome(4, "command expired")
        return None

    def _carry_out(self, envelope: CommandEnvelope) -> None:
        assert envelope.body is not None
        unit = self._unit
        request_id = envelope.request_id
        keep = unit.traits.extensions and _is_kept(envelope)
        if keep:  # before anything happens, so that a restart in between repeats nothing
            unit.memory.remember(request_id, Answer(True, 0, "accepted", b"", Stage.ACCEPTED))
        decided = self._execution.decide(envelope.body, request_id)
        match decided:
            case Outcome():
                self._finish(request_id, decided, keep)
            case Later(delay_s=delay_s, run=run):
                if unit.traits.extensions:
                    accepted = Answer(True, 0, decided.message, b"", Stage.ACCEPTED)
                    self._answer(request_id, accepted, keep)
                if delay_s <= 0:
                    self._run(request_id, run, keep)
                else:
                    unit.later(delay_s, lambda: self._run(request_id, run, keep))

    def _run(self, request_id: str, run: Callable[[], Outcome | None], keep: bool) -> None:
        outcome = run()
        if outcome is not None:
            self._finish(request_id, outcome, keep)

    def _refuse(self, request_id: str, outcome: Outcome) -> None:
        answer = Answer(False, outcome.error_code, outcome.message, b"", Stage.UNSPECIFIED)
        self._answer(request_id, answer, keep=False)

    def _finish(self, request_id: str, outcome: Outcome, keep: bool) -> None:
        """The last answer: the result, staged by our firmware."""
        traits = self._unit.traits
        refused_at_once = outcome.error_code and not outcome.was_accepted
        staged = traits.extensions and not refused_at_once
        payload = b"" if outcome.payload is None else _json(outcome.payload)
        if len(payload) > traits.payload_limit:
            if traits.cuts_json:
                payload = payload[: traits.payload_limit]
            else:
                outcome, payload = Outcome(500, "answer does not fit"), b""
        answer = Answer(
            outcome.error_code == 0,
            outcome.error_code,
            outcome.message,
            payload,
            Stage.EXECUTED if staged else Stage.UNSPECIFIED,
        )
        self._answer(request_id, answer, keep)

    def _answer(self, request_id: str, answer: Answer, keep: bool) -> None:
        if request_id:
            self._answers.pop(request_id, None)
            self._answers[request_id] = answer
            while len(self._answers) > REMEMBERED_REQUESTS:
                forgotten = next(iter(self._answers))
                del self._answers[forgotten]
                self._answered_at.pop(forgotten, None)
            if keep:
                self._unit.memory.remember(request_id, answer)
        self._send(request_id, answer)

    def _send(self, request_id: str, answer: Answer) -> None:
        unit = self._unit
        self._answered_at[request_id] = unit.now
        unit.respond(
            CommandResponse(
                request_id=request_id,
                timestamp=unit.stamp,
                success=answer.success,
                error_code=answer.error_code,
                message=answer.message[:_LONGEST_MESSAGE],
                payload=answer.payload,
                stage=Stage(answer.stage),
            )
        )


def _is_kept(envelope: CommandEnvelope) -> bool:
    """Reboot, clear counters, OTA start and rollback are remembered over a restart (9.3)."""
    match envelope.body:
        case SystemCommand(action=SystemAction.REBOOT | SystemAction.CLEAR_COUNTERS):
            return True
        case OtaCommand(action=OtaAction.START_UPDATE | OtaAction.ROLLBACK):
            return True
        case _:
            return False


def _json(data: object) -> bytes:
    return json.dumps(data, separators=(",", ":"), ensure_ascii=False).encode()
