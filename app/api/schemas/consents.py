"""Requests and answers about consents."""

from typing import Annotated, Literal

from pydantic import Field
from typing_extensions import TypeAliasType

from app.api.pages import Page
from app.api.schemas import texts
from app.api.schemas.base import ConsentId, CustomerId, Input, Moment, NoticeId, Output, Text
from app.api.schemas.events import CustomerReference, ReceiptStatus

# Named types, so that a generated client has one name for each list. A test compares them with the rules' own lists.
ConsentChannel = TypeAliasType(
    "ConsentChannel",
    Annotated[
        Literal["email", "sms", "whatsapp", "push", "phone", "postal", "profiling", "sharing"],
        Field(description="Where she would be contacted, or what would be done with her data."),
    ],
)
ConsentDecisionKind = TypeAliasType(
    "ConsentDecisionKind",
    Annotated[
        Literal["given", "refused", "withdrawn", "requested"],
        Field(description="What she decided; `requested` is that she was asked."),
    ],
)
RecordedDecisionKind = TypeAliasType(
    "RecordedDecisionKind",
    Annotated[
        Literal["requested", "given", "refused", "withdrawn", "confirmed", "invalidated", "objected", "li_active"],
        Field(description="What was decided; the last four are recorded by the service."),
    ],
)
ConsentState = TypeAliasType(
    "ConsentState",
    Annotated[
        Literal[
            "unknown", "requested", "pending_confirmation", "given", "refused", "withdrawn", "expired", "invalidated",
            "li_active", "objected",
        ],
        Field(description="What the decisions amount to. Only `given` may permit contact."),
    ],
)  # fmt: skip
LegalBasis = TypeAliasType(
    "LegalBasis",
    Annotated[
        Literal[
            "lgpd.7.I", "lgpd.7.II", "lgpd.7.III", "lgpd.7.IV", "lgpd.7.V", "lgpd.7.VI", "lgpd.7.VII", "lgpd.7.VIII",
            "lgpd.7.IX", "lgpd.7.X", "gdpr.6.1.a", "gdpr.6.1.b", "gdpr.6.1.c", "gdpr.6.1.d", "gdpr.6.1.e", "gdpr.6.1.f",
        ],
        Field(description="One of the ten of LGPD art. 7 or the six of GDPR art. 6(1)."),
    ],
)  # fmt: skip
ConsentEventType = TypeAliasType(
    "ConsentEventType",
    Annotated[
        Literal["expressed", "explicit", "parental", "imported"],
        Field(description="How it came about (ISO/IEC TS 27560)."),
    ],
)
IndicationMethod = TypeAliasType(
    "IndicationMethod",
    Annotated[
        Literal[
            "checkbox", "button", "double_opt_in", "one_click_unsubscribe", "gpc", "api", "shop_webhook", "agent",
            "import",
        ],
        Field(description="By what a decision was shown."),
    ],
)  # fmt: skip
ConsentActor = TypeAliasType(
    "ConsentActor",
    Annotated[Literal["subject", "guardian", "agent", "system"], Field(description="Who spoke.")],
)
PermissionReason = TypeAliasType(
    "PermissionReason",
    Annotated[
        Literal[
            "given", "unknown", "requested", "pending_confirmation", "refused", "withdrawn", "expired", "invalidated",
            "objected", "legitimate_interest_only", "other_basis", "imported_without_evidence", "unknown_customer",
            "no_address", "suppressed",
        ],
        Field(description="Why contact is permitted (`given`) or not (all others)."),
    ],
)  # fmt: skip
Purpose = Annotated[str, Field(strict=True, pattern=r"^[a-z][a-z0-9_.-]{0,63}$")]
Jurisdiction = Annotated[str, Field(strict=True, pattern=r"^[A-Za-z]{2}(-[A-Za-z0-9]{1,3})?$")]
_CUSTOMER_ID = "cus_019a9f6e1c2b7d3e8f4a5b6c7d8e9f01"
_CONSENT_ID = "con_019a9f6e1c2b7d3e8f4a5b6c7d8e9f01"
_PURPOSE = "What for: a slug of your own."
_EVIDENCE = {"ip": "203.0.113.7", "user_agent": "Mozilla/5.0", "url": "https://shop.example/newsletter"}
_CHANNEL = "The channel."


