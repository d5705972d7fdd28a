"""The proof that everybody affected is told once, on a smaller firm: real processes, a real mail server, a browser.

`bin/prove ten_thousand` is the same with ten thousand customers and thirty thousand orders.
"""

import os
import socket
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent


@pytest.mark.slow
def test_everybody_affected_is_told_once_and_nobody_else() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    environment = {
        name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "DAYLIGHT_DATA_DIR"}
    }

    proof = subprocess.run(
        [ROOT / "bin" / "prove", "ten_thousand", "--customers", "400", "--orders", "1200", "--port", str(port)],
        env=environment,
        capture_output=True,
        text=True,
        timeout=900,
        check=False,
    )

    assert proof.stdout.endswith("PROVED\n"), proof.stdout + proof.stderr
