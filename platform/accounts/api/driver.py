"""Driver audience: the paths of sign-in, oneself and one's vehicles below /api/v1/driver/."""

from __future__ import annotations

from django.urls import path

from accounts.api import sign_in, vehicles
from core.api import paths  # noqa: F401  registers the path converters

urlpatterns = [
    path("sign-in/code/", sign_in.SignInCode.as_view(), name="sign_in_code"),
    path("sign-in/", sign_in.SignIn.as_view(), name="sign_in"),
    path("sign-out/", sign_in.SignOut.as_view(), name="sign_out"),
    path("me/", sign_in.Me.as_view(), name="me"),
    path("vehicles/", vehicles.Vehicles.as_view(), name="vehicles"),
    path("vehicles/<ref:ref>/", vehicles.OneVehicle.as_view(), name="vehicle"),
]
