"""Every screen of the product, for the crew and for the world: nobody is shut out, wide or narrow, light or dark.

The list below must be complete: every address of the installation is a screen in it, or stands among those that are
no screens, with the reason.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.urls import URLResolver, get_resolver, reverse
from playwright.sync_api import Page

from daylight.accounts import inviting, keys, signing_in
from daylight.accounts.models import Member
from daylight.accounts.roles import Act, Role
from daylight.cli import demo, demo_firm
from daylight.core import clock
from daylight.customers import importing
from daylight.customers import loops as customers_loops
from daylight.customers.columns import Mapping as Columns
from daylight.customers.models import Commitment, ContactPoint, Customer, Group
from daylight.customers.tests.makers import a_customer
from daylight.incidents import declaring, drafting, register
from daylight.incidents.models import Incident, RegisterRule, Section
from daylight.incidents.tests.makers import a_draft, an_incident, an_update
from daylight.listen import accepting
from daylight.listen import taking_in as listening
from daylight.listen.connecting import keeping
from daylight.listen.ending import fixed
from daylight.listen.hearing import read_back
from daylight.listen.models import Conversation, FixedQuestion
from daylight.listen.said import Said
from daylight.listen.sources.base import Connects
from daylight.listen.sources.csv import taking as past_files
from daylight.listen.sources.form import keys as form_keys
from daylight.listen.sources.registry import SOURCES
from daylight.listen.tests.makers import a_card, a_full_conversation
from daylight.listen.understood import asking as understood
from daylight.pages import publishing
from daylight.pages.models import Page as StatusPage
from daylight.pages.models import PhoneLine, Target
from daylight.pages.places import MAIN
from daylight.pages.tests.makers import a_page
from daylight.pages.yours.tests.makers import an_alternative
from daylight.prepare.tests.makers import a_draft_template
from daylight.reach import calling, fanout, laddering, links, providers, subscribers, suppressing
from daylight.reach.channels.inbound import SaidReply
from daylight.reach.channels.letter.composing import LetterText
from daylight.reach.evidence import exporting
from daylight.reach.inbound import arriving, taking_in
from daylight.reach.models import (
    Delivery,
    IncomingMail,
    Mailbox,
    Notice,
    OutboxMessage,
    PrintBatch,
    Provider,
    Subscriber,
    Suppression,
    WebhookEndpoint,
)
from daylight.reach.print_tray import PrintTray
from daylight.reach.subscribers import Wish
from daylight.reach.templating.tests.makers import a_template
from daylight.reach.tests.makers import a_webhook
from daylight.watch import hearing, scoring
from daylight.watch.alerts import keeping as monitoring
from daylight.watch.alerts import taking as telling
from daylight.watch.alerts.base import SaidAlert
from daylight.watch.alerts.registry import KINDS
from daylight.watch.models import Signal, Topic
from daylight.watch.tests.makers import a_surge, calm_weeks
from daylight.watch.words import Severity
from tests.stories.axe import OF_COLOURS, Axe
from tests.stories.conftest import NARROW, WIDE

Open = Callable[..., Page]
Args = tuple[object, ...]

ALLAUTH_ELSEWHERE = {
    "account_inactive": "a sentence of allauth's in our frame",
    "account_signup": "closed: members are invited",
    "account_email": "answered by our own profile",
    "account_email_verification_sent": "we verify no addresses by mail",
    "account_confirm_email": "we verify no addresses by mail",
    "account_confirm_login_code": "sign-in by code is off",
    "account_set_password": "only for members without a password",
    "account_reset_password_from_key": "needs a key from a letter",
    "account_reset_password_from_key_done": "a sentence after that",
    "account_reset_password_done": "a sentence after the form",
    "account_reauthenticate": "seen in place of the screens that ask for it",
    "mfa_authenticate": "the second step of signing in",
    "mfa_reauthenticate": "seen in place of the screens that ask for it",
    "mfa_reauthenticate_webauthn": "seen in place of the screens that ask for it",
    "mfa_deactivate_totp": "only with an app set up",
    "mfa_view_recovery_codes": "only with an app set up",
    "mfa_generate_recovery_codes": "only with an app set up",
    "mfa_download_recovery_codes": "a file",
    "mfa_remove_webauthn": "only with a security key",
    "mfa_edit_webauthn": "only with a security key",
    "mfa_login_webauthn": "asked by a script",
}

NO_SCREENS = {
    "worker:healthz": "for machines",
    "pages-public:status-json": "for machines",
    "pages-public:asset": "files",
    "pages-public:file": "files",
    "pages-public:page": "the same in another language, or of another page",
    "pages-public:affected": "for machines",
    "joining:page": "the same in another language, or of another page",
    "joining:program": "for machines",
    "pages:subscribers-csv": "a file",
    "pages:banner-secret": "a button",
    "pages:line-heard": "a button",
    "pages:phone-choices": "a button",
    "pages:phone-own-words": "a button",
    "pages:phone-recording": "a button",
    "pages:line-retire": "a button",
    "pages:phone-listen": "a sound",
    "pages:phone-preview": "a piece of a screen",
    "pages:phone-recording-remove": "a button",
    "pages-public:line-file": "for machines",
    "pages-public:line-heartbeat": "for machines",
    "pages-public:line-pressed": "for machines",
    "pages-public:on-hold": "for machines",
    "pages-public:on-hold-pressed": "for machines",
    "incidents:remove-section": "a button",
    "listen:act": "buttons",
    "listen:break": "a button",
    "listen:file": "a file",
    "listen:suggested": "buttons",
    "listen:card-put-away": "a button",
    "listen:time-drop": "a button",
    "listen:queue-put-away": "a button",
    "reach:webhook-format": "a button",
    "prepare:template-put-away": "a button",
    "prepare:put-back": "a button",
    "statuspage": "for machines",
    "pages:target-act": "a button",
    "pages:place": "a button",
    "pages:logo": "a picture",
    "pages:colour": "a piece of a screen",
    "pages:colour-picture": "a picture",
    "listening-public:heard": "for machines",
    "listen-form:script": "a script",
    "listen-form:page": "the same in another language, or of another page",
    "alerts-public:heard": "for machines",
    "listening:connection-act": "a button",
    "listening:mention-answered": "a button",
    "listening:file-drop": "a button",
    "listening:call-keep": "a button",
    "listening:call-find": "a piece of a screen",
    "listening:call-drop": "a button",
    "listening:recording": "a sound",
    "alerts:monitor-act": "a button",
    "alerts:label-forget": "a button",
    "reach-public:receipts": "for machines",
    "reach-public:seen": "a button",
    "reach-public:undo-unsubscribe": "a button",
    "desk:appearance": "a button",
    "accounts:email": "a button",
    "accounts:withdraw": "a button",
    "accounts:deactivate": "a button",
    "accounts:reactivate": "a button",
    "accounts:add-contact": "a button",
    "accounts:remove-contact": "a button",
    "accounts:first-contact": "a button",
    "accounts:key-revoke": "a button",
    "customers:add-point": "a button",
    "customers:add-commitment": "a button",
    "customers:export": "a file",
    "customers:give-consent": "a button",
    "customers:withdraw-consent": "a button",
    "customers:retire-point": "a button",
    "customers:put-first": "a button",
    "customers:import-layout": "a button",
    "customers:import-drop": "a button",
    "customers:import-faults": "a file",
    "watch:keep-watch": "a button",
    "watch:topic-change": "a button",
    "watch:open": "a button",
    "watch:judge": "a button",
    "incidents:count-first": "a piece of a screen",
    "incidents:count": "a piece of a screen",
    "incidents:read-users": "a button",
    "incidents:retire": "a button",
    "incidents:users": "a button",
    "incidents:drop-cadence": "a button",
    "incidents:drop-rung": "a button",
    "incidents:release-fact": "a button",
    "incidents:look-again": "a button",
    "incidents:note": "a button",
    "incidents:compose": "a button",
    "incidents:check": "a piece of a screen",
    "incidents:take-back": "a button",
    "incidents:holding": "a button",
    "incidents:add-rule": "a button",
    "incidents:freeze": "a button",
    "incidents:change-one": "a button",
    "incidents:withdraw-rule": "a button",
    "incidents:unmatched": "a file",
    "incidents:leave-out": "a file",
    "regimes:play": "a button",
    "reach:add-provider": "leads on to one of its kinds",
    "reach:provider-share": "a button",
    "reach:provider-use": "a button",
    "reach:provider-pause": "a button",
    "reach:provider-resume": "a button",
    "reach:test-staff-contact": "a button",
    "reach:resume": "a button",
    "reach:template-preview": "a piece of a screen",
    "reach:template-preview-html": "a letter as it will be",
    "reach:template-bring-back": "a button",
    "reach:outbox-html": "a letter as it came",
    "reach:put-away": "a button",
    "reach:read-mailbox": "a button",
    "reach:lift": "a button",
    "reach:letter-pdf": "a file",
    "reach:letter-list": "a file",
    "reach:letter-posted": "a button",
    "reach:letter-undo-posted": "a button",
    "reach:stop": "a button",
    "reach:webhook-test": "a button",
    "reach:webhook-rotate": "a button",
    "reach:webhook-remove": "a button",
    "reach:webhook-add": "a button",
    "reach:point-add": "a button",
    "reach-public:this-browser": "a button",
    "reach-public:tell-script": "a script",
    "reach-public:push-worker": "a script",
    "reach-public:push-key": "what a script asks for",
    "reach-public:watch": "a button",
    "reach-public:watch-stop": "a button",
    "reach:send-again": "a button",
    "reach:ledger-csv": "a file",
    "reach:next-call": "a button",
    "reach:subscribe": "a button",
    "reach:end-subscription": "a button",
    "reach-public:subscribe": "a button",
    "reach:take-call": "a button",
    "reach:give-back-call": "a button",
    "reach:calls-csv": "a file",
    "reach:export": "a button",
    "reach:evidence-file": "a file",
    "reach-public:evidence-key": "a file",
    "yours:robots": "for machines",
    "yours:confirm": "leads on to the customer's own page",
    "yours:seen": "a button",
    "yours:say": "a button",
    "yours:undo": "a button",
    "yours:fresh": "a button",
    "choices:done": "a button",
    "choices:withdraw": "a button",
    "choices:csv": "a file",
    "reach:preview": "a piece of a screen",
    "reach:preview-html": "a letter as it will be",
    "reach:delivery-html": "a letter as it was",
    **ALLAUTH_ELSEWHERE,
}

CREW: dict[str, Callable[["Scene"], Args]] = {
    "desk:today": lambda scene: (),
    "desk:incident": lambda scene: (scene.incident.public_id,),
    "desk:search": lambda scene: (),
    "desk:now": lambda scene: (),
    "desk:keys": lambda scene: (),
    "desk:design": lambda scene: (),
    "help:candour": lambda scene: (),
    "prepare:templates": lambda scene: (),
    "prepare:template-new": lambda scene: (),
    "prepare:template": lambda scene: ("late_delivery.update.long",),
    "prepare:template-versions": lambda scene: (scene.draft_template,),
    "prepare:pick": lambda scene: (scene.incident.public_id,),
    "prepare:use": lambda scene: (scene.incident.public_id, "late_delivery.update.long"),
    "help:candour-rule": lambda scene: ("CND-301",),
    "accounts:team": lambda scene: (),
    "accounts:welcome": lambda scene: (),
    "accounts:invite": lambda scene: (),
    "accounts:member": lambda scene: (scene.bela.pk,),
    "accounts:me": lambda scene: (),
    "accounts:keys": lambda scene: (),
    "accounts:key-new": lambda scene: (),
    "accounts:organisation": lambda scene: (),
    "accounts:audit": lambda scene: (),
    "account_change_password": lambda scene: (),
    "mfa_index": lambda scene: (),
    "mfa_activate_totp": lambda scene: (),
    "mfa_list_webauthn": lambda scene: (),
    "mfa_add_webauthn": lambda scene: (),
    "usersessions_list": lambda scene: (),
    "account_logout": lambda scene: (),
    "customers:list": lambda scene: (),
    "customers:new": lambda scene: (),
    "customers:customer": lambda scene: (scene.customer.pk,),
    "customers:edit": lambda scene: (scene.customer.pk,),
    "customers:erase": lambda scene: (scene.customer.pk,),
    "customers:groups": lambda scene: (),
    "customers:group": lambda scene: (scene.group.pk,),
    "customers:commitments": lambda scene: (),
    "customers:commitment": lambda scene: (scene.commitment.pk,),
    "customers:imports": lambda scene: (),
    "customers:imports-new": lambda scene: (),
    "customers:import": lambda scene: (scene.done_import,),
    "incidents:list": lambda scene: (),
    "incidents:kept": lambda scene: (),
    "incidents:declare": lambda scene: (),
    "incidents:components": lambda scene: (),
    "incidents:new-component": lambda scene: (),
    "incidents:component": lambda scene: ("payment-page",),
    "incidents:section": lambda scene: (Section.objects.all()[0].public_id,),
    "incidents:cadence": lambda scene: (),
    "incidents:ladder": lambda scene: (),
    "incidents:panel-clock": lambda scene: (scene.incident.public_id,),
    "incidents:panel-register": lambda scene: (scene.incident.public_id,),
    "incidents:panel-timeline": lambda scene: (scene.incident.public_id,),
    "incidents:panel-beginning": lambda scene: (scene.incident.public_id,),
    "incidents:panel-facts": lambda scene: (scene.incident.public_id,),
    "incidents:keep-back": lambda scene: (scene.incident.public_id,),
    "incidents:look-again": lambda scene: (scene.incident.public_id, scene.kept_back),
    "incidents:manage": lambda scene: (scene.incident.public_id,),
    "incidents:panel-composer": lambda scene: (scene.incident.public_id,),
    "incidents:post-mortem": lambda scene: (scene.incident.public_id,),
    "incidents:draft": lambda scene: (scene.incident.public_id, scene.draft),
    "incidents:register": lambda scene: (scene.incident.public_id,),
    "regimes:packs": lambda scene: (),
    "regimes:pack": lambda scene: ("us-state-breach",),
    "regimes:incident": lambda scene: (scene.incident.public_id,),
    "regimes:panel-incident": lambda scene: (scene.incident.public_id,),
    "reach:channels": lambda scene: (),
    "reach:channel": lambda scene: ("email",),
    "reach:add-kind": lambda scene: ("email", "smtp"),
    "reach:provider": lambda scene: (scene.provider,),
    "reach:provider-remove": lambda scene: (scene.provider,),
    "reach:templates": lambda scene: (),
    "reach:template-new": lambda scene: (),
    "reach:template": lambda scene: (scene.template,),
    "reach:template-versions": lambda scene: (scene.template,),
    "reach:template-delete": lambda scene: (scene.template,),
    "reach:outbox": lambda scene: (),
    "reach:outbox-message": lambda scene: (scene.letter,),
    "reach:letters": lambda scene: (),
    "reach:letter-batch": lambda scene: (scene.print_batch,),
    "reach:suppressions": lambda scene: (),
    "reach:replies": lambda scene: (),
    "reach:replies-to": lambda scene: (scene.incident.public_id,),
    "reach:returned": lambda scene: (),
    "reach:returned-mail": lambda scene: (scene.returned,),
    "reach:add-mailbox": lambda scene: (),
    "reach:mailbox": lambda scene: (scene.mailbox,),
    "reach:remove-mailbox": lambda scene: (scene.mailbox,),
    "reach:webhooks": lambda scene: (),
    "reach:webhook": lambda scene: (scene.webhook,),
    "reach:panel-customer": lambda scene: (scene.customer.pk,),
    "reach:panel-told": lambda scene: (scene.incident.public_id,),
    "reach:people": lambda scene: (scene.incident.public_id, "unreachable"),
    "reach:urgency": lambda scene: (),
    "reach:calls": lambda scene: (scene.incident.public_id,),
    "reach:call": lambda scene: (scene.call,),
    "reach:confirmed": lambda scene: (scene.incident.public_id,),
    "reach:ledger": lambda scene: (scene.incident.public_id,),
    "reach:delivery": lambda scene: (scene.delivery,),
    "reach:proof": lambda scene: (scene.incident.public_id,),
    "reach:proof-of-update": lambda scene: (scene.incident.public_id, 1),
    "reach:evidence": lambda scene: (scene.export,),
    "listening:call": lambda scene: (),
    "listening:ways": lambda scene: (),
    "listening:mentions": lambda scene: (),
    "listening:files": lambda scene: (),
    "listening:file": lambda scene: (scene.past_file,),
    "listening:connections": lambda scene: (),
    "listening:connection-add": lambda scene: ("webhook",),
    "listening:connection": lambda scene: (scene.connection,),
    "listening:connection-remove": lambda scene: (scene.connection,),
    "watch:list": lambda scene: (),
    "watch:signal": lambda scene: (scene.signal.public_id,),
    "watch:topics": lambda scene: (),
    "watch:topic": lambda scene: (Topic.objects.get(name="Billing").public_id,),
    "watch:panel-incident": lambda scene: (scene.incident.public_id,),
    "alerts:list": lambda scene: (),
    "alerts:monitors": lambda scene: (),
    "alerts:monitor-add": lambda scene: ("statuspage",),
    "alerts:monitor": lambda scene: (scene.monitor,),
    "alerts:monitor-remove": lambda scene: (scene.monitor,),
    "alerts:labels": lambda scene: (),
    "listen:inbox": lambda scene: (),
    "listen:told": lambda scene: (),
    "listen:conversation": lambda scene: (scene.conversation.public_id,),
    "listen:answer-many": lambda scene: (),
    "listen:load": lambda scene: (),
    "listen:cards": lambda scene: (),
    "listen:card-new": lambda scene: (),
    "listen:card": lambda scene: (scene.card,),
    "listen:cards-bring": lambda scene: (),
    "listen:times": lambda scene: (),
    "listen:queues": lambda scene: (),
    "listen:panel-customer": lambda scene: (scene.customer.pk,),
    "listen:panel-incident": lambda scene: (scene.incident.public_id,),
    "pages:settings": lambda scene: (),
    "pages:incident": lambda scene: (scene.incident.public_id,),
    "pages:on-your-site": lambda scene: (MAIN,),
    "pages:subscribers": lambda scene: (),
    "pages:subscriber": lambda scene: (scene.subscriber.public_id,),
    "pages:how-we-tell": lambda scene: (MAIN,),
    "pages:targets": lambda scene: (MAIN,),
    "pages:target-remove": lambda scene: (MAIN, scene.target),
    "pages:phone-line": lambda scene: (MAIN,),
    "pages:line-add": lambda scene: (MAIN,),
    "pages:line": lambda scene: (MAIN, scene.line),
    "pages:target-add": lambda scene: (MAIN, "directory"),
    "pages:add": lambda scene: (),
    "pages:page": lambda scene: (scene.brand,),
    "pages:new-link": lambda scene: (scene.brand,),
    "pages:remove": lambda scene: (scene.brand,),
    "choices:choices": lambda scene: (scene.incident.public_id,),
    "choices:panel-choices": lambda scene: (scene.incident.public_id,),
    "choices:alternatives": lambda scene: (scene.incident.public_id,),
    "choices:alternative": lambda scene: (scene.incident.public_id, scene.alternative),
    "choices:preview": lambda scene: (scene.incident.public_id, scene.incident.affected.all()[0].customer_id),
    "choices:end-links": lambda scene: (scene.customer.pk,),
}
"""Screens of the crew by name, and what their addresses need."""

WORLD: dict[str, Callable[["Scene"], Args]] = {
    "pages-public:now": lambda scene: (),
    "pages-public:history": lambda scene: (),
    "pages-public:month": lambda scene: (f"{scene.past.opened_at:%Y-%m}",),
    "pages-public:incident": lambda scene: (scene.past.public_id,),
    "joining:subscribe": lambda scene: (),
    "joining:asked": lambda scene: (),
    "joining:send-link": lambda scene: (),
    "joining:confirm": lambda scene: (subscribers.confirm_token(scene.subscriber),),
    "listen-form:say": lambda scene: (),
    "listen-form:embedded": lambda scene: (),
    "listen-form:inside": lambda scene: (),
    "listen-form:done": lambda scene: (scene.said,),
    "listen-form:conversation": lambda scene: (scene.said,),
    "listen-ending:fixed": lambda scene: (scene.asked,),
    "listen-understood:understood": lambda scene: (scene.read_back,),
    "reach-public:preferences": lambda scene: (scene.preferences,),
    "reach-public:unsubscribe": lambda scene: (scene.unsubscribe,),
    "yours:page": lambda scene: (scene.own_page,),
    "yours:choose": lambda scene: (scene.own_page, "own"),
    "accounts-public:sign-in-link": lambda scene: (scene.sign_in,),
    "accounts-public:invitation": lambda scene: (scene.invitation,),
    "account_login": lambda scene: (),
    "account_reset_password": lambda scene: (),
}
"""Screens of the world."""

MORE = (
    "/desk/search/?q=anna",
    "/desk/incidents/declare/?rule_kind=commitments",
    "/desk/customers/?q=nobody-at-all",
    "/desk/reach/templates/new/?channel=sms&language=de",
    "/desk/draft-templates/new/?copy=recall.acknowledge.long",
)
"""Screens of the crew in other states; the upload with its columns is added in the test."""


@dataclass
class Scene:
    """One thing of each kind, for the addresses."""

    ana: Member
    bela: Member
    incident: Incident
    past: Incident
    subscriber: Subscriber
    customer: Customer
    group: Group
    commitment: Commitment
    done_import: int
    new_import: int
    draft: int
    kept_back: int
    letter: int
    returned: int
    mailbox: int
    print_batch: int
    webhook: int
    brand: str
    provider: int
    template: int
    draft_template: str
    delivery: int
    call: int
    alternative: int
    target: int
    line: int
    connection: int
    said: str
    past_file: int
    asked: str
    read_back: str
    signal: Signal
    monitor: int
    conversation: Conversation
    card: str
    export: int
    preferences: str
    unsubscribe: str
    own_page: str
    sign_in: str
    invitation: str


def a_copy(now: datetime) -> int:
    target = Target(page=StatusPage.main(now), kind=Target.Kind.DIRECTORY, name="Share")
    target.settings = {"path": "/srv/status"}
    target.save()
    return target.pk


def a_connection(now: datetime) -> int:
    return keeping.keep(SOURCES["webhook"], Connects(makes_secret=True), {}, name="Shop", at=now).pk


def a_past_file(by: Member, now: datetime) -> int:
    path = importing.new_path()
    path.write_text("text,date\nIt fails.,2026-05-04\n")
    return past_files.receive(path, file_name="old.csv", what="csv", is_past=True, by=by, at=now).pk


def something_said(now: datetime) -> str:
    accepting.accept([Said(source="form", external_id="aa-1", said_at=now, text="It fails.")], at=now)
    return form_keys.link_to("aa-1")


def a_monitor(now: datetime) -> int:
    """A monitor that told of something critical."""
    row = monitoring.keep(KINDS["events"], {}, name="Prometheus", at=now)
    labels = {"host": "web-3"}
    alert = SaidAlert("disk", "Disk is full", now, severity=Severity.CRITICAL, text="No byte left.", labels=labels)
    telling.take(row, [alert], at=now)
    return row.pk


def a_phone_line(now: datetime) -> int:
    return PhoneLine.objects.create(page=StatusPage.main(now), name="Hotline", kind="twilio", made_at=now).pk


def names(resolver: URLResolver, spaces: tuple[str, ...] = ()) -> Iterator[str]:
    for entry in resolver.url_patterns:
        if isinstance(entry, URLResolver):
            yield from names(entry, (*spaces, entry.namespace) if entry.namespace else spaces)
        elif entry.name:
            yield ":".join((*spaces, entry.name))


def test_the_list_of_screens_is_complete() -> None:
    found = {name for name in names(get_resolver()) if not name.startswith("api-")}

    assert found - set(CREW) - set(WORLD) - set(NO_SCREENS) == set(), "addresses that nobody looks at"
    assert (set(CREW) | set(WORLD) | set(NO_SCREENS)) - found == set(), "names that no address bears"


@pytest.fixture
def scene(transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> Scene:
    """A demonstration firm, smaller than usual, in the middle of an incident."""
    monkeypatch.setattr(demo_firm, "CUSTOMERS", 60)
    monkeypatch.setattr(demo_firm, "ORDERS", 120)
    demo.fill()
    now = clock.now()
    ana, bela = (Member.objects.get(name__startswith=name) for name in ("Ana", "Bela"))
    customer = Customer.objects.filter(contact_points__channel="email", commitments__isnull=False).order_by("pk")[0]
    incident = an_incident(
        title="Parcels from warehouse North leave late",
        lead=ana,
        at=now - timedelta(minutes=9),
        by=ana,
        affected=[*Customer.objects.all()[:40], a_customer(name="Nowhere Reached", email=None)],
    )
    listed = {"customers": [customer.pk], "unmatched": [["1", "nobody@home.example"]], "unmatched_count": 1}
    register.add_rule(
        incident, kind=RegisterRule.Kind.LISTED, parameters=listed, reason="You wrote to us.", by=ana, at=now
    )
    an_update(incident, by=ana, at=now - timedelta(minutes=5), impacts={"warehouse-north": "partial_outage"})
    draft = a_draft(incident, by=bela, at=now, what="Something else is wrong.", is_correction=True)
    drafting.start(incident, by=ana, at=now)
    kept_back = declaring.keep_back(
        incident,
        fact="A pipe burst.",
        reason="Not confirmed.",
        owner=ana,
        review_at=now + timedelta(hours=1),
        by=ana,
        at=now,
    )
    endpoint = WebhookEndpoint.objects.get(contact_point=a_webhook())
    point = customer.contact_points.filter(channel="email")[0]
    while fanout.step(now).handled:
        pass
    suppressing.suppress(
        ContactPoint.objects.filter(channel="email").exclude(customer=customer)[0],
        reason=Suppression.Reason.BOUNCED,
        at=now,
    )
    keys.make_key(name="Shop", scopes=[Act.READ], by=ana, at=now)
    _, invitation = inviting.invite(email="dora@nordlicht.example", name="Dora", roles=[Role.READER], by=ana, at=now)
    letter = OutboxMessage.objects.create(
        received_at=now, sender="care@nordlicht.example", recipient=point.address, subject="Parcels",
        raw=b"Subject: Parcels\r\nFrom: care@nordlicht.example\r\nContent-Type: text/plain\r\n\r\nLate.\r\n",
    )  # fmt: skip
    waiting = LetterText("Anna", "Kaistr. 5, 24103 Kiel", "Nordlicht", "4 May 2026", "Parcels", (("body", "Late."),))
    PrintTray(lambda: now).put(waiting, key="one", layout={"window": "din"})
    while laddering.step(now).handled:
        pass
    call = calling.claim_next(incident, by=ana, at=now)
    assert call is not None
    publishing.refresh(now)
    export = exporting.ask(incident, None, form="pack", by=ana, at=now)
    return Scene(
        ana=ana, bela=bela, incident=incident, past=Incident.objects.past()[0], customer=customer,
        subscriber=subscribers.note(Wish(MAIN, "email", "asks@home.example"), at=now),
        group=Group.objects.all()[0], commitment=Commitment.objects.all()[0],
        done_import=an_import(start=True), new_import=an_import(), draft=draft.pk, letter=letter.pk,
        print_batch=PrintBatch.objects.get().pk,
        kept_back=kept_back.pk,
        returned=a_mail_kept_aside(), mailbox=a_mailbox(),
        webhook=endpoint.pk, brand=a_page("brand", now, title="Our brand", access="private").slug,
        provider=a_provider(), delivery=Delivery.objects.all()[0].pk, call=call.pk,
        export=export.pk,
        alternative=an_alternative(incident, by=ana, at=now).pk,
        target=a_copy(now), line=a_phone_line(now), connection=a_connection(now), said=something_said(now),
        past_file=a_past_file(ana, now),
        signal=a_signal(now),
        asked=a_last_question(incident, now),
        read_back=a_read_back(ana, now),
        monitor=a_monitor(now),
        conversation=a_full_conversation(incident, customer, by=ana, at=now), card=a_card(by=ana, at=now).public_id,
        template=a_template(ana, at=now).pk, draft_template=a_draft_template(by=ana, at=now).public_id,
        preferences=last_part(links.preferences_url(customer.pk, point.pk)),
        unsubscribe=last_part(links.unsubscribe_url(point.pk)),
        own_page=last_part(links.own_url(point.pk, Notice.objects.filter(incident=incident)[0].pk)),
        sign_in=last_part(signing_in.link_for(bela, at=now)), invitation=last_part(invitation),
    )  # fmt: skip


def a_signal(now: datetime) -> Signal:
    """A surge on one topic, after weeks of calm."""
    accepting.accept([*calm_weeks(now), *a_surge(now, facts={"category": "Billing", "region": "North"})], at=now)
    while listening.step(now).handled or hearing.step(now).handled or scoring.step(now).handled:
        pass
    return Signal.objects.open().select_related("topic")[0]


def a_last_question(incident: Incident, now: datetime) -> str:
    """Somebody who wrote is asked whether it is fixed for them."""
    row = FixedQuestion.objects.create(conversation=Conversation.objects.all()[0], incident=incident, asked_at=now)
    return last_part(fixed.url_of(row))


def a_read_back(member: Member, now: datetime) -> str:
    """Somebody who wrote is asked whether we have understood them."""
    conversation = Conversation.objects.visible_to(member)[0]
    row = read_back(conversation, "You were charged twice, on Monday and on Tuesday.", by=member, at=now)
    return last_part(understood.urls_of(row)["yes"])


def a_provider() -> int:
    """A mail server that took a test and waits to be used."""
    row = Provider(channel="email", name="Our own server", kind="smtp", is_active=False, tested_at=clock.now())
    row.settings = {"kind": "smtp", "host": "mail.firm.example", "port": 587, "security": "starttls", "user": ""}
    row.save()
    return int(row.pk)


def a_mail_kept_aside() -> int:
    """A mail that nobody understands; and one who wrote back by text."""
    now = clock.now()
    raw = b"From: zoe@home.example\r\nSubject: Why so late?\r\n\r\nWhere is it?\r\n"
    arriving.keep([arriving.Arrived.by_wire("bounces@nordlicht.example", "zoe@home.example", raw, at=now)])
    arriving.step(now)
    word = SaidReply("zoe@home.example", "When will it come?", now, "m1")
    taking_in.take_in([word], provider=providers.provider_of("email"), at=now)
    IncomingMail.objects.update(kept_because="It cannot be read as a mail.", subject="Why so late?")
    return IncomingMail.objects.get().pk


def a_mailbox() -> int:
    """A mailbox that could not be read the last time."""
    settings: Any = {"host": "imap.nordlicht.example", "port": 993, "security": "tls", "user": "bounces"}
    row = Mailbox(name="bounces at imap.nordlicht.example, INBOX", settings=settings, problem="Authentication failed.")
    row.save()
    return row.pk


def an_import(*, start: bool = False) -> int:
    """An upload whose columns are asked for, or one that is done and has faulty rows."""
    path, now = importing.new_path(), clock.now()
    path.write_text("number,name,email,phone\nX-1,Zoë,zoe@home.example,\nX-2,Max,not an address,\nX-3,Kim,,nonsense\n")
    row = importing.receive(path, file_name="people.csv", kind="customers", by=None, at=now)
    if start:
        importing.start(row, Columns.of(row.mapping), at=now)
        while customers_loops.step(clock.now()).handled:
            pass
    return row.pk


def last_part(url: str) -> str:
    return urlsplit(url).path.rstrip("/").rpartition("/")[2]


LOOKS: Mapping[str, Mapping[str, Any]] = {
    "wide, light": {"viewport": WIDE, "scheme": "light", "rules": ()},
    "wide, dark": {"viewport": WIDE, "scheme": "dark", "rules": OF_COLOURS},
    "narrow, dark": {"viewport": NARROW, "scheme": "dark", "rules": ()},
    "narrow, light": {"viewport": NARROW, "scheme": "light", "rules": OF_COLOURS},
}
"""Each width under every rule; where the other colours alone make the look, under the rules of colours."""


def troubles(page: Page, address: str) -> Iterator[str]:
    """What is wrong with the screen in any of its four looks."""
    answer = page.goto(address)
    if answer is None or answer.status >= 400:
        yield f"{address}: status {answer.status if answer else 'none'}"
        return
    with closing(Axe(page)) as axe:
        for name, look in LOOKS.items():
            page.set_viewport_size(look["viewport"])
            page.emulate_media(color_scheme=look["scheme"])
            yield from (f"{address}, {name}: {problem}" for problem in axe.violations(*look["rules"]))
            if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
                yield f"{address}, {name}: scrolls sideways"


@pytest.mark.long
@pytest.mark.parametrize("part", range(3))
def test_no_screen_shuts_anybody_out(scene: Scene, open_page: Open, part: int) -> None:
    crew, stranger = open_page("/desk/keys/", member=scene.ana), open_page("/accounts/login/")
    of_the_crew = [reverse(name, args=args(scene)) for name, args in CREW.items() if name != "desk:now"]
    of_the_crew += [*MORE, reverse("customers:import", args=[scene.new_import])]
    of_the_crew += [f"{reverse('listen:answer-many')}?incident={scene.incident.public_id}"]
    of_the_world = [reverse(name, args=args(scene)) for name, args in WORLD.items()]
    of_the_world += [f"/incidents/{scene.incident.public_id}/"]
    of_all = [(crew, address) for address in of_the_crew] + [(stranger, address) for address in of_the_world]

    found = [trouble for page, address in of_all[part::3] for trouble in troubles(page, address)]

    assert found == []


def test_the_public_pages_need_no_script(transactional_db: None, open_page: Open) -> None:
    an_update(an_incident(at=clock.now()), at=clock.now())
    publishing.refresh(clock.now())
    page = open_page("/", javascript=False)

    assert re.search("Next word by", page.locator("main").inner_text())
    page.get_by_role("link", name="Card payments fail").first.click()

    assert page.locator("h1").inner_text()
