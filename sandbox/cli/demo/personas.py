"""The invented people and firms of the demonstration. Authorities are named, their staff are not real."""

from __future__ import annotations

from dataclasses import dataclass, field

PASSWORD = "demonstration only 2026"
STAFF_NAMES = {
    "FCA": ("Ada Ainsworth", "Bertram Birch", "Cecily Crane", "Dorian Dale", "Edith Elm", "Felix Fenwick",
            "Greta Goss", "Hugo Hart", "Iris Ivory", "Jasper Jarrow"),
    "BoE": ("Kitty Kestrel", "Lionel Larch", "Mabel Mere", "Ned Nightingale", "Olive Orchard", "Percy Pike",
            "Queenie Quill", "Rufus Rook", "Sybil Swift", "Tobias Thorn"),
    "SEC": ("Abigail Alder", "Boone Brook", "Clara Cypress", "Dexter Dune", "Esther Eagle", "Ford Finch",
            "Gemma Grove", "Holt Heron", "Ivy Isle", "Jonah Juniper"),
    "CFTC": ("Kay Kelp", "Luther Lake", "Mina Maple", "Noah North", "Opal Oak", "Porter Pine",
             "Quinn Quarry", "Rosa Reed", "Silas Stone", "Thea Tide"),
}  # fmt: skip
STAFF_ROLES = (
    ("intake", "intake_officer", "Intake officer"),
    ("case", "case_officer", "Case officer"),
    ("specialist", "specialist", "Specialist"),
    ("coordinator", "coordinator", "Coordinator"),
    ("decision", "decision_maker", "Head of sandbox decisions"),
    ("issuing", "issuing_administrator", "Issuing administrator"),
    ("supervisor", "supervisor", "Supervisor of trials"),
    ("records", "records_officer", "Records officer"),
    ("ethics", "ethics_officer", "Ethics officer"),
    ("admin", "authority_administrator", "Administrator"),
)
ZONES = {"UK": "Europe/London", "US": "America/New_York"}


@dataclass(frozen=True, slots=True)
class FirmPersona:
    """An invented firm and the product it applies with."""

    code: str
    name: str
    lei: str
    country: str
    address: str
    company_number: str
    product: str
    summary: str
    activities: tuple[str, ...]
    asset_classes: tuple[str, ...]
    jurisdictions: tuple[str, ...] = ("UK", "US")
    people: tuple[tuple[str, str, str], ...] = field(default=())


def people_of(code: str, names: tuple[str, str, str, str, str]) -> tuple[tuple[str, str, str], ...]:
    """The five personas of a firm: (email, name, role)."""
    roles = ("owner", "contributor", "signatory", "certifier", "read_only")
    return tuple(
        (f"{role.replace('_', '.')}@{code}.example", name, role) for role, name in zip(roles, names, strict=True)
    )
