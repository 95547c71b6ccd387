"""One sentence for every action, as the history of a case tells it: who did what, in plain words."""

from __future__ import annotations

from sandbox.domain.actions import Action as A

# The place {who} is filled with a person and organisation, or with the organisation alone for readers elsewhere.
# fmt: off
SENTENCES: dict[A, str] = {
    A.APPLICATION_START:         "{who} started an application",
    A.APPLICATION_READ:          "{who} opened the application",
    A.APPLICATION_EDIT:          "{who} saved a section of the application",
    A.APPLICATION_SUBMIT:        "{who} submitted the application",
    A.APPLICATION_AMEND:         "{who} submitted a new version of the application",
    A.APPLICATION_DISCARD:       "{who} discarded a draft",
    A.APPLICATION_WITHDRAW:      "{who} withdrew the application",

    A.CASE_GLANCE:               "{who} looked at the reference and state of the case",
    A.CASE_READ:                 "{who} opened the case",

    A.DESK_READ:                 "{who} opened the desk",
    A.DESK_ASSIGN:               "{who} changed who works on the desk",
    A.DESK_DECLARE:              "{who} declared interests for this case",
    A.DESK_SCREEN:               "{who} began to screen the application",
    A.DESK_FIND_COMPLETE:        "{who} found the application complete",
    A.DESK_FIND_INCOMPLETE:      "{who} found that something is missing",
    A.DESK_RECEIVE_AMENDMENT:    "{who} handed the new version to the desk",
    A.DESK_REFUSE_TO_REVIEW:     "{who} refused to review the application",
    A.DESK_OPT_OUT:              "{who} left the case",
    A.DESK_CLOSE:                "{who} closed the desk",
    A.DESK_OPEN:                 "{who} opened the positions to all deciding desks",
    A.DESK_GO_ALONE:             "{who} went ahead alone",
    A.DESK_START_PROCEDURE:      "{who} started the procedure of the instrument",
    A.DESK_REOPEN_DELIBERATION:  "{who} reopened the deliberation",
    A.DESK_DECIDE:               "{who} recorded that the desk has decided",
    A.DESK_ISSUE:                "{who} recorded that the desk has issued its instrument",

    A.ASSESSMENT_READ:           "{who} opened the assessment",
    A.FINDING_RECORD:            "{who} recorded a finding",
    A.CONDITION_PROPOSE:         "{who} changed a proposed condition",
    A.POSITION_FILE:             "{who} filed the desk's position",
    A.DIVERGENCE_READ:           "{who} opened the divergences",
    A.DIVERGENCE_SETTLE:         "{who} recorded a choice on a divergence",

    A.PROCEDURE_COMPLETE:        "{who} completed a step of the procedure",
    A.CONDITION_AGREE:           "{who} recorded that a condition is agreed",
    A.CONDITION_IMPOSE:          "{who} imposed a condition",
    A.CONDITION_ACTIVATE:        "{who} put a condition into force",
    A.CONDITION_DISCHARGE:       "{who} discharged a condition",

    A.DECISION_READ:             "{who} opened the decision",
    A.DECISION_DRAFT:            "{who} drafted the decision",
    A.DECISION_EDIT:             "{who} changed the draft of the decision",
    A.DECISION_SEND_TO_SIGNATURE: "{who} sent the instrument to signature",
    A.DECISION_SIGN:             "{who} signed the instrument",
    A.DECISION_REJECT:           "{who} sent the instrument back",
    A.DECISION_ISSUE:            "{who} issued the instrument",
    A.NOTICE_READ:               "{who} opened the joint notice",
    A.NOTICE_PREPARE:            "{who} prepared the joint notice",
    A.NOTICE_SIGN:               "{who} signed the joint notice as to its own part",
    A.NOTICE_REJECT:             "{who} sent the joint notice back",
    A.NOTICE_ISSUE:              "{who} issued the joint notice",

    A.TRIAL_READ:                "{who} opened the trial",
    A.TRIAL_ACCEPT:              "{who} accepted the decision and its conditions",
    A.TRIAL_MEET_PRECONDITIONS:  "{who} recorded that the conditions before the start are met",
    A.TRIAL_START:               "{who} started the trial",
    A.REPORT_EDIT:               "{who} saved a report",
    A.REPORT_CERTIFY:            "{who} certified a report",
    A.REPORT_ACCEPT:             "{who} accepted a report",
    A.REPORT_RETURN:             "{who} returned a report",
    A.BREACH_OPEN:               "{who} opened a breach: a value over its limit",
    A.BREACH_ANSWER:             "{who} answered on a breach",
    A.BREACH_CURE:               "{who} recorded that a breach is cured",
    A.BREACH_WAIVE:              "{who} waived a breach",
    A.BREACH_ESCALATE:           "{who} escalated a breach",
    A.BREACH_CLOSE:              "{who} closed a breach",

    A.DOCUMENT_UPLOAD:           "{who} added a document",
    A.DOCUMENT_REMOVE:           "{who} removed a document from the working copy",
    A.DOCUMENT_READ:             "{who} downloaded a document",

    A.PEOPLE_READ:               "{who} opened the list of people",
    A.PEOPLE_CHANGE:             "{who} changed a person's account",
    A.SESSION_SIGN_IN:           "{who} signed in",
    A.SESSION_REFUSE:            "{who} refused an attempt to sign in",
    A.SESSION_SIGN_OUT:          "{who} signed out",
    A.ACCESS_DENIED:             "{who} asked for something that is not open to them",
    A.TRAIL_READ:                "{who} opened the history of the case",
    A.TRAIL_AUDIT:               "{who} opened the audit page",
    A.CATALOGUE_LOAD:            "{who} loaded reference data",
}
# fmt: on

UNKNOWN = "{who} did something that this version of the portal has no words for"


def template(kind: str) -> str:
    """The sentence for a kind of event, with its place {who}; also for kinds of an older or newer portal."""
    try:
        return SENTENCES[A(kind)]
    except (ValueError, KeyError):
        return UNKNOWN


def sentence(kind: str, who: str) -> str:
    """The sentence with its subject. `who` is shown as it is, never read as a place."""
    return template(kind).replace("{who}", who)
