"""The authorisation matrix: every operation of the live document, every kind of caller, every kind of record.

What must come out of a cell follows from the rule the operation declares and from what `world` says is true.
A new operation needs an entry in BODIES, when it takes a body, or in TARGETS, when its path has a new name.
"""

import random
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.orm import Session
from starlette.testclient import TestClient

from app.answers import AnswerCache
from app.storage.database import Database
from tests.access.world import (
    ACTORS,
    HOME,
    KEEPERS,
    KEY_MANAGERS,
    MISSING,
    PLACES,
    REFUSED_KEYS,
    Record,
    World,
)
from tests.directory import profile

NEED = "Нужны отливки корпусов насосов из чугуна СЧ20"
NOTHING = Record("nothing", "")


class Undone(Exception):
    """Raised after the answer was made, so that no write stays."""


class Undoing:
    """A database whose writes are undone after each request; `written` counts what would have stayed."""

    def __init__(self, database: Database) -> None:
        self.database, self.written = database, 0

    def reading(self) -> Any:
        return self.database.reading()

    @contextmanager
    def writing(self) -> Iterator[Session]:
        with suppress(Undone), self.database.writing() as session:
            yield session
            session.flush()
            self.written += 1
            raise Undone

    def dispose(self) -> None:
        self.database.dispose()


@dataclass(frozen=True)
class Operation:
    """An operation of the live document, with the rule it declares."""

    name: str
    method: str
    path: str
    callers: frozenset[str]
    scope: str | None
    reach: str
    success: int
    takes_body: bool
    takes_version: bool

    @property
    def names(self) -> list[str]:
        """The names in the path; the last one is that of the record itself."""
        return [part for part in self.path.split("/") if part.startswith("{")]

    def address(self, target: Record) -> str:
        """The path to this record."""
        path = self.path
        for name, value in zip(reversed(self.names), (target.id, target.within), strict=False):
            path = path.replace(name, value)
        return path


@dataclass(frozen=True)
class Cell:
    """One question of the matrix."""

    operation: Operation
    actor: str
    party: str
    target: Record
    body: Any = None

    def __str__(self) -> str:
        return f"{self.operation.name} as {self.actor} on {self.target.name}"


@dataclass
class Report:
    """What was asked, and what came out otherwise than it must."""

    cells: int = 0
    by_status: Counter[int] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)


def operations(document: Mapping[str, Any]) -> list[Operation]:
    """Every operation of the document; one without a rule is an error."""
    found = []
    for path, methods in document["paths"].items():
        for method, said in methods.items():
            rule = said["x-access"]
            found.append(
                Operation(
                    name=said["operationId"],
                    method=method,
                    path=path,
                    callers=frozenset(rule["callers"]),
                    scope=rule.get("scope"),
                    reach=rule["reach"],
                    success=min(int(status) for status in said["responses"] if status.startswith("2")),
                    takes_body="requestBody" in said,
                    takes_version=any(one["name"] == "if-match" for one in said.get("parameters", ())),
                )
            )
    return found


def _new_organisations(world: World) -> Iterator[tuple[Record, Any]]:
    for name in ("own", "foreign", "claimed_by_south", "adopted_by_north"):
        region, centre, _ = PLACES[name]
        # A member keeps what exists already; it registers nobody.
        keepers = frozenset(KEEPERS[name] & {"north", "south"})
        yield Record(f"new like {name}", "", keepers=keepers), profile(region=region, centre_id=centre)


def _new_keys(world: World) -> Iterator[tuple[Record, Any]]:
    holders: dict[str, dict[str, Any]] = {
        "of_own": {"kind": "member", "organisation_id": world.ids["own"]},
        "of_neighbour": {"kind": "member", "organisation_id": world.ids["neighbour"]},
        "of_adopted": {"kind": "member", "organisation_id": world.ids["adopted_by_north"]},
        "of_foreign": {"kind": "member", "organisation_id": world.ids["foreign"]},
        "of_missing": {"kind": "member", "organisation_id": MISSING},
        "of_north": {"kind": "centre", "centre_id": "north"},
        "of_south": {"kind": "centre", "centre_id": "south"},
        "of_website": {"kind": "website", "origins": [HOME]},
        "of_admin": {"kind": "admin"},
    }
    for name, holder in holders.items():
        managers = frozenset(KEY_MANAGERS.get(name, ()))
        record = Record(name, "", keepers=managers, exists=name != "of_missing")
        yield record, {"name": "new", "scopes": ["read"], **holder}


