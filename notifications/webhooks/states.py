"""The machines of webhooks (docs/webhooks.md draws them)."""

from core.machine import Machine

ENDPOINT = Machine(
    name="endpoint",
    initial=frozenset({"enabled"}),
    moves={
        "enabled": frozenset({"disabled"}),  # by its owner, by an answer 410, or by five days without a success
        "disabled": frozenset({"enabled"}),
    },
)

DELIVERY = Machine(
    name="delivery",
    initial=frozenset({"pending", "disabled"}),  # disabled: what happened while its endpoint was switched off
    moves={
        "pending": frozenset({"delivered", "exhausted", "disabled"}),
        "delivered": frozenset({"pending"}),  # each of the three begins again when it is replayed
        "exhausted": frozenset({"pending"}),
        "disabled": frozenset({"pending"}),
    },
)
