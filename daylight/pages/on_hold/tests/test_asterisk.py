"""A real Asterisk plays the message to a caller: fetched by our program, heard in full, the caller's key passed on."""

import os
import re
import shutil
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from pytest_django.live_server_helper import LiveServer

from daylight.core import clock
from daylight.pages import publishing
from daylight.pages.folder import PageFolder
from daylight.pages.models import Page, PhoneLine, SpokenText
from daylight.pages.on_hold import sound, voicing
from daylight.pages.on_hold.lines import program_for
from daylight.pages.on_hold.tests.test_voicing import READS_ALOUD
from daylight.pages.tests.makers import a_told_incident
from daylight.reach.models import Provider, SignUp

ASTERISK = shutil.which("asterisk", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(ASTERISK is None, reason="asterisk is not on this machine"),
    pytest.mark.django_db(transaction=True),
]

MODULES = (
    "pbx_config app_mixmonitor app_senddtmf app_system app_stack res_speech res_agi res_clioriginate func_callerid"
    " format_wav format_pcm codec_ulaw res_timing_timerfd"
)

CONFIGURED = {
    "asterisk.conf": """[directories]
astetcdir => {etc}
astvarlibdir => {root}/lib
astdbdir => {root}/lib
astkeydir => {root}/lib
astdatadir => {data}
astagidir => {root}/agi
astspooldir => {root}/spool
astrundir => {root}/run
astlogdir => {root}/log
""",
    "modules.conf": "[modules]\nautoload=no\n{modules}",
    "logger.conf": "[general]\n[logfiles]\nfull => notice,warning,error,verbose\n",
    "extensions.conf": """#include "daylight.conf"

[test]
exten => news,1,Set(CALLERID(num)=015112345678)
 same => n,Answer()
 same => n,MixMonitor({root}/heard.wav)
 same => n,Gosub(daylight-on-hold,s,1)
 same => n,StopMixMonitor()
 same => n,System(echo ${{DAYLIGHT_ON_HOLD}} > {root}/played)
 same => n,Hangup()

exten => listen,1,Answer()
 same => n,Wait(60)

exten => press,1,Answer()
 same => n(again),Wait(0.5)
 same => n,SendDTMF(1)
 same => n,Goto(again)
""",
}


@dataclass(frozen=True)
class Asterisk:
    """An Asterisk of our own, with folders of its own."""

    root: Path

    def say(self, command: str) -> str:
        """A command of its console, and what it answers."""
        done = subprocess.run(
            [str(ASTERISK), "-C", str(self.root / "etc" / "asterisk.conf"), "-rx", command],
            capture_output=True, text=True, timeout=20, check=False,
        )  # fmt: skip
        return done.stdout + done.stderr

    def call(self, extension: str) -> str:
        """A call between `extension` and the phone line; how it ended."""
        (self.root / "played").unlink(missing_ok=True)
        self.say(f"channel originate Local/{extension}@test/n extension news@test")
        until(lambda: (self.root / "played").exists() and (self.root / "played").read_text(), within=30)
        return (self.root / "played").read_text().strip()


def until(is_so: Callable[[], object], *, within: float) -> None:
    ends = time.monotonic() + within
    while not is_so():
        assert time.monotonic() < ends, "It took too long."
        time.sleep(0.05)


@pytest.fixture
def line(tmp_path: Path, settings: Any, live_server: LiveServer) -> PhoneLine:
    """A line whose message stands with its sound, on a server that answers."""
    settings.DATA_DIR, settings.SITE_URL = tmp_path / "data", live_server.url
    script = tmp_path / "reads_aloud.py"
    script.write_text(READS_ALOUD.replace("* 50", "* 80"), encoding="utf-8")
    settings.VOICE_COMMAND = f"{sys.executable} {script} {{text_file}} {{language}} {{out}}"
    account: Any = {"account_sid": "AC1", "auth_token": "t", "sender": "+1"}
    Provider.objects.create(channel="sms", name="Texts", kind="twilio", settings=account)
    now = clock.now()
    a_told_incident(now)
    publishing.refresh(now)
    while voicing.step(now).handled:
        pass
    publishing.refresh(clock.now())
    return PhoneLine.objects.create(
        page=Page.main(now), name="Queue", kind="asterisk", secret="of-the-line", country="DE", made_at=now
    )


