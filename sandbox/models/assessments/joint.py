"""The joint position of the deciding desks with its endorsements, and the meetings of these desks with each other."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from sandbox.domain.lifecycles import JOINT_MEETING
from sandbox.models.base import Base, Created, Digest, JsonText, Key, key_of, one_of

VOTES = {"for": "For", "against": "Against", "abstain": "Abstains"}


class JointPosition(Base):
    """What the desks hold together and where they agree to differ. A record of its own: no desk's position changes.

    When a divergence opens again, it is superseded, and a next version can be recorded.
    """

    __tablename__ = "joint_position"
    __table_args__ = (UniqueConstraint("case_id", "number"),)
    __frozen__ = ("case_id", "number", "record", "sha256", "recorded_by", "recorded_at")

    id: Mapped[Key]
    case_id: Mapped[UUID] = key_of("case", index=False)
    number: Mapped[int]
    record: Mapped[dict[str, Any]] = mapped_column(JsonText)
    sha256: Mapped[Digest]
    recorded_by: Mapped[UUID] = key_of("person", index=False)
    recorded_at: Mapped[Created]
    superseded_at: Mapped[datetime | None]


class JointEndorsement(Base):
    """One desk's endorsement of a joint position: that it states this desk's view rightly. It binds to nothing else."""

    __tablename__ = "joint_endorsement"
    __table_args__ = (UniqueConstraint("joint_position_id", "authority_id"),)
    __frozen__ = ("joint_position_id", "authority_id", "endorsed_by", "sha256", "endorsed_at")

    id: Mapped[Key]
    joint_position_id: Mapped[UUID] = key_of("joint_position", index=False)
    authority_id: Mapped[UUID] = key_of("authority", index=False)
    endorsed_by: Mapped[UUID] = key_of("person", index=False)
    sha256: Mapped[Digest]
    endorsed_at: Mapped[Created]


class JointMeeting(Base):
    """A meeting of the deciding desks with each other. Its notes are posts; it decides nothing."""

    __tablename__ = "joint_meeting"
    __table_args__ = (CheckConstraint(one_of("state", JOINT_MEETING.states), name="state"),)

    id: Mapped[Key]
    case_id: Mapped[UUID] = key_of("case")
    starts_at: Mapped[datetime]
    purpose: Mapped[str]
    motion: Mapped[str] = mapped_column(default="")
    agenda: Mapped[list[Any]] = mapped_column(JsonText)
    participants: Mapped[list[Any]] = mapped_column(JsonText)
    state: Mapped[str] = mapped_column(String(10), default=JOINT_MEETING.start)
    reason: Mapped[str] = mapped_column(default="")
    authority_id: Mapped[UUID] = key_of("authority", index=False)
    called_by: Mapped[UUID] = key_of("person", index=False)
    created_at: Mapped[Created]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}


class MeetingAction(Base):
    """What a meeting agreed that somebody does."""

    __tablename__ = "meeting_action"

    id: Mapped[Key]
    meeting_id: Mapped[UUID] = key_of("joint_meeting")
    text: Mapped[str]
    owner_id: Mapped[UUID] = key_of("person", index=False)
    due_on: Mapped[date]
    agreed_at: Mapped[Created]
    done_at: Mapped[datetime | None]


class MeetingVote(Base):
    """One desk's vote at a meeting, recorded by that desk. The newest of a desk counts, older ones stay."""

    __tablename__ = "meeting_vote"
    __table_args__ = (CheckConstraint(one_of("choice", VOTES), name="choice"),)
    __frozen__ = ("meeting_id", "authority_id", "choice", "reason", "voted_by", "voted_at")

    id: Mapped[Key]
    meeting_id: Mapped[UUID] = key_of("joint_meeting")
    authority_id: Mapped[UUID] = key_of("authority", index=False)
    choice: Mapped[str] = mapped_column(String(8))
    reason: Mapped[str]
    voted_by: Mapped[UUID] = key_of("person", index=False)
    voted_at: Mapped[Created]
