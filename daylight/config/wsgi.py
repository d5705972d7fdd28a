"""The web application as a WSGI server calls it: public pages from memory first, then Django."""

import os
import threading

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "daylight.config.settings")

from django.core.wsgi import get_wsgi_application

django = get_wsgi_application()

from daylight.candour.languages import language
from daylight.pages.front import PublicFront

# Reading the checker's patterns takes a part of a second, which nobody shall wait for at the first key.
threading.Thread(target=language, args=("en",), name="candour", daemon=True).start()
application = PublicFront(django)
