"""The enums of API version 2024-10. They are open: a value that is not listed is read and preserved."""

from __future__ import annotations

from aftership_tracking.runtime.models.enums import OpenEnum, OpenIntEnum, level_of


class DeliveryStatus(OpenEnum):
    """Where a shipment is in its course."""

    PENDING = "Pending"
    """Newly added and not looked up yet, or the courier has nothing about it yet."""
    INFO_RECEIVED = "InfoReceived"
    """The shipper has announced the parcel. The courier does not have it yet."""
    IN_TRANSIT = "InTransit"
    """The courier has the parcel and it is moving."""
    OUT_FOR_DELIVERY = "OutForDelivery"
    """On the last vehicle to the recipient."""
    ATTEMPT_FAIL = "AttemptFail"
    """Delivery was tried without success. Usually it is tried again."""
    DELIVERED = "Delivered"
    """Handed over to the recipient."""
    AVAILABLE_FOR_PICKUP = "AvailableForPickup"
    """Waiting for the recipient at a pickup point."""
    EXCEPTION = "Exception"
    """Customs hold, undeliverable, returned to sender or another trouble."""
    EXPIRED = "Expired"
    """No information for 30 days. The courier is no longer polled."""


class DeliverySubStatus(OpenEnum):
    """Finer status: the delivery status and three digits. Each meaning is the usual label, then an
    explanation. New ones have come to older versions too.
    """

    PENDING_001 = "Pending_001"
    """Pending: nothing known yet, or not looked up yet."""
    PENDING_002 = "Pending_002"
    """Meaning not documented."""
    PENDING_003 = "Pending_003"
    """Meaning not documented."""
    PENDING_004 = "Pending_004"
    """Meaning not documented."""
    PENDING_005 = "Pending_005"
    """Meaning not documented."""
    PENDING_006 = "Pending_006"
    """Meaning not documented."""
    INFO_RECEIVED_001 = "InfoReceived_001"
    """Info Received: shipper announced the parcel to the courier; pickup to come."""
    IN_TRANSIT_001 = "InTransit_001"
    """In Transit: on its way."""
    IN_TRANSIT_002 = "InTransit_002"
    """Acceptance scan: courier took it in."""
    IN_TRANSIT_003 = "InTransit_003"
    """Arrival scan: reached a hub or sorting centre."""
    IN_TRANSIT_004 = "InTransit_004"
    """Arrived at destination country: crossed into the destination country."""
    IN_TRANSIT_005 = "InTransit_005"
    """Customs clearance completed: cleared by customs."""
    IN_TRANSIT_006 = "InTransit_006"
    """Customs clearance started: handed to customs."""
    IN_TRANSIT_007 = "InTransit_007"
    """Departure Scan: left a facility."""
    IN_TRANSIT_008 = "InTransit_008"
    """Problem resolved: an earlier trouble is over; moving again."""
    IN_TRANSIT_009 = "InTransit_009"
    """Forwarded to a different delivery address: redirected."""
    IN_TRANSIT_010 = "InTransit_010"
    """Meaning not documented."""
    OUT_FOR_DELIVERY_001 = "OutForDelivery_001"
    """Out for Delivery: out with the driver."""
    OUT_FOR_DELIVERY_002 = "OutForDelivery_002"
    """Available for pickup. Retired: AvailableForPickup_001 replaced it."""
    OUT_FOR_DELIVERY_003 = "OutForDelivery_003"
    """Customer contacted: recipient was called before delivery."""
    OUT_FOR_DELIVERY_004 = "OutForDelivery_004"
    """Delivery appointment scheduled: a time was agreed."""
    ATTEMPT_FAIL_001 = "AttemptFail_001"
    """Failed Attempt: not delivered for some reason; will usually be tried again."""
    ATTEMPT_FAIL_002 = "AttemptFail_002"
    """Addressee not available: nobody there."""
    ATTEMPT_FAIL_003 = "AttemptFail_003"
    """Business Closed: the business was shut."""
    AVAILABLE_FOR_PICKUP_001 = "AvailableForPickup_001"
    """Available for pickup: at a pickup point."""
    DELIVERED_001 = "Delivered_001"
    """Delivered: handed over, how is not reported."""
    DELIVERED_002 = "Delivered_002"
    """Picked up by the customer: collected by the recipient."""
    DELIVERED_003 = "Delivered_003"
    """Sign by customer: delivered against a signature."""
    DELIVERED_004 = "Delivered_004"
    """Delivered and received cash on delivery: delivered and paid to the driver."""
    EXCEPTION_001 = "Exception_001"
    """Exception: trouble, not reported further."""
    EXCEPTION_002 = "Exception_002"
    """Customer moved: recipient no longer lives there."""
    EXCEPTION_003 = "Exception_003"
    """Customer refused delivery: recipient would not take it."""
    EXCEPTION_004 = "Exception_004"
    """Delayed (Customs clearance): held up at customs."""
    EXCEPTION_005 = "Exception_005"
    """Delayed (External factors): held up by something unforeseen."""
    EXCEPTION_006 = "Exception_006"
    """Held for payment: waits for the recipient's payment."""
    EXCEPTION_007 = "Exception_007"
    """Incorrect Address: the address is wrong."""
    EXCEPTION_008 = "Exception_008"
    """Pick up missed: not collected from the pickup point."""
    EXCEPTION_009 = "Exception_009"
    """Rejected by carrier: the courier will not carry it."""
    EXCEPTION_010 = "Exception_010"
    """Returning to sender: on its way back. Sets return_to_sender to true."""
    EXCEPTION_011 = "Exception_011"
    """Returned to sender: the sender has it back. Sets return_to_sender to true."""
    EXCEPTION_012 = "Exception_012"
    """Shipment damage: the parcel is damaged."""
    EXCEPTION_013 = "Exception_013"
    """Shipment lost: the parcel is lost."""
    EXCEPTION_014 = "Exception_014"
    """Meaning not documented."""
    EXCEPTION_015 = "Exception_015"
    """Meaning not documented."""
    EXPIRED_001 = "Expired_001"
    """Expired: 30 days without news."""