def _chains(world: World) -> Iterator[tuple[Record, Any]]:
    for record in world.organisations:
        yield record, {"organisation_id": record.id, "limit": 50, "min_strength": "possible"}
    # A capability is refused where it is seen: that would tell it from one that is not there.
    for record in world.statements:
        if "offer of" not in record.name:
            yield record, {"statement_id": record.id, "limit": 50, "min_strength": "possible"}
    yield NOTHING, {"text": NEED, "limit": 50, "min_strength": "possible"}


def _briefs(world: World) -> Iterator[tuple[Record, Any]]:
    brief = {"needs": [{"text": NEED}], "alternatives": 5, "min_strength": "possible"}
    yield NOTHING, brief
    for record in world.statements:
        if "offer of" not in record.name:
            yield record, {**brief, "needs": [{"statement_id": record.id}]}
    for record in world.organisations:
        yield record, {**brief, "include": [record.id]}


def _feedback(world: World) -> Iterator[tuple[Record, Any]]:
    """On a partner that everybody who has a key may see; `foreign` itself cannot be its own partner."""
    for record in world.organisations:
        partner = "foreign" if record.name != "foreign" else "own"
        yield record, {"verdict": "not_useful", "partner_id": world.ids[partner]}


def _new_introductions(world: World) -> Iterator[tuple[Record, Any]]:
    reason = "Нужны отливки корпусов насосов, двести штук в месяц"
    for asker in ("own", "neighbour", "foreign"):
        for asked in ("neighbour", "foreign_hidden"):
            body = {"organisation_id": world.ids[asker], "partner_id": world.ids[asked], "reason": reason}
            may = (
                KEEPERS[asker] | {"admin"}
                if (asker, asked) in (("own", "neighbour"), ("foreign", "neighbour"))
                else ()
            )
            yield Record(f"from {asker} to {asked}", "", keepers=frozenset(may), exists=bool(may)), body


BODIES: Mapping[str, Callable[[World], Iterator[tuple[Record, Any]]] | Any] = {
    "create_organisation": _new_organisations,
    "create_key": _new_keys,
    "update_organisation": {"description": "Литейный цех"},
    "create_statement": {"kind": "capability", "text": "Ковка"},
    "update_statement": {"text_en": "Pressing"},
    "rotate_key": {},
    "search_suggestions": {"text": NEED, "limit": 100},
    "renew_statement": {},
    "reject_review": {"reason": "Слишком общо"},
    "hand_over_review": {"centre_id": "south"},
    "search_chains": _chains,
    "solve_consortium": _briefs,
    "suggest_codes": {"text": NEED},
    "create_centre": {"id": "west", "name_ru": "Запад", "name_en": "West"},
    "update_centre": {"name_ru": "Север"},
    "create_saved_search": {"name": "new", "about": "text", "question": {"text": NEED}},
    "update_saved_search": {"min_strength": "strong"},
    "choose_digest": {"wanted": False},
    "mark_alerts_read": {"ids": [MISSING]},
    "update_webhook": {"description": "CRM"},
    "create_import": "inn;legal_name\n0000000018;Проба".encode(),
    "give_feedback": _feedback,
    "erase_person": {"email": "nobody@sample.example"},
    "request_introduction": _new_introductions,
    "advance_introduction": {"state": "withdrawn"},
    "create_webhook": {"url": "https://hooks.example/new", "event_types": ["statement.created"]},
}
"""What is sent: a body, or several with the record each of them is about."""

TARGETS: Mapping[str, Callable[[World], list[Record]]] = {
    "{organisation_id}": lambda world: world.organisations,
    "{statement_id}": lambda world: world.statements,
    "{key_id}": lambda world: world.keys,
    "{review_id}": lambda world: world.reviews,
    "{feedback_id}": lambda world: world.feedback,
    "{partner_id}": lambda world: world.blocks,
    "{search_id}": lambda world: world.searches,
    "{contact_id}": lambda world: world.contacts,
    "{introduction_id}": lambda world: world.introductions,
    "{webhook_id}": lambda world: world.webhooks,
    "{import_id}": lambda world: world.imports,
    "{delivery_id}": lambda world: world.deliveries,
    "{centre_id}": lambda _: [Record("north", "north"), Record("missing", "nowhere", exists=False)],
    "{kind}": lambda _: [Record("okpd2", "okpd2"), Record("missing", "nothing", exists=False)],
    "{code}": lambda _: [Record("code", "not_found"), Record("missing", "nonsense", exists=False)],
}
"""The records a name in a path may stand for."""


