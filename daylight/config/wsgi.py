"""The web application as a WSGI server calls it: public pages from memory first, then Django."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "daylight.config.settings")

from django.core.wsgi import get_wsgi_application

django = get_wsgi_application()

from daylight.pages.front import PublicFront

application = PublicFront(django)
