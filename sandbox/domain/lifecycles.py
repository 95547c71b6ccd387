"""The tables of steps: what is not in the table is impossible. Conditions of people are in `policy`."""

from __future__ import annotations

from sandbox.domain import needs
from sandbox.domain.actions import Action as A
from sandbox.domain.workflow import Lifecycle, step

# fmt: off
APPLICATION = Lifecycle(
    "application",
    ("draft", "submitted", "withdrawn", "lapsed"),
    (
        step(A.APPLICATION_SUBMIT,   ("draft",),     "submitted", needs=(needs.all_sections,), tells=("firm", "desks")),
        step(A.APPLICATION_AMEND,    ("submitted",), "submitted",
             needs=(needs.an_incomplete_desk, needs.all_sections), tells=("firm", "desks")),
        step(A.APPLICATION_WITHDRAW, ("submitted",), "withdrawn", tells=("firm", "desks")),
    ),
)

# What a desk is asked that does not decide, and how it has answered.
ASKED = ("consulted", "consent_sought")
ANSWERED = ("view_given", "consented", "consent_refused")
BEFORE_DECISION = (
    "routed", "screening", "incomplete", "assessing", "assessed", "deliberating", "procedure", *ASKED,
)

DESK = Lifecycle(
    "desk",
    (
        *BEFORE_DECISION, *ANSWERED, "decided", "issued",
        "refused_to_review", "opted_out", "authority_withdrew", "closed",
    ),
    (
        step(A.DESK_SCREEN,             ("routed",),               "screening"),
        step(A.DESK_FIND_COMPLETE,      ("screening",),            "assessing",
             needs=(needs.nothing_marked,), tells=("firm",)),
        step(A.DESK_FIND_INCOMPLETE,    ("screening",),            "incomplete",
             needs=(needs.something_missing,), tells=("firm",)),
        step(A.DESK_RECEIVE_AMENDMENT,  ("incomplete",),           "screening",   tells=("desk",)),
        step(A.DESK_RECEIVE_AMENDMENT,  ("assessed",),             "assessing",   tells=("desk",)),
        step(A.ASSESSMENT_QUARANTINE,   ("assessed",),             "assessing",   tells=("desk",)),
        step(A.DESK_REFUSE_TO_REVIEW,   ("screening",),            "refused_to_review",
             needs=(needs.refusal_allowed,), tells=("firm",)),
        step(A.POSITION_FILE,           ("assessing",),            "assessed",
             needs=(needs.every_finding, needs.a_recommendation, needs.a_review)),
        step(A.DESK_OPEN,               ("assessed",),             "deliberating",
             needs=(needs.every_position,), tells=("opened",)),
        step(A.DESK_GO_ALONE,           ("assessed",),             "deliberating", needs=(needs.warning_point,)),
        step(A.DESK_START_PROCEDURE,    ("deliberating",),         "procedure"),
        step(A.DESK_REOPEN_DELIBERATION, ("procedure",),           "deliberating"),
        step(A.DESK_DECIDE,             ("deliberating", "procedure"), "decided"),
        step(A.DESK_ISSUE,              ("decided",),              "issued"),
        step(A.DESK_GIVE_VIEW,          ("consulted", "view_given"), "view_given", needs=(needs.a_reason,)),
        step(A.DESK_CONSENT,            ("consent_sought", "consented", "consent_refused"), "consented",
             needs=(needs.a_reason,)),
        step(A.DESK_REFUSE_CONSENT,     ("consent_sought", "consented", "consent_refused"), "consent_refused",
             needs=(needs.a_reason,)),
        step(A.DESK_OPT_OUT,            BEFORE_DECISION,           "opted_out",
             needs=(needs.a_reason,), tells=("firm", "desks")),
        step(A.DESK_LEAVE,              BEFORE_DECISION,           "closed",
             needs=(needs.a_reason,), tells=("firm", "desks")),
        step(A.DESK_CLOSE,              BEFORE_DECISION,           "closed",      tells=("desk",)),
    ),
)

REQUEST = Lifecycle(
    "request",
    ("drafted", "sent", "part_answered", "answered", "accepted", "asked_again", "cancelled"),
    (
        step(A.REQUEST_DRAFT,       ("drafted",),                "drafted"),
        step(A.REQUEST_SEND,        ("drafted",),                "sent",
             needs=(needs.a_whole_request, needs.another_pair_of_eyes, needs.a_due_date), tells=("firm",)),
        step(A.REQUEST_EXTEND,      ("sent",),                   "sent",
             needs=(needs.a_due_date,), tells=("firm",)),
        step(A.REQUEST_EXTEND,      ("part_answered",),          "part_answered",
             needs=(needs.a_due_date,), tells=("firm",)),
        step(A.REQUEST_ANSWER_PART, ("sent", "part_answered"),   "part_answered", tells=("desk",)),
        step(A.REQUEST_ANSWER,      ("sent", "part_answered"),   "answered",      tells=("desk",)),
        step(A.REQUEST_ACCEPT,      ("part_answered", "answered"), "accepted",    tells=("firm",)),
        step(A.REQUEST_ASK_AGAIN,   ("answered",),               "asked_again",   needs=(needs.a_reason,)),
        step(A.REQUEST_CANCEL,      ("drafted",),                "cancelled"),
        step(A.REQUEST_CANCEL,      ("sent", "part_answered"),   "cancelled",
             needs=(needs.a_reason,), tells=("firm",)),
    ),
)

