"""Collects the texts marked for translation and checks the catalogues, without GNU gettext.

`translations.py` checks: every catalogue lists exactly the texts of its rooms (WANTED), has them all translated, and no
translation loses a placeholder. `translations.py collect` brings the catalogues up to date first.
"""

from __future__ import annotations

import io
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import polib
from babel.messages.extract import extract
from django.conf import settings
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parents[1]
ROOMS = ("platform", "yards", "reservations", "notifications")
#: What a driver reads or hears, but for declarations: his pages and messages, the public pages, refusals, reasons, the way.
DRIVERS = (
    "notifications/declared_words.py",
    "notifications/models.py",
    "notifications/reasons.py",
    "notifications/way_words.py",
    "notifications/words.py",
    "platform/accounts/errors.py",
    "platform/accounts/operations/codes.py",
    "platform/core/api/problems.py",
    "platform/core/django_words.py",
    "platform/core/errors.py",
    "platform/core/once.py",
    "platform/core/sizes.py",
    "platform/realtime/",
    "platform/web/driver/",
    "platform/web/hazards.py",
    "platform/web/public/",
    "platform/web/templates/403",
    "platform/web/templates/500",
    "platform/web/templates/busy",
    "platform/web/templates/web/_",
    "platform/web/templates/web/base",
    "platform/web/templates/web/driver/",
    "platform/web/templates/web/error",
    "platform/web/templates/web/public/",
    "platform/web/templatetags/guide",
    "platform/web/templatetags/rounds",
    "platform/web/templatetags/web",
    "platform/web/words.py",
    "reservations/errors/",
    "reservations/models/conduct",
    "reservations/models/disposition",
    "reservations/models/queue",
    "reservations/models/reservation",
    "reservations/models/round",
    "reservations/models/slot",
    "reservations/pass",
    "reservations/queries/",
    "reservations/sightings",
    "reservations/tickets",
    "yards/choice_words.py",
    "yards/models/disruption",
    "yards/models/lanes",
    "yards/models/places",
    "yards/way_words.py",
)
#: catalogue → where its texts stand
WANTED = {"zh_Hans": ROOMS, "vi": DRIVERS, "lo": DRIVERS, "my": DRIVERS}
PLURALS = "nplurals=1; plural=0;"  # all four
KEYWORDS = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
PLACEHOLDER = re.compile(r"%\(\w+\)[sdf]|%[sd]|\{\w*\}")


@dataclass(frozen=True)
class Text:
    """One text of the source: English, plural where it has one, and the context that tells it from its double."""

    english: str
    plural: str = ""
    context: str = ""


def texts() -> dict[Text, list[str]]:
    """This will return every marked text with the files it stands in, in the order of the files."""
    found: dict[Text, list[str]] = {}
    for path in sorted(
        path for room in ROOMS for path in (ROOT / room).rglob("*") if path.suffix in {".py", ".html", ".txt"}
    ):
        for text in _texts_in(path):
            found.setdefault(text, []).append(str(path.relative_to(ROOT)))
    return found


def wanted_of(source: dict[Text, list[str]], language: str) -> dict[Text, str]:
    """This will return the texts that a catalogue must have, each with the first of its rooms' files that it stands in."""
    rooms = WANTED[language]
    places = {text: next((file for file in files if file.startswith(rooms)), "") for text, files in source.items()}
    return {text: file for text, file in places.items() if file}


def _texts_in(path: Path) -> Iterator[Text]:
    source = path.read_text()
    if path.suffix != ".py":
        if "templates" not in path.parts:
            return
        # A template turned into calls keeps its indentation, which means nothing in Python.
        source = "\n".join(line.strip() for line in templatize(source, origin=str(path)).splitlines())
    for _, message, _, context in extract("python", io.BytesIO(source.encode()), keywords=KEYWORDS):
        english, plural = message if isinstance(message, tuple) else (message, "")
        if english:
            yield Text(english, plural or "", context or "")


# ---------------------------------------------------------------- catalogues
def catalogue_paths() -> list[Path]:
    return [ROOT / "locale" / name / "LC_MESSAGES" / "django.po" for name in WANTED]


def language_of(path: Path) -> str:
    return path.parts[-3]


def read(path: Path) -> polib.POFile:
    if path.exists():
        return polib.pofile(str(path), wrapwidth=110)
    made = polib.POFile(wrapwidth=110)
    made.metadata = {
        "Language": language_of(path),
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
        "Plural-Forms": PLURALS,
    }
    return made


def key(entry: polib.POEntry) -> Text:
    return Text(entry.msgid, entry.msgid_plural or "", entry.msgctxt or "")


def collect() -> None:
    """This will rewrite each catalogue in the order of the source: translations kept, new texts empty, gone texts dropped."""
    source = texts()
    for path in catalogue_paths():
        wanted = wanted_of(source, language_of(path))
        catalogue = read(path)
        known = {key(entry): entry for entry in catalogue}
        catalogue.clear()
        catalogue.extend(known.get(text) or _new(text) for text in wanted)
        for entry, place in zip(catalogue, wanted.values(), strict=True):
            entry.comment = place
        path.parent.mkdir(parents=True, exist_ok=True)
        catalogue.save(str(path))
        empty = sum(not entry.translated() for entry in catalogue)
        print(f"{path.relative_to(ROOT)}: {len(catalogue)} texts, {empty} to translate")


def _new(text: Text) -> polib.POEntry:
    forms = {0: ""} if text.plural else {}
    flags = ["python-format"] if "%(" in text.english else []
    return polib.POEntry(
        msgid=text.english, msgid_plural=text.plural, msgctxt=text.context or None, msgstr_plural=forms, flags=flags
    )


# ---------------------------------------------------------------- checks
def faults() -> Iterator[str]:
    """This will give one line per fault of a catalogue."""
    source = texts()
    for path in catalogue_paths():
        name, wanted = path.relative_to(ROOT), wanted_of(source, language_of(path))
        if not path.exists():
            yield f"{name}: missing; run `make messages`"
            continue
        entries = {key(entry): entry for entry in read(path) if not entry.obsolete}
        yield from (
            f"{name}: not collected, run `make messages`: {text.english!r}" for text in wanted if text not in entries
        )
        yield from (f"{name}: no longer in the source: {text.english!r}" for text in entries if text not in wanted)
        for entry in entries.values():
            yield from (f"{name}: {fault}: {entry.msgid!r}" for fault in _faults_of(entry))


def _faults_of(entry: polib.POEntry) -> Iterator[str]:
    if entry.fuzzy:
        yield "a guess (fuzzy)"
    if not entry.translated():
        yield "not translated"
    wanted = set(PLACEHOLDER.findall(entry.msgid_plural or entry.msgid))
    for translation in filter(None, [entry.msgstr, *entry.msgstr_plural.values()]):
        if set(PLACEHOLDER.findall(translation)) != wanted:
            yield f"placeholders differ in {translation!r}"


def main(arguments: list[str]) -> int:
    settings.configure(USE_I18N=False) if not settings.configured else None
    if arguments == ["collect"]:
        collect()
        return 0
    found = list(faults())
    print("\n".join(found[:40]) or "every text is translated")
    if len(found) > 40:
        print(f"… and {len(found) - 40} more")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
