"""A page is pushed to folders and buckets, looked at there, and a target that lags is an alarm."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from conftest import HandClock
from daylight.accounts.models import AuditEntry, Member
from daylight.incidents.models import Incident
from daylight.pages import publishing
from daylight.pages.folder import PageFolder
from daylight.pages.models import Page, Target
from daylight.pages.targets import pushing
from daylight.pages.tests.bucket import Kept, a_bucket
from daylight.pages.tests.makers import a_component, a_told_incident
from daylight.reach.models import Alarm

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("folder")]


@pytest.fixture
def page(clock: HandClock, settings: Any) -> Page:
    """The main page, standing."""
    settings.PRIVATE_ADDRESSES_ALLOWED = ["127.0.0.1"]
    a_component()
    publishing.refresh(clock.now)
    return Page.main(clock.now)


def a_target(page: Page, clock: HandClock, **settings: str) -> Target:
    kind = Target.Kind.DIRECTORY if "path" in settings else Target.Kind.BUCKET
    check_url = settings.pop("check_url", "")
    target = Target(page=page, kind=kind, name="Elsewhere", due_at=clock.now, check_url=check_url)
    target.settings = settings
    target.save()
    return target


def in_a_bucket(page: Page, clock: HandClock, kept: Kept, **more: str) -> Target:
    return a_target(page, clock, bucket="pages", endpoint=kept.url, key="k", secret="s", **more)


def told(clock: HandClock) -> str:
    """Something happens, and is published; the name of the incident."""
    clock.move(seconds=1)
    incident = a_told_incident(clock.now)
    publishing.refresh(clock.now)
    return str(incident.public_id)


def test_a_folder_shows_each_version(page: Page, clock: HandClock, tmp_path: Path) -> None:
    there = tmp_path / "www"
    there.mkdir()
    target = a_target(page, clock, path=str(there))
    assert pushing.step(clock.now).handled == 1
    assert b"Everything works." in (there / "site/index.html").read_bytes()

    public_id = told(clock)
    assert pushing.step(clock.now).handled == 1

    ours = PageFolder.main()
    assert (there / "site/index.html").read_bytes() == (ours.site / "index.html").read_bytes()
    assert (there / f"site/incidents/{public_id}/index.html").exists()
    assert (there / "site/index.html.br").exists()
    target.refresh_from_db()
    assert target.shows == clock.now == target.seen_at
    assert target.due_at == clock.now + pushing.LOOKED_AT_EVERY


def test_a_bucket_gets_what_is_new_and_the_first_page_last(page: Page, clock: HandClock) -> None:
    with a_bucket() as kept:
        target = in_a_bucket(page, clock, kept)
        pushing.step(clock.now)
        assert b"Everything works." in kept.files["index.html"]
        assert "text/html" in kept.headers["index.html"]["Content-Type"]
        style = next(name for name in kept.files if name.startswith("assets/status-") and name.endswith(".css"))
        assert "immutable" in kept.headers[style]["Cache-Control"]

        kept.put.clear()
        public_id = told(clock)
        pushing.step(clock.now)

        assert style not in kept.put
        order = [kept.put.index(name) for name in (f"incidents/{public_id}/index.html", "status.json", "index.html")]
        assert order == sorted(order)
        assert kept.put[-1] == "tree.json"
        assert json.loads(kept.files["publication.json"])["made_at"] == clock.now.isoformat()
        target.refresh_from_db()
        assert target.shows == clock.now

        page.placements.create(
            incident=Incident.objects.get(public_id=public_id),
            is_shown=False,
            placed_at=clock.now,
            placed_by=Member.objects.all()[0],
        )
        clock.move(minutes=1)
        publishing.refresh(clock.now)
        pushing.step(clock.now)
        assert not [name for name in kept.files if public_id in name]


def test_a_bucket_that_refuses_shows_the_version_before_and_alarms_once(
    page: Page, clock: HandClock, ana: Member
) -> None:
    with a_bucket() as kept:
        target = in_a_bucket(page, clock, kept)
        pushing.step(clock.now)
        before = {name: kept.files[name] for name in ("index.html", "publication.json")}
        told(clock)
        kept.takes = 3
        for _ in range(12):
            pushing.step(clock.now)
            clock.move(seconds=20)

        assert {name: kept.files[name] for name in before} == before
        target.refresh_from_db()
        assert "does not take it" in target.problem
        assert target.behind_since is not None
        assert [alarm.member for alarm in Alarm.objects.filter(key__startswith="target-")] == [ana]

        kept.takes = 1_000_000
        publishing.refresh(clock.now)
        pushing.step(clock.now)
        target = Target.objects.get(pk=target.pk)
        assert (target.problem, target.behind_since) == ("", None)
        assert b"Card payments fail" in kept.files["index.html"]


def test_a_target_the_world_sees_old_is_behind(page: Page, clock: HandClock) -> None:
    with a_bucket() as kept, a_bucket() as cache:
        cache.files["publication.json"] = json.dumps({"made_at": (clock.now - timedelta(hours=1)).isoformat()}).encode()
        target = in_a_bucket(page, clock, kept, check_url=f"{cache.url}/pages/")
        pushing.step(clock.now)
        target.refresh_from_db()
        assert "still shows an older one" in target.problem

        cache.files["publication.json"] = kept.files["publication.json"]
        clock.move(seconds=5)
        pushing.step(clock.now)
        target.refresh_from_db()
        assert target.problem == ""


def test_a_folder_that_is_no_more_is_a_sentence(page: Page, clock: HandClock, tmp_path: Path) -> None:
    target = a_target(page, clock, path=str(tmp_path / "gone"))
    pushing.step(clock.now)
    target.refresh_from_db()
    assert "There is no folder" in target.problem
    assert target.due_at == clock.now + pushing.WAITS[0]


def test_an_older_version_never_takes_the_place_of_a_newer_one(page: Page, clock: HandClock, tmp_path: Path) -> None:
    (tmp_path / "www").mkdir()
    target = a_target(page, clock, path=str(tmp_path / "www"))
    Target.objects.filter(pk=target.pk).update(shows=clock.now + timedelta(minutes=1))
    pushing.step(clock.now)
    assert not (tmp_path / "www/site").exists()


def test_the_crew_adds_pauses_and_forgets(
    client: Client, ana: Member, page: Page, clock: HandClock, tmp_path: Path
) -> None:
    client.force_login(ana)
    assert "No copies yet" in client.get("/desk/pages/status/targets/").content.decode()
    wrong = client.post("/desk/pages/status/targets/add/directory/", {"name": "Kept", "path": "relative"})
    assert wrong.status_code == 422
    assert "whole path" in wrong.content.decode()
    assert "Kept" in wrong.content.decode()
    client.post("/desk/pages/status/targets/add/directory/", {"name": "Share", "path": str(tmp_path)})
    bucket = {"name": "CDN", "bucket": "b", "key": "k", "secret": "very-secret"}
    client.post("/desk/pages/status/targets/add/bucket/", bucket)
    text = client.get("/desk/pages/status/targets/").content.decode()
    assert "Share" in text
    assert "very-secret" not in text

    share = Target.objects.get(name="Share")
    client.post(f"/desk/pages/status/targets/{share.pk}/", {"act": "pause"})
    share.refresh_from_db()
    assert (share.is_paused, share.due_at) == (True, None)
    publishing.refresh(clock.now + timedelta(minutes=2))
    assert Target.objects.get(name="Share").due_at is None
    client.post(f"/desk/pages/status/targets/{share.pk}/", {"act": "resume"})
    assert Target.objects.get(name="Share").due_at == clock.now
    assert client.get(f"/desk/pages/status/targets/{share.pk}/remove/").status_code == 200
    client.post(f"/desk/pages/status/targets/{share.pk}/remove/")
    assert not Target.objects.filter(name="Share").exists()
    assert AuditEntry.objects.filter(act="page.target.remove").exists()


def test_a_private_page_is_not_copied(page: Page, clock: HandClock, tmp_path: Path) -> None:
    target = a_target(page, clock, path=str(tmp_path))
    Page.objects.update(access=Page.Access.PRIVATE)
    pushing.step(clock.now)
    target.refresh_from_db()
    assert "private" in target.problem
    assert not (tmp_path / "site").exists()
