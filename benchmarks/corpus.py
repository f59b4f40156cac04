"""An invented directory of any size: Russian statements around topics, their vectors, their organisations.

A topic is a trade: a sector with things, operations and materials of its own, drawn from long lists by
Zipf's law. An organisation offers what its topic makes and needs what two others make. Vectors lie around
their topic's, so that unrelated statements have cosines of .1 to .3, as those of the encoder have.
All is invented; the same seed gives the same directory.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from itertools import accumulate
from random import Random
from typing import Any
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from app import reference
from app.matching.documents import Filters, MatchDocument, Passages, Wish
from app.matching.geography import Geography, Place
from app.matching.semantics import sentences_of
from app.vocabulary import CodeScheme, NeedType, StatementKind, Visibility
from benchmarks.words import DETAILS, MATERIALS, OPERATIONS, QUALITIES, ROOTS, THINGS

TODAY = date(2026, 11, 1)
DIMENSIONS = 512
TOPICS = 600
STATEMENTS_EACH = 8
"""Of an organisation: four capabilities and four needs."""

_SHARED, _OWN, _SAID, _NOISE = 0.5, 1.0, 0.8, 0.4
"""Lengths of what makes a vector: common to all, of the topic, of what is said, of chance."""

_DIRECTIONS = 48
"""What is said varies in so many directions: text vectors fill a small part of their space."""

_CERTIFICATES = ("ISO 9001", "IATF 16949", "ISO 14001", "EAC")


@dataclass(frozen=True, slots=True)
class Topic:
    """What a trade makes, with which codes."""

    things: tuple[str, ...]
    operations: tuple[str, ...]
    qualities: tuple[str, ...]
    materials: tuple[str, ...]
    codes: tuple[str, ...]
    centre: NDArray[np.float32]


@cache
def geography() -> Geography:
    """The regions of the service."""
    regions = reference.regions().values()
    return Geography({r.code: Place(r.latitude, r.longitude, r.district) for r in regions})


def directory(statements: int, seed: int = 1) -> Iterator[MatchDocument]:
    """The statements of a directory of about this many, organisation after organisation."""
    for number in range(statements // STATEMENTS_EACH):
        yield from organisation(number, seed)


def organisation(number: int, seed: int = 1) -> list[MatchDocument]:
    """The eight statements of one organisation, a number of any size; none depends on another's."""
    random, noise = Random(f"{seed}:{number}"), np.random.default_rng((seed, number))
    owner: dict[str, Any] = {
        "organisation_id": identifier(number, 0),
        "country": "RU",
        "region": random.choice(_regions()),
        "certificates": frozenset(random.sample(_CERTIFICATES, random.randint(0, 2))),
        "visibility": Visibility.PUBLIC,
    }
    own, *others = random.choices(range(TOPICS), cum_weights=_cumulated(TOPICS, 30), k=3)
    made = []
    for place in range(1, STATEMENTS_EACH + 1):
        is_need = place > STATEMENTS_EACH // 2
        topic = _topics()[random.choice(others) if is_need else own]
        kind = StatementKind.NEED if is_need else StatementKind.CAPABILITY
        document = MatchDocument(identifier(number, place), kind=kind, **owner, **_said(topic, kind, random))
        made.append(replace(document, passages=_passages(topic, len(sentences_of(document)), noise)))
    return made


def identifier(organisation: int, place: int) -> str:
    """The id of a statement (from 1) or of its organisation (0); ids sort as the numbers do."""
    return str(UUID(int=(0x0190 << 112) | (0x7000 << 64) | (0x8 << 60) | organisation * 16 + place))


def wishes(number: int, seed: int = 1) -> list[Wish]:
    """What an organisation asks when it looks for partners: its eight statements, ten answers."""
    filters = Filters(visibilities=frozenset({Visibility.PUBLIC}))
    return [Wish(document, TODAY, filters, limit=10) for document in organisation(number, seed)]


