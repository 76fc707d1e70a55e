"""The nouns everyone shares. Frozen: change by copy (`dataclasses.replace`). No I/O, clock or chance.

Times are timezone-aware UTC `datetime`s; dates are the publisher's calendar dates.
"""

from periksa.model.articles import Article, ArticleKind, Statement
from periksa.model.matching import Candidate, Decision, DecisionKind, Found, Match, Query, QueryKind, Reason
from periksa.model.messages import (
    STATUS_RANK,
    Address,
    Delivery,
    Event,
    Media,
    Message,
    MessageKind,
    Notice,
    Received,
    Status,
    StatusKind,
)
from periksa.model.replies import Line, Option, Outgoing, Reply
from periksa.model.work import Case, CaseState, Job, JobKind, JobState

__all__ = [
    "STATUS_RANK",
    "Address",
    "Article",
    "ArticleKind",
    "Candidate",
    "Case",
    "CaseState",
    "Decision",
    "DecisionKind",
    "Delivery",
    "Event",
    "Found",
    "Job",
    "JobKind",
    "JobState",
    "Line",
    "Match",
    "Media",
    "Message",
    "MessageKind",
    "Notice",
    "Option",
    "Outgoing",
    "Query",
    "QueryKind",
    "Reason",
    "Received",
    "Reply",
    "Statement",
    "Status",
    "StatusKind",
]
