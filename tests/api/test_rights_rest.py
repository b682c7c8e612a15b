"""The other half of the crawl of rights (test_rights.py): a file of its own, so that two processes share the work."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytest_django import Settings

from tests.api.test_rights import PARTS, assert_as_the_table_says
from tests.cast import Cast


@pytest.mark.sqlite
@pytest.mark.parametrize("part", range(1, PARTS, 2))
def test_crawl__every_other_route__as_the_table_says(cast: Cast, settings: Settings, tmp_path: Path, part: int) -> None:
    assert_as_the_table_says(cast, settings, tmp_path, part)
