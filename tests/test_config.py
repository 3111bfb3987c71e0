"""Settings: what is refused, and that the sentence names file, key, value and what is allowed."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from alarmstation import cli, config
from alarmstation.domain.errors import UserError


def write(home: Path, text: str) -> Path:
    path = home / config.FILE_NAME
    path.write_text(text, encoding="utf-8")
    return path


def refusal(home: Path, text: str) -> str:
    path = write(home, text)
    with pytest.raises(UserError) as raised:
        config.load(home)
    sentence = str(raised.value)
    assert str(path) in sentence
    assert "\n" not in sentence
    assert "{" not in sentence.replace("{}", "")
    return sentence


def test_without_a_file_the_defaults_hold(tmp_path: Path) -> None:
    settings = config.load(tmp_path)
    assert settings == config.Settings()
    assert settings.broker.mode == settings.database.mode == "embedded"
    assert settings.history.force_interval_s == 300


def test_a_file_changes_what_it_names_and_nothing_else(tmp_path: Path) -> None:
    write(tmp_path, '[station]\nname = "North"\ntime_zone = "Europe/Madrid"\n[broker]\nport = 0\n')
    settings = config.load(tmp_path)
    assert (settings.station.name, settings.station.time_zone) == ("North", "Europe/Madrid")
    assert settings.broker.port == 0
    assert settings.broker.base_topic == "esg"


def test_the_environment_wins_over_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, '[broker]\nhost = "file.example"\nport = 1884\n')
    monkeypatch.setenv("ALARMSTATION_BROKER__HOST", "environment.example")
    settings = config.load(tmp_path)
    assert (settings.broker.host, settings.broker.port) == ("environment.example", 1884)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("[brocker]\nport = 1883\n", ["[brocker]", "port", "broker, database"]),
        ("port = 1883\n", ["port", "1883", "station, broker"]),
        ("broker = 5\n", ["broker", "5", "a section", "[broker]"]),
        ("[broker]\nprot = 1\n", ["broker.prot", "1", "host, port"]),
        ('[broker]\nport = "many"\n', ["broker.port", "'many'", "a valid integer"]),
        ("[broker]\nport = 70000\n", ["broker.port", "70000", "65535"]),
        ("[broker]\nport = -1\n", ["broker.port", "-1", "greater than or equal to 0"]),
        ('[broker]\nmode = "cloud"\n', ["broker.mode", "'cloud'", "'embedded' or 'address'"]),
        ('[broker]\ntls = "perhaps"\n', ["broker.tls", "'perhaps'", "a valid boolean"]),
        ('[broker]\nhost = ""\n', ["broker.host", "''", "at least 1 character"]),
        ('[broker]\nbase_topic = "a/#"\n', ["broker.base_topic", "'a/#'", "without wildcards"]),
        ('[broker]\nbase_topic = "/a"\n', ["broker.base_topic", "'/a'", "leading slash"]),
        ('[broker]\nbase_topic = "a//b"\n', ["broker.base_topic", "'a//b'", "empty levels"]),
        ('[broker]\nbase_topic = ""\n', ["broker.base_topic", "''", "one or more levels"]),
        (
            '[station]\ntime_zone = "Mars/Olympus"\n',
            ["station.time_zone", "'Mars/Olympus'", "Europe/Madrid"],
        ),
        ('[station]\ntime_zone = "Europe"\n', ["station.time_zone", "'Europe'", "Europe/Madrid"]),
        (
            '[station]\ntime_zone = "../../etc/passwd"\n',
            ["station.time_zone", "etc/passwd", "an IANA time zone"],
        ),
        ('[station]\nlanguage = "xx"\n', ["station.language", "'xx'", "'en'"]),
        ("[history]\nforce_interval_s = -5\n", ["history.force_interval_s", "-5", "equal to 0"]),
        (
            "[history]\ntemperature_threshold_c = 0\n",
            ["history.temperature_threshold_c", "0", "greater than 0"],
        ),
        (
            "[history]\nhumidity_threshold_pct = nan\n",
            ["history.humidity_threshold_pct", "nan"],
        ),
        ("[alarms]\ncomm_loss_after_s = 1\n", ["alarms.comm_loss_after_s", "1", "equal to 30"]),
        ("[link]\nport = 70000\n", ["link.port", "70000", "65535"]),
        ('[service]\nlog_level = "LOUD"\n', ["service.log_level", "'LOUD'", "'WARNING'"]),
        ("[broker\nport = 1\n", ["not valid TOML", "line 1"]),
        ("[broker]\nport = 1\nport = 2\n", ["not valid TOML", "line 3"]),
    ],
)
def test_what_is_wrong_is_named_with_what_is_allowed(
    tmp_path: Path, text: str, named: list[str]
) -> None:
    sentence = refusal(tmp_path, text)
    for part in named:
        assert part in sentence, sentence


def test_several_errors_are_told_at_once(tmp_path: Path) -> None:
    sentence = refusal(tmp_path, '[broker]\nport = 70000\n[station]\nlanguage = "xx"\n')
    assert "broker.port" in sentence
    assert "station.language" in sentence


def test_no_name_of_our_program_is_in_the_sentence(tmp_path: Path) -> None:
    assert "BrokerSection" not in refusal(tmp_path, "broker = 5\n")


@pytest.mark.parametrize(
    "text", ['[broker]\npassword = "hush"\n', 'password = "hush"\n', '[brk]\npassword = "hush"\n']
)
def test_a_password_where_it_does_not_belong_is_refused_and_not_repeated(
    tmp_path: Path, text: str
) -> None:
    sentence = refusal(tmp_path, text)
    assert "password" in sentence
    assert "hush" not in sentence


def test_a_file_that_is_no_text_is_refused(tmp_path: Path) -> None:
    (tmp_path / config.FILE_NAME).write_bytes(b"\xff\xfe[\0b")
    with pytest.raises(UserError, match=r"station\.toml cannot be read"):
        config.load(tmp_path)


def test_a_folder_in_place_of_the_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / config.FILE_NAME).mkdir()
    with pytest.raises(UserError, match=r"station\.toml cannot be read"):
        config.load(tmp_path)


@pytest.mark.parametrize(
    ("variable", "value", "named"),
    [
        ("ALARMSTATION_BROKER__PORT", "many", ["broker.port", "'many'", "environment"]),
        ("ALARMSTATION_BROKER__PRT", "1", ["broker.prt", "environment", "host, port"]),
        ("ALARMSTATION_BROKER", "localhost", ["ALARMSTATION_BROKER ", "ALARMSTATION_BROKER__MODE"]),
        ("ALARMSTATION_DATABASE", '"x"', ["database", "environment"]),
    ],
)
def test_an_error_in_the_environment_is_a_sentence_as_well(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, variable: str, value: str, named: list[str]
) -> None:
    monkeypatch.setenv(variable, value)
    with pytest.raises(UserError) as raised:
        config.load(tmp_path)
    for part in named:
        assert part in str(raised.value), str(raised.value)


def test_what_is_saved_is_read_back(tmp_path: Path) -> None:
    name = 'Ünit "7" \\ north\tgate'
    path = config.save(
        tmp_path / "new",
        {
            "station": {"name": name},
            "broker": {"mode": "address", "tls": True, "port": 8883, "ca_file": Path("/x/ca.pem")},
            "history": {"temperature_threshold_c": 0.25},
        },
    )
    settings = config.load(path.parent)
    assert settings.station.name == name
    assert (settings.broker.mode, settings.broker.tls) == ("address", True)
    assert (settings.broker.port, settings.broker.ca_file) == (8883, Path("/x/ca.pem"))
    assert settings.history.temperature_threshold_c == 0.25
    assert list(path.parent.iterdir()) == [path]


def test_a_saved_file_is_toml_whatever_the_text_is(tmp_path: Path) -> None:
    name = "two\nlines\r and \x00 \x1b \x7f"
    path = config.save(tmp_path, {"station": {"name": name}})
    assert tomllib.loads(path.read_text(encoding="utf-8")) == {"station": {"name": name}}


@pytest.mark.parametrize(
    "text", ["[broker]\nprot = 1\n", "[broker\n", "nonsense = 1\n", "broker = 5\n"]
)
def test_the_program_ends_with_one_sentence_and_status_2(tmp_path: Path, text: str) -> None:
    path = write(tmp_path, text)
    ended = subprocess.run(
        [sys.executable, "-m", "alarmstation", "service", "--home", str(tmp_path)],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert ended.returncode == cli.USER_ERROR
    assert ended.stdout == ""
    assert len(ended.stderr.strip().splitlines()) == 1
    assert ended.stderr.startswith(f"alarmstation: {path}")
