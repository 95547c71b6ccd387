"""Action: one name for policy, lifecycle, trail, route and letter. Grammar: subject.verb."""

from __future__ import annotations

from enum import StrEnum


class Action(StrEnum):
    """Everything a person (or SYSTEM) can do."""

    APPLICATION_START = "application.start"
    APPLICATION_READ = "application.read"
    APPLICATION_EDIT = "application.edit"
    APPLICATION_SUBMIT = "application.submit"
    APPLICATION_AMEND = "application.amend"
    APPLICATION_DISCARD = "application.discard"
    APPLICATION_WITHDRAW = "application.withdraw"

    CASE_GLANCE = "case.glance"
    CASE_READ = "case.read"

    DESK_READ = "desk.read"
    DESK_ASSIGN = "desk.assign"
    DESK_DECLARE = "desk.declare"
    DESK_SCREEN = "desk.screen"
    DESK_FIND_COMPLETE = "desk.find_complete"
    DESK_FIND_INCOMPLETE = "desk.find_incomplete"
    DESK_RECEIVE_AMENDMENT = "desk.receive_amendment"
    DESK_REFUSE_TO_REVIEW = "desk.refuse_to_review"
    DESK_OPT_OUT = "desk.opt_out"
    DESK_CLOSE = "desk.close"
    DESK_OPEN = "desk.open"
    DESK_GO_ALONE = "desk.go_alone"
    DESK_START_PROCEDURE = "desk.start_procedure"
    DESK_REOPEN_DELIBERATION = "desk.reopen_deliberation"
    PROCEDURE_COMPLETE = "procedure.complete"
    DESK_DECIDE = "desk.decide"
    DESK_ISSUE = "desk.issue"

    ASSESSMENT_READ = "assessment.read"
    FINDING_RECORD = "finding.record"
    CONDITION_PROPOSE = "condition.propose"
    POSITION_FILE = "position.file"
    DIVERGENCE_READ = "divergence.read"
    DIVERGENCE_SETTLE = "divergence.settle"

    DECISION_READ = "decision.read"
    DECISION_DRAFT = "decision.draft"
    DECISION_EDIT = "decision.edit"
    DECISION_SEND_TO_SIGNATURE = "decision.send_to_signature"
    DECISION_SIGN = "decision.sign"
    DECISION_REJECT = "decision.reject"
    DECISION_ISSUE = "decision.issue"
    CONDITION_AGREE = "condition.agree"
    CONDITION_IMPOSE = "condition.impose"
    CONDITION_ACTIVATE = "condition.activate"
    CONDITION_DISCHARGE = "condition.discharge"
    NOTICE_READ = "notice.read"
    NOTICE_PREPARE = "notice.prepare"
    NOTICE_SIGN = "notice.sign"
    NOTICE_REJECT = "notice.reject"
    NOTICE_ISSUE = "notice.issue"

    TRIAL_READ = "trial.read"
    TRIAL_ACCEPT = "trial.accept"
    TRIAL_MEET_PRECONDITIONS = "trial.meet_preconditions"
    TRIAL_START = "trial.start"
    REPORT_EDIT = "report.edit"
    REPORT_CERTIFY = "report.certify"
    REPORT_ACCEPT = "report.accept"
    REPORT_RETURN = "report.return"
    BREACH_OPEN = "breach.open"
    BREACH_ANSWER = "breach.answer"
    BREACH_CURE = "breach.cure"
    BREACH_WAIVE = "breach.waive"
    BREACH_ESCALATE = "breach.escalate"
    BREACH_CLOSE = "breach.close"

    DOCUMENT_UPLOAD = "document.upload"
    DOCUMENT_REMOVE = "document.remove"
    DOCUMENT_READ = "document.read"

    PEOPLE_READ = "people.read"
    PEOPLE_CHANGE = "people.change"
    SESSION_SIGN_IN = "session.sign_in"
    SESSION_REFUSE = "session.refuse"
    SESSION_SIGN_OUT = "session.sign_out"
    ACCESS_DENIED = "access.denied"
    TRAIL_READ = "trail.read"
    TRAIL_AUDIT = "trail.audit"
    CATALOGUE_LOAD = "catalogue.load"


READS = frozenset(action for action in Action if action.value.endswith((".read", ".glance", ".audit")))
