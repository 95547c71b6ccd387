"""A joint sandbox arrangement: its authorities, joint criteria, vocabulary, metrics, texts and routing.

Rule: the programme binds no authority; its own periods are service standards and are labelled so.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sandbox.domain.catalogue.applying import Hurdle, ReadinessCheck, WindowRecord
from sandbox.domain.catalogue.terms import Comparator, Intake, MetricKind, Part, Sure, Vote


@dataclass(frozen=True, slots=True)
class ProgrammeAuthority:
    """An authority in a programme. `required` counts only for a desk that decides."""

    code: str
    required: bool
    part: Part


@dataclass(frozen=True, slots=True)
class JointCriterion:
    """A row on which the desks' views are compared."""

    code: str
    title: str
    question: str


@dataclass(frozen=True, slots=True)
class LocalTerm:
    """What one jurisdiction calls an activity."""

    jurisdiction: str
    term: str
    source: str
    sure: Sure


@dataclass(frozen=True, slots=True)
class Activity:
    """A neutral name of what the firm does. `letter` is that of MiCA art. 3(1)(16), or "" for one of ours."""

    code: str
    title: str
    source: str
    sure: Sure
    letter: str = ""
    local_terms: tuple[LocalTerm, ...] = ()


@dataclass(frozen=True, slots=True)
class AssetClass:
    """A class of asset under one jurisdiction's regime; one token has one class per regime."""

    code: str
    jurisdiction: str
    regime: str
    title: str
    source: str
    sure: Sure


@dataclass(frozen=True, slots=True)
class Metric:
    """What a test plan may limit. `unit` is in words ("per customer", "in total"); money has the limit's currency."""

    code: str
    title: str
    kind: MetricKind
    comparator: Comparator
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Safeguard:
    """A protection of customers that a test plan may choose."""

    code: str
    title: str
    description: str = ""


@dataclass(frozen=True, slots=True)
class ProgrammeText:
    """A text of the programme (consent, reserved power, joint statement). A change of wording is a new version."""

    code: str
    title: str
    version: int
    body: str
    source: str
    sure: Sure


@dataclass(frozen=True, slots=True)
class DocumentClass:
    """How a firm can ask that a document be handled; the first of a programme is the usual one."""

    code: str
    title: str
    description: str
    source: str
    sure: Sure


@dataclass(frozen=True, slots=True)
class Ground:
    """A reason that the rule of a claim knows."""

    code: str
    title: str


@dataclass(frozen=True, slots=True)
class TreatmentClaim:
    """A claim to confidential treatment under the rule of one authority. `legend` has {firm} where the name belongs."""

    code: str
    authority: str
    title: str
    rule: str
    legend: str
    steps: str
    source: str
    sure: Sure
    grounds: tuple[Ground, ...]


@dataclass(frozen=True, slots=True)
class ServiceStandard:
    """The programme's own period where law sets none. Never to be shown as law."""

    length: int
    unit: str
    label: str
    source: str
    sure: Sure


@dataclass(frozen=True, slots=True)
class ReportingCadence:
    """How often a trial reports, unless a condition says otherwise."""

    code: str
    title: str
    every: int
    unit: str
    due_after: int
    due_unit: str


@dataclass(frozen=True, slots=True)
class RiskFlag:
    """A risk that routing can ask for. All conditions that are given must be met; `jurisdictions` is a least number."""

    code: str
    title: str
    activities: tuple[str, ...] = ()
    asset_classes: tuple[str, ...] = ()
    customers: tuple[str, ...] = ()
    jurisdictions: int = 0


@dataclass(frozen=True, slots=True)
class Fallback:
    """The authority of a jurisdiction whose queue takes what no routing rule reaches there."""

    jurisdiction: str
    authority: str


@dataclass(frozen=True, slots=True)
class ProgrammeRecord:
    """A joint sandbox arrangement."""

    code: str
    name: str
    reference_prefix: str  # of case references, as JS in JS-2026-0007
    jurisdictions: tuple[str, ...]
    authorities: tuple[ProgrammeAuthority, ...]
    intake: Intake
    allows_fewer: bool  # may the firm choose to go on where a required authority did not approve?
    max_duration_months: int
    questions_version: int
    criteria_version: int
    decision_rule: str
    joint_meeting: bool  # do the deciding desks meet once their positions are open?
    vote: Vote
    service_standard: ServiceStandard
    joint_criteria: tuple[JointCriterion, ...]
    activities: tuple[Activity, ...]
    asset_classes: tuple[AssetClass, ...]
    metrics: tuple[Metric, ...]
    safeguards: tuple[Safeguard, ...]
    cadences: tuple[ReportingCadence, ...]
    texts: tuple[ProgrammeText, ...]
    cooling_off_days: int = 0  # how long a firm waits before it submits again what was withdrawn or refused
    risk_flags: tuple[RiskFlag, ...] = ()
    fallbacks: tuple[Fallback, ...] = ()
    document_classes: tuple[DocumentClass, ...] = ()
    treatment_claims: tuple[TreatmentClaim, ...] = ()
    readiness: tuple[ReadinessCheck, ...] = ()
    hurdles: tuple[Hurdle, ...] = ()
    windows: tuple[WindowRecord, ...] = ()  # of an intake that is not rolling


@dataclass(frozen=True, slots=True)
class RoutingRule:
    """One routing rule; `domain.routing.Rule` says what it means. `why` answers "why here?" for the firm."""

    code: str
    jurisdiction: str
    authority: str
    why: str
    source: str
    sure: Sure
    activities: tuple[str, ...] = ()
    asset_classes: tuple[str, ...] = ()
    entity: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()
    team: str = ""
    stop: bool = False


@dataclass(frozen=True, slots=True)
class RuleSet:
    """The ordered routing rules of a programme in one version. A changed rule needs a new version."""

    programme: str
    version: int
    valid_from: date
    routes: tuple[RoutingRule, ...]

    @property
    def code(self) -> str:
        """How problems name it."""
        return f"{self.programme} version {self.version}"
