"""Paths of a carrier's office."""

from __future__ import annotations

from django.urls import path

from core.api import paths  # noqa: F401  registers the path converters
from web.carrier import board, clients, deliveries, drivers, endpoints, people, reserve, score, trips, trucks

CLIENT = "carrier/clients/<ref:ref>/"
ENDPOINT = "carrier/endpoints/<ref:ref>/"

urlpatterns = [
    path("carrier/", board.board, name="carrier"),
    path("carrier/switch/", board.switch, name="carrier_switch"),
    path("carrier/reserve/", reserve.choose_port, name="carrier_reserve"),
    path("carrier/reserve/<slug:port_code>/", reserve.choose_trucks, name="carrier_reserve_trucks"),
    path("carrier/reserve/<slug:port_code>/times/", reserve.choose_times, name="carrier_reserve_times"),
    path("carrier/trucks/", trucks.trucks, name="carrier_trucks"),
    path("carrier/trucks/new/", trucks.new, name="carrier_truck_new"),
    path("carrier/trucks/<ref:ref>/", trucks.change, name="carrier_truck"),
    path("carrier/drivers/", drivers.drivers, name="carrier_drivers"),
    path("carrier/drivers/name/", drivers.name, name="carrier_driver_name"),
    path("carrier/drivers/<ref:ref>/trucks/", drivers.trucks, name="carrier_driver_trucks"),
    path("carrier/drivers/<ref:ref>/remove/", drivers.remove, name="carrier_driver_remove"),
    path("carrier/trips/", trips.trips, name="carrier_trips"),
    path("carrier/score/", score.score, name="carrier_score"),
    path("carrier/people/", people.people, name="carrier_people"),
    path("carrier/people/invite/", people.invite, name="carrier_people_invite"),
    path("carrier/people/<ref:ref>/role/", people.role, name="carrier_people_role"),
    path("carrier/people/<ref:ref>/remove/", people.remove, name="carrier_people_remove"),
    path("carrier/clients/", clients.clients, name="carrier_clients"),
    path("carrier/clients/new/", clients.new, name="carrier_client_new"),
    path(CLIENT, clients.client, name="carrier_client"),
    path(CLIENT + "change/", clients.change, name="carrier_client_change"),
    path(CLIENT + "key/", clients.new_key, name="carrier_client_key"),
    path(CLIENT + "key/revoke/", clients.revoke, name="carrier_client_revoke"),
    path("carrier/endpoints/", endpoints.endpoints, name="carrier_endpoints"),
    path("carrier/endpoints/new/", endpoints.new, name="carrier_endpoint_new"),
    path(ENDPOINT, endpoints.endpoint, name="carrier_endpoint"),
    path(ENDPOINT + "change/", endpoints.change, name="carrier_endpoint_change"),
    path(ENDPOINT + "secret/", endpoints.rotate, name="carrier_endpoint_secret"),
    path(ENDPOINT + "switch/", endpoints.switch, name="carrier_endpoint_switch"),
    path(ENDPOINT + "remove/", endpoints.remove, name="carrier_endpoint_remove"),
    path(ENDPOINT + "test/", endpoints.test, name="carrier_endpoint_test"),
    path(ENDPOINT + "replay/", endpoints.replay_range, name="carrier_endpoint_replay"),
    path("carrier/deliveries/<ref:ref>/", deliveries.delivery, name="carrier_delivery"),
    path("carrier/deliveries/<ref:ref>/replay/", deliveries.replay, name="carrier_delivery_replay"),
]
