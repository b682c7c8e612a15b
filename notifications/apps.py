from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    name = "notifications"

    def ready(self) -> None:
        from accounts.sms import register_sender
        from notifications import checks  # noqa: F401
        from notifications.codes import send_sms

        register_sender(send_sms)
