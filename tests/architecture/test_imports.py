"""Who may know whom: between rooms by import-linter's contracts, inside a room by the order of its files."""

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.rooms import PACKAGE, ROOMS, ROOT

ADDRESSES, DOORS, FORMS, PROCESSES, MODELS = 5, 4, 3, 2, 1
RANKS = {
    "urls": ADDRESSES,
    "public_urls": ADDRESSES,
    "views": DOORS,
    "loops": DOORS,
    "admin": DOORS,
    "forms": FORMS,
    "models": MODELS,
}
NOT_LAYERED = {"tests", "migrations", "apps", "templatetags", "__init__"}
OTHER_DOORS = {
    "accounts/adapter.py",  # The sign-in library calls it where we have no view.
    "accounts/forms/second_factor.py",  # Likewise.
    "accounts/setting_up.py",  # Parts of views.
    "core/templatetags/moments.py",  # "3 minutes ago" is said on the page.
    "listen/public_pages.py",  # Likewise.
    "pages/targets/pushing.py",  # A long push says again and again that it goes on.
    "pages/front.py",
    "pages/private.py",  # Answers before Django does.
    "reach/inbound/receiver.py",  # A server of its own: it notes when a mail came.
    "reach/letters.py",  # Django calls it where we have no view.
    "reach/pacing.py",  # A limit is held by the moment, whoever asks.
    "reach/outbox.py",  # A server of its own: it notes when a letter came.
    "worker/turning.py",  # Turns the loops.
}
ROOMS_WITHOUT_LAYERS = {"config", "cli", "worker", "core", "candour"}


@pytest.mark.slow
def test_the_import_contracts_hold() -> None:
    """Every layer of every container is named, so a new room must take its place."""
    lint = Path(sys.executable).parent / "lint-imports"
    done = subprocess.run(
        [lint, "--no-logo"], cwd=ROOT, capture_output=True, text=True, check=False, env={**os.environ, "COLUMNS": "160"}
    )

    assert done.returncode == 0, done.stdout


def rank(module: str) -> int | None:
    """How high a module stands in its room."""
    part = module.split(".")[2] if module.count(".") >= 2 else "__init__"
    return None if part in NOT_LAYERED else RANKS.get(part, PROCESSES)


def imports_of(path: Path) -> set[str]:
    """The modules of our own that a file imports, wherever in it the import stands."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return {name for name in found if name.startswith("daylight.")}


def room_imports(room: str) -> dict[str, set[str]]:
    """Module by module, what each imports from its own room."""
    found = {}
    for path in sorted((PACKAGE / room).rglob("*.py")):
        module = ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
        if rank(module) is not None:
            found[module] = {name for name in imports_of(path) if name.startswith(f"daylight.{room}.")}
    return found


@pytest.mark.parametrize("room", sorted(set(ROOMS) - ROOMS_WITHOUT_LAYERS))
def test_inside_a_room_imports_go_down(room: str) -> None:
    """Addresses, then views and loops, then forms, then processes, then models.

    Modules of words alone (enums, sentences, numbers) know no model, so a model may use them.
    """
    imports = room_imports(room)
    knows_models = {
        module for module, names in imports.items() if any(name.startswith(f"daylight.{room}.models") for name in names)
    }
    wrong = []
    for module, names in imports.items():
        for name in sorted(names & imports.keys()):
            above, below = rank(module), rank(name)
            assert above is not None
            assert below is not None
            if below > above and not (below == PROCESSES and name not in knows_models):
                wrong.append(f"{module} imports {name}")

    assert wrong == []


def test_only_views_loops_and_commands_read_the_clock() -> None:
    """Time is an argument everywhere else; nobody asks Django or Python for it."""
    doors, wrong = {"views", "loops", "admin", "cli", "api"}, []
    for path in sorted(PACKAGE.rglob("*.py")):
        inside = path.relative_to(PACKAGE)
        parts = inside.with_suffix("").parts
        text = path.read_text(encoding="utf-8")
        if "tests" in inside.parts or inside.as_posix() in {"core/clock.py", "core/database_clock.py"}:
            continue
        if any(asked in text for asked in ("timezone.now(", "datetime.now(", "datetime.utcnow(", "date.today(")):
            wrong.append(f"{inside} reads the time; only core/clock.py does")
        elif "clock.now()" in text and inside.as_posix() not in OTHER_DOORS and not doors & set(parts):
            wrong.append(f"{inside} reads the clock; a view, a loop or a command passes the time down")

    assert wrong == []
