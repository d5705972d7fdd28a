"""Ten thousand customers with thirty thousand orders: whoever is affected is told once, and nobody else.

Starts Daylight as `./run` does, on an empty data folder, with its mail going to an independent mail server; imports
the customers in a browser and the orders by command; declares, tells, corrects, lets a promise pass, holds the line
and resolves, all in the browser; and after each step compares the mail server, the ledger, the panel and the status
page with what the files say. Prints the figures; the first thing that does not agree ends it. DATABASE_URL names an
empty database for PostgreSQL; without it everything is in SQLite.
"""

import argparse
import re
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from html import unescape
from pathlib import Path
from zoneinfo import ZoneInfo

from playwright.sync_api import Page

from proofs import files
from proofs.mails import Mailbag, Said, wrong
from proofs.product import ask, browser, daylight, mail_server, require, sign_in, wait_for

REASON = "Your order ships from our warehouse North between 3 and 5 May."
TITLE = "Parcels from warehouse North leave late"
EN = {
    "headline": TITLE,
    "what": "A pipe has burst in warehouse North; parcels leave two days late.",
    "who": "Orders from warehouse North that ship from 3 to 5 May.",
    "doing": "The water is off and the floor is being dried; we repack what got wet.",
    "meanwhile": "Nothing to do; reply if two days are too late for you.",
}
DE = {
    "headline": "Pakete aus dem Lager Nord gehen später los",
    "what": "Im Lager Nord ist ein Rohr gebrochen; Pakete gehen zwei Tage später los.",
    "who": "Bestellungen aus dem Lager Nord, die vom 3. bis 5. Mai losgehen sollten.",
    "doing": "Das Wasser ist abgestellt, der Boden wird getrocknet; nasse Ware packen wir neu.",
    "meanwhile": "Nichts zu tun; antworten Sie, wenn zwei Tage zu lang sind.",
}
UNKNOWN = {"en": "We do not know yet.", "de": "Das wissen wir noch nicht."}
COOLING = 3.0
"""Seconds without a mail after the last one was due, in which a mail too many would show."""


@dataclass
class Scene:
    """Everything the steps below look at."""

    page: Page
    url: str
    bag: Mailbag
    people: list[files.Person]
    room: str = ""
    pressed_at: float = 0.0

    @property
    def public_id(self) -> str:
        """The incident's name in addresses."""
        return self.room.rstrip("/").rpartition("/")[2]

    @property
    def with_mail(self) -> int:
        """Affected customers who have a mail address."""
        return sum(bool(person.email) for person in self.people)


def main() -> None:
    """Run the proof."""
    options = _options()
    folder = Path(tempfile.mkdtemp(prefix="daylight-proof-"))
    today = datetime.now(UTC).date()
    year = today.year + (today > date(today.year, 4, 1))
    firm = files.make(options.customers, options.orders, around=date(year, 5, 4))
    people = firm.affected(warehouse="North", first=date(year, 5, 3), last=date(year, 5, 5))
    customers, orders = files.write(firm, folder)
    print(
        f"{len(firm.people):,} customers, {len(firm.orders):,} orders; affected by the files: {len(people):,}, "
        f"of whom {sum(not person.email for person in people)} have no mail address"
    )
    try:
        with (
            mail_server(folder) as (port, bag),
            daylight(folder, port, options.port) as (url, link),
            browser() as page,
        ):
            scene = Scene(page, url, bag, people)
            sign_in(page, link)
            _import(scene, customers, options)
            _import_by_command(orders, len(firm.orders))
            _tell_all(scene, year)
    finally:
        if options.keep:
            print(f"everything is kept in {folder}")
        else:
            shutil.rmtree(folder, ignore_errors=True)
    print("PROVED")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="bin/prove ten_thousand", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--customers", type=int, default=10_000)
    parser.add_argument("--orders", type=int, default=30_000)
    parser.add_argument("--port", type=int, default=8180, help="where Daylight listens")
    parser.add_argument("--keep", action="store_true", help="keep the data folder")
    return parser.parse_args()


# -- The steps ---------------------------------------------------------------------------------------------------------


def _import(scene: Scene, path: Path, options: argparse.Namespace) -> None:
    page, began = scene.page, time.monotonic()
    page.goto(f"{scene.url}/desk/customers/imports/new/")
    page.locator("#file").set_input_files(path)
    page.get_by_role("button", name="Upload and look at it").click()
    page.get_by_label("Country", exact=False).or_(page.locator("[name=region]")).first.fill("DE")
    page.get_by_role("button", name="Import this file").click()
    page.get_by_text(f"{options.customers:,} rows read").wait_for(timeout=300_000)
    said = page.locator("dl.facts").inner_text().replace("\n", " ")
    require(f"Added {options.customers:,}" in said, f"the browser's import says: {said}")
    print(f"customers imported in the browser in {time.monotonic() - began:.1f} s: {said}")


def _import_by_command(path: Path, rows: int) -> None:
    began = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-m", "daylight.cli", "import", "commitments", str(path)],
        capture_output=True,
        text=True,
        check=False,
    )
    require(done.returncode == 0 and f"{rows:,} added" in done.stdout, f"daylight import: {done.stdout}{done.stderr}")
    print(f"orders imported by command in {time.monotonic() - began:.1f} s: {done.stdout.strip()}")


