"""Languages of the console. English is the source; the others are .ts files read as they are.

Reading the .ts file itself needs no compile step, so what translators edit is what is shown.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from pathlib import Path
from xml.etree import ElementTree

from PySide6.QtCore import QCoreApplication, QLibraryInfo, QLocale, QTranslator

log = logging.getLogger(__name__)

LANGUAGES: Mapping[str, str] = {"en": "English", "es": "Español"}
"""Code → the language's own name."""


def QT_TRANSLATE_NOOP(context: str, text: str) -> str:  # the name that lupdate looks for
    """Mark a text for translation where it stands; `QCoreApplication.translate` says it."""
    del context
    return text


class Catalogue(QTranslator):
    """A translator over one .ts file."""

    def __init__(self, sentences: Mapping[tuple[str, str], str]) -> None:
        super().__init__()
        self._sentences = sentences

    def isEmpty(self) -> bool:
        """Whether there is nothing in it."""
        return not self._sentences

    def translate(
        self, context: str, source: str, disambiguation: str | None = None, n: int = -1
    ) -> str | None:
        """The translation, or None: the next translator is asked, then the source is shown."""
        del disambiguation, n
        return self._sentences.get((context, source))


def read_ts(path: Path) -> dict[tuple[str, str], str]:
    """(context, source) → translation, of everything finished in a .ts file.

    Raises:
        OSError, ElementTree.ParseError: it cannot be read.
    """
    # Ships with the program and is as trusted as its code.
    root = ElementTree.parse(path).getroot()  # noqa: S314
    found: dict[tuple[str, str], str] = {}
    for context in root.iter("context"):
        name = context.findtext("name", "")
        for message in context.iter("message"):
            translation = message.find("translation")
            if translation is None or translation.get("type") is not None:
                continue
            found[name, message.findtext("source", "")] = translation.text or ""
    return found


class Language:
    """The language in force. One per program: Qt has one translation for all windows."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._installed: list[QTranslator] = []
        self.code = "en"

    def speak(self, code: str) -> None:
        """Change the language; what is already on screen must be built anew.

        A language whose file is missing or broken leaves English, with a line in the log.
        """
        for translator in self._installed:
            QCoreApplication.removeTranslator(translator)
        self._installed = []
        self.code = code if code in LANGUAGES else "en"
        QLocale.setDefault(QLocale(self.code))
        if self.code == "en":
            return
        qt_own = QTranslator()
        folder = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
        if qt_own.load(f"qtbase_{self.code}", folder):
            self._install(qt_own)
        path = self._folder / f"alarmstation_{self.code}.ts"
        try:
            self._install(Catalogue(read_ts(path)))
        except (OSError, ElementTree.ParseError) as error:
            log.warning("language: %s is not used: %s", path, error)

    def _install(self, translator: QTranslator) -> None:
        QCoreApplication.installTranslator(translator)
        self._installed.append(translator)


def choose(*wishes: str) -> str:
    """The first wish that is a language of ours, else the desktop's, else English."""
    for wish in (*wishes, QLocale.system().name()[:2]):
        if wish in LANGUAGES:
            return wish
    return "en"
