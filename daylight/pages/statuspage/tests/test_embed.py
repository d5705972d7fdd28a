"""The status embed: one script and its frame, at Statuspage's addresses, in the colours that were set."""

from conftest import START, HandClock
from daylight.accounts.models import Member
from daylight.incidents.tests.makers import an_incident, an_update
from daylight.pages import reading, serving
from daylight.pages.models import EmbedSettings, Page
from daylight.pages.statuspage import embed


def test_a_script_shows_the_frame_of_what_is_wrong(clock: HandClock, ana: Member) -> None:
    page = Page.main(START)
    EmbedSettings.objects.create(page=page, facts={"position": "top-right", "incident_background_color": "#aa0000"})
    an_update(an_incident(lead=ana))

    made = embed.files(reading.read(page, now=clock.now))

    assert set(made) == {"embed/script.js", "embed/frame.html", "embed/colours.css"}
    script = made["embed/script.js"].decode()
    assert "__SAID__" not in script
    assert f'"summary": "{page.url}/api/v2/summary.json"' in script
    assert '"position": "top-right"' in script
    assert "Card payments fail" in made["embed/frame.html"].decode()
    assert "/embed/colours.css" in made["embed/frame.html"].decode()
    assert b"background:#aa0000;color:#ffffff" in made["embed/colours.css"]
    policy = dict(serving.headers_of("embed/frame.html"))["Content-Security-Policy"]
    assert "frame-ancestors *" in policy


def test_a_private_page_shows_itself_nowhere(clock: HandClock, ana: Member) -> None:
    page = Page.main(START)
    page.access = Page.Access.PRIVATE
    page.save()

    assert embed.files(reading.read(page, now=clock.now)) == {}
