"""Writes subscribers down as they stood elsewhere. Nobody is written to, and nobody is told again who said no here."""

from daylight.incidents.models import Component
from daylight.pages.moving.moved import MovedSubscriber
from daylight.pages.moving.taking import NEW, SAME, CannotTake, Target
from daylight.reach import endpoints, subscribers, subscribing, suppressing
from daylight.reach.channels import phone
from daylight.reach.channels.registry import CHANNELS
from daylight.reach.models import Subscriber, Suppression, WebhookEndpoint

OFFERED = ("email", "sms", "webhook", "slack", "teams")


def write(item: MovedSubscriber, target: Target) -> str:
    """Write one down: told, waiting for their yes, or stopped because messages bounce. Call it in a transaction."""
    address = _normal(item)
    mine = Subscriber.objects.filter(page=target.page.slug, channel=item.channel, address=address)
    if mine.exists():
        return SAME
    if subscribers.is_stopped(item.channel, address):
        raise CannotTake("Whoever reads this address does not want messages from us, or they bounce: it stays so.")
    wish = subscribers.Wish(page=target.page.slug, channel=item.channel, address=address, about=_about(item))
    row = subscribers.note(wish, at=target.at)
    if item.state != Subscriber.State.WAITING:
        _confirm(row, item, target)
    mine.update(created_at=item.created_at or target.at)
    return NEW


def _confirm(row: Subscriber, item: MovedSubscriber, target: Target) -> None:
    point = subscribers.confirm(row, at=target.at, by=f"confirmed at {target.origin}")
    endpoint = WebhookEndpoint.objects.filter(contact_point=point, accepted_at__isnull=True).first()
    only_asked = point.customer.only_asked_since is not None
    if endpoint is not None and only_asked:
        endpoints.speak(endpoint, WebhookEndpoint.Format.STATUSPAGE, page_id=target.page.public_id)
    if item.state == Subscriber.State.BOUNCED and only_asked:
        reason = Suppression.Reason.QUARANTINED if endpoint else Suppression.Reason.BOUNCED
        suppressing.suppress(point, reason=reason, at=target.at, details=f"Quarantined at {target.origin}")


def _about(item: MovedSubscriber) -> list[str]:
    if not item.components:
        return [subscribing.EVERYTHING]
    known = Component.objects.filter(public_id__in=item.components, retired_at__isnull=True)
    about = [f"{subscribing.COMPONENT}-{pk}" for pk in known.order_by("pk").values_list("pk", flat=True)]
    if not about:
        raise CannotTake("None of the components they asked to be told about exists here.")
    return about


def _normal(item: MovedSubscriber) -> str:
    """The address in the normal form of its channel. Raises CannotTake."""
    if item.channel not in OFFERED:
        raise CannotTake(f"Messages to {item.channel!r} cannot be sent from here: connect it anew.")
    try:
        written = phone.international(item.address, item.country) if item.channel == "sms" else item.address
        return CHANNELS[item.channel].normalise(written)
    except ValueError as problem:
        raise CannotTake(str(problem)) from None
