"""Promotion centres: the table of those who keep the members of regions, and its queries."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import ForeignKey, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship, selectinload

from app.storage.mapping import Table, now


class CentreRegion(Table):
    """A region a centre is responsible for; several centres may share one."""

    __tablename__ = "centre_region"

    centre_id: Mapped[str] = mapped_column(ForeignKey("centre.id", ondelete="CASCADE"), primary_key=True)
    region: Mapped[str] = mapped_column(ForeignKey("region.code"), primary_key=True)


class Centre(Table):
    """A promotion centre. Its id is what organisations name in `centre_id`."""

    __tablename__ = "centre"

    id: Mapped[str] = mapped_column(primary_key=True)
    name_ru: Mapped[str]
    name_en: Mapped[str]
    version: Mapped[int] = mapped_column()
    created_at: Mapped[datetime] = mapped_column(default=now)
    updated_at: Mapped[datetime] = mapped_column(default=now, onupdate=now)

    areas: Mapped[list[CentreRegion]] = relationship(
        lazy="raise", cascade="all, delete-orphan", order_by=CentreRegion.region, passive_deletes=True
    )

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012

    @property
    def regions(self) -> list[str]:
        """The codes of its regions."""
        return sorted(area.region for area in self.areas)

    def take_regions(self, codes: Iterable[str]) -> None:
        """Make these its regions."""
        kept = {area.region: area for area in self.areas}
        self.areas[:] = [kept.get(code) or CentreRegion(region=code) for code in sorted(set(codes))]
        self.updated_at = now()


def get(session: Session, centre_id: str) -> Centre | None:
    """The centre with this id, with its regions."""
    return session.scalar(select(Centre).where(Centre.id == centre_id).options(selectinload(Centre.areas)))


def all_centres(session: Session) -> list[Centre]:
    """Every centre with its regions, by id."""
    return list(session.scalars(select(Centre).order_by(Centre.id).options(selectinload(Centre.areas))))
