"""The values that flow between the parts. Their fields are the JSON of every command; offsets are code points."""

from coach.schema.answers import Answer, Citation, GroundingReport, Message, Role, SentenceSupport, TokenCount
from coach.schema.critiques import Critique, Evidence, Finding, Judgement, NextTask, SlideInfo, Verdict
from coach.schema.documents import ASKED_AS, Chunk, Document, Hit, IngestReport, Page, Rejection, Source

__all__ = [
    "ASKED_AS",
    "Answer",
    "Chunk",
    "Citation",
    "Critique",
    "Document",
    "Evidence",
    "Finding",
    "GroundingReport",
    "Hit",
    "IngestReport",
    "Judgement",
    "Message",
    "NextTask",
    "Page",
    "Rejection",
    "Role",
    "SentenceSupport",
    "SlideInfo",
    "Source",
    "TokenCount",
    "Verdict",
]
