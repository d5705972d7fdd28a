"""Post-mortems: a draft, published on the page of the incident, and taken back."""

from daylight.accounts import audit
from daylight.accounts.roles import Act
from daylight.api.statuspage.door import Answer, Call, Status, call
from daylight.api.statuspage.incidents import the_incident
from daylight.api.statuspage.refusals import Missing
from daylight.incidents.models import PostMortem
from daylight.pages.reading import site_of
from daylight.reach.statuspage import forms

ADDRESS = "pages/{page}/incidents/{incident}/postmortem"


@call("GET", ADDRESS, Act.READ)
def get_post_mortem(made: Call) -> Answer:
    """The report on an incident."""
    return _shown(made, _the(made))


@call("PUT", ADDRESS, Act.REVIEW)
def write_post_mortem(made: Call) -> Answer:
    """Write the draft."""
    incident, given = the_incident(made), made.given("postmortem")
    draft = given.text("body_draft", is_needed=True)
    row, _ = PostMortem.objects.get_or_create(
        incident=incident, defaults={"created_at": made.now, "changed_at": made.now}
    )
    row.write(draft, by=made.by, at=made.now)
    return _shown(made, row)


@call("DELETE", ADDRESS, Act.REVIEW)
def delete_post_mortem(made: Call) -> Answer:
    """Take the report away; what was published stays in the audit trail."""
    row = _the(made)
    row.delete()
    audit.record(
        at=made.now, actor=made.key.actor, act="post_mortem.remove", subject=row.incident.public_id, draft=row.draft
    )
    return Status(204)


@call("PUT", f"{ADDRESS}/publish", Act.REVIEW)
def publish_post_mortem(made: Call) -> Answer:
    """Show the draft on the page of the incident."""
    row = _the(made)
    row.publish(by=made.by, at=made.now)
    return _shown(made, row)


@call("PUT", f"{ADDRESS}/revert", Act.REVIEW)
def take_back_post_mortem(made: Call) -> Answer:
    """Show it no more."""
    row = _the(made)
    row.take_back(by=made.by, at=made.now)
    return _shown(made, row)


def _the(made: Call) -> PostMortem:
    row = PostMortem.objects.select_related("incident").filter(incident=the_incident(made)).first()
    if row is None:
        raise Missing("This incident has no post-mortem yet.")
    return row


def _shown(made: Call, row: PostMortem) -> forms.Json:
    site = site_of(made.page)
    moment = forms.Writer(page_id=site.public_id, zone=site.zone).moment
    is_out = row.published_at is not None
    return {
        "preview_key": row.public_id,
        "body": row.body if is_out else None,
        "body_updated_at": moment(row.body_changed_at) if is_out else None,
        "body_draft": row.draft,
        "body_draft_updated_at": moment(row.draft_changed_at),
        "published_at": moment(row.published_at),
        "notify_subscribers": False,
        "notify_twitter": False,
        "custom_tweet": None,
        "created_at": moment(row.created_at),
        "updated_at": moment(row.changed_at),
    }
