"""Settings of the firm: the database, the mail server and the broker that the environment names."""

import os
from urllib.parse import parse_qsl, unquote, urlsplit

_parts = urlsplit(os.environ["DATABASE_URL"])

SECRET_KEY = "of a measurement"  # noqa: S105  # Nothing here lives longer than one run.
USE_TZ = True
INSTALLED_APPS = ["django.contrib.contenttypes", "post_office", "firm"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(_parts.path.lstrip("/")),
        "USER": unquote(_parts.username or ""),
        "PASSWORD": unquote(_parts.password or ""),
        "HOST": dict(parse_qsl(_parts.query)).get("host", "") or unquote(_parts.hostname or ""),
        "PORT": str(_parts.port or ""),
        "CONN_MAX_AGE": None,
    }
}
TEMPLATES = [{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True}]
EMAIL_HOST = "127.0.0.1"
EMAIL_PORT = int(os.environ["SINK_PORT"])
EMAIL_BACKEND = os.environ.get("EMAIL_BACKEND", "django.core.mail.backends.smtp.EmailBackend")
POST_OFFICE = {
    "BACKENDS": {"default": "django.core.mail.backends.smtp.EmailBackend"},
    "BATCH_SIZE": 5000,
    "THREADS_PER_PROCESS": 5,
    "LOG_LEVEL": 1,
    "MESSAGE_ID_ENABLED": True,
    "MESSAGE_ID_FQDN": "firm.example",
}
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"quiet": {"class": "logging.NullHandler"}},
    "loggers": {"post_office": {"handlers": ["quiet"], "propagate": False}},
}
BROKER_URL = os.environ.get("BROKER_URL", "")
