"""Keeps the sender busy: everybody in the records is told of an incident, again as soon as all were told."""

import json
import subprocess
import sys
import time

from proofs.product import require


class Teller:
    """Tells everybody until `end`."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "proofs.telling_all"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        require(self._process.stdout and self._process.stdout.readline(), "nobody could be told")
        self._began = time.monotonic()

    def end(self) -> int:
        """Publish no more; prints and returns how many were told until now."""
        words, _ = self._process.communicate()
        took = time.monotonic() - self._began
        require(self._process.returncode == 0, "the sender was not busy to the end")
        found = json.loads(words.splitlines()[-1])
        told = int(found["told"])
        print(f"the sender meanwhile told {told:,} in {found['updates']} updates, {told / took:,.0f} a second")
        return told
