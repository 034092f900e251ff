"""Sources: where data comes from."""

from uuid import UUID

from app.db.queries import tenants as query
from app.db.tx import Tx
from app.domain import normalize
from app.domain.api_keys import Caller, KeyKind
from app.domain.tenants import SOURCE_KINDS, Source
from app.errors import Conflict, FieldError, Invalid, NotFound

DEFAULT_SLUG = "api"


class UnknownSource(Invalid):
    slug, title = "unknown-source", "The source does not exist"

    def __init__(self, pointer: str = "") -> None:
        message = "A source that was named does not exist: create it first, with POST /v1/sources."
        super().__init__(message, errors=(FieldError(pointer, "unknown_source", message),))


class UnknownSourceId(NotFound):
    slug, title = "unknown-source-id", "There is no such source"


class SourceExists(Conflict):
    slug, title = "source-exists", "There is a source with this slug"


async def create(tx: Tx, *, slug: str, kind: str, name: str | None) -> Source:
    slug = normalize.source_slug(slug, pointer="/slug")
    if name is not None:
        name = normalize.line(name, pointer="/name", max_length=200, what="name")
    if kind not in SOURCE_KINDS:
        raise Invalid.at("/kind", "unknown_value", f"One of: {', '.join(SOURCE_KINDS)}.")
    created = await query.insert_source(tx, slug=slug, kind=kind, name=name or slug)
    if created is None:
        raise SourceExists("Choose another slug, or use the source that exists.")
    return created


async def list_all(tx: Tx) -> list[Source]:
    return await query.list_sources(tx)


async def require(tx: Tx, source_id: UUID) -> str:
    """The slug of this source. UnknownSourceId where the tenant has none of this id."""
    found = await slugs(tx, {source_id})
    if source_id not in found:
        raise UnknownSourceId
    return found[source_id]


async def named(tx: Tx, slug: str) -> UUID:
    """The source with this slug, which is not made by asking. UnknownSource where there is none."""
    found = await query.source_ids(tx, {slug})
    if slug not in found:
        raise UnknownSource
    return found[slug]


async def slugs(tx: Tx, source_ids: set[UUID]) -> dict[UUID, str]:
    return await query.source_slugs(tx, source_ids)


async def ids(tx: Tx, slugs: set[str], *, caller: Caller | None) -> dict[str, UUID]:
    """Slug → id; UnknownSource unless `known` knows them all."""
    found = await known(tx, slugs, caller=caller)
    if slugs - found.keys():
        raise UnknownSource
    return found


async def known(tx: Tx, slugs: set[str], *, caller: Caller | None) -> dict[str, UUID]:
    """Slug → id, for those that exist. Others are created on first use by a secret key, unless the tenant is strict."""
    may_create = (caller is None or caller.kind is KeyKind.SECRET) and not tx.tenant.strict_sources
    if may_create:
        return await query.ensure_sources(tx, slugs, kind="api")
    if DEFAULT_SLUG in slugs:
        await query.ensure_sources(tx, {DEFAULT_SLUG}, kind="api")
    return await query.source_ids(tx, slugs)
