from http import HTTPStatus
from typing import Any

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.problem import Problem
from ...models.storefront_token import StorefrontToken
from ...models.storefront_token_create import StorefrontTokenCreate
from ...types import Response


def _get_kwargs(
    *,
    body: StorefrontTokenCreate,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/v1/storefront/tokens",
    }

    _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Problem | StorefrontToken | None:
    if response.status_code == 201:
        response_201 = StorefrontToken.from_dict(response.json())

        return response_201

    if response.status_code == 400:
        response_400 = Problem.from_dict(response.json())

        return response_400

    if response.status_code == 401:
        response_401 = Problem.from_dict(response.json())

        return response_401

    if response.status_code == 403:
        response_403 = Problem.from_dict(response.json())

        return response_403

    if response.status_code == 404:
        response_404 = Problem.from_dict(response.json())

        return response_404

    if response.status_code == 413:
        response_413 = Problem.from_dict(response.json())

        return response_413

    if response.status_code == 415:
        response_415 = Problem.from_dict(response.json())

        return response_415

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
) -> Response[Problem | StorefrontToken]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient,
    body: StorefrontTokenCreate,
) -> Response[Problem | StorefrontToken]:
    """Prove to a page who its visitor is

     For the shop's backend, when somebody has logged in: her page gives the token to
    `get_storefront_context`.

    It is bound to the tenant and the customer, ends by itself, is stored nowhere and cannot be taken
    back.

    Args:
        body (StorefrontTokenCreate): Who the visitor is, says the shop's backend.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Problem | StorefrontToken]
    """

    kwargs = _get_kwargs(
        body=body,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    *,
    client: AuthenticatedClient,
    body: StorefrontTokenCreate,
) -> Problem | StorefrontToken | None:
    """Prove to a page who its visitor is

     For the shop's backend, when somebody has logged in: her page gives the token to
    `get_storefront_context`.

    It is bound to the tenant and the customer, ends by itself, is stored nowhere and cannot be taken
    back.

    Args:
        body (StorefrontTokenCreate): Who the visitor is, says the shop's backend.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Problem | StorefrontToken
    """

    return sync_detailed(
        client=client,
        body=body,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient,
    body: StorefrontTokenCreate,
) -> Response[Problem | StorefrontToken]:
    """Prove to a page who its visitor is

     For the shop's backend, when somebody has logged in: her page gives the token to
    `get_storefront_context`.

    It is bound to the tenant and the customer, ends by itself, is stored nowhere and cannot be taken
    back.

    Args:
        body (StorefrontTokenCreate): Who the visitor is, says the shop's backend.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Problem | StorefrontToken]
    """

    kwargs = _get_kwargs(
        body=body,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient,
    body: StorefrontTokenCreate,
) -> Problem | StorefrontToken | None:
    """Prove to a page who its visitor is

     For the shop's backend, when somebody has logged in: her page gives the token to
    `get_storefront_context`.

    It is bound to the tenant and the customer, ends by itself, is stored nowhere and cannot be taken
    back.

    Args:
        body (StorefrontTokenCreate): Who the visitor is, says the shop's backend.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Problem | StorefrontToken
    """

    return (
        await asyncio_detailed(
            client=client,
            body=body,
        )
    ).parsed
