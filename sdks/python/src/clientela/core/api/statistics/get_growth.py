import datetime
from http import HTTPStatus
from typing import Any

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.growth import Growth
from ...models.problem import Problem
from ...models.statistics_interval import StatisticsInterval
from ...types import UNSET, Response, Unset


def _get_kwargs(
    *,
    from_: datetime.date | Unset = UNSET,
    to: datetime.date | Unset = UNSET,
    interval: StatisticsInterval | Unset = UNSET,
) -> dict[str, Any]:

    params: dict[str, Any] = {}

    json_from_: str | Unset = UNSET
    if not isinstance(from_, Unset):
        json_from_ = from_.isoformat()
    params["from"] = json_from_

    json_to: str | Unset = UNSET
    if not isinstance(to, Unset):
        json_to = to.isoformat()
    params["to"] = json_to

    json_interval: str | Unset = UNSET
    if not isinstance(interval, Unset):
        json_interval = interval

    params["interval"] = json_interval

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/v1/statistics/growth",
        "params": params,
    }

    return _kwargs


def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Growth | Problem | None:
    if response.status_code == 200:
        response_200 = Growth.from_dict(response.json())

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


def _build_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Response[Growth | Problem]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient,
    from_: datetime.date | Unset = UNSET,
    to: datetime.date | Unset = UNSET,
    interval: StatisticsInterval | Unset = UNSET,
) -> Response[Growth | Problem]:
    """Growth of the base

     Who came, who bought for the first time and who was erased in each period, and how many were there
    at its end.

    Args:
        from_ (datetime.date | Unset):
        to (datetime.date | Unset):
        interval (StatisticsInterval | Unset): How days are put together.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Growth | Problem]
    """

    kwargs = _get_kwargs(
        from_=from_,
        to=to,
        interval=interval,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    *,
    client: AuthenticatedClient,
    from_: datetime.date | Unset = UNSET,
    to: datetime.date | Unset = UNSET,
    interval: StatisticsInterval | Unset = UNSET,
) -> Growth | Problem | None:
    """Growth of the base

     Who came, who bought for the first time and who was erased in each period, and how many were there
    at its end.

    Args:
        from_ (datetime.date | Unset):
        to (datetime.date | Unset):
        interval (StatisticsInterval | Unset): How days are put together.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Growth | Problem
    """

    return sync_detailed(
        client=client,
        from_=from_,
        to=to,
        interval=interval,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient,
    from_: datetime.date | Unset = UNSET,
    to: datetime.date | Unset = UNSET,
    interval: StatisticsInterval | Unset = UNSET,
) -> Response[Growth | Problem]:
    """Growth of the base

     Who came, who bought for the first time and who was erased in each period, and how many were there
    at its end.

    Args:
        from_ (datetime.date | Unset):
        to (datetime.date | Unset):
        interval (StatisticsInterval | Unset): How days are put together.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Growth | Problem]
    """

    kwargs = _get_kwargs(
        from_=from_,
        to=to,
        interval=interval,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient,
    from_: datetime.date | Unset = UNSET,
    to: datetime.date | Unset = UNSET,
    interval: StatisticsInterval | Unset = UNSET,
) -> Growth | Problem | None:
    """Growth of the base

     Who came, who bought for the first time and who was erased in each period, and how many were there
    at its end.

    Args:
        from_ (datetime.date | Unset):
        to (datetime.date | Unset):
        interval (StatisticsInterval | Unset): How days are put together.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Growth | Problem
    """

    return (
        await asyncio_detailed(
            client=client,
            from_=from_,
            to=to,
            interval=interval,
        )
    ).parsed
