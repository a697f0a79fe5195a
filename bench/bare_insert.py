"""What points are measured beside: Flask and SQLAlchemy that insert one row for a POST, and nothing else."""

import os
import tempfile

import sqlalchemy as sa
from flask import Flask, request
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column


class Base(DeclarativeBase):
    """Its own tables."""


class Bare(Base):
    """A row with a number."""

    __tablename__ = "bench_bare"

    id: Mapped[int] = mapped_column(primary_key=True)
    value: Mapped[float]


url = os.environ.get("DATABASE_URL") or f"sqlite:///{os.environ.get('INSTANCE', tempfile.gettempdir())}/bare.sqlite"
engine = sa.create_engine(url.replace("postgresql://", "postgresql+psycopg://", 1))
if engine.dialect.name == "sqlite":

    @sa.event.listens_for(engine, "connect")
    def _tune(connection, _record):  # type: ignore[no-untyped-def]
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute("PRAGMA busy_timeout = 5000")


app = Flask(__name__)


@app.get("/")
def ready() -> str:
    """Make the table; two workers may do so at once."""
    Base.metadata.create_all(engine)
    return "ready"


@app.post("/points")
def insert() -> dict[str, float]:
    """One row."""
    with Session(engine) as session:
        row = Bare(value=request.get_json()["value"])
        session.add(row)
        session.commit()
        return {"id": row.id, "value": row.value}
