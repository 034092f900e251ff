from http import HTTPStatus
from typing import Any
from urllib.parse import quote

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.customer_page import CustomerPage
from ...models.problem import Problem
from ...models.rfm_method import RfmMethod
from ...models.rfm_preset import RfmPreset
from ...types import UNSET, Response, Unset


def _get_kwargs(
    segment: str,
    *,
    preset: None | RfmPreset | Unset = UNSET,
    map_: None | RfmPreset | Unset = UNSET,
    method: None | RfmMethod | Unset = UNSET,
    r_days: None | str | Unset = UNSET,
    f_orders: None | str | Unset = UNSET,
    m_net: None | str | Unset = UNSET,
    window_days: int | None | Unset = UNSET,
    all_time: bool | Unset = False,
    category: None | str | Unset = UNSET,
    fresh: bool | Unset = False,
    as_of: None | str | Unset = UNSET,
    limit: int | Unset = 50,
    cursor: None | str | Unset = UNSET,
) -> dict[str, Any]:

    params: dict[str, Any] = {}

    json_preset: None | str | Unset
    if isinstance(preset, Unset):
        json_preset = UNSET
    elif isinstance(preset, RfmPreset):
        json_preset = preset.value
    else:
        json_preset = preset
    params["preset"] = json_preset

    json_map_: None | str | Unset
    if isinstance(map_, Unset):
        json_map_ = UNSET
    elif isinstance(map_, RfmPreset):
        json_map_ = map_.value
    else:
        json_map_ = map_
    params["map"] = json_map_

    json_method: None | str | Unset
    if isinstance(method, Unset):
        json_method = UNSET
    elif isinstance(method, RfmMethod):
        json_method = method.value
    else:
        json_method = method
    params["method"] = json_method

    json_r_days: None | str | Unset
    if isinstance(r_days, Unset):
        json_r_days = UNSET
    else:
        json_r_days = r_days
    params["r_days"] = json_r_days

    json_f_orders: None | str | Unset
    if isinstance(f_orders, Unset):
        json_f_orders = UNSET
    else:
        json_f_orders = f_orders
    params["f_orders"] = json_f_orders

    json_m_net: None | str | Unset
    if isinstance(m_net, Unset):
        json_m_net = UNSET
    else:
        json_m_net = m_net
    params["m_net"] = json_m_net

    json_window_days: int | None | Unset
    if isinstance(window_days, Unset):
        json_window_days = UNSET
    else:
        json_window_days = window_days
    params["window_days"] = json_window_days

    params["all_time"] = all_time

    json_category: None | str | Unset
    if isinstance(category, Unset):
        json_category = UNSET
    else:
        json_category = category
    params["category"] = json_category

    params["fresh"] = fresh

    json_as_of: None | str | Unset
    if isinstance(as_of, Unset):
        json_as_of = UNSET
    else:
        json_as_of = as_of
    params["as_of"] = json_as_of

    params["limit"] = limit

    json_cursor: None | str | Unset
    if isinstance(cursor, Unset):
        json_cursor = UNSET
    else:
        json_cursor = cursor
    params["cursor"] = json_cursor

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/v1/segments/rfm/{segment}/customers".format(
            segment=quote(str(segment), safe=""),
        ),
        "params": params,
    }

    return _kwargs


