"""What must not lie in the tree: paths of one machine, hosts of a package registry, secrets, inline scripts."""

from __future__ import annotations

import re

import pytest

from tests.parts.source import ROOT, place, tracked

# Written in pieces, so that this file does not find itself.
PLACES = [r"/wo" + r"rk/", r"/ro" + r"ot/", r"/home/[a-z]+/", r"/Us" + r"ers/"]
REGISTRIES = [
    r"pypi\.",
    r"files\.python" + r"hosted",
    r"registry\.np" + r"mjs",
    r"deb\.deb" + r"ian",
    r"--index-" + r"url",
    r"--extra-" + r"index",
]
SECRETS = [r"BEGIN [A-Z ]*PRIVATE KEY", r"AKIA[0-9A-Z]{16}", r"ghp_[0-9A-Za-z]{36}"]
TEXT = {
    ".py",
    ".md",
    ".txt",
    ".in",
    ".toml",
    ".yml",
    ".yaml",
    ".html",
    ".css",
    ".js",
    ".json",
    ".sh",
    ".csv",
    ".svg",
    "",
}


def _lines_matching(patterns: list[str]) -> list[str]:
    pattern = re.compile("|".join(patterns))
    found = []
    for path in tracked():
        if path.suffix in TEXT:
            lines = path.read_text(errors="replace").splitlines()
            found += [f"{place(path)}:{number}" for number, line in enumerate(lines, 1) if pattern.search(line)]
    return found


@pytest.mark.parametrize("patterns", [PLACES, SECRETS], ids=["machine paths", "secrets"])
def test_tree__every_text_file__is_free_of(patterns: list[str]) -> None:
    assert _lines_matching(patterns) == []


def test_tree__requirements_and_tools__name_no_registry() -> None:
    allowed = {"scripts/bootstrap", "docs/dependencies.md"}
    assert [found for found in _lines_matching(REGISTRIES) if found.rsplit(":", 1)[0] not in allowed] == []


def test_requirements__every_pin__has_a_hash() -> None:
    for name in ("requirements.txt", "requirements-dev.txt"):
        text = (ROOT / name).read_text()
        pins = re.findall(r"^([a-z0-9._\[\],-]+==[^\s;\\]+)", text, re.MULTILINE)
        blocks = re.split(r"^(?=[a-z0-9])", text, flags=re.MULTILINE)
        bare = [
            block.splitlines()[0]
            for block in blocks
            if block.strip() and not block.startswith("#") and "--hash=sha256:" not in block
        ]
        assert len(pins) > 20
        assert bare == []


def test_templates__every_page__has_no_inline_script_or_style() -> None:
    """The content security policy is default-src 'self': inline code would be dead on arrival."""
    inline = re.compile(
        r"<script(?![^>]*\bsrc=)(?![^>]*application/json)[^>]*>|<style\b|\sstyle=|\son[a-z]+=\"|javascript:",
        re.IGNORECASE,
    )
    pages = [path for path in tracked() if path.suffix == ".html"]
    found = []
    for path in pages:
        lines = path.read_text().splitlines()
        found += [
            f"{place(path)}:{number} {line.strip()[:80]}" for number, line in enumerate(lines, 1) if inline.search(line)
        ]
    assert found == []
