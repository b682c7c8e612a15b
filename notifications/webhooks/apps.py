from django.apps import AppConfig


class WebhooksConfig(AppConfig):
    name = "notifications.webhooks"
    label = "webhooks"

    def ready(self) -> None:
        from notifications.webhooks import checks  # noqa: F401
