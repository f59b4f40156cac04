"""Small statements that the matching tests share."""

import random
from collections.abc import Mapping, Sequence
from datetime import date
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from app.matching.documents import Filters, MatchDocument, Wish
from app.matching.engine import MatchIndex
from app.matching.geography import Geography, Place
from app.vocabulary import CodeScheme, OrganisationKind, StatementKind

TODAY = date(2026, 6, 1)
PLACES = {
    "RU-SVE": Place(56.84, 60.61, "UFO"),
    "RU-CHE": Place(55.16, 61.40, "UFO"),
    "RU-MOW": Place(55.75, 37.62, "CFO"),
    "RU-PRI": Place(43.12, 131.89, "DFO"),
}
GEOGRAPHY = Geography(PLACES)
CASTING = (CodeScheme.OKVED2, "24.53")


def capability(id_: str, text: str, **fields: object) -> MatchDocument:
    return statement(StatementKind.CAPABILITY, id_, text, fields)


def need(id_: str, text: str, **fields: object) -> MatchDocument:
    return statement(StatementKind.NEED, id_, text, fields)


def statement(kind: StatementKind, id_: str, text: str, fields: Mapping[str, object]) -> MatchDocument:
    defaults = {"organisation_id": f"org-{id_}", "title": "", "country": "RU"}
    return MatchDocument(id=id_, kind=kind, text=text, **(defaults | dict(fields)))


def wish(document: MatchDocument, **fields: object) -> Wish:
    filters = fields.pop("filters", Filters())
    return Wish(document, TODAY, filters, **fields)


def index_of(*documents: MatchDocument) -> MatchIndex:
    return MatchIndex.build(documents, GEOGRAPHY, 1)


class BagOfWords:
    """An encoder that takes texts with the same words to mean the same."""

    model = "bag-of-words-1"

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        rows = [sum(self._word(word) for word in ["", *text.casefold().split()]) for text in texts]
        return np.array([row / np.linalg.norm(row) for row in rows], dtype=np.float32)

    @staticmethod
    def _word(word: str) -> NDArray[np.float64]:
        return np.random.default_rng(crc32(word.encode())).normal(size=64)


_VERBS = ["Литьё", "Штамповка", "Фрезерная обработка", "Сварка", "Термообработка", "Изготовление", "Ремонт"]
_THINGS = [
    "корпусов",
    "насосов",
    "шестерён",
    "валов",
    "пресс-форм",
    "кабельных лотков",
    "рам",
    "болтов М8х40",
]
_MATERIALS = ["из алюминия", "из стали 12Х18Н10Т", "из чугуна", "из полимеров", "из титана", "из латуни"]
_EXTRAS = ["серия от 100 штук", "сертификат ISO 9001", "ГОСТ 7798-70", "доставка", "станок с ЧПУ", "окраска"]
_CODES = ["24.53", "25.62", "25.50.1", "28.13", "33.12", "22.29"]


def random_statement(number: int, seed: int = 0) -> MatchDocument:
    r = random.Random(f"{seed}-{number}")
    kind = r.choice(list(StatementKind))
    extras = f"{r.choice(_EXTRAS)}; {r.choice(_EXTRAS)}"
    text = f"{r.choice(_VERBS)} {r.choice(_THINGS)} {r.choice(_MATERIALS)}, {extras}"
    codes = frozenset((CodeScheme.OKVED2, c) for c in r.sample(_CODES, r.randint(0, 2)))
    is_need = kind is StatementKind.NEED
    return MatchDocument(
        id=f"s{number:04}",
        organisation_id=f"o{number % 40:02}",
        kind=kind,
        title=f"{r.choice(_VERBS)} {r.choice(_THINGS)}",
        text=text,
        country=r.choice(["RU", "RU", "RU", "BY"]),
        region=r.choice([*PLACES, None]),
        sector=r.choice(["metal", "chemistry", None]),
        codes=codes,
        organisation_kind=r.choice(list(OrganisationKind)),
        certificates=frozenset(r.sample(["ISO 9001", "ISO 14001"], r.randint(0, 2))),
        must_have=tuple(r.sample(_EXTRAS, 2)) if is_need and r.random() < 0.4 else (),
        wished_regions=frozenset(r.sample(sorted(PLACES), 2))
        if is_need and r.random() < 0.4
        else frozenset(),
        core=r.random() < 0.5,
        expires_on=r.choice([None, date(2026, 5, 31), date(2026, 6, 1), date(2027, 1, 1)]),
    )


def random_statements(count: int, seed: int = 0) -> list[MatchDocument]:
    return [random_statement(number, seed) for number in range(count)]
