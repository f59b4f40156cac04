"""The closed word lists of the domain."""

from enum import StrEnum


class OrganisationKind(StrEnum):
    """What an organisation is."""

    ENTERPRISE = "enterprise"
    CLUSTER = "cluster"
    RESEARCH = "research"
    UNIVERSITY = "university"
    AUTHORITY = "authority"
    PROMOTION_CENTRE = "promotion_centre"


class Visibility(StrEnum):
    """Who may see an organisation and its statements."""

    PUBLIC = "public"
    MEMBERS = "members"
    ANONYMOUS = "anonymous"
    HIDDEN = "hidden"


class SizeBand(StrEnum):
    """Headcount classes of 209-ФЗ, article 4: up to 15, 100, 250 people, and above."""

    MICRO = "micro"
    SMALL = "small"
    MEDIUM = "medium"
    LARGE = "large"


class StatementKind(StrEnum):
    """A capability says what an organisation can do, a need what it looks for."""

    CAPABILITY = "capability"
    NEED = "need"

    @property
    def opposite(self) -> "StatementKind":
        """The kind that this one is matched with."""
        return StatementKind.NEED if self is StatementKind.CAPABILITY else StatementKind.CAPABILITY


class StatementStatus(StrEnum):
    """Where a statement stands between its first draft and its end."""

    DRAFT = "draft"
    IN_REVIEW = "in_review"
    PUBLISHED = "published"
    REJECTED = "rejected"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"
    MATCHED = "matched"


class ReviewState(StrEnum):
    """Whether a review still waits for somebody, and how it ended."""

    OPEN = "open"
    PUBLISHED = "published"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"


class NeedType(StrEnum):
    """What kind of cooperation a need asks for."""

    SUPPLY = "supply"
    SUBCONTRACTING = "subcontracting"
    CONTRACT_MANUFACTURING = "contract_manufacturing"
    TECHNOLOGY = "technology"
    JOINT_RND = "joint_rnd"
    LICENCE = "licence"
    INVESTMENT = "investment"
    TRADE_INTERMEDIARY = "trade_intermediary"


class CodeScheme(StrEnum):
    """The classifiers a statement may be coded with."""

    OKPD2 = "okpd2"
    OKVED2 = "okved2"
    TNVED = "tnved"


class Source(StrEnum):
    """Where a profile's data came from."""

    MEMBER = "member"
    CENTRE = "centre"
    ADMIN = "admin"
    DIRECTORY = "directory"
    SAMPLE = "sample"


class Strength(StrEnum):
    """How well two statements fit, in a word a person understands; the strongest first."""

    STRONG = "strong"
    GOOD = "good"
    POSSIBLE = "possible"


class Ground(StrEnum):
    """What of two statements is compared."""

    WORDS = "words"
    """Words and codes only: meaning is not known."""
    MEANING = "meaning"
    """Meaning beside words and codes."""
    ACROSS_SCRIPTS = "across_scripts"
    """Meaning and codes: the texts share no script, so no words."""


class RegionPreference(StrEnum):
    """Which regions a suggestion list puts first."""

    ANY = "any"
    OWN_FIRST = "own_first"
    OTHERS_FIRST = "others_first"


class Diversity(StrEnum):
    """What a suggestion list mixes among partners of nearly the same probability."""

    NONE = "none"
    REGIONS = "regions"


class Language(StrEnum):
    """The languages the service speaks; Russian first."""

    RU = "ru"
    EN = "en"


class ChangeAction(StrEnum):
    """What happened to a record in the change feed."""

    CREATED = "created"
    UPDATED = "updated"
    DELETED = "deleted"
    ERASED = "erased"
    READ = "read"


class Verdict(StrEnum):
    """What an organisation says of a suggestion it was shown."""

    USEFUL = "useful"
    NOT_USEFUL = "not_useful"


class FeedbackReason(StrEnum):
    """Why a suggestion was of no use."""

    WRONG_PRODUCT = "wrong_product"
    WRONG_SCALE = "wrong_scale"
    REQUIREMENT_UNMET = "requirement_unmet"
    WRONG_PLACE = "wrong_place"
    KNOWN_ALREADY = "known_already"
    COMPETITOR = "competitor"
    OUTDATED = "outdated"
    OTHER = "other"


class EmptyReason(StrEnum):
    """Why a search found nothing."""

    FILTERS_TOO_TIGHT = "filters_too_tight"
    NOBODY_OFFERS_THIS = "nobody_offers_this"
    SAYS_TOO_LITTLE = "says_too_little"
    NO_FURTHER_LINK = "no_further_link"


class ChainEnd(StrEnum):
    """Why a cooperation chain goes no further."""

    COMPLETE = "complete"
    """The last organisation needs nothing."""
    OPEN = "open"
    """Nobody outside the chain meets what the last organisation needs."""
    DEPTH = "depth"
    """No longer chain was asked for."""


class CoveredBy(StrEnum):
    """Where the nearest organisation is that meets a need; a region abroad is its country."""

    OWN_REGION = "own_region"
    ANOTHER_REGION = "another_region"
    FOREIGN = "foreign"
    NOBODY = "nobody"


class CallerKind(StrEnum):
    """Who a key acts for."""

    WEBSITE = "website"
    MEMBER = "member"
    CENTRE = "centre"
    ADMIN = "admin"


class Scope(StrEnum):
    """What a key opens, within what its holder may do."""

    READ = "read"
    WRITE = "write"
    CONTACTS = "contacts"
    REVIEW = "review"
    KEYS = "keys"


class KeyState(StrEnum):
    """Whether a key still opens anything."""

    ACTIVE = "active"
    EXPIRED = "expired"
    REVOKED = "revoked"


class ImportState(StrEnum):
    """How far an import is. Partial: some rows were refused; failed: nothing could be stored."""

    QUEUED = "queued"
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    PARTIAL = "partial"
    FAILED = "failed"
