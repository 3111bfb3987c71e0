"""The plug point of the main window: what a page is, and which pages there are."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtWidgets import QWidget

from alarmstation.console.context import ConsoleContext


@dataclass(frozen=True, slots=True)
class PageKind:
    """A page that the navigation rail can show.

    A page widget may offer `show_device(device_id: int)` (devices) or
    `choose_devices(device_ids: tuple[int, ...])` (commands); the main window calls them for
    `ConsoleContext.open_device` and `open_command_for`.
    """

    key: str
    """alarms, devices, commands, settings: names the icon too (resources/icons/<key>.svg)."""
    title: Callable[[], str]
    """Translated title; asked again when the language changes."""
    make: Callable[[ConsoleContext], QWidget]
    actions: tuple[str, ...] = ()
    """`Action` values of which the operator needs at least one; none: everybody sees it."""

    def open_to(self, context: ConsoleContext) -> bool:
        """Whether this operator gets the page at all."""
        return not self.actions or any(context.may(action) for action in self.actions)
