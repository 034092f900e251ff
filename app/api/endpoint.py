"""How a `Call` becomes a handler's arguments, and its result an answer.

FastAPI reads the signature, once, and writes the specification from it. Its per-request interpreter handles forms,
streams, nested dependencies and more, none of which we have, and costs a fifth of a read: this does our part of it
with FastAPI's own fields, so that what is accepted is what is documented (docs/decisions/0003).
"""

from collections.abc import Callable, Coroutine
from typing import Any

from fastapi.dependencies.models import Dependant
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel
from pydantic_core import PydanticUndefined
from starlette.responses import Response

from app.api.call import Call

Run = Callable[[Call], Coroutine[Any, Any, Response]]


def runner(dependant: Dependant, *, status: int, answer: Any, strict: bool = True) -> Run:
    """Compile a handler whose parameters are a `Call`, path, query and header values, and a JSON body.

    `answer` is the field of the response model, None where the handler always answers with a `Response`. `strict`: a
    query parameter that is not known is refused, as a field of a body is: a filter that was misspelt filters nothing.
    """
    endpoint: Any = dependant.call
    if dependant.dependencies or dependant.cookie_params or dependant.response_param_name:
        raise TypeError(f"{endpoint.__name__}: a handler takes a Call, path, query and header values, and a body")
    call_name = dependant.request_param_name
    path = [(field, field.name, field.alias) for field in dependant.path_params]
    query = [_source(field) for field in dependant.query_params]
    headers = [
        (field, name, alias.replace("_", "-"), whole)
        for field, name, alias, whole in map(_source, dependant.header_params)
    ]
    body = dependant.body_params[0] if dependant.body_params else None
    # A model of all parameters refuses what it does not know by itself.
    known = None if any(whole for *_, whole in query) else frozenset(alias for _, _, alias, _ in query)

    async def run(call: Call) -> Response:
        arguments: dict[str, Any] = {}
        errors: list[Any] = []
        if call_name is not None:
            arguments[call_name] = call
        for field, name, alias in path:
            arguments[name], found = field.validate(call.path_params[alias], loc=("path", alias))
            errors += found
        if strict and known is not None and call.scope["query_string"]:
            errors += [
                {"type": "extra_forbidden", "loc": ("query", name), "msg": "There is no such parameter", "input": None}
                for name in call.query_params.keys() - known
            ]
        if query:
            _read(query, call.query_params, "query", arguments, errors)
        if headers:
            _read(headers, call.headers, "header", arguments, errors)
        if body is not None:
            arguments[body.name], found = body.validate(call.parsed, loc=("body",))
            errors += found
        if errors:
            raise RequestValidationError(errors, body=call.parsed)
        result = await endpoint(**arguments)
        return result if isinstance(result, Response) else _response(result, status, answer)

    return run


def _source(field: Any) -> tuple[Any, str, str, bool]:
    """(field, its parameter, its name in the request, whether it is a model of all of them)."""
    annotation = field.field_info.annotation
    whole = isinstance(annotation, type) and issubclass(annotation, BaseModel)
    name = field.alias if whole or field.field_info.alias else field.name
    return field, field.name, name, whole


def _read(
    fields: list[tuple[Any, str, str, bool]], given: Any, place: str, arguments: dict[str, Any], errors: list[Any]
) -> None:
    for field, name, alias, whole in fields:
        if whole:
            arguments[name], found = field.validate(dict(given), loc=(place,))
            errors += found
            continue
        value = given.get(alias)
        if value is not None:
            arguments[name], found = field.validate(value, loc=(place, alias))
            errors += found
            continue
        default = field.get_default()
        if default is PydanticUndefined:
            errors.append({"type": "missing", "loc": (place, alias), "msg": "Field required", "input": None})
        else:
            arguments[name] = default


def _response(result: Any, status: int, answer: Any) -> Response:
    if answer is None:
        return Response(status_code=status)
    value, errors = answer.validate(result, loc=("response",))
    if errors:
        raise TypeError(f"the handler's answer does not fit its model: {[(e['loc'], e['type']) for e in errors]}")
    return Response(answer.serialize_json(value), status, media_type="application/json")
