import importlib.util
import re
from pathlib import Path

import pytest

from alarmstation.adapters.wire import generated
from alarmstation.adapters.wire.schema import schema_class, twin_class
from tests.adapters.wire.vectors import PROTO

INSTALLED = Path(generated.__file__).parent
HOOK = PROTO.parent / "installer" / "build_hook.py"


def test_the_generated_code_is_that_of_the_schemas(tmp_path: Path) -> None:
    spec = importlib.util.spec_from_file_location("build_hook", HOOK)
    assert spec is not None
    assert spec.loader is not None
    hook = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(hook)
    hook.generate(PROTO, tmp_path)
    made = sorted(path.name for path in tmp_path.iterdir())
    assert made == sorted(path.name for path in INSTALLED.glob("*.py*"))
    for name in made:
        assert essence(tmp_path / name) == essence(INSTALLED / name), f"run python {HOOK}"


def essence(path: Path) -> str:
    """What a file says apart from the version of the compiler that wrote it."""
    text = path.read_text(encoding="utf-8")
    found = re.search(r"AddSerializedFile\((.*)\)", text)
    return found[1] if found else text


def test_a_message_that_does_not_exist_is_no_class() -> None:
    with pytest.raises(KeyError):
        schema_class("Nothing")


def test_the_twin_of_a_message_takes_any_bytes_as_text() -> None:
    payload = b"\x62\x02\xff\xfe"
    assert twin_class("Heartbeat").FromString(payload).firmware == b"\xff\xfe"  # type: ignore[attr-defined]


def test_a_twin_has_the_same_fields_and_no_text() -> None:
    for name in ("Heartbeat", "StatusMessage", "CommandEnvelope", "WifiConfig"):
        twin, real = twin_class(name).DESCRIPTOR, schema_class(name).DESCRIPTOR
        assert [(it.number, it.name) for it in twin.fields] == [
            (it.number, it.name) for it in real.fields
        ]
        assert not any(it.type == it.TYPE_STRING for it in twin.fields)
