"""Run inside the environment of atlassian-statuspage 1.0.2: every call of its 19 classes, each answer checked.

Says which calls it made; the test that starts it wants all of them.
"""

import json
import sys
from collections.abc import Callable
from typing import Any

import atlassian_statuspage as client  # type: ignore[import-not-found]
from atlassian_statuspage.rest import ApiException  # type: ignore[import-not-found]

URL, TOKEN, PAGE = sys.argv[1:]
WORDY = ("with_http_info", "__init__")


def surface() -> dict[str, Any]:
    """One object of each class, by the class's name."""
    configuration = client.Configuration()
    configuration.host = f"{URL}/v1"
    configuration.api_key["Authorization"] = TOKEN
    configuration.api_key_prefix["Authorization"] = "OAuth"
    made = client.ApiClient(configuration)
    return {name: getattr(client, name)(made) for name in dir(client) if name.endswith("Api")}


APIS = surface()
EVERY = {
    f"{name}.{call}"
    for name, api in APIS.items()
    for call in dir(api)
    if call.startswith(("get_", "post_", "put_", "patch_", "delete_")) and not call.endswith(WORDY)
}
MADE: set[str] = set()


def call(api: str, name: str, *words: Any, **more: Any) -> Any:
    """Make a call that must succeed."""
    MADE.add(f"{api}.{name}")
    return getattr(APIS[api], name)(*words, **more)


def refused(status: int, api: str, name: str, *words: Any) -> None:
    """Make a call that is answered with a sentence."""
    MADE.add(f"{api}.{name}")
    try:
        getattr(APIS[api], name)(*words)
    except ApiException as problem:
        said = json.loads(problem.body)
        check(problem.status == status and said["message"] and said["error"], (name, problem.status, said))
    else:
        check(False, f"{name} was not refused")


def check(is_right: Any, what: Any) -> None:
    """End with what was wrong."""
    if not is_right:
        sys.exit(f"wrong: {what}")


def pages() -> None:
    api = "PagesApi"
    (page,) = call(api, "get_pages")
    check(page.id == PAGE and page.time_zone == "UTC", page)
    check(call(api, "get_pages_page_id", PAGE).url, "url")
    named = call(api, "patch_pages_page_id", {"page": {"name": "Acme"}}, PAGE)
    check(named.name == "Acme", named)
    check(call(api, "put_pages_page_id", {"page": {"page_description": "How it goes"}}, PAGE).name == "Acme", "put")
    api = "StatusEmbedConfigApi"
    name = "pages_page_id_status_embed_config"
    check(call(api, f"get_{name}", PAGE).position == "bottom-left", "embed")
    config = {"status_embed_config": {"position": "top-right", "incident_background_color": "#aa0000"}}
    check(call(api, f"patch_{name}", config, PAGE).position == "top-right", "embed patched")
    check(call(api, f"put_{name}", config, PAGE).incident_background_color == "#aa0000", "embed put")


def components() -> list[str]:
    api, name = "ComponentsApi", "pages_page_id_components"
    body = client.PostPagesPageIdComponents(
        component=client.PostPagesPageIdComponentsComponent(name="Checkout", status="operational", description="Pay")
    )
    made = call(api, f"post_{name}", body, PAGE)
    other = call(api, f"post_{name}", {"component": {"name": "Search"}}, PAGE)
    third = call(api, f"post_{name}", {"component": {"name": "Old"}}, PAGE)
    check({row.name for row in call(api, f"get_{name}", PAGE)} == {"Checkout", "Search", "Old"}, "components")
    check(call(api, f"get_{name}_component_id", PAGE, made.id).description == "Pay", "component")
    change = {"component": {"status": "degraded_performance"}}
    check(call(api, f"patch_{name}_component_id", change, PAGE, made.id).status == "degraded_performance", "patch")
    change = {"component": {"status": "operational", "description": "Paying"}}
    check(call(api, f"put_{name}_component_id", change, PAGE, made.id).description == "Paying", "put")
    check(call(api, f"get_{name}_component_id_uptime", PAGE, made.id).uptime_percentage == 100.0, "uptime")
    for who in ("users", "groups"):
        refused(422, api, f"post_{name}_component_id_page_access_{who}", PAGE, made.id)
        refused(404, api, f"delete_{name}_component_id_page_access_{who}", PAGE, made.id)
    call(api, f"delete_{name}_component_id", PAGE, third.id)
    check(len(call(api, f"get_{name}", PAGE)) == 2, "deleted")
    return [made.id, other.id]


