"""Decisions as their readers may see them: the case's page, signing, the joint notice, files, verification."""

from sandbox.queries.decisions.case import page as case_page
from sandbox.queries.decisions.dashboards import Waiting, to_issue, to_sign
from sandbox.queries.decisions.documents import Document, document
from sandbox.queries.decisions.notice import NoticePage
from sandbox.queries.decisions.notice import page as notice_page
from sandbox.queries.decisions.rows import ConditionRow, DecisionPage, OwnDecision
from sandbox.queries.decisions.signing import ToSign, decision_to_sign, notice_to_sign
from sandbox.queries.decisions.verification import check

__all__ = [
    "ConditionRow",
    "DecisionPage",
    "Document",
    "NoticePage",
    "OwnDecision",
    "ToSign",
    "Waiting",
    "case_page",
    "check",
    "decision_to_sign",
    "document",
    "notice_page",
    "notice_to_sign",
    "to_issue",
    "to_sign",
]
