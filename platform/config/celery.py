"""The Celery application and its beat table. Deadlines live in rows; beat only wakes the sweeps that read them."""

from __future__ import annotations

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("portlane")
app.config_from_object("config.celery_settings")
app.autodiscover_tasks(["reservations", "yards", "notifications", "notifications.webhooks", "realtime", "core"])
