"""`python -m daylight.cli` is `daylight`, also where the package is not installed."""

import sys

from daylight.cli.main import main

if __name__ == "__main__":  # The web server's processes import this file again under another name.
    sys.exit(main())
