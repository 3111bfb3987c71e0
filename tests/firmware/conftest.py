"""Builds that several tests of the firmware share."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.firmware.building import build


@pytest.fixture(scope="session")
def sanitized() -> Path:
    """Core, test programs and virtual unit under address and undefined-behaviour sanitizers."""
    return build("sanitized", "-DSTATION_SANITIZE=ON", "-DCMAKE_BUILD_TYPE=Debug")
