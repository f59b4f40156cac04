"""A directory with something of every kind in it, and what is true of it: who keeps what, what is secret.

Who keeps and who manages what is written down here by hand, from DOMAIN.md, and not asked of the code.
"""

from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any

from sqlalchemy.orm import Session

from app.access import Admin, Centre, Member, Writer
from app.delivering import EventType
from app.files.tables import FileKind
from app.outbound.addresses import Reach
from app.schemas.centres import CentreIn
from app.schemas.feedback import FeedbackIn
from app.schemas.import_files import Wishes
from app.schemas.introductions import IntroductionIn, IntroductionStepIn
from app.schemas.key_text import new_key
from app.schemas.keys import KeyIn
from app.schemas.organisation_input import OrganisationIn
from app.schemas.saved_searches import SavedSearchIn
from app.schemas.statement_input import StatementIn
from app.schemas.webhooks import WebhookIn
from app.storage.alerts import Alert
from app.storage.documents import Conditions
from app.usecases import (
    blocks,
    centres,
    feedback,
    import_runs,
    introductions,
    keys,
    organisations,
    reviews,
    saved_searches,
    statements,
    webhooks,
)
from app.usecases.feedback import Custom
from app.usecases.import_runs import Submitted
from app.usecases.introductions import Occasion, Terms
from app.usecases.keys import Desk
from app.vocabulary import Scope
from tests.directory import profile

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
TODAY = date(2026, 11, 24)
UNDER = Conditions(TODAY)
DESK = Desk(NOW)
OCCASION = Occasion(NOW, Terms())
ADMIN = Admin("world")
MISSING = "00000000-0000-7000-8000-000000000000"
HOME = "https://partners.example"

KEEPERS = {
    "own": {"member", "north"},
    "neighbour": {"other", "north"},
    "neighbour_hidden": {"north"},
    "claimed_by_south": {"south"},
    "adopted_by_north": {"north"},
    "foreign": {"south"},
    "foreign_members": {"south"},
    "foreign_anonymous": {"south"},
    "foreign_hidden": {"south"},
}
"""Who acts for each organisation; the administrator for all."""

PLACES: dict[str, tuple[str, str | None, str]] = {
    "own": ("RU-SVE", None, "public"),
    "neighbour": ("RU-SVE", None, "public"),
    "neighbour_hidden": ("RU-SVE", None, "hidden"),
    "claimed_by_south": ("RU-SVE", "south", "hidden"),
    "adopted_by_north": ("RU-PER", "north", "hidden"),
    "foreign": ("RU-PER", None, "public"),
    "foreign_members": ("RU-PER", None, "members"),
    "foreign_anonymous": ("RU-PER", None, "anonymous"),
    "foreign_hidden": ("RU-PER", None, "hidden"),
}
"""Region, centre and visibility of each organisation; north has RU-SVE, south RU-PER."""

KEY_MANAGERS = {
    "of_own": {"member", "north"},
    "of_neighbour": {"other", "north"},
    "of_adopted": {"north"},
    "of_foreign": {"south"},
    "of_north": {"north"},
    "of_south": {"south"},
    "of_website": set[str](),
    "of_admin": set[str](),
    "revoked": {"member", "north"},
}
"""Who may see and end each key; the administrator all."""


INTRODUCED = {
    "asked": ("own", "foreign"),
    "accepted": ("own", "foreign_members"),
    "of_the_nameless": ("foreign_anonymous", "neighbour"),
}
"""Who is interested in whom; only one of them was accepted."""

ACQUAINTED = {
    "own": {"south", "admin"},
    "foreign_members": {"member", "north", "admin"},
}
"""Who may read the contacts of whom through the accepted introduction; the administrator of both sides."""


@dataclass(frozen=True)
class Record:
    """A record, or the place where one was or might be: which, with what version, who keeps it."""

    name: str
    id: str
    version: int = 1
    keepers: frozenset[str] = frozenset()
    visibility: str = ""
    status: str = ""
    exists: bool = True
    within: str = ""
    """The id of the record whose path leads here, where there is one."""
    handed_to: str = ""
    """The centre a review was handed over to."""

    def kept(self, party: str) -> bool:
        return self.exists and (party == "admin" or party in self.keepers)

    def reviewed(self, party: str) -> bool:
        """Whether this party sees and decides it, as a review."""
        return self.kept(party) or (self.exists and party == self.handed_to)

    def seen(self, party: str) -> bool:
        """Whether this party may read it, as DOMAIN.md has it."""
        if self.kept(party):
            return True
        reader = {"public": True, "members": party != "visitor"}.get(self.visibility, False)
        return self.exists and reader and self.status in ("", "published")


