"""The desks column: inbox, pipeline, the case page, the own desk and what is done there."""

from sandbox.web.desks import (
    acting,
    clocks,
    conflicts,
    consents,
    correspondence,
    enquiries,
    leaving,
    lists,
    parties,
    reading,
    replies,
    requests,
    routing,
    screening,
    sharing,
    staffing,
)
from sandbox.web.desks.blueprint import blueprint
from sandbox.web.desks.tabs import tabs

__all__ = [
    "acting",
    "blueprint",
    "clocks",
    "conflicts",
    "consents",
    "correspondence",
    "enquiries",
    "leaving",
    "lists",
    "parties",
    "reading",
    "replies",
    "requests",
    "routing",
    "screening",
    "sharing",
    "staffing",
    "tabs",
]
