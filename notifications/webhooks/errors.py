"""What can be wrong with an act on a webhook endpoint, each with its stable code and what to do next."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from core.errors import Conflict, Invalid, NotFound


class UnknownEndpoint(NotFound):
    code = "unknown_endpoint"
    message = _("There is no such webhook endpoint of yours.")
    field = "endpoint"


class UnknownDelivery(NotFound):
    code = "unknown_delivery"
    message = _("There is no such webhook delivery of yours.")
    field = "delivery"


class UrlNotAllowed(Invalid):
    code = "url_not_allowed"
    title = _("Address not allowed")
    message = _("Webhooks cannot be sent there: %(why)s")
    field = "url"


class KindsNotValid(Invalid):
    code = "kinds_not_valid"
    title = _("Unknown event")
    message = _("There is no such event: %(unknown)s. The events are listed at /api/v1/public/webhook-events/.")
    field = "kinds"


class TooManyEndpoints(Conflict):
    code = "too_many_endpoints"
    title = _("Enough endpoints")
    message = _("An organisation has at most %(most)s webhook endpoints. Remove one first.")


class TooManySecrets(Conflict):
    code = "too_many_secrets"
    title = _("Enough secrets")
    message = _(
        "At most %(most)s secrets sign at the same time. Wait until an old one runs out, or rotate with no overlap."
    )


class OverlapNotValid(Invalid):
    code = "overlap_not_valid"
    title = _("Overlap not valid")
    message = _("An old secret goes on signing for 0 to %(most)s hours.")
    field = "overlap_h"


class EndpointOff(Conflict):
    code = "endpoint_disabled"
    title = _("Switched off")
    message = _("This endpoint is switched off. Switch it on first.")


class StillPending(Conflict):
    code = "delivery_pending"
    title = _("Not finished yet")
    message = _(
        "This delivery is still being tried. It can be replayed when it is delivered, given up or was not sent."
    )


class RangeNotValid(Invalid):
    code = "range_not_valid"
    title = _("Range not valid")
    message = _("The end of the range must be after its beginning.")
    field = "until"
