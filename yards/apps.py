from django.apps import AppConfig


class YardsConfig(AppConfig):
    name = "yards"

    def ready(self) -> None:
        from yards import errors, events, live  # noqa: F401  registers constraint names, ledger kinds, streams
