from http import HTTPStatus
from typing import Any

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.picture_language import PictureLanguage
from ...models.picture_theme import PictureTheme
from ...models.problem import Problem
from ...types import UNSET, Response, Unset


def _get_kwargs(
    *,
    lang: PictureLanguage | Unset = UNSET,
    theme: PictureTheme | Unset = UNSET,
) -> dict[str, Any]:

    params: dict[str, Any] = {}

    json_lang: str | Unset = UNSET
    if not isinstance(lang, Unset):
        json_lang = lang

    params["lang"] = json_lang

    json_theme: str | Unset = UNSET
    if not isinstance(theme, Unset):
        json_theme = theme

    params["theme"] = json_theme

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/v1/statistics/consents.svg",
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
    client: AuthenticatedClient,
    lang: PictureLanguage | Unset = UNSET,
    theme: PictureTheme | Unset = UNSET,
) -> Response[Problem | str]:
    """Draw consents by channel

     The same as SVG, with its figures as text for who cannot see it.

    Args:
        lang (PictureLanguage | Unset): A language of pictures.
        theme (PictureTheme | Unset): `auto` follows the reader's system.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Problem | str]
    """

    kwargs = _get_kwargs(
        lang=lang,
        theme=theme,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    *,
    client: AuthenticatedClient,
    lang: PictureLanguage | Unset = UNSET,
    theme: PictureTheme | Unset = UNSET,
) -> Problem | str | None:
    """Draw consents by channel

     The same as SVG, with its figures as text for who cannot see it.

    Args:
        lang (PictureLanguage | Unset): A language of pictures.
        theme (PictureTheme | Unset): `auto` follows the reader's system.

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
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient,
    lang: PictureLanguage | Unset = UNSET,
    theme: PictureTheme | Unset = UNSET,
) -> Response[Problem | str]:
    """Draw consents by channel

     The same as SVG, with its figures as text for who cannot see it.

    Args:
        lang (PictureLanguage | Unset): A language of pictures.
        theme (PictureTheme | Unset): `auto` follows the reader's system.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Problem | str]
    """

    kwargs = _get_kwargs(
        lang=lang,
        theme=theme,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient,
    lang: PictureLanguage | Unset = UNSET,
    theme: PictureTheme | Unset = UNSET,
) -> Problem | str | None:
    """Draw consents by channel

     The same as SVG, with its figures as text for who cannot see it.

    Args:
        lang (PictureLanguage | Unset): A language of pictures.
        theme (PictureTheme | Unset): `auto` follows the reader's system.

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
        )
    ).parsed
