"""Contains all the data models used in inputs/outputs"""

from .address import Address
from .address_out import AddressOut
from .api_key import ApiKey
from .api_key_create import ApiKeyCreate
from .api_key_created import ApiKeyCreated
from .api_key_kind import ApiKeyKind
from .api_key_list import ApiKeyList
from .audience import Audience
from .audience_change import AudienceChange
from .audience_change_kind import AudienceChangeKind
from .audience_change_reason import AudienceChangeReason
from .audience_contact import AudienceContact
from .audience_contact_shown import AudienceContactShown
from .audience_create import AudienceCreate
from .audience_create_rule import AudienceCreateRule
from .audience_history_page import AudienceHistoryPage
from .audience_membership import AudienceMembership
from .audience_page import AudiencePage
from .audience_preview import AudiencePreview
from .audience_preview_request import AudiencePreviewRequest
from .audience_preview_request_rule import AudiencePreviewRequestRule
from .audience_reason import AudienceReason
from .audience_rule import AudienceRule
from .audience_snapshot import AudienceSnapshot
from .audience_turn import AudienceTurn
from .audience_update import AudienceUpdate
from .audience_update_rule import AudienceUpdateRule
from .backfill_start import BackfillStart
from .campaign_statistics import CampaignStatistics
from .campaign_statistics_list import CampaignStatisticsList
from .connection import Connection
from .connection_options import ConnectionOptions
from .connection_put import ConnectionPut
from .connection_put_credentials import ConnectionPutCredentials
from .connection_put_options import ConnectionPutOptions
from .consent import Consent
from .consent_actor import ConsentActor
from .consent_basis import ConsentBasis
from .consent_channel import ConsentChannel
from .consent_check import ConsentCheck
from .consent_check_result import ConsentCheckResult
from .consent_create import ConsentCreate
from .consent_decision import ConsentDecision
from .consent_decision_evidence_type_0 import ConsentDecisionEvidenceType0
from .consent_decision_kind import ConsentDecisionKind
from .consent_decision_page import ConsentDecisionPage
from .consent_event_type import ConsentEventType
from .consent_evidence import ConsentEvidence
from .consent_message import ConsentMessage
from .consent_message_data import ConsentMessageData
from .consent_message_data_consent_type_0 import ConsentMessageDataConsentType0
from .consent_message_data_customer_type_0 import ConsentMessageDataCustomerType0
from .consent_receipt import ConsentReceipt
from .consent_state import ConsentState
from .consent_statistics import ConsentStatistics
from .consent_statistics_list import ConsentStatisticsList
from .consent_target import ConsentTarget
from .consent_target_set import ConsentTargetSet
from .contact_permission import ContactPermission
from .contact_value_out import ContactValueOut
from .currency_rate import CurrencyRate
from .currency_rate_list import CurrencyRateList
from .currency_rate_out import CurrencyRateOut
from .currency_rates import CurrencyRates
from .customer import Customer
from .customer_attributes import CustomerAttributes
from .customer_batch import CustomerBatch
from .customer_batch_result import CustomerBatchResult
from .customer_consents import CustomerConsents
from .customer_create import CustomerCreate
from .customer_create_attributes_type_0 import CustomerCreateAttributesType0
from .customer_demographics import CustomerDemographics
from .customer_message import CustomerMessage
from .customer_message_data import CustomerMessageData
from .customer_message_data_customer_type_0 import CustomerMessageDataCustomerType0
from .customer_message_type import CustomerMessageType
from .customer_page import CustomerPage
from .customer_preferences import CustomerPreferences
from .customer_provenance_type_0 import CustomerProvenanceType0
from .customer_reference import CustomerReference
from .customer_rfm import CustomerRfm
from .customer_search import CustomerSearch
from .customer_update import CustomerUpdate
from .customer_update_attributes_type_0 import CustomerUpdateAttributesType0
from .demographics import Demographics
from .document import Document
from .document_out import DocumentOut
from .document_type import DocumentType
from .email_address import EmailAddress
from .event import Event
from .event_batch import EventBatch
from .event_batch_result import EventBatchResult
from .event_create import EventCreate
from .event_create_properties import EventCreateProperties
from .event_page import EventPage
from .event_properties import EventProperties
from .event_receipt import EventReceipt
from .export_audience_format import ExportAudienceFormat
from .external_id import ExternalId
from .external_id_out import ExternalIdOut
from .frequency import Frequency
from .growth import Growth
from .growth_period import GrowthPeriod
from .health import Health
from .inbound_message import InboundMessage
from .inbound_message_page import InboundMessagePage
from .inbound_message_with_body import InboundMessageWithBody
from .inbound_note import InboundNote
from .inbound_replay import InboundReplay
from .inbound_replay_request import InboundReplayRequest
from .inbound_state import InboundState
from .indication_method import IndicationMethod
from .ingestion import Ingestion
from .job import Job
from .job_kind import JobKind
from .job_page import JobPage
from .job_progress import JobProgress
from .job_state import JobState
from .legal_basis import LegalBasis
from .monetary import Monetary
from .money import Money
from .order import Order
from .order_item import OrderItem
from .order_message import OrderMessage
from .order_message_data import OrderMessageData
from .order_message_data_customer_type_0 import OrderMessageDataCustomerType0
from .order_message_data_order_type_0 import OrderMessageDataOrderType0
from .order_message_type import OrderMessageType
from .order_page import OrderPage
from .order_refund import OrderRefund
from .order_status import OrderStatus
from .permission_reason import PermissionReason
from .phone_number import PhoneNumber
from .picture_language import PictureLanguage
from .picture_theme import PictureTheme
from .ping_message import PingMessage
from .ping_message_data import PingMessageData
from .predicted_value import PredictedValue
from .prediction_basis import PredictionBasis
from .preferences import Preferences
from .preferences_sizes_type_0 import PreferencesSizesType0
from .preferences_update import PreferencesUpdate
from .preferences_update_sizes_type_0 import PreferencesUpdateSizesType0
from .preferred_channel import PreferredChannel
from .privacy_request import PrivacyRequest
from .privacy_request_kind import PrivacyRequestKind
from .privacy_request_message import PrivacyRequestMessage
from .privacy_request_message_data import PrivacyRequestMessageData
from .privacy_request_message_data_privacy_request_type_0 import (
    PrivacyRequestMessageDataPrivacyRequestType0,
)
from .privacy_request_page import PrivacyRequestPage
from .problem import Problem
from .problem_error import ProblemError
from .provenance_out import ProvenanceOut
from .receipt_status import ReceiptStatus
from .recency import Recency
from .recorded_decision_kind import RecordedDecisionKind
from .rejected_item import RejectedItem
from .repeat_period import RepeatPeriod
from .repeat_rate import RepeatRate
from .retention import Retention
from .retention_cohort import RetentionCohort
from .retention_month import RetentionMonth
from .revenue_by_segment import RevenueBySegment
from .rfm_basis import RfmBasis
from .rfm_cell import RfmCell
from .rfm_fall import RfmFall
from .rfm_method import RfmMethod
from .rfm_migration import RfmMigration
from .rfm_money_basis import RfmMoneyBasis
from .rfm_move import RfmMove
from .rfm_preset import RfmPreset
from .rfm_segment import RfmSegment
from .rfm_settings import RfmSettings
from .rfm_settings_set import RfmSettingsSet
from .rfm_step import RfmStep
from .rfm_step_kind import RfmStepKind
from .rfm_summary import RfmSummary
from .rfm_tally import RfmTally
from .rfm_thresholds import RfmThresholds
from .rfm_tier import RfmTier
from .rfm_vip_rule import RfmVipRule
from .rfm_vip_rule_set import RfmVipRuleSet
from .rfm_weights import RfmWeights
from .rfm_weights_set import RfmWeightsSet
from .scope import Scope
from .segment_map_id import SegmentMapId
from .segment_message import SegmentMessage
from .segment_message_data import SegmentMessageData
from .segment_message_data_customer_type_0 import SegmentMessageDataCustomerType0
from .segment_revenue import SegmentRevenue
from .social_handle import SocialHandle
from .social_handle_out import SocialHandleOut
from .source import Source
from .source_create import SourceCreate
from .source_kind import SourceKind
from .source_list import SourceList
from .source_statistics import SourceStatistics
from .source_statistics_list import SourceStatisticsList
from .statistics_interval import StatisticsInterval
from .storefront_consent import StorefrontConsent
from .storefront_context import StorefrontContext
from .storefront_context_request import StorefrontContextRequest
from .storefront_context_traits import StorefrontContextTraits
from .storefront_event import StorefrontEvent
from .storefront_event_properties import StorefrontEventProperties
from .storefront_events import StorefrontEvents
from .storefront_segment import StorefrontSegment
from .storefront_token import StorefrontToken
from .storefront_token_create import StorefrontTokenCreate
from .tenant import Tenant
from .tenant_consent_categories import TenantConsentCategories
from .tenant_update import TenantUpdate
from .tenant_update_consent_categories_type_0 import TenantUpdateConsentCategoriesType0
from .timeline import Timeline
from .timeline_entry import TimelineEntry
from .timeline_kind import TimelineKind
from .upserted_item import UpsertedItem
from .webhook_delivery import WebhookDelivery
from .webhook_delivery_page import WebhookDeliveryPage
from .webhook_delivery_state import WebhookDeliveryState
from .webhook_endpoint import WebhookEndpoint
from .webhook_endpoint_create import WebhookEndpointCreate
from .webhook_endpoint_disabled_for import WebhookEndpointDisabledFor
from .webhook_endpoint_list import WebhookEndpointList
from .webhook_endpoint_state import WebhookEndpointState
from .webhook_endpoint_update import WebhookEndpointUpdate
from .webhook_endpoint_with_secret import WebhookEndpointWithSecret
from .webhook_resent import WebhookResent
from .webhook_try import WebhookTry

