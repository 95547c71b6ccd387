"""Invented records of documents as the services make them: instruments, notices, receipts, dossiers."""

from __future__ import annotations

from typing import Any

FIRM = {
    "name": "Łódź & Société Générale d’Exemple Ltd",
    "lei": "5493001KJTIIGC8Y1R12",
    "company_number": "01234567",
    "country": "United Kingdom",
    "address": "1 Example Street, Example Town, EX1 1EX",
}
PRODUCT = {
    "name": "Tokenised commercial paper with same-day settlement",
    "summary": "A platform on which issuers of commercial paper reach professional investors in both countries, with "
    "the paper held as tokens and the cash leg settled in a regulated stablecoin.\n\nThe test is open to professional "
    "clients only.",
    "activities": [
        {"code": "operate-venue", "title": "Operating a trading facility for tokenised debt"},
        {"code": "custody", "title": "Safeguarding of tokenised debt and of the stablecoin used for settlement"},
    ],
    "assets": [
        {"name": "Commercial paper token", "regime": "UK", "class": "Specified investment: debt instrument"},
        {"name": "Commercial paper token", "regime": "US", "class": "Security: note"},
        {"name": "Settlement stablecoin", "regime": "UK", "class": "Qualifying stablecoin"},
    ],
    "customers": "At most 40 professional clients, of which at most 25 in the United States.",
}
DOSSIER = {
    "version": 2,
    "sha256": "3f1c" * 16,
    "submitted_at": "2026-09-14T13:05:00+00:00",
    "documents": [
        {"name": "Test plan.pdf", "sha256": "a0b1" * 16},
        {"name": "Custody arrangements – final (version 3).docx", "sha256": "77e9" * 16},
    ],
    "test_plan_sha256": "c4d2" * 16,
}
AUTHORITIES: dict[str, dict[str, str]] = {
    "FCA": {
        "code": "FCA",
        "name": "Financial Conduct Authority",
        "jurisdiction": "UK",
        "jurisdiction_name": "United Kingdom",
        "appeal": "The firm may refer this decision to the Upper Tribunal (Tax and Chancery Chamber) within 28 days of "
        "the day on which it was given.",
        "contact": "sandbox.desk@authority.example",
    },
    "SEC": {
        "code": "SEC",
        "name": "Securities and Exchange Commission",
        "jurisdiction": "US",
        "jurisdiction_name": "United States",
        "appeal": "A person aggrieved may ask for review in the Court of Appeals within 60 days of entry.",
        "contact": "innovation.desk@authority.example",
    },
    "XYA": {
        "code": "XYA",
        "name": "Example Authority of Third Country",
        "jurisdiction": "XY",
        "jurisdiction_name": "Third Country",
        "appeal": "Objection within 30 days.",
        "contact": "desk@third.example",
    },
}
RESERVED = [
    "This decision is no precedent: other facts may lead to another conclusion.",
    "It is no endorsement of the firm or of its product and must not be used in marketing.",
    "All other law, the law on fraud and on money laundering above all, is unaffected.",
    "It covers the version of the product that is described here; a change needs notice first.",
    "It may be varied, suspended or withdrawn where the law allows that.",
]
SHARING = (
    "The authorities share information on this case under their memorandum of understanding, each under its own law on "
    "confidentiality. A document that one authority holds is not the other’s to publish."
)
VERIFICATION = {"code": "7K4P-QX2M-9TRD", "url": "https://sandbox.example/verify/7K4P-QX2M-9TRD"}
PROGRAMME = {"name": "UK–US Digital Assets Joint Sandbox"}
CASE = {"reference": "JS-2026-0007", "title": "Tokenised commercial paper across two markets"}


def condition(number: str, title: str, text: str, **facts: Any) -> dict[str, Any]:
    """One condition with every field of the schema; `facts` replace the plain ones."""
    owner = number.split("-")[0]
    plain: dict[str, Any] = {
        "number": number, "title": title, "text": text, "kind": "safeguard", "owner": owner,
        "jurisdictions": [AUTHORITIES[owner]["jurisdiction"]] if owner in AUTHORITIES else [], "origin": "imposed",
        "legal_basis": "", "metric": None, "metric_text": "", "comparator": None, "threshold": None, "currency": None,
        "unit": None, "window": None, "due_rule": None, "due_on": None, "precedent_to_start": False,
    }  # fmt: skip
    return plain | facts


