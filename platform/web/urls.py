"""The paths of all pages: for everybody, for drivers, for carriers' offices, for gates, for port staff."""

from __future__ import annotations

from web.carrier.declare_urls import urlpatterns as declare_paths
from web.carrier.urls import urlpatterns as carrier_paths
from web.driver.urls import urlpatterns as driver_paths
from web.gate.urls import urlpatterns as gate_paths
from web.public.urls import urlpatterns as public_paths
from web.staff.declarations_urls import urlpatterns as declared_paths
from web.staff.urls import urlpatterns as staff_paths
from web.staff.urls_layouts import urlpatterns as layout_paths

app_name = "web"
urlpatterns = [
    *public_paths,
    *driver_paths,
    *carrier_paths,
    *declare_paths,
    *gate_paths,
    *staff_paths,
    *declared_paths,
    *layout_paths,
]