class ConsentEvidence(Input):
    """What proves the decision. Sealed under a key of its own, which outlives the erasure of the customer."""

    ip: Text | None = Field(None, description="The address the decision came from.", examples=["203.0.113.7"])
    user_agent: Annotated[str, Field(strict=True, max_length=4000)] | None = Field(
        None, description="The browser it was made with.", examples=["Mozilla/5.0"]
    )
    url: Annotated[str, Field(strict=True, max_length=4000)] | None = Field(
        None, description="The page it was made on.", examples=["https://shop.example/newsletter"]
    )
    token_id: Text | None = Field(None, description="The id of the token in a confirmation link.", examples=["t-81"])
    payload_sha256: Text | None = Field(
        None,
        description="SHA-256 of the message as it came.",
        examples=["9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"],
    )
    affirmative_action: Text | None = Field(
        None, description="What she did, in words.", examples=["Ticked the box beside the text"]
    )
    app_version: Text | None = Field(None, description="The version of the app or form.", examples=["4.2.0"])
    proof_reference: Text | None = Field(
        None, description="Where further proof lies: a recording, a signed form.", examples=["call-2211"]
    )


class ConsentCreate(Input):
    """A decision of one customer, for one purpose on one channel."""

    customer: CustomerReference = Field(description="Who decided.", examples=[{"id": _CUSTOMER_ID}])
    purpose: Purpose = Field(description=_PURPOSE, examples=["marketing"])
    channel: ConsentChannel = Field(description=_CHANNEL, examples=["email"])
    decision: ConsentDecisionKind = Field(description="What she decided.", examples=["given"])
    legal_basis: LegalBasis | None = Field(
        None, description="On what the processing rests; a no needs none.", examples=["lgpd.7.I"]
    )
    event_type: ConsentEventType = Field("expressed", description="How it came about.", examples=["expressed"])
    indication_method: IndicationMethod = Field("api", description="By what she showed it.", examples=["checkbox"])
    actor: ConsentActor = Field("subject", description="Who decided.", examples=["subject"])
    occurred_at: Moment | None = Field(
        None, description="When; the time of receipt if left out.", examples=["2026-11-01T12:00:00-03:00"]
    )
    valid_until: Moment | None = Field(
        None, description="When a consent ends by itself.", examples=["2028-11-01T12:00:00-03:00"]
    )
    notice_id: NoticeId | None = Field(
        None, description="The notice she was shown. There are none yet: leave it out.", examples=[None]
    )
    address: Text | None = Field(
        None,
        description="Which of her addresses it is about; by default the one she is named by, else her only one.",
        examples=["maria@example.com"],
    )
    evidence: ConsentEvidence | None = Field(None, description="What proves it.", examples=[_EVIDENCE])
    provenance: Text | None = Field(
        None,
        description="Where it was collected (a form, a page, a list); needed for what is imported. Sealed.",
        examples=["newsletter form in the footer"],
    )
    jurisdiction: Jurisdiction | None = Field(
        None, description="ISO 3166 code of the country or region whose law applies.", examples=["BR"]
    )
    source: texts.Slug | None = Field(
        None,
        description="The slug of the source; else that of the external id, else the key's own.",
        examples=["main-shop"],
    )
    message_id: texts.MessageKey | None = Field(
        None,
        description="Your id of this message: the same id from the same source is recorded once.",
        examples=["consent-77"],
    )


class ConsentReceipt(Output):
    """What became of a decision."""

    id: ConsentId = Field(description="The decision's id.")
    customer_id: CustomerId = Field(description="Who decided.")
    status: ReceiptStatus = Field(
        description="`duplicate`: the message was there already, and nothing was done.", examples=["stored"]
    )
    purpose: str = Field(description="What for.", examples=["marketing"])
    channel: ConsentChannel = Field(description="On which channel.", examples=["email"])
    decision: RecordedDecisionKind = Field(description="What was recorded.", examples=["given"])
    occurred_at: Moment = Field(description="When it counts from.", examples=["2026-11-01T15:00:00Z"])
    received_at: Moment = Field(description="When we received it.", examples=["2026-11-01T15:00:01Z"])
    clock_corrected: bool = Field(
        description="It claimed to be more than 5 minutes in the future; the time of receipt counts.", examples=[False]
    )
    state_before: ConsentState | None = Field(
        description="What her decisions amounted to before; null for a publishable key.", examples=["unknown"]
    )
    state_after: ConsentState | None = Field(
        description="What they amount to now. A decision older than what decides changes nothing.", examples=["given"]
    )