def conditions(authority: str) -> list[dict[str, Any]]:
    """Four conditions of one authority, of different kinds."""
    currency = {"UK": "GBP", "US": "USD"}.get(AUTHORITIES[authority]["jurisdiction"], "EUR")
    return [
        condition(
            f"{authority}-1", "Value of client assets", "The value of all client assets that the firm safeguards in "
            "the test stays at or below the limit at all times. A breach is reported within one working day.",
            kind="limit", metric="client_assets", metric_text="Client assets held, at market value",
            comparator="at most", threshold="1000000.00", currency=currency, window="at any time",
            origin="harmonised", legal_basis="Regulations for the sandbox, paragraph 7(2)",
        ),
        condition(
            f"{authority}-2", "Number of clients", "The firm admits professional clients only.", kind="limit",
            metric="clients", metric_text="Clients admitted to the test", comparator="at most", threshold="40",
            unit="clients", window="over the whole trial", origin="firm",
        ),
        condition(
            f"{authority}-3", "Monthly report", "The firm files a report on volumes, incidents, complaints and the use "
            "of every limit, certified by a person who did not prepare it.", kind="reporting",
            due_rule="within 10 working days after the end of each month", due_on="2027-01-15",
        ),
        condition(
            f"{authority}-4", "Custody agreement", "A signed custody agreement is in force, and its final version was "
            "filed with the authority.", precedent_to_start=True,
        ),
    ]  # fmt: skip


def findings(authority: str) -> list[dict[str, Any]]:
    """Two findings of one authority."""
    return [
        {
            "criterion": f"Benefit to users ({authority})", "joint_criterion": "Public benefit", "finding": "met",
            "finding_text": "Met",
            "reasons": "Settlement on the same day removes two days of counterparty risk. The firm showed this with "
            "its own figures and two letters of intent.",
        },
        {
            "criterion": f"Readiness ({authority})", "joint_criterion": "Readiness for the test",
            "finding": "met_with_conditions", "finding_text": "Met with conditions",
            "reasons": "Systems are built and were tested by a third party.\n\nCustody is not yet agreed in writing; "
            "condition 4 answers that.",
        },
    ]  # fmt: skip


def signatory(authority: str, name: str, title: str) -> dict[str, str]:
    """One signatory of an authority."""
    return {"authority": authority, "authority_name": AUTHORITIES[authority]["name"], "name": name, "title": title}


def instrument(authority: str = "FCA", **changes: Any) -> dict[str, Any]:
    """An instrument of one authority, with conditions."""
    record = {
        "schema": "instrument/1",
        "number": f"JS-2026-0007/{authority}/1",
        "version": 1,
        "case": CASE,
        "programme": PROGRAMME,
        "authority": AUTHORITIES[authority],
        "instrument": {
            "code": "sandbox_approval", "name": "Sandbox approval notice",
            "legal_basis": "Financial Services and Markets Act 2023, section 13, and the regulations made under it",
        },
        "action": "approve_with_conditions",
        "action_text": "Approved with conditions",
        "effective_on": "2026-12-01",
        "expires_on": "2027-11-30",
        "expires_event": None,
        "firm": FIRM,
        "product": PRODUCT,
        "dossier": DOSSIER,
        "findings": findings(authority),
        "reasons": [
            "The firm meets every criterion of the programme, one of them with conditions.",
            "The limits keep possible harm small while the test yields figures that cannot be had otherwise.",
        ],
        "conditions": conditions(authority),
        "reserved_powers": RESERVED,
        "information_sharing": SHARING,
        "signatories": [signatory(authority, "Zoë Ångström-Nguyễn", "Head of Department")],
        "verification": VERIFICATION,
        "demo": True,
    }  # fmt: skip
    return record | changes


