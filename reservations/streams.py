"""Which ledger stream tells of what does not belong to one yard."""

from __future__ import annotations

from core.ledger import yard_stream
from yards.models import Port, Yard


def port_stream(port: Port) -> str:
    """This will return the stream of a port's rounds and requests: that of its first yard by code (its own name while it has none)."""
    code = Yard.objects.filter(port_id=port.pk).order_by("code").values_list("code", flat=True).first()
    return yard_stream(code or port.code)
