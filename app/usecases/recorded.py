"""How good suggestions were for the association: what was shown, called useful, asked for, accepted."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.clock import day_of
from app.introducing import IntroductionState
from app.matching.calibration import JudgedPair
from app.matching.proportions import Share, share_of
from app.storage import showings
from app.storage.feedback import Feedback
from app.storage.introductions import Introduction
from app.vocabulary import Verdict

RANKS: Mapping[str, range] = {
    "1": range(1, 2),
    "2": range(2, 3),
    "3": range(3, 4),
    "4-5": range(4, 6),
    "6-10": range(6, 11),
}
ALL = "all"
ENOUGH = 30
"""Cases from which a share says something: below, the interval around a half is wider than ±17 points."""


@dataclass(frozen=True, slots=True)
class Case:
    """A pair of organisation and partner, where and how probable it was shown, and what came of it."""

    rank: int | None
    probability: float | None
    useful: bool | None = None
    shown: bool = False
    asked: bool = False
    answered: bool = False
    accepted: bool = False


@dataclass(frozen=True, slots=True)
class Recorded:
    """Shares by place in the list (and of all), and pairs of shown probability and outcome."""

    useful: Mapping[str, Share]
    interest: Mapping[str, Share]
    acceptance: Mapping[str, Share]
    judged: tuple[JudgedPair, ...]


def measure(session: Session) -> Recorded:
    """What the recorded showings, the feedback and the introductions say."""
    cases = _cases(session)
    return Recorded(
        useful=_by_rank(cases, lambda one: one.useful is not None, lambda one: one.useful is True),
        interest=_by_rank(cases, lambda one: one.shown, lambda one: one.asked),
        acceptance=_by_rank(cases, lambda one: one.answered, lambda one: one.accepted),
        judged=tuple(_judged(cases)),
    )


def _cases(session: Session) -> list[Case]:
    """One case for each pair; what was recorded of place and probability goes before what callers said."""
    shown = {(row.organisation_id, row.partner_id): row for row in showings.first_showings(session)}
    said = {
        (row.organisation_id, row.partner_id): row
        for row in session.scalars(select(Feedback).order_by(Feedback.created_at, Feedback.id))
    }
    asked = {
        (row.initiator_id, row.partner_id): row
        for row in session.scalars(select(Introduction).order_by(Introduction.created_at, Introduction.id))
    }
    pairs = sorted({*shown, *said, *asked})
    return [_case(shown.get(pair), said.get(pair), asked.get(pair)) for pair in pairs]


def _case(shown: showings.Showing | None, said: Feedback | None, asked: Introduction | None) -> Case:
    rank = shown.rank if shown else None
    chance = shown.probability if shown else None
    if rank is None and said is not None:
        rank, chance = said.rank, said.probability
    if rank is None and asked is not None:
        rank, chance = asked.suggested_rank, asked.suggested_probability
    declined = asked is not None and asked.state == IntroductionState.DECLINED
    answered = asked is not None and asked.answered_at is not None
    return Case(
        rank,
        chance,
        None if said is None else said.verdict == Verdict.USEFUL,
        shown is not None,
        asked is not None and (shown is None or day_of(asked.created_at) >= shown.day),
        answered,
        answered and not declined,
    )


def _by_rank(
    cases: Iterable[Case], counts: Callable[[Case], bool], hits: Callable[[Case], bool]
) -> dict[str, Share]:
    counted = [case for case in cases if counts(case)]
    groups = {
        name: [case for case in counted if case.rank is not None and case.rank in ranks]
        for name, ranks in RANKS.items()
    }
    return {
        name: share_of(sum(map(hits, several)), len(several))
        for name, several in {**groups, ALL: counted}.items()
    }


def _judged(cases: Iterable[Case]) -> Iterable[JudgedPair]:
    """The outcome of a pair is the partner's answer, or else the verdict of who was shown it."""
    for case in cases:
        right = case.accepted if case.answered else case.useful
        if case.probability is not None and right is not None:
            yield JudgedPair("", case.probability, case.probability, right)
