"""The closed word lists of introductions."""

from enum import StrEnum


class IntroductionState(StrEnum):
    """Where an introduction stands; both accepts stand in `accepted` alone."""

    INTEREST = "interest"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"


class IntroductionStep(StrEnum):
    """What happened to an introduction."""

    REQUESTED = "requested"
    REMINDED = "reminded"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"
    STATED = "stated"
    CONCLUDED = "concluded"


class Side(StrEnum):
    """The two sides of an introduction: who is interested, and whom it asks."""

    INITIATOR = "initiator"
    PARTNER = "partner"

    @property
    def other(self) -> "Side":
        """The other side."""
        return Side.PARTNER if self is Side.INITIATOR else Side.INITIATOR


class OutcomeType(StrEnum):
    """What an introduction led to (DOMAIN.md)."""

    SUPPLY_CONTRACT = "supply_contract"
    SUBCONTRACTING = "subcontracting"
    CONTRACT_MANUFACTURING = "contract_manufacturing"
    JOINT_VENTURE = "joint_venture"
    RECIPROCAL_PRODUCTION = "reciprocal_production"
    TRADE_INTERMEDIARY = "trade_intermediary"
    LICENCE = "licence"
    TECHNICAL_COOPERATION = "technical_cooperation"
    JOINT_RND = "joint_rnd"
    INVESTMENT = "investment"
    NONE = "none"
