"""The web application as a WSGI server calls it: public pages from memory first, then Django."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "daylight.config.settings")

from django.core.wsgi import get_wsgi_application

application = get_wsgi_application()
