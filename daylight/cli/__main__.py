"""`python -m daylight.cli` is `daylight`, also where the package is not installed."""

import sys

from daylight.cli.main import main

sys.exit(main())
