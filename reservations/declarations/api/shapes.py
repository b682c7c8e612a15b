"""What a program sends of a declaration, and what it is shown: the fix list in words besides its stable codes."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from core.api.fields import Code, PlainText
from core.api.schema import Paging
from reservations.declarations import content
from reservations.declarations.content import MOST_TRIPS, REFERENCE_LENGTH
from reservations.declarations.finding_words import words
from reservations.declarations.models import Declaration, DeclarationState, DocumentKind, Mode
from reservations.declarations.queries import findings_of
from yards.models import Direction

LEVELS = [("error", "must be mended"), ("waiting", "somebody else has to act"), ("warning", "does not block")]
NO_SUCH_FIELD = _("There is no such field here.")
STANDINGS = [("not_executable", "not executable"), ("waiting", "waiting"), ("ready", "ready")]


def _value_schema() -> dict[str, Any]:
    return {"type": ["string", "number"], "maxLength": content.MOST_CHARACTERS}


def _object(fields: Any) -> dict[str, Any]:
    return {"type": "object", "properties": {name: _value_schema() for name in fields}, "additionalProperties": False}


def content_schema() -> dict[str, Any]:
    """This will return the JSON Schema of a content: any part may be missing or wrong, which the fix list then says."""
    parts: dict[str, Any] = {name: _value_schema() for name in content.PLAIN}
    parts |= {name: _object(fields) for name, fields in content.GROUPS.items()}
    parts |= {
        name: {"type": "array", "maxItems": content.MOST[name], "items": _object(fields)}
        for name, fields in content.LISTS.items()
    }
    parts[content.TO_BE_NAMED] = {"type": "boolean", "description": "Instead of `vehicles`: they are named later."}
    return {"type": "object", "properties": parts, "additionalProperties": False}


@extend_schema_field(content_schema())
class ContentField(serializers.JSONField):
    """Kept as typed; the operation says what cannot be kept."""


# ---------------------------------------------------------------- sent
class ListIn(Paging):
    state = serializers.ChoiceField(choices=DeclarationState.choices, required=False)
    port = Code(required=False)
    own_reference = PlainText(max_length=REFERENCE_LENGTH, required=False)


class Known(serializers.Serializer[Any]):
    """A body whose members are all known: one that is not would seem to have been changed."""

    def validate(self, said: dict[str, Any]) -> dict[str, Any]:
        unknown = set(self.initial_data) - set(self.fields)
        if unknown:
            raise serializers.ValidationError({name: [NO_SUCH_FIELD] for name in sorted(unknown)}, code="unknown")
        return said


class ChangeIn(Known):
    direction = serializers.ChoiceField(choices=Direction.choices, required=False)
    mode = serializers.ChoiceField(choices=Mode.choices, required=False, help_text="Customs supervision mode.")
    own_reference = PlainText(
        max_length=REFERENCE_LENGTH, required=False, allow_blank=True, help_text="Of your own system; once only."
    )
    trips = serializers.IntegerField(min_value=1, max_value=MOST_TRIPS, required=False)
    content = ContentField(required=False, help_text="The whole content, in place of the one before.")
    content_change = ContentField(
        required=False, help_text="Parts of the content: groups by their fields, lists whole."
    )


class DraftIn(Known):
    port = Code()
    direction = serializers.ChoiceField(choices=Direction.choices)
    mode = serializers.ChoiceField(choices=Mode.choices, help_text="Customs supervision mode.")
    own_reference = PlainText(
        max_length=REFERENCE_LENGTH, required=False, allow_blank=True, help_text="Of your own system; once only."
    )
    trips = serializers.IntegerField(min_value=1, max_value=MOST_TRIPS, default=1)
    content = ContentField(required=False, default=dict, help_text="As much of it as is known.")


class DocumentIn(serializers.Serializer[Any]):
    kind = serializers.ChoiceField(choices=DocumentKind.choices)
    file = serializers.FileField(
        help_text="At most 10 MB: PDF, JPEG, PNG, TIFF, WebP, Word, Excel, OFD, by its content."
    )


# ---------------------------------------------------------------- shown
class FindingShape(serializers.Serializer[Any]):
    level = serializers.ChoiceField(choices=LEVELS)
    code = serializers.CharField(help_text="Stable.")
    where = serializers.CharField(
        help_text="Address of the field in `content`, such as goods.0.hs_code; empty: the whole."
    )
    field = serializers.CharField(help_text="The field's name in the language of the request.")
    what = serializers.CharField()
    why = serializers.CharField()
    how = serializers.CharField(help_text="How to mend it.")


class DocumentShape(serializers.Serializer[Any]):
    ref = serializers.CharField()
    kind = serializers.ChoiceField(choices=DocumentKind.choices)
    name = serializers.CharField()
    media_type = serializers.CharField(help_text="Found in the content.")
    size_bytes = serializers.IntegerField()
    sha256 = serializers.CharField()
    uploaded_at = serializers.DateTimeField()


class DeclarationRow(serializers.Serializer[Any]):
    ref = serializers.CharField()
    port = serializers.CharField(source="port.code")
    direction = serializers.ChoiceField(choices=Direction.choices)
    mode = serializers.ChoiceField(choices=Mode.choices)
    own_reference = serializers.CharField()
    trips = serializers.IntegerField()
    trips_made = serializers.IntegerField()
    state = serializers.ChoiceField(choices=DeclarationState.choices)
    standing = serializers.SerializerMethodField(
        help_text="May a vehicle travel on it: the three states of the pre-check."
    )
    edition = serializers.IntegerField(help_text="Raised by every change; the ETag goes by it.")
    hold_reason = serializers.CharField()
    created_at = serializers.DateTimeField()
    changed_at = serializers.DateTimeField()
    ready_at = serializers.DateTimeField(allow_null=True)

    @extend_schema_field(serializers.ChoiceField(choices=STANDINGS))
    def get_standing(self, row: Declaration) -> str:
        return {"ready": "ready", "submitted": "waiting"}.get(row.state, "not_executable")


class DeclarationShape(DeclarationRow):
    content = ContentField()
    findings = serializers.SerializerMethodField(help_text="The fix list; warnings do not block.")
    documents = DocumentShape(many=True)

    @extend_schema_field(FindingShape(many=True))
    def get_findings(self, row: Declaration) -> list[dict[str, str]]:
        return [_told(finding) for finding in findings_of(row)]


def _told(finding: Any) -> dict[str, str]:
    told = words(finding)
    said = {"field": told.where, "what": told.what, "why": told.why, "how": told.how}
    return {"level": finding.level, "code": finding.code, "where": finding.where} | said
