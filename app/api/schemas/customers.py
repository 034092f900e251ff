"""Requests and answers about customers."""

from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field
from typing_extensions import TypeAliasType

from app.api.call import DEFAULT_PAGE, Cursor, Limit
from app.api.pages import Page
from app.api.schemas import texts
from app.api.schemas.base import CustomerId, Input, Moment, OneOf, Output, Text, with_example
from app.domain import customers as domain

PreferredChannel = TypeAliasType(
    "PreferredChannel",
    Annotated[
        Literal["email", "phone", "sms", "whatsapp", "push", "social", "postal"],
        Field(description="How somebody likes to be reached."),
    ],
)
DocumentType = TypeAliasType(
    "DocumentType",
    Annotated[
        Literal["cpf", "cnpj", "dni", "nie", "nif", "nif_pt", "cuit", "rfc", "rut"],
        Field(description="A kind of identity or tax document."),
    ],
)
Role = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,31}$", description="What it is used for.", examples=["main"])]
_MANY = 50


class EmailAddress(Input):
    """An e-mail address."""

    value: texts.Email = Field(description="The address.", examples=["maria@example.com"])
    role: Role | None = Field(None, description="What it is used for.", examples=["main"])


class PhoneNumber(Input):
    """A phone number."""

    value: texts.Phone = Field(
        description="The number: with its country code, or as it is dialled in the customer's country.",
        examples=["+5511987654321"],
    )
    role: Role | None = Field(None, description="What it is used for.", examples=["main"])


class ExternalId(Input):
    """The id that a source uses for the customer."""

    source: texts.Slug = Field(description="The slug of the source.", examples=["main-shop"])
    id: texts.Identifier = Field(description="The customer's id there.", examples=["8123"])


class Document(Input):
    """An identity or tax document."""

    type: DocumentType = Field(description="The kind of document.", examples=["cpf"])
    value: Text = Field(description="Its number; punctuation is accepted.", examples=["52998224725"])


class Address(Input):
    """A postal address; every line is optional."""

    role: Role | None = Field(None, description="What it is used for.", examples=["shipping"])
    line1: texts.ShortText | None = Field(
        None, description="Street, or the first line.", examples=["Avenida Paulista 1000"]
    )
    line2: texts.ShortText | None = Field(None, description="The second line.", examples=["Apto 42"])
    district: texts.ShortText | None = Field(None, description="District or neighbourhood.", examples=["Bela Vista"])
    city: texts.ShortText | None = Field(None, description="City.", examples=["São Paulo"])
    region: texts.ShortText | None = Field(None, description="State, province or region.", examples=["SP"])
    postal_code: texts.PostalCode | None = Field(None, description="Postal code.", examples=["01310-100"])
    country: texts.Country | None = Field(None, description="ISO 3166-1 alpha-2.", examples=["BR"])


class SocialHandle(Input):
    """A handle in a social network."""

    network: texts.NetworkName = Field(description="The network.", examples=["instagram"])
    handle: texts.ShortText = Field(description="The handle there.", examples=["maria.silva"])


class Demographics(Input):
    """What is known of the person's situation."""

    occupation: Text | None = Field(None, description="Occupation.", examples=["teacher"])
    income_band: Text | None = Field(None, description="Income band, in the tenant's own words.", examples=["B"])


class Preferences(Input):
    """What the person likes."""

    categories: list[Text] | None = Field(
        None, max_length=_MANY, description="Favourite categories.", examples=[["shoes"]]
    )
    products: list[Text] | None = Field(None, max_length=_MANY, description="Favourite products.", examples=[["A1"]])
    sizes: dict[str, Text] | None = Field(
        None, max_length=_MANY, description="Sizes by kind.", examples=[{"shoes": "37"}]
    )
    opinions: list[Text] | None = Field(
        None, max_length=_MANY, description="Opinions in short.", examples=[["likes linen"]]
    )