def groups(ids: list[str]) -> None:
    api, name = "ComponentGroupsApi", "pages_page_id_component_groups"
    made = call(api, f"post_{name}", {"component_group": {"name": "Shop", "components": ids}}, PAGE)
    check(made.name == "Shop" and all(each in made.components for each in ids), made)
    check([row.id for row in call(api, f"get_{name}", PAGE)] == [made.id], "groups")
    check(call(api, f"get_{name}_id", PAGE, made.id).name == "Shop", "group")
    check(call(api, f"get_{name}_id_uptime", PAGE, made.id).id == made.id, "uptime")
    change = {"component_group": {"name": "Web", "components": ids[:1]}}
    check(call(api, f"patch_{name}_id", change, PAGE, made.id).name == "Web", "patch")
    check(ids[1] not in call(api, f"put_{name}_id", change, PAGE, made.id).components, "put")
    check(call(api, f"delete_{name}_id", PAGE, made.id).id == made.id, "delete")


def incidents(ids: list[str]) -> None:
    api, name = "IncidentsApi", "pages_page_id_incidents"
    body = client.PostPagesPageIdIncidents(
        incident=client.PostPagesPageIdIncidentsIncident(
            name="Checkout fails", status="investigating", body="Cards are refused.",
            components={ids[0]: "major_outage"}, component_ids=[ids[0]], metadata={"ticket": {"id": "7"}},
        )
    )  # fmt: skip
    made = call(api, f"post_{name}", body, PAGE)
    check(made.impact == "critical" and made.incident_updates[0].body == "Cards are refused.", made)
    check(call(api, f"get_{name}_incident_id", PAGE, made.id).components[0].status == "major_outage", "incident")
    said = {"incident": {"status": "identified", "body": "The bank knows."}}
    changed = call(api, f"patch_{name}_incident_id", said, PAGE, made.id)
    check([row.body for row in changed.incident_updates] == ["The bank knows.", "Cards are refused."], changed)
    said = {"incident": {"status": "monitoring", "body": "It works again."}}
    check(call(api, f"put_{name}_incident_id", said, PAGE, made.id).status == "monitoring", "put")
    check([row.id for row in call(api, f"get_{name}_unresolved", PAGE)] == [made.id], "unresolved")
    updates(made.id, changed.incident_updates[0].id)
    subscribers_of(made.id)
    work = {"name": "New disk", "scheduled_for": "2027-01-01T10:00:00Z", "scheduled_until": "2027-01-01T11:00:00Z"}
    planned = call(api, f"post_{name}", {"incident": {**work, "component_ids": ids}}, PAGE)
    check([row.id for row in call(api, f"get_{name}_scheduled", PAGE)] == [planned.id], "scheduled")
    check([row.status for row in call(api, f"get_{name}_upcoming", PAGE)] == ["scheduled"], "upcoming")
    begun = {"incident": {"status": "in_progress", "body": "We began."}}
    call(api, f"patch_{name}_incident_id", begun, PAGE, planned.id)
    check([row.id for row in call(api, f"get_{name}_active_maintenance", PAGE)] == [planned.id], "active")
    call(api, f"patch_{name}_incident_id", {"incident": {"status": "resolved", "body": "Over."}}, PAGE, made.id)
    post_mortem(made.id)
    check(len(call(api, f"get_{name}", PAGE)) == 2, "incidents")
    check(call(api, f"delete_{name}_incident_id", PAGE, planned.id).id == planned.id, "delete")
    check([row.id for row in call(api, f"get_{name}", PAGE)] == [made.id], "deleted")


def updates(incident: str, update: str) -> None:
    api, name = "IncidentUpdatesApi", "pages_page_id_incidents_incident_id_incident_updates_incident_update_id"
    said = {"incident_update": {"body": "The bank has been told."}}
    check(call(api, f"patch_{name}", said, PAGE, incident, update).body == "The bank has been told.", "correction")
    same = {"incident_update": {"deliver_notifications": True}}
    check(call(api, f"put_{name}", same, PAGE, incident, update).id == update, "nothing to correct")


def subscribers_of(incident: str) -> None:
    api, name = "IncidentSubscribersApi", "pages_page_id_incidents_incident_id_subscribers"
    body = {"subscriber": {"email": "one@customer.example"}}
    made = call(api, f"post_{name}", body, PAGE, incident)
    check(made.mode == "email", made)
    check([row.id for row in call(api, f"get_{name}", PAGE, incident)] == [made.id], "subscribers")
    check(call(api, f"get_{name}_subscriber_id", PAGE, incident, made.id).email == "one@customer.example", "one")
    call(api, f"post_{name}_subscriber_id_resend_confirmation", PAGE, incident, made.id)
    check(call(api, f"delete_{name}_subscriber_id", PAGE, incident, made.id).id == made.id, "delete")
    check(call(api, f"get_{name}", PAGE, incident) == [], "deleted")