@dataclass(frozen=True)
class Secret:
    """A text that stands in one field of one record, and who may read it through which operations."""

    text: str
    what: str
    record: Record
    needs: str = "seen"
    operations: frozenset[str] = frozenset()
    also: frozenset[tuple[str, str]] = frozenset()
    """Parties beyond that rule, each with the operation it may read the text through."""

    def may_be_read(self, party: str, operation: str) -> bool:
        if (party, operation) in self.also:
            return True
        if self.operations and operation not in self.operations:
            return False
        rights = {"seen": self.record.seen, "kept": self.record.kept, "reviewed": self.record.reviewed}
        return rights.get(self.needs, lambda _: False)(party)


@dataclass
class World:
    """Everything there is."""

    organisations: list[Record] = field(default_factory=list)
    statements: list[Record] = field(default_factory=list)
    reviews: list[Record] = field(default_factory=list)
    keys: list[Record] = field(default_factory=list)
    keys_of_actors: list[Record] = field(default_factory=list)
    searches: list[Record] = field(default_factory=list)
    alerts: list[Record] = field(default_factory=list)
    contacts: list[Record] = field(default_factory=list)
    feedback: list[Record] = field(default_factory=list)
    introductions: list[Record] = field(default_factory=list)
    blocks: list[Record] = field(default_factory=list)
    webhooks: list[Record] = field(default_factory=list)
    deliveries: list[Record] = field(default_factory=list)
    imports: list[Record] = field(default_factory=list)
    secrets: list[Secret] = field(default_factory=list)
    actors: dict[str, tuple[str, dict[str, str]]] = field(default_factory=dict)
    ids: dict[str, str] = field(default_factory=dict)


_tokens = count(1000)
OF_STATEMENTS = frozenset({"list_statements", "get_statement", "update_statement", "renew_statement"})


OF_QUESTIONS = frozenset({"list_statement_suggestions", "search_chains", "solve_consortium"})
OF_REVIEWS = frozenset(
    {
        "list_reviews", "get_review", "list_statement_reviews", "publish_review", "reject_review",
        "hand_over_review", "withdraw_review",
    }
)  # fmt: skip


def build(session: Session) -> World:
    """Fill an empty database, and say what is in it."""
    world = World()
    for centre, region in (("north", "RU-SVE"), ("south", "RU-PER")):
        centres.create(session, ADMIN, CentreIn(id=centre, name_ru=centre, name_en=centre, regions=[region]))
    for name in PLACES:
        _organisation(session, world, name)
    gone = organisations.create(session, ADMIN, OrganisationIn.model_validate(profile()))
    of_gone = statements.create(session, ADMIN, gone.id, StatementIn(kind="need", text="Отливки"), UNDER)
    key_of_gone, _ = keys.create(session, ADMIN, _key("member", organisation_id=gone.id), DESK)
    organisations.delete(session, ADMIN, gone.id, gone.version)
    for records, was in ((world.organisations, gone), (world.statements, of_gone), (world.keys, key_of_gone)):
        records.append(Record("deleted", was.id, exists=False))
        records.append(Record("missing", MISSING, exists=False))
    _reviews(session, world)
    world.contacts.append(Record("missing", MISSING, exists=False, within=world.ids["own"]))
    _feedback(session, world)
    _searches(session, world)
    _introductions(session, world)
    _blocks(session, world)
    _keys(session, world)
    _actors(session, world)
    # Last, so that nothing of the above is queued for them.
    _webhooks(session, world)
    _imports(session, world)
    return world


def _token() -> str:
    return f"cnr{next(_tokens)}x"


