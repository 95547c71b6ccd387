"""What each need says is missing, word for word: these are sentences that people read."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest

from sandbox.domain import needs
from sandbox.domain.workflow import Need

DRAFT = needs.Draft("approve", "letter", "Because.", True, signatories=("A",))
FULL = needs.Assessment(("Scope", "Harm"), frozenset({"Scope", "Harm"}), (), "approve", "Sound.", 0, ())
JOINT = needs.JointNotice("approved", approvals=2)

CASES: list[tuple[Need, Any, Iterable[str]]] = [
    (needs.all_sections, needs.Dossier(), ()),
    (needs.all_sections, needs.Dossier(("one", "two")), ("one", "two")),
    (needs.an_incomplete_desk, needs.Dossier(), ()),
    (
        needs.an_incomplete_desk,
        needs.Dossier(answers_incompleteness=False),
        ("No authority has asked for changes. The submitted application cannot be changed now.",),
    ),
    (needs.something_missing, needs.Screening(("a document",)), ()),
    (needs.something_missing, needs.Screening(), ("Say what is missing, so that the firm can answer.",)),
    (needs.refusal_allowed, needs.Screening(may_refuse=True, reason="Outside our remit."), ()),
    (
        needs.refusal_allowed,
        needs.Screening(reason=" \t"),
        (
            "The rules of this authority do not allow refusing to review.",
            "Give the reason for refusing to review.",
        ),
    ),
    (needs.a_reason, needs.Reasoned("Because."), ()),
    (needs.a_reason, needs.Reasoned("  \n"), ("Give a reason.",)),
    (needs.every_finding, FULL, ()),
    (
        needs.every_finding,
        needs.Assessment(
            ("Scope", "Harm", "Need"),
            frozenset({"Harm", "Need"}),
            ("Harm",),
            stale=("Need",),
            stale_conditions=("Total",),
            unfounded=("Harm",),
        ),
        (
            "Record a finding for “Scope”.",
            "Give reasons for the finding on “Harm”.",
            "Confirm the finding on “Need” again: what it rests on has changed.",
            "Confirm the condition “Total” again: the firm has changed its limit.",
            "Record your own finding for “Harm”: no standing equivalence lets your authority rely on another.",
        ),
    ),
    (needs.a_review, FULL, ()),
    (
        needs.a_review,
        needs.Assessment(unreviewed=True),
        ("Let a second person of your desk review the findings and conditions.",),
    ),
    (needs.a_recommendation, FULL, ()),
    (
        needs.a_recommendation,
        needs.Assessment(summary=" "),
        ("Choose what the desk recommends.", "Summarise the reasons for the recommendation."),
    ),
    (
        needs.a_recommendation,
        needs.Assessment(recommendation="approve_with_conditions", summary="Sound."),
        ("Propose at least one condition, or recommend approval without conditions.",),
    ),
    (
        needs.a_recommendation,
        needs.Assessment(recommendation="approve_with_conditions", summary="Ok", conditions=1),
        (),
    ),
    (needs.every_position, needs.Opening(), ()),
    (
        needs.every_position,
        needs.Opening(("FCA", "SEC")),
        (
            "FCA has not filed its position on the present version.",
            "SEC has not filed its position on the present version.",
        ),
    ),
    (needs.warning_point, needs.Alone("The period ends.", True), ()),
    (
        needs.warning_point,
        needs.Alone(" "),
        ("The desk's clock has not reached its warning point.", "Give the reason for going ahead alone."),
    ),
    (needs.a_whole_decision, DRAFT, ()),
    (needs.a_whole_decision, needs.Draft("refuse", "letter", "Because."), ()),
    (
        needs.a_whole_decision,
        needs.Draft("", "", " ", procedure_open=("Hearing",)),
        (
            "Choose the decision.",
            "Choose the instrument.",
            "Give the reasons for the decision.",
            "The procedure item “Hearing” is still open.",
        ),
    ),
    (
        needs.a_whole_decision,
        needs.Draft("approve_with_conditions", "letter", "Because."),
        (
            "Give the date on which the decision takes effect.",
            "Add at least one condition, or approve without conditions.",
        ),
    ),
    (needs.enough_signatories, DRAFT, ()),
    (needs.enough_signatories, needs.Draft(signatories=("A", "B"), signatories_needed=1), ()),
    (
        needs.enough_signatories,
        needs.Draft(),
        ("Assign 1 more decision maker who declared interests and did not assess the case.",),
    ),
    (
        needs.enough_signatories,
        needs.Draft(signatories=("A",), signatories_needed=3),
        ("Assign 2 more decision makers who declared interests and did not assess the case.",),
    ),
    (needs.every_signature, needs.Signing(1, 1), ()),
    (
        needs.every_signature,
        needs.Signing(1, 3, ("Ada", "Bertram")),
        ("Ada has not signed yet.", "Bertram has not signed yet."),
    ),
    (needs.a_joint_outcome, JOINT, ()),
    (
        needs.a_joint_outcome,
        needs.JointNotice("pending", ("Limits", "Scope"), unissued=("SEC",), approvals=1),
        (
            "Not every required authority has decided.",
            "SEC has not issued its instrument.",
            "The divergence on “Limits” has no disposition.",
            "The divergence on “Scope” has no disposition.",
        ),
    ),
    (
        needs.a_joint_outcome,
        needs.JointNotice("collapsed"),
        ("There is no joint outcome: the instruments stand alone.", "No authority has approved."),
    ),
    (needs.no_preconditions, needs.Trial(), ()),
    (
        needs.no_preconditions,
        needs.Trial(("Insurance",), ("SEC",)),
        ("The precondition “Insurance” is not met.", "The instrument of SEC is not in force yet."),
    ),
    (needs.every_value, needs.Report(("customers, UK",)), ("customers, UK",)),
]


@pytest.mark.parametrize(
    ("need", "matter", "said"), CASES, ids=[f"{need.__name__}-{n}" for n, (need, *_) in enumerate(CASES)]
)
def test_what_is_missing_is_said_whole_and_in_these_words(need: Need, matter: Any, said: Iterable[str]) -> None:
    assert tuple(need(matter)) == said


@pytest.mark.parametrize("outcome", ["withdrawn", "collapsed", "not_joint"])
def test_without_a_joint_outcome_there_is_no_joint_notice(outcome: str) -> None:
    assert tuple(needs.a_joint_outcome(needs.JointNotice(outcome, approvals=1))) == (
        "There is no joint outcome: the instruments stand alone.",
    )


@pytest.mark.parametrize("outcome", ["refused", "deferred"])
def test_nobody_approved_no_joint_notice(outcome: str) -> None:
    assert tuple(needs.a_joint_outcome(needs.JointNotice(outcome))) == ("No authority has approved.",)
