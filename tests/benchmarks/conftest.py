"""The benchmarks live beside the product, in bin."""

import sys

from tests.architecture.rooms import ROOT

sys.path.insert(0, str(ROOT / "bin"))
