"""The figures of a rule as fields: what is filled in is the port's own, what is blank stays as it is elsewhere."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from reservations.declarations.checks_kinds import KINDS
from reservations.declarations.models import Rule
from reservations.declarations.operations import put_rule
from reservations.declarations.operations.ruling import check_rule
from tests.api.forms import reader, text
from tests.cast import Cast
from web.staff.rule_fields import fields_of, figures_of, words_of


@pytest.fixture
def head(cast: Cast) -> Client:
    return reader(cast.supervisor)


def page_of(cast: Cast, check_code: str, mode: str = "") -> str:
    return reverse("web:staff_declaration_rule", args=[cast.port.code, check_code]) + f"?mode={mode}"


def said(check_code: str) -> dict[str, Any]:
    """The figures of the rule that was made."""
    return dict(Rule.objects.get(check_code=check_code).figures)


@pytest.mark.parametrize("check_code", sorted(KINDS))
def test_fields__every_check__show_its_own_figures_and_give_them_back(check_code: str) -> None:
    figures = figures_of(check_code)
    fields = fields_of(check_code, {})
    typed = {name: fields[name].prepare_value(value) for name, value in figures.items()}
    read = {
        name: fields[name].clean(str(typed[name]) if not isinstance(typed[name], list) else typed[name])
        for name in typed
    }
    assert read == figures
    assert [value for _name, value in words_of(check_code, read)] == [
        fields[name].words(figures[name]) for name in read
    ]
    check_rule(check_code, read)


@pytest.mark.parametrize(
    ("check_code", "typed", "figures"),
    [
        ("too_heavy", {"kg": "36000"}, {"kg": 36000}),
        ("too_heavy", {"kg": ""}, {}),
        ("gross_differs", {"tolerance_percent": "1.5"}, {"tolerance_percent": 1.5}),
        ("temperature_wrong", {"least": "-30", "most": ""}, {"least": -30}),
        ("value_over_limit", {"most": "0", "currency": "cny"}, {"most": 0, "currency": "CNY"}),
        ("temperature_missing", {"headings": "0401, 06；07\n0801"}, {"headings": ["0401", "06", "07", "0801"]}),
        ("document_phytosanitary", {"directions": ["outbound"]}, {"directions": ["outbound"]}),
        ("document_invoice", {"may_follow": "False"}, {"may_follow": False}),
        ("document_invoice", {"may_follow": ""}, {}),
        ("seal_missing", {"kg": "7"}, {}),
    ],
)
def test_change__figures_filled_in__are_the_ports_own(
    cast: Cast, head: Client, check_code: str, typed: dict[str, Any], figures: dict[str, Any]
) -> None:
    assert head.post(page_of(cast, check_code), {"level": "error", **typed}).status_code == 302
    assert said(check_code) == figures


@pytest.mark.parametrize(
    ("check_code", "typed"),
    [
        ("too_heavy", {"kg": "much"}),
        ("too_heavy", {"kg": "-1"}),
        ("too_heavy", {"kg": "1e99"}),
        ("value_over_limit", {"currency": "RMB"}),
        ("temperature_missing", {"headings": "04 fish"}),
        ("mode_direction", {"outbound_only": ["4711"]}),
        ("document_invoice", {"may_follow": "perhaps"}),
    ],
)
def test_change__figure_that_cannot_be__is_refused_beside_its_field(
    cast: Cast, head: Client, check_code: str, typed: dict[str, Any]
) -> None:
    answer = head.post(page_of(cast, check_code), {"level": "error", **typed})
    assert answer.status_code == 422
    (name,) = typed
    assert f'id="id_{name}_error"' in answer.content.decode()
    assert not Rule.objects.exists()


def test_change__wider_rule_of_the_port__is_what_blank_means(cast: Cast, head: Client) -> None:
    figures = {"kg": 41_000}
    put_rule(
        port_code=cast.port.code,
        mode="",
        check_code="too_heavy",
        level="warning",
        figures=figures,
        **cast.by(cast.supervisor),
    )
    assert "Left blank: 41000" in text(head.get(page_of(cast, "too_heavy", "0110")))
    assert "Left blank: 49000" in text(
        head.get(page_of(cast, "too_heavy"))
    )  # the port's own one does not explain itself
    listed = reverse("web:staff_declaration_rules", args=[cast.port.code])
    assert "Heaviest load of a trip (kg): 41000" in text(head.get(listed, {"mode": "0110"}))
