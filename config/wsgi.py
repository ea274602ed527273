"""The door for the web server. It opens nothing for a center that may not start, whoever serves it."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
application = get_wsgi_application()

from config.console import plainly  # noqa: E402 - it reads the settings
from config.production import refuse_to_start  # noqa: E402 - the same

with plainly():
    refuse_to_start()