def cells(world: World, document: Mapping[str, Any], seed: int = 0) -> list[Cell]:
    """All questions, mixed: before anybody asks an operation a second time, everybody asked each once."""
    found = []
    for operation in operations(document):
        questions = list(_questions(world, operation))
        for actor, (party, _) in world.actors.items():
            # A key that opens nothing cannot tell records apart: two are enough.
            few = actor in REFUSED_KEYS or actor == "website_elsewhere"
            for target, body in questions[:: max(1, len(questions) - 1)] if few else questions:
                found.append(Cell(operation, actor, party, target, body))
    random.Random(seed).shuffle(found)
    turns = Counter[tuple[str, str]]()

    def turn(cell: Cell) -> int:
        turns[cell.operation.name, cell.actor] += 1
        return turns[cell.operation.name, cell.actor]

    return sorted(found, key=turn)


def _questions(world: World, operation: Operation) -> Iterator[tuple[Record, Any]]:
    body = BODIES[operation.name] if operation.takes_body else None
    if callable(body):
        yield from body(world)
        return
    names = operation.names
    for target in TARGETS[names[-1]](world) if names else [NOTHING]:
        yield target, body


PAGED = (
    "list_organisations",
    "list_statements",
    "list_keys",
    "list_reviews",
    "list_statement_reviews",
    "list_feedback",
    "list_gap_needs",
    "list_saved_searches",
    "list_alerts",
    "list_introductions",
    "list_blocks",
    "list_webhooks",
    "list_imports",
    "list_deliveries",
    "list_suggestions",
    "list_statement_suggestions",
)


class Matrix:
    """Asks the service, and compares."""

    def __init__(self, world: World, client: TestClient, database: Undoing, answers: AnswerCache) -> None:
        self.world, self.client, self.database, self.answers = world, client, database, answers
        self.not_found: dict[tuple[str, str], str] = {}

    def run(self, questions: list[Cell], stop_at_first: bool = False) -> Report:
        """Ask these questions; the report names every cell that came out otherwise than it must."""
        report = Report()
        self.not_found.clear()
        # What a planted defect had kept must not be given in the next run.
        self.answers._bodies.clear()
        for cell in questions:
            report.cells += 1
            answer, written = self._ask(cell)
            report.by_status[answer.status_code] += 1
            report.wrong += [f"{cell}: {wrong}" for wrong in self._wrong(cell, answer, written)]
            if report.wrong and stop_at_first:
                break
        return report

    def _ask(self, cell: Cell) -> tuple[Any, int]:
        operation, target = cell.operation, cell.target
        headers = {**self.world.actors[cell.actor][1], "X-Request-ID": "cell"}
        if operation.takes_version:
            headers["If-Match"] = f'"v{target.version}"'
        body = {"json": cell.body} if cell.body is not None else {}
        if isinstance(cell.body, bytes):
            body, headers["Content-Type"] = {"content": cell.body}, "text/csv"
        limit = "?limit=100" if operation.name in PAGED else ""
        limit = "?after=0&limit=1000" if operation.name == "follow_changes" else limit
        before = self.database.written
        answer = self.client.request(
            operation.method, operation.address(target) + limit, headers=headers, **body
        )
        return answer, self.database.written - before

    def _wrong(self, cell: Cell, answer: Any, written: int) -> Iterator[str]:
        wanted = expected(cell)
        if answer.status_code != wanted:
            yield f"{answer.status_code} instead of {wanted}: {answer.text[:200]}"
        if answer.status_code >= 400 and written:
            yield "refused, and something was written"
        if answer.status_code == 404:
            seen = answer.text + repr(sorted(answer.headers.items()))
            if self.not_found.setdefault((cell.operation.name, cell.actor), seen) != seen:
                yield "one «not found» can be told from another"
        yield from self._wrong_list(cell, answer)
        said = answer.text + "\n".join(answer.headers.values())
        for secret in self.world.secrets:
            if secret.text in said and not secret.may_be_read(cell.party, cell.operation.name):
                yield f"tells the {secret.what}"

    def _wrong_list(self, cell: Cell, answer: Any) -> Iterator[str]:
        wanted = listed(self.world, cell) if answer.status_code == 200 else None
        if wanted is None:
            return
        whose = "organisation" if "suggestions" in cell.operation.name else ""
        items = answer.json()["items"]
        if cell.operation.name == "follow_changes":
            items = [item for item in items if item["state"] == "present" and item["kind"] != "centre"]
        shown = {item.get(whose, item)["id"] for item in items}
        named, veiled = wanted
        known = {record.id for record in (*self.world.organisations, *self.world.statements)}
        known |= {record.id for record in (*self.world.keys, *self.world.keys_of_actors)}
        known |= {record.id for record in (*self.world.searches, *self.world.alerts)}
        known |= {record.id for record in self.world.introductions}
        known |= {record.id for record in self.world.imports}
        known |= {
            record.id for record in (*self.world.webhooks, *self.world.deliveries, *self.world.feedback)
        }
        known |= {record.id for record in self.world.reviews}
        if shown & known != named or len(shown - known) != veiled:
            lacking, too_many = named - shown, (shown & known) - named
            yield f"lists {len(too_many)} too many, lacks {len(lacking)}, veils {len(shown - known)}"


