"""Pages: what a page is called and how it looks to programs, and the settings of its embed."""

from typing import Any

from daylight.accounts import audit
from daylight.accounts.models import Organisation
from daylight.accounts.roles import Act
from daylight.api.statuspage.door import Answer, Call, call
from daylight.api.statuspage.given import Given
from daylight.api.statuspage.refusals import Invalid, NotKept
from daylight.pages.facts import zone_named
from daylight.pages.models import EmbedSettings, Page
from daylight.pages.statuspage import embed
from daylight.reach.statuspage import forms

KEPT = ("name", "page_description", "time_zone", "notifications_from_email")


@call("GET", "pages", Act.READ)
def list_pages(made: Call) -> Answer:
    """Every page of the installation."""
    Page.main(made.now)
    return [_page(page, made) for page in Page.objects.order_by("pk")]


@call("GET", "pages/{page}", Act.READ)
def get_page(made: Call) -> Answer:
    """One page."""
    return _page(made.page, made)


@call("PATCH PUT", "pages/{page}", Act.SET_UP)
def change_page(made: Call) -> Answer:
    """Change what is kept of a page; a wish for anything else is refused unless it is so already."""
    page, given, organisation = made.page, made.given("page"), Organisation.get()
    _refuse_foreign(given, _page(page, made))
    page.title = given.text("name", longest=120, default=page.title)
    page.introduction = given.text("page_description", longest=400, default=page.introduction)
    zone = given.text("time_zone", longest=60, default=organisation.time_zone)
    if zone_named(zone).key != zone:
        raise Invalid("time_zone must be a name such as Europe/Berlin.")
    sender = given.text("notifications_from_email", longest=254, default=organisation.sender_email)
    if sender and ("@" not in sender or " " in sender):
        raise Invalid("notifications_from_email must be an e-mail address.")
    page.save(update_fields=["title", "introduction"])
    organisation.time_zone, organisation.sender_email = zone, sender
    organisation.save()
    audit.record(at=made.now, actor=made.key.actor, act="page.change", subject=page.slug)
    return _page(page, made)


@call("GET", "pages/{page}/status_embed_config", Act.READ)
def get_embed(made: Call) -> Answer:
    """How the embed looks."""
    return {"page_id": made.page.public_id} | dict(embed.USUAL) | _embed(made.page).facts


@call("PATCH PUT", "pages/{page}/status_embed_config", Act.SET_UP)
def change_embed(made: Call) -> Answer:
    """Change how the embed looks."""
    given, row = made.given("status_embed_config"), _embed(made.page)
    changed: dict[str, str] = {}
    if place := given.choice("position", embed.POSITIONS):
        changed["position"] = place
    for name in embed.USUAL:
        if name != "position" and (colour := given.text(name, longest=7)):
            if len(colour) not in {4, 7} or colour[0] != "#" or set(colour[1:].lower()) - set("0123456789abcdef"):
                raise Invalid(f"{name} must be a colour such as #b3261e.")
            changed[name] = colour
    row.facts = {**row.facts, **changed}
    row.save()
    audit.record(at=made.now, actor=made.key.actor, act="page.embed", subject=made.page.slug)
    return get_embed(made)


def _embed(page: Page) -> EmbedSettings:
    row, _ = EmbedSettings.objects.get_or_create(page=page)
    return row


def _refuse_foreign(given: Given, now: dict[str, Any]) -> None:
    for name in given:
        if name in now and name not in KEPT and given.plain(name) not in (now[name], None, ""):
            raise NotKept(f"{name} of a page", "Look and address of a page are set at the desk, under Pages.")


def _page(page: Page, made: Call) -> forms.Json:
    organisation = Organisation.get()
    zone = zone_named(organisation.time_zone)
    moment = forms.Writer(page_id=page.public_id, zone=zone).moment
    host = page.url.partition("://")[2]
    return {
        "id": page.public_id,
        "created_at": moment(page.kept_since),
        "updated_at": moment(made.now.replace(microsecond=0)),
        "name": page.title or organisation.name,
        "page_description": page.introduction or None,
        "headline": None,
        "branding": "basic",
        "subdomain": page.slug,
        "domain": host,
        "url": page.url,
        "support_url": None,
        "hidden_from_search": page.is_private,
        "allow_page_subscribers": True,
        "allow_incident_subscribers": True,
        "allow_email_subscribers": True,
        "allow_sms_subscribers": True,
        "allow_rss_atom_feeds": True,
        "allow_webhook_subscribers": True,
        "notifications_from_email": organisation.sender_email or None,
        "notifications_email_footer": None,
        "activity_score": 0,
        "twitter_username": None,
        "viewers_must_be_team_members": page.is_private,
        "ip_restrictions": None,
        "city": None,
        "state": None,
        "country": None,
        "time_zone": organisation.time_zone,
        **dict.fromkeys(_LOOKS),
    }


_LOOKS = (
    "css_body_background_color",
    "css_font_color",
    "css_light_font_color",
    "css_greens",
    "css_yellows",
    "css_oranges",
    "css_blues",
    "css_reds",
    "css_border_color",
    "css_graph_color",
    "css_link_color",
    "css_no_data",
    "favicon_logo",
    "transactional_logo",
    "hero_cover",
    "email_logo",
    "twitter_logo",
)
"""Fields of the look of a Statuspage: ours is set by colour and logo, and these are null."""
