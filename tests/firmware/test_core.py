"""The cmocka tests of `firmware/test` under address and undefined-behaviour sanitizers."""

from __future__ import annotations

import re
from pathlib import Path

from tests.firmware.building import run


def test_every_cmocka_test_of_the_core_passes_under_sanitizers(sanitized: Path) -> None:
    said = run(["ctest", "--test-dir", str(sanitized), "--output-on-failure", "--parallel", "2"])
    found = re.search(r"100% tests passed, 0 tests failed out of (\d+)", said)
    assert found is not None, said
    assert int(found[1]) > 1, "where are the tests of the core?"
