"""The calls of one tag, as methods."""

from collections.abc import Mapping
from typing import Any, cast

from ... import Plain
from ...client import AuthenticatedClient
from ...models.customer_page import CustomerPage
from ...models.customer_rfm import CustomerRfm
from ...models.picture_language import PictureLanguage, check_picture_language
from ...models.picture_theme import PictureTheme, check_picture_theme
from ...models.predicted_value import PredictedValue
from ...models.problem import Problem
from ...models.rfm_method import RfmMethod, check_rfm_method
from ...models.rfm_migration import RfmMigration
from ...models.rfm_preset import RfmPreset, check_rfm_preset
from ...models.rfm_settings import RfmSettings
from ...models.rfm_settings_set import RfmSettingsSet
from ...models.rfm_summary import RfmSummary
from ...types import UNSET, Unset
from . import (
    get_customer_rfm,
    get_predicted_value,
    get_rfm_matrix_svg,
    get_rfm_migration,
    get_rfm_migration_svg,
    get_rfm_settings,
    get_rfm_summary,
    list_segment_customers,
    set_rfm_settings,
)

__all__ = ["AsyncSegments", "Segments"]


class Segments:
    def __init__(self, client: AuthenticatedClient) -> None:
        self._client = client

    def get_customer_rfm(
        self,
        customer_id: str,
        *,
        preset: RfmPreset | Unset = UNSET,
        map_: RfmPreset | Unset = UNSET,
        method: RfmMethod | Unset = UNSET,
        r_days: str | Unset = UNSET,
        f_orders: str | Unset = UNSET,
        m_net: str | Unset = UNSET,
        window_days: int | Unset = UNSET,
        all_time: bool | Unset = False,
        category: str | Unset = UNSET,
        fresh: bool | Unset = False,
        as_of: str | Unset = UNSET,
    ) -> CustomerRfm:
        """Read a customer's RFM

        Raw values, scores, segment, thresholds, and what would move her up.

        Her own values are of this moment; the thresholds are at most a minute old, and say how old. Who has opted out of
        profiling (LGPD 20, GDPR 21) is answered with nulls.
        """
        response = get_customer_rfm.sync_detailed(
            client=self._client,
            customer_id=customer_id,
            preset=preset,
            map_=map_,
            method=method,
            r_days=r_days,
            f_orders=f_orders,
            m_net=m_net,
            window_days=window_days,
            all_time=all_time,
            category=category,
            fresh=fresh,
            as_of=as_of,
        )
        return cast("CustomerRfm", response.parsed)

    def get_rfm_summary(
        self,
        *,
        preset: RfmPreset | Unset = UNSET,
        map_: RfmPreset | Unset = UNSET,
        method: RfmMethod | Unset = UNSET,
        r_days: str | Unset = UNSET,
        f_orders: str | Unset = UNSET,
        m_net: str | Unset = UNSET,
        window_days: int | Unset = UNSET,
        all_time: bool | Unset = False,
        category: str | Unset = UNSET,
        fresh: bool | Unset = False,
        as_of: str | Unset = UNSET,
    ) -> RfmSummary:
        """Summarize segments

        How many customers are in each segment and what they bring, the matrix of recency and frequency, the thresholds.

        Customers who were erased count: their orders are kept under an id that leads to nobody.
        """
        response = get_rfm_summary.sync_detailed(
            client=self._client,
            preset=preset,
            map_=map_,
            method=method,
            r_days=r_days,
            f_orders=f_orders,
            m_net=m_net,
            window_days=window_days,
            all_time=all_time,
            category=category,
            fresh=fresh,
            as_of=as_of,
        )
        return cast("RfmSummary", response.parsed)

    def get_rfm_migration(
        self,
        *,
        preset: RfmPreset | Unset = UNSET,
        map_: RfmPreset | Unset = UNSET,
        method: RfmMethod | Unset = UNSET,
        r_days: str | Unset = UNSET,
        f_orders: str | Unset = UNSET,
        m_net: str | Unset = UNSET,
        window_days: int | Unset = UNSET,
        all_time: bool | Unset = False,
        category: str | Unset = UNSET,
        fresh: bool | Unset = False,
        from_: str,
        to: str | Unset = UNSET,
    ) -> RfmMigration:
        """Tell who moved between two dates

        How many customers were in which segment then, and in which later, by the same method, map and window at both.

        Each moment has its own thresholds, as it would have been answered then. `prospect` stands for having no counted
        order; who had none at either moment is not counted.
        """
        response = get_rfm_migration.sync_detailed(
            client=self._client,
            preset=preset,
            map_=map_,
            method=method,
            r_days=r_days,
            f_orders=f_orders,
            m_net=m_net,
            window_days=window_days,
            all_time=all_time,
            category=category,
            fresh=fresh,
            from_=from_,
            to=to,
        )
        return cast("RfmMigration", response.parsed)

    def get_rfm_settings(
        self,
    ) -> RfmSettings:
        """Read the settings of RFM

        What every question about RFM is answered by where it does not say otherwise.
        """
        response = get_rfm_settings.sync_detailed(
            client=self._client,
        )
        return cast("RfmSettings", response.parsed)

    def set_rfm_settings(
        self,
        body: RfmSettingsSet | Mapping[str, Any],
    ) -> RfmSettings:
        """Set the settings of RFM

        All of them: what is left out is the default again. Every process knows them within a second.
        """
        response = set_rfm_settings.sync_detailed(
            client=self._client,
            body=body if isinstance(body, RfmSettingsSet) else cast("RfmSettingsSet", Plain(body)),
        )
        return cast("RfmSettings", response.parsed)

    def get_rfm_migration_svg(
        self,
        *,
        lang: PictureLanguage | Unset = UNSET,
        theme: PictureTheme | Unset = UNSET,
        preset: RfmPreset | Unset = UNSET,
        map_: RfmPreset | Unset = UNSET,
        method: RfmMethod | Unset = UNSET,
        r_days: str | Unset = UNSET,
        f_orders: str | Unset = UNSET,
        m_net: str | Unset = UNSET,
        window_days: int | Unset = UNSET,
        all_time: bool | Unset = False,
        category: str | Unset = UNSET,
        fresh: bool | Unset = False,
        from_: str,
        to: str | Unset = UNSET,
    ) -> str:
        """Draw who moved between two dates

        The same as SVG, with its figures as text for who cannot see it.
        """
        response = get_rfm_migration_svg.sync_detailed(
            client=self._client,
            lang=lang,
            theme=theme,
            preset=preset,
            map_=map_,
            method=method,
            r_days=r_days,
            f_orders=f_orders,
            m_net=m_net,
            window_days=window_days,
            all_time=all_time,
            category=category,
            fresh=fresh,
            from_=from_,
            to=to,
        )
        return cast("str", response.parsed)

    def get_rfm_matrix_svg(
        self,
        *,
        lang: PictureLanguage | Unset = UNSET,
        theme: PictureTheme | Unset = UNSET,
        preset: RfmPreset | Unset = UNSET,
        map_: RfmPreset | Unset = UNSET,
        method: RfmMethod | Unset = UNSET,
        r_days: str | Unset = UNSET,
        f_orders: str | Unset = UNSET,
        m_net: str | Unset = UNSET,
        window_days: int | Unset = UNSET,
        all_time: bool | Unset = False,
        category: str | Unset = UNSET,
        fresh: bool | Unset = False,
        as_of: str | Unset = UNSET,
    ) -> str:
        """Draw the RFM matrix

        Recency by frequency with the customers of every cell, and the segments; its figures are in it as text too.
        """
        response = get_rfm_matrix_svg.sync_detailed(
            client=self._client,
            lang=lang,
            theme=theme,
            preset=preset,
            map_=map_,
            method=method,
            r_days=r_days,
            f_orders=f_orders,
            m_net=m_net,
            window_days=window_days,
            all_time=all_time,
            category=category,
            fresh=fresh,
            as_of=as_of,
        )
        return cast("str", response.parsed)

    def list_segment_customers(
        self,
        segment: str,
        *,
        preset: RfmPreset | Unset = UNSET,
        map_: RfmPreset | Unset = UNSET,
        method: RfmMethod | Unset = UNSET,
        r_days: str | Unset = UNSET,
        f_orders: str | Unset = UNSET,
        m_net: str | Unset = UNSET,
        window_days: int | Unset = UNSET,
        all_time: bool | Unset = False,
        category: str | Unset = UNSET,
        fresh: bool | Unset = False,
        as_of: str | Unset = UNSET,
        limit: int | Unset = 50,
        cursor: str | Unset = UNSET,
    ) -> CustomerPage:
        """List the customers of a segment

        Who is in a segment, the newest customer first. Needs the scope customers:read too.
        """
        response = list_segment_customers.sync_detailed(
            client=self._client,
            segment=segment,
            preset=preset,
            map_=map_,
            method=method,
            r_days=r_days,
            f_orders=f_orders,
            m_net=m_net,
            window_days=window_days,
            all_time=all_time,
            category=category,
            fresh=fresh,
            as_of=as_of,
            limit=limit,
            cursor=cursor,
        )
        return cast("CustomerPage", response.parsed)

    def get_predicted_value(
        self,
        customer_id: str,
    ) -> PredictedValue:
        """Predict a customer's value

        Orders and net of the next 12 months, by BG/NBD and Gamma-Gamma fitted on a sample of the tenant's buyers.

        Needs the extra `predict` (else 501), and models that were fitted (else 409): `clientela predict fit`.
        """
        response = get_predicted_value.sync_detailed(
            client=self._client,
            customer_id=customer_id,
        )
        return cast("PredictedValue", response.parsed)


