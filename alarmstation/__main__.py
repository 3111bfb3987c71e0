"""`python -m alarmstation`."""

from __future__ import annotations

import sys

from alarmstation.cli import main

if __name__ == "__main__":
    sys.exit(main())
