"""Django's settings, made from the environment alone (see `environment.py` for what an operator may set)."""

import os
import secrets
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from csp.constants import NONCE, NONE, SELF

from daylight.config.environment import SETTINGS
from daylight.core.environment import Environment, SettingProblem
from daylight.pages.own_hosts import AnsweredHosts

env = Environment(os.environ, SETTINGS)

PACKAGE_DIR = Path(__file__).resolve().parent.parent
DATA_DIR = Path(env.text("DAYLIGHT_DATA_DIR")).resolve()
try:
    DATA_DIR.mkdir(parents=True, exist_ok=True, mode=0o700)  # Personal data: for this user alone.
except OSError as problem:
    raise SettingProblem(
        f"The data folder {DATA_DIR} cannot be made: {problem.strerror}. Set DAYLIGHT_DATA_DIR to one you may write to."
    ) from None


def _secret_key() -> str:
    """The secret of this installation: given, or made once and kept in the data folder."""
    given = env.text("DAYLIGHT_SECRET_KEY")
    if given:
        return given
    path = DATA_DIR / "secret_key"
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text(encoding="ascii").strip()
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(secrets.token_urlsafe(50))
    return path.read_text(encoding="ascii").strip()


def _database(url: str) -> dict[str, Any]:
    """Django's connection settings for DATABASE_URL; SQLite in the data folder when there is none."""
    if not url:
        url = f"sqlite:///{DATA_DIR / 'daylight.sqlite3'}"
    parts = urlsplit(url)
    if parts.scheme == "sqlite":
        return {
            "ENGINE": "daylight.core.sqlite",
            "NAME": unquote(parts.path[1:] if parts.path.startswith("//") else parts.path),
            "CONN_MAX_AGE": 60,  # A new connection reads the whole schema: more work than most requests.
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                # From here on who waits looks for a turn themselves, more often than SQLite would: see `core.sqlite`.
                # NORMAL could lose the last commits at a power cut: a promise once given must not be lost.
                "init_command": (
                    "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
                    " PRAGMA journal_size_limit=67108864; PRAGMA temp_store=MEMORY; PRAGMA busy_timeout=0;"
                ),
            },
        }
    if parts.scheme in {"postgres", "postgresql"}:
        options: dict[str, Any] = dict(parse_qsl(parts.query))
        host = options.pop("host", "") or unquote(parts.hostname or "")
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": unquote(parts.path.lstrip("/")) or "daylight",
            "USER": unquote(parts.username or ""),
            "PASSWORD": unquote(parts.password or ""),
            "HOST": host,
            "PORT": str(parts.port or ""),
            "CONN_MAX_AGE": 60,
            "CONN_HEALTH_CHECKS": True,
            "OPTIONS": options,
        }
    raise SettingProblem(
        f"DATABASE_URL starts with {parts.scheme!r}; use sqlite:///path or postgresql://user@host/name."
    )


DEBUG = env.yes("DAYLIGHT_DEBUG")
SECRET_KEY = _secret_key()
HOST = env.text("DAYLIGHT_HOST")
PORT = env.number("DAYLIGHT_PORT")
WEB_PROCESSES = max(1, env.number("DAYLIGHT_WEB_PROCESSES"))
WEB_THREADS = max(1, env.number("DAYLIGHT_WEB_THREADS"))
SITE_URL = (env.text("DAYLIGHT_URL") or f"http://{HOST}:{PORT}").rstrip("/")
_site = urlsplit(SITE_URL)
ALLOWED_HOSTS = AnsweredHosts(
    env.names("DAYLIGHT_ALLOWED_HOSTS") or [_site.hostname or "localhost", "localhost", "127.0.0.1", "[::1]"]
)
CSRF_TRUSTED_ORIGINS = [f"{_site.scheme}://{_site.netloc}"]

OUTBOX_PORT = env.number("DAYLIGHT_OUTBOX_PORT")
BOUNCE_HOST = env.text("DAYLIGHT_BOUNCE_HOST")
BOUNCE_PORT = env.number("DAYLIGHT_BOUNCE_PORT")
BOUNCE_LMTP_PORT = env.number("DAYLIGHT_BOUNCE_LMTP_PORT")
MAIL_ADDRESSES = env.names("DAYLIGHT_MAIL_ADDRESSES")
SMTP_URL = env.text("DAYLIGHT_SMTP_URL")
SMS_SEGMENTS = env.number("DAYLIGHT_SMS_SEGMENTS")
VOICE_COMMAND = env.text("DAYLIGHT_VOICE_COMMAND")
VOICE_SECONDS = env.number("DAYLIGHT_VOICE_SECONDS")
OWN_PAGE_DAYS = env.number("DAYLIGHT_OWN_PAGE_DAYS")
PRIVATE_ADDRESSES_ALLOWED = env.names("DAYLIGHT_ALLOW_PRIVATE_ADDRESSES")
DEAD_MAN_URL = env.text("DAYLIGHT_DEAD_MAN_URL")

INSTALLED_APPS = [
    "daylight.core",
    "daylight.accounts",
    "daylight.customers",
    "daylight.incidents",
    "daylight.regimes",
    "daylight.reach",
    "daylight.listen",
    "daylight.watch",
    "daylight.pages",
    "daylight.prepare",
    "daylight.desk",
    "daylight.config",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.humanize",
    "django.contrib.staticfiles",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "csp",
    "django_htmx",
    "template_partials",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "daylight.pages.own_hosts.OwnHosts",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "daylight.accounts.asking.MemberMiddleware",
    "daylight.pages.private.PrivatePages",
    "daylight.core.nul.NoNulMiddleware",
]

ROOT_URLCONF = "daylight.config.urls"
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
WSGI_APPLICATION = "daylight.config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [PACKAGE_DIR / "config" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
                "daylight.desk.frame.frame",
            ],
        },
    }
]

DATABASES = {"default": _database(os.environ.get("DATABASE_URL", ""))}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "accounts.Member"
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/desk/"
LOGOUT_REDIRECT_URL = "/accounts/login/"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_USER_MODEL_EMAIL_FIELD = "email"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes", "webauthn"]
ACCOUNT_ADAPTER = "daylight.accounts.adapter.DoorKeeper"
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_REAUTHENTICATION_TIMEOUT = 15 * 60
MFA_TOTP_ISSUER = "Daylight"
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_FORMS = {"authenticate": "daylight.accounts.forms.second_factor.AuthenticateForm"}
# Failed sign-ins are counted here, so the cache must be one for all processes and machines.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "core_cacherow",
    }
}

SESSION_COOKIE_AGE = 60 * 60 * 24 * 14
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _site.scheme == "https"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if _site.scheme == "https" else None
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "media-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-src": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "manifest-src": [SELF],
    }
}

LANGUAGE_CODE = "en"
# The desk speaks English only: half a page in the browser's language would be worse than none.
LANGUAGES = [("en", "English")]
USE_I18N = True
TIME_ZONE = "UTC"
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
STATIC_ROOT.mkdir(exist_ok=True)
STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": str(DATA_DIR / "files")},
    },
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
# A checkout that was never prepared (tests, a first look) serves its files straight from the rooms.
WHITENOISE_USE_FINDERS = not (STATIC_ROOT / "staticfiles.json").exists()
if WHITENOISE_USE_FINDERS:
    STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}

DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
FILE_UPLOAD_TEMP_DIR = None
EMAIL_BACKEND = "daylight.reach.letters.ChannelBackend"
SILENCED_SYSTEM_CHECKS: list[str] = []

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["console"], "level": env.text("DAYLIGHT_LOG_LEVEL")},
}
