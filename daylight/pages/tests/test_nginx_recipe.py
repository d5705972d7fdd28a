"""The recipe of docs/run/copies.md, in a real nginx."""

import http.client
import os
import re
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from conftest import HandClock
from daylight.pages import publishing
from daylight.pages.folder import PageFolder
from daylight.pages.targets.directory import Directory
from daylight.pages.tests.makers import a_component, a_told_incident

RECIPE = Path(__file__).parents[3] / "docs/run/copies.md"

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("folder"),
    pytest.mark.skipif(shutil.which("nginx") is None, reason="nginx is not installed"),
]


def recipe(*, port: int, site: Path) -> str:
    """The server of the page, with our own port and folder in place of the example's."""
    found = re.search(r"```nginx\n(.*?)```", RECIPE.read_text(encoding="utf-8"), re.DOTALL)
    assert found is not None
    text = found[1].replace("listen 80;", f"listen 127.0.0.1:{port};").replace("/srv/status/site", str(site))
    text = re.sub(r"\n +open_file_cache[^\n]*", "", text)  # So that no second has to be waited for.
    return text.replace("127.0.0.1:8000", "127.0.0.1:9")  # Nobody answers there: Daylight is down.


@contextmanager
def an_nginx(folder: Path, site: Path) -> Iterator[int]:
    """nginx with the recipe, answering at a port."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    places = "".join(
        f"{name}_temp_path {folder}/{name};" for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    user = "user root;" if os.geteuid() == 0 else ""  # Else its workers may not read the folder of this test.
    head = f"{user} pid {folder}/pid; error_log {folder}/error.log; daemon off; worker_processes 1; events {{}}"
    inside = f"access_log off; {places} include /etc/nginx/mime.types;\n{recipe(port=port, site=site)}"
    (folder / "nginx.conf").write_text(f"{head} http {{ {inside} }}")
    server = subprocess.Popen(["nginx", "-c", str(folder / "nginx.conf")], stderr=subprocess.PIPE)
    try:
        wait_for(port, server)
        yield port
    finally:
        server.terminate()
        server.communicate()


def wait_for(port: int, server: "subprocess.Popen[bytes]") -> None:
    """Until it listens."""
    until = time.monotonic() + 10
    while time.monotonic() < until:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        if server.poll() is not None:
            raise AssertionError(server.communicate()[1].decode())
    raise AssertionError("nginx did not listen.")


def ask(port: int, path: str, *, method: str = "GET", **headers: str) -> tuple[int, dict[str, str], bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request(method, path, headers={name.replace("_", "-"): value for name, value in headers.items()})
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    return answer.status, {name.lower(): value for name, value in answer.getheaders()}, body


def test_the_recipe_serves_the_page_while_daylight_is_down(clock: HandClock, tmp_path: Path) -> None:
    a_component()
    incident = a_told_incident(clock.now)
    publishing.refresh(clock.now)
    ours, there = PageFolder.main(), tmp_path / "www"
    there.mkdir()
    tree = ours.tree()
    assert tree is not None
    Directory({"path": str(there)}).push(ours, tree, going_on=lambda: None)

    with an_nginx(tmp_path, there / "site") as port:
        status, headers, body = ask(port, "/")
        assert status == 200
        assert body == (ours.site / "index.html").read_bytes()
        assert headers["content-type"] == "text/html; charset=utf-8"
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
        assert "max-age=5" in headers["cache-control"]
        assert ask(port, "/", if_none_match=headers["etag"])[0] == 304
        assert ask(port, "/", accept_encoding="gzip")[1]["content-encoding"] == "gzip"
        assert ask(port, f"/incidents/{incident.public_id}/")[0] == 200
        said = ask(port, "/status.json")[1]
        assert (said["content-type"], said["access-control-allow-origin"]) == ("application/json; charset=utf-8", "*")
        style = next(name for name in tree.files if name.startswith("assets/") and name.endswith(".css"))
        assert "immutable" in ask(port, f"/{style}")[1]["cache-control"]
        for path in ("/subscribe/", "/incidents/none/", "/desk/", "/incidents/"):
            status, headers, body = ask(port, path)
            assert status == 503
            assert b"There is nothing at this address" in body
        assert ask(port, "/.tree.json")[0] == 404
        assert ask(port, "/", method="POST")[0] == 503

        a_told_incident(clock.now, headline="The second trouble")
        publishing.refresh(clock.now)
        newer = ours.tree()
        assert newer is not None
        Directory({"path": str(there)}).push(ours, newer, going_on=lambda: None)
        assert b"The second trouble" in ask(port, "/")[2]
