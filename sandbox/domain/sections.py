"""The five sections of an application, what each still lacks, and the one record that is checked and submitted."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sandbox.domain.entries import is_amount, is_day, is_given, is_lei

Answers = Mapping[str, Any]

SECTIONS: dict[str, str] = {
    "firm": "About the firm",  # read by the firm and by the desks
    "product": "Product and activities",
    "jurisdictions": "Jurisdictions",
    "test_plan": "Test plan",
    "declarations": "Declarations",
}

REQUIRED: dict[str, dict[str, str]] = {
    "firm": {
        "legal_name": "the legal name",
        "country": "the country of the registered office",
        "address": "the registered address",
        "contact_name": "a contact person",
        "contact_email": "the contact's email address",
    },
    "product": {
        "name": "the name of the product",
        "summary": "what the product does",
        "innovation": "what is new about it",
        "activities": "at least one activity",
        "asset_classes": "at least one class of asset",
        "customers": "who the customers are",
    },
    "jurisdictions": {"jurisdictions": "at least one jurisdiction"},
    "test_plan": {
        "starts_on": "when the test is to start",
        "duration_months": "how long the test lasts",
        "customers": "how customers are chosen and how many",
        "limits": "at least one limit",
        "safeguards": "at least one safeguard",
        "safeguards_text": "how customers are protected",
        "exit_plan": "how the test ends and customers leave",
    },
    "declarations": {
        "accurate": "the declaration that the answers are true",
        "authorised": "the declaration that you may submit for the firm",
        "consent_sharing": "consent to share the application between the authorities",
        "not_in_default": "the declaration that the firm is not in default",
    },
}


# What each further legal entity needs.
ENTITY: dict[str, str] = {
    "name": "the name",
    "country": "the country of the registered office",
    "address": "the registered address",
    "jurisdictions": "the jurisdictions",
}


def lacking(code: str, answers: Answers) -> Iterator[str]:
    """What a section lacks, as parts of a sentence after “Missing:”. Nothing lacking: the section is complete."""
    for name, words in REQUIRED[code].items():
        if not is_given(answers.get(name)):
            yield words
    extra: Callable[[Answers], Iterator[str]] | None = EXTRA.get(code)
    if extra is not None:
        yield from extra(answers)


def _firm(answers: Answers) -> Iterator[str]:
    lei = answers.get("lei")
    if lei and not is_lei(str(lei)):
        yield "an LEI whose check digits are right, or none"
    served: set[str] = set()
    for number, entity in enumerate(answers.get("entities") or (), start=2):
        for name, words in ENTITY.items():
            if not is_given(entity.get(name)):
                yield f"{words} of legal entity {number}"
        if entity.get("lei") and not is_lei(str(entity["lei"])):
            yield f"an LEI of legal entity {number} whose check digits are right, or none"
        for code in entity.get("jurisdictions") or ():
            if code in served:
                yield f"only one further legal entity for {code}"
            served.add(code)


def _jurisdictions(answers: Answers) -> Iterator[str]:
    rationale = answers.get("rationale") or {}
    for code in answers.get("jurisdictions") or ():
        if not is_given(rationale.get(code)):
            yield f"the rationale for {code}"


def _test_plan(answers: Answers) -> Iterator[str]:
    for limit in answers.get("limits") or ():
        if not is_amount(limit.get("threshold")):
            yield f"a limit of 0 or more for {limit.get('metric', 'each metric')}"
    starts = answers.get("starts_on")
    if starts and not is_day(starts):
        yield "a real start date"


EXTRA: dict[str, Callable[[Answers], Iterator[str]]] = {
    "firm": _firm,
    "jurisdictions": _jurisdictions,
    "test_plan": _test_plan,
}


def section_state(code: str, answers: Answers | None) -> str:
    """not_started, in_progress or complete."""
    if not answers:
        return "not_started"
    return "in_progress" if any(lacking(code, answers)) else "complete"


def problems(sections: Mapping[str, Answers]) -> list[str]:
    """Everything that keeps the application from being submitted, in words, section by section."""
    return [
        f"Missing in “{title}”: {words}."
        for code, title in SECTIONS.items()
        for words in lacking(code, sections.get(code) or {})
    ]


def plan_limits(record: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The limits of the test plan of a record, as the firm proposes them."""
    plan = (record.get("sections") or {}).get("test_plan") or {}
    return list(plan.get("limits") or ())


def unlimited_jurisdictions(sections: Mapping[str, Answers]) -> list[str]:
    """Chosen jurisdictions for which the test plan proposes no limit."""
    limits = (sections.get("test_plan") or {}).get("limits") or ()
    covered = {limit.get("jurisdiction") for limit in limits}
    chosen = (sections.get("jurisdictions") or {}).get("jurisdictions") or ()
    return [code for code in chosen if code not in covered]


def stray_limits(sections: Mapping[str, Answers]) -> list[str]:
    """Jurisdictions that have a limit in the test plan but are not chosen."""
    chosen = (sections.get("jurisdictions") or {}).get("jurisdictions") or ()
    limits = (sections.get("test_plan") or {}).get("limits") or ()
    return sorted({str(limit.get("jurisdiction")) for limit in limits} - set(chosen))


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that keeps an application from being submitted, and the section in which it is put right."""

    section: str
    text: str


def dossier_problems(
    sections: Mapping[str, Answers],
    unshown: Callable[[str], Sequence[str]] = lambda _text: (),
) -> list[Problem]:
    """Everything that keeps the application from being submitted, except routing.

    `unshown` names the characters of a text that documents cannot show; they are refused here for the last time.
    """
    found = []
    unlimited = unlimited_jurisdictions(sections)
    for code, title in SECTIONS.items():
        answers = sections.get(code) or {}
        missing = list(lacking(code, answers))
        if code == "test_plan" and unlimited:
            missing = [words for words in missing if words != REQUIRED[code]["limits"]]  # said of each of them below
            missing += [f"at least one limit for {place}" for place in unlimited]
        found += [Problem(code, f"Missing in “{title}”: {words}.") for words in missing]
        signs = dict.fromkeys(sign for text in _texts(answers) for sign in unshown(text))
        found += [Problem(code, f"Remove from “{title}”: {sign}. It cannot be shown in documents.") for sign in signs]
    return found + [
        Problem("test_plan", f"Remove the limits for {code} from “{SECTIONS['test_plan']}”, or select {code}.")
        for code in stray_limits(sections)
    ]


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from _texts(item)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _texts(item)


def chosen(sections: Mapping[str, Answers]) -> dict[str, list[str]]:
    """What routing reads: the activities, the classes of asset and the jurisdictions."""
    product, jurisdictions = sections.get("product") or {}, sections.get("jurisdictions") or {}
    return {
        "activities": list(product.get("activities") or ()),
        "asset_classes": list(product.get("asset_classes") or ()),
        "jurisdictions": list(jurisdictions.get("jurisdictions") or ()),
    }


def working_record(sections: Mapping[str, Answers], documents: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """What would be submitted now: all sections and the documents, in the order in which they came.

    The page that is checked and the act that submits hash the same record, so nothing is sent that was not shown.
    """
    return {
        "schema": "dossier/1",
        "sections": {code: dict(sections.get(code) or {}) for code in SECTIONS},
        "documents": [
            {"id": str(one["id"]), **{name: one[name] for name in ("name", "sha256", "size", "media_type")}}
            for one in documents
        ],
    }
