"""Two versions of the specification, compared for who uses an SDK of the old one (docs/decisions/0022)."""

from collections.abc import Iterator, Mapping
from typing import Any

from tests.contract.openapi_rules import METHODS, PROBLEM, operations
from tests.contract.schema_compatibility import Use, differences

Spec = Mapping[str, Any]
Operation = Mapping[str, Any]


def breaking_changes(old: Spec, new: Spec) -> list[str]:
    """Every change that breaks somebody, each as one line that says where. None: the new version may be released."""
    use = Use(_components(old, "schemas"), _components(new, "schemas"), answers=False)
    now = dict(operations(new))
    found: list[str] = []
    for where, operation in operations(old):
        if where not in now:
            found.append(f"{where}: is gone")
        else:
            found += _operation(use, where, _complete(old, operation), _complete(new, now[where]))
    found += _messages(use, old, new)
    gone = sorted(_components(old, "schemas").keys() - _components(new, "schemas").keys())
    found += [f"{name}: the schema is gone, and with it the class in clients" for name in gone]
    found += [f"{slug}: this kind of problem is gone" for slug in sorted(_problems(old) - _problems(new))]
    return list(dict.fromkeys(found))


def _complete(spec: Spec, operation: Operation) -> Operation:
    return {"security": spec.get("security", []), **operation}


def _operation(use: Use, where: str, old: Operation, new: Operation) -> Iterator[str]:
    if old["operationId"] != new["operationId"]:
        yield f"{where}: is called {new['operationId']}, was {old['operationId']}"
    if old.get("tags") != new.get("tags"):
        yield f"{where}: is among {new.get('tags')}, was among {old.get('tags')}, which is a module of clients"
    yield from _scopes(where, old, new)
    yield from _parameters(use, where, old, new)
    yield from _body(use, where, old, new)
    yield from _answers(use, where, old, new)


def _scopes(where: str, old: Operation, new: Operation) -> Iterator[str]:
    """A key that could call must still be able to: one of the new ways asks for no more than the old one."""
    ways = new.get("security", [])
    for way in old.get("security", []):
        for key, scopes in way.items():
            asked = [set(now[key]) - set(scopes) for now in ways if key in now]
            if not asked and ways:
                yield f"{where}: a {key} may not call it any more"
            elif asked and all(asked):
                yield f"{where}: needs {', '.join(sorted(min(asked, key=len)))} too"
    if not old.get("security", []) and ways:
        yield f"{where}: needs a key"


def _parameters(use: Use, where: str, old: Operation, new: Operation) -> Iterator[str]:
    was, now = _named(old), _named(new)
    for (place, name), parameter in was.items():
        at = f"{where} {place} {name}"
        other = now.get((place, name))
        if other is None:
            yield f"{at}: is gone"
            continue
        if other.get("required") and not parameter.get("required"):
            yield f"{at}: is required"
        yield from differences(use.turned(answers=False), at, parameter["schema"], other["schema"])
    for place, name in sorted(now.keys() - was.keys()):
        if now[place, name].get("required"):
            yield f"{where} {place} {name}: is new and required"


def _named(operation: Operation) -> dict[tuple[str, str], Any]:
    # Names of header fields have no case (RFC 9110 section 5.1).
    return {
        (one["in"], one["name"].lower() if one["in"] == "header" else one["name"]): one
        for one in operation.get("parameters", ())
    }


def _body(use: Use, where: str, old: Operation, new: Operation) -> Iterator[str]:
    was, now = old.get("requestBody"), new.get("requestBody")
    if was is None:
        if now is not None and now.get("required"):
            yield f"{where}: needs a body"
        return
    if now is None:
        yield f"{where}: takes no body any more"
        return
    if now.get("required") and not was.get("required"):
        yield f"{where}: needs a body"
    yield from _contents(use.turned(answers=False), f"{where} request", was, now)


def _contents(use: Use, where: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[str]:
    was, now = old.get("content", {}), new.get("content", {})
    for media_type, content in was.items():
        if media_type not in now:
            yield f"{where}: is no {media_type} any more"
        else:
            yield from differences(use, where, content.get("schema", {}), now[media_type].get("schema", {}))
    if use.answers:
        yield from (f"{where}: may be {media_type}" for media_type in now if media_type not in was)


def _answers(use: Use, where: str, old: Operation, new: Operation) -> Iterator[str]:
    """Successes are told apart by their status, so none may come or go. A new kind of refusal is one more problem."""
    was, now = old["responses"], new["responses"]
    for status in sorted(was.keys() | now.keys()):
        at = f"{where} {status}"
        if not status.startswith("2") and (status not in was or status not in now):
            continue
        if status not in was:
            yield f"{at}: is a new success"
        elif status not in now:
            yield f"{at}: is no success any more"
        else:
            yield from _contents(use.turned(answers=True), at, was[status], now[status])
            gone = was[status].get("headers", {}).keys() - now[status].get("headers", {}).keys()
            yield from (f"{at}: the header {name} is gone" for name in sorted(gone))


def _messages(use: Use, old: Spec, new: Spec) -> Iterator[str]:
    """What subscribers are sent: to them it is an answer."""
    now = new.get("webhooks", {})
    for kind, item in old.get("webhooks", {}).items():
        if kind not in now:
            yield f"{kind}: nobody is told of it any more"
            continue
        for method in (method for method in METHODS if method in item):
            was, body = item[method]["requestBody"], now[kind][method]["requestBody"]
            yield from _contents(use.turned(answers=True), kind, was, body)


def _problems(spec: Spec) -> set[str]:
    """The kinds of problems that are named anywhere."""
    return {
        slug
        for _, operation in operations(spec)
        for response in operation["responses"].values()
        for slug in response.get("content", {}).get(PROBLEM, {}).get("examples", {})
    }


def _components(spec: Spec, kind: str) -> dict[str, Any]:
    found: dict[str, Any] = spec.get("components", {}).get(kind, {})
    return found
