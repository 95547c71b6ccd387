"""The whole grants table as a page that a reader can check: tests/domain/policy_matrix.txt, cell by cell.

`python tests/domain/test_policy_matrix.py` writes the page anew; read the difference before you keep it.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from uuid import UUID

import pytest

from sandbox.domain.actions import Action
from sandbox.domain.actors import ROLES_OF, SYSTEM, Actor, Organisation, Role
from sandbox.domain.policy import GRANTS, NEVER_DRAFTS, NEVER_ISSUES, NEVER_SIGNS, Bar, CaseFacts, can, named

GOLDEN = Path(__file__).with_name("policy_matrix.txt")
FIRM, OTHER_FIRM, DESK, OTHER_DESK, OFFICE = (UUID(int=number) for number in range(1, 6))

ORDER = (
    Organisation.FIRM, Organisation.LAW_FIRM, Organisation.AUTHORITY, Organisation.PROGRAMME_OFFICE,
    Organisation.AUDIT_BODY,
)  # fmt: skip
LETTERS = {
    Role.OWNER: "ow", Role.CONTRIBUTOR: "co", Role.SIGNATORY: "si", Role.CERTIFIER: "ce", Role.READ_ONLY: "ro",
    Role.COUNSEL: "cs", Role.INTAKE_OFFICER: "in", Role.CASE_OFFICER: "ca", Role.SPECIALIST: "sp",
    Role.COORDINATOR: "cd", Role.DECISION_MAKER: "dm", Role.ISSUING_ADMINISTRATOR: "ia", Role.SUPERVISOR: "su",
    Role.RECORDS_OFFICER: "re", Role.ETHICS_OFFICER: "et", Role.AUTHORITY_ADMINISTRATOR: "aa",
    Role.SECRETARIAT: "se", Role.PROGRAMME_ADMINISTRATOR: "pa", Role.AUDITOR: "au", Role.SYSTEM: "SY",
}  # fmt: skip
BARRED: dict[frozenset[Bar], str] = {
    frozenset(): "y",
    frozenset({Bar.PREPARED}): "p",
    frozenset({Bar.ASSESSED}): "a",
    NEVER_DRAFTS: "d",
    NEVER_ISSUES: "i",
    NEVER_SIGNS: "s",
}
LEGEND = """\
Who may do what: every role and every action, in every situation in which a person can stand.
y = may;  . = refused;  p = may, unless they prepared this report;  a = may, unless they assessed this desk;
d = may, unless they signed for this desk;  i = may, unless they signed, assessed or reviewed;
s = may, unless they drafted, assessed or reviewed. Who did something once did it for good.
An action that a situation does not list is refused there to every role. Roles it does not list cannot be there.
"""

# Situation → (who can be in it, what is known of the case). `None`: no case is concerned.
_case = CaseFacts(firm_id=FIRM, submitted=True, desks=frozenset({DESK, OTHER_DESK}), lead=OTHER_DESK)


def _desk(**more: bool | UUID) -> CaseFacts:
    known = {"firm_id": FIRM, "submitted": True, "desks": frozenset({DESK, OTHER_DESK}), "lead": OTHER_DESK}
    return CaseFacts(**{**known, **more})  # type: ignore[arg-type]


SITUATIONS: dict[str, tuple[tuple[Organisation, ...], CaseFacts | None]] = {
    "no case is concerned": ((*ORDER, Organisation.NONE), None),
    "works for the applicant, as its own or as counsel whom it engages": (
        (Organisation.FIRM, Organisation.LAW_FIRM),
        _case,
    ),
    "works for another firm, or is counsel of another firm": (
        (Organisation.FIRM, Organisation.LAW_FIRM),
        CaseFacts(firm_id=OTHER_FIRM),
    ),
    "works for an authority, the application is a draft": (
        (Organisation.AUTHORITY,),
        CaseFacts(firm_id=FIRM, desks=frozenset({DESK}), declared=True, assigned=True, lead=DESK),
    ),
    "works for an authority without a desk on the case": (
        (Organisation.AUTHORITY,),
        CaseFacts(firm_id=FIRM, submitted=True, desks=frozenset({OTHER_DESK}), declared=True, assigned=True),
    ),
    "works for a desk, has declared nothing": ((Organisation.AUTHORITY,), _desk(assigned=True)),
    "works for a desk, has declared": ((Organisation.AUTHORITY,), _desk(declared=True)),
    "works for a desk, has declared, is assigned": ((Organisation.AUTHORITY,), _desk(declared=True, assigned=True)),
    "works for the lead desk, has declared, is assigned": (
        (Organisation.AUTHORITY,),
        _desk(declared=True, assigned=True, lead=DESK),
    ),
    "works for a desk, has declared, is assigned, stands in as coordinator for this case": (
        (Organisation.AUTHORITY,),
        _desk(declared=True, assigned=True, stands_in=frozenset({Role.COORDINATOR})),
    ),
    "works for a desk that observes, has declared nothing": (
        (Organisation.AUTHORITY,),
        _desk(assigned=True, observes=True),
    ),
    "works for a desk that observes, has declared, is assigned, leads": (
        (Organisation.AUTHORITY,),
        _desk(declared=True, assigned=True, observes=True, lead=DESK),
    ),
    "is recused": ((Organisation.AUTHORITY,), _desk(declared=True, assigned=True, conflicted=True, lead=DESK)),
    "works for a desk, the act concerns the other desk": (
        (Organisation.AUTHORITY,),
        _desk(declared=True, assigned=True, lead=DESK, subject_authority=OTHER_DESK),
    ),
    "works for the programme office": ((Organisation.PROGRAMME_OFFICE,), _case),
    "works for the audit body": ((Organisation.AUDIT_BODY,), _case),
}


def actor(role: Role) -> Actor:
    """Somebody with this role alone, of the organisation that can give it."""
    if role is Role.SYSTEM:
        return SYSTEM
    kind = next(kind for kind, roles in ROLES_OF.items() if role in roles)
    home = {Organisation.FIRM: FIRM, Organisation.AUTHORITY: DESK}.get(kind, OFFICE)
    acts_for = frozenset({FIRM}) if kind is Organisation.LAW_FIRM else frozenset()
    return Actor(UUID(int=99), home, kind, frozenset({role}), acts_for=acts_for)


def roles_of(kinds: tuple[Organisation, ...]) -> list[Role]:
    """The roles of these kinds of organisation, in the order in which they are written down."""
    return [role for role in Role if any(role in ROLES_OF.get(kind, {Role.SYSTEM}) for kind in kinds)]


def cell(role: Role, action: Action, facts: CaseFacts | None) -> str:
    """What the lock says: a point, y, or the letter of the bars that take it away."""
    if not can(actor(role), action, facts):
        return "."
    if facts is None:
        return "y"
    bars = frozenset(bar for bar in Bar if not can(actor(role), action, replace(facts, bars=frozenset({bar}))))
    return BARRED[bars]


def page() -> str:
    """The page as the code has it."""
    lines = [LEGEND, *(f"{letters}  {role.value}" for role, letters in LETTERS.items())]
    for title, (kinds, facts) in SITUATIONS.items():
        roles = roles_of(kinds)
        lines += ["", f"## {title}", " " * 29 + " ".join(LETTERS[role] for role in roles)]
        for action in Action:
            cells = [cell(role, action, facts) for role in roles]
            if set(cells) != {"."}:
                lines.append(f"{action.value:29}" + "  ".join(cells))
    nobody = [action.value for action in Action if action not in GRANTS]
    return "\n".join([*lines, "", "## nobody, ever", *nobody, ""])


def parsed() -> dict[str, dict[tuple[str, str], str]]:
    """Situation → (action, role's letters) → cell, from the page as it is written down."""
    found: dict[str, dict[tuple[str, str], str]] = {}
    for block in GOLDEN.read_text().split("\n## ")[1:]:
        title, *rows = block.strip("\n").split("\n")
        if title == "nobody, ever":
            continue
        heads = rows[0].split()
        cells = found.setdefault(title, {})
        for row in rows[1:]:
            action, *values = row.split()
            assert len(values) == len(heads), row
            cells |= {(action, head): value for head, value in zip(heads, values, strict=True)}
    return found


def test_the_page_names_every_role_and_every_action() -> None:
    text = GOLDEN.read_text()
    assert [role.value for role in Role if f"{LETTERS[role]}  {role.value}\n" not in text] == []
    cells = parsed()
    standing = {letters for rows in cells.values() for _, letters in rows}
    assert standing == {letters for role, letters in LETTERS.items() if role is not Role.COUNSEL} | {"cs"}
    named_actions = {action for rows in cells.values() for action, _ in rows}
    nobody = set(text.split("## nobody, ever\n")[1].split())
    assert named_actions | nobody == {action.value for action in Action}
    assert named_actions & nobody == set()


def test_no_two_roles_share_their_letters() -> None:
    assert len(set(LETTERS.values())) == len(Role) == len(LETTERS)


@pytest.mark.parametrize("title", SITUATIONS)
def test_each_cell_is_as_written(title: str) -> None:
    kinds, facts = SITUATIONS[title]
    written = parsed().get(title, {})
    wrong = [
        f"{action.value} by {role.value}: written {expected}, is {found}"
        for action in Action
        for role in roles_of(kinds)
        if (expected := written.get((action.value, LETTERS[role]), ".")) != (found := cell(role, action, facts))
    ]
    assert wrong == []


def test_the_page_is_written_as_it_would_be_written_now() -> None:
    assert GOLDEN.read_text() == page()


@pytest.mark.parametrize("role", Role)
def test_the_door_lets_in_who_some_grant_names(role: Role) -> None:
    """The door knows no case: it opens for whoever may pass the lock in some situation, and for nobody else.

    A role held for one case opens doors through `Actor.stands_in` (tests/queries/test_stand_ins.py).
    """
    for action in Action:
        somewhere = any(
            cell(role, action, facts) != "."
            for kinds, facts in SITUATIONS.values()
            if role in roles_of(kinds) and not (facts and facts.stands_in)
        )
        assert named(actor(role), action) == somewhere, action


if __name__ == "__main__":
    GOLDEN.write_text(page())