def _organisation(session: Session, world: World, name: str) -> None:
    region, centre, visibility = PLACES[name]
    keepers = frozenset(KEEPERS[name])
    said = {label: _token() for label in ("legal_name", "city", "address", "description", "external_id")}
    person = {label: _token() for label in ("name", "position")}
    person |= {"email": f"{_token()}@sample.example", "phone": f"+7 999 {next(_tokens)} 000"}
    given = profile(
        region=region,
        centre_id=centre,
        visibility=visibility,
        contacts=[{**person, "consent_at": "2026-01-01T00:00:00Z"}],
        **said,
    )
    row = organisations.create(session, ADMIN, OrganisationIn.model_validate(given))
    record = Record(name, row.id, 1, keepers, visibility)
    world.organisations.append(record)
    world.ids[name] = row.id
    world.contacts.append(Record(f"contact of {name}", row.contacts[0].id, 1, keepers, within=row.id))
    numbers = {"inn": given["identifiers"][0]["number"], "id": row.id}
    world.secrets += [Secret(text, f"{label} of {name}", record) for label, text in (said | numbers).items()]
    of_contacts = frozenset({"list_contacts"})
    met = frozenset((party, "list_introduction_contacts") for party in ACQUAINTED.get(name, ()))
    world.secrets += [
        Secret(text, f"contact's {label} of {name}", record, "kept", of_contacts, met)
        for label, text in person.items()
    ]
    for status in ("published", "draft", "rejected"):
        if status != "rejected" or name in ("own", "foreign"):
            _statement(session, world, record, status)
    offer = StatementIn(kind="capability", status="published", text="Литьё корпусов насосов из чугуна СЧ20")
    made = statements.create(session, ADMIN, row.id, offer, UNDER)
    world.statements.append(Record(f"offer of {name}", made.id, 1, keepers, visibility, "published"))
    if name == "foreign":
        for stricter in ("members", "anonymous", "hidden"):
            _stricter_statement(session, world, record, stricter)


def _stricter_statement(session: Session, world: World, owner: Record, visibility: str) -> None:
    """A statement of a public organisation that is not for all; an anonymous one may be shown masked."""
    words = _token()
    about = (
        f"Литьё корпусов насосов из чугуна СЧ20 {words}" if visibility == "anonymous" else f"Ковка {words}"
    )
    given = StatementIn(kind="capability", status="published", text=about, visibility=visibility)
    row = statements.create(session, ADMIN, owner.id, given, UNDER)
    name = f"{visibility} offer of {owner.name}"
    record = Record(name, row.id, 1, owner.keepers, visibility, "published")
    world.statements.append(record)
    world.secrets.append(Secret(row.id, f"id of {record.name}", record))
    if visibility != "anonymous":
        world.secrets.append(Secret(words, f"words of {record.name}", record))


def _statement(session: Session, world: World, owner: Record, status: str) -> None:
    words, budget = _token(), _token()
    first = "in_review" if status == "rejected" else status
    given = StatementIn(kind="need", status=first, text=f"Штамповка {words} днищ", budget=budget)
    row = statements.create(session, ADMIN, owner.id, given, UNDER)
    reason, review = _token(), row.review
    if status == "rejected":
        patch = {"status": status, "rejection_reason": reason}
        session.flush()
        statements.update(session, ADMIN, (row.id, row.version), patch, UNDER)
        session.flush()
    if status == "rejected" and review is not None:
        decided = Record(
            f"review of {owner.name}",
            review.id,
            review.version,
            owner.keepers,
            status="decided",
            within=row.id,
        )
        world.reviews.append(decided)
    record = Record(f"{status} of {owner.name}", row.id, row.version, owner.keepers, owner.visibility, status)
    world.statements.append(record)
    if owner.visibility != "anonymous" or status != "published":
        # The masked text of an anonymous organisation may be shown; its name may not.
        world.secrets.append(Secret(words, f"words of {record.name}", record))
    world.secrets.append(Secret(row.id, f"id of {record.name}", record))
    world.secrets.append(
        Secret(budget, f"budget of {record.name}", record, "kept", OF_STATEMENTS | OF_REVIEWS)
    )
    world.secrets.append(
        Secret(reason, f"reason of {record.name}", record, "kept", OF_STATEMENTS | OF_REVIEWS)
    )


