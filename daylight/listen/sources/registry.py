"""Every way in: one visible line each."""

from daylight.listen.sources.base import Joins, Source
from daylight.listen.sources.chat import intercom, slack
from daylight.listen.sources.chatwoot import bridge as chatwoot
from daylight.listen.sources.csv.reading import CSV
from daylight.listen.sources.form.given import FORM, INSIDE
from daylight.listen.sources.freshdesk import bridge as freshdesk
from daylight.listen.sources.mailbox.posted import providers as posted_mail
from daylight.listen.sources.mentions import reading as mentions
from daylight.listen.sources.phone import telephony
from daylight.listen.sources.phone.calls import PHONE
from daylight.listen.sources.replies import taking as replies
from daylight.listen.sources.webhook import reading as webhook
from daylight.listen.sources.zammad import bridge as zammad
from daylight.listen.sources.zendesk import bridge as zendesk

SOURCES: dict[str, Source] = {
    source.name: source
    for source in (
        Source("api", "API", Joins.SAME_SUBJECT),
        Source("mailbox", "E-mail", Joins.SAME_SUBJECT, folds_floods=True),
        *posted_mail.SOURCES,
        CSV,
        FORM,
        INSIDE,
        *replies.SOURCES,
        PHONE,
        telephony.SOURCE,
        mentions.SOURCE,
        slack.SOURCE,
        intercom.SOURCE,
        webhook.SOURCE,
        zendesk.SOURCE,
        freshdesk.SOURCE,
        zammad.SOURCE,
        chatwoot.SOURCE,
    )
}
