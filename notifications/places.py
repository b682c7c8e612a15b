"""Where a ledger's stream is: a yard, or a port that has none yet."""

from __future__ import annotations

from typing import NamedTuple

from yards.models import Port, Yard


class Place(NamedTuple):
    """`yard` is the yard's code, "" for a port without one."""

    port: Port
    yard: str

    @classmethod
    def of(cls, stream: str) -> Place | None:
        """This will return where a stream is, None for what is no place."""
        code = stream.partition(":")[2]
        yard = Yard.objects.select_related("port").filter(code=code).first()
        if yard:
            return cls(yard.port, yard.code)
        port = Port.objects.filter(code=code).first()
        return cls(port, "") if port else None