class ConsentDecision(Output):
    """A decision as it is recorded. Evidence and provenance are masked without the scope pii:read."""

    id: ConsentId = Field(description="The decision's id.")
    purpose: str = Field(description="What for.", examples=["marketing"])
    channel: ConsentChannel = Field(description="On which channel.", examples=["email"])
    decision: RecordedDecisionKind = Field(description="What was decided.", examples=["given"])
    legal_basis: LegalBasis | None = Field(description="On what it rests.", examples=["lgpd.7.I"])
    event_type: ConsentEventType = Field(description="How it came about.", examples=["expressed"])
    indication_method: IndicationMethod = Field(description="By what she showed it.", examples=["checkbox"])
    actor: ConsentActor = Field(description="Who decided.", examples=["subject"])
    source: str | None = Field(description="The slug of the source.", examples=["main-shop"])
    message_id: str | None = Field(description="The sender's id of the message.", examples=["consent-77"])
    jurisdiction: str | None = Field(description="Whose law applies.", examples=["BR"])
    occurred_at: Moment = Field(description="When it counts from.", examples=["2026-11-01T15:00:00Z"])
    received_at: Moment = Field(description="When we received it.", examples=["2026-11-01T15:00:01Z"])
    clock_corrected: bool = Field(
        description="It claimed to be more than 5 minutes in the future; the time of receipt counts.", examples=[False]
    )
    claimed_at: Moment | None = Field(description="What was claimed, where it was corrected.", examples=[None])
    valid_until: Moment | None = Field(description="When it ends by itself.", examples=[None])
    state_before: ConsentState = Field(description="The state before, as known then.", examples=["unknown"])
    state_after: ConsentState = Field(description="The state after, as known then.", examples=["given"])
    has_evidence: bool = Field(description="Whether evidence was given.", examples=[True])
    evidence: dict[str, str] | None = Field(description="What proves it.", examples=[_EVIDENCE])
    provenance: str | None = Field(description="Where it was collected.", examples=["newsletter form"])


class ConsentDecisionPage(Page[ConsentDecision]):
    """One page of decisions."""


class Consent(Output):
    """Where a customer stands for one purpose and channel. Ask `check_consents` whether she may be contacted."""

    purpose: str = Field(description="What for.", examples=["marketing"])
    channel: ConsentChannel = Field(description="On which channel.", examples=["email"])
    state: ConsentState = Field(description="What her decisions amount to now.", examples=["given"])
    since: Moment | None = Field(description="Since when.", examples=["2026-11-01T15:00:00Z"])
    legal_basis: LegalBasis | None = Field(description="On what it rests.", examples=["lgpd.7.I"])
    valid_until: Moment | None = Field(description="When it ends by itself.", examples=[None])
    imported: bool = Field(description="It was imported without evidence.", examples=[False])
    legitimate_interest: ConsentState = Field(
        description="The lane of legitimate interest: `unknown`, `li_active` or `objected`.", examples=["unknown"]
    )
    consent_id: ConsentId | None = Field(description="The decision that decides.", examples=[_CONSENT_ID])


class CustomerConsents(Output):
    """Where a customer stands."""

    customer_id: CustomerId = Field(description="The customer's id.")
    consents: list[Consent] = Field(
        description="Per purpose and channel; what was never told is not here.",
        examples=[
            [
                {
                    "purpose": "marketing",
                    "channel": "email",
                    "state": "given",
                    "since": "2026-11-01T15:00:00Z",
                    "legal_basis": "lgpd.7.I",
                    "valid_until": "2027-11-01T15:00:00Z",
                    "imported": False,
                    "legitimate_interest": "unknown",
                    "consent_id": _CONSENT_ID,
                }
            ]
        ],
    )
    history: ConsentDecisionPage | None = Field(
        description="Her decisions, the latest first; null unless asked for with include=history.", examples=[None]
    )


class ConsentCheck(Input):
    """May these people be contacted, for this purpose, on this channel, now?"""

    purpose: Purpose = Field(description=_PURPOSE, examples=["marketing"])
    channel: ConsentChannel = Field(description=_CHANNEL, examples=["email"])
    customers: list[CustomerReference] = Field(
        min_length=1,
        max_length=1000,
        description="Up to 1,000, each by an id or an identifier.",
        examples=[[{"id": _CUSTOMER_ID}]],
    )


class ContactPermission(Output):
    """Whether one customer may be contacted now."""

    customer_id: CustomerId | None = Field(
        description="The customer; null where an identifier leads to nobody.", examples=[_CUSTOMER_ID]
    )
    allowed: bool = Field(description="True only for a consent that is given and still valid.", examples=[False])
    reason: PermissionReason = Field(description="Why.", examples=["withdrawn"])
    since: Moment | None = Field(description="Since when that is so.", examples=["2026-11-01T15:00:00Z"])


class ConsentCheckResult(Output):
    """The answers, in the order asked."""

    results: list[ContactPermission] = Field(
        description="One for each customer asked about.",
        examples=[
            [
                {
                    "customer_id": _CUSTOMER_ID,
                    "allowed": False,
                    "reason": "withdrawn",
                    "since": "2026-11-01T15:00:00Z",
                }
            ]
        ],
    )
