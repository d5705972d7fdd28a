"""Run inside the environment of vukomir-statuspageio or of transity-statuspageio: every call of their services."""

import json
import sys
from typing import Any

import statuspageio  # type: ignore[import-not-found]
from statuspageio.errors import RequestError, ResourceError  # type: ignore[import-not-found]

URL, TOKEN, PAGE = sys.argv[1:]
CLIENT = statuspageio.Client(api_key=TOKEN, page_id=PAGE, organization_id=PAGE)
CLIENT.config.base_url = URL
SERVICES = ("pages", "components", "incidents", "subscribers", "metrics", "users")
EVERY = {
    f"{service}.{name}"
    for service in SERVICES
    for name in vars(type(getattr(CLIENT, service)))
    if not name.startswith("_") and callable(vars(type(getattr(CLIENT, service)))[name])
}
MADE: set[str] = set()


def call(service: str, name: str, /, *words: Any, **more: Any) -> Any:
    """Make a call that must succeed."""
    MADE.add(f"{service}.{name}")
    return getattr(getattr(CLIENT, service), name)(*words, **more)


def refused(service: str, name: str, /, *words: Any, **more: Any) -> None:
    """Make a call that is answered with a sentence."""
    try:
        call(service, name, *words, **more)
    except (RequestError, ResourceError) as problem:
        check("message" in str(vars(problem)) or str(problem), vars(problem))
    else:
        check(False, f"{name} was not refused")


def check(is_right: Any, what: Any) -> None:
    """End with what was wrong."""
    if not is_right:
        sys.exit(f"wrong: {what}")


def page_and_components() -> str:
    check(call("pages", "get").id == PAGE, "page")
    status, _, page = call("pages", "update", name="Acme", time_zone="Europe/Berlin")
    check((status, page.name, page.time_zone) == (200, "Acme", "Europe/Berlin"), page)
    made = call("components", "create", name="Checkout", description="Pay", status="operational")
    other = call("components", "create", name="Old", status="operational")
    check(call("components", "update", made.id, status="partial_outage").status == "partial_outage", "update")
    check(call("components", "delete", other.id) == 204, "delete")
    check([row.name for row in call("components", "list")] == ["Checkout"], "list")
    return str(made.id)


def incidents(component: str) -> None:
    made = call(
        "incidents", "create", name="It fails", status="investigating", message="We look.", component_ids=[component]
    )
    check((made.status, made.components[0].id) == ("investigating", component), made)
    said = call("incidents", "update", made.id, status="identified", message="We know.")
    check(said.status == "identified", said)
    check([row.body for row in said.incident_updates] == ["We know.", "We look."], said)
    check([row.id for row in call("incidents", "list_unresolved")] == [made.id], "unresolved")
    work = call(
        "incidents", "create_scheduled", name="New disk", message="We change it.", component_ids=[component],
        scheduled_for="2027-01-01T10:00:00Z", scheduled_until="2027-01-01T11:00:00Z", scheduled_auto_completed=True,
    )  # fmt: skip
    check((work.status, work.scheduled_auto_completed) == ("scheduled", True), work)
    check([row.id for row in call("incidents", "list_scheduled")] == [work.id], "scheduled")
    check(call("incidents", "delete", work.id) == 200, "delete")
    check([row.id for row in call("incidents", "list")] == [made.id], "list")


def the_rest() -> None:
    made = call("subscribers", "create", email="a@customer.example", skip_confirmation_notification=True)
    check([row.id for row in call("subscribers", "list")] == [made.id], "subscribers")
    check(call("subscribers", "delete", made.id) == 200, "delete")
    check(call("metrics", "list_available") == [] and call("metrics", "list_linked") == [], "metrics")
    check(call("metrics", "list_metrics_for_provider", "self") == [], "metrics of one")
    refused("metrics", "create", "self", name="Requests")
    refused("metrics", "submit_data", "m1", timestamp=1, value=2)
    refused("metrics", "delete_all_data", "m1")
    refused("metrics", "delete", "m1")
    new = call("users", "create", email="new@firm.example", password="x", first_name="New", last_name="One")
    check(new.email == "new@firm.example", new)
    refused("users", "delete", "000000000000")
    check(call("users", "list")[0].email == "ana@firm.example", "users")


def main() -> None:
    """Everything, in an order in which it makes sense."""
    incidents(page_and_components())
    the_rest()
    sys.stdout.write("\n" + json.dumps({"made": len(MADE), "missing": sorted(EVERY - MADE)}))


main()
