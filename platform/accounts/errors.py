"""What can be wrong with people, phones, plates and rights, each with its stable code and what to do next."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from core.db import constraint, unique_on
from core.errors import Conflict, Forbidden, Invalid, NotFound


# ---------------------------------------------------------------- phones and codes
class PhoneNotValid(Invalid):
    code = "phone_not_valid"
    title = _("Not a phone number")
    message = _("This is not a complete phone number. Write it with the country code, such as +86 138 0000 0001.")
    field = "phone"


class PhoneCountryNotServed(Invalid):
    code = "phone_country_not_served"
    title = _("Country not served")
    message = _("Messages can be sent to numbers of %(countries)s only.")
    field = "phone"


class PhoneNotMobile(Invalid):
    code = "phone_not_mobile"
    title = _("Not a mobile number")
    message = _("This number cannot receive messages. Use the number of a mobile phone.")
    field = "phone"


class CodeWrong(Invalid):
    code = "code_wrong"
    title = _("Wrong code")
    message = _("This is not the code that was sent to this phone. Check the newest message.")
    field = "code"


class CodeExpired(Invalid):
    code = "code_expired"
    title = _("Code too old")
    message = _("This code is too old. Ask for a new one.")
    field = "code"


class CodeUsed(Invalid):
    code = "code_used"
    title = _("Code already used")
    message = _("This code was used before; each code opens the door once. Ask for a new one.")
    field = "code"


class AccountClosed(Forbidden):
    code = "account_closed"
    title = _("Account closed")
    message = _("This account is closed. Speak to the staff of your port.")


# ---------------------------------------------------------------- vehicles
class PlateNotValid(Invalid):
    code = "plate_not_valid"
    title = _("Not a plate")
    message = _("A plate has at least one letter or digit and at most %(most)s characters.")
    field = "plate"


class CountryNotValid(Invalid):
    code = "country_not_valid"
    title = _("Not a country")
    message = _("Name the country by its two letters, such as CN, VN or LA.")
    field = "country"


class SizeNotValid(Invalid):
    code = "size_not_valid"
    title = _("Size not valid")
    message = _("The size lies between %(least)s m and %(most)s m.")


class PlateClassNotValid(Invalid):
    code = "plate_class_not_valid"
    title = _("Kind not valid")
    message = _("The kind of vehicle is one of: %(choices)s.")
    field = "plate_class"


class VehicleOfAnotherOrganisation(Conflict):
    code = "vehicle_of_another_organisation"
    title = _("Registered by an organisation")
    message = _("This vehicle belongs to an organisation. Ask its office to name you as a driver.")
    field = "plate"


class VehicleOfSeveralDrivers(Conflict):
    code = "vehicle_of_several_drivers"
    title = _("Others drive it too")
    message = _(
        "Other drivers use this vehicle too, so its size is changed by its organisation or by the staff of a port."
    )


class UnknownVehicle(NotFound):
    code = "unknown_vehicle"
    message = _("There is no such vehicle among yours.")
    field = "vehicle"


# ---------------------------------------------------------------- drivers of an organisation
class UnknownDriver(NotFound):
    code = "unknown_driver"
    message = _("Nobody of that reference drives vehicles of your organisation.")
    field = "driver"


class DriverNotPossible(Conflict):
    code = "driver_not_possible"
    title = _("Cannot be named")
    message = _(
        "The person of this number cannot be named as a driver. Ask for the number that the driver signs in with."
    )
    field = "phone"


class VehiclesNeeded(Invalid):
    code = "vehicles_needed"
    title = _("Vehicles needed")
    message = _("Name the vehicles that this driver may drive: at least one, at most %(most)s.")
    field = "vehicles"


# ---------------------------------------------------------------- rights
class RoleNotYours(Forbidden):
    code = "role_not_yours_to_give"
    title = _("Not yours to give")
    message = _("Your own role does not allow giving or taking this role here.")
    field = "role"


class OwnRole(Forbidden):
    code = "own_role"
    title = _("Not for yourself")
    message = _("Nobody gives a role to themselves or takes their own away. Ask a second person.")
    field = "role"


class RoleHeld(Conflict):
    code = "role_held"
    title = _("Already held")
    message = _("This person already holds this role here.")
    field = "role"


class UnknownRole(NotFound):
    code = "unknown_role"
    message = _("This person does not hold this role here.")
    field = "role"


class UnknownPerson(NotFound):
    code = "unknown_person"
    message = _("There is no such person.")
    field = "user"


class DriverAccount(Invalid):
    code = "driver_account"
    title = _("A driver's account")
    message = _(
        "A driver's account opens with a phone code alone, so it never carries staff rights. Use an e-mail account."
    )
    field = "user"


class PortOrCarrier(Conflict):
    code = "port_or_carrier"
    title = _("Port or carrier")
    message = _(
        "A person works for ports or for carriers, never for both. Use another account, or take the other roles first."
    )
    field = "user"


class EmailNotValid(Invalid):
    code = "email_not_valid"
    title = _("Not an e-mail address")
    message = _("This is not a complete e-mail address.")
    field = "email"


class NameNotValid(Invalid):
    code = "name_not_valid"
    title = _("Name not valid")
    message = _("The name has 1 to %(most)s characters.")
    field = "name"


class LanguageNotValid(Invalid):
    code = "language_not_valid"
    title = _("Language not known")
    message = _("The language is one of: %(choices)s.")
    field = "language"


class GateNeeded(Invalid):
    code = "gate_needed"
    title = _("Gate needed")
    message = _("Choose the gate at which this device stands.")
    field = "gate_code"


class EnrolmentCodeNotValid(Invalid):
    code = "enrolment_code_not_valid"
    title = _("Code not valid")
    message = _("This code is wrong, was used before, or is too old. Ask the head of your port for a fresh one.")
    field = "code"


class PublicKeyNotValid(Invalid):
    code = "public_key_not_valid"
    title = _("Key not valid")
    message = _("The public key is not one of Ed25519, or the signature was not made with its private half.")
    field = "public_key"


class UnknownDevice(NotFound):
    code = "unknown_device"
    message = _("There is no such device at your ports.")
    field = "device"


class UnknownClient(NotFound):
    code = "unknown_client"
    message = _("Your organisation has no such API client or key.")
    field = "client"


class ScopesNotValid(Invalid):
    code = "scopes_not_valid"
    title = _("Scopes not valid")
    message = _("Choose at least one of: %(choices)s.")
    field = "scopes"


class TooManyKeys(Conflict):
    code = "too_many_keys"
    title = _("Too many keys")
    message = _("A client has at most %(most)s keys at once. Revoke the old one first.")
    field = "client"


constraint("membership_once", RoleHeld)
constraint("vehicle_identity", VehicleOfAnotherOrganisation)
unique_on("vehicle_identity", "accounts_vehicle.country", "accounts_vehicle.plate_class", "accounts_vehicle.plate_key")
