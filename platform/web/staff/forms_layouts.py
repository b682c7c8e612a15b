"""What staff send about plans: a file, or the moment at which a version takes effect. Times are the port's."""

from __future__ import annotations

import json
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from web.staff.forms_disruption import moment
from yards.errors import LayoutTooBig
from yards.operations.layouts import MOST_MB

MOST_BYTES = MOST_MB * 1_000_000
NOT_JSON = _("This is no GeoJSON file: it cannot be read as JSON. Export it again as GeoJSON and choose it anew.")


class Upload(forms.Form):
    """A GeoJSON file of at most `MOST_MB`, and what it changes."""

    layout = forms.FileField(
        label=_("GeoJSON file"), widget=forms.FileInput(attrs={"accept": ".geojson,.json,application/geo+json"})
    )
    note = forms.CharField(
        label=_("What changes and why"),
        max_length=500,
        required=False,
        help_text=_("Everybody who looks at the versions reads it."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["layout"].help_text = _("At most %(most)s MB.") % {"most": MOST_MB}
        attributes = {"data-most-bytes": MOST_BYTES, "data-too-big": too_big(), "data-not-json": NOT_JSON}
        self.fields["layout"].widget.attrs |= attributes

    def clean_layout(self) -> bytes:
        """This will return the file's content; its size is looked at before it is read."""
        file: UploadedFile = self.cleaned_data["layout"]
        if (file.size or 0) > MOST_BYTES:
            raise forms.ValidationError(too_big())
        data = file.read()
        if not is_json(data):
            raise forms.ValidationError(NOT_JSON)
        return data


class Effective(forms.Form):
    """When a version takes effect."""

    NOW, LATER = "now", "later"
    when = forms.ChoiceField(
        label=_("Takes effect"),
        choices=[(NOW, _("at once")), (LATER, _("at a moment"))],
        widget=forms.RadioSelect,
    )
    takes_effect_at = moment(label=_("Moment (the port's time)"), required=False)

    def clean(self) -> dict[str, Any]:
        """This will leave `takes_effect_at` alone: None for at once."""
        said = super().clean() or {}
        when = said.pop("when", None)
        if when == self.LATER and not said.get("takes_effect_at") and not self.has_error("takes_effect_at"):
            self.add_error("takes_effect_at", _("Say from when on."))
        if when == self.NOW:
            said["takes_effect_at"] = None
        return said


def too_big() -> str:
    """This will say the limit in the words of the operation itself."""
    return LayoutTooBig(most_mb=MOST_MB).detail


def is_json(data: bytes) -> bool:
    """This will tell whether a file is JSON in UTF-8, as the reader wants it; what it means is the reader's to say."""
    try:
        json.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        return False
    return True
