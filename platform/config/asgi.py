"""Sockets and event streams in production; everything in the embedded installation."""

from __future__ import annotations

import os

from channels.routing import ProtocolTypeRouter
from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

pages = get_asgi_application()

application = ProtocolTypeRouter({"http": pages})
