"""What can be done about people and rights: sign in, vehicles, devices, roles."""

from accounts.operations.clients import add_key, change_client, create_client, revoke_key
from accounts.operations.codes import redeem_sign_in_code, request_sign_in_code
from accounts.operations.devices import enrol_device, redeem_device_code, renew_device_secret, switch_device
from accounts.operations.drivers import leave_vehicle, name_driver, set_vehicles_of_driver
from accounts.operations.people import update_me
from accounts.operations.roles import add_staff_member, grant_role, revoke_role
from accounts.operations.vehicles import find_or_create_vehicle, register_vehicle, update_vehicle

__all__ = [
    "add_key",
    "add_staff_member",
    "change_client",
    "create_client",
    "enrol_device",
    "find_or_create_vehicle",
    "grant_role",
    "leave_vehicle",
    "name_driver",
    "redeem_device_code",
    "redeem_sign_in_code",
    "register_vehicle",
    "renew_device_secret",
    "request_sign_in_code",
    "revoke_key",
    "revoke_role",
    "set_vehicles_of_driver",
    "switch_device",
    "update_me",
    "update_vehicle",
]
