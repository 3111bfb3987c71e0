"""One path for every command wish: check, ask where it must be asked, send, say what came of it."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal

from alarmstation.application.requests import CommandRefusal, CommandsAccepted, SendCommand
from alarmstation.console import command_words, sentences
from alarmstation.console.context import ConsoleContext
from alarmstation.console.models.site_tree import label
from alarmstation.domain.catalogue import CATALOGUE, FieldValue, needs_confirmation
from alarmstation.domain.errors import Unavailable, UserError


@dataclass(frozen=True, slots=True)
class Wish:
    """A command before it is sent."""

    device_ids: tuple[int, ...]
    name: str
    fields: dict[str, FieldValue]
    queue: bool = False


@dataclass(frozen=True, slots=True)
class Question:
    """What the operator must confirm, and the word that does it."""

    text: str
    yes: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a wish: accepted request ids, and a sentence for each refusal."""

    request_ids: tuple[str, ...]
    refusals: tuple[str, ...]


class CommandSender(QObject):
    """Form, command line and OFF buttons all end here."""

    asked = Signal(object)
    """Question"""
    settled = Signal(object)
    """Outcome"""
    refused = Signal(str)
    """A sentence: nothing was sent."""

    def __init__(self, context: ConsoleContext, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._waiting: Wish | None = None

    def send(self, wish: Wish) -> None:
        """Send it, or ask first."""
        self._waiting = None
        if not wish.device_ids:
            self.refused.emit(self.tr("Choose at least one unit on the left."))
            return
        try:
            confirm = needs_confirmation(wish.name, wish.fields)
        except UserError as error:
            self.refused.emit(sentences.of_error(error))
            return
        if confirm:
            self._waiting = wish
            self.asked.emit(self._question(wish))
        else:
            self._context.spawn(self._ask(wish, confirmed=False))

    def answer(self, confirmed: bool) -> None:
        """The answer to the question that was asked last."""
        wish, self._waiting = self._waiting, None
        if wish is not None and confirmed:
            self._context.spawn(self._ask(wish, confirmed=True))

    def _question(self, wish: Wish) -> Question:
        name = command_words.name(wish.name)
        effect = command_words.effect(CATALOGUE[wish.name], wish.fields)
        if len(wish.device_ids) == 1:
            unit = self._unit(wish.device_ids[0])
            text = self.tr("{unit}. {effect} Send it?").format(unit=unit, effect=effect)
        else:
            text = self.tr("{count} units. {effect} Send it to all of them?").format(
                count=len(wish.device_ids), effect=effect
            )
        return Question(text, self.tr("Yes, send: {command}").format(command=name))

    def _unit(self, device_id: int) -> str:
        view = self._context.live.devices.get(device_id)
        return str(device_id) if view is None else label(view)

    async def _ask(self, wish: Wish, *, confirmed: bool) -> None:
        request = SendCommand(
            wish.device_ids, wish.name, wish.fields, confirmed=confirmed, queue=wish.queue
        )
        try:
            reply = await self._context.ask(request)
        except (UserError, Unavailable) as error:
            self.refused.emit(sentences.of_error(error))
            return
        if isinstance(reply, CommandsAccepted):
            refusals = tuple(self._refusal(refusal) for refusal in reply.refusals)
            self.settled.emit(Outcome(reply.request_ids, refusals))

    def _refusal(self, refusal: CommandRefusal) -> str:
        unit = self._unit(refusal.device_id)
        why = sentences.sentence(refusal.key, refusal.text, {"unit": unit})
        return why if unit in why else self.tr("{unit}: {why}").format(unit=unit, why=why)