def _tell_all(scene: Scene, year: int) -> None:
    _declare(scene, year)
    parts = {"en": [*_without_headline(EN), UNKNOWN["en"]], "de": [*_without_headline(DE), UNKNOWN["de"]]}
    due = _in_minutes(60)
    _write(scene, en=EN, de=DE, due=due)
    first = Said(subject="", parts=parts, next_by=due, also=(REASON,))
    _told(scene, "first update", first, number=1)

    what, was = (
        "two pipes have burst in warehouse North; parcels leave three days late.",
        "zwei Rohre gebrochen; Pakete gehen drei Tage später los.",
    )
    en, de = EN | {"what": what}, DE | {"what": was}
    due = _in_minutes(2)
    _write(scene, en=en, de=de, due=due, correction=True)
    corrected = {
        "en": [*_without_headline(en), UNKNOWN["en"], "We said", EN["what"]],
        "de": [*_without_headline(de), UNKNOWN["de"], DE["what"]],
    }
    _told(scene, "correction", replace(first, parts=corrected, next_by=due), number=2)

    _let_it_pass(scene, due)
    _hold(scene)
    held = {"en": [what, EN["meanwhile"], UNKNOWN["en"]], "de": [was, DE["meanwhile"], UNKNOWN["de"]]}
    _told(scene, "holding update", replace(first, parts=held, next_by=_next_word(scene)), number=3)

    en, de = en | {"doing": "Every parcel has left."}, de | {"doing": "Jedes Paket ist unterwegs."}
    _write(scene, en=en, de=de, due=None, stage="resolved")
    resolved = {"en": [*_without_headline(en)], "de": [*_without_headline(de)]}
    _told(scene, "resolution", replace(first, parts=resolved, next_by=None), number=4)
    _agree_at_the_end(scene)


def _declare(scene: Scene, year: int) -> None:
    page = scene.page
    page.goto(f"{scene.url}/desk/incidents/declare/")
    page.get_by_label("What happened?").fill(TITLE)
    page.get_by_label("What kind of trouble is it?").select_option("late_delivery")
    page.locator("[name=rule_kind][value=commitments]").check()
    page.locator("[name=promised_from]").fill(f"{year}-05-03")
    page.locator("[name=promised_until]").fill(f"{year}-05-05")
    page.locator("[name=commitment_kind]").fill("order")
    page.locator("[name=commitment_facts]").fill("warehouse = North")
    page.locator("[name=reason]").fill(REASON)
    page.locator("#count").get_by_text(f"{len(scene.people):,}").first.wait_for()
    page.get_by_role("button", name="Declare the incident").click()
    page.wait_for_url("**/desk/incident/*/")
    scene.room = page.url
    print(f"declared; the register holds {len(scene.people):,} customers, as the files say")


def _without_headline(words: dict[str, str]) -> list[str]:
    return [text for name, text in words.items() if name != "headline"]


def _in_minutes(minutes: int) -> datetime:
    return (datetime.now(UTC) + timedelta(minutes=minutes)).replace(second=0, microsecond=0)


def _write(
    scene: Scene,
    *,
    en: dict[str, str],
    de: dict[str, str],
    due: datetime | None,
    correction: bool = False,
    stage: str = "",
) -> None:
    page = scene.page
    page.goto(scene.room)
    page.locator("#composer").wait_for()
    page.evaluate("document.querySelectorAll('#composer details').forEach(each => { each.open = true })")
    for language, words in (("en", en), ("de", de)):
        for name, text in words.items():
            page.locator(f"#composer [name={language}-{name}]").fill(text)
    if stage:
        page.locator("#composer [name=stage]").select_option(stage)
    if due is not None:
        local = due.astimezone(ZoneInfo(files.HOME_ZONE))
        page.locator("#composer [name=next_update_by]").fill(f"{local:%Y-%m-%dT%H:%M}")
    if correction:
        page.locator("#composer [name=is_correction]").check()
    scene.pressed_at = time.time()
    page.locator("#composer button[value=send]").click()
    page.get_by_text("Leaving in").or_(
        page.locator("#composer .callout--red, #composer .field--wrong")
    ).first.wait_for()
    wrong_fields = page.locator(
        "#composer .callout--red, #composer .field__error, #composer .errorlist"
    ).all_inner_texts()
    require(not wrong_fields, f"the composer says: {wrong_fields}")


def _told(scene: Scene, name: str, said: Said, *, number: int) -> None:
    """Wait for the mails of one update; then everything must agree."""
    began = scene.pressed_at
    wait_for(
        lambda: scene.bag.count() >= scene.with_mail,
        300,
        f"{name}: {scene.with_mail:,} mails (have {scene.bag.count():,})",
    )
    time.sleep(COOLING)
    mails = scene.bag.take()
    checking = time.monotonic()
    problems = wrong(mails, scene.people, said)
    require(not problems, f"{name}: {len(problems):,} faults, such as:\n  " + "\n  ".join(problems[:12]))
    at = sorted(mail.at for mail in mails)
    _ledger_agrees(scene, number, len(mails))
    _page_agrees(scene, said, number)
    print(
        f"{name}: {len(mails):,} mails to {scene.with_mail:,} reachable of {len(scene.people):,} affected, none to"
        f" others, no defects; first {at[0] - began:.1f} s and last {at[-1] - began:.1f} s after the button,"
        f" {len(mails) / max(at[-1] - at[0], 0.001):,.0f} a second; ledger, panel and page agree"
        f" (checked in {time.monotonic() - checking:.1f} s)"
    )