def _reviews(session: Session, world: World) -> None:
    """What waits: a change of a published statement, a new one in the hands of the south; one was taken back.

    Their words are for those who decide: also where the published text beside them is for all.
    """
    for place in (
        ("own", "", False),
        ("own", "", True),
        ("own", "south", False),
        ("foreign_hidden", "", True),
    ):
        _review(session, world, place)
    made = reviews.withdraw(session, ADMIN, next(r.id for r in world.reviews if r.status == "open"))
    session.flush()
    old = next(review for review in world.reviews if review.status == "open")
    world.reviews.remove(old)
    world.reviews.append(replace(old, name="decided", version=made.version, status="decided"))
    statement = next(r for r in world.statements if r.id == old.within)
    world.statements[world.statements.index(statement)] = replace(
        statement, version=statement.version + 1, status="draft"
    )
    world.reviews.append(Record("missing", MISSING, exists=False))


def _review(session: Session, world: World, place: tuple[str, str, bool]) -> None:
    name, handed_to, published = place
    owner = next(record for record in world.organisations if record.name == name)
    member = Member(owner.id)
    words = _token()
    shown = StatementIn(kind="need", status="published", text="Отливки крышек")
    waiting = StatementIn(
        kind="need", status="in_review", text=f"Поковка {words} осей", budget=(budget := _token())
    )
    if published:
        row = statements.create(session, ADMIN, owner.id, shown, UNDER)
        session.flush()
        statements.update(session, member, (row.id, row.version), {"text": f"Поковка {words} осей"}, UNDER)
    else:
        row = statements.create(session, member, owner.id, waiting, UNDER)
    session.flush()
    review = row.review
    assert review is not None
    if handed_to:
        reviews.hand_over(session, ADMIN, (review.id, review.version), handed_to)
        session.flush()
    what = f"review of {name} {'change' if published else 'new'} {handed_to}"
    status = "published" if published else "in_review"
    of_statement = Record(
        f"{status} for {what}",
        row.id,
        row.version,
        owner.keepers,
        owner.visibility,
        status,
        handed_to=handed_to,
    )
    world.statements.append(of_statement)
    record = Record(
        what, review.id, review.version, owner.keepers, status="open", within=row.id, handed_to=handed_to
    )
    world.reviews.append(record)
    world.secrets.append(
        Secret(words, f"words of {what}", record, "reviewed", OF_STATEMENTS | OF_REVIEWS | OF_QUESTIONS)
    )
    world.secrets.append(Secret(review.id, f"id of {what}", record, "reviewed"))
    if not published:
        world.secrets.append(Secret(budget, f"budget of {what}", record, "kept", OF_STATEMENTS | OF_REVIEWS))


def _feedback(session: Session, world: World) -> None:
    """What some say of others; it hides nobody, so that lists stay as they are."""
    owners = {record.name: record for record in world.organisations}
    for name, partner in (("own", "foreign"), ("own", "foreign_anonymous"), ("foreign_hidden", "own")):
        comment, owner = _token(), owners[name]
        given = FeedbackIn(verdict="useful", partner_id=world.ids[partner], comment=comment)
        row = feedback.give(session, ADMIN, owner.id, given, Custom(TODAY, 0)).row
        record = Record(f"of {name} on {partner}", row.id, 1, owner.keepers, within=owner.id)
        world.feedback.append(record)
        world.secrets += [
            Secret(text, f"{what} of feedback {record.name}", record, "kept")
            for text, what in ((comment, "comment"), (row.id, "id"))
        ]
    world.feedback += [
        Record("missing", MISSING, exists=False, within=world.ids["own"]),
        Record("of another", world.feedback[0].id, exists=False, within=world.ids["neighbour"]),
        Record("of none", world.feedback[0].id, exists=False, within=MISSING),
    ]


def _searches(session: Session, world: World) -> None:
    """What some look for; nobody else knows of it, the centre of a member neither."""
    holders: dict[str, Member | Centre] = {
        "member": Member(world.ids["own"]),
        "other": Member(world.ids["neighbour"]),
        "north": Centre("north", frozenset({"RU-SVE"})),
        "south": Centre("south", frozenset({"RU-PER"})),
    }
    for party, holder in holders.items():
        name, words = _token(), _token()
        question = {"text": f"Нужны отливки {words}"}
        given = SavedSearchIn.model_validate({"name": name, "about": "text", "question": question})
        row = saved_searches.create(session, holder, given, UNDER)
        record = Record(f"search of {party}", row.id, 1, frozenset({party}))
        # An offer that everybody with a key may be told of, but for its own owner.
        offer = next(one for one in world.statements if one.name == "offer of foreign_members")
        alert = Alert(search_id=row.id, statement_id=offer.id, probability=0.5, strength="strong")
        session.add(alert)
        session.flush()
        world.alerts.append(Record(f"alert of {party}", alert.id, 1, frozenset({party})))
        world.searches.append(record)
        world.secrets += [
            Secret(text, f"{what} of {record.name}", record, "kept")
            for text, what in ((name, "name"), (words, "words"), (row.id, "id"))
        ]
    world.searches.append(Record("missing", MISSING, exists=False))


