"""Files as the outbox gives them to a connector: with the path of our copy."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

from cxtui.core.attached import File
from tests.pictures import png


def kept(folder: Path, name: str, kind: str, content: bytes, alt: str = "") -> File:
    digest = sha256(content).hexdigest()
    path = folder / digest
    path.write_bytes(content)
    return File(name, kind, len(content), digest, alt, str(path))


def picture(folder: Path, name: str = "lamp.png", alt: str = "A red lamp", wide: int = 40) -> File:
    return kept(folder, name, "image/png", png(wide, 30), alt)
