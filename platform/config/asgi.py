"""Sockets and event streams in production; everything in the embedded installation."""

from __future__ import annotations

import os

from channels.auth import AuthMiddlewareStack
from channels.routing import ProtocolTypeRouter, URLRouter
from channels.security.websocket import AllowedHostsOriginValidator
from django.core.asgi import get_asgi_application

from core.sizes import SizeGuard

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

pages = SizeGuard(get_asgi_application())

from realtime.routing import urlpatterns  # noqa: E402  needs the apps to be loaded

# The origin is checked outside: a foreign page is turned away before its cookies are looked at.
sockets = AllowedHostsOriginValidator(AuthMiddlewareStack(URLRouter(urlpatterns)))

application = ProtocolTypeRouter({"http": pages, "websocket": sockets})