def _ledger_agrees(scene: Scene, number: int, mails: int) -> None:
    counted = ask(
        "from daylight.reach.models import Notice, Delivery\n"
        "from daylight.reach.moves import State\nfrom django.db.models import Count\n"
        f"notice = Notice.objects.get(incident__public_id={scene.public_id!r}, update__number={number})\n"
        "rows = Delivery.objects.filter(notice=notice).values_list('state').annotate(Count('pk'))\n"
        "print(json.dumps({'customers': notice.customers, 'unreachable': notice.unreachable,"
        " 'states': {State(state).name: n for state, n in rows},"
        " 'told': Delivery.objects.filter(notice=notice, state=State.ACCEPTED).values('customer').distinct().count(),"
        " 'elsewhere': Delivery.objects.exclude(notice__incident=notice.incident).count()}))\n"
    )
    wanted = {
        "customers": len(scene.people),
        "unreachable": len(scene.people) - scene.with_mail,
        "states": {"ACCEPTED": mails},
        "told": scene.with_mail,
        "elsewhere": 0,
    }
    require(counted == wanted, f"update {number}: the ledger says {counted}, the mail server and the files {wanted}")
    page = scene.page
    page.goto(scene.room)
    said = " ".join(page.locator("#part-told").inner_text().split())
    for figure in (scene.with_mail, len(scene.people) - scene.with_mail):
        require(f"{figure:,}" in said, f"update {number}: the panel says “{said}”, without {figure:,}")


def _public(scene: Scene, path: str) -> str:
    with urllib.request.urlopen(f"{scene.url}{path}", timeout=10) as answer:  # noqa: S310  # Our own server.
        return str(answer.read().decode())


def _page_agrees(scene: Scene, said: Said, number: int) -> None:
    def has_all() -> bool:
        page = _text(_public(scene, f"/incidents/{scene.public_id}/"))
        return all(part in page for part in said.parts["en"] if part not in UNKNOWN.values() and part != "We said")

    wait_for(has_all, 15, f"update {number} on the incident's page")
    front = _public(scene, "/")
    if said.next_by is None:
        require("data-countdown" not in front, "the status page still counts down after the resolution")
        return
    promised = [datetime.fromisoformat(moment) for moment in re.findall(r'data-countdown="([^"]+)"', front)]
    require(said.next_by in promised, f"the status page promises {promised}, the mails {said.next_by}")
    require(EN["headline"] in _text(front), "the status page does not name the incident")


def _text(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


def _next_word(scene: Scene) -> datetime:
    promise = ask(
        "from daylight.incidents.models import Incident\n"
        f"incident = Incident.objects.get(public_id={scene.public_id!r})\n"
        "print(json.dumps({'at': incident.open_promise.promised_for.isoformat()}))\n"
    )
    return datetime.fromisoformat(str(promise["at"]))


def _let_it_pass(scene: Scene, due: datetime) -> None:
    """Say nothing until the promised time has gone: the world must read that we are late."""
    time.sleep(max(0.0, (due - datetime.now(UTC)).total_seconds()))
    wait_for(lambda: "our update is late" in _text(_public(scene, "/")), 60, "“our update is late” on the status page")
    waited = (datetime.now(UTC) - due).total_seconds()
    time.sleep(max(0.0, 61 - waited))  # A promise names a minute, and word within that minute keeps it.
    require(not scene.bag.take(), "somebody was told something before the holding update")
    print(f"the promised time passed in silence; {waited:.1f} s after it the status page was seen to say so")


def _hold(scene: Scene) -> None:
    scene.page.goto(f"{scene.url}/desk/")
    scene.pressed_at = time.time()
    scene.page.get_by_role("button", name="Send holding update").first.click()
    wait_for(lambda: scene.bag.count() > 0, 60, "the first mail of the holding update")


def _agree_at_the_end(scene: Scene) -> None:
    promises = ask(
        "from daylight.incidents.models import Promise\n"
        f"found = Promise.objects.filter(incident__public_id={scene.public_id!r}).order_by('update__number')\n"
        "print(json.dumps({'states': list(found.values_list('state', flat=True))}))\n"
    )
    require(promises["states"] == ["kept", "kept_late", "kept"], f"the promises are {promises['states']}")
    audit = subprocess.run(
        [sys.executable, "-m", "daylight.cli", "audit", "verify"], capture_output=True, text=True, check=False
    )
    require(audit.returncode == 0, audit.stdout + audit.stderr)
    print(f"promises: kept, kept late, kept; {audit.stdout.strip()}")


if __name__ == "__main__":
    main()
