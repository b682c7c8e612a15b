"""`celery -A config.beat beat`: the table of what runs when, without what it wakes; a quarter of the memory.

Beat sends each task by its name. The worker knows what is behind the name, so neither tasks nor Django's models are loaded here.
"""

from __future__ import annotations

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("portlane", fixups=set())  # Celery's fixup for Django would load and check the whole project
app.config_from_object("config.celery_settings")
