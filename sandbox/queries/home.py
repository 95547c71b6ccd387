"""Does the portal answer?"""

from __future__ import annotations

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from sandbox.extensions import db


def database_answers() -> bool:
    """True when the database answers a question."""
    try:
        return bool(db.session.execute(text("SELECT 1")).scalar_one())
    except SQLAlchemyError:
        db.session.rollback()
        return False
