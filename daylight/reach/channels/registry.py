"""Every channel: one visible line each. `choices` are asked for, so a new channel makes no migration."""

from daylight.core import clock
from daylight.reach.channels.apprise.channel import Bridge
from daylight.reach.channels.base import Channel
from daylight.reach.channels.discord.channel import Discord
from daylight.reach.channels.email.channel import Email
from daylight.reach.channels.letter.channel import Letter
from daylight.reach.channels.mattermost.channel import Mattermost
from daylight.reach.channels.push.channel import Push
from daylight.reach.channels.slack.channel import Slack
from daylight.reach.channels.sms.channel import Sms
from daylight.reach.channels.teams.channel import Teams
from daylight.reach.channels.telegram.channel import Telegram
from daylight.reach.channels.voice.channel import Voice
from daylight.reach.channels.webhook.channel import Webhook
from daylight.reach.print_tray import PrintTray

CHANNELS: dict[str, Channel] = {
    channel.name: channel
    for channel in (
        Email(),
        Sms(),
        Voice(),
        Letter(PrintTray(clock.now)),
        Telegram(),
        Push(),
        Webhook(),
        Slack(),
        Teams(),
        Mattermost(),
        Discord(),
        Bridge(),
    )
}


def channel_choices() -> list[tuple[str, str]]:
    """The name and the label of each channel, for forms."""
    return [(channel.name, channel.label) for channel in CHANNELS.values()]
