"""The command line."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from alarmstation import __version__, cli, config
from alarmstation.domain.errors import Unavailable, UserError


def test_the_version_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["version"]) == 0
    assert cli.main(["--version"]) == 0
    assert capsys.readouterr().out == f"alarmstation {__version__}\n" * 2


@pytest.mark.parametrize("word", cli.SUBCOMMANDS)
def test_every_command_explains_itself(word: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main([word, "--help"])
    assert ended.value.code == 0
    assert f"alarmstation {word}" in capsys.readouterr().out


def test_the_help_names_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        cli.main(["--help"])
    said = capsys.readouterr().out
    for word in cli.SUBCOMMANDS:
        assert word in said


def test_an_unknown_word_is_refused_with_what_there_is(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main(["nonsense"])
    assert ended.value.code == cli.USER_ERROR
    assert "simulate" in capsys.readouterr().err


def test_what_a_person_can_mend_is_one_sentence_and_no_traceback(tmp_path: Path) -> None:
    (tmp_path / config.FILE_NAME).write_text("[broker]\nport = 70000\n", encoding="utf-8")
    for word in ("service", "console"):
        ended = subprocess.run(
            [sys.executable, "-m", "alarmstation", word, "--home", str(tmp_path)],
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
        assert ended.returncode == cli.USER_ERROR
        assert "Traceback" not in ended.stderr
        assert "broker.port = 70000" in ended.stderr
        assert len(ended.stderr.strip().splitlines()) == 1


@pytest.mark.parametrize(
    ("raised", "said"),
    [
        (UserError("x", "{what} is wrong.", what="This"), "alarmstation: This is wrong.\n"),
        (Unavailable("nobody answers"), "alarmstation: nobody answers\n"),
    ],
)
def test_errors_of_people_and_things_end_with_two(
    raised: Exception,
    said: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def fail(_arguments: object) -> int:
        raise raised

    monkeypatch.setattr(cli, "_dispatch", fail)
    assert cli.main([]) == cli.USER_ERROR
    assert capsys.readouterr().err == said


def test_the_service_is_loaded_without_qt() -> None:
    code = (
        "import sys; from alarmstation import cli\n"
        "try: cli.main(['service', '--help'])\n"
        "except SystemExit: pass\n"
        "sys.exit(any(name.startswith('PySide6') for name in sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
