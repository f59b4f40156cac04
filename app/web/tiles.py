"""The map of regions: one square for each subject of the federation, so that small ones stay visible.

Shades are five steps of one hue, told apart by lightness alone, whatever colours a reader sees.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from app.reference import Region, regions
from app.vocabulary import Language

SIDE = 46
GAP = 4
STEPS = 5
ROOM = 6
"""How many letters a square takes."""

_VOWELS = "аеёиоуыэюяйьъ- "
_KNOWN_AS = {
    "RU-ALT": "Алт.кр",
    "RU-CE": "Чечня",
    "RU-DON": "ДНР",
    "RU-KB": "КБР",
    "RU-KC": "КЧР",
    "RU-KDA": "Кр-дар",
    "RU-KHM": "ХМАО",
    "RU-KYA": "Кр-яр",
    "RU-LEN": "ЛенОбл",
    "RU-LUG": "ЛНР",
    "RU-ME": "МарЭл",
    "RU-MOS": "МосОбл",
    "RU-NEN": "НАО",
    "RU-NGR": "Новг.",
    "RU-SA": "Якутия",
    "RU-SE": "С.Осет",
    "RU-SEV": "Севаст",
    "RU-SPE": "СПб",
    "RU-YAN": "ЯНАО",
    "RU-YEV": "ЕАО",
}
"""What is usual where the beginning of the name is not enough; our own choice."""


@dataclass(frozen=True, slots=True)
class Tile:
    """A square: where it stands, what it says, how dark it is (0 is empty)."""

    code: str
    name: str
    label: str
    number: int
    shade: int
    x: int
    y: int


@dataclass(frozen=True, slots=True)
class TileMap:
    """All squares, the size of the picture, and what each shade stands for."""

    tiles: list[Tile]
    width: int
    height: int
    legend: list[tuple[int, str]]


def tile_map(numbers: Mapping[str, int], language: Language) -> TileMap:
    """The map of these numbers by region code."""
    bounds = steps_up_to(max(numbers.values(), default=0))
    tiles = [_tile(one, numbers.get(one.code, 0), bounds, language) for one in regions().values()]
    tiles.sort(key=lambda tile: (tile.y, tile.x))
    return TileMap(
        tiles=tiles,
        width=max(tile.x for tile in tiles) + SIDE,
        height=max(tile.y for tile in tiles) + SIDE,
        legend=[(0, "0"), *((shade, _span(bounds, shade)) for shade in range(1, len(bounds) + 1))],
    )


def steps_up_to(most: int) -> list[int]:
    """The largest number of each shade: at most five, about even, each larger than the one before."""
    return sorted({-(-most * step // STEPS) for step in range(1, STEPS + 1)} - {0})


def _span(bounds: list[int], shade: int) -> str:
    first = bounds[shade - 2] + 1 if shade > 1 else 1
    return str(first) if first == bounds[shade - 1] else f"{first}–{bounds[shade - 1]}"


def _tile(region: Region, number: int, bounds: list[int], language: Language) -> Tile:
    russian = language is Language.RU
    return Tile(
        code=region.code,
        name=region.name_ru if russian else region.name_en,
        label=_label(region) if russian else region.code.removeprefix("RU-"),
        number=number,
        shade=sum(1 for bound in bounds if bound < number) + 1 if number else 0,
        x=region.column * (SIDE + GAP),
        y=region.row * (SIDE + GAP),
    )


def _label(region: Region) -> str:
    name = region.name_ru.removeprefix("Республика ")
    if len(name) > ROOM:
        name = name[: ROOM - 1].rstrip(_VOWELS) + "."
    return _KNOWN_AS.get(region.code, name)
