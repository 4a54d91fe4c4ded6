"""The screen over a made-up desk, to be looked at: ``python tests/ui/look.py [--no-color]``."""

from __future__ import annotations

import os
import sys
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

sys.path.insert(0, str(Path(__file__).parents[2]))

from cxtui.ui.app import run
from tests.ui.fakedesk import NOW, busy

if __name__ == "__main__":
    desk = busy()
    began = datetime.now(UTC)
    plain = "--no-color" in sys.argv or bool(os.environ.get("NO_COLOR"))

    def clock() -> datetime:
        desk.clock.now = NOW + (datetime.now(UTC) - began)
        return desk.clock.now

    sys.exit(run(desk, clock=clock, zone=ZoneInfo("Asia/Vientiane"), colour=not plain, mouse=True, keys={}))
