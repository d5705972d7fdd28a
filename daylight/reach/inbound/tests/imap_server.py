"""A real IMAP server (Debian's dovecot-imapd) in a folder of its own, as whoever runs the tests."""

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

DOVECOT = shutil.which("dovecot", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")

_CONFIGURATION = """
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/log
protocols = imap
listen = 127.0.0.1
ssl = no
disable_plaintext_auth = no
auth_failure_delay = 0 secs
default_internal_user = {user}
default_internal_group = {group}
default_login_user = {login_user}
first_valid_uid = 1
mail_location = maildir:{folder}/mail/%u
passdb {{
  driver = static
  args = password=right
}}
userdb {{
  driver = static
  args = uid={user} gid={group} home={folder}/mail/%u
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
service anvil {{
  chroot =
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service stats {{
  chroot =
}}
"""


@contextmanager
def serving() -> Iterator[dict[str, Any]]:
    """Serve until the block ends; yields the settings of a mailbox for its user `ana`."""
    with tempfile.TemporaryDirectory() as name, _dovecot(Path(name)) as settings:
        yield settings


@contextmanager
def _dovecot(folder: Path) -> Iterator[dict[str, Any]]:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    user = "nobody" if os.geteuid() == 0 else pwd.getpwuid(os.geteuid()).pw_name
    group = subprocess.run(["id", "-gn", user], check=True, capture_output=True, text=True).stdout.strip()
    for name in ("run", "state", "mail"):
        (folder / name).mkdir()
    if os.geteuid() == 0:
        shutil.chown(folder / "mail", user, group)
        folder.chmod(0o711)
    file = folder / "dovecot.conf"
    file.write_text(_CONFIGURATION.format(folder=folder, port=port, user=user, group=group, login_user=user))
    server = subprocess.Popen([str(DOVECOT), "-F", "-c", str(file)], start_new_session=True)
    try:
        _wait_until_it_answers(port, folder / "log")
        yield {"host": "127.0.0.1", "port": port, "security": "none", "user": "ana", "password": "right"}
    finally:
        os.killpg(server.pid, signal.SIGTERM)
        server.wait(10)


def _wait_until_it_answers(port: int, log: Path) -> None:
    deadline = time.monotonic() + 10
    while True:
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=1) as connection:
                if connection.recv(4) == b"* OK":
                    return
        except OSError as problem:
            if time.monotonic() > deadline:
                raise AssertionError(log.read_text() if log.exists() else "no log") from problem
        time.sleep(0.05)