def post_mortem(incident: str) -> None:
    api, name = "IncidentPostmortemApi", "pages_page_id_incidents_incident_id_postmortem"
    draft = {"postmortem": {"body_draft": "A certificate ran out."}}
    check(call(api, f"put_{name}", draft, PAGE, incident).body_draft == "A certificate ran out.", "draft")
    check(call(api, f"get_{name}", PAGE, incident).published_at is None, "not out")
    check(call(api, f"put_{name}_publish", {"postmortem": {}}, PAGE, incident).published_at, "out")
    check(call(api, f"put_{name}_revert", PAGE, incident).published_at is None, "back")
    call(api, f"delete_{name}", PAGE, incident)


def subscribers(ids: list[str]) -> None:
    api, name = "SubscribersApi", "pages_page_id_subscribers"
    body = {"subscriber": {"email": "two@customer.example", "skip_confirmation_notification": True}}
    made = call(api, f"post_{name}", body, PAGE)
    waiting = call(api, f"post_{name}", {"subscriber": {"email": "three@customer.example"}}, PAGE)
    check([row.id for row in call(api, f"get_{name}", PAGE)] == [made.id], "active")
    check(call(api, f"get_{name}", PAGE, state="unconfirmed")[0].id == waiting.id, "unconfirmed")
    check(call(api, f"get_{name}_subscriber_id", PAGE, made.id).email == "two@customer.example", "one")
    check(call(api, f"get_{name}_count", PAGE).email == 1, "count")
    check(call(api, f"get_{name}_histogram_by_state", PAGE).email.unconfirmed == 1, "histogram")
    wish = {"component_ids": ids[:1]}
    check(call(api, f"patch_{name}_subscriber_id", wish, PAGE, made.id).components == str(ids[:1]), "components")
    call(api, f"post_{name}_subscriber_id_resend_confirmation", PAGE, waiting.id)
    call(api, f"post_{name}_resend_confirmation", {"subscribers": "all"}, PAGE)
    call(api, f"post_{name}_reactivate", {"subscribers": [made.id]}, PAGE)
    call(api, f"post_{name}_unsubscribe", {"subscribers": [made.id]}, PAGE)
    check(call(api, f"get_{name}", PAGE) == [], "unsubscribed")
    check(made.id in [row.id for row in call(api, f"get_{name}_unsubscribed", PAGE)], "gone")
    check(call(api, f"delete_{name}_subscriber_id", PAGE, waiting.id).id == waiting.id, "delete")


def templates(ids: list[str]) -> None:
    api, name = "TemplatesApi", "pages_page_id_incident_templates"
    body = {"template": {"name": "Card", "title": "Cards fail", "body": "We look.", "component_ids": ids[:1]}}
    check(call(api, f"post_{name}", body, PAGE).components[0].id == ids[0], "template")
    check([row.title for row in call(api, f"get_{name}", PAGE)] == ["Cards fail"], "templates")


def people() -> None:
    api, name = "UsersApi", "organizations_organization_id"
    ana = call(api, f"get_{name}_users", PAGE)[0]
    check(ana.email == "ana@firm.example", ana)
    new = {"user": {"email": "new@firm.example", "first_name": "New", "last_name": "One", "password": "x"}}
    check(call(api, f"post_{name}_users", new, PAGE).first_name == "New", "invited")
    refused(422, api, f"delete_{name}_users_user_id", PAGE, ana.id)
    for each in (api, "PermissionsApi"):
        check(call(each, f"get_{name}_permissions_user_id", PAGE, ana.id).data.user_id == ana.id, "permissions")
    call("PermissionsApi", f"put_{name}_permissions_user_id", {"pages": {}}, PAGE, ana.id)


def absent() -> None:
    """What we do not keep: lists are empty, single things are not found, writing is refused."""
    for name in sorted(each for each in EVERY if each.startswith(("PageAccess", "Metric"))):
        api, _, method = name.partition(".")
        needs = words_of(getattr(APIS[api], method))
        if method.startswith("get_") and not method.endswith("_id"):
            said = call(api, method, *needs)
            check(said == [] or said.id is None, method)  # Of one list this client makes a single empty thing.
        else:
            refused(422 if method.startswith(("post_", "put_", "patch_")) else 404, api, method, *needs)


def words_of(method: Callable[..., Any]) -> list[Any]:
    """What a call must be given: a body, the page, and names of things that are not there."""
    code = method.__code__
    given = {"body": {}, "page_id": PAGE}
    return [given.get(name, "nothing12345") for name in code.co_varnames[1 : code.co_argcount]]


def main() -> None:
    """Everything, in an order in which it makes sense."""
    pages()
    ids = components()
    groups(ids)
    incidents(ids)
    subscribers(ids)
    templates(ids)
    people()
    absent()
    sys.stdout.write(json.dumps({"made": len(MADE), "missing": sorted(EVERY - MADE)}))


main()
