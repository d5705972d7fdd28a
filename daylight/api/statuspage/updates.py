"""Editing a published update: our words never change, so an edit is a correction that shows what was said before."""

from daylight.accounts.roles import Act
from daylight.api.statuspage import saying
from daylight.api.statuspage.door import Answer, Call, call
from daylight.api.statuspage.incidents import the_incident
from daylight.api.statuspage.refusals import Missing, NotKept
from daylight.api.statuspage.shapes import World
from daylight.incidents.models import Incident, Update
from daylight.reach.statuspage import forms


@call("PATCH PUT", "pages/{page}/incidents/{incident}/incident_updates/{update}", Act.PUBLISH_UPDATE)
def change_update(made: Call) -> Answer:
    """Correct an update; answers with it as its reader understands it now: the new text, under the old name."""
    incident = the_incident(made)
    update = incident.updates.published().filter(public_id=made.ids["update"]).first()
    if update is None:
        raise Missing("This incident has no update of this name.")
    given, before = made.given("incident_update"), _row(made, incident, update)
    shown_at = given.moment("display_at")
    if shown_at is not None and abs((shown_at - before.at).total_seconds()) >= 1:
        raise NotKept("other time for an update than that of its publication", "It is the record of who knew when.")
    body = given.text("body")
    said = World(made).writer.managed_update(before, incident_id=incident.public_id)
    if not body or body == before.body:
        return said
    correction = saying.correct(made, update, body)
    moment = World(made).writer.moment(correction.published_at)
    return said | {"body": body, "updated_at": moment}


def _row(made: Call, incident: Incident, update: Update) -> forms.Update:
    told = [row for row in World(made, also=[incident.public_id]).told() if row.id == incident.public_id]
    return next(each for row in told for each in row.updates if each.id == update.public_id)
