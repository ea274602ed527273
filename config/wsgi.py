"""The door for the web server. It opens nothing for a center that may not start, whoever serves it."""

import os

from django.core.wsgi import get_wsgi_application

from config import processes

if "CENTER_RUN_DATA" in os.environ:  # a worker that the web server of `make run` has started
    processes.end_with_leader()

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
application = get_wsgi_application()

from config.console import plainly  # noqa: E402 - it reads the settings
from config.production import refuse_to_start  # noqa: E402 - the same

with plainly():
    refuse_to_start()