__all__ = (
    "Address",
    "AddressOut",
    "ApiKey",
    "ApiKeyCreate",
    "ApiKeyCreated",
    "ApiKeyKind",
    "ApiKeyList",
    "Audience",
    "AudienceChange",
    "AudienceChangeKind",
    "AudienceChangeReason",
    "AudienceContact",
    "AudienceContactShown",
    "AudienceCreate",
    "AudienceCreateRule",
    "AudienceHistoryPage",
    "AudienceMembership",
    "AudiencePage",
    "AudiencePreview",
    "AudiencePreviewRequest",
    "AudiencePreviewRequestRule",
    "AudienceReason",
    "AudienceRule",
    "AudienceSnapshot",
    "AudienceTurn",
    "AudienceUpdate",
    "AudienceUpdateRule",
    "BackfillStart",
    "CampaignStatistics",
    "CampaignStatisticsList",
    "Connection",
    "ConnectionOptions",
    "ConnectionPut",
    "ConnectionPutCredentials",
    "ConnectionPutOptions",
    "Consent",
    "ConsentActor",
    "ConsentBasis",
    "ConsentChannel",
    "ConsentCheck",
    "ConsentCheckResult",
    "ConsentCreate",
    "ConsentDecision",
    "ConsentDecisionEvidenceType0",
    "ConsentDecisionKind",
    "ConsentDecisionPage",
    "ConsentEventType",
    "ConsentEvidence",
    "ConsentMessage",
    "ConsentMessageData",
    "ConsentMessageDataConsentType0",
    "ConsentMessageDataCustomerType0",
    "ConsentReceipt",
    "ConsentState",
    "ConsentStatistics",
    "ConsentStatisticsList",
    "ConsentTarget",
    "ConsentTargetSet",
    "ContactPermission",
    "ContactValueOut",
    "CurrencyRate",
    "CurrencyRateList",
    "CurrencyRateOut",
    "CurrencyRates",
    "Customer",
    "CustomerAttributes",
    "CustomerBatch",
    "CustomerBatchResult",
    "CustomerConsents",
    "CustomerCreate",
    "CustomerCreateAttributesType0",
    "CustomerDemographics",
    "CustomerMessage",
    "CustomerMessageData",
    "CustomerMessageDataCustomerType0",
    "CustomerMessageType",
    "CustomerPage",
    "CustomerPreferences",
    "CustomerProvenanceType0",
    "CustomerReference",
    "CustomerRfm",
    "CustomerSearch",
    "CustomerUpdate",
    "CustomerUpdateAttributesType0",
    "Demographics",
    "Document",
    "DocumentOut",
    "DocumentType",
    "EmailAddress",
    "Event",
    "EventBatch",
    "EventBatchResult",
    "EventCreate",
    "EventCreateProperties",
    "EventPage",
    "EventProperties",
    "EventReceipt",
    "ExportAudienceFormat",
    "ExternalId",
    "ExternalIdOut",
    "Frequency",
    "Growth",
    "GrowthPeriod",
    "Health",
    "InboundMessage",
    "InboundMessagePage",
    "InboundMessageWithBody",
    "InboundNote",
    "InboundReplay",
    "InboundReplayRequest",
    "InboundState",
    "IndicationMethod",
    "Ingestion",
    "Job",
    "JobKind",
    "JobPage",
    "JobProgress",
    "JobState",
    "LegalBasis",
    "Monetary",
    "Money",
    "Order",
    "OrderItem",
    "OrderMessage",
    "OrderMessageData",
    "OrderMessageDataCustomerType0",
    "OrderMessageDataOrderType0",
    "OrderMessageType",
    "OrderPage",
    "OrderRefund",
    "OrderStatus",
    "PermissionReason",
    "PhoneNumber",
    "PictureLanguage",
    "PictureTheme",
    "PingMessage",
    "PingMessageData",
    "PredictedValue",
    "PredictionBasis",
    "Preferences",
    "PreferencesSizesType0",
    "PreferencesUpdate",
    "PreferencesUpdateSizesType0",
    "PreferredChannel",
    "PrivacyRequest",
    "PrivacyRequestKind",
    "PrivacyRequestMessage",
    "PrivacyRequestMessageData",
    "PrivacyRequestMessageDataPrivacyRequestType0",
    "PrivacyRequestPage",
    "Problem",
    "ProblemError",
    "ProvenanceOut",
    "ReceiptStatus",
    "Recency",
    "RecordedDecisionKind",
    "RejectedItem",
    "RepeatPeriod",
    "RepeatRate",
    "Retention",
    "RetentionCohort",
    "RetentionMonth",
    "RevenueBySegment",
    "RfmBasis",
    "RfmCell",
    "RfmFall",
    "RfmMethod",
    "RfmMigration",
    "RfmMoneyBasis",
    "RfmMove",
    "RfmPreset",
    "RfmSegment",
    "RfmSettings",
    "RfmSettingsSet",
    "RfmStep",
    "RfmStepKind",
    "RfmSummary",
    "RfmTally",
    "RfmThresholds",
    "RfmTier",
    "RfmVipRule",
    "RfmVipRuleSet",
    "RfmWeights",
    "RfmWeightsSet",
    "Scope",
    "SegmentMapId",
    "SegmentMessage",
    "SegmentMessageData",
    "SegmentMessageDataCustomerType0",
    "SegmentRevenue",
    "SocialHandle",
    "SocialHandleOut",
    "Source",
    "SourceCreate",
    "SourceKind",
    "SourceList",
    "SourceStatistics",
    "SourceStatisticsList",
    "StatisticsInterval",
    "StorefrontConsent",
    "StorefrontContext",
    "StorefrontContextRequest",
    "StorefrontContextTraits",
    "StorefrontEvent",
    "StorefrontEventProperties",
    "StorefrontEvents",
    "StorefrontSegment",
    "StorefrontToken",
    "StorefrontTokenCreate",
    "Tenant",
    "TenantConsentCategories",
    "TenantUpdate",
    "TenantUpdateConsentCategoriesType0",
    "Timeline",
    "TimelineEntry",
    "TimelineKind",
    "UpsertedItem",
    "WebhookDelivery",
    "WebhookDeliveryPage",
    "WebhookDeliveryState",
    "WebhookEndpoint",
    "WebhookEndpointCreate",
    "WebhookEndpointDisabledFor",
    "WebhookEndpointList",
    "WebhookEndpointState",
    "WebhookEndpointUpdate",
    "WebhookEndpointWithSecret",
    "WebhookResent",
    "WebhookTry",
)
