"""English and Spanish are complete (`console.md` 4).

After a change of texts: `pyside6-lupdate $(git ls-files 'alarmstation/console/*.py')
-no-obsolete -locations none -ts resources/translations/alarmstation_es.ts`, then translate.
"""

from __future__ import annotations

import logging
import re
import shutil
import string
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

import pytest
from PySide6.QtCore import QCoreApplication, QLocale
from PySide6.QtWidgets import QApplication

from alarmstation import locations
from alarmstation.console import times, words
from alarmstation.console.language import LANGUAGES, Language, choose, read_ts
from tests.conftest import ExpectedLog
from tests.console.fake_station import NOW

FOLDER = locations.resources() / "translations"
OTHERS = [code for code in LANGUAGES if code != "en"]


@pytest.fixture
def language(qapp: QApplication) -> Iterator[Language]:
    """The language of the program, English again afterwards."""
    del qapp
    one = Language(FOLDER)
    yield one
    one.speak("en")
    QLocale.setDefault(QLocale.system())


@pytest.mark.parametrize("code", OTHERS)
def test_every_text_of_the_console_is_translated(code: str, tmp_path: Path) -> None:
    copy = tmp_path / f"alarmstation_{code}.ts"
    shutil.copy(FOLDER / copy.name, copy)
    sources = sorted(Path("alarmstation/console").rglob("*.py"))
    command = Path(sys.executable).with_name("pyside6-lupdate")
    subprocess.run(
        [str(command), *map(str, sources), "-no-obsolete", "-locations", "none", "-ts", str(copy)],
        check=True,
        capture_output=True,
        cwd=Path(__file__).parents[2],
    )
    open_ones = [
        message.findtext("source")
        for message in ElementTree.parse(copy).getroot().iter("message")
        if (t := message.find("translation")) is None or t.get("type") or not t.text
    ]
    assert open_ones == []
    assert read_ts(copy).keys() == read_ts(FOLDER / copy.name).keys()


@pytest.mark.parametrize("code", OTHERS)
def test_translations_have_the_values_of_their_sources(code: str) -> None:
    def values(text: str) -> set[str]:
        return {name for _, name, _, _ in string.Formatter().parse(text) if name}

    for (context, source), translation in read_ts(FOLDER / f"alarmstation_{code}.ts").items():
        assert values(source) == values(translation), (context, source)


@pytest.mark.parametrize("code", OTHERS)
def test_translations_keep_numbers_and_line_ends(code: str) -> None:
    for (context, source), translation in read_ts(FOLDER / f"alarmstation_{code}.ts").items():
        assert re.findall(r"\d+", source) == re.findall(r"\d+", translation), (context, source)
        assert source.count("\n") == translation.count("\n"), (context, source)


def test_the_program_speaks_spanish(language: Language) -> None:
    language.speak("es")
    assert words.kind("PANIC1") == "Botón de pánico 1"
    assert times.ago(NOW, NOW.replace(minute=49, second=12)) == "hace 2 min"
    assert times.latency(1.24) == "1,2 s"
    assert QCoreApplication.translate("QPlatformTheme", "Cancel") == "Cancelar"


def test_it_can_be_changed_and_changed_back(language: Language) -> None:
    language.speak("es")
    language.speak("en")
    assert words.severity(3) == "Critical"


def test_an_unknown_text_stays_as_it_is(language: Language) -> None:
    language.speak("es")
    assert QCoreApplication.translate("words", "never heard of") == "never heard of"


def test_a_missing_file_leaves_english(
    qapp: QApplication, tmp_path: Path, expected_log: ExpectedLog
) -> None:
    expected_log(logging.WARNING, "is not used")
    one = Language(tmp_path)
    one.speak("es")
    assert words.severity(3) == "Critical"
    one.speak("en")
    QLocale.setDefault(QLocale.system())


def test_the_first_wish_that_is_known_is_taken() -> None:
    assert choose("", "es", "en") == "es"
    assert choose("xx", "en") == "en"
    assert choose("xx") in LANGUAGES
