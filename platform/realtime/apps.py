from django.apps import AppConfig


class RealtimeConfig(AppConfig):
    name = "realtime"

    def ready(self) -> None:
        from core import ledger
        from realtime import push

        ledger.subscribe(push.tell)
