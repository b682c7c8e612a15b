from django.apps import AppConfig


class ReservationsConfig(AppConfig):
    name = "reservations"

    def ready(self) -> None:
        from reservations import errors, events  # noqa: F401  registers constraint names and ledger kinds
