"""What holds for all tests: no made-up example has to be quick, on however busy a machine."""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("unhurried", settings(), deadline=None)
settings.load_profile("unhurried")
