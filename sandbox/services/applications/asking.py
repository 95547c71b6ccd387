"""Whose overlays an application is asked, and which questions fall away.

Rule: the overlay of an authority is asked where a dry routing of the answers reaches it, or it has a desk in the case.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from sandbox.domain.coverage import spared_paths
from sandbox.domain.questions import QuestionSet
from sandbox.extensions import db
from sandbox.models.applications import Application
from sandbox.models.desks import Case
from sandbox.services import desks
from sandbox.services.requirements import standing


def authorities(application: Application, questions: QuestionSet, sections: Mapping[str, Any]) -> frozenset[str]:
    """Whose overlays are asked where these answers stand."""
    if not any(question.authorities for question in questions):
        return frozenset()
    case_id = db.session.scalar(select(Case.id).where(Case.application_id == application.id))
    there = desks.codes(case_id) if case_id else ()
    return frozenset(desks.routes(application.programme_id, sections)).union(there)


def spared(questions: QuestionSet, codes: frozenset[str], sections: Mapping[str, Any]) -> frozenset[str]:
    """The questions that fall away today, because one of these authorities rests on what another asks."""
    if not codes:
        return frozenset()
    requirements, links = standing(codes)
    return spared_paths(questions.asked_by(codes), codes, requirements, links, sections)


__all__ = ["authorities", "spared"]
