"""Forms of the back office for people and vehicles."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import CARRIER_PEOPLE, Membership, Role, User, Vehicle
from accounts.operations.people import known_name
from accounts.operations.roles import carrier_account
from accounts.operations.vehicles import checked
from accounts.phones import e164
from core.errors import DomainError


class VehicleForm(forms.ModelForm):
    """A vehicle's drivers: those it has may be unticked, one more may be named by phone."""

    drivers = forms.ModelMultipleChoiceField(
        label=_("drivers"), queryset=User.objects.none(), required=False, widget=forms.CheckboxSelectMultiple
    )
    another_driver = forms.CharField(label=_("one more driver, by phone"), required=False, max_length=40)

    class Meta:
        model = Vehicle
        fields = ("organisation", "length_m", "width_m", "reefer", "drivers")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["drivers"].queryset = User.objects.filter(vehicles=self.instance)  # type: ignore[attr-defined]

    def clean_another_driver(self) -> User | None:
        typed = self.cleaned_data["another_driver"]
        if not typed:
            return None
        try:
            driver = User.objects.filter(phone=e164(typed)).first()
        except DomainError as error:
            raise forms.ValidationError(error.detail, code=error.code) from error
        if driver is None:
            raise forms.ValidationError(_("Nobody has signed in with this number yet."))
        return driver

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        try:
            checked({name: values[name] for name in ("length_m", "width_m") if name in values})
        except DomainError as error:
            self.add_error(error.field, error.detail)
        if values.get("another_driver"):
            values["drivers"] = [*values.get("drivers", ()), values["another_driver"]]
        return values


class CarrierStaffForm(forms.ModelForm):
    """One person of an organisation's office: known by e-mail; a new one gets an account and sets a password by e-mail.

    Its admins name further people themselves; here the first one is named.
    """

    email = forms.EmailField(label=_("e-mail"))
    name = forms.CharField(label=_("name"), max_length=120)
    role = forms.ChoiceField(
        label=_("role"),
        choices=[(role, Role(role).label) for role in CARRIER_PEOPLE],
        initial="carrier_admin",
        required=False,
    )

    class Meta:
        model = Membership
        fields = ("role",)

    def __init__(self, *args: Any, by: User, **options: Any) -> None:
        super().__init__(*args, **options)
        self.by = by
        if self.instance.pk:
            self.initial.update(email=self.instance.user.email, name=self.instance.user.name)
            for known in ("email", "name"):
                self.fields[known].disabled = True

    def clean_role(self) -> str:
        return self.cleaned_data["role"] or "carrier_staff"

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        try:
            known_name(values.get("name", ""))
        except DomainError as error:
            self.add_error("name", error.detail)
        return values

    def save(self, commit: bool = True) -> Any:
        if not self.instance.pk:
            values = self.cleaned_data
            self.instance.user = carrier_account(email=values["email"], name=values["name"], by=self.by)
        return super().save(commit)


class CarrierStaffFormSet(forms.BaseInlineFormSet):
    """Each form knows who fills it in."""

    by: User

    def get_form_kwargs(self, index: int | None) -> dict[str, Any]:
        return super().get_form_kwargs(index) | {"by": self.by}