class EventCode(OpenEnum):
    """What a checkpoint was recognised as. Beta: codes may change, and the list is not complete."""

    REROUTED = "rerouted"
    """Delivery address was changed."""
    DROPPED_OFF_AT_COLLECTION_POINT = "dropped_off_at_collection_point"
    """Left at a collection point for the customer."""
    DELIVERY_ATTEMPT_FAILED = "delivery_attempt_failed"
    """The courier came but could not leave it."""
    REDELIVERY_SCHEDULED = "redelivery_scheduled"
    """A new time was set after a failed attempt."""
    DELIVERED_TO_A_LOCATION = "delivered_to_a_location"
    """Left at the address or at a named location."""
    DELIVERED_TO_NEIGHBOR = "delivered_to_neighbor"
    """Left with a neighbour."""
    HELD_BY_CUSTOMS = "held_by_customs"
    """Customs keep it."""
    MISROUTED = "misrouted"
    """Went to a wrong location and must be sent on."""
    REJECTED_BY_CUSTOMER = "rejected_by_customer"
    """Customer would not take it."""
    RETURN_TO_SENDER_REQUESTED = "return_to_sender_requested"
    """The customer requested the return."""
    RETURNED_TO_SENDER = "returned_to_sender"
    """The sender has it back."""
    SHIPMENT_LOST = "shipment_lost"
    """Lost."""
    CANCELED = "canceled"
    """Voided by sender or courier."""
    SHIPMENT_DAMAGED = "shipment_damaged"
    """Damaged."""
    PICKED_UP = "picked_up"
    """The courier collected it from the shipper."""
    SIGNED_BY_CUSTOMER = "signed_by_customer"
    """Delivered against the customer's signature."""


class EventReasonCode(OpenEnum):
    """Why an event happened. Which reason goes with which event is not documented."""

    OUTSIDE_DELIVERY_LIMITS = "outside_delivery_limits"
    """Meaning not documented."""
    NOT_WHAT_CUSTOMER_ORDERED = "not_what_customer_ordered"
    """Meaning not documented."""
    PACKAGE_OVERSIZED_OVERWEIGHT = "package_oversized_overweight"
    """Meaning not documented."""


class ConfidenceCode(OpenIntEnum):
    """How sure an estimated date is, and why."""

    HIGH = 10001
    """High: the single date and the range are both good."""
    HIGH_FOR_RANGE = 20001
    """High for the range, medium for the single date."""
    MEDIUM_EXTERNAL_CAUSES = 30001
    """Medium: something outside the courier's control, such as weather, may interfere."""
    MEDIUM_LITTLE_DATA = 30002
    """Medium: there is too little usable data for this period."""
    MEDIUM_INEXACT_SERVICE_TYPE = 30003
    """Medium: the service type is not exact."""

    @property
    def level(self) -> str | None:
        """How high the value ranks, in the words of the document; None for an unknown value."""
        return level_of(self)


class AdditionalField(OpenEnum):
    """Extra data that some couriers need before they report anything."""

    TRACKING_ACCOUNT_NUMBER = "tracking_account_number"
    """The shipper's account number at the courier."""
    TRACKING_POSTAL_CODE = "tracking_postal_code"
    """The recipient's postal code."""
    TRACKING_SHIP_DATE = "tracking_ship_date"
    """The day of dispatch, as YYYYMMDD."""
    TRACKING_KEY = "tracking_key"
    """A credential or key that the courier asks for."""
    TRACKING_ORIGIN_COUNTRY = "tracking_origin_country"
    """The country of origin, as three letters."""
    TRACKING_DESTINATION_COUNTRY = "tracking_destination_country"
    """The country of destination, as three letters."""
    TRACKING_STATE = "tracking_state"
    """The recipient's state or province."""


