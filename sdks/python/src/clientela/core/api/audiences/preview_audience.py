from http import HTTPStatus
from typing import Any, Literal

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.audience_preview import AudiencePreview
from ...models.audience_preview_request import AudiencePreviewRequest
from ...models.problem import Problem
from ...types import UNSET, Response, Unset


def _get_kwargs(
    *,
    body: AudiencePreviewRequest,
    include: Literal["plan"] | Unset = UNSET,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}

    params: dict[str, Any] = {}

    params["include"] = include

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/v1/audiences/preview",
        "params": params,
    }

    _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> AudiencePreview | Problem | None:
    if response.status_code == 200:
        response_200 = AudiencePreview.from_dict(response.json())

        return response_200

    if response.status_code == 400:
        response_400 = Problem.from_dict(response.json())

        return response_400

    if response.status_code == 401:
        response_401 = Problem.from_dict(response.json())

        return response_401

    if response.status_code == 403:
        response_403 = Problem.from_dict(response.json())

        return response_403

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
) -> Response[AudiencePreview | Problem]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient,
    body: AudiencePreviewRequest,
    include: Literal["plan"] | Unset = UNSET,
) -> Response[AudiencePreview | Problem]:
    """Preview an audience

     Try a rule before it is kept. A rule that takes longer than five seconds is refused with 503.

    Args:
        include (Literal['plan'] | Unset):
        body (AudiencePreviewRequest): A rule to be tried before it is kept.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[AudiencePreview | Problem]
    """

    kwargs = _get_kwargs(
        body=body,
        include=include,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    *,
    client: AuthenticatedClient,
    body: AudiencePreviewRequest,
    include: Literal["plan"] | Unset = UNSET,
) -> AudiencePreview | Problem | None:
    """Preview an audience

     Try a rule before it is kept. A rule that takes longer than five seconds is refused with 503.

    Args:
        include (Literal['plan'] | Unset):
        body (AudiencePreviewRequest): A rule to be tried before it is kept.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        AudiencePreview | Problem
    """

    return sync_detailed(
        client=client,
        body=body,
        include=include,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient,
    body: AudiencePreviewRequest,
    include: Literal["plan"] | Unset = UNSET,
) -> Response[AudiencePreview | Problem]:
    """Preview an audience

     Try a rule before it is kept. A rule that takes longer than five seconds is refused with 503.

    Args:
        include (Literal['plan'] | Unset):
        body (AudiencePreviewRequest): A rule to be tried before it is kept.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[AudiencePreview | Problem]
    """

    kwargs = _get_kwargs(
        body=body,
        include=include,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient,
    body: AudiencePreviewRequest,
    include: Literal["plan"] | Unset = UNSET,
) -> AudiencePreview | Problem | None:
    """Preview an audience

     Try a rule before it is kept. A rule that takes longer than five seconds is refused with 503.

    Args:
        include (Literal['plan'] | Unset):
        body (AudiencePreviewRequest): A rule to be tried before it is kept.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        AudiencePreview | Problem
    """

    return (
        await asyncio_detailed(
            client=client,
            body=body,
            include=include,
        )
    ).parsed
