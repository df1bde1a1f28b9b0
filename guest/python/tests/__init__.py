"""Tests that need no component: `python3 -m unittest discover -t . -s tests` in this package's folder."""

import sys
from pathlib import Path

from . import fake

sys.path.insert(0, str(Path(__file__).parent.parent / "src"))
fake.install()
