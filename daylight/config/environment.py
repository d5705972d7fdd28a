"""Everything an operator may set: one line per variable. `core/environment.py` reads them."""

from daylight.core.environment import Setting

SETTINGS: tuple[Setting, ...] = (
    Setting("DAYLIGHT_DATA_DIR", "Folder for the SQLite database, uploads, rendered pages and journals.", "data"),
    Setting("DAYLIGHT_SECRET_KEY", "Signs links and sessions. Made once in the data folder when absent."),
    Setting("DAYLIGHT_HOST", "Address the web process listens on.", "127.0.0.1"),
    Setting("DAYLIGHT_PORT", "Port the web process listens on.", "8000"),
    Setting("DAYLIGHT_URL", "Address under which people reach this installation; written into every link."),
    Setting("DAYLIGHT_ALLOWED_HOSTS", "Host names answered, separated by commas; '*' for all."),
    Setting("DAYLIGHT_WEB_PROCESSES", "Number of web processes.", "1"),
    Setting("DAYLIGHT_WEB_THREADS", "Threads in each web process.", "8"),
    Setting(
        "DAYLIGHT_SMTP_URL",
        "Mail server as smtp://user:password@host:587?tls=starttls&bounces=bounces@example.com; used until one is"
        " connected in the browser.",
    ),
    Setting("DAYLIGHT_SMS_SEGMENTS", "Segments that one text message to a mobile phone may take and cost.", "3"),
    Setting(
        "DAYLIGHT_VOICE_COMMAND",
        "Command that reads the on-hold message aloud into {out}, a WAV, from {text_file} in {language}; espeak-ng when"
        " it is not set.",
    ),
    Setting("DAYLIGHT_VOICE_SECONDS", "Seconds after which that command is stopped.", "60"),
    Setting(
        "DAYLIGHT_OWN_PAGE_DAYS", "Days after the end of an incident in which links to customers' own pages work.", "90"
    ),
    Setting("DAYLIGHT_OUTBOX_PORT", "Loopback port of the built-in outbox; 0 picks a free one.", "0"),
    Setting("DAYLIGHT_BOUNCE_HOST", "Address on which mail that comes back is received.", "127.0.0.1"),
    Setting("DAYLIGHT_BOUNCE_PORT", "Port on which mail that comes back is received by SMTP; 0: not.", "0"),
    Setting("DAYLIGHT_BOUNCE_LMTP_PORT", "The same by LMTP, from a mail server beside it; 0: not.", "0"),
    Setting(
        "DAYLIGHT_MAIL_ADDRESSES",
        "Addresses at which customers write to you, separated by commas; the receiver takes mail for them too.",
    ),
    Setting(
        "DAYLIGHT_ALLOW_PRIVATE_ADDRESSES", "Hosts on private networks that webhooks may reach, separated by commas."
    ),
    Setting(
        "DAYLIGHT_DEAD_MAN_URL",
        "Address called every minute while every loop turns; its silence is an alarm elsewhere.",
    ),
    Setting("DAYLIGHT_DEBUG", "Django's debug pages; never on a machine others can reach.", "no"),
    Setting("DAYLIGHT_LOG_LEVEL", "DEBUG, INFO, WARNING or ERROR.", "INFO"),
)
