from django.apps import AppConfig


class ReservationsConfig(AppConfig):
    name = "reservations"

    def ready(self) -> None:
        from accounts.api import enterprise
        from reservations import errors, events, live  # noqa: F401  registers constraint names, ledger kinds, visits
        from reservations.inbox import events as gate_events  # noqa: F401  more ledger kinds
        from reservations.operations.generating import follow_far_side
        from reservations.sandbox.opening import let_in
        from yards.operations import far_side

        far_side.follow(follow_far_side)
        enterprise.door(let_in)
