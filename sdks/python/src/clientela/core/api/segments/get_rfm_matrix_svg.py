from http import HTTPStatus
from typing import Any

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.picture_language import PictureLanguage
from ...models.picture_theme import PictureTheme
from ...models.problem import Problem
from ...models.rfm_method import RfmMethod
from ...models.rfm_preset import RfmPreset
from ...types import UNSET, Response, Unset


def _get_kwargs(
    *,
    lang: None | PictureLanguage | Unset = UNSET,
    theme: PictureTheme | Unset = UNSET,
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
) -> dict[str, Any]:

    params: dict[str, Any] = {}

    json_lang: None | str | Unset
    if isinstance(lang, Unset):
        json_lang = UNSET
    elif isinstance(lang, PictureLanguage):
        json_lang = lang.value
    else:
        json_lang = lang
    params["lang"] = json_lang

    json_theme: str | Unset = UNSET
    if not isinstance(theme, Unset):
        json_theme = theme.value

    params["theme"] = json_theme

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

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/v1/segments/rfm/matrix.svg",
        "params": params,
    }

    return _kwargs


def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Problem | str | None:
    if response.status_code == 200:
        response_200 = response.text
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


def _build_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Response[Problem | str]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient | Client,
    lang: None | PictureLanguage | Unset = UNSET,
    theme: PictureTheme | Unset = UNSET,
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
) -> Response[Problem | str]:
    """Draw the RFM matrix

     Recency by frequency with the customers of every cell, and the segments; its figures are in it as
    text too.

    Args:
        lang (None | PictureLanguage | Unset): Its language; without it the best of Accept-
            Language, else English.
        theme (PictureTheme | Unset): `auto` follows the reader's system.
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

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Problem | str]
    """

    kwargs = _get_kwargs(
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

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    *,
    client: AuthenticatedClient | Client,
    lang: None | PictureLanguage | Unset = UNSET,
    theme: PictureTheme | Unset = UNSET,
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
) -> Problem | str | None:
    """Draw the RFM matrix

     Recency by frequency with the customers of every cell, and the segments; its figures are in it as
    text too.

    Args:
        lang (None | PictureLanguage | Unset): Its language; without it the best of Accept-
            Language, else English.
        theme (PictureTheme | Unset): `auto` follows the reader's system.
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

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Problem | str
    """

    return sync_detailed(
        client=client,
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
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient | Client,
    lang: None | PictureLanguage | Unset = UNSET,
    theme: PictureTheme | Unset = UNSET,
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
) -> Response[Problem | str]:
    """Draw the RFM matrix

     Recency by frequency with the customers of every cell, and the segments; its figures are in it as
    text too.

    Args:
        lang (None | PictureLanguage | Unset): Its language; without it the best of Accept-
            Language, else English.
        theme (PictureTheme | Unset): `auto` follows the reader's system.
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

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Problem | str]
    """

    kwargs = _get_kwargs(
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

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient | Client,
    lang: None | PictureLanguage | Unset = UNSET,
    theme: PictureTheme | Unset = UNSET,
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
) -> Problem | str | None:
    """Draw the RFM matrix

     Recency by frequency with the customers of every cell, and the segments; its figures are in it as
    text too.

    Args:
        lang (None | PictureLanguage | Unset): Its language; without it the best of Accept-
            Language, else English.
        theme (PictureTheme | Unset): `auto` follows the reader's system.
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

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Problem | str
    """

    return (
        await asyncio_detailed(
            client=client,
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
    ).parsed