def expected(cell: Cell) -> int:
    """The status that must come out of a cell, by the operation's rule and the facts."""
    operation, actor, target = cell.operation, cell.actor, cell.target
    if not operation.callers:
        return operation.success if target.exists else 404
    if actor in REFUSED_KEYS:
        return 401
    if actor == "website_elsewhere":
        return 403
    kind = "website" if cell.party == "visitor" else ACTORS[actor][1]
    kind = {"own": "member", "neighbour": "member", "north": "centre", "south": "centre"}.get(kind, kind)
    if kind not in operation.callers:
        return 401 if actor == "anonymous" else 403
    scopes = ACTORS[actor][2] if actor in ACTORS else ("read",)
    if operation.scope not in scopes:
        return 403
    return _on_record(cell)


def _on_record(cell: Cell) -> int:
    operation, target = cell.operation, cell.target
    if target is NOTHING:
        return operation.success
    if operation.reach == "any":
        return operation.success if target.exists else 404
    by_reach = {"visible": target.seen, "reviewed": target.reviewed}
    reached = by_reach.get(operation.reach, target.kept)(cell.party)
    if not target.id:
        # A new record is not hidden from its maker; it is refused by what it says.
        return operation.success if reached else _refusal_of_new(cell)
    if reached and operation.name == "list_introduction_contacts" and target.status != "accepted":
        return 409
    if reached and target.status == "revoked" and operation.name in ("rotate_key", "revoke_key"):
        return 409
    if reached and operation.name == "renew_statement" and target.status != "published":
        return 409
    if reached and target.status == "decided" and operation.name in DECISIONS:
        return 409
    return operation.success if reached else 404


DECISIONS = ("publish_review", "reject_review", "hand_over_review", "withdraw_review")


def _refusal_of_new(cell: Cell) -> int:
    """Whom a body names wrongly is a fault of the body; what nobody of this kind may make is forbidden."""
    if cell.operation.name == "request_introduction":
        return 422
    of_members = ("of_own", "of_neighbour", "of_adopted", "of_foreign", "of_missing")
    of_centres = ("of_north", "of_south") if cell.party in ("north", "south") else ()
    return 422 if cell.target.name in (*of_members, *of_centres) else 403


def listed(world: World, cell: Cell) -> tuple[set[str], int] | None:
    """The ids a list must hold, and how many it must hide behind a handle; None for what is no such list."""
    party = cell.party
    match cell.operation.name:
        case "list_organisations":
            return {record.id for record in world.organisations if record.seen(party)}, 0
        case "list_statements":
            return {record.id for record in world.statements if record.seen(party)}, 0
        case "follow_changes":
            return {r.id for r in (*world.organisations, *world.statements) if r.kept(party)}, 0
        case "list_keys":
            return {key.id for key in (*world.keys, *world.keys_of_actors) if key.kept(party)}, 0
        case "list_reviews":
            waiting = [review for review in world.reviews if review.status == "open"]
            return {review.id for review in waiting if review.reviewed(party)}, 0
        case "list_statement_reviews":
            return {r.id for r in world.reviews if r.within == cell.target.id and r.kept(party)}, 0
        case "list_feedback":
            return {r.id for r in world.feedback if r.within == cell.target.id and r.kept(party)}, 0
        case "list_alerts":
            return {record.id for record in world.alerts if record.kept(party)}, 0
        case "list_saved_searches":
            return {record.id for record in world.searches if record.kept(party)}, 0
        case "list_introductions":
            return {record.id for record in world.introductions if record.kept(party)}, 0
        case "list_webhooks":
            return {record.id for record in world.webhooks if record.kept(party)}, 0
        case "list_imports":
            return {record.id for record in world.imports if record.kept(party)}, 0
        case "list_deliveries":
            return {r.id for r in world.deliveries if r.within == cell.target.id and r.kept(party)}, 0
        case "search_suggestions":
            open_to_all = [r for r in world.organisations if r.exists and r.visibility != "hidden"]
            named = {record.id for record in open_to_all if record.seen(party)}
            anonymous = [r for r in open_to_all if r.visibility == "anonymous" and not r.seen(party)]
            # The anonymous statement of `foreign` stands apart from it, as if it were somebody else's.
            apart = [r for r in world.statements if r.name == "anonymous offer of foreign"]
            return named, len(anonymous) + sum(not one.kept(party) for one in apart)
    return None
