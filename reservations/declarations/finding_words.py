"""Every finding in words: what is wrong, why it matters, how it is mended. The codes are in checks_kinds.py."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from reservations.declarations.checks import Finding
from reservations.declarations.labels import label_of

BLANK = _("It is blank.")
CUSTOMS = _("The customs declaration is refused without it.")
CUSTOMS_WRONG = _("Customs compares it, and refuses what does not agree.")
GATE = _("At the gate it is compared with what comes.")
AMOUNT = _("Write a number greater than zero, such as 1250 or 1,250.5.")
TWO_LETTERS = _("Write the two letters of ISO 3166, such as CN, LA, VN or MM.")
DOCUMENT_WHY = _("This port asks for it in this customs supervision mode.")
DOCUMENT_HOW = _("Add it to the declaration as PDF or picture.")

Words = tuple[str | Promise, str | Promise, str | Promise]

WORDS: dict[str, Words] = {
    # the whole
    "text_too_long": (
        _("It has %(characters)s characters, and at most %(most)s are taken."),
        _("What is longer is cut on the customs' forms."),
        _("Shorten it."),
    ),
    "mode_direction": (
        _("Mode %(mode)s is for exports only, and this is an import."),
        _("Customs knows no import under this mode."),
        _("Choose another mode, or the other direction."),
    ),
    "contract_missing": (BLANK, _("Customs asks for the contract of this trade."), _("Write the contract's number.")),
    "invoice_missing": (BLANK, _("The value is taken from the invoice."), _("Write the invoice's number.")),
    "next_step_unknown": (
        _("“%(value)s” is no step that a yard knows."),
        _("The bay is chosen by where the vehicle goes next."),
        _("Choose exit, inspection, dock or weighbridge, or leave it blank."),
    ),
    "customs_release": (
        _("Customs has not let it go yet."),
        _("This port waits for the customs' word."),
        _("Nothing for you to do: you are told as soon as it is released."),
    ),
    # the parties
    "party_name_missing": (BLANK, CUSTOMS, _("Write the name as it is registered.")),
    "country_missing": (BLANK, CUSTOMS, TWO_LETTERS),
    "party_address_missing": (BLANK, _("It is printed on the transit papers."), _("Write street and place.")),
    "country_unknown": (_("“%(value)s” is no country."), CUSTOMS_WRONG, TWO_LETTERS),
    "credit_code_missing": (
        BLANK,
        _("A Chinese party is known to customs by this code."),
        _("Write the 18 characters of the business licence."),
    ),
    "credit_code_wrong": (
        _("“%(value)s” is no such code: its check character does not fit, or a character is one it never has."),
        _("A Chinese party is known to customs by this code."),
        _("Copy the 18 characters from the business licence. It has neither I, O, S, V nor Z."),
    ),
    # goods
    "goods_missing": (_("No goods are named."), CUSTOMS, _("Add a line for each kind of goods.")),
    "hs_missing": (BLANK, _("Duty and inspection go by it."), _("Write at least its first six digits.")),
    "hs_malformed": (
        _("“%(value)s” has not 6, 8, 10 or 13 digits."),
        _("Duty and inspection go by it."),
        _("Write digits only; dots and spaces between them do no harm."),
    ),
    "hs_unknown": (
        _("%(code)s is not in the HS of 2022. %(heading)s"),
        CUSTOMS_WRONG,
        _("Look it up again. Under the same heading there are: %(instead)s."),
    ),
    "hs_retired": (
        _("%(code)s no longer exists: it was “%(was)s” until the HS of 2022."),
        CUSTOMS_WRONG,
        _("Take the code that came instead. Under the same heading there are: %(instead)s."),
    ),
    "description_missing": (BLANK, CUSTOMS, _("Write what it is, as a trader would call it.")),
    "description_vague": (
        _("“%(value)s” says too little."),
        _("Vague descriptions are the commonest cause of an inspection."),
        _("Write what it is, of what, and for what."),
    ),
    "figure_missing": (BLANK, CUSTOMS, AMOUNT),
    "figure_wrong": (_("“%(value)s” cannot be used here."), CUSTOMS_WRONG, AMOUNT),
    "net_over_gross": (
        _("The net weight (%(net)s kg) is above the gross weight (%(gross)s kg)."),
        _("Goods never weigh more without their packing."),
        _("Correct one of them; perhaps they are in each other's place."),
    ),
    "value_missing": (BLANK, _("Duty goes by it."), _("Write the value on the invoice.")),
    "currency_missing": (
        BLANK,
        _("Without it the value says nothing."),
        _("Write its three letters, such as CNY or USD."),
    ),
    "currency_unknown": (
        _("“%(value)s” is no currency in use."),
        _("Without it the value says nothing."),
        _("Write its three letters, such as CNY or USD."),
    ),
    "currencies_mixed": (
        _("The lines are in several currencies: %(currencies)s."),
        _("One invoice usually has one."),
        _("Look again whether that is meant."),
    ),
    "origin_missing": (BLANK, _("Duty and bans go by it."), TWO_LETTERS),
    "value_over_limit": (
        _("Together they are worth %(value)s %(currency)s, and at most %(most)s %(currency)s are allowed."),
        _("This customs supervision mode has a limit for each declaration."),
        _("Split it, or choose another mode."),
    ),
    # sums
    "totals_missing": (BLANK, _("The sum guards against a forgotten line."), AMOUNT),
    "packages_differ": (
        _("It says %(total)s, and the lines have %(lines)s together."),
        _("At the gate packages are counted."),
        _("Correct the total, or the line that is wrong."),
    ),
    "gross_differs": (
        _("It says %(total)s kg, and the lines weigh %(lines)s kg together."),
        _("The weighbridge tells which is right."),
        _("Correct the total, or the line that is wrong."),
    ),
    "too_heavy": (
        _("It weighs %(gross)s kg, and %(trips)s trips of %(most)s kg each is what vehicles may weigh at most."),
        _("An overweight vehicle is sent back."),
        _("Raise the number of trips, or look at the weights again."),
    ),
    # dangerous and perishable
    "un_malformed": (
        _("“%(value)s” is no UN number."),
        _("Dangerous goods are kept apart by it."),
        _("Write UN and four digits, such as UN1203."),
    ),
    "un_unknown": (
        _("UN%(value)s was never given to a substance."),
        _("Dangerous goods are kept apart by it."),
        _("Copy the four digits from the safety data sheet."),
    ),
    "un_missing": (
        _("It is of class %(class)s, and its UN number is blank."),
        _("Who puts out a fire goes by the number."),
        _("Copy the four digits from the safety data sheet."),
    ),
    "hazard_class_missing": (
        _("The class of UN%(un)s is blank."),
        _("Its bay is chosen by it."),
        _("Write the class, such as 3 or 5.1."),
    ),
    "hazard_class_unknown": (
        _("“%(value)s” is no class of dangerous goods."),
        _("Its bay is chosen by it."),
        _("Write 1.1 to 1.6, 2.1 to 2.3, 3, 4.1 to 4.3, 5.1, 5.2, 6.1, 6.2, 7, 8 or 9."),
    ),
    "hazard_class_differs": (
        _("UN%(un)s is of class %(class)s, not %(said)s."),
        _("Its bay is chosen by it."),
        _("Correct the class or the number."),
    ),
    "temperature_missing": (
        BLANK,
        _("These goods spoil. Who waits in a queue with them needs a bay with power."),
        _("Write the lowest and highest degrees they stand."),
    ),
    "temperature_wrong": (
        _("“%(value)s” is no temperature from %(least)s to %(most)s °C."),
        _("The cold chain is watched by it."),
        _("Write degrees Celsius, such as -18 or 4.5."),
    ),
    "temperature_band": (
        _("The lowest temperature (%(min)s °C) is above the highest (%(max)s °C)."),
        _("The cold chain is watched by it."),
        _("Exchange the two."),
    ),
    "spoils_wrong": (
        _("“%(value)s” is no day."),
        _("Who spoils first may go first."),
        _("Write it as 2026-11-30, or with a time as 2026-11-30T18:00."),
    ),
    "spoils_past": (
        _("That day (%(day)s) is over."),
        _("Spoilt goods are not let in."),
        _("Correct the day, or withdraw the declaration."),
    ),
    # carriage
    "container_malformed": (
        _("“%(value)s” is no container number."),
        GATE,
        _("Write four letters, the fourth of them U, J or Z, and seven digits, such as CSQU3054383."),
    ),
    "container_check_digit": (
        _("The last digit of “%(value)s” does not fit the others."),
        _("A misread number finds no container, or another one's."),
        _("Read the number again from the container's door."),
    ),
    "container_twice": (
        _("%(value)s is named in line %(line)s already."),
        GATE,
        _("Remove one of them."),
    ),
    "seal_missing": (BLANK, GATE, _("Write the seal's number once it is on.")),
    "vehicles_missing": (
        _("No vehicle is named."),
        GATE,
        _("Name the vehicles, or say that they are named later."),
    ),
    "vehicles_to_be_named": (
        _("Its vehicles are still to be named."),
        GATE,
        _("Name them here, or reserve for them with this declaration: each is named by that."),
    ),
    "plate_missing": (BLANK, GATE, _("Write the tractor's plate.")),
    "plate_wrong": (
        _("Nothing in “%(value)s” can be read as a plate."),
        GATE,
        _("Write it as it stands on the vehicle."),
    ),
    "vehicle_twice": (_("%(value)s is named in line %(line)s already."), GATE, _("Remove one of them.")),
    # files
    "document_invoice": (_("The invoice is not here."), DOCUMENT_WHY, DOCUMENT_HOW),
    "document_packing_list": (_("The packing list is not here."), DOCUMENT_WHY, DOCUMENT_HOW),
    "document_contract": (_("The contract is not here."), DOCUMENT_WHY, DOCUMENT_HOW),
    "document_origin": (_("The certificate of origin is not here."), DOCUMENT_WHY, DOCUMENT_HOW),
    "document_phytosanitary": (
        _("The phytosanitary or veterinary certificate is not here."),
        _("Living animals, plants and food are let in by it."),
        DOCUMENT_HOW,
    ),
    "document_dangerous_goods": (
        _("The dangerous goods declaration is not here."),
        _("Dangerous goods are not let in without it."),
        DOCUMENT_HOW,
    ),
}


@dataclass(frozen=True)
class Told:
    """A finding in the reader's language. `where`: the field's name, "" for the whole."""

    where: str
    what: str
    why: str
    how: str


def words(finding: Finding) -> Told:
    """This will say a finding in the language of the reader."""
    what, why, how = (str(part) % finding.figures for part in WORDS[finding.code])
    if finding.code in ("hs_unknown", "hs_retired") and not finding.figures["instead"]:
        how = str(_("Look it up again: not even its heading exists."))
    return Told(label_of(finding.where), what.strip(), why, how)
