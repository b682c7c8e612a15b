from django.apps import AppConfig


class DeclarationsConfig(AppConfig):
    name = "reservations.declarations"
    label = "declarations"

    def ready(self) -> None:
        from reservations.declarations import errors, events  # noqa: F401  registers constraint names and ledger kinds