class OnTimeStatus(OpenEnum):
    """Punctuality against the first estimate."""

    ON_TIME = "on-time"
    """First delivery attempt on the first estimated day."""
    EARLY = "early"
    """First delivery attempt before the first estimate."""
    LATE = "late"
    """First delivery attempt after the first estimate."""
    OVERDUE = "overdue"
    """Not attempted yet, and the estimate has passed."""
    TRENDING_ON_TIME = "trending-on-time"
    """Still moving. The current estimate is not later than the first one."""
    TRENDING_LATE = "trending-late"
    """Still moving. The current estimate is later than the first one."""


class DeliveryType(OpenEnum):
    """How the recipient gets the parcel."""

    PICKUP_AT_STORE = "pickup_at_store"
    """The recipient collects it at a shop."""
    PICKUP_AT_COURIER = "pickup_at_courier"
    """The recipient collects it at the courier."""
    DOOR_TO_DOOR = "door_to_door"
    """The courier brings it to the door."""


class TrackingSource(OpenEnum):
    """How the tracking was added."""

    API = "api"
    """Through this API."""
    WEB = "web"
    """In the web console."""


class CompletionReason(OpenEnum):
    """Why a tracking is completed by hand. Decides the resulting status."""

    DELIVERED = "DELIVERED"
    """The parcel was delivered. The tracking gets Delivered and Delivered_001."""
    LOST = "LOST"
    """The parcel is lost. The tracking gets Exception and Exception_013."""
    RETURNED_TO_SENDER = "RETURNED_TO_SENDER"
    """The sender has it back. The tracking gets Exception and Exception_011."""


class SlugGroup(OpenEnum):
    """A family of couriers to detect within."""

    AMAZON_GROUP = "amazon-group"
    """Couriers of Amazon."""
    FEDEX_GROUP = "fedex-group"
    """Couriers of FedEx."""
    TOLL_GROUP = "toll-group"
    """Couriers of Toll."""
    TAQBIN_GROUP = "taqbin-group"
    """Couriers of TA-Q-BIN (Yamato)."""
    TNT_GROUP = "tnt-group"
    """Couriers of TNT."""
    CJ_GROUP = "cj-group"
    """Couriers of CJ."""
    HERMES_GROUP = "hermes-group"
    """Couriers of Hermes."""
    DPD_GROUP = "dpd-group"
    """Couriers of DPD."""
    GLS_GROUP = "gls-group"
    """Couriers of GLS."""
    DHL_GROUP = "dhl-group"
    """Couriers of DHL."""
    FASTWAY_GROUP = "fastway-group"
    """Couriers of Fastway."""
    ASENDIA_GROUP = "asendia-group"
    """Couriers of Asendia."""
    BRT_GROUP = "brt-group"
    """Couriers of BRT. Seen only on a later documentation page (2025-01)."""
    SEUR_GROUP = "seur-group"
    """Couriers of SEUR. Seen only on a later documentation page (2025-01)."""


class EstimatedDeliveryType(OpenEnum):
    """Whether an estimate is one date or a range."""

    SPECIFIC = "specific"
    """One date."""
    RANGE = "range"
    """An earliest and a latest date."""


class EstimatedDeliverySource(OpenEnum):
    """Who made an estimate."""

    CARRIER_EDD = "Carrier EDD"
    """The courier."""
    AFTER_SHIP_EDD = "AfterShip EDD"
    """AfterShip's own prediction."""
    CUSTOM_EDD = "Custom EDD"
    """Rules of the account."""
    ORDER_EDD = "Order EDD"
    """The date promised in the order."""


class NextCourierSource(OpenEnum):
    """Who named a following courier. The values are known from a later version."""

    SYSTEM = "system"
    """The service found it."""
    USER = "user"
    """The caller named it."""


class CarbonEmissionsUnit(OpenEnum):
    """Unit of an emission value."""

    KG = "kg"
    """Kilogram."""


class ShipmentWeightUnit(OpenEnum):
    """Unit of a shipment weight."""

    KG = "kg"
    """Kilogram."""
    LB = "lb"
    """Pound."""


class OrderProcessingTimeUnit(OpenEnum):
    """Unit of a processing time."""

    DAY = "day"
    """Day."""


class TrackingListField(OpenEnum):
    """A property that can be requested in the list of trackings."""

    TITLE = "title"
    """The label."""
    ORDER_ID = "order_id"
    """The order id."""
    TAG = "tag"
    """The delivery status."""
    CHECKPOINTS = "checkpoints"
    """The history."""