def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> CustomerPage | Problem | None:
    if response.status_code == 200:
        response_200 = CustomerPage.from_dict(response.json())

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
) -> Response[CustomerPage | Problem]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    segment: str,
    *,
    client: AuthenticatedClient | Client,
    preset: None | RfmPreset | Unset = UNSET,
    map_: None | RfmPreset | Unset = UNSET,
    method: None | RfmMethod | Unset = UNSET,
    r_days: None | str | Unset = UNSET,
    f_orders: None | str | Unset = UNSET,
    m_net: None | str | Unset = UNSET,
    window_days: int | None | Unset = UNSET,
    all_time: bool | Unset = False,
    category: None | str | Unset = UNSET,
    fresh: bool | Unset = False,
    as_of: None | str | Unset = UNSET,
    limit: int | Unset = 50,
    cursor: None | str | Unset = UNSET,
) -> Response[CustomerPage | Problem]:
    """List the customers of a segment

     Who is in a segment, the newest customer first. Needs the scope customers:read too.

    Args:
        segment (str): A segment of the map, or `prospect`.
        preset (None | RfmPreset | Unset): The segment map, with the method that goes with it.
        map_ (None | RfmPreset | Unset): Another name of `preset`.
        method (None | RfmMethod | Unset): `quantile`: edges from the population (below 100 buyers
            fixed ones). `fixed`: your own, or ours.
        r_days (None | str | Unset): With `fixed`: edges of R in days, ascending, with commas.
        f_orders (None | str | Unset): With `fixed`: edges of F in orders, ascending, with commas.
        m_net (None | str | Unset): With `fixed`: edges of M in the reporting currency; else
            multiples of the median net.
        window_days (int | None | Unset): Only orders of so many days, the last of which is that
            of the question.
        all_time (bool | Unset): All orders, where the settings have a window. Default: False.
        category (None | str | Unset): Only orders with an item of this category of products, and
            of their net the share of these items: by price × quantity, or by quantity where one has
            no price.
        fresh (bool | Unset): Take new edges even if the last ones are recent. Default: False.
        as_of (None | str | Unset): A time (RFC 3339) or a date (its end, in the tenant's time
            zone): as things stood then. Orders, refunds and cancellations of later have not happened.
            Not in the future.
        limit (int | Unset): How many items a page has at most. Default: 50.
        cursor (None | str | Unset): The `next_cursor` of the page before; leave it out at first.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[CustomerPage | Problem]
    """

    kwargs = _get_kwargs(
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

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    segment: str,
    *,
    client: AuthenticatedClient | Client,
    preset: None | RfmPreset | Unset = UNSET,
    map_: None | RfmPreset | Unset = UNSET,
    method: None | RfmMethod | Unset = UNSET,
    r_days: None | str | Unset = UNSET,
    f_orders: None | str | Unset = UNSET,
    m_net: None | str | Unset = UNSET,
    window_days: int | None | Unset = UNSET,
    all_time: bool | Unset = False,
    category: None | str | Unset = UNSET,
    fresh: bool | Unset = False,
    as_of: None | str | Unset = UNSET,
    limit: int | Unset = 50,
    cursor: None | str | Unset = UNSET,
) -> CustomerPage | Problem | None:
    """List the customers of a segment

     Who is in a segment, the newest customer first. Needs the scope customers:read too.

    Args:
        segment (str): A segment of the map, or `prospect`.
        preset (None | RfmPreset | Unset): The segment map, with the method that goes with it.
        map_ (None | RfmPreset | Unset): Another name of `preset`.
        method (None | RfmMethod | Unset): `quantile`: edges from the population (below 100 buyers
            fixed ones). `fixed`: your own, or ours.
        r_days (None | str | Unset): With `fixed`: edges of R in days, ascending, with commas.
        f_orders (None | str | Unset): With `fixed`: edges of F in orders, ascending, with commas.
        m_net (None | str | Unset): With `fixed`: edges of M in the reporting currency; else
            multiples of the median net.
        window_days (int | None | Unset): Only orders of so many days, the last of which is that
            of the question.
        all_time (bool | Unset): All orders, where the settings have a window. Default: False.
        category (None | str | Unset): Only orders with an item of this category of products, and
            of their net the share of these items: by price × quantity, or by quantity where one has
            no price.
        fresh (bool | Unset): Take new edges even if the last ones are recent. Default: False.
        as_of (None | str | Unset): A time (RFC 3339) or a date (its end, in the tenant's time
            zone): as things stood then. Orders, refunds and cancellations of later have not happened.
            Not in the future.
        limit (int | Unset): How many items a page has at most. Default: 50.
        cursor (None | str | Unset): The `next_cursor` of the page before; leave it out at first.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        CustomerPage | Problem
    """

    return sync_detailed(
        segment=segment,
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
        limit=limit,
        cursor=cursor,
    ).parsed


