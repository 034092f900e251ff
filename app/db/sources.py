"""A process's memory of which source has which slug. A source never changes its slug, so nothing expires."""

from uuid import UUID


class SourceCache:
    """(tenant, slug) ⇄ source id, filled only with what has been committed."""

    def __init__(self, *, limit: int = 10_000) -> None:
        self._ids: dict[tuple[UUID, str], UUID] = {}
        self._slugs: dict[tuple[UUID, UUID], str] = {}
        self._limit = limit

    def id_of(self, tenant_id: UUID, slug: str) -> UUID | None:
        return self._ids.get((tenant_id, slug))

    def slug_of(self, tenant_id: UUID, source_id: UUID) -> str | None:
        return self._slugs.get((tenant_id, source_id))

    def remember(self, tenant_id: UUID, slug: str, source_id: UUID) -> None:
        if len(self._ids) >= self._limit:
            self._ids.clear()
            self._slugs.clear()
        self._ids[tenant_id, slug] = source_id
        self._slugs[tenant_id, source_id] = slug
