"""Makes the Python environment that ./run and ./test work in. Standard library only, and syntax that an old
interpreter can read, so that it can say in a sentence what is missing.

The environment is made once: a stamp with the hash of the lock says that it is complete, and nothing is fetched
again until the lock changes.
"""

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FITTING = ((3, 11), (3, 12), (3, 13))
RUN, DEVELOP = "run.lock", "dev.lock"
CLIENT_LOCKS = ROOT / "tests" / "clients" / "locks"
CLIENTS = ("atlassian", "vukomir", "transity")
"""Other people's clients of our programs' interface: each in an environment of its own, as their pins are old."""


def ready_python(lock_name, version="", folder_name=""):
    # type: (str, str, str) -> str
    """The interpreter of an environment that holds everything `lock_name` names; made now if need be.

    `lock_name` is a file of requirements/, or the whole path of another lock, which has a folder of its own.
    """
    folder = ROOT / (folder_name or (f".venv-{version}" if version else ".venv"))
    python = folder / "bin" / "python"
    if folder.is_symlink():  # Somebody manages this environment elsewhere.
        return str(python)
    (ROOT / ".cache").mkdir(exist_ok=True)
    with (ROOT / ".cache" / "setting-up.lock").open("w") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        if not _is_ready(folder, lock_name):
            _install(folder, lock_name, _interpreter(version))
    return str(python)


def ready_clients():
    # type: () -> str
    """Install the clients that the tests run unmodified; why one is missing, or nothing."""
    for name in CLIENTS:
        ready_python(str(CLIENT_LOCKS / f"{name}.lock"), folder_name=f".clients/{name}")
    if not shutil.which("npm") or not shutil.which("node"):
        return "there is no Node here, so the JavaScript clients of Statuspage are left out"
    problem = ready_node(CLIENT_LOCKS, ROOT / ".clients" / "node")
    return f"the JavaScript clients of Statuspage are left out: {problem}" if problem else ""


def ready_node(source, folder):
    # type: (Path, Path) -> str
    """Put the packages of a lock of npm into a folder, checked against its hashes; why that failed, or nothing."""
    stamp = folder / "installed"
    lock = (source / "package-lock.json").read_bytes()
    wanted = hashlib.sha256(lock).hexdigest()
    if stamp.exists() and stamp.read_text(encoding="ascii") == wanted:
        return ""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for name in ("package.json", "package-lock.json"):
        shutil.copy(source / name, folder / name)
    words = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--prefix", str(folder)]
    done = subprocess.run(words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
    if done.returncode:
        last = done.stdout.decode(errors="replace").strip().splitlines()[-1:]
        return f"npm could not install them ({' '.join(last)})"
    stamp.write_text(wanted, encoding="ascii")
    return ""


def environment():
    # type: () -> dict[str, str]
    """What a process of ours sees: our own package first, whatever folder it is started from."""
    return {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONSAFEPATH": "1"}


def give_up(sentence):
    # type: (str) -> None
    """End with one sentence."""
    sys.exit(sentence)


def _is_ready(folder, lock_name):
    # type: (Path, str) -> bool
    """Whether the environment works and holds this lock, or the larger one, which includes it."""
    stamp = folder / "installed"
    if not stamp.exists() or not (folder / "bin" / "python").exists():
        return False
    enough = {_hash(lock_name), _hash(DEVELOP)}
    return stamp.read_text(encoding="ascii").strip() in enough


def _hash(lock_name):
    # type: (str) -> str
    lines = (ROOT / "requirements" / lock_name).read_text(encoding="utf-8").splitlines()
    named = [line for line in lines if not line.strip().startswith("#")]
    return hashlib.sha256("\n".join(named).encode()).hexdigest()


def _interpreter(version):
    # type: (str) -> str
    """A Python that Daylight runs on: this one if it fits, else another of this machine."""
    wanted = [tuple(int(part) for part in version.split("."))] if version else list(FITTING)
    if not set(wanted) <= set(FITTING):
        give_up(f"Daylight runs on Python 3.11, 3.12 and 3.13, not on {version}.")
    if sys.version_info[:2] in wanted:
        return sys.executable
    names = [f"python{major}.{minor}" for major, minor in wanted] + ["python3"]
    found = [path for path in map(shutil.which, names) if path]
    found += sorted(str(path) for path in Path.home().glob(".pyenv/versions/3.1*/bin/python3"))
    for path in found:
        if _version_of(path) in wanted:
            return path
    have = "{}.{}".format(*sys.version_info[:2])
    what = version or "3.11, 3.12 or 3.13"
    sentence = f"Daylight needs Python {what}; this is {have} and no other was found."
    return give_up(f"{sentence} On Debian 12: apt install python3")


def _version_of(path):
    # type: (str) -> object
    said = _said_by([path, "-c", "import sys; print(*sys.version_info[:2])"])
    return tuple(int(part) for part in said.split())


def _said_by(words):
    # type: (list[str]) -> bytes
    """What a command prints; nothing when it is absent or fails."""
    try:
        done = subprocess.run(words, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=False)
    except FileNotFoundError:
        return b""
    return done.stdout if done.returncode == 0 else b""


def _install(folder, lock_name, interpreter):
    # type: (Path, str, str) -> None
    pip = _pip(interpreter)
    count = (ROOT / "requirements" / lock_name).read_text(encoding="utf-8").count("==")
    print(f"Installing {count} packages into {folder.name} (only the first time) ...", flush=True)
    shutil.rmtree(folder, ignore_errors=True)
    made = subprocess.run([interpreter, "-m", "venv", "--without-pip", str(folder)], check=False)
    if made.returncode:
        give_up(f"No environment could be made in {folder}; the lines above say why.")
    lock = ROOT / "requirements" / lock_name
    options = ["--require-hashes", "--no-deps", "--only-binary", ":all:", "--quiet", "--no-input"]
    options += [
        "--disable-pip-version-check",
        "--no-warn-script-location",
        "--no-compile",
        "--root-user-action",
        "ignore",
    ]
    words = [*pip, "--python", str(folder / "bin" / "python"), "install", *options, "-r", str(lock)]
    done = subprocess.run(words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
    if done.returncode:
        sys.stderr.buffer.write(b"\n".join(done.stdout.splitlines()[-15:]) + b"\n")
        give_up("The packages could not be installed; pip's lines above say why. Is there a network, or PIP_INDEX_URL?")
    (folder / "installed").write_text(_hash(lock_name), encoding="ascii")


def _pip(interpreter):
    # type: (str) -> list[str]
    """A pip that can install for another interpreter (22.3 and later)."""
    for words in ([interpreter, "-m", "pip"], [sys.executable, "-m", "pip"], ["pip3"]):
        said = _said_by([*words, "--version"]).split()
        if said and tuple(int(part) for part in said[1].split(b".")[:2]) >= (22, 3):
            return words
    return give_up("pip 22.3 or later is missing. On Debian 12: apt install python3-pip")
