"""The staff sign-in below /accounts/: allauth's paths, each with a verb of our table; those nobody needs here are shut."""

from __future__ import annotations

import functools
from typing import Any

from allauth.urls import urlpatterns as allauth_paths
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, URLResolver

from accounts.permissions import STAFF_SIGN_IN, View, page_verb
from accounts.policy import holds_a_role

#: On the way in.
OPEN = {
    "account_login",
    "account_logout",
    "account_inactive",
    "account_reset_password",
    "account_reset_password_done",
    "account_reset_password_from_key",
    "account_reset_password_from_key_done",
    "mfa_authenticate",
    "mfa_login_webauthn",
}
#: Looking after one's own password and second factor: for staff, whether or not their roles are awake.
OWN = {
    "account_reauthenticate",
    "account_change_password",
    "account_set_password",
    "mfa_index",
    "mfa_reauthenticate",
    "mfa_activate_totp",
    "mfa_deactivate_totp",
    "mfa_view_recovery_codes",
    "mfa_generate_recovery_codes",
    "mfa_download_recovery_codes",
    "mfa_list_webauthn",
    "mfa_add_webauthn",
    "mfa_reauthenticate_webauthn",
    "mfa_remove_webauthn",
    "mfa_edit_webauthn",
}
#: Accounts are made by their port, and an address is an identity its owner does not change alone.
SHUT = {
    "account_signup",
    "account_email",
    "account_email_verification_sent",
    "account_confirm_email",
    "account_confirm_login_code",
}


def _with_verb(path: URLPattern) -> URLPattern:
    name = path.name or ""
    if name in OPEN:
        view = page_verb("account.sign_in")(path.callback)
    elif name in OWN:
        view = _of_staff(page_verb("account.own")(path.callback))
    elif name in SHUT:
        view = page_verb("account.sign_in")(_shut)
    else:
        raise LookupError(f"allauth's path {name} has no verb in accounts/staff_urls.py")
    return URLPattern(path.pattern, view, path.default_args, path.name)


def _of_staff(view: View) -> View:
    """A driver has no password and no second factor, so nothing here is theirs."""

    @functools.wraps(view)
    def run(request: HttpRequest, *args: Any, **names: Any) -> HttpResponse:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path(), STAFF_SIGN_IN)
        if not holds_a_role(request.user):
            raise PermissionDenied
        return view(request, *args, **names)

    return run


def _shut(request: HttpRequest, **names: Any) -> HttpResponse:
    raise Http404


def _all_with_verbs(paths: list[Any]) -> list[URLPattern | URLResolver]:
    return [
        _with_verb(each)
        if isinstance(each, URLPattern)
        else URLResolver(
            each.pattern, _all_with_verbs(each.url_patterns), each.default_kwargs, each.app_name, each.namespace
        )
        for each in paths
    ]


urlpatterns = _all_with_verbs(allauth_paths)
