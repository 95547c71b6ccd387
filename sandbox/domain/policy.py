"""Who may do what: one table of grants, denied unless granted.

A grant is *action ← tie + roles*, unless a bar stands. Ties are facts about the person and the case.
The same table answers the door (`named`), the lock (`can`, `demand`) and the window (`queries.access`).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from sandbox.domain.actions import Action as A
from sandbox.domain.actors import Actor, Organisation
from sandbox.domain.actors import Role as R
from sandbox.domain.errors import NotAllowed, NotFound


class Tie(StrEnum):
    """How a person can be tied to a case."""

    NONE = "none"  # no case is concerned
    FIRM = "firm"  # works for the applicant, or is counsel whom it engages now
    DESK = "desk"  # works for an authority with a desk on the submitted case, and is not recused
    DECLARED = "declared"  # DESK, and a declaration of interests stands that opens the case (none, managed, waived)
    ASSIGNED = "assigned"  # DECLARED, and is assigned to the desk
    LEAD = "lead"  # ASSIGNED, and the desk leads the case
    OBSERVER = "observer"  # as DECLARED, of a desk that observes: it reads joint material and holds none of the above
    PROGRAMME = "programme"  # works for the programme office that runs the case's programme
    AUDIT = "audit"  # works for the audit body


OBSERVES = "observes"  # the part of a desk that holds the tie OBSERVER
DESK_TIES = frozenset({Tie.DESK, Tie.DECLARED, Tie.ASSIGNED, Tie.LEAD, Tie.OBSERVER})


class Bar(StrEnum):
    """Facts about the person and the subject that take a grant away (separation of duties)."""

    ASSESSED = "assessed"  # recorded a finding or filed the position of this desk
    REVIEWED = "reviewed"  # reviewed the assessment of this desk for its quality
    DRAFTED = "drafted"  # drafted, changed or sent to signature what this desk signs
    SIGNED = "signed"  # signed for this desk, whatever became of the signature
    PREPARED = "prepared"  # prepared this report


# What somebody did on a desk counts for good, whatever their roles become afterwards.
NEVER_SIGNS = frozenset({Bar.ASSESSED, Bar.REVIEWED, Bar.DRAFTED})
NEVER_ISSUES = frozenset({Bar.ASSESSED, Bar.REVIEWED, Bar.SIGNED})
NEVER_DRAFTS = frozenset({Bar.SIGNED})


@dataclass(frozen=True, slots=True)
class CaseFacts:
    """What the lock must know of the case, the subject and this actor."""

    firm_id: UUID
    submitted: bool = False
    desks: frozenset[UUID] = frozenset()
    lead: UUID | None = None
    subject_authority: UUID | None = None
    declared: bool = False
    conflicted: bool = False
    assigned: bool = False
    observes: bool = False  # the part of the actor's desk
    bars: frozenset[Bar] = frozenset()
    stands_in: frozenset[R] = frozenset()  # roles that this actor holds for this case only


@dataclass(frozen=True, slots=True)
class Grant:
    """These roles, so tied to the case, may; unless one of the bars stands."""

    tie: Tie
    roles: frozenset[R]
    unless: frozenset[Bar] = frozenset()


def grant(tie: Tie, *roles: R, unless: Iterable[Bar] = ()) -> Grant:
    """Write one grant of the table."""
    return Grant(tie, frozenset(roles), frozenset(unless))


FIRM_ALL = (R.OWNER, R.CONTRIBUTOR, R.SIGNATORY, R.CERTIFIER, R.READ_ONLY)
FIRM_WRITERS = (R.OWNER, R.CONTRIBUTOR, R.SIGNATORY)
# Counsel reads and prepares for the firms that engage it; it signs, certifies and sends nothing.
FIRM_READERS = (*FIRM_ALL, R.COUNSEL)
FIRM_EDITORS = (*FIRM_WRITERS, R.COUNSEL)
DESK_HEADS = (R.INTAKE_OFFICER, R.COORDINATOR)
ASSESSORS = (R.CASE_OFFICER, R.SPECIALIST)
CASE_STAFF = (*DESK_HEADS, *ASSESSORS, R.DECISION_MAKER, R.ISSUING_ADMINISTRATOR, R.SUPERVISOR, R.RECORDS_OFFICER)
READERS = (*ASSESSORS, R.DECISION_MAKER, R.SUPERVISOR, R.RECORDS_OFFICER)
T = Tie

# fmt: off
GRANTS: dict[A, tuple[Grant, ...]] = {
    A.APPLICATION_START:         (grant(T.NONE, *FIRM_WRITERS),),
    A.APPLICATION_START_AGAIN:   (grant(T.FIRM, *FIRM_WRITERS),),
    A.APPLICATION_READ:          (grant(T.FIRM, *FIRM_READERS),),
    A.APPLICATION_EDIT:          (grant(T.FIRM, *FIRM_EDITORS),),
    A.APPLICATION_SUBMIT:        (grant(T.FIRM, R.SIGNATORY),),
    A.APPLICATION_AMEND:         (grant(T.FIRM, R.SIGNATORY),),
    A.APPLICATION_CARRY:         (grant(T.FIRM, *FIRM_EDITORS),),
    A.APPLICATION_DISCARD:       (grant(T.FIRM, R.OWNER, R.SIGNATORY),),
    A.APPLICATION_WITHDRAW:      (grant(T.FIRM, R.SIGNATORY),),
    A.COMMENT_WRITE:             (grant(T.FIRM, *FIRM_EDITORS),),
    A.COMMENT_SETTLE:            (grant(T.FIRM, *FIRM_EDITORS),),
    A.WINDOW_REMIND:             (grant(T.NONE, R.SYSTEM),),

    A.CASE_GLANCE:               (grant(T.FIRM, *FIRM_READERS), grant(T.DESK, *CASE_STAFF, R.ETHICS_OFFICER),
                                  grant(T.PROGRAMME, R.SECRETARIAT)),
    A.CASE_READ:                 (grant(T.FIRM, *FIRM_READERS), grant(T.DECLARED, *DESK_HEADS),
                                  grant(T.ASSIGNED, *READERS)),

    A.CASE_OBSERVE:              (grant(T.OBSERVER, *CASE_STAFF),),
    A.CASE_RECLASSIFY:           (grant(T.LEAD, R.COORDINATOR),),
    A.LEAD_HAND_OVER:            (grant(T.LEAD, R.COORDINATOR),),
    A.PLACE_GIVE:                (grant(T.LEAD, R.COORDINATOR),),
    A.PLACE_RESERVE:             (grant(T.LEAD, R.COORDINATOR),),
    A.PLACE_DEFER:               (grant(T.LEAD, R.COORDINATOR),),
    A.PLACE_RELEASE:             (grant(T.LEAD, R.COORDINATOR),),
    A.COHORT_READ:               (grant(T.NONE, *DESK_HEADS, R.SECRETARIAT, R.PROGRAMME_ADMINISTRATOR),),
    A.FEE_RECORD:                (grant(T.DECLARED, *DESK_HEADS),),
    A.FEE_STRIKE:                (grant(T.DECLARED, R.COORDINATOR),),
    A.ROUTING_READ:              (grant(T.NONE, R.PROGRAMME_ADMINISTRATOR),),
    A.ROUTING_TRY:               (grant(T.NONE, R.PROGRAMME_ADMINISTRATOR),),
    A.EQUIVALENCE_READ:          (grant(T.NONE, R.PROGRAMME_ADMINISTRATOR, R.AUTHORITY_ADMINISTRATOR, R.COORDINATOR),),

    A.DESK_JOIN:                 (grant(T.NONE, R.SYSTEM),),
    A.DESK_REROUTE:              (grant(T.NONE, R.SYSTEM),),
    A.FALLBACK_KEEP:             (grant(T.DECLARED, R.COORDINATOR),),
    A.FALLBACK_SEND_ON:          (grant(T.DECLARED, R.COORDINATOR),),
    A.DESK_READ:                 (grant(T.DECLARED, *DESK_HEADS), grant(T.ASSIGNED, *READERS, R.ISSUING_ADMINISTRATOR)),
    A.DESK_ASSIGN:               (grant(T.DECLARED, *DESK_HEADS),),
    A.DESK_DECLARE:              (grant(T.DESK, *CASE_STAFF),),
    A.DESK_APPOINT:              (grant(T.DESK, R.ETHICS_OFFICER),),
    A.DESK_REMIND:               (grant(T.NONE, R.SYSTEM),),
    A.TURN_REMIND:               (grant(T.DECLARED, *DESK_HEADS),),
    A.DECLARATION_READ:          (grant(T.DESK, R.ETHICS_OFFICER), grant(T.DECLARED, R.COORDINATOR)),
    A.DECLARATION_CONFIRM:       (grant(T.DESK, R.ETHICS_OFFICER), grant(T.DECLARED, R.COORDINATOR)),
    A.DECLARATION_WAIVE:         (grant(T.DESK, R.ETHICS_OFFICER),),
    A.DECLARATION_RECUSE:        (grant(T.DESK, R.ETHICS_OFFICER),),
    A.INTERESTS_EDIT:            (grant(T.NONE, *CASE_STAFF),),
    A.PARTY_READ:                (grant(T.FIRM, *FIRM_READERS), grant(T.DESK, *CASE_STAFF, R.ETHICS_OFFICER)),
    A.PARTY_CHANGE:              (grant(T.FIRM, R.OWNER, R.SIGNATORY),),
    A.DESK_SCREEN:               (grant(T.DECLARED, *DESK_HEADS), grant(T.ASSIGNED, R.CASE_OFFICER)),
    A.DESK_FIND_COMPLETE:        (grant(T.DECLARED, *DESK_HEADS), grant(T.ASSIGNED, R.CASE_OFFICER)),
    A.DESK_FIND_INCOMPLETE:      (grant(T.DECLARED, *DESK_HEADS), grant(T.ASSIGNED, R.CASE_OFFICER)),
    A.DESK_RECEIVE_AMENDMENT:    (grant(T.NONE, R.SYSTEM),),
    A.DESK_REFUSE_TO_REVIEW:     (grant(T.DECLARED, R.COORDINATOR),),
    A.DESK_OPT_OUT:              (grant(T.DECLARED, R.COORDINATOR),),
    A.DESK_LEAVE:                (grant(T.FIRM, R.SIGNATORY),),
    A.DESK_CLOSE:                (grant(T.NONE, R.SYSTEM),),
    A.DESK_OPEN:                 (grant(T.NONE, R.SYSTEM),),
    A.DESK_GO_ALONE:             (grant(T.DECLARED, R.COORDINATOR),),
    A.DESK_START_PROCEDURE:      (grant(T.ASSIGNED, R.CASE_OFFICER, R.ISSUING_ADMINISTRATOR),),
    A.DESK_REOPEN_DELIBERATION:  (grant(T.ASSIGNED, R.CASE_OFFICER, R.ISSUING_ADMINISTRATOR),),
    A.PROCEDURE_COMPLETE:        (grant(T.ASSIGNED, R.CASE_OFFICER, R.ISSUING_ADMINISTRATOR),),
    A.DESK_DECIDE:               (grant(T.NONE, R.SYSTEM),),
    A.DESK_ISSUE:                (grant(T.NONE, R.SYSTEM),),

    A.DESK_ACKNOWLEDGE:          (grant(T.NONE, R.SYSTEM),),
    A.DESK_CHECK:                (grant(T.DECLARED, *DESK_HEADS), grant(T.ASSIGNED, R.CASE_OFFICER)),
    A.DESK_GIVE_VIEW:            (grant(T.DECLARED, R.COORDINATOR), grant(T.ASSIGNED, R.CASE_OFFICER)),
    A.DESK_CONSENT:              (grant(T.DECLARED, R.COORDINATOR), grant(T.ASSIGNED, R.DECISION_MAKER)),
    A.DESK_REFUSE_CONSENT:       (grant(T.DECLARED, R.COORDINATOR), grant(T.ASSIGNED, R.DECISION_MAKER)),
    A.CLOCK_READ:                (grant(T.FIRM, *FIRM_READERS), grant(T.DECLARED, *DESK_HEADS),
                                  grant(T.ASSIGNED, *READERS, R.ISSUING_ADMINISTRATOR)),
    A.CALENDAR_READ:             (grant(T.NONE, *FIRM_READERS, *CASE_STAFF, R.ETHICS_OFFICER, R.AUTHORITY_ADMINISTRATOR,
                                        R.SECRETARIAT, R.PROGRAMME_ADMINISTRATOR),),
    A.CALENDAR_FEED:             (grant(T.NONE, *FIRM_ALL, *CASE_STAFF),),
    A.REQUEST_READ:              (grant(T.FIRM, *FIRM_READERS), grant(T.DECLARED, *DESK_HEADS),
                                  grant(T.ASSIGNED, *READERS)),
    A.REQUEST_DRAFT:             (grant(T.ASSIGNED, *ASSESSORS),),
    A.REQUEST_SEND:              (grant(T.DECLARED, R.COORDINATOR), grant(T.ASSIGNED, R.CASE_OFFICER)),
    A.REQUEST_EXTEND:            (grant(T.DECLARED, R.COORDINATOR), grant(T.ASSIGNED, R.CASE_OFFICER)),
    A.REQUEST_CHASE:             (grant(T.NONE, R.SYSTEM),),
    A.REQUEST_PREPARE:           (grant(T.FIRM, *FIRM_EDITORS),),
    A.REQUEST_ANSWER_PART:       (grant(T.FIRM, R.SIGNATORY),),
    A.REQUEST_ANSWER:            (grant(T.FIRM, R.SIGNATORY),),
    A.REQUEST_ACCEPT:            (grant(T.DECLARED, R.COORDINATOR), grant(T.ASSIGNED, R.CASE_OFFICER)),
    A.REQUEST_ASK_AGAIN:         (grant(T.ASSIGNED, *ASSESSORS),),
    A.REQUEST_CANCEL:            (grant(T.NONE, R.SYSTEM), grant(T.DECLARED, R.COORDINATOR),
                                  grant(T.ASSIGNED, R.CASE_OFFICER)),
    A.INCONSISTENCY_REPORT:      (grant(T.NONE, R.SYSTEM),),

    A.CLOCK_PAUSE:               (grant(T.NONE, R.SYSTEM),),
    A.CLOCK_RESUME:              (grant(T.NONE, R.SYSTEM),),
    A.CLOCK_WARN:                (grant(T.NONE, R.SYSTEM),),

    A.ASSESSMENT_READ:           (grant(T.DECLARED, *DESK_HEADS),
                                  grant(T.ASSIGNED, *ASSESSORS, R.DECISION_MAKER, R.RECORDS_OFFICER)),
    A.ASSESSMENT_QUARANTINE:     (grant(T.NONE, R.SYSTEM),),
    A.ASSESSMENT_REVIEW:         (grant(T.DECLARED, R.COORDINATOR, unless={Bar.ASSESSED}),
                                  grant(T.ASSIGNED, *ASSESSORS, unless={Bar.ASSESSED})),
    A.INPUT_WRITE:               (grant(T.ASSIGNED, R.SPECIALIST),),
    A.PARAGRAPH_READ:            (grant(T.NONE, R.COORDINATOR, *ASSESSORS),),
    A.PARAGRAPH_KEEP:            (grant(T.NONE, R.COORDINATOR),),
    A.FINDING_RECORD:            (grant(T.ASSIGNED, R.CASE_OFFICER),),
    A.CONDITION_PROPOSE:         (grant(T.ASSIGNED, R.CASE_OFFICER),),
    A.POSITION_FILE:             (grant(T.ASSIGNED, R.CASE_OFFICER),),
    A.DIVERGENCE_READ:           (grant(T.DECLARED, *DESK_HEADS), grant(T.ASSIGNED, *ASSESSORS, R.DECISION_MAKER)),
    A.DIVERGENCE_SETTLE:         (grant(T.DECLARED, R.COORDINATOR), grant(T.ASSIGNED, R.CASE_OFFICER)),
    A.DIVERGENCE_PLAN:           (grant(T.DECLARED, R.COORDINATOR), grant(T.ASSIGNED, R.CASE_OFFICER)),
    A.DIVERGENCE_DISCUSS:        (grant(T.DECLARED, R.COORDINATOR), grant(T.ASSIGNED, *ASSESSORS, R.DECISION_MAKER)),
    A.DIVERGENCE_REOPEN:         (grant(T.NONE, R.SYSTEM),),
    A.CONTRADICTION_MARK:        (grant(T.DECLARED, R.COORDINATOR), grant(T.ASSIGNED, R.CASE_OFFICER)),
    A.CONTRADICTION_WRITE:       (grant(T.DECLARED, R.COORDINATOR), grant(T.ASSIGNED, R.CASE_OFFICER)),
    A.CONTRADICTION_SIGN:        (grant(T.DECLARED, R.COORDINATOR), grant(T.ASSIGNED, R.DECISION_MAKER)),
    A.JOINT_POSITION_RECORD:     (grant(T.LEAD, R.COORDINATOR, R.CASE_OFFICER),),
    A.JOINT_POSITION_ENDORSE:    (grant(T.DECLARED, R.COORDINATOR),
                                  grant(T.ASSIGNED, R.CASE_OFFICER, R.DECISION_MAKER)),
    A.JOINT_MEETING_CALL:        (grant(T.DECLARED, R.COORDINATOR), grant(T.ASSIGNED, R.CASE_OFFICER)),
    A.JOINT_MEETING_HOLD:        (grant(T.DECLARED, R.COORDINATOR), grant(T.ASSIGNED, R.CASE_OFFICER)),
    A.JOINT_MEETING_CANCEL:      (grant(T.DECLARED, R.COORDINATOR), grant(T.ASSIGNED, R.CASE_OFFICER)),
    A.JOINT_MEETING_NOTE:        (grant(T.DECLARED, R.COORDINATOR), grant(T.ASSIGNED, *ASSESSORS, R.DECISION_MAKER)),
    A.JOINT_MEETING_AGREE:       (grant(T.DECLARED, R.COORDINATOR), grant(T.ASSIGNED, R.CASE_OFFICER)),
    A.JOINT_MEETING_FINISH:      (grant(T.DECLARED, R.COORDINATOR), grant(T.ASSIGNED, R.CASE_OFFICER)),
    A.JOINT_MEETING_VOTE:        (grant(T.DECLARED, R.COORDINATOR), grant(T.ASSIGNED, R.DECISION_MAKER)),

    A.DECISION_READ:             (grant(T.DECLARED, *DESK_HEADS),
                                  grant(T.ASSIGNED, *READERS, R.ISSUING_ADMINISTRATOR)),
    A.DECISION_DRAFT:            (grant(T.ASSIGNED, R.CASE_OFFICER, R.ISSUING_ADMINISTRATOR, unless=NEVER_DRAFTS),),
    A.DECISION_EDIT:             (grant(T.ASSIGNED, R.CASE_OFFICER, R.ISSUING_ADMINISTRATOR, unless=NEVER_DRAFTS),),
    A.DECISION_SEND_TO_SIGNATURE: (grant(T.ASSIGNED, R.ISSUING_ADMINISTRATOR, unless=NEVER_ISSUES),),
    A.DECISION_SIGN:             (grant(T.ASSIGNED, R.DECISION_MAKER, unless=NEVER_SIGNS),),
    A.DECISION_REJECT:           (grant(T.ASSIGNED, R.DECISION_MAKER, unless=NEVER_SIGNS),),
    A.DECISION_ISSUE:            (grant(T.ASSIGNED, R.ISSUING_ADMINISTRATOR, unless=NEVER_ISSUES),),
    A.CONDITION_AGREE:           (grant(T.NONE, R.SYSTEM),),
    A.CONDITION_IMPOSE:          (grant(T.NONE, R.SYSTEM),),
    A.CONDITION_ACTIVATE:        (grant(T.NONE, R.SYSTEM),),
    A.CONDITION_DISCHARGE:       (grant(T.ASSIGNED, R.SUPERVISOR),),
    A.NOTICE_READ:               (grant(T.DECLARED, *DESK_HEADS),
                                  grant(T.ASSIGNED, *READERS, R.ISSUING_ADMINISTRATOR)),
    A.NOTICE_PREPARE:            (grant(T.LEAD, R.ISSUING_ADMINISTRATOR, unless=NEVER_ISSUES),),
    A.NOTICE_SIGN:               (grant(T.ASSIGNED, R.DECISION_MAKER, unless=NEVER_SIGNS),),
    A.NOTICE_REJECT:             (grant(T.ASSIGNED, R.DECISION_MAKER, unless=NEVER_SIGNS),),
    A.NOTICE_ISSUE:              (grant(T.LEAD, R.ISSUING_ADMINISTRATOR, unless=NEVER_ISSUES),),
    A.NOTICE_SUPERSEDE:          (grant(T.NONE, R.SYSTEM),),

    A.TRIAL_READ:                (grant(T.FIRM, *FIRM_READERS), grant(T.DECLARED, *DESK_HEADS),
                                  grant(T.ASSIGNED, *READERS)),
    A.TRIAL_ACCEPT:              (grant(T.FIRM, R.SIGNATORY),),
    A.TRIAL_MEET_PRECONDITIONS:  (grant(T.NONE, R.SYSTEM),),
    A.TRIAL_START:               (grant(T.FIRM, R.SIGNATORY),),
    A.REPORT_EDIT:               (grant(T.FIRM, *FIRM_WRITERS),),
    A.REPORT_CERTIFY:            (grant(T.FIRM, R.CERTIFIER, unless={Bar.PREPARED}),),
    A.REPORT_ACCEPT:             (grant(T.ASSIGNED, R.SUPERVISOR),),
    A.REPORT_RETURN:             (grant(T.ASSIGNED, R.SUPERVISOR),),
    A.BREACH_OPEN:               (grant(T.NONE, R.SYSTEM),),
    A.BREACH_ANSWER:             (grant(T.FIRM, *FIRM_WRITERS, R.CERTIFIER),),
    A.BREACH_CURE:               (grant(T.ASSIGNED, R.SUPERVISOR),),
    A.BREACH_WAIVE:              (grant(T.ASSIGNED, R.SUPERVISOR),),
    A.BREACH_ESCALATE:           (grant(T.ASSIGNED, R.SUPERVISOR),),
    A.BREACH_CLOSE:              (grant(T.ASSIGNED, R.SUPERVISOR),),

    A.SHARE_READ:                (grant(T.DECLARED, *DESK_HEADS),
                                  grant(T.ASSIGNED, *ASSESSORS, R.DECISION_MAKER, R.RECORDS_OFFICER)),
    A.SHARE_RELEASE:             (grant(T.DECLARED, R.COORDINATOR), grant(T.ASSIGNED, R.CASE_OFFICER)),
    A.SHARE_RELEASE_SEALED:      (grant(T.DECLARED, R.COORDINATOR),),
    A.SHARE_ACKNOWLEDGE:         (grant(T.DECLARED, R.COORDINATOR), grant(T.ASSIGNED, R.CASE_OFFICER)),
    A.SHARE_RECALL:              (grant(T.DECLARED, R.COORDINATOR),),
    A.SHARE_USE:                 (grant(T.DECLARED, R.COORDINATOR), grant(T.ASSIGNED, R.CASE_OFFICER)),
    A.SHARE_TELL:                (grant(T.DECLARED, R.COORDINATOR),),
    A.CONSENT_READ:              (grant(T.FIRM, *FIRM_READERS),),
    A.CONSENT_GIVE:              (grant(T.FIRM, R.OWNER, R.SIGNATORY),),
    A.CONSENT_WITHDRAW:          (grant(T.FIRM, R.OWNER, R.SIGNATORY),),
    A.ENQUIRY_READ:              (grant(T.FIRM, *FIRM_ALL), grant(T.NONE, *DESK_HEADS)),
    A.ENQUIRY_WRITE:             (grant(T.FIRM, *FIRM_WRITERS),),
    A.ENQUIRY_ANSWER:            (grant(T.NONE, *DESK_HEADS),),
    A.ENQUIRY_LINK:              (grant(T.FIRM, *FIRM_WRITERS),),
    A.MESSAGE_READ:              (grant(T.FIRM, *FIRM_READERS), grant(T.DECLARED, *DESK_HEADS),
                                  grant(T.ASSIGNED, *READERS)),
    A.MESSAGE_WRITE:             (grant(T.FIRM, *FIRM_WRITERS), grant(T.DECLARED, *DESK_HEADS),
                                  grant(T.ASSIGNED, *ASSESSORS, R.SUPERVISOR)),
    A.MEETING_RECORD:            (grant(T.DECLARED, *DESK_HEADS), grant(T.ASSIGNED, *ASSESSORS, R.SUPERVISOR)),
    A.MEETING_FINISH:            (grant(T.FIRM, *FIRM_WRITERS), grant(T.DECLARED, *DESK_HEADS),
                                  grant(T.ASSIGNED, *ASSESSORS, R.SUPERVISOR)),
    A.NOTE_WRITE:                (grant(T.DECLARED, *DESK_HEADS), grant(T.ASSIGNED, *READERS)),

    A.DOCUMENT_UPLOAD:           (grant(T.FIRM, *FIRM_EDITORS),),
    A.DOCUMENT_REMOVE:           (grant(T.FIRM, *FIRM_EDITORS),),
    A.DOCUMENT_DESCRIBE:         (grant(T.FIRM, *FIRM_EDITORS),),
    A.DOCUMENT_READ:             (grant(T.FIRM, *FIRM_READERS), grant(T.DECLARED, *DESK_HEADS),
                                  grant(T.ASSIGNED, *READERS)),

    A.VIEW_KEEP:                 (grant(T.NONE, *CASE_STAFF),),
    A.PEOPLE_READ:               (grant(T.NONE, *FIRM_READERS, R.AUTHORITY_ADMINISTRATOR, R.PROGRAMME_ADMINISTRATOR),),
    A.PEOPLE_CHANGE:             (grant(T.NONE, R.OWNER, R.COUNSEL, R.AUTHORITY_ADMINISTRATOR),),
    A.PEOPLE_INVITE:             (grant(T.NONE, R.OWNER, R.COUNSEL, R.AUTHORITY_ADMINISTRATOR),),
    A.PEOPLE_HAND_OVER:          (grant(T.NONE, R.OWNER),),
    A.PEOPLE_LEAVE:              (grant(T.NONE, *FIRM_READERS),),
    A.INVITATION_ACCEPT:         (grant(T.NONE, *(r for r in R if r is not R.SYSTEM)),),
    A.INVITATION_WITHDRAW:       (grant(T.NONE, R.OWNER, R.COUNSEL, R.AUTHORITY_ADMINISTRATOR),),
    A.COUNSEL_ENGAGE:            (grant(T.FIRM, R.OWNER),),
    A.COUNSEL_ACCEPT:            (grant(T.NONE, R.COUNSEL),),
    A.COUNSEL_END:               (grant(T.FIRM, R.OWNER, R.COUNSEL),),
    A.ADDRESS_CONFIRM:           (grant(T.NONE, R.SYSTEM),),
    A.PASSWORD_SEND:             (grant(T.NONE, R.SYSTEM),),
    A.FIRM_REGISTER:             (grant(T.NONE, R.OWNER),),
    A.FIRM_READ:                 (grant(T.FIRM, *FIRM_READERS),),
    A.FIRM_EDIT:                 (grant(T.FIRM, *FIRM_WRITERS),),
    A.TEAM_CHANGE:               (grant(T.NONE, R.AUTHORITY_ADMINISTRATOR),),
    A.LEAVE_RECORD:              (grant(T.NONE, *CASE_STAFF, R.ETHICS_OFFICER, R.AUTHORITY_ADMINISTRATOR),),
    A.SESSION_SIGN_IN:           (grant(T.NONE, *(r for r in R if r is not R.SYSTEM)),),
    A.SESSION_REFUSE:            (grant(T.NONE, R.SYSTEM),),
    A.SESSION_SIGN_OUT:          (grant(T.NONE, *(r for r in R if r is not R.SYSTEM)),),
    A.TRAIL_READ:                (grant(T.FIRM, *FIRM_READERS), grant(T.DECLARED, *DESK_HEADS),
                                  grant(T.ASSIGNED, *READERS)),
    A.TRAIL_AUDIT:               (grant(T.AUDIT, R.AUDITOR),),
    A.ACCESS_DENIED:             (grant(T.NONE, R.SYSTEM),),
    A.CATALOGUE_LOAD:            (grant(T.NONE, R.SYSTEM),),
}
# fmt: on


def ties(actor: Actor, facts: CaseFacts | None) -> frozenset[Tie]:
    """The ties of the actor to the case (`None`: no case is concerned)."""
    held = {Tie.NONE}
    if facts is None:
        return frozenset(held)
    if facts.firm_id in actor.firms:
        held.add(Tie.FIRM)
    if not facts.submitted:
        return frozenset(held)
    if actor.organisation is Organisation.PROGRAMME_OFFICE:
        held.add(Tie.PROGRAMME)
    if actor.organisation is Organisation.AUDIT_BODY:
        held.add(Tie.AUDIT)
    return frozenset(held | _desk_ties(actor, facts))


def _desk_ties(actor: Actor, facts: CaseFacts) -> set[Tie]:
    mine = actor.organisation_id
    if actor.organisation is not Organisation.AUTHORITY or mine not in facts.desks or facts.conflicted:
        return set()
    if facts.subject_authority is not None and facts.subject_authority != mine:
        return set()
    if facts.observes:
        return {Tie.DESK, Tie.OBSERVER} if facts.declared else {Tie.DESK}
    chain = [(Tie.DESK, True), (Tie.DECLARED, facts.declared), (Tie.ASSIGNED, facts.assigned)]
    chain.append((Tie.LEAD, facts.lead == mine))
    held = set()
    for tie, holds in chain:
        if not holds:
            break
        held.add(tie)
    return held


def _holds(actor: Actor, row: Grant, stands_in: frozenset[R]) -> bool:
    """The actor has a role of the grant; a role held for one case counts only through a tie to its desk."""
    return not actor.roles.isdisjoint(row.roles) or (row.tie in DESK_TIES and not stands_in.isdisjoint(row.roles))


def can(actor: Actor, action: A, facts: CaseFacts | None = None) -> bool:
    """The lock: may this actor do this to this case?"""
    return granted(actor, action, facts, ties(actor, facts))


def granted(actor: Actor, action: A, facts: CaseFacts | None, held: frozenset[Tie]) -> bool:
    """The same as `can` for who has asked for the actor's ties to the case already."""
    return any(
        row.tie in held
        and _holds(actor, row, facts.stands_in if facts else frozenset())
        and (facts is None or row.unless.isdisjoint(facts.bars))
        for row in GRANTS.get(action, ())
    )


def demand(actor: Actor, action: A, facts: CaseFacts | None = None, *, glance: bool | None = None) -> None:
    """Refuse unless granted.

    Raises NotFound when the actor may not even know of the case, otherwise NotAllowed. `glance` overrides whether
    the case is known to the actor.
    """
    if can(actor, action, facts):
        return
    known = facts is None or can(actor, A.CASE_GLANCE, facts) or can(actor, A.APPLICATION_READ, facts)
    if glance if glance is not None else known:
        raise NotAllowed("Your role does not allow this on this case.")
    raise NotFound("There is nothing here.")


def named(actor: Actor, action: A) -> bool:
    """The door: does any grant of this action name one of the actor's roles, or one held for a single case?"""
    return any(_holds(actor, row, actor.stands_in) for row in GRANTS.get(action, ()))