class TrackingField(OpenEnum):
    """A property that can be requested when one tracking is read."""

    TRACKING_ACCOUNT_NUMBER = "tracking_account_number"
    """The shipper's account number at the courier."""
    TRACKING_POSTAL_CODE = "tracking_postal_code"
    """The recipient's postal code."""
    TRACKING_SHIP_DATE = "tracking_ship_date"
    """The day of dispatch, as YYYYMMDD."""
    TRACKING_KEY = "tracking_key"
    """A credential or key that the courier asks for."""
    TRACKING_ORIGIN_COUNTRY = "tracking_origin_country"
    """The country of origin, as three letters."""
    TRACKING_DESTINATION_COUNTRY = "tracking_destination_country"
    """The country of destination, as three letters."""
    TRACKING_STATE = "tracking_state"
    """The recipient's state or province."""
    TITLE = "title"
    """The label."""
    ORDER_ID = "order_id"
    """The order id."""
    TAG = "tag"
    """The delivery status."""
    CHECKPOINTS = "checkpoints"
    """The history."""


class TranslationLanguage(OpenEnum):
    """Target language of checkpoint messages."""

    EN = "en"
    """English."""
    FR = "fr"
    """French."""
    FR_CA = "fr-CA"
    """Canadian French."""
    AR = "ar"
    """Arabic."""
    BG = "bg"
    """Bulgarian."""
    CA = "ca"
    """Catalan."""
    HR = "hr"
    """Croatian."""
    CS = "cs"
    """Czech."""
    DA = "da"
    """Danish."""
    NL = "nl"
    """Dutch."""
    ET = "et"
    """Estonian."""
    TL = "tl"
    """Filipino (Tagalog)."""
    FI = "fi"
    """Finnish."""
    DE = "de"
    """German."""
    EL = "el"
    """Greek."""
    HE = "he"
    """Hebrew."""
    HI = "hi"
    """Hindi."""
    HU = "hu"
    """Hungarian."""
    ID = "id"
    """Indonesian."""
    IT = "it"
    """Italian."""
    JA = "ja"
    """Japanese."""
    KO = "ko"
    """Korean."""
    LV = "lv"
    """Latvian."""
    LT = "lt"
    """Lithuanian."""
    MS = "ms"
    """Malay."""
    PL = "pl"
    """Polish."""
    PT = "pt"
    """Portuguese."""
    RO = "ro"
    """Romanian."""
    RU = "ru"
    """Russian."""
    SR = "sr"
    """Serbian."""
    SK = "sk"
    """Slovak."""
    SL = "sl"
    """Slovenian."""
    ES = "es"
    """Spanish."""
    SV = "sv"
    """Swedish."""
    TH = "th"
    """Thai."""
    TR = "tr"
    """Turkish."""
    UK = "uk"
    """Ukrainian."""
    VI = "vi"
    """Vietnamese."""
    ZH_HANS = "zh-Hans"
    """Simplified Chinese."""
    ZH_HANT = "zh-Hant"
    """Traditional Chinese."""
    NB = "nb"
    """Norwegian Bokmål."""


class ErrorType(OpenEnum):
    """Class of an error."""

    BAD_REQUEST = "BadRequest"
    """The request cannot be served as it is. Also used when a tracking does not exist."""
    UNAUTHORIZED = "Unauthorized"
    """The API key or the signature is not accepted."""
    FORBIDDEN = "Forbidden"
    """Understood, but not allowed."""
    NOT_FOUND = "NotFound"
    """No such path or resource."""
    TOO_MANY_REQUESTS = "TooManyRequests"
    """The rate limit is used up."""
    INTERNAL_ERROR = "InternalError"
    """A fault of the service."""


class WebhookEventCode(OpenEnum):
    """Why a webhook was sent."""

    TRACKING_UPDATE = "tracking_update"
    """The status of a shipment changed."""
    EDD_REVISE = "edd_revise"
    """An estimated delivery date changed."""
    TRACKING_PENDING_TIME = "tracking_pending_time"
    """A shipment has been pending for longer than a limit set by the user."""


class SignatureRequirement(OpenEnum):
    """Which signature a delivery needs. The values are known from a later version."""

    SIGNATURE_REQUIRED = "signature_required"
    """Somebody has to sign."""
    ADULT_SIGNATURE_REQUIRED = "adult_signature_required"
    """An adult has to sign."""
    INDIRECT_SIGNATURE_REQUIRED = "indirect_signature_required"
    """A signature from somebody else, or left beforehand, is enough."""
    NO_SIGNATURE_REQUIRED = "no_signature_required"
    """Nobody has to sign."""
