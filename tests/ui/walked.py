"""A screen to walk over with any keys: a clock that stands still, rows in many scripts."""

from __future__ import annotations

import sys
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from zoneinfo import ZoneInfo

sys.path.insert(0, str(Path(__file__).parents[2]))

from cxtui.core.filters import parse
from cxtui.data.prepared import library
from cxtui.engine.preparing import Shelf
from cxtui.ui.app import run
from tests.ui.fakedesk import busy, item

TEXTS = (
    "订单还没有到，已经等了三个星期了，请问什么时候能发货？" * 3,
    "👨‍👩‍👧‍👦 we love it 🇱🇦🇫🇷 ❤️ but ✈️ it came late 👍🏽 twice",
    "طلبت المصباح قبل أسبوعين ولم يصل بعد، أين هو؟ order 4471 please",
    "हिन्दी में: मेरा ऑर्डर कहाँ है? किताब की क़ीमत",
    "ຂ້ອຍສັ່ງໂຄມໄຟແຕ່ຍັງບໍ່ມາ ເມື່ອໃດຈະສົ່ງ" * 2,
    "e\u0301a\u0308o\u0302 zalgo t\u0335\u0321e\u0334\u0322xt ｆｕｌｌ ｗｉｄｔｈ ﷽ end",
    "カタカナ\n\n改行の多い文\n\nもう一行\n" * 4,
)

if __name__ == "__main__":
    desk = busy()
    for n, text in enumerate(TEXTS):
        desk.arrives(item(f"客户{n}" if n % 2 else f"عميل{n}", text, timedelta(hours=n + 1, minutes=7)))
    texts = library(None, ("ar", "lo", "en"), parse)
    desk.shelved, desk.handles = Shelf(texts.texts), {"bsk": "@lampco", "mst": "@lampco@shop.example"}
    with TemporaryDirectory() as state:
        sys.exit(
            run(desk, clock=desk.clock, zone=ZoneInfo("Asia/Vientiane"), colour=True, mouse=True, keys={},
                state=Path(state))
        )  # fmt: skip
