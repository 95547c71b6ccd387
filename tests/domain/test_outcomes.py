"""The joint outcome over one to five desks: rules that hold whatever the desks do, and examples in words."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from sandbox.domain.lifecycles import DESK, SEALED_STATES
from sandbox.domain.outcomes import APPROVALS, OUT, TITLES, DeskDecision, JointOutcome, Outcome, combine

ACTIONS = ("approve", "approve_with_conditions", "refuse", "defer")
JOINT = {Outcome.APPROVED, Outcome.APPROVED_DIFFERING, Outcome.APPROVED_IN_PART}


def desk(name: str = "A", state: str = "issued", action: str | None = "approve", **more: object) -> DeskDecision:
    return DeskDecision(name, state=state, action=action, **more)  # type: ignore[arg-type]


@st.composite
def desks(draw: st.DrawFn, states: tuple[str, ...] = DESK.states, actions: tuple[str | None, ...] = (*ACTIONS, None)):
    count = draw(st.integers(1, 5))
    return [
        DeskDecision(
            "ABCDE"[number],
            draw(st.booleans()),
            draw(st.sampled_from(states)),
            draw(st.sampled_from(actions)),
            draw(st.frozensets(st.sampled_from(["limit", "report"]))),
        )
        for number in range(count)
    ]


DECIDED = desks(("decided", "issued"), ACTIONS)
CHOICES = st.fixed_dictionaries(
    {"withdrawn": st.booleans(), "firm_goes_on_with_fewer": st.booleans(), "programme_allows_fewer": st.booleans()}
)


def of(everyone: list[DeskDecision], **choices: bool) -> Outcome:
    return combine(everyone, **choices).outcome


@given(desks(), CHOICES)
@settings(max_examples=500)
def test_the_outcome_is_the_first_of_the_rules_that_holds(
    everyone: list[DeskDecision], choices: dict[str, bool]
) -> None:
    """The rules once more, each by itself and not in the order of the code."""
    active = [one for one in everyone if one.state not in OUT]
    decided = [one.action for one in active if one.state in {"decided", "issued"} and one.action]
    approve = [action for action in decided if action in APPROVALS]
    collapsed = not active or any(one.required and one.state in OUT for one in everyone)
    pending = len(decided) < len(active)
    blocked = any(one.required and one.action not in APPROVALS for one in active)
    fewer = choices["firm_goes_on_with_fewer"] and choices["programme_allows_fewer"]
    differ = len({one.conditions for one in active}) > 1
    rules = [
        (choices["withdrawn"], Outcome.WITHDRAWN),
        (collapsed, Outcome.COLLAPSED),
        (pending, Outcome.PENDING),
        (len(approve) == len(active) and not differ, Outcome.APPROVED),
        (len(approve) == len(active) and differ, Outcome.APPROVED_DIFFERING),
        (bool(approve) and (not blocked or fewer), Outcome.APPROVED_IN_PART),
        (bool(approve), Outcome.NOT_JOINT),
        ("defer" in decided, Outcome.DEFERRED),
        (True, Outcome.REFUSED),
    ]
    assert of(everyone, **choices) is next(outcome for holds, outcome in rules if holds)


@given(desks(), CHOICES, st.randoms())
def test_the_order_of_the_desks_does_not_matter(everyone: list[DeskDecision], choices: dict[str, bool], random) -> None:
    mixed = list(everyone)
    random.shuffle(mixed)
    before, after = combine(everyone, **choices), combine(mixed, **choices)
    assert (before.outcome, before.title) == (after.outcome, after.title)
    assert sorted(before.approving) == sorted(after.approving)


@given(desks(), CHOICES)
def test_withdrawing_wins(everyone: list[DeskDecision], choices: dict[str, bool]) -> None:
    assert of(everyone, **{**choices, "withdrawn": True}) is Outcome.WITHDRAWN
    assert of(everyone, **{**choices, "withdrawn": False}) is not Outcome.WITHDRAWN


@given(desks(), CHOICES)
def test_pending_while_a_desk_that_takes_part_has_not_decided(
    everyone: list[DeskDecision], choices: dict[str, bool]
) -> None:
    undecided = [one for one in everyone if not one.out and not one.decided]
    gone = [one for one in everyone if one.out and one.required]
    assert (of(everyone, **choices) is Outcome.PENDING) == bool(undecided and not gone and not choices["withdrawn"])


@given(desks(), CHOICES)
def test_k_of_n(everyone: list[DeskDecision], choices: dict[str, bool]) -> None:
    found = combine(everyone, **choices)
    assert set(found.approving) <= set(found.deciding) <= {one.authority for one in everyone}
    assert found.reason
    if found.outcome is Outcome.APPROVED_IN_PART:
        assert 0 < len(found.approving) < len(found.deciding)
        assert found.title == f"Approved in part ({len(found.approving)} of {len(found.deciding)})"
    else:
        assert found.title == TITLES[found.outcome]


@given(desks(), CHOICES, st.sampled_from(sorted(OUT)), st.booleans())
def test_an_optional_desk_that_leaves_is_no_longer_counted(
    everyone: list[DeskDecision], choices: dict[str, bool], end: str, first: bool
) -> None:
    left = replace(desk("Z", end, None), required=False)
    with_it = combine([left, *everyone] if first else [*everyone, left], **choices)
    without = combine(everyone, **choices)
    assert (with_it.outcome, with_it.deciding) == (without.outcome, without.deciding)


@given(desks(), CHOICES, st.sampled_from(sorted(OUT)))
def test_a_required_desk_that_leaves_collapses_the_joint_case(
    everyone: list[DeskDecision], choices: dict[str, bool], end: str
) -> None:
    found = of([*everyone, desk("Z", end, None)], **choices)
    assert found is (Outcome.WITHDRAWN if choices["withdrawn"] else Outcome.COLLAPSED)


@given(desks(), st.booleans())
def test_the_firms_choice_decides_only_between_in_part_and_not_joint(
    everyone: list[DeskDecision], allowed: bool
) -> None:
    without = of(everyone, programme_allows_fewer=allowed)
    with_it = of(everyone, programme_allows_fewer=allowed, firm_goes_on_with_fewer=True)
    if without is not with_it:
        assert (without, with_it, allowed) == (Outcome.NOT_JOINT, Outcome.APPROVED_IN_PART, True)


@given(desks(), CHOICES)
def test_while_a_required_desk_does_not_approve_nobody_can_make_it_approved(
    everyone: list[DeskDecision], choices: dict[str, bool]
) -> None:
    assume(any(one.required and not one.approves for one in everyone))
    found = of(everyone, **choices)
    assert found not in {Outcome.APPROVED, Outcome.APPROVED_DIFFERING}
    if found is Outcome.APPROVED_IN_PART:
        assert choices["firm_goes_on_with_fewer"] and choices["programme_allows_fewer"]


@given(DECIDED, st.integers(0, 4))
def test_one_more_approval_never_makes_it_worse(everyone: list[DeskDecision], place: int) -> None:
    """Nothing that an authority approves takes an approval of another away."""
    place %= len(everyone)
    better = [*everyone]
    better[place] = replace(everyone[place], action="approve")
    if of(everyone) in JOINT:
        assert of(better) in JOINT


@given(desks(), CHOICES, st.data())
def test_what_happens_behind_the_seal_does_not_show(
    everyone: list[DeskDecision], choices: dict[str, bool], data: st.DataObject
) -> None:
    other = [
        replace(one, state=data.draw(st.sampled_from(sorted(SEALED_STATES)))) if one.state in SEALED_STATES else one
        for one in everyone
    ]
    assert combine(other, **choices) == combine(everyone, **choices)


@given(desks(), CHOICES)
def test_an_action_that_is_not_signed_yet_does_not_count(
    everyone: list[DeskDecision], choices: dict[str, bool]
) -> None:
    blank = [one if one.state in {"decided", "issued"} else replace(one, action=None) for one in everyone]
    assert combine(blank, **choices) == combine(everyone, **choices)


A, REFUSES, DEFERS = desk("A"), desk("R", action="refuse"), desk("D", action="defer")
LIMITED = desk("L", action="approve_with_conditions", conditions=frozenset({"customers at most 200"}))
OPTIONAL = {"required": False}


@pytest.mark.parametrize(
    ("words", "everyone", "choices", "expected"),
    [
        ("one authority alone approves", [A], {}, "Approved"),
        ("both approve without conditions", [A, desk("B")], {}, "Approved"),
        ("both approve under the same conditions", [LIMITED, replace(LIMITED, authority="M")], {}, "Approved"),
        ("both approve, one with a limit", [A, LIMITED], {}, "Approved with differing conditions"),
        ("signed counts, issued or not", [A, desk("B", state="decided")], {}, "Approved"),
        ("one is still deliberating", [A, desk("B", "deliberating", None)], {}, "Pending"),
        ("an optional one is still deliberating", [A, desk("B", "procedure", None, **OPTIONAL)], {}, "Pending"),
        (
            "a required one refuses, one approves",
            [A, REFUSES],
            {},
            "Not joint: the instruments stand alone",
        ),
        (
            "the same, the firm would go on with fewer, the programme does not allow it",
            [A, REFUSES],
            {"firm_goes_on_with_fewer": True},
            "Not joint: the instruments stand alone",
        ),
        (
            "the same, the programme allows it, the firm did not choose it",
            [A, REFUSES],
            {"programme_allows_fewer": True},
            "Not joint: the instruments stand alone",
        ),
        (
            "the same, chosen and allowed",
            [A, REFUSES],
            {"firm_goes_on_with_fewer": True, "programme_allows_fewer": True},
            "Approved in part (1 of 2)",
        ),
        ("an optional one refuses", [A, desk("B"), replace(REFUSES, required=False)], {}, "Approved in part (2 of 3)"),
        ("an optional one defers", [A, replace(DEFERS, required=False)], {}, "Approved in part (1 of 2)"),
        (
            "an optional one approves, the required one refuses",
            [replace(A, required=False), REFUSES],
            {},
            "Not joint: the instruments stand alone",
        ),
        ("nobody approves, one defers", [REFUSES, DEFERS], {}, "Deferred"),
        ("all defer", [DEFERS, replace(DEFERS, authority="E")], {}, "Deferred"),
        ("all refuse", [REFUSES, replace(REFUSES, authority="S")], {}, "Refused"),
        (
            "a required one opted out",
            [A, desk("B", "opted_out", None)],
            {},
            "Collapsed: a required authority takes no part",
        ),
        (
            "a required one refused to review",
            [A, desk("B", "refused_to_review", None)],
            {},
            "Collapsed: a required authority takes no part",
        ),
        (
            "a required authority withdrew while another is undecided",
            [desk("A", "assessing", None), desk("B", "authority_withdrew", None)],
            {},
            "Collapsed: a required authority takes no part",
        ),
        (
            "an optional one opted out, the other approves",
            [A, desk("B", "opted_out", None, **OPTIONAL)],
            {},
            "Approved",
        ),
        (
            "an optional one opted out, the other refuses",
            [REFUSES, desk("B", "opted_out", None, **OPTIONAL)],
            {},
            "Refused",
        ),
        (
            "every optional one opted out",
            [desk("A", "opted_out", None, **OPTIONAL), desk("B", "opted_out", None, **OPTIONAL)],
            {},
            "Collapsed: a required authority takes no part",
        ),
        ("the firm withdrew, whatever was decided", [A, REFUSES], {"withdrawn": True}, "Withdrawn"),
        (
            "the firm withdrew after a required one opted out",
            [desk("B", "opted_out", None)],
            {"withdrawn": True},
            "Withdrawn",
        ),
        ("nobody was asked", [], {}, "Collapsed: a required authority takes no part"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_examples(words: str, everyone: list[DeskDecision], choices: dict[str, bool], expected: str) -> None:
    assert combine(everyone, **choices).title == expected


@pytest.mark.parametrize(
    ("everyone", "choices", "reason"),
    [
        ([A, desk("B", "assessing", None), desk("C", "assessed", None)], {}, "Not decided yet: B, C."),
        (
            [A, REFUSES, DEFERS],
            {},
            "A required authority did not approve (R, D), and going on with fewer was not chosen.",
        ),
        ([desk("B", "opted_out", None), A], {}, "A required authority takes no part: B."),
        ([A, replace(REFUSES, required=False)], {}, "A approved; others did not."),
        ([A], {"withdrawn": True}, "The firm withdrew the case."),
    ],
)
def test_the_reason_names_who(everyone: list[DeskDecision], choices: dict[str, bool], reason: str) -> None:
    assert combine(everyone, **choices).reason == reason


def test_every_outcome_has_a_title() -> None:
    assert set(TITLES) == set(Outcome)
    assert JointOutcome(Outcome.APPROVED_IN_PART, "", ("A",), ("A", "B", "C")).title == "Approved in part (1 of 3)"
