"""Templates of incidents."""

from daylight.accounts import audit
from daylight.accounts.roles import Act
from daylight.api.statuspage import components
from daylight.api.statuspage.door import Answer, Call, Status, call
from daylight.api.statuspage.shapes import World
from daylight.incidents.models import IncidentTemplate
from daylight.incidents.words import Stage
from daylight.reach.statuspage import forms


@call("GET", "pages/{page}/incident_templates", Act.READ)
def list_templates(made: Call) -> Answer:
    """All templates."""
    size = made.query.number("per_page", default=100, least=1, most=100)
    first = (made.query.number("page", default=1, least=1, most=10**6) - 1) * size
    found = IncidentTemplate.objects.prefetch_related("components")[first : first + size]
    return _shown(made, list(found))


@call("POST", "pages/{page}/incident_templates", Act.SET_UP)
def create_template(made: Call) -> Answer:
    """Keep words and components for incidents of a recurrent kind."""
    given = made.given("template")
    parts = components.named(made, given.names("component_ids") or [])
    row = IncidentTemplate.objects.create(
        name=given.text("name", longest=120, is_needed=True),
        title=given.text("title", longest=160, is_needed=True),
        body=given.text("body", is_needed=True),
        group_id=given.text("group_id", longest=40),
        stage=given.choice("update_status", Stage.values),
        tells_customers=given.flag("should_send_notifications", default=True),
        created_at=made.now,
    )
    row.components.set(parts)
    audit.record(at=made.now, actor=made.key.actor, act="incident_template.make", subject=row.name)
    return Status(201, _shown(made, [row])[0])


def _shown(made: Call, found: list[IncidentTemplate]) -> list[forms.Json]:
    world = World(made)
    parts = {row.id: world.writer.managed_component(row) for row in world.components}
    return [
        {
            "id": row.public_id,
            "components": [parts[part.public_id] for part in row.components.all() if part.public_id in parts],
            "name": row.name,
            "title": row.title,
            "body": row.body,
            "group_id": row.group_id or None,
            "update_status": row.stage or None,
            "should_tweet": False,
            "should_send_notifications": row.tells_customers,
        }
        for row in found
    ]