class CustomerFields(Input):
    """The fields of a customer; all are optional, and null counts as not sent."""

    external_ids: list[ExternalId] | None = Field(
        None,
        max_length=_MANY,
        description="Ids in the tenant's sources.",
        examples=[[{"source": "main-shop", "id": "8123"}]],
    )
    emails: list[EmailAddress] | None = Field(
        None,
        max_length=10,
        description="E-mail addresses.",
        examples=[[{"value": "maria@example.com", "role": "main"}]],
    )
    phones: list[PhoneNumber] | None = Field(
        None,
        max_length=10,
        description="Phone numbers, stored in E.164.",
        examples=[[{"value": "+5511987654321", "role": "mobile"}]],
    )
    anonymous_ids: list[texts.Identifier] | None = Field(
        None, max_length=100, description="Ids of devices or browsers.", examples=[["a1b2c3"]]
    )
    document: Document | None = Field(
        None, description="Identity or tax document.", examples=[{"type": "cpf", "value": "52998224725"}]
    )
    first_name: texts.ShortText | None = Field(None, description="First name.", examples=["Maria"])
    last_name: texts.ShortText | None = Field(None, description="Last name.", examples=["Silva"])
    birth_date: texts.BirthDate | None = Field(
        None, description="YYYY-MM-DD, or --MM-DD where the year is not known.", examples=["1990-04-05"]
    )
    gender: texts.Gender | None = Field(
        None,
        description="female, male, non_binary, other or undisclosed; the usual English, Spanish and Portuguese words "
        "and letters for them are read.",
        examples=["female"],
    )
    language: texts.Language | None = Field(None, description="BCP 47 language tag.", examples=["pt-BR"])
    country: texts.Country | None = Field(None, description="ISO 3166-1 alpha-2.", examples=["BR"])
    addresses: list[Address] | None = Field(
        None,
        max_length=20,
        description="Postal addresses.",
        examples=[[{"role": "shipping", "city": "São Paulo", "country": "BR"}]],
    )
    demographics: Demographics | None = Field(
        None, description="Occupation and income band.", examples=[{"occupation": "teacher"}]
    )
    preferences: Preferences | None = Field(
        None, description="What the person likes.", examples=[{"categories": ["shoes"]}]
    )
    preferred_channels: list[PreferredChannel] | None = Field(
        None,
        max_length=10,
        description="How the person likes to be reached, best first.",
        examples=[["whatsapp", "email"]],
    )
    social: list[SocialHandle] | None = Field(
        None,
        max_length=20,
        description="Handles in social networks.",
        examples=[[{"network": "instagram", "handle": "maria.silva"}]],
    )
    tags: list[texts.Tag] | None = Field(
        None, max_length=100, description="The tenant's own tags; nothing personal.", examples=[["wholesale"]]
    )
    attributes: dict[str, Any] | None = Field(
        None,
        max_length=200,
        description="Anything else the tenant wants to keep; sealed as a whole.",
        examples=[{"favourite_store": "centro"}],
    )
    registered_at: Moment | None = Field(
        None, description="When the person registered with the shop.", examples=["2024-05-01T10:00:00-03:00"]
    )


class CustomerCreate(CustomerFields):
    """A customer as somebody knows her. At least one identifier is needed."""


class PreferencesUpdate(Preferences):
    """Changes to what the person likes: null removes."""

    sizes: dict[str, Text | None] | None = Field(  # type: ignore[assignment]
        None, max_length=_MANY, description="Sizes by kind; null removes one.", examples=[{"shoes": "37"}]
    )


class CustomerUpdate(CustomerFields):
    """JSON Merge Patch (RFC 7396): null removes a field, a list replaces the one that is stored."""

    preferences: PreferencesUpdate | None = Field(
        None, description="What the person likes.", examples=[{"categories": ["shoes"]}]
    )


class CustomerBatch(Input):
    """Up to 1,000 customers to create or update."""

    customers: list[dict[str, Any]] = Field(
        min_length=1,
        max_length=1000,
        description="Each is what `create_customer` takes.",
        examples=[
            [
                {
                    "emails": [{"value": "maria@example.com", "role": "main"}],
                    "first_name": "Maria",
                    "tags": ["wholesale"],
                },
                {"external_ids": [{"source": "main-shop", "id": "8124"}], "first_name": "Ana"},
            ]
        ],
        json_schema_extra={"items": {"$ref": "#/components/schemas/CustomerCreate"}},
    )


