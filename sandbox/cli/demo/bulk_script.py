"""What the bulk cases are made of, prepared once: desks with their teams and views, dossiers with gaps, invented firms.

The words are those of the demonstration's stories; a desk has four ready views, so that desks differ.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sqlalchemy import select

from sandbox.cli.demo import scenes, story
from sandbox.cli.demo.bulk_rows import Form, bare, dashed, plain, sha256
from sandbox.cli.demo.firms import FIRMS
from sandbox.cli.demo.personas import FirmPersona
from sandbox.cli.demo.story import Cast
from sandbox.domain import audiences
from sandbox.domain.actors import SYSTEM, Actor
from sandbox.domain.canonical import record_hash
from sandbox.domain.conditions import CONDITION_FIELDS
from sandbox.domain.divergences import differences
from sandbox.domain.dossier import Vocabulary
from sandbox.domain.search import searchable
from sandbox.domain.sections import FIRM, PLAN, working_record
from sandbox.extensions import db
from sandbox.models.catalogue import Authority, Criterion, Programme, ProgrammeAuthority
from sandbox.services import desks, questions
from sandbox.services.divergences import condition_views, criterion_views, stored
from sandbox.services.search import dossier_text, position_words

DUTIES = ("intake", "coordinator", "case", "specialist", "decision")
ASSIGNED = {"case": 1.0, "specialist": 0.2, "decision": 0.2}  # duty → how often on the desk
MAY_WAIT = frozenset({"specialist", "decision"})  # who has not always declared yet
COMPLETE = "The application is complete for our purposes."
INCOMPLETE = "Please answer within ten working days."
MISSING = [
    {"reason": "Say who can halt the test outside business hours.", "fields": ["test_plan.safeguards_text"]},
    {"reason": "The custody contract.", "fields": []},
]
REFUSED = "The product is not among those that this programme tests."
OPTED_OUT = "We have no remit for the product in the form in which it is now proposed."
DIFFER = "Each authority keeps its own view under its own law."
VIEWS = 4


def event_body(actor: Actor | Mapping[str, Any], detail: Mapping[str, Any], froze: str = "") -> dict[str, Any]:
    """The body of an event as `services.trail` writes it. `froze` names the gap-filled table, if any."""
    who = actor if not isinstance(actor, Actor) else named(actor)
    frozen = [{"table": froze, "id": f"⟦{froze}⟧", "digest": "⟦digest⟧"}] if froze else []
    return {"actor": dict(who), "detail": dict(detail), "froze": frozen, "released": []}


def named(actor: Actor) -> dict[str, Any]:
    """An actor as events name one."""
    person = str(actor.person_id) if actor.person_id else None
    return {"person": person, "name": actor.name, "organisation": actor.organisation_name}


@dataclass(frozen=True, slots=True)
class Stand:
    """One ready view of a desk: rows of findings and conditions without their ids, and the frozen record."""

    recommendation: str
    summary: str
    findings: tuple[tuple[str, str, str, str], ...]  # criterion, value, reasons, indicators
    conditions: tuple[tuple[Any, ...], ...]  # the columns of CONDITION_FIELDS as stored
    record: Mapping[str, Any]
    text: str
    sha256: str
    found_by: str


class Team:
    """One authority: its people of the demonstration and what they write."""

    def __init__(self, cast: Cast, authority: Authority, member: ProgrammeAuthority) -> None:
        self.authority, self.code, self.id = authority, authority.code, bare(authority.id)
        self.party = audiences.desk(self.code)
        self.part, self.required = member.part, int(member.required)
        self.may_refuse = authority.may_refuse_to_review
        self.actors = {duty: cast.staff(self.code, duty) for duty in DUTIES}
        self.people = {duty: bare(actor.me) for duty, actor in self.actors.items()}
        self.stands = tuple(self._stand(view) for view in range(VIEWS))
        self.bodies = self._bodies()

    @cached_property
    def criteria(self) -> list[Criterion]:
        return list(
            db.session.scalars(
                select(Criterion)
                .where(Criterion.authority_id == self.authority.id, Criterion.current.is_(True))
                .order_by(Criterion.position),
            ),
        )

    def _stand(self, view: int) -> Stand:
        """View 0 finds all met, 1 and 2 one criterion in part or with a lower limit, 3 refuses."""
        odd = {1: 0, 2: len(self.criteria) - 1, 3: len(self.criteria) - 1}.get(view)
        values = {place: ("not_met" if view == 3 else "partly") for place in (odd,)}
        findings, found = [], []
        for place, row in enumerate(self.criteria):
            value = values.get(place, "met")
            reasons = story.REASONS[value].format(title=row.title)
            signs = row.content["positive"][:1] if value == "met" else row.content["negative"][:1]
            findings.append((bare(row.id), value, reasons, plain(signs)))
            found.append(
                {"criterion": row.code, "criterion_number": row.number, "title": row.title, "joint": row.joint,
                 "value": value, "reasons": reasons, "indicators": list(signs)},
            )  # fmt: skip
        asked = [] if view == 3 else scenes.conditions(self.code, "500000" if view == 2 else "2000000")
        rows = [_asked(one) for one in asked]
        recommendation = "refuse" if view == 3 else scenes.APPROVE
        record = {
            "schema": "position/1", "recommendation": recommendation, "summary": scenes.SUMMARY, "findings": found,
            "conditions": rows,
        }  # fmt: skip
        stored = tuple(tuple(_stored(name, row[name]) for name in CONDITION_FIELDS) for row in rows)
        return Stand(
            recommendation,
            scenes.SUMMARY,
            tuple(findings),
            stored,
            record,
            plain(record),
            record_hash(record),
            searchable(position_words(scenes.SUMMARY, rows)),
        )

    def _bodies(self) -> dict[str, str]:
        """The bodies of events that say the same in every case."""
        found = {
            "screen": event_body(self.actors["intake"], {}),
            "complete": event_body(self.actors["intake"], {"missing": [], "message": COMPLETE}),
            "incomplete": event_body(
                self.actors["intake"], {"missing": [row["reason"] for row in MISSING], "message": INCOMPLETE}
            ),
            "refuse": event_body(self.actors["coordinator"], {"missing": [], "message": REFUSED}),
            "opt_out": event_body(self.actors["coordinator"], {"reason": OPTED_OUT}),
            "open": event_body(SYSTEM, {}),
            "close": event_body(SYSTEM, {}),
        }
        for duty, actor in self.actors.items():
            found[f"assign {duty}"] = event_body(self.actors["intake"], {"person": actor.name})
            for outcome in ("none", "managed", "recused"):
                found[f"declare {duty} {outcome}"] = event_body(actor, {"outcome": outcome, "kinds": []})
        return {name: plain(body) for name, body in found.items()}

    @cached_property
    def filed(self) -> Form:
        """The body of filing a position."""
        detail = {"position": "⟦position⟧", "sha256": "⟦sha256⟧"}
        return Form(event_body(self.actors["case"], detail, froze="position"))

    def settled(self, title: str) -> str:
        """The body of agreeing to differ."""
        detail = {"divergence": title, "choice": "agree_to_differ", "text": DIFFER}
        return plain(event_body(self.actors["case"], detail))


def _asked(condition: Mapping[str, Any]) -> dict[str, Any]:
    """A condition as a position's record has it."""
    row = {name: condition.get(name) for name in CONDITION_FIELDS} | {"legal_basis": ""}
    amount = row["threshold"]
    return row | {"threshold": None if amount is None else format(amount.normalize(), "f")}


