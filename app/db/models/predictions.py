"""The models that predict what a tenant's customers will buy."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Float, Integer
from sqlalchemy.orm import Mapped, mapped_column

from app.db.models.base import Base, key, moment


class PredictionModel(Base):
    """Their parameters as they were fitted last: BG/NBD for weeks, Gamma-Gamma for the reporting currency (NULL where
    too few orders have an amount). They describe all customers together and nobody by herself."""

    __tablename__ = "prediction_models"

    tenant_id: Mapped[UUID] = key()
    fitted_at: Mapped[datetime] = moment()
    sample: Mapped[int] = mapped_column(Integer)
    repeat_sample: Mapped[int] = mapped_column(Integer)
    r: Mapped[float] = mapped_column(Float)
    alpha: Mapped[float] = mapped_column(Float)
    a: Mapped[float] = mapped_column(Float)
    b: Mapped[float] = mapped_column(Float)
    p: Mapped[float | None] = mapped_column(Float)
    q: Mapped[float | None] = mapped_column(Float)
    gamma: Mapped[float | None] = mapped_column(Float)
