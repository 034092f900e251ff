"""Lists that the code knows best, as pieces of pages: errors, settings, commands, messages to subscribers."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sphinx_steps.shapes import cell


def parts(specification: Path) -> dict[str, str]:
    """File name → Markdown."""
    return {
        "_parts/errors.md": _errors(),
        "_parts/settings.md": _settings(),
        "_parts/commands.md": "\n\n".join(_commands()) + "\n",
        "_parts/message-types.md": _message_types(specification),
        "_parts/message-fields.md": _message_fields(),
        "_parts/scopes.md": _scopes(),
    }


def _errors() -> str:
    from app.errors import AppError

    kinds = sorted(set(_below(AppError)), key=lambda kind: (kind.status, kind.slug))
    return "\n\n".join(f"### {kind.slug}\n\n{kind.status} · {kind.title}." for kind in kinds) + "\n"


def _below(kind: type[Any]) -> Iterator[type[Any]]:
    import app.main  # noqa: F401  what raises errors defines them: all of it is to be known

    for below in kind.__subclasses__():
        # What refuses the start of a process is told on its terminal and is no answer of the API.
        if not below.__module__.startswith(("app.serving", "app.startup", "app.db")) and below.slug not in _AT_START:
            yield below
        yield from _below(below)


_AT_START = ("embedded-database", "master-key", "sealed-data")


def _settings() -> str:
    from app.settings import Settings

    rows = ["| variable | default | meaning |", "|---|---|---|"]
    for name, field in Settings.model_fields.items():
        default = "" if field.default is None else f"`{field.default}`"
        rows.append(f"| `CLIENTELA_{name.upper()}` | {default.lower()} | {cell(field.description or '')} |")
    return "\n".join(rows) + "\n"


def _commands() -> Iterator[str]:
    import typer.main

    from app.cli import app

    yield from _command(typer.main.get_command(app), "clientela")


def _command(command: Any, name: str) -> Iterator[str]:
    if command.hidden:
        return
    below = getattr(command, "commands", {})
    if not below:
        yield _usage(command, name)
    for one in below:
        yield from _command(below[one], f"{name} {one}")


def _usage(command: Any, name: str) -> str:
    rows = []
    words = [name]
    for parameter in command.params:
        if parameter.param_type_name == "argument":
            words.append(parameter.name.upper())
            shown = parameter.name.upper()
        else:
            shown = ", ".join([*parameter.opts, *parameter.secondary_opts])
            if shown == "--help":
                continue
            if parameter.required:
                words.append(f"{parameter.opts[0]} …")
        must = " *" if parameter.required else ""
        rows.append(f"| `{shown}`{must} | {cell(getattr(parameter, 'help', None) or '')}{_default(parameter)} |")
    text = " ".join((command.help or "").split())
    table = ["| | |", "|---|---|", *rows] if rows else []
    return "\n\n".join(part for part in (f"### {name}", f"`{' '.join(words)}`", text, "\n".join(table)) if part)


def _default(parameter: Any) -> str:
    if parameter.default is None or parameter.default is False or parameter.required or callable(parameter.default):
        return ""
    return f" Default: `{parameter.default}`."


def _message_types(specification: Path) -> str:
    told = json.loads(specification.read_text())["webhooks"]
    rows = ["| type | when |", "|---|---|"]
    rows += [f"| `{kind}` | {cell(item['post']['summary'])} |" for kind, item in told.items()]
    return "\n".join(rows) + "\n"


def _message_fields() -> str:
    from app.domain.messages import FIELDS, PERSONAL_FIELDS

    rows = ["| of | fields |", "|---|---|"]
    for noun, names in FIELDS.items():
        shown = (f"`{noun}.{name}`{' †' if f'{noun}.{name}' in PERSONAL_FIELDS else ''}" for name in names)
        rows.append(f"| {noun.replace('_', ' ')} | {', '.join(shown)} |")
    return "\n".join(rows) + "\n"


def _scopes() -> str:
    from app.domain.api_keys import PUBLISHABLE_SCOPES, Scope
    from app.main import ROUTERS

    opened: dict[Any, list[str]] = {scope: [] for scope in Scope}
    for router in ROUTERS:
        for route in router.routes:
            if route.include_in_schema:
                for scope in vars(route.endpoint)["__access__"].scopes:
                    opened[scope].append(route.name)
    rows = ["| scope | opens | publishable keys |", "|---|---|---|"]
    for scope, names in opened.items():
        links = ", ".join(f"[{name}](#{name})" for name in sorted(set(names)))
        said = links or "[what is masked](../concepts/encryption.md) for others"
        rows.append(f"| `{scope}` | {said} | {'yes' if scope in PUBLISHABLE_SCOPES else 'no'} |")
    return "\n".join(rows) + "\n"
