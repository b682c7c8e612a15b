"""Paths of a yard's plans: versions, one version, the editor, sheets of QR codes."""

from __future__ import annotations

from django.urls import path

from web.staff import views_layout_editor, views_layout_propose, views_layouts, views_qr_sheets

YARD = "staff/yards/<slug:yard_code>/"
LAYOUT = YARD + "layouts/<str:ref>/"

urlpatterns = [
    path(YARD + "qr/", views_qr_sheets.sheets, name="qr_sheets"),
    path(YARD + "layouts/", views_layouts.layouts, name="layouts"),
    path(YARD + "layouts/upload/", views_layouts.upload, name="layout_upload"),
    path(LAYOUT, views_layouts.layout, name="layout"),
    path(LAYOUT + "plan.geojson", views_layouts.download, name="layout_download"),
    path(LAYOUT + "edit/", views_layout_editor.editor, name="layout_edit"),
    path(LAYOUT + "propose/", views_layout_propose.proposed, name="layout_propose"),
    path(LAYOUT + "copy/", views_layouts.copy, name="layout_copy"),
    path(LAYOUT + "schedule/", views_layouts.schedule, name="layout_schedule"),
    path(LAYOUT + "unschedule/", views_layouts.unschedule, name="layout_unschedule"),
    path(LAYOUT + "discard/", views_layouts.discard, name="layout_discard"),
]
