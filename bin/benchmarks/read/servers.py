"""Starts what answers: our own server, the peer's view, nginx with nothing but the files, nginx by our recipe."""

import http.client
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

RECIPE = Path(__file__).resolve().parents[3] / "docs/run/copies.md"
OURS, VIEW = "daylight.config.wsgi:application", "benchmarks.read.view:application"


@contextmanager
def granian(application: str, *options: str) -> Iterator[int]:
    """Two processes of the server that `daylight web` starts, with its settings; the port."""
    port = free_port()
    words = [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port)]
    words += ["--workers", "2", "--blocking-threads", "8", "--no-ws", "--log-level", "error", *options, application]
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "daylight.config.settings"}
    with running(words, port, environment):
        yield port


@contextmanager
def nginx(folder: Path, site: Path, *, by_recipe: bool) -> Iterator[int]:
    """nginx with a process for each core: by the recipe of our documents, or with nothing but the folder."""
    port = free_port()
    bare = f"server {{ listen 127.0.0.1:{port}; root {site}; }}"
    inside = recipe(port, site) if by_recipe else bare
    kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    places = "".join(f"{kind}_temp_path {folder}/{kind};" for kind in kinds)
    user = "user root;" if os.geteuid() == 0 else ""
    head = f"{user} pid {folder}/pid; error_log {folder}/log; daemon off; worker_processes 2;"
    config = folder / "nginx.conf"
    config.write_text(
        f"{head} events {{ worker_connections 4096; }}"
        f"http {{ access_log off; sendfile on; {places} include /etc/nginx/mime.types;\n{inside} }}"
    )
    with running(["nginx", "-c", str(config)], port, dict(os.environ)):
        yield port


def recipe(port: int, site: Path) -> str:
    """The server block of the documents, at a port and a folder of ours."""
    found = re.search(r"```nginx\n(.*?)```", RECIPE.read_text(encoding="utf-8"), re.DOTALL)
    if found is None:
        raise RuntimeError(f"{RECIPE} holds no recipe.")
    return found[1].replace("listen 80;", f"listen 127.0.0.1:{port};").replace("/srv/status/site", str(site))


@contextmanager
def running(words: list[str], port: int, environment: dict[str, str]) -> Iterator[None]:
    """A server, from its first answer on."""
    server = subprocess.Popen(words, env=environment, stderr=subprocess.DEVNULL)
    try:
        body(port, "/", seconds=20)
        yield
    finally:
        server.terminate()
        try:
            server.wait(3)
        except subprocess.TimeoutExpired:  # It works off a queue whose clients have gone.
            server.kill()
            server.wait()


def body(port: int, path: str, *, seconds: float = 5.0) -> bytes:
    """What an address answers, as soon as it answers."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
            connection.request("GET", path)
            answer = connection.getresponse()
            said = answer.read()
        except OSError:
            time.sleep(0.1)
            continue
        if answer.status != 200:
            raise RuntimeError(f"{path} answers {answer.status}.")
        return said
    raise RuntimeError(f"Nobody answered {path}.")


def free_port() -> int:
    """A port nobody listens at."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port
