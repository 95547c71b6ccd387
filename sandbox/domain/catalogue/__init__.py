"""Reference data as plain records: what a country, an authority, a programme brings, never how it is stored.

Rule: countries are data (a new country needs files, no code), and every fact that comes from the world names its
source and how sure it is. The records are frozen; a later version of the files makes new records.
"""

from sandbox.domain.catalogue.authorities import (
    AuthorityRecord,
    CalendarRecord,
    ClockRecord,
    Contact,
    Criterion,
    Instrument,
    Jurisdiction,
    ProcedureItem,
    SharingInstrument,
    SignOffLevel,
)
from sandbox.domain.catalogue.programmes import (
    Activity,
    AssetClass,
    JointCriterion,
    LocalTerm,
    Metric,
    ProgrammeAuthority,
    ProgrammeRecord,
    ProgrammeText,
    ReportingCadence,
    RoutingRule,
    Safeguard,
    ServiceStandard,
)
from sandbox.domain.catalogue.tables import (
    Catalogue,
    IncidentClock,
    LawClock,
    Standard,
)
from sandbox.domain.catalogue.terms import (
    ClockKind,
    Comparator,
    Fact,
    InstrumentAction,
    Intake,
    MetricKind,
    Part,
    SourcedText,
    Sure,
    Trigger,
)

__all__ = [
    "Activity",
    "AssetClass",
    "AuthorityRecord",
    "CalendarRecord",
    "Catalogue",
    "ClockKind",
    "ClockRecord",
    "Comparator",
    "Contact",
    "Criterion",
    "Fact",
    "IncidentClock",
    "Instrument",
    "InstrumentAction",
    "Intake",
    "JointCriterion",
    "Jurisdiction",
    "LawClock",
    "LocalTerm",
    "Metric",
    "MetricKind",
    "Part",
    "ProcedureItem",
    "ProgrammeAuthority",
    "ProgrammeRecord",
    "ProgrammeText",
    "ReportingCadence",
    "RoutingRule",
    "Safeguard",
    "ServiceStandard",
    "SharingInstrument",
    "SignOffLevel",
    "SourcedText",
    "Standard",
    "Sure",
    "Trigger",
]
