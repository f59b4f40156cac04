"""One function per reason two statements fit; the first line of each docstring is published.

Words, parts of words and codes are what a match is found by; the others strengthen it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from app.matching.documents import Evidence, MatchDocument, Share
from app.matching.geography import Geography, Location
from app.matching.scoring import number
from app.matching.units import NOTHING_ASKED, Coverage

Shares = tuple[Share, ...]


@dataclass(frozen=True, slots=True)
class Pair:
    """A need and a capability, with what the kernel's product gave for each block.

    `found` maps a block to its part of the dot product, `shares` to the terms it came from (known only
    for the pairs that are shown), `required` tells which of the must-haves are covered.
    """

    need: MatchDocument
    capability: MatchDocument
    geography: Geography
    found: Mapping[str, float]
    shares: Mapping[str, Shares] = field(default_factory=dict)
    required: Coverage = NOTHING_ASKED

    def content(self) -> float:
        """What the statements themselves give, without circumstances."""
        return sum(self.found.values())

    def from_block(self, name: str) -> Evidence:
        """The evidence of one block of the product."""
        return Evidence(name, self.found.get(name, 0.0), self.shares.get(name, ()))

    def lifted(self, name: str, value: float, labels: tuple[str, ...] = ()) -> Evidence:
        """The evidence of a circumstance: its weight times its value (0..1) times the content."""
        gain = round(number(name) * value * self.content(), 9)
        shares = tuple(Share(label, gain / len(labels)) for label in labels) if gain > 0 else ()
        return Evidence(name, gain, shares)


Signal = Callable[[Pair], Evidence]


def words(pair: Pair) -> Evidence:
    """Both statements use the same words, whatever their grammatical form; rare words count more."""
    return pair.from_block("words")


def parts_of_words(pair: Pair) -> Evidence:
    """Words of the two statements share pieces: compounds, related words, spelling variants."""
    return pair.from_block("parts_of_words")


def shared_codes(pair: Pair) -> Evidence:
    """Both statements name the same product or activity code, or a close ancestor."""
    return pair.from_block("shared_codes")


def meaning(pair: Pair) -> Evidence:
    """The statements mean nearly the same, in whatever words and languages."""
    return pair.from_block("meaning")


def same_place(pair: Pair) -> Evidence:
    """The organisations are in the same region, the same federal district or near each other."""
    nearness = pair.geography.nearness(_where(pair.need), _where(pair.capability))
    return pair.lifted("same_place", nearness.value, (nearness.way,) if nearness.way else ())


def wished_region(pair: Pair) -> Evidence:
    """The capability is in a region the need wishes for."""
    region = pair.capability.region
    wished = region is not None and region in pair.need.wished_regions
    return pair.lifted("wished_region", float(wished), (region,) if region and wished else ())


def must_have(pair: Pair) -> Evidence:
    """The capability's words or certificates cover what the need insists on."""
    return pair.lifted("must_have", pair.required.share, pair.required.covered)


def core_capability(pair: Pair) -> Evidence:
    """The capability is what its organisation mainly does."""
    return pair.lifted("core_capability", float(pair.capability.core))


@dataclass(frozen=True, slots=True)
class SignalRecord:
    """A signal as it is published: its function, what it weighs and how it is called and explained."""

    name: str
    function: Signal
    name_ru: str
    name_en: str
    description_ru: str

    @property
    def weight(self) -> float:
        """The largest part of a score the signal can give (a circumstance: of the content)."""
        return number(self.name)

    @property
    def description_en(self) -> str:
        """The first line of the function's docstring."""
        return (self.function.__doc__ or "").partition("\n")[0]


SIGNALS = (
    SignalRecord(
        "words",
        words,
        "Общие слова",
        "Shared words",
        "В обоих описаниях есть одни и те же слова в любой грамматической форме; редкие слова весят больше.",
    ),
    SignalRecord(
        "parts_of_words",
        parts_of_words,
        "Общие части слов",
        "Shared parts of words",
        "Слова двух описаний имеют общие части: сложные и однокоренные слова, варианты написания.",
    ),
    SignalRecord(
        "shared_codes",
        shared_codes,
        "Общие коды",
        "Shared codes",
        "В обоих описаниях указан один и тот же код продукции или деятельности либо близкий вышестоящий.",
    ),
    SignalRecord(
        "meaning",
        meaning,
        "Близкий смысл",
        "Near in meaning",
        "Описания близки по смыслу, какими бы словами и на каком бы языке они ни были написаны.",
    ),
    SignalRecord(
        "same_place",
        same_place,
        "Близость",
        "Nearness",
        "Организации находятся в одном регионе, в одном федеральном округе или недалеко друг от друга.",
    ),
    SignalRecord(
        "wished_region",
        wished_region,
        "Желаемый регион",
        "Wished region",
        "Исполнитель находится в регионе, который назван в потребности.",
    ),
    SignalRecord(
        "must_have",
        must_have,
        "Обязательные требования",
        "Must-haves",
        "Слова или сертификаты исполнителя покрывают обязательные требования потребности.",
    ),
    SignalRecord(
        "core_capability",
        core_capability,
        "Основная деятельность",
        "Core activity",
        "Эта возможность — основная деятельность организации.",
    ),
)


def all_evidence(pair: Pair) -> tuple[Evidence, ...]:
    """What every signal that has something to say gave, in the order of SIGNALS."""
    evidence = (signal.function(pair) for signal in SIGNALS)
    return tuple(one for one in evidence if one.contribution > 0)


def _where(document: MatchDocument) -> Location:
    return Location(document.country, document.region)
