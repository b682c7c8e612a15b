"""Puts our back office in the place of Django's admin site."""

from django.contrib.admin.apps import AdminConfig


class OfficeAppConfig(AdminConfig):
    default_site = "accounts.office.OfficeSite"
