"""The public address of each provider: here it tells what became of messages, and what readers wrote back."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt

from daylight.accounts.asking import anyone
from daylight.core import clock
from daylight.core.limits import TooMany
from daylight.core.links import LinkRefused
from daylight.reach import links, providers
from daylight.reach.channels.inbound import Heard, InboundChannel, InboundRequest
from daylight.reach.channels.registry import CHANNELS
from daylight.reach.inbound import taking_in
from daylight.reach.models import Provider
from daylight.reach.views.callbacks import TurnedAway, answered, refuse, too_many, understand


@anyone
@csrf_exempt
@never_cache
def receipts(request: HttpRequest, token: str) -> HttpResponse:
    """Hear what a provider says: 403 when it is not genuine, 400 when not understood, 404 for nobody's address."""
    now = clock.now()
    provider = _provider(token)
    channel = CHANNELS.get(provider.channel) if provider else None
    if provider is None or not isinstance(channel, InboundChannel):
        return refuse(request, "There is no such address.", status=404, at=now)
    kind, settings = provider.kind, providers.settings_of(provider)

    def read(asked: InboundRequest) -> Heard:
        return channel.inbound(kind, settings, asked)

    try:
        heard = understand(request, read, of=f"provider {provider.pk}", at=now)
    except TurnedAway as problem:
        return refuse(request, problem.why, status=problem.status, at=now)
    except TooMany as problem:
        return too_many(problem)
    taking_in.take_in(heard.said, provider=provider, at=now)
    return answered(heard.answer)


def _provider(token: str) -> Provider | None:
    """Whose address it is; one that is no longer used may still speak of what it carried."""
    try:
        return Provider.objects.filter(pk=links.read_receipts(token)).first()
    except LinkRefused:
        return None