def _introductions(session: Session, world: World) -> None:
    """They are known to the keepers of their two sides, reason and all."""
    for name, (asker, asked) in INTRODUCED.items():
        words, keepers = _token(), frozenset(KEEPERS[asker] | KEEPERS[asked])
        given = IntroductionIn(
            organisation_id=world.ids[asker],
            partner_id=world.ids[asked],
            reason=f"Нужны отливки корпусов {words} в месяц",
        )
        row = introductions.request(session, ADMIN, given, OCCASION)
        if name == "accepted":
            step = IntroductionStepIn(state="accepted")
            introductions.advance(session, ADMIN, (row.id, row.version), step, OCCASION)
        record = Record(name, row.id, row.version, keepers, status=row.state)
        world.introductions.append(record)
        world.secrets.append(Secret(words, f"reason of introduction {name}", record, "kept"))
        world.secrets.append(Secret(row.id, f"id of introduction {name}", record, "kept"))
    world.introductions.append(Record("missing", MISSING, exists=False))


def _blocks(session: Session, world: World) -> None:
    """Of whom nobody with a key of its own is blocked, so that lists stay as they are.

    An entry is named by an id to those who see whom it blocks only.
    """
    for name, blocked in (("own", "neighbour_hidden"), ("foreign_hidden", "foreign")):
        owner, keepers = world.ids[name], frozenset(KEEPERS[name] & KEEPERS[blocked])
        blocks.add(session, ADMIN, (owner, world.ids[blocked]), NOW)
        record = Record(f"of {name}", world.ids[blocked], 1, keepers, within=owner)
        world.blocks.append(record)
    world.blocks += [
        Record("missing", MISSING, exists=False, within=world.ids["own"]),
        Record("of none", world.ids["foreign"], exists=False, within=MISSING),
    ]


def _key(kind: str, *scopes: str, name: str = "x", **holder: Any) -> KeyIn:
    return KeyIn.model_validate({"name": name, "kind": kind, "scopes": scopes or ["read"], **holder})


def _holder(world: World, name: str) -> tuple[str, dict[str, Any]]:
    match name:
        case "north" | "south":
            return "centre", {"centre_id": name}
        case "website":
            return "website", {"origins": [HOME]}
        case "admin":
            return "admin", {}
    return "member", {"organisation_id": world.ids[{"adopted": "adopted_by_north"}.get(name, name)]}


def _keys(session: Session, world: World) -> None:
    for name, managers in KEY_MANAGERS.items():
        kind, holder = _holder(world, {"revoked": "own"}.get(name, name.removeprefix("of_")))
        label = _token()
        row, text = keys.create(session, ADMIN, _key(kind, name=label, **holder), DESK)
        if name == "revoked":
            keys.revoke(session, ADMIN, row.id, row.version, DESK)
            session.flush()
        record = Record(
            name, row.id, row.version, frozenset(managers), status="revoked" * (name == "revoked")
        )
        world.keys.append(record)
        world.secrets.append(Secret(row.digest, f"hash of key {name}", record, "never"))
        world.secrets.append(Secret(text[9:41], f"key {name}", record, "never"))
        world.secrets.append(Secret(label, f"name of key {name}", record, "kept"))
        world.secrets.append(Secret(row.id, f"id of key {name}", record, "kept"))


def _imports(session: Session, world: World) -> None:
    """An import is its maker's alone: the file holds contacts."""
    makers = {
        "north": Centre("north", frozenset({"RU-SVE"})),
        "south": Centre("south", frozenset({"RU-PER"})),
    }
    for name, maker in (*makers.items(), ("of_admin", ADMIN)):
        label, words = _token(), _token()
        content = f"Наименование;ИНН\n{words};1".encode()
        given = Submitted(content, FileKind.CSV, label, False, Wishes())
        row = import_runs.submit(session, maker, given)
        record = Record(f"import {name}", row.id, keepers=frozenset({name}))
        world.imports.append(record)
        world.secrets.append(Secret(label, f"file name of {record.name}", record, "kept"))
        world.secrets.append(Secret(words, f"file of {record.name}", record, "kept"))
    world.imports.append(Record("missing", MISSING, exists=False))