DECISION = Lifecycle(
    "decision",
    ("drafted", "ready_to_sign", "signed", "issued", "superseded", "revoked", "expired"),
    (
        step(A.DECISION_EDIT,              ("drafted",),       "drafted"),
        step(A.DECISION_SEND_TO_SIGNATURE, ("drafted",),       "ready_to_sign",
             needs=(needs.a_whole_decision, needs.enough_signatories), tells=("signatories",)),
        step(A.DECISION_REJECT,            ("ready_to_sign",), "drafted",
             needs=(needs.a_reason,), tells=("issuers",)),
        step(A.DECISION_SIGN,              ("ready_to_sign",), "signed",
             needs=(needs.every_signature,), tells=("issuers",)),
        step(A.DECISION_ISSUE,             ("signed",),        "issued", tells=("firm",)),
    ),
)

NOTICE = Lifecycle(
    "joint notice",
    ("ready_to_sign", "signed", "issued", "void", "superseded"),
    (
        step(A.NOTICE_REJECT, ("ready_to_sign",), "void",   needs=(needs.a_reason,)),
        step(A.NOTICE_SIGN,   ("ready_to_sign",), "signed", needs=(needs.every_signature,)),
        step(A.NOTICE_ISSUE,  ("signed",),        "issued", tells=("firm", "desks", "observers")),
        step(A.NOTICE_SUPERSEDE, ("issued",),     "superseded"),
    ),
)

CONDITION = Lifecycle(
    "condition",
    ("draft", "agreed", "imposed", "active", "discharged", "waived", "superseded", "ended"),
    (
        step(A.CONDITION_AGREE,    ("draft",),             "agreed"),
        step(A.CONDITION_IMPOSE,   ("draft",),             "imposed"),
        step(A.CONDITION_ACTIVATE, ("agreed", "imposed"),  "active"),
        step(A.CONDITION_DISCHARGE, ("active",),           "discharged"),
    ),
)

DIVERGENCE = Lifecycle(
    "divergence",
    ("open", "settled"),
    (
        step(A.DIVERGENCE_SETTLE, ("open",),    "settled"),
        step(A.DIVERGENCE_REOPEN, ("settled",), "open"),
    ),
)

CONTRADICTION = Lifecycle(
    "contradiction",
    ("open", "resolved"),
    (
        step(A.CONTRADICTION_WRITE, ("open", "resolved"), "open", needs=(needs.a_text,), tells=("opened",)),
        step(A.CONTRADICTION_SIGN,  ("open",),            "resolved", needs=(needs.every_desk,)),
    ),
)

JOINT_MEETING = Lifecycle(
    "joint meeting",
    ("planned", "held", "cancelled"),
    (
        step(A.JOINT_MEETING_HOLD,   ("planned",), "held"),
        step(A.JOINT_MEETING_CANCEL, ("planned",), "cancelled", needs=(needs.a_reason,), tells=("opened",)),
    ),
)

TRIAL = Lifecycle(
    "trial",
    ("awaiting_preconditions", "ready", "live", "paused", "suspended", "ending", "exited", "terminated", "lapsed"),
    (
        step(A.TRIAL_MEET_PRECONDITIONS, ("awaiting_preconditions",), "ready",
             needs=(needs.no_preconditions,), tells=("firm",)),
        step(A.TRIAL_START,              ("ready",), "live", needs=(needs.no_preconditions,), tells=("firm", "desks")),
    ),
)

REPORT = Lifecycle(
    "report",
    ("due", "draft", "certified", "accepted", "returned"),
    (
        step(A.REPORT_EDIT,    ("due", "draft", "returned"), "draft"),
        step(A.REPORT_CERTIFY, ("draft",),                   "certified",
             needs=(needs.every_value,), tells=("firm", "desks")),
        step(A.REPORT_ACCEPT,  ("certified",),               "accepted", tells=("firm",)),
        step(A.REPORT_RETURN,  ("certified",),               "returned", needs=(needs.a_reason,), tells=("firm",)),
    ),
)

BREACH = Lifecycle(
    "breach",
    ("open", "answered", "cured", "waived", "escalated", "closed"),
    (
        step(A.BREACH_ANSWER,   ("open",),                         "answered",
             needs=(needs.a_reason,), tells=("owner",)),
        step(A.BREACH_CURE,     ("answered",),                     "cured",     tells=("firm",)),
        step(A.BREACH_WAIVE,    ("answered",),                     "waived",
             needs=(needs.a_reason,), tells=("firm",)),
        step(A.BREACH_ESCALATE, ("open", "answered"),              "escalated",
             needs=(needs.a_reason,), tells=("firm",)),
        step(A.BREACH_CLOSE,    ("cured", "waived", "escalated"),  "closed",    tells=("firm",)),
    ),
)
# fmt: on

LIFECYCLES = (
    APPLICATION,
    DESK,
    REQUEST,
    DECISION,
    NOTICE,
    CONDITION,
    DIVERGENCE,
    CONTRADICTION,
    JOINT_MEETING,
    TRIAL,
    REPORT,
    BREACH,
)

# Until opening, everyone outside the desk reads one word for all of these (the seal).
SEALED_STATES = frozenset({"routed", "screening", "incomplete", "assessing", "assessed"})
MASK = "assessing"
ENDED_DESK = frozenset({"refused_to_review", "opted_out", "authority_withdrew", "closed"})