def joint_notice(authorities: tuple[str, ...] = ("FCA", "SEC"), **changes: Any) -> dict[str, Any]:
    """A joint notice of these authorities, one signatory each."""
    record = {
        "schema": "joint_notice/1",
        "number": "JS-2026-0007/J/1",
        "version": 1,
        "case": CASE,
        "programme": PROGRAMME,
        "firm": FIRM,
        "product": PRODUCT,
        "dossier": DOSSIER,
        "outcome": "approved_with_differing_conditions",
        "outcome_text": "Approved with differing conditions",
        "outcome_reason": "Every authority that decides approved; their conditions are not the same.",
        "joint_text": [
            "The authorities assessed one application, each by itself and under its own law. They opened their "
            "positions at the same time and compared them by the joint criteria of the programme.",
            "The test runs in both countries by one plan, whose hash stands above. What one authority requires binds "
            "the firm in that authority’s jurisdiction.",
        ],
        "summary": [
            {
                "authority": code, "authority_name": AUTHORITIES[code]["name"],
                "action_text": "Approved with conditions", "instrument_name": "Sandbox approval notice",
                "legal_basis": "Regulations for the sandbox, paragraph 4", "effective_on": "2026-12-01",
                "expires_on": "2027-11-30", "conditions": 4,
            }
            for code in authorities
        ],
        "parts": [
            {
                "authority": AUTHORITIES[code], "findings": findings(code),
                "reasons": [f"The {code} finds that the firm is ready and that the limits contain possible harm."],
                "conditions": conditions(code),
                "instrument": {
                    "number": f"JS-2026-0007/{code}/1", "name": "Sandbox approval notice", "sha256": "9e" * 32,
                },
            }
            for code in authorities
        ],
        "divergences": [
            {
                "title": "Value of client assets", "disposition_text": "Agreed: the stricter limit applies",
                "text": "The limits differ in currency. Neither authority asks for more than its own.",
            }
        ],
        "milestones": [
            {
                "title": "First monthly report", "authority": "FCA", "due_on": "2027-01-15", "calendar": "England",
                "basis": "FCA-3: 10 working days after the end of the month",
            },
            {
                "title": "First monthly report", "authority": "SEC", "due_on": "2027-01-15", "calendar": "US federal",
                "basis": "SEC-3: 10 working days after the end of the month",
            },
        ],
        "instruments": [
            {"authority": code, "number": f"JS-2026-0007/{code}/1", "sha256": "9e" * 32} for code in authorities
        ],
        "reserved_powers": RESERVED,
        "information_sharing": SHARING,
        "signatories": [
            signatory(code, name, "Head of Department")
            | {"statement": f"for the {code}, as to its own part only"}
            for code, name in zip(authorities, ("Zoë Ångström-Nguyễn", "Óscar Li", "Ümit Đặng"), strict=False)
        ],
        "verification": VERIFICATION,
        "demo": True,
    }  # fmt: skip
    return record | changes


def dossier(answers: int = 60, **changes: Any) -> dict[str, Any]:
    """An application with so many answers in ten sections: a line, several lines, a long text, none."""
    long = "The firm keeps the keys of clients in three places, each under another person. " * 12
    lines = (["United Kingdom"], ["Custody", "A trading facility"], [f"{long}\n\n{long}"], [])
    entries = [
        {"question": f"Question {number + 1}: how do you meet what is asked here?", "lines": list(lines[number % 4])}
        for number in range(answers)
    ]
    size = -(-answers // 10) or 1
    record = {
        "schema": "dossier_document/1",
        "number": "JS-2026-0007/A/2",
        "draft": False,
        "as_of": "2026-09-14T13:05:00+00:00",
        "case": CASE,
        "programme": PROGRAMME,
        "firm": FIRM,
        "version": 2,
        "sha256": "3f1c" * 16,
        "sections": [
            {"title": f"Section {at // size + 1}", "entries": entries[at : at + size]} for at in range(0, answers, size)
        ],
        "documents": [
            {"name": "Test plan.pdf", "sha256": "a0b1" * 16, "supports": ["Exit plan", "Safeguards"]},
            {
                "name": "Key ceremony (restricted).pdf", "sha256": "77e9" * 16, "supports": [],
                "marks": ["Confidential Treatment Requested by the firm under 17 CFR 200.83"],
            },
        ],
        "verification": None,
        "demo": True,
    }  # fmt: skip
    return record | changes


def draft(answers: int = 12) -> dict[str, Any]:
    """The working copy of the same."""
    case = {"reference": "", "title": CASE["title"]}
    return dossier(answers, draft=True, number="Draft, not submitted", version=0, sha256="", case=case)


def receipt(**changes: Any) -> dict[str, Any]:
    """A receipt of a submission."""
    record = {
        "schema": "receipt/1",
        "number": "JS-2026-0007/R/2",
        "case": CASE,
        "programme": PROGRAMME,
        "firm": FIRM,
        "dossier": DOSSIER,
        "submitted_by": "Maja Wójcik",
        "authorities": [{"code": code, "name": AUTHORITIES[code]["name"]} for code in ("FCA", "SEC")],
        "verification": None,
        "demo": True,
    }
    return record | changes
