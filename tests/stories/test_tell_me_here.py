"""A reader of the status page wants to be told in the browser, without leaving an address."""

import json

from playwright.sync_api import expect

from daylight.cli.tests.processes import eventually
from daylight.core import clock
from daylight.pages import publishing
from daylight.reach.channels.push.tests.test_push import SHARED, THEIR_POINT
from daylight.reach.models import Watcher
from tests.stories.conftest import Open, violations

ENDPOINT = "https://fcm.googleapis.com/fcm/send/a-browser"
HANDED_OUT = json.dumps({"endpoint": ENDPOINT, "keys": {"p256dh": THEIR_POINT, "auth": SHARED}})
A_PUSH_SERVICE = f"""
    const handed = {HANDED_OUT};
    let subscription = null;
    const made = {{ toJSON: () => handed, unsubscribe: async () => {{ subscription = null; return true; }} }};
    PushManager.prototype.subscribe = async (wanted) => {{
      if (wanted.applicationServerKey.length !== 65 || !wanted.userVisibleOnly) throw new Error("not so");
      return (subscription = made);
    }};
    PushManager.prototype.getSubscription = async () => subscription;
"""
"""Stands for the push service, which no test machine reaches; everything else is the browser's own."""


def test_a_reader_is_told_in_the_browser_and_ends_it(open_page: Open) -> None:
    publishing.refresh(clock.now())
    page = open_page("/")
    page.context.grant_permissions(["notifications"])
    page.add_init_script(A_PUSH_SERVICE)
    page.reload()

    page.get_by_role("button", name="Tell me in this browser").click()

    expect(page.get_by_text("We tell you here from now on.")).to_be_visible()
    assert violations(page) == []
    watcher = Watcher.objects.get()
    assert json.loads(watcher.subscription)["endpoint"] == ENDPOINT
    assert (watcher.incident, watcher.language) == (None, "en")

    shown = page.evaluate(
        """async () => {
            const worker = await navigator.serviceWorker.getRegistration("/push/");
            return [worker.active.scriptURL.endsWith("/push/worker.js"), Notification.permission];
        }"""
    )
    assert shown == [True, "granted"]

    page.get_by_role("button", name="Stop telling me in this browser").click()

    expect(page.get_by_text("We tell you nothing more here.")).to_be_visible()
    assert not Watcher.objects.exists()


def test_the_worker_shows_what_comes(open_page: Open) -> None:
    publishing.refresh(clock.now())
    page = open_page("/")
    page.context.grant_permissions(["notifications"])
    page.add_init_script(A_PUSH_SERVICE)
    page.reload()
    page.get_by_role("button", name="Tell me in this browser").click()
    expect(page.get_by_text("We tell you here from now on.")).to_be_visible()
    browser = page.context.new_cdp_session(page)
    registrations: list[str] = []
    browser.on("ServiceWorker.workerRegistrationUpdated", lambda event: registrations.extend(
        one["registrationId"] for one in event["registrations"]
    ))  # fmt: skip
    browser.send("ServiceWorker.enable")
    asking = "navigator.serviceWorker.getRegistration('/push/').then(() => null)"
    assert eventually(lambda: page.evaluate(asking) or registrations)

    origin = page.url.rstrip("/")
    words = {"title": "Checkout fails", "body": "By 14:30.", "tag": "ab12", "url": f"{origin}/incidents/ab12/"}
    said = {"origin": origin, "registrationId": registrations[-1], "data": json.dumps(words)}
    browser.send("ServiceWorker.deliverPushMessage", said)
    shown = page.wait_for_function(
        """async () => {
            const worker = await navigator.serviceWorker.getRegistration("/push/");
            const shown = await worker.getNotifications();
            return shown.length && shown.map((one) => [one.title, one.body, one.tag, one.data.url]);
        }"""
    ).json_value()
    assert shown == [["Checkout fails", "By 14:30.", "ab12", f"{origin}/incidents/ab12/"]]


def test_without_a_script_there_is_no_button(open_page: Open) -> None:
    publishing.refresh(clock.now())
    page = open_page("/", javascript=False)

    expect(page.get_by_role("button", name="Tell me in this browser")).to_be_hidden()
