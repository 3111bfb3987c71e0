import json

import pytest

from alarmstation.domain.messages import Leaf
from alarmstation.domain.window_state import LoginMark, Seen, WindowState

FULL = WindowState(
    epoch=4,
    windows=(("", 99, (Seen(98, Leaf.HB, b"\x01\xff"), Seen(99, Leaf.ALARM, b"\x02"))),),
    earlier=(Seen(5, Leaf.STATUS, b"e"),),
    retained=(Seen(6, Leaf.HB, b"r"),),
    will=Seen(1, Leaf.LW, b"w"),
    bare=("hb:1:2",),
    logins=(LoginMark(1, 1_760_000_000, 3),),
    last_login_at=1_760_000_000.25,
    timestamp=1_760_000_009,
    uptime=9,
    boot_count=3,
    boot_id=0xC0FFEE01,
    is_ours=True,
    key_id="8f2e11aa",
    retired_keys=("00aa00aa",),
)


@pytest.mark.parametrize("state", [WindowState(), FULL])
def test_a_state_survives_being_stored_as_json(state: WindowState) -> None:
    assert WindowState.from_json(json.loads(json.dumps(state.as_json()))) == state


def test_what_is_no_state_is_not_read() -> None:
    with pytest.raises(KeyError):
        WindowState.from_json({})
    with pytest.raises(ValueError, match="leaf"):
        WindowState.from_json(FULL.as_json() | {"will": [1, "leaf", "00"]})