@pytest.fixture
def asterisk(tmp_path: Path, line: PhoneLine, monkeypatch: pytest.MonkeyPatch) -> Iterator[Asterisk]:
    root, etc = tmp_path / "pbx", tmp_path / "pbx" / "etc"
    for name in ("etc", "lib", "agi", "spool", "run", "log"):
        (root / name).mkdir(parents=True)
    program = root / "agi" / "daylight-on-hold"
    text = program_for(line).replace("#!/usr/bin/env python3", f"#!{sys.executable}")
    program.write_text(text.replace("SECONDS = 2.0", "SECONDS = 10.0"), encoding="utf-8")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    modules = "".join(f"load => {name}.so\n" for name in MODULES.split())
    for name, text in CONFIGURED.items():
        filled = text.format(etc=etc, root=root, modules=modules, data="/usr/share/asterisk")
        (etc / name).write_text(filled, encoding="utf-8")
    (etc / "daylight.conf").write_bytes((PageFolder.main().site / "on-hold" / "asterisk.conf").read_bytes())
    monkeypatch.setenv("DAYLIGHT_LINE_FOLDER", str(root / "kept"))
    with (root / "out").open("wb") as out:
        running = subprocess.Popen(
            [str(ASTERISK), "-f", "-C", str(etc / "asterisk.conf")], stdout=out, stderr=out, stdin=subprocess.DEVNULL
        )
    started = Asterisk(root)
    try:
        until(lambda: "fully booted" in started.say("core waitfullybooted"), within=20)
        yield started
    finally:
        running.terminate()
        running.wait(timeout=10)


def test_callers_of_a_real_asterisk(asterisk: Asterisk, line: PhoneLine) -> None:
    """One start of Asterisk for the whole tale: it takes longer than all calls together."""
    assert "AGI(daylight-on-hold)" in asterisk.say("dialplan show daylight-on-hold")
    _a_caller_hears_the_message_in_full(asterisk, line)
    _the_key_of_a_caller_is_passed_on(asterisk)
    _what_is_kept_is_played_while_we_are_away_and_never_too_old(asterisk)


def _a_caller_hears_the_message_in_full(asterisk: Asterisk, line: PhoneLine) -> None:
    assert asterisk.call("listen") == "message"

    line.refresh_from_db()
    current = SpokenText.objects.get(part="message", ended_at__isnull=True)
    press = SpokenText.objects.get(part="press")
    played = sound.read_wav((asterisk.root / "heard.wav").read_bytes())
    assert line.heard_version == current.version
    assert not played.is_silent
    assert played.seconds == pytest.approx((current.seconds or 0) + (press.seconds or 0), abs=0.2)
    if shutil.which("sox"):
        said = ["sox", str(asterisk.root / "heard.wav"), "-n", "stat"]
        stat = subprocess.run(said, capture_output=True, text=True, check=True).stderr
        heard = dict(line.split(":", 1) for line in stat.splitlines() if line.count(":") == 1)
        assert float(heard["Length (seconds)"]) == pytest.approx(played.seconds, abs=0.01)
        assert float(heard["RMS     amplitude"]) > 0.05


def _the_key_of_a_caller_is_passed_on(asterisk: Asterisk) -> None:
    assert asterisk.call("press") == "message"

    assert SignUp.objects.get().address == "+4915112345678"


def _what_is_kept_is_played_while_we_are_away_and_never_too_old(asterisk: Asterisk) -> None:
    PhoneLine.objects.update(retired_at=clock.now())
    kept = asterisk.root / "kept" / "message.json"
    os.utime(kept, (0, 0))
    assert asterisk.call("press") == "message"

    kept.write_text(re.sub(r"20\d\d(?=-\d\d-\d\dT)", "2020", kept.read_text()))
    os.utime(kept, (0, 0))
    assert asterisk.call("press") == "neutral"
