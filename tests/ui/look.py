"""The screen over a made-up desk, to be looked at: ``python tests/ui/look.py [--no-color]``."""

from __future__ import annotations

import os
import sys
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from zoneinfo import ZoneInfo

sys.path.insert(0, str(Path(__file__).parents[2]))

from cxtui.core.filters import parse
from cxtui.data.prepared import library
from cxtui.engine.preparing import Shelf
from cxtui.ui.app import run
from tests.ui.fakedesk import NOW, busy

if __name__ == "__main__":
    desk = busy()
    began = datetime.now(UTC)
    plain = "--no-color" in sys.argv or bool(os.environ.get("NO_COLOR"))

    def clock() -> datetime:
        desk.clock.now = NOW + (datetime.now(UTC) - began)
        return desk.clock.now

    texts = library(None, ("ar", "lo", "en"), parse)
    desk.shelved, desk.handles = Shelf(texts.texts), {"bsk": "@lampco", "mst": "@lampco@shop.example"}
    with TemporaryDirectory() as state:
        sys.exit(
            run(desk, clock=clock, zone=ZoneInfo("Asia/Vientiane"), colour=not plain, mouse=True, keys={},
                state=Path(state))
        )  # fmt: skip
