"""A case with something frozen of every kind, made as bare rows: what a check of the record needs."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID, uuid4

from sqlalchemy import select

from sandbox.adapters.blobs import store_at
from sandbox.domain.actions import Action
from sandbox.domain.actors import Actor, Role
from sandbox.domain.canonical import record_hash
from sandbox.extensions import db
from sandbox.models.applications import ApplicationVersion, DossierDocument
from sandbox.models.assessments import Position
from sandbox.models.base import now
from sandbox.models.catalogue import Instrument
from sandbox.models.decisions import Condition, Decision, Edition
from sandbox.models.desks import Case
from sandbox.services import trail
from sandbox.services.unit import use_case
from tests.factories import Made, Maker


@dataclass(frozen=True)
class World:
    """A case with something frozen of every kind, and the ids by table."""

    case: Made
    signatory: Actor
    ids: dict[str, UUID]

    @property
    def scope(self) -> str:
        return f"case:{self.case.id}"


@use_case
def _frozen(made: Made, signatory: Actor, officer: Actor, blobs: str) -> dict[str, UUID]:
    case = db.session.get_one(Case, made.id)
    store = store_at(blobs)
    file, pdf = store.put(b"the plan"), store.put(b"%PDF- the instrument")
    document = DossierDocument(
        application_id=made.application_id, name="plan.txt", media_type="text/plain", size=8, sha256=file.sha256,
        uploaded_by=signatory.person_id,
    )  # fmt: skip
    db.session.add(document)
    db.session.flush()
    record = {"documents": [{"id": str(document.id), "sha256": file.sha256}], "n": 1.5}
    version = ApplicationVersion(
        application_id=made.application_id, question_set_id=Maker().questions(), number=2, record=record,
        sha256=record_hash(record),
        submission_key=str(uuid4()), submitted_by=signatory.person_id, submitted_at=now(),
    )  # fmt: skip
    desk_id = made.desks["FCA"]
    position = Position(
        case_id=case.id, desk_id=desk_id, application_version_id=case.current_version_id, recommendation="approve",
        summary="Ready, at last.", record={"criteria": ["a", "b"]}, sha256="1" * 64, filed_by=officer.person_id,
        filed_at=now(),
    )  # fmt: skip
    edition = Edition(
        case_id=case.id, kind="instrument", name="instrument-fca", number=f"N{uuid4().hex[:8]}", record={"a": "ü"},
        record_sha256="2" * 64, prepared_sha256=pdf.sha256, sha256=pdf.sha256, code=uuid4().hex[:16], expected=["s"],
    )  # fmt: skip
    db.session.add_all([version, position, edition])
    db.session.flush()
    decision = Decision(
        case_id=case.id, desk_id=desk_id, number=f"D{uuid4().hex[:8]}", action="approve", reasons="Because.",
        instrument_id=db.session.execute(select(Instrument.id).limit(1)).scalar_one(), edition_id=edition.id,
        application_version_id=case.current_version_id, drafted_by=officer.person_id, effective_on=now().date(),
        state="ready_to_sign",
    )  # fmt: skip
    db.session.add(decision)
    db.session.flush()
    condition = Condition(
        case_id=case.id, decision_id=decision.id, authority_id=officer.organisation_id, number="FCA-1", kind="limit",
        title="Customers", text="At most.", metric="customers", comparator="at_most", threshold=Decimal("40.5"),
        window="at_any_time",
    )  # fmt: skip
    db.session.add(condition)
    db.session.flush()
    trail.record(f"case:{made.id}", Action.APPLICATION_SUBMIT, signatory, {"firm", "desk:FCA"}, case_id=made.id,
                 froze=[version], detail={"note": "first"})  # fmt: skip
    trail.record(f"case:{made.id}", Action.POSITION_FILE, officer, {"desk:FCA"}, case_id=made.id, froze=[position])
    trail.record(f"case:{made.id}", Action.DECISION_SEND_TO_SIGNATURE, officer, {"desk:FCA"}, case_id=made.id,
                 froze=[decision, edition, condition])  # fmt: skip
    return {
        "application_version": version.id, "position": position.id, "edition": edition.id, "decision": decision.id,
        "condition": condition.id, "dossier_document": document.id,
    }  # fmt: skip


def make_world(blobs: str, maker: Maker) -> World:
    """A case with a version, a position, a decision with a condition, an edition and a document, all in its chain."""
    signatory = maker.person(maker.firm(), Role.SIGNATORY, name="Ada Example")
    officer = maker.staff("FCA", Role.CASE_OFFICER)
    made = maker.case(signatory)
    ids = _frozen(made, signatory, officer, blobs)
    return World(made, signatory, ids)
