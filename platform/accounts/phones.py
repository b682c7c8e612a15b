"""Phone numbers: read in any usual spelling, kept as E.164, mobile numbers of five countries only."""

from __future__ import annotations

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumber, PhoneNumberType

from accounts.errors import PhoneCountryNotServed, PhoneNotMobile, PhoneNotValid
from accounts.texts import one_line

#: China, Viet Nam, Laos, Myanmar, Thailand
COUNTRY_CODES = (86, 84, 856, 95, 66)
HOME_REGION = "CN"
_CAN_RECEIVE = {PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE}


def e164(text: str, *, region: str = HOME_REGION) -> str:
    """This will return a phone number as `+8613800000001`; one without a country code is read as a number of `region`.

    Raises PhoneNotValid, PhoneCountryNotServed, or PhoneNotMobile for a number that cannot receive a message.
    """
    number = _parse(one_line(text), region)
    if number.country_code not in COUNTRY_CODES:
        raise PhoneCountryNotServed(countries=", ".join(f"+{code}" for code in COUNTRY_CODES))
    if not phonenumbers.is_valid_number(number):
        raise PhoneNotValid
    if phonenumbers.number_type(number) not in _CAN_RECEIVE:
        raise PhoneNotMobile
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def _parse(text: str, region: str) -> PhoneNumber:
    try:
        number = phonenumbers.parse(text, region)
    except NumberParseException as problem:
        raise PhoneNotValid from problem
    if number.extension:
        raise PhoneNotValid
    return number