class AsyncSegments:
    def __init__(self, client: AuthenticatedClient) -> None:
        self._client = client

    async def get_customer_rfm(
        self,
        customer_id: str,
        *,
        preset: RfmPreset | Unset = UNSET,
        map_: RfmPreset | Unset = UNSET,
        method: RfmMethod | Unset = UNSET,
        r_days: str | Unset = UNSET,
        f_orders: str | Unset = UNSET,
        m_net: str | Unset = UNSET,
        window_days: int | Unset = UNSET,
        all_time: bool | Unset = False,
        category: str | Unset = UNSET,
        fresh: bool | Unset = False,
        as_of: str | Unset = UNSET,
    ) -> CustomerRfm:
        """Read a customer's RFM

        Raw values, scores, segment, thresholds, and what would move her up.

        Her own values are of this moment; the thresholds are at most a minute old, and say how old. Who has opted out of
        profiling (LGPD 20, GDPR 21) is answered with nulls.
        """
        response = await get_customer_rfm.asyncio_detailed(
            client=self._client,
            customer_id=customer_id,
            preset=preset,
            map_=map_,
            method=method,
            r_days=r_days,
            f_orders=f_orders,
            m_net=m_net,
            window_days=window_days,
            all_time=all_time,
            category=category,
            fresh=fresh,
            as_of=as_of,
        )
        return cast("CustomerRfm", response.parsed)

    async def get_rfm_summary(
        self,
        *,
        preset: RfmPreset | Unset = UNSET,
        map_: RfmPreset | Unset = UNSET,
        method: RfmMethod | Unset = UNSET,
        r_days: str | Unset = UNSET,
        f_orders: str | Unset = UNSET,
        m_net: str | Unset = UNSET,
        window_days: int | Unset = UNSET,
        all_time: bool | Unset = False,
        category: str | Unset = UNSET,
        fresh: bool | Unset = False,
        as_of: str | Unset = UNSET,
    ) -> RfmSummary:
        """Summarize segments

        How many customers are in each segment and what they bring, the matrix of recency and frequency, the thresholds.

        Customers who were erased count: their orders are kept under an id that leads to nobody.
        """
        response = await get_rfm_summary.asyncio_detailed(
            client=self._client,
            preset=preset,
            map_=map_,
            method=method,
            r_days=r_days,
            f_orders=f_orders,
            m_net=m_net,
            window_days=window_days,
            all_time=all_time,
            category=category,
            fresh=fresh,
            as_of=as_of,
        )
        return cast("RfmSummary", response.parsed)

    async def get_rfm_migration(
        self,
        *,
        preset: RfmPreset | Unset = UNSET,
        map_: RfmPreset | Unset = UNSET,
        method: RfmMethod | Unset = UNSET,
        r_days: str | Unset = UNSET,
        f_orders: str | Unset = UNSET,
        m_net: str | Unset = UNSET,
        window_days: int | Unset = UNSET,
        all_time: bool | Unset = False,
        category: str | Unset = UNSET,
        fresh: bool | Unset = False,
        from_: str,
        to: str | Unset = UNSET,
    ) -> RfmMigration:
        """Tell who moved between two dates

        How many customers were in which segment then, and in which later, by the same method, map and window at both.

        Each moment has its own thresholds, as it would have been answered then. `prospect` stands for having no counted
        order; who had none at either moment is not counted.
        """
        response = await get_rfm_migration.asyncio_detailed(
            client=self._client,
            preset=preset,
            map_=map_,
            method=method,
            r_days=r_days,
            f_orders=f_orders,
            m_net=m_net,
            window_days=window_days,
            all_time=all_time,
            category=category,
            fresh=fresh,
            from_=from_,
            to=to,
        )
        return cast("RfmMigration", response.parsed)

    async def get_rfm_settings(
        self,
    ) -> RfmSettings:
        """Read the settings of RFM

        What every question about RFM is answered by where it does not say otherwise.
        """
        response = await get_rfm_settings.asyncio_detailed(
            client=self._client,
        )
        return cast("RfmSettings", response.parsed)

    async def set_rfm_settings(
        self,
        body: RfmSettingsSet | Mapping[str, Any],
    ) -> RfmSettings:
        """Set the settings of RFM

        All of them: what is left out is the default again. Every process knows them within a second.
        """
        response = await set_rfm_settings.asyncio_detailed(
            client=self._client,
            body=body if isinstance(body, RfmSettingsSet) else cast("RfmSettingsSet", Plain(body)),
        )
        return cast("RfmSettings", response.parsed)

    async def get_rfm_migration_svg(
        self,
        *,
        lang: PictureLanguage | Unset = UNSET,
        theme: PictureTheme | Unset = UNSET,
        preset: RfmPreset | Unset = UNSET,
        map_: RfmPreset | Unset = UNSET,
        method: RfmMethod | Unset = UNSET,
        r_days: str | Unset = UNSET,
        f_orders: str | Unset = UNSET,
        m_net: str | Unset = UNSET,
        window_days: int | Unset = UNSET,
        all_time: bool | Unset = False,
        category: str | Unset = UNSET,
        fresh: bool | Unset = False,
        from_: str,
        to: str | Unset = UNSET,
    ) -> str:
        """Draw who moved between two dates

        The same as SVG, with its figures as text for who cannot see it.
        """
        response = await get_rfm_migration_svg.asyncio_detailed(
            client=self._client,
            lang=lang,
            theme=theme,
            preset=preset,
            map_=map_,
            method=method,
            r_days=r_days,
            f_orders=f_orders,
            m_net=m_net,
            window_days=window_days,
            all_time=all_time,
            category=category,
            fresh=fresh,
            from_=from_,
            to=to,
        )
        return cast("str", response.parsed)

    async def get_rfm_matrix_svg(
        self,
        *,
        lang: PictureLanguage | Unset = UNSET,
        theme: PictureTheme | Unset = UNSET,
        preset: RfmPreset | Unset = UNSET,
        map_: RfmPreset | Unset = UNSET,
        method: RfmMethod | Unset = UNSET,
        r_days: str | Unset = UNSET,
        f_orders: str | Unset = UNSET,
        m_net: str | Unset = UNSET,
        window_days: int | Unset = UNSET,
        all_time: bool | Unset = False,
        category: str | Unset = UNSET,
        fresh: bool | Unset = False,
        as_of: str | Unset = UNSET,
    ) -> str:
        """Draw the RFM matrix

        Recency by frequency with the customers of every cell, and the segments; its figures are in it as text too.
        """
        response = await get_rfm_matrix_svg.asyncio_detailed(
            client=self._client,
            lang=lang,
            theme=theme,
            preset=preset,
            map_=map_,
            method=method,
            r_days=r_days,
            f_orders=f_orders,
            m_net=m_net,
            window_days=window_days,
            all_time=all_time,
            category=category,
            fresh=fresh,
            as_of=as_of,
        )
        return cast("str", response.parsed)

    async def list_segment_customers(
        self,
        segment: str,
        *,
        preset: RfmPreset | Unset = UNSET,
        map_: RfmPreset | Unset = UNSET,
        method: RfmMethod | Unset = UNSET,
        r_days: str | Unset = UNSET,
        f_orders: str | Unset = UNSET,
        m_net: str | Unset = UNSET,
        window_days: int | Unset = UNSET,
        all_time: bool | Unset = False,
        category: str | Unset = UNSET,
        fresh: bool | Unset = False,
        as_of: str | Unset = UNSET,
        limit: int | Unset = 50,
        cursor: str | Unset = UNSET,
    ) -> CustomerPage:
        """List the customers of a segment

        Who is in a segment, the newest customer first. Needs the scope customers:read too.
        """
        response = await list_segment_customers.asyncio_detailed(
            client=self._client,
            segment=segment,
            preset=preset,
            map_=map_,
            method=method,
            r_days=r_days,
            f_orders=f_orders,
            m_net=m_net,
            window_days=window_days,
            all_time=all_time,
            category=category,
            fresh=fresh,
            as_of=as_of,
            limit=limit,
            cursor=cursor,
        )
        return cast("CustomerPage", response.parsed)

    async def get_predicted_value(
        self,
        customer_id: str,
    ) -> PredictedValue:
        """Predict a customer's value

        Orders and net of the next 12 months, by BG/NBD and Gamma-Gamma fitted on a sample of the tenant's buyers.

        Needs the extra `predict` (else 501), and models that were fitted (else 409): `clientela predict fit`.
        """
        response = await get_predicted_value.asyncio_detailed(
            client=self._client,
            customer_id=customer_id,
        )
        return cast("PredictedValue", response.parsed)
