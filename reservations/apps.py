from django.apps import AppConfig


class ReservationsConfig(AppConfig):
    name = "reservations"

    def ready(self) -> None:
        from reservations import errors, events, live  # noqa: F401  registers constraint names, ledger kinds, visits
        from reservations.operations.generating import follow_far_side
        from yards.operations import far_side

        far_side.follow(follow_far_side)
