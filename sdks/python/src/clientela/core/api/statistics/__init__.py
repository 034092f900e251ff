"""The calls of one tag, as methods."""

import datetime
from collections.abc import Mapping
from typing import Any, cast

from ... import Plain
from ...client import AuthenticatedClient
from ...models.campaign_statistics_list import CampaignStatisticsList
from ...models.consent_statistics_list import ConsentStatisticsList
from ...models.growth import Growth
from ...models.picture_language import PictureLanguage, check_picture_language
from ...models.picture_theme import PictureTheme, check_picture_theme
from ...models.problem import Problem
from ...models.repeat_rate import RepeatRate
from ...models.retention import Retention
from ...models.revenue_by_segment import RevenueBySegment
from ...models.rfm_method import RfmMethod, check_rfm_method
from ...models.rfm_preset import RfmPreset, check_rfm_preset
from ...models.source_statistics_list import SourceStatisticsList
from ...models.statistics_interval import StatisticsInterval, check_statistics_interval
from ...types import UNSET, Unset
from . import (
    get_campaigns,
    get_consent_statistics,
    get_consent_statistics_svg,
    get_growth,
    get_growth_svg,
    get_repeat_rate,
    get_retention,
    get_retention_svg,
    get_revenue_by_segment,
    get_revenue_by_segment_svg,
    get_source_statistics,
)

__all__ = ["AsyncStatistics", "Statistics"]


