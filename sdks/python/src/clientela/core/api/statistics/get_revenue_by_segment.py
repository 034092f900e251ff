from http import HTTPStatus
from typing import Any

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.problem import Problem
from ...models.revenue_by_segment import RevenueBySegment
from ...models.rfm_method import RfmMethod
from ...models.rfm_preset import RfmPreset
from ...types import UNSET, Response, Unset


def _get_kwargs(
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
) -> dict[str, Any]:

    params: dict[str, Any] = {}

    json_preset: str | Unset = UNSET
    if not isinstance(preset, Unset):
        json_preset = preset

    params["preset"] = json_preset

    json_map_: str | Unset = UNSET
    if not isinstance(map_, Unset):
        json_map_ = map_

    params["map"] = json_map_

    json_method: str | Unset = UNSET
    if not isinstance(method, Unset):
        json_method = method

    params["method"] = json_method

    params["r_days"] = r_days

    params["f_orders"] = f_orders

    params["m_net"] = m_net

    params["window_days"] = window_days

    params["all_time"] = all_time

    params["category"] = category

    params["fresh"] = fresh

    params["as_of"] = as_of

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/v1/statistics/revenue-by-segment",
        "params": params,
    }

    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Problem | RevenueBySegment | None:
    if response.status_code == 200:
        response_200 = RevenueBySegment.from_dict(response.json())

        return response_200

    if response.status_code == 401:
        response_401 = Problem.from_dict(response.json())

        return response_401

    if response.status_code == 403:
        response_403 = Problem.from_dict(response.json())

        return response_403

    if response.status_code == 422:
        response_422 = Problem.from_dict(response.json())

        return response_422

    if response.status_code == 429:
        response_429 = Problem.from_dict(response.json())

        return response_429

    if response.status_code == 500:
        response_500 = Problem.from_dict(response.json())

        return response_500

    if response.status_code == 503:
        response_503 = Problem.from_dict(response.json())

        return response_503

    if client.raise_on_unexpected_status:
        raise errors.UnexpectedStatus(response.status_code, response.content)
    else:
        return None


def _build_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Response[Problem | RevenueBySegment]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient,
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
) -> Response[Problem | RevenueBySegment]:
    """Revenue by segment

     What each RFM segment brings: over all time or a window, as of now or then.

    Args:
        preset (RfmPreset | Unset): A segment map, with the method that goes with it.
        map_ (RfmPreset | Unset): A segment map, with the method that goes with it.
        method (RfmMethod | Unset): How thresholds arise: from the population, or given.
        r_days (str | Unset):
        f_orders (str | Unset):
        m_net (str | Unset):
        window_days (int | Unset):
        all_time (bool | Unset):  Default: False.
        category (str | Unset):
        fresh (bool | Unset):  Default: False.
        as_of (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Problem | RevenueBySegment]
    """

    kwargs = _get_kwargs(
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

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    *,
    client: AuthenticatedClient,
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
) -> Problem | RevenueBySegment | None:
    """Revenue by segment

     What each RFM segment brings: over all time or a window, as of now or then.

    Args:
        preset (RfmPreset | Unset): A segment map, with the method that goes with it.
        map_ (RfmPreset | Unset): A segment map, with the method that goes with it.
        method (RfmMethod | Unset): How thresholds arise: from the population, or given.
        r_days (str | Unset):
        f_orders (str | Unset):
        m_net (str | Unset):
        window_days (int | Unset):
        all_time (bool | Unset):  Default: False.
        category (str | Unset):
        fresh (bool | Unset):  Default: False.
        as_of (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Problem | RevenueBySegment
    """

    return sync_detailed(
        client=client,
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
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient,
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
) -> Response[Problem | RevenueBySegment]:
    """Revenue by segment

     What each RFM segment brings: over all time or a window, as of now or then.

    Args:
        preset (RfmPreset | Unset): A segment map, with the method that goes with it.
        map_ (RfmPreset | Unset): A segment map, with the method that goes with it.
        method (RfmMethod | Unset): How thresholds arise: from the population, or given.
        r_days (str | Unset):
        f_orders (str | Unset):
        m_net (str | Unset):
        window_days (int | Unset):
        all_time (bool | Unset):  Default: False.
        category (str | Unset):
        fresh (bool | Unset):  Default: False.
        as_of (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Problem | RevenueBySegment]
    """

    kwargs = _get_kwargs(
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

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient,
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
) -> Problem | RevenueBySegment | None:
    """Revenue by segment

     What each RFM segment brings: over all time or a window, as of now or then.

    Args:
        preset (RfmPreset | Unset): A segment map, with the method that goes with it.
        map_ (RfmPreset | Unset): A segment map, with the method that goes with it.
        method (RfmMethod | Unset): How thresholds arise: from the population, or given.
        r_days (str | Unset):
        f_orders (str | Unset):
        m_net (str | Unset):
        window_days (int | Unset):
        all_time (bool | Unset):  Default: False.
        category (str | Unset):
        fresh (bool | Unset):  Default: False.
        as_of (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Problem | RevenueBySegment
    """

    return (
        await asyncio_detailed(
            client=client,
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
    ).parsed
