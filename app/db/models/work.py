"""What every table has that the worker takes its work from, and the jobs that are nothing but work."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index, Integer, SmallInteger, String, text
from sqlalchemy.orm import Mapped, declared_attr, mapped_column

from app.db.models.base import Base, json_value, key, moment, reference


class Work:
    """A row that is to be worked on once `due_at` has come; NULL: it is finished, one way or the other.

    Who takes it moves `due_at` to when the lease ends, so that what a killed worker had taken becomes due again by
    itself, and counts `attempts`, by which whoever was too slow knows that another has it now.
    """

    due_at: Mapped[datetime | None] = moment(nullable=True)
    attempts: Mapped[int] = mapped_column(SmallInteger, server_default="0")
    created_at: Mapped[datetime] = moment()
    finished_at: Mapped[datetime | None] = moment(nullable=True)
    state: Mapped[str] = mapped_column(String(16))
    # Why it failed: a code and words of ours, never a value of anybody's.
    error_code: Mapped[str | None] = mapped_column(String(64))
    error_detail: Mapped[str | None] = mapped_column(String(1000))

    @declared_attr.directive
    def __table_args__(cls) -> tuple[Any, ...]:
        table = cls.__tablename__  # type: ignore[attr-defined]
        columns = getattr(cls, "__due_by__", ("due_at",))
        due = Index(f"{table}_due_idx", "tenant_id", *columns, postgresql_where=text("due_at IS NOT NULL"))
        return (due, *getattr(cls, "__more_args__", ()))


class Job(Work, Base):
    """Something to be asked of a shop: one object, what has changed, or its whole history.

    One that waits stands for every wish for the same: `wanted` counts them, so that a wish which comes while it is
    being done leads to its being done again.
    """

    __tablename__ = "jobs"
    __more_args__ = (
        Index(
            "jobs_waiting_idx",
            "tenant_id",
            "source_id",
            "kind",
            "object_kind",
            "object_id",
            unique=True,
            postgresql_where=text("due_at IS NOT NULL"),
        ),
    )

    tenant_id: Mapped[UUID] = key()
    job_id: Mapped[UUID] = key()
    source_id: Mapped[UUID] = reference()
    kind: Mapped[str] = mapped_column(String(16))
    object_kind: Mapped[str] = mapped_column(String(32), server_default="")
    object_id: Mapped[str] = mapped_column(String(255), server_default="")
    hint: Mapped[str] = mapped_column(String(255), server_default="")
    wanted: Mapped[int] = mapped_column(Integer, server_default="1")
    # Where a list stands, and how much has been done; nothing personal.
    progress: Mapped[Any] = json_value(server_default="{}")