async def asyncio_detailed(
    segment: str,
    *,
    client: AuthenticatedClient | Client,
    preset: None | RfmPreset | Unset = UNSET,
    map_: None | RfmPreset | Unset = UNSET,
    method: None | RfmMethod | Unset = UNSET,
    r_days: None | str | Unset = UNSET,
    f_orders: None | str | Unset = UNSET,
    m_net: None | str | Unset = UNSET,
    window_days: int | None | Unset = UNSET,
    all_time: bool | Unset = False,
    category: None | str | Unset = UNSET,
    fresh: bool | Unset = False,
    as_of: None | str | Unset = UNSET,
    limit: int | Unset = 50,
    cursor: None | str | Unset = UNSET,
) -> Response[CustomerPage | Problem]:
    """List the customers of a segment

     Who is in a segment, the newest customer first. Needs the scope customers:read too.

    Args:
        segment (str): A segment of the map, or `prospect`.
        preset (None | RfmPreset | Unset): The segment map, with the method that goes with it.
        map_ (None | RfmPreset | Unset): Another name of `preset`.
        method (None | RfmMethod | Unset): `quantile`: edges from the population (below 100 buyers
            fixed ones). `fixed`: your own, or ours.
        r_days (None | str | Unset): With `fixed`: edges of R in days, ascending, with commas.
        f_orders (None | str | Unset): With `fixed`: edges of F in orders, ascending, with commas.
        m_net (None | str | Unset): With `fixed`: edges of M in the reporting currency; else
            multiples of the median net.
        window_days (int | None | Unset): Only orders of so many days, the last of which is that
            of the question.
        all_time (bool | Unset): All orders, where the settings have a window. Default: False.
        category (None | str | Unset): Only orders with an item of this category of products, and
            of their net the share of these items: by price × quantity, or by quantity where one has
            no price.
        fresh (bool | Unset): Take new edges even if the last ones are recent. Default: False.
        as_of (None | str | Unset): A time (RFC 3339) or a date (its end, in the tenant's time
            zone): as things stood then. Orders, refunds and cancellations of later have not happened.
            Not in the future.
        limit (int | Unset): How many items a page has at most. Default: 50.
        cursor (None | str | Unset): The `next_cursor` of the page before; leave it out at first.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[CustomerPage | Problem]
    """

    kwargs = _get_kwargs(
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

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    segment: str,
    *,
    client: AuthenticatedClient | Client,
    preset: None | RfmPreset | Unset = UNSET,
    map_: None | RfmPreset | Unset = UNSET,
    method: None | RfmMethod | Unset = UNSET,
    r_days: None | str | Unset = UNSET,
    f_orders: None | str | Unset = UNSET,
    m_net: None | str | Unset = UNSET,
    window_days: int | None | Unset = UNSET,
    all_time: bool | Unset = False,
    category: None | str | Unset = UNSET,
    fresh: bool | Unset = False,
    as_of: None | str | Unset = UNSET,
    limit: int | Unset = 50,
    cursor: None | str | Unset = UNSET,
) -> CustomerPage | Problem | None:
    """List the customers of a segment

     Who is in a segment, the newest customer first. Needs the scope customers:read too.

    Args:
        segment (str): A segment of the map, or `prospect`.
        preset (None | RfmPreset | Unset): The segment map, with the method that goes with it.
        map_ (None | RfmPreset | Unset): Another name of `preset`.
        method (None | RfmMethod | Unset): `quantile`: edges from the population (below 100 buyers
            fixed ones). `fixed`: your own, or ours.
        r_days (None | str | Unset): With `fixed`: edges of R in days, ascending, with commas.
        f_orders (None | str | Unset): With `fixed`: edges of F in orders, ascending, with commas.
        m_net (None | str | Unset): With `fixed`: edges of M in the reporting currency; else
            multiples of the median net.
        window_days (int | None | Unset): Only orders of so many days, the last of which is that
            of the question.
        all_time (bool | Unset): All orders, where the settings have a window. Default: False.
        category (None | str | Unset): Only orders with an item of this category of products, and
            of their net the share of these items: by price × quantity, or by quantity where one has
            no price.
        fresh (bool | Unset): Take new edges even if the last ones are recent. Default: False.
        as_of (None | str | Unset): A time (RFC 3339) or a date (its end, in the tenant's time
            zone): as things stood then. Orders, refunds and cancellations of later have not happened.
            Not in the future.
        limit (int | Unset): How many items a page has at most. Default: 50.
        cursor (None | str | Unset): The `next_cursor` of the page before; leave it out at first.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        CustomerPage | Problem
    """

    return (
        await asyncio_detailed(
            segment=segment,
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
            limit=limit,
            cursor=cursor,
        )
    ).parsed
