"""The rooms in their order, read from the import contract itself, and the files in them."""

import subprocess
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "daylight"

_CONTRACTS = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]["contracts"]

LAYERS: list[list[str]] = [[room.strip() for room in layer.split("|")] for layer in reversed(_CONTRACTS[0]["layers"])]
"""Rooms from the lowest layer to the highest."""

LEVEL = {room: level for level, layer in enumerate(LAYERS) for room in layer}
ROOMS = sorted(LEVEL)


def room_of(module: str) -> str:
    """The room of `daylight.<room>.anything`, or "" for a stranger."""
    parts = module.split(".")
    return parts[1] if parts[0] == "daylight" and len(parts) > 1 else ""


def tracked(*patterns: str) -> list[Path]:
    """Files of the repository; in a copy without git, those on the disk that a copy would carry."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT,
        capture_output=True,
        check=False,
    )
    if listed.returncode == 0:
        paths = [ROOT / name for name in listed.stdout.decode().split("\0") if name]
    else:
        hidden = (".git", ".venv", ".cache", "data", "__pycache__")
        paths = [path for path in ROOT.rglob("*") if not set(path.relative_to(ROOT).parts) & set(hidden)]
    return [path for path in paths if path.is_file() and (not patterns or any(path.match(one) for one in patterns))]