class Statistics:
    def __init__(self, client: AuthenticatedClient) -> None:
        self._client = client

    def get_growth(
        self,
        *,
        from_: datetime.date | Unset = UNSET,
        to: datetime.date | Unset = UNSET,
        interval: StatisticsInterval | Unset = UNSET,
    ) -> Growth:
        """Growth of the base

        Who came, who bought for the first time and who was erased in each period, and how many were there at its end.
        """
        response = get_growth.sync_detailed(
            client=self._client,
            from_=from_,
            to=to,
            interval=interval,
        )
        return cast("Growth", response.parsed)

    def get_growth_svg(
        self,
        *,
        lang: PictureLanguage | Unset = UNSET,
        theme: PictureTheme | Unset = UNSET,
        from_: datetime.date | Unset = UNSET,
        to: datetime.date | Unset = UNSET,
        interval: StatisticsInterval | Unset = UNSET,
    ) -> str:
        """Draw the growth of the base

        The same as SVG, with its figures as text for who cannot see it.
        """
        response = get_growth_svg.sync_detailed(
            client=self._client,
            lang=lang,
            theme=theme,
            from_=from_,
            to=to,
            interval=interval,
        )
        return cast("str", response.parsed)

    def get_source_statistics(
        self,
        *,
        from_: datetime.date | Unset = UNSET,
        to: datetime.date | Unset = UNSET,
    ) -> SourceStatisticsList:
        """Where customers and orders come from

        For each source the customers it knows now, and the orders placed there in these days.
        """
        response = get_source_statistics.sync_detailed(
            client=self._client,
            from_=from_,
            to=to,
        )
        return cast("SourceStatisticsList", response.parsed)

    def get_consent_statistics(
        self,
    ) -> ConsentStatisticsList:
        """Consents by channel

        How many active customers have said what, as of now. May a person be contacted? That is `POST
        /v1/consents/check`, which looks at addresses too.
        """
        response = get_consent_statistics.sync_detailed(
            client=self._client,
        )
        return cast("ConsentStatisticsList", response.parsed)

    def get_consent_statistics_svg(
        self,
        *,
        lang: PictureLanguage | Unset = UNSET,
        theme: PictureTheme | Unset = UNSET,
    ) -> str:
        """Draw consents by channel

        The same as SVG, with its figures as text for who cannot see it.
        """
        response = get_consent_statistics_svg.sync_detailed(
            client=self._client,
            lang=lang,
            theme=theme,
        )
        return cast("str", response.parsed)

    def get_retention(
        self,
        *,
        from_: datetime.date | Unset = UNSET,
        to: datetime.date | Unset = UNSET,
    ) -> Retention:
        """Retention by month of the first order

        Of those whose first order was in one month, how many bought in each month after it. At most 36 months.
        """
        response = get_retention.sync_detailed(
            client=self._client,
            from_=from_,
            to=to,
        )
        return cast("Retention", response.parsed)

    def get_retention_svg(
        self,
        *,
        lang: PictureLanguage | Unset = UNSET,
        theme: PictureTheme | Unset = UNSET,
        from_: datetime.date | Unset = UNSET,
        to: datetime.date | Unset = UNSET,
    ) -> str:
        """Draw retention

        The same as SVG, with its figures as text for who cannot see it. At most 25 months.
        """
        response = get_retention_svg.sync_detailed(
            client=self._client,
            lang=lang,
            theme=theme,
            from_=from_,
            to=to,
        )
        return cast("str", response.parsed)

    def get_repeat_rate(
        self,
        *,
        from_: datetime.date | Unset = UNSET,
        to: datetime.date | Unset = UNSET,
        interval: StatisticsInterval | Unset = UNSET,
    ) -> RepeatRate:
        """How many buy again

        Of those who bought in a period, how many had bought before it or bought more than once in it.
        """
        response = get_repeat_rate.sync_detailed(
            client=self._client,
            from_=from_,
            to=to,
            interval=interval,
        )
        return cast("RepeatRate", response.parsed)

    def get_revenue_by_segment(
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
    ) -> RevenueBySegment:
        """Revenue by segment

        What each RFM segment brings: over all time or a window, as of now or then.
        """
        response = get_revenue_by_segment.sync_detailed(
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
        return cast("RevenueBySegment", response.parsed)

    def get_revenue_by_segment_svg(
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
        """Draw revenue by segment

        The same as SVG, with its figures as text for who cannot see it.
        """
        response = get_revenue_by_segment_svg.sync_detailed(
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

    def get_campaigns(
        self,
        *,
        from_: datetime.date | Unset = UNSET,
        to: datetime.date | Unset = UNSET,
    ) -> CampaignStatisticsList:
        """Results of campaigns

        What the mailers told of their messages in these days (events message.*), by their property `campaign`.
        """
        response = get_campaigns.sync_detailed(
            client=self._client,
            from_=from_,
            to=to,
        )
        return cast("CampaignStatisticsList", response.parsed)


class AsyncStatistics:
    def __init__(self, client: AuthenticatedClient) -> None:
        self._client = client

    async def get_growth(
        self,
        *,
        from_: datetime.date | Unset = UNSET,
        to: datetime.date | Unset = UNSET,
        interval: StatisticsInterval | Unset = UNSET,
    ) -> Growth:
        """Growth of the base

        Who came, who bought for the first time and who was erased in each period, and how many were there at its end.
        """
        response = await get_growth.asyncio_detailed(
            client=self._client,
            from_=from_,
            to=to,
            interval=interval,
        )
        return cast("Growth", response.parsed)

    async def get_growth_svg(
        self,
        *,
        lang: PictureLanguage | Unset = UNSET,
        theme: PictureTheme | Unset = UNSET,
        from_: datetime.date | Unset = UNSET,
        to: datetime.date | Unset = UNSET,
        interval: StatisticsInterval | Unset = UNSET,
    ) -> str:
        """Draw the growth of the base

        The same as SVG, with its figures as text for who cannot see it.
        """
        response = await get_growth_svg.asyncio_detailed(
            client=self._client,
            lang=lang,
            theme=theme,
            from_=from_,
            to=to,
            interval=interval,
        )
        return cast("str", response.parsed)

    async def get_source_statistics(
        self,
        *,
        from_: datetime.date | Unset = UNSET,
        to: datetime.date | Unset = UNSET,
    ) -> SourceStatisticsList:
        """Where customers and orders come from

        For each source the customers it knows now, and the orders placed there in these days.
        """
        response = await get_source_statistics.asyncio_detailed(
            client=self._client,
            from_=from_,
            to=to,
        )
        return cast("SourceStatisticsList", response.parsed)

    async def get_consent_statistics(
        self,
    ) -> ConsentStatisticsList:
        """Consents by channel

        How many active customers have said what, as of now. May a person be contacted? That is `POST
        /v1/consents/check`, which looks at addresses too.
        """
        response = await get_consent_statistics.asyncio_detailed(
            client=self._client,
        )
        return cast("ConsentStatisticsList", response.parsed)

    async def get_consent_statistics_svg(
        self,
        *,
        lang: PictureLanguage | Unset = UNSET,
        theme: PictureTheme | Unset = UNSET,
    ) -> str:
        """Draw consents by channel

        The same as SVG, with its figures as text for who cannot see it.
        """
        response = await get_consent_statistics_svg.asyncio_detailed(
            client=self._client,
            lang=lang,
            theme=theme,
        )
        return cast("str", response.parsed)

    async def get_retention(
        self,
        *,
        from_: datetime.date | Unset = UNSET,
        to: datetime.date | Unset = UNSET,
    ) -> Retention:
        """Retention by month of the first order

        Of those whose first order was in one month, how many bought in each month after it. At most 36 months.
        """
        response = await get_retention.asyncio_detailed(
            client=self._client,
            from_=from_,
            to=to,
        )
        return cast("Retention", response.parsed)

    async def get_retention_svg(
        self,
        *,
        lang: PictureLanguage | Unset = UNSET,
        theme: PictureTheme | Unset = UNSET,
        from_: datetime.date | Unset = UNSET,
        to: datetime.date | Unset = UNSET,
    ) -> str:
        """Draw retention

        The same as SVG, with its figures as text for who cannot see it. At most 25 months.
        """
        response = await get_retention_svg.asyncio_detailed(
            client=self._client,
            lang=lang,
            theme=theme,
            from_=from_,
            to=to,
        )
        return cast("str", response.parsed)

    async def get_repeat_rate(
        self,
        *,
        from_: datetime.date | Unset = UNSET,
        to: datetime.date | Unset = UNSET,
        interval: StatisticsInterval | Unset = UNSET,
    ) -> RepeatRate:
        """How many buy again

        Of those who bought in a period, how many had bought before it or bought more than once in it.
        """
        response = await get_repeat_rate.asyncio_detailed(
            client=self._client,
            from_=from_,
            to=to,
            interval=interval,
        )
        return cast("RepeatRate", response.parsed)

    async def get_revenue_by_segment(
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
    ) -> RevenueBySegment:
        """Revenue by segment

        What each RFM segment brings: over all time or a window, as of now or then.
        """
        response = await get_revenue_by_segment.asyncio_detailed(
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
        return cast("RevenueBySegment", response.parsed)

    async def get_revenue_by_segment_svg(
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
        """Draw revenue by segment

        The same as SVG, with its figures as text for who cannot see it.
        """
        response = await get_revenue_by_segment_svg.asyncio_detailed(
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

    async def get_campaigns(
        self,
        *,
        from_: datetime.date | Unset = UNSET,
        to: datetime.date | Unset = UNSET,
    ) -> CampaignStatisticsList:
        """Results of campaigns

        What the mailers told of their messages in these days (events message.*), by their property `campaign`.
        """
        response = await get_campaigns.asyncio_detailed(
            client=self._client,
            from_=from_,
            to=to,
        )
        return cast("CampaignStatisticsList", response.parsed)