def _stored(name: str, value: Any) -> Any:
    if name == "jurisdictions":
        return plain(value or [])
    if name == "threshold":
        return None if value is None else int(value) * 10_000
    return int(bool(value)) if name == "precedent_to_start" else value


class Dossier:
    """One product of the demonstration's firms as a dossier with gaps for the firm and the reference."""

    def __init__(self, firm: FirmPersona, programme: Programme, teams: Mapping[str, Team]) -> None:
        self.title = firm.product
        answers = story.asked(scenes.PROGRAMME, scenes.answers(firm))
        answers[FIRM] |= {
            "legal_name": "⟦firm⟧", "lei": "⟦lei⟧", "company_number": "⟦company⟧", "contact_name": "⟦person⟧",
            "contact_email": "⟦email⟧",
        }  # fmt: skip
        asked = questions.newest(programme.id)
        self.question_set = bare(asked.id)
        because = desks.routes(programme.id, answers)
        record = working_record(questions.questions(asked.id), set(because), answers, []) | {
            "reference": "⟦reference⟧",
            "programme": programme.code,
            "version": 1,
            "test_plan_sha256": record_hash(answers[PLAN]),
        }
        self.record = Form(record)
        self.found_by = _searchable(self.record, questions.vocabulary(asked.id))
        self.sections = {code: Form(values) for code, values in answers.items()}
        self.teams = tuple(team for code, team in sorted(teams.items()) if code in because)
        self.because = {code: plain(why) for code, why in because.items()}
        self.parties = ("firm", *(team.party for team in self.teams))
        self.lead = next((team for team in self.teams if team.required and team.part == "decides"), self.teams[0])
        who = {"person": "⟦signatory⟧", "name": "⟦person⟧", "organisation": "⟦firm⟧"}
        told = {"reference": "⟦reference⟧", "version": 1, "sha256": "⟦sha256⟧"}
        self.submitted = Form(event_body(who, told, froze="application_version"))
        self.withdrawn = Form(event_body(who, {"reason": "We are reworking the test plan."}))


