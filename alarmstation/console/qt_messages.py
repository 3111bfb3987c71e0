"""Qt's own messages go where ours go: to logging, by category and level."""

from __future__ import annotations

import atexit
import logging
import os
import sys

from PySide6.QtCore import QMessageLogContext, QtMsgType, qInstallMessageHandler

LEVELS = {
    QtMsgType.QtDebugMsg: logging.DEBUG,
    QtMsgType.QtInfoMsg: logging.INFO,
    QtMsgType.QtWarningMsg: logging.WARNING,
    QtMsgType.QtCriticalMsg: logging.ERROR,
    QtMsgType.QtFatalMsg: logging.CRITICAL,
}

CHATTER = "This plugin does not support "
"""So begins what a platform without a window manager says of raise(), propagateSizeHints(),
grabbing the keyboard …, at every window. Nothing is wrong."""

NO_PLATFORM = "no Qt platform plugin could be initialized"
NO_SCREEN = (
    "alarmstation: the screens cannot be opened. Either there is no screen here, or DISPLAY does "
    "not lead to it, or a library that Qt needs is missing: then run installer/dev.sh setup where "
    "the screen is. Where there is no screen, run alarmstation service. The log has Qt's words.\n"
)
USER_ERROR = 2
"""Exit status when the person who started the program can mend what was wrong."""


def to_logging() -> None:
    """Hand Qt's messages to logging from now on, until the interpreter ends."""
    qInstallMessageHandler(_log)
    # Qt may still speak while the interpreter is taken down, when nothing of Python can answer.
    atexit.register(qInstallMessageHandler, None)


def _log(kind: QtMsgType, context: QMessageLogContext, message: str | None) -> None:
    """Log one message by the name of its category; "default" is that of plain qWarning()."""
    text = message or ""
    category = context.category or "default"
    name = "qt" if category == "default" else category
    level = logging.DEBUG if text.startswith(CHATTER) else LEVELS.get(kind, logging.WARNING)
    logging.getLogger(name).log(level, "%s", text)
    if kind is QtMsgType.QtFatalMsg and NO_PLATFORM in text:
        # Qt aborts the process as soon as this returns; nobody can catch that.
        sys.stderr.write(NO_SCREEN)
        sys.stderr.flush()
        os._exit(USER_ERROR)
