"""One bulk case: which stage it has reached, and all its rows with a valid chain.

Rule: a case is as old as its stage asks for, and nothing in it happens after now.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import lru_cache
from random import Random
from typing import Any

from sandbox.cli.demo import bulk_script as script
from sandbox.cli.demo.bulk_rows import (
    DAY,
    ENVELOPE,
    FROZEN_POSITION,
    FROZEN_VERSION,
    SALTED,
    Ids,
    Rows,
    bare,
    dashed,
    in_records,
    moment,
    plain,
    sha256,
)
from sandbox.cli.demo.bulk_script import Book, Dossier, Stand, Team, differing
from sandbox.domain import audiences
from sandbox.domain.actions import Action
from sandbox.domain.chain import GENESIS
from sandbox.domain.turns import turn_of
from sandbox.models.catalogue import ClockRule
from sandbox.models.search import INDEX
from sandbox.services import clocks

STARTED = "The application was received."
# Stage → the state of the first desk and of the others, and how likely it is for a young and for an old case.
STAGES: dict[str, tuple[str, str, int, int]] = {
    "routed": ("routed", "routed", 12, 0),
    "first screens": ("screening", "routed", 10, 0),
    "screening": ("screening", "screening", 10, 0),
    "incomplete": ("incomplete", "screening", 8, 4),
    "assessing": ("assessing", "assessing", 18, 4),
    "ready to file": ("assessing", "assessing", 4, 0),
    "first filed": ("assessed", "assessing", 14, 4),
    "diverging": ("deliberating", "deliberating", 12, 8),
    "settled": ("deliberating", "deliberating", 4, 16),
    "withdrawn": ("closed", "closed", 4, 40),
    "opted out": ("opted_out", "assessing", 2, 12),
    "refused": ("refused_to_review", "assessing", 2, 12),
}
YOUNG = 120 * DAY
LENGTH = 75 * DAY  # of the longest story; a younger case tells it faster
SCREENED = {"assessing", "assessed", "deliberating", "opted_out"}
SINCE = {"routed": 0, "screening": 2, "incomplete": 6, "assessing": 6, "assessed": 40, "deliberating": 45}  # days
WORKED_ON = SCREENED | {"screening", "incomplete", "refused_to_review"}
OPENED = {"diverging", "settled"}


@dataclass(frozen=True, slots=True)
class Applicant:
    """An invented firm and its signatory."""

    id: str
    name: str
    lei: str
    company: str
    person_id: str
    person: str
    email: str


class CaseWriter:
    """Writes cases into rows. One for a whole load: it keeps what repeats."""

    def __init__(
        self, book: Book, rows: Rows, rng: Random, rules: dict[str, ClockRule], until: int, only: str | None = None
    ) -> None:
        self.only, self.entries = only, 0
        self.book, self.rows, self.rng, self.new = book, rows, rng, Ids(rng)
        self.rules, self.until = rules, until
        self.put = {name: waiting.append for name, waiting in rows.waiting.items()}
        self._young = [row[2] for row in STAGES.values()]
        self._old = [row[3] for row in STAGES.values()]
        self._differing = lru_cache(maxsize=4096)(self._differing_of)
        self._due = lru_cache(maxsize=16384)(self._due_of)

    def write(self, firm: Applicant, reference: str, received: int) -> None:
        """One case of the firm, received at that second of the epoch."""
        weights = self._young if self.until - received < YOUNG else self._old
        stage = self.only or self.rng.choices(tuple(STAGES), weights)[0]
        _Case(self, firm, self.rng.choice(self.book.dossiers), stage, reference, received).write()

    def _differing_of(self, chosen: tuple[tuple[Team, int], ...]) -> list[tuple[str, str, str, str]]:
        return differing(self.book.joint_titles, {team.code: team.stands[view] for team, view in chosen})

    def _due_of(self, team: Team, day: date) -> date:
        return clocks.due_from(team.authority, self.rules[team.code], day).at

    def due(self, team: Team, received: int) -> tuple[str, str] | tuple[None, None]:
        """The due date of a desk and its kind."""
        if team.code not in self.rules:
            return None, None
        day = clocks.local_day(datetime.fromtimestamp(received, UTC), team.authority)
        return self._due(team, day).isoformat(), self.rules[team.code].kind

    def differing(self, chosen: tuple[tuple[Team, int], ...]) -> list[tuple[str, str, str, str]]:
        """The divergences between desks with these views."""
        return self._differing(chosen)


class _Case:
    """One case while it is written."""

    def __init__(
        self, writer: CaseWriter, firm: Applicant, dossier: Dossier, stage: str, reference: str, received: int
    ) -> None:
        self.writer, self.firm, self.dossier, self.stage = writer, firm, dossier, stage
        self.put, self.new, self.rng = writer.put, writer.new, writer.rng
        self.reference, self.received = reference, received
        self.micro = self.rng.randrange(1_000_000)
        self.pace = min(1.0, (writer.until - received) / LENGTH)
        self.id, self.application, self.version = self.new(), self.new(), self.new()
        self.scope, self.sequence, self.head = f"case:{dashed(self.id)}", 0, GENESIS
        self.at = moment(received, self.micro)
        self.opened: str | None = None

    def after(self, days: float) -> str:
        """The moment so many days into the story."""
        return moment(self.received + int(days * self.pace * DAY), self.micro)

    def show(self, item: str, kind: str, parties: tuple[str, ...], at: str | None) -> None:
        for party in parties:
            self.put["audience"]((item, party, kind, self.id, at))

    def findable(self, kind: str, item: str, text: str) -> None:
        """An item that search finds, as `services.search.index` writes it."""
        self.writer.entries += 1
        self.put["search_entry"]((self.writer.entries, self.id, kind, item))
        self.put[INDEX]((self.writer.entries, text))

    def event(self, action: Action, parties: tuple[str, ...], body: str, at: str) -> None:
        """Append one event to the chain of the case, as `services.trail.record` does."""
        salt, listed = f"{self.rng.getrandbits(128):032x}", _listed(parties)
        hashed = sha256(SALTED.text % {"salt": salt, "body": body})
        self.sequence, previous = self.sequence + 1, self.head
        self.head = sha256(
            ENVELOPE.text
            % {
                "scope": self.scope,
                "sequence": self.sequence,
                "at": in_records(at),
                "kind": action.value,
                "audience": listed,
                "body": hashed,
                "previous": previous,
            },
        )
        key = self.new.leaf()
        self.put["trail_event"](
            (key, self.scope, self.sequence, at, action.value, listed, hashed, previous, self.head),
        )
        self.put["trail_body"]((key, salt, body))
        self.show(key, "trail", parties, at)

    def write(self) -> None:
        """All rows of the case."""
        self._application()
        team = self.dossier.teams[0]
        first, second, *_ = STAGES[self.stage]
        if first == "refused_to_review" and not team.may_refuse:
            first = "opted_out"
        chosen = tuple((one, self.rng.choices(range(script.VIEWS), (5, 3, 3, 1))[0]) for one in self.dossier.teams)
        if self.stage in OPENED:
            self.opened = self.after(45)
        self._case_row()
        desks = {one: self._desk(one, first if one is team else second, one.stands[view]) for one, view in chosen}
        if self.opened:
            self._open(chosen, desks)
        if self.stage == "withdrawn":
            self._withdraw()
        self.put["trail_scope"]((self.scope, self.sequence, self.head))

    def _application(self) -> None:
        firm, put = self.firm, self.put
        gaps = {
            "firm": firm.name, "lei": firm.lei, "company": firm.company, "person": firm.person, "email": firm.email,
            "reference": self.reference, "signatory": dashed(firm.person_id), "application": dashed(self.application),
            "application_version": dashed(self.version), "at": in_records(self.at),
        }  # fmt: skip
        record = self.dossier.record.fill(gaps)
        gaps |= {"record": record, "sha256": sha256(record)}
        gaps["digest"] = sha256(FROZEN_VERSION.fill(gaps))
        state = "withdrawn" if self.stage == "withdrawn" else "submitted"
        title, programme = self.dossier.title, bare(self.writer.book.programme.id)
        put["application"](
            (self.application, firm.id, programme, self.dossier.question_set, title, state, firm.person_id, self.at,
             self.at, 2),
        )  # fmt: skip
        for code, form in self.dossier.sections.items():
            put["section"]((self.new.leaf(), self.application, code, form.fill(gaps), self.at, firm.person_id, 2))
        put["application_version"](
            (self.version, self.application, self.dossier.question_set, 1, record, gaps["sha256"],
             sha256(f"{self.application}|1"), firm.person_id, self.at),
        )  # fmt: skip
        self.show(self.version, "version", self.dossier.parties, self.at)
        self.findable("case", self.id, f"{self.reference} {firm.name}")
        self.findable("title", self.id, title)
        self.findable("version", self.version, self.dossier.found_by % gaps)
        parties = (*self.dossier.parties, audiences.OFFICE)
        self.event(Action.APPLICATION_SUBMIT, parties, self.dossier.submitted.fill(gaps), self.at)
        self.gaps = gaps

    def _case_row(self) -> None:
        withdrawn = self.after(70) if self.stage == "withdrawn" else None
        self.put["case"](
            (self.id, self.reference, self.application, bare(self.writer.book.programme.id), self.firm.id,
             self.dossier.title, self.version, self.dossier.lead.id, 0, withdrawn, self.opened, self.at, 1),
        )  # fmt: skip

    def _desk(self, team: Team, state: str, stand: Stand) -> str:
        key, (due_on, due_kind) = self.new(), self.writer.due(team, self.received)
        drafted = self.stage == "settled" and team is self.dossier.lead
        turn, since = (
            turn_of(state, "drafted" if drafted else None),
            self.after(70 if drafted else SINCE.get(state, 70)),
        )
        self.put["desk"](
            (key, self.id, team.id, state, team.part, team.required, self.dossier.because[team.code], self.opened,
             due_on, due_kind, turn.value, since, self.at, 1),
        )  # fmt: skip
        if due_on:
            self.put["clock_event"]((self.new.leaf(), key, clocks.DECIDE, "started", self.at, 0, STARTED))
        if state in WORKED_ON or (state == "closed" and self.rng.random() < 0.25):
            self._staff(team, key)
            self._screen(team, key, state)
        if state in ("assessed", "deliberating"):
            self._assess(team, key, stand, len(stand.findings))
            self._file(team, key, stand)
        elif state == "assessing":
            whole = len(stand.findings)
            self._assess(team, key, stand, whole if self.stage == "ready to file" else self.rng.randrange(whole))
        if state == "opted_out":
            parties = (*self.dossier.parties, audiences.OFFICE)
            self.event(Action.DESK_OPT_OUT, parties, team.bodies["opt_out"], self.after(20))
        return key

    def _staff(self, team: Team, desk: str) -> None:
        """Who works on the desk; some of them have not declared, a few have a conflict."""
        at, put, rng = self.after(1), self.put, self.rng
        on_it = [duty for duty, share in script.ASSIGNED.items() if rng.random() < share]
        for duty in on_it:
            put["desk_assignment"]((desk, team.people[duty], team.people["intake"], at))
            self.event(Action.DESK_ASSIGN, (team.party,), team.bodies[f"assign {duty}"], at)
        for duty in ("intake", *on_it):
            draw = rng.random()
            if duty in script.MAY_WAIT and draw < 0.3:
                continue
            outcome = "managed" if draw > 0.95 else "none"
            if duty == "specialist" and draw > 0.97:
                outcome = "recused"
            details = "" if outcome == "none" else "A former colleague advises the firm."
            put["conflict_declaration"]((self.new.leaf(), self.id, team.people[duty], outcome, "[]", details, at))
            self.event(Action.DESK_DECLARE, (team.party,), team.bodies[f"declare {duty} {outcome}"], at)

    def _screen(self, team: Team, desk: str, state: str) -> None:
        begun, done, parties = self.after(2), self.after(6), (audiences.FIRM, team.party)
        self.event(Action.DESK_SCREEN, (team.party,), team.bodies["screen"], begun)
        if state in SCREENED or state == "closed":
            action, name, said = Action.DESK_FIND_COMPLETE, "complete", script.COMPLETE
        elif state == "incomplete":
            action, name, said = Action.DESK_FIND_INCOMPLETE, "incomplete", script.INCOMPLETE
        elif state == "refused_to_review":
            action, name, said = Action.DESK_REFUSE_TO_REVIEW, "refuse", script.REFUSED
        else:
            return
        letter, outcome = self.new.leaf(), "refused_to_review" if name == "refuse" else name
        missing = plain(script.MISSING) if name == "incomplete" else "[]"
        self.put["completeness_letter"](
            (letter, self.id, desk, outcome, missing, said, team.people["intake"], done),
        )
        self.event(action, parties, team.bodies[name], done)
        self.show(letter, "letter", parties, done)

    def _assess(self, team: Team, desk: str, stand: Stand, count: int) -> None:
        at, officer = self.after(20), team.people["case"]
        self.put["assessor"]((desk, officer))
        for criterion, value, reasons, indicators in stand.findings[:count]:
            self.put["finding"](
                (self.new.leaf(), desk, criterion, value, reasons, indicators, self.version, officer, at, 1),
            )
        for ordinal, columns in enumerate(stand.conditions[:count], start=1):
            self.put["proposed_condition"]((self.new.leaf(), desk, ordinal, *columns, officer, 1))

    def _file(self, team: Team, desk: str, stand: Stand) -> None:
        key, at = self.new(), self.after(40)
        self.put["position"](
            (key, self.id, desk, self.version, stand.recommendation, stand.summary, stand.text, stand.sha256,
             team.people["case"], at),
        )  # fmt: skip
        gaps = {
            "case": dashed(self.id), "desk": dashed(desk), "version": dashed(self.version),
            "recommendation": stand.recommendation, "summary": plain(stand.summary), "record": stand.text,
            "sha256": stand.sha256, "officer": dashed(team.people["case"]), "at": in_records(at),
            "position": dashed(key),
        }  # fmt: skip
        gaps["digest"] = sha256(FROZEN_POSITION.fill(gaps))
        self.findable("position", key, stand.found_by)
        self.show(key, "position", (team.party,), at)
        others = tuple(one.party for one in self.dossier.teams if one is not team)
        self.show(key, "position", others, self.opened)
        self.event(Action.POSITION_FILE, (team.party,), team.filed.fill(gaps), at)

    def _open(self, chosen: tuple[tuple[Team, int], ...], desks: dict[Team, str]) -> None:
        opened, at, put = self.after(45), self.after(60), self.put
        parties = tuple(team.party for team, _ in chosen)
        self.event(Action.DESK_OPEN, parties, chosen[0][0].bodies["open"], opened)
        settled = self.stage == "settled"
        for kind, key, title, views in self.writer.differing(chosen):
            row, team = self.new.leaf(), self.rng.choice(chosen)[0]
            state, how = ("settled", "agree_to_differ") if settled else ("open", None)
            put["divergence"](
                (row, self.id, kind, key, title, views, state, how, at if settled else None, opened, 1),
            )
            self.show(row, "divergence", parties, opened)
            if settled:
                officer = team.people["case"]
                put["disposition"]((self.new.leaf(), row, team.id, "agree_to_differ", script.DIFFER, officer, at))
                self.event(Action.DIVERGENCE_SETTLE, parties, team.settled(title), at)
        if settled:
            self._draft(self.dossier.lead, desks[self.dossier.lead])

    def _draft(self, team: Team, desk: str) -> None:
        key, at, number = self.new(), self.after(70), f"{self.reference}/{team.code}/1"
        self.put["decision"](
            (key, self.id, desk, number, "drafted", "", self.version, team.people["case"], at, 1),
        )
        self.put["decision_preparer"]((desk, team.people["case"]))
        self.show(key, "decision", (team.party,), at)
        body = script.event_body(team.actors["case"], {"decision": number})
        self.event(Action.DECISION_DRAFT, (team.party,), plain(body), at)

    def _withdraw(self) -> None:
        at, parties = self.after(70), (*self.dossier.parties, audiences.OFFICE)
        self.event(Action.APPLICATION_WITHDRAW, parties, self.dossier.withdrawn.fill(self.gaps), at)
        for team in self.dossier.teams:
            self.event(Action.DESK_CLOSE, (team.party,), team.bodies["close"], at)


@lru_cache(maxsize=256)
def _listed(parties: tuple[str, ...]) -> str:
    return plain(sorted(parties))


__all__: list[Any] = ["STAGES", "Applicant", "CaseWriter"]