GAPS = ("firm", "lei", "company", "person", "email", "reference")


def _searchable(record: Form, words: Vocabulary) -> str:
    """The text by which a dossier with gaps is found, with the gaps to be filled by `%`."""
    marks = {name: f"Gap0{name}0" for name in GAPS}
    text = searchable(dossier_text(json.loads(record.fill(marks)), words)).replace("%", "%%")
    for name, mark in marks.items():
        text = text.replace(mark, f"%({name})s")
    return text


def differing(titles: Mapping[str, str], chosen: Mapping[str, Stand]) -> list[tuple[str, str, str, str]]:
    """The divergences between the desks' views: kind, key, title and the views as stored."""
    records = {code: stand.record for code, stand in chosen.items()}
    conditions, named_as = condition_views(records)
    found = differences("criterion", titles, criterion_views(records), chosen, absent_counts=False)
    found += differences("condition", named_as, conditions, chosen, absent_counts=True)
    return [(one.kind, one.key, one.title, plain([stored(view) for view in one.views])) for one in found]


@dataclass(frozen=True, slots=True)
class Book:
    """Everything that a case is written from."""

    programme: Programme
    dossiers: tuple[Dossier, ...]
    joint_titles: Mapping[str, str]


def prepare() -> Book:
    """Read the catalogue and the people of the demonstration. Raises NoResultFound without them."""
    cast = Cast()
    programme = db.session.scalars(select(Programme).where(Programme.code == scenes.PROGRAMME)).one()
    rows = db.session.execute(
        select(Authority, ProgrammeAuthority)
        .join(ProgrammeAuthority, ProgrammeAuthority.authority_id == Authority.id)
        .where(ProgrammeAuthority.programme_id == programme.id),
    ).all()
    teams = {authority.code: Team(cast, authority, member) for authority, member in rows}
    joint = {row["code"]: row["title"] for row in programme.content["joint_criteria"]}
    return Book(programme, tuple(Dossier(firm, programme, teams) for firm in FIRMS), joint)


__all__ = ["Book", "Dossier", "Stand", "Team", "dashed", "differing", "prepare", "sha256"]
