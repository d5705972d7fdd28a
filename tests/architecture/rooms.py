"""The rooms in their order, read from the import contract itself, and the files in them."""

import shutil
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


MADE_HERE = {"data", "build", "dist", "__pycache__"}
"""Folders that tools and installations make beside the code; so are those whose names begin with a dot, but `.ci`."""


def tracked(*patterns: str) -> list[Path]:
    """Files of the repository; on a machine or in a copy without git, those on the disk that a copy would carry."""
    words = ["ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    git = shutil.which("git")
    listed = subprocess.run([git, *words], cwd=ROOT, capture_output=True, check=False) if git else None
    if listed is not None and listed.returncode == 0:
        paths = [ROOT / name for name in listed.stdout.decode().split("\0") if name]
    else:
        paths = [
            path
            for path in ROOT.rglob("*")
            if path.name != ".git" and not any(map(_is_made_here, path.relative_to(ROOT).parts[:-1]))
        ]
    return [path for path in paths if path.is_file() and (not patterns or any(path.match(one) for one in patterns))]


def _is_made_here(folder: str) -> bool:
    return folder in MADE_HERE or folder.endswith(".egg-info") or (folder.startswith(".") and folder != ".ci")
