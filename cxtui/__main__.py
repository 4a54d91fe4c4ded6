"""``python -m cxtui`` is the same program as ``cxtui``."""

import sys

from cxtui.cli import main

if __name__ == "__main__":
    sys.exit(main())