class CustomerSearch(OneOf):
    """Exactly one identifier."""

    model_config = ConfigDict(json_schema_extra=with_example(email="maria@example.com"))

    email: texts.Email | None = Field(None, description="E-mail address.", examples=["maria@example.com"])
    phone: texts.Phone | None = Field(None, description="Phone number.", examples=["+5511987654321"])
    document: Document | None = Field(None, description="Document.", examples=[{"type": "cpf", "value": "52998224725"}])
    external_id: ExternalId | None = Field(
        None, description="Id in a source.", examples=[{"source": "main-shop", "id": "8123"}]
    )
    anonymous_id: texts.Identifier | None = Field(None, description="Id of a device or browser.", examples=["a1b2c3"])


class CustomerFilters(Input):
    """What a list of customers is narrowed to; filters add up."""

    updated_since: Moment | None = Field(
        None,
        description="Changed at or after this moment, the oldest change first. A change bears the time at which its "
        "request arrived: overlap by some seconds.",
        examples=["2026-11-01T00:00:00Z"],
    )
    tag: texts.Tag | None = Field(None, description="Has this tag.", examples=["wholesale"])
    country: texts.Country | None = Field(None, description="ISO 3166-1 alpha-2.", examples=["BR"])
    source: texts.Slug | None = Field(None, description="Known to the source with this slug.", examples=["main-shop"])
    segment: texts.Segment | None = Field(
        None,
        description="In this RFM segment now, or `prospect`; needs the scope segments:read too.",
        examples=["champions"],
    )
    limit: Limit = DEFAULT_PAGE
    cursor: Cursor = None

    def chosen(self) -> domain.Filters:
        return domain.Filters(self.updated_since, self.tag, self.country, self.source)


class ContactValueOut(Output):
    """An e-mail address or a phone number; masked without the scope pii:read."""

    value: str = Field(description="The address or number.", examples=["maria@example.com"])
    role: str | None = Field(description="What it is used for.", examples=["main"])


class ExternalIdOut(Output):
    """The id that a source uses for the customer."""

    source: str = Field(description="The slug of the source.", examples=["main-shop"])
    id: str = Field(description="The customer's id there.", examples=["8123"])


class DocumentOut(Output):
    """A document; its number is masked without the scope pii:read."""

    type: DocumentType = Field(description="The kind of document.", examples=["cpf"])
    value: str = Field(description="Its number.", examples=["52998224725"])


class AddressOut(Output):
    """A postal address; masked without the scope pii:read."""

    role: str | None = Field(description="What it is used for.", examples=["shipping"])
    line1: str | None = Field(description="Street, or the first line.", examples=["Avenida Paulista 1000"])
    line2: str | None = Field(description="The second line.", examples=["Apto 42"])
    district: str | None = Field(description="District or neighbourhood.", examples=["Bela Vista"])
    city: str | None = Field(description="City.", examples=["São Paulo"])
    region: str | None = Field(description="State, province or region.", examples=["SP"])
    postal_code: str | None = Field(description="Postal code.", examples=["01310-100"])
    country: str | None = Field(description="ISO 3166-1 alpha-2.", examples=["BR"])


class SocialHandleOut(Output):
    """A handle in a social network; masked without the scope pii:read."""

    network: str = Field(description="The network.", examples=["instagram"])
    handle: str = Field(description="The handle there.", examples=["maria.silva"])


class ProvenanceOut(Output):
    """Where the value of a field came from."""

    source: str | None = Field(description="The slug of the source, if it was named.", examples=["main-shop"])
    at: str = Field(description="When it was told.", examples=["2026-11-01T12:00:00+00:00"])
    method: str = Field(description="How it was told.", examples=["api"])