def _said(topic: Topic, kind: StatementKind, random: Random) -> dict[str, Any]:
    """What a statement says, 8 to 40 words in all."""
    title, *sentences = _sentences(topic, random)
    is_need = kind is StatementKind.NEED
    return {
        "title": title,
        "text": ". ".join(sentences) + ".",
        "sector": topic.codes[0][:2],
        "codes": frozenset(_codes(topic, random)),
        "must_have": (_detail(random),) if is_need and random.random() < 0.5 else (),
        "need_type": NeedType.SUBCONTRACTING if is_need else None,
        "core": not is_need and random.random() < 0.25,
    }


def _sentences(topic: Topic, random: Random) -> list[str]:
    made = [_phrase(topic, random)]
    for _ in range(random.choices((1, 2, 3), (5, 4, 2))[0]):
        details = [_detail(random) for _ in range(random.randint(0, 2))]
        made.append(", ".join([_phrase(topic, random), *details]))
    return made


def _phrase(topic: Topic, random: Random) -> str:
    thing = _drawn(topic.things, random)
    if random.random() < 0.08:
        thing = random.choice(ROOTS) + random.choice(ROOTS) + random.choice(THINGS)  # a word of its own
    material = _drawn(topic.materials, random)
    grade = f" {material[:2].upper()}{random.randint(10, 99)}" if random.random() < 0.3 else ""
    quality, operation = _drawn(topic.qualities, random), _drawn(topic.operations, random)
    return f"{operation.capitalize()}: {quality} {thing} из {material}{grade}"


def _detail(random: Random) -> str:
    return random.choice(DETAILS).format(n=int(random.paretovariate(0.7)) + random.randint(1, 30))


def _codes(topic: Topic, random: Random) -> list[tuple[CodeScheme, str]]:
    chosen = random.sample(topic.codes, random.randint(0, 2))
    return [(random.choice((CodeScheme.OKPD2, CodeScheme.OKVED2)), code) for code in chosen]


def _passages(topic: Topic, sentences: int, noise: np.random.Generator) -> Passages:
    """A vector for the whole, and one for each sentence where there are several."""
    count = 1 + (sentences if sentences > 1 else 0)
    said = noise.standard_normal((count, _DIRECTIONS), dtype=np.float32) @ _directions()
    rows = topic.centre + said + _vectors(noise, count, _NOISE)
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), dtype=np.float16)


def _vectors(noise: np.random.Generator, count: int, length: float) -> NDArray[np.float32]:
    return noise.standard_normal((count, DIMENSIONS), dtype=np.float32) * np.float32(length / DIMENSIONS**0.5)


@cache
def _directions() -> NDArray[np.float32]:
    return _vectors(np.random.default_rng(1), _DIRECTIONS, _SAID) / np.float32(_DIRECTIONS**0.5)


@cache
def _topics() -> tuple[Topic, ...]:
    random, noise = Random("topics"), np.random.default_rng(0)
    things = [*THINGS, *(root + thing for root in ROOTS for thing in THINGS)]
    qualities = [*QUALITIES, *(root + quality for root in ROOTS for quality in QUALITIES)]
    shared = _vectors(noise, 1, _SHARED)[0]
    made = []
    for _ in range(TOPICS):
        division = random.randint(10, 33)
        codes = [f"{division}.{random.randint(11, 99)}.{random.randint(1, 9)}" for _ in range(4)]
        made.append(
            Topic(
                _chosen(things, 14, random),
                _chosen(OPERATIONS, 5, random),
                _chosen(qualities, 8, random),
                _chosen(MATERIALS, 4, random),
                tuple(dict.fromkeys(codes)),
                shared + _vectors(noise, 1, _OWN)[0],
            )
        )
    return tuple(made)


def _chosen(words: Sequence[str], count: int, random: Random) -> tuple[str, ...]:
    return tuple(random.choices(words, cum_weights=_cumulated(len(words), 20), k=count))


def _drawn(words: Sequence[str], random: Random) -> str:
    return random.choices(words, cum_weights=_cumulated(len(words), 2))[0]


@cache
def _regions() -> tuple[str, ...]:
    return tuple(sorted(geography().places))


@cache
def _cumulated(count: int, shift: int) -> tuple[float, ...]:
    """Zipf-Mandelbrot weights of the ranks, summed up."""
    return tuple(accumulate(1 / (rank + 1 + shift) for rank in range(count)))
