from django.apps import AppConfig


class YardsConfig(AppConfig):
    name = "yards"

    def ready(self) -> None:
        from yards import errors, events  # noqa: F401  registers constraint names and ledger kinds