class Customer(Output):
    """A customer. Personal values are masked without the scope pii:read; a field that is not known is null or empty."""

    id: CustomerId = Field(description="The customer's id.")
    status: Literal["active"] = Field(description="Always active: who was erased cannot be read.", examples=["active"])
    version: int = Field(description="Counts every change; the ETag is made of it.", examples=[3])
    created_at: Moment = Field(description="When we first heard of her.", examples=["2026-11-01T12:00:00Z"])
    updated_at: Moment = Field(description="When her record last changed.", examples=["2026-11-01T12:00:00Z"])
    external_ids: list[ExternalIdOut] = Field(
        description="Ids in the tenant's sources.", examples=[[{"source": "main-shop", "id": "8123"}]]
    )
    emails: list[ContactValueOut] = Field(
        description="E-mail addresses.", examples=[[{"value": "maria@example.com", "role": "main"}]]
    )
    phones: list[ContactValueOut] = Field(
        description="Phone numbers in E.164.", examples=[[{"value": "+5511987654321", "role": "mobile"}]]
    )
    anonymous_ids: list[str] = Field(description="Ids of devices or browsers.", examples=[["a1b2c3"]])
    document: DocumentOut | None = Field(description="Document.", examples=[{"type": "cpf", "value": "52998224725"}])
    first_name: str | None = Field(description="First name.", examples=["Maria"])
    last_name: str | None = Field(description="Last name.", examples=["Silva"])
    birth_date: str | None = Field(description="YYYY-MM-DD or --MM-DD.", examples=["1990-04-05"])
    gender: str | None = Field(description="Gender.", examples=["female"])
    language: str | None = Field(description="BCP 47 language tag.", examples=["pt-BR"])
    country: str | None = Field(description="ISO 3166-1 alpha-2.", examples=["BR"])
    addresses: list[AddressOut] = Field(
        description="Postal addresses.",
        examples=[
            [
                {
                    "role": "shipping",
                    "line1": "Avenida Paulista 1000",
                    "line2": "Apto 42",
                    "district": "Bela Vista",
                    "city": "São Paulo",
                    "region": "SP",
                    "postal_code": "01310-100",
                    "country": "BR",
                }
            ]
        ],
    )
    demographics: dict[str, Any] = Field(
        description="Occupation and income band.", examples=[{"occupation": "teacher"}]
    )
    preferences: dict[str, Any] = Field(description="What the person likes.", examples=[{"categories": ["shoes"]}])
    preferred_channels: list[PreferredChannel] = Field(
        description="How the person likes to be reached, best first.", examples=[["whatsapp", "email"]]
    )
    social: list[SocialHandleOut] = Field(
        description="Handles in social networks.", examples=[[{"network": "instagram", "handle": "maria.silva"}]]
    )
    tags: list[str] = Field(description="The tenant's own tags.", examples=[["wholesale"]])
    attributes: dict[str, Any] = Field(description="Anything else.", examples=[{"favourite_store": "centro"}])
    registered_at: Moment | None = Field(
        description="When the person registered with the shop.", examples=["2024-05-01T10:00:00-03:00"]
    )
    provenance: dict[str, ProvenanceOut] | None = Field(
        description="Per field, where its value came from; null unless asked for with include=provenance.",
        examples=[None],
    )


class CustomerPage(Page[Customer]):
    """One page of customers."""


class RejectedItem(Output):
    """An item of a batch that was refused, by place and reason."""

    index: int = Field(description="Its place in the batch, from 0.", examples=[2])
    code: str = Field(description="Why, as a stable word for programs.", examples=["invalid_email"])
    message: str = Field(description="Why, for people.", examples=["The e-mail address is not valid."])
    pointer: str = Field(description="JSON pointer into the request.", examples=["/customers/2/emails/0/value"])


class UpsertedItem(Output):
    """An item of a batch that was stored."""

    index: int = Field(description="Its place in the batch, from 0.", examples=[0])
    id: CustomerId = Field(description="The customer it led to.")
    created: bool = Field(description="Whether she is new.", examples=[True])


class CustomerBatchResult(Output):
    """What became of each item."""

    received: int = Field(description="How many items were sent.", examples=[2])
    created: int = Field(description="How many became new customers.", examples=[1])
    matched: int = Field(description="How many led to customers that were known.", examples=[1])
    results: list[UpsertedItem] = Field(
        description="The items that were stored.",
        examples=[
            [
                {"index": 0, "id": "cus_019a9f6e1c2b7d3e8f4a5b6c7d8e9f01", "created": True},
                {"index": 1, "id": "cus_019a9f6e1c2b7d3e8f4a5b6c7d8e9f02", "created": False},
            ]
        ],
    )
    rejected: list[RejectedItem] = Field(description="The items that were refused.", examples=[[]])
