"""What references and codes look like in a path: anything else is not found before the database is asked."""

from __future__ import annotations

from django.urls import register_converter

from core.ids import normalise_ref


class RefConverter:
    """A public reference such as `R-7K3M9QXD2`, read as people write it (lower case, O for 0)."""

    regex = "[A-Za-z]{1,2}-[0-9A-Za-z]{6,16}"

    def to_python(self, value: str) -> str:
        return normalise_ref(value)

    def to_url(self, value: str) -> str:
        return value


class CodeConverter:
    """The code of a port, yard, lane, gate or bay."""

    regex = "[0-9A-Za-z][0-9A-Za-z_.-]{0,39}"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(RefConverter, "ref")
register_converter(CodeConverter, "code")