def _webhooks(session: Session, world: World) -> None:
    """Endpoints are their owners', and so is everything in them; an administrator oversees all."""
    owners: dict[str, Writer] = {
        "": ADMIN,
        "member": Member(world.ids["own"]),
        "north": Centre("north", frozenset({"RU-SVE"})),
        "south": Centre("south", frozenset({"RU-PER"})),
    }
    for party, owner in owners.items():
        name, keepers = f"of {party or 'admin'}", frozenset({party} - {""})
        token, label = _token(), _token()
        given = WebhookIn(
            url=f"https://hooks.example/{token}",
            description=label,
            event_types=[EventType.STATEMENT_CREATED, EventType.ORGANISATION_UPDATED],
        )
        row, former = webhooks.create(session, owner, given, Reach())
        _, fresh = webhooks.rotate(session, owner, row.id, NOW)
        sent = webhooks.test(session, owner, row.id, NOW)
        world.webhooks.append(Record(name, row.id, row.version, keepers))
        world.deliveries.append(Record(f"test {name}", sent.id, 1, keepers, within=row.id))
        world.secrets += [
            Secret(secret.removeprefix("whsec_"), f"secret of webhook {name}", world.webhooks[-1], "never")
            for secret in (fresh, former)
        ]
        world.secrets += [
            Secret(text, f"{what} of webhook {name}", world.webhooks[-1], "kept")
            for text, what in ((token, "address"), (label, "description"), (row.id, "id"), (sent.id, "test"))
        ]
    first, second, *_ = world.webhooks
    world.webhooks.append(Record("missing", MISSING, exists=False))
    world.deliveries += [
        Record("missing", MISSING, exists=False, within=first.id),
        Record("of another webhook", world.deliveries[0].id, exists=False, within=second.id),
        Record("of none", world.deliveries[0].id, exists=False, within=MISSING),
    ]


ACTORS: dict[str, tuple[str, str, tuple[str, ...]]] = {
    "website": ("visitor", "website", ("read",)),
    "member": ("member", "own", ("read", "write", "contacts", "keys")),
    "member_reader": ("member", "own", ("read",)),
    "other_member": ("other", "neighbour", ("read", "write", "contacts", "keys")),
    "centre": ("north", "north", tuple(Scope)),
    "centre_reader": ("north", "north", ("read",)),
    "other_centre": ("south", "south", tuple(Scope)),
    "admin": ("admin", "admin", tuple(Scope)),
}
"""Who asks: the party it acts for, the holder of its key, and its scopes."""

REFUSED_KEYS = ("unknown", "malformed", "revoked", "expired")


def _actors(session: Session, world: World) -> None:
    world.actors["anonymous"] = ("visitor", {})
    for name, (party, holder, scopes) in ACTORS.items():
        kind, of = _holder(world, holder)
        row, text = keys.create(session, ADMIN, _key(kind, *scopes, **of), DESK)
        managers = frozenset(KEY_MANAGERS[f"of_{holder}"])
        world.keys_of_actors.append(Record(f"of {name}", row.id, 1, managers))
        origin = {"Origin": HOME} if kind == "website" else {}
        world.actors[name] = (party, {"Authorization": f"Bearer {text}", **origin})
    world.actors["website_elsewhere"] = (
        "visitor",
        {**world.actors["website"][1], "Origin": "https://evil.example"},
    )
    ended = {"unknown": new_key("smz_live_"), "malformed": new_key("smz_live_")[:-1]}
    everything = ("read", "write", "contacts", "keys")
    for name in ("revoked", "expired"):
        kind, of = _holder(world, "own")
        row, ended[name] = keys.create(session, ADMIN, _key(kind, *everything, **of), DESK)
        world.keys_of_actors.append(Record(f"{name} of actor", row.id, 1, frozenset(KEY_MANAGERS["of_own"])))
        if name == "revoked":
            keys.revoke(session, ADMIN, row.id, row.version, DESK)
        else:
            row.expires_at = NOW - timedelta(seconds=1)
    for name, text in ended.items():
        world.actors[name] = ("nobody", {"Authorization": f"Bearer {text}"})
