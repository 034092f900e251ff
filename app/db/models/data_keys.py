"""Keys of what is sealed and is no customer's profile: a message in the inbox, a shop's credentials, a secret."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Integer, LargeBinary, PrimaryKeyConstraint, String, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from app.db.models.base import Base, moment


class DataKey(Base):
    """The key of one owner (the row it seals), wrapped by the tenant's. Kept apart from what it seals, as customers'
    keys are: a backup of these two tables that ends sooner makes what was deleted unreadable in older ones."""

    __tablename__ = "data_keys"
    __table_args__ = (PrimaryKeyConstraint("tenant_id", "owner_id", "kind"),)

    tenant_id: Mapped[UUID] = mapped_column(Uuid)
    owner_id: Mapped[UUID] = mapped_column(Uuid)
    kind: Mapped[str] = mapped_column(String(16))
    version: Mapped[int] = mapped_column(Integer)
    wrapped: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[datetime] = moment()
