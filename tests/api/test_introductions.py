"""Introductions over HTTP: from interest to contacts and outcome, and what nobody may do or know."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from pydantic import SecretStr
from sqlalchemy import text
from starlette.testclient import TestClient

from app import bootstrap, main, worker
from app.bootstrap import Runtime
from app.settings import Settings
from tests.api.acquaintance import REASON, REFUSAL, START, Party
from tests.clocks import Clock
from tests.conftest import ADMIN_KEY
from tests.databases import on_both, sqlite_unless_asked
from tests.directory import Directory, bearer

OFFER = "Отливки корпусов насосов из чугуна СЧ20, завод «Вомашка», vomashka.ru"
WANTED = "Нужны отливки корпусов насосов из чугуна СЧ20"


one_database = pytest.fixture(sqlite_unless_asked, name="database_url")


@pytest.fixture
def settings(database_url: str) -> Settings:
    return Settings(
        database_url=database_url,
        admin_key=SecretStr(ADMIN_KEY),
        encoder=False,
        introduction_open=3,
        introduction_daily=4,
    )


@pytest.fixture
def clock() -> Clock:
    return Clock(START)


@pytest.fixture
def asker(directory: Directory) -> Party:
    return Party(directory, "Насосы")


@pytest.fixture
def foundry(directory: Directory) -> Party:
    return Party(directory, "Литейная", region="RU-PER")


def codes(answer: Any) -> tuple[int, str, list[tuple[str, str]]]:
    body = answer.json()
    return answer.status_code, body["code"], [(one["pointer"], one["code"]) for one in body["errors"]]


def emails(answer: Any) -> list[str]:
    assert answer.status_code == 200, answer.text
    return [contact["email"] for contact in answer.json()["items"]]


@on_both
def test_from_interest_to_contacts_and_a_confirmed_outcome(
    directory: Directory, asker: Party, foundry: Party
) -> None:
    mine = directory.statement(asker.row, "need", WANTED)
    theirs = directory.statement(foundry.row, "capability", OFFER)
    seen = {"rank": 3, "probability": 0.61, "index_version": 12}
    made = asker.ask(foundry.id, statement_id=mine["id"], partner_statement_id=theirs["id"], suggested=seen)
    assert made.status_code == 201, made.text
    row = made.json()
    assert made.headers["Location"] == f"/v1/introductions/{row['id']}"
    assert made.headers["ETag"] == '"v1"'
    assert (row["state"], row["reason"], row["contacts_open"]) == ("interest", REASON, False)
    assert (row["initiator"]["yours"], row["partner"]["yours"]) == (True, False)
    assert row["partner"]["organisation"]["id"] == foundry.id
    assert row["partner"]["statement"]["id"] == theirs["id"]
    for party in (asker, foundry):
        assert codes(party.contacts(row["id"]))[:2] == (409, "contacts_closed")
    accepted = foundry.accept(row["id"])
    assert accepted.status_code == 200, accepted.text
    assert accepted.json()["contacts_open"] is True
    assert emails(asker.contacts(row["id"])) == [foundry.email]
    assert emails(foundry.contacts(row["id"])) == [asker.email]
    assert asker.contacts(row["id"]).headers["Cache-Control"] == "no-store"

    stated = asker.step(row["id"], outcome="supply_contract").json()
    assert (stated["outcome"], stated["initiator"]["outcome"]) == (None, "supply_contract")
    other = foundry.step(row["id"], outcome="subcontracting").json()
    assert other["outcome"] is None
    concluded = asker.step(row["id"], outcome="subcontracting").json()
    assert concluded["outcome"] == "subcontracting"
    assert codes(foundry.step(row["id"], outcome="none"))[:2] == (409, "transition_refused")
    steps = [(event["step"], event["side"], event["by"]) for event in concluded["events"]]
    assert steps == [
        ("requested", "initiator", "member"),
        ("accepted", "partner", "member"),
        ("stated", "initiator", "member"),
        ("stated", "partner", "member"),
        ("concluded", "initiator", "member"),
    ]


@on_both
def test_what_the_client_saw_is_kept(runtime: Runtime, asker: Party, foundry: Party) -> None:
    asker.asked(foundry.id, suggested={"rank": 3, "probability": 0.61, "index_version": 2**40})
    with runtime.database.reading() as session:
        columns = "suggested_rank, suggested_probability, suggested_index_version"
        assert tuple(session.execute(text(f"SELECT {columns} FROM introduction")).one()) == (3, 0.61, 2**40)


def test_a_decline_has_a_reason_and_ends_it(asker: Party, foundry: Party, clock: Clock) -> None:
    row = asker.asked(foundry.id)
    bare = foundry.step(row["id"], state="declined")
    assert codes(bare) == (422, "invalid", [("/decline_reason", "decline_reason_required")])
    assert codes(foundry.step(row["id"], state="accepted", decline_reason=REFUSAL))[2] == [
        ("/decline_reason", "decline_reason_out_of_place")
    ]
    assert codes(foundry.step(row["id"]))[2] == [("", "one_step")]
    assert codes(foundry.step(row["id"], state="expired"))[2] == [("/state", "unknown_value")]
    assert foundry.decline(row["id"]).json()["decline_reason"] == REFUSAL
    assert asker.read(row["id"]).json()["decline_reason"] == REFUSAL
    for party in (asker, foundry):
        assert codes(party.contacts(row["id"]))[:2] == (409, "contacts_closed")
    assert codes(foundry.accept(row["id"]))[:2] == (409, "transition_refused")
    assert codes(asker.ask(foundry.id))[:2] == (409, "declined_recently")
    # Who declined may change its mind.
    assert foundry.withdraw(foundry.asked(asker.id)["id"]).status_code == 200
    clock.forward(days=180)
    assert asker.ask(foundry.id).status_code == 201


@pytest.mark.parametrize("who", ["asker", "foundry"])
def test_a_withdrawal_closes_the_contacts_at_once(who: str, asker: Party, foundry: Party) -> None:
    row = asker.asked(foundry.id)
    foundry.accept(row["id"])
    assert emails(asker.contacts(row["id"]))
    party = {"asker": asker, "foundry": foundry}[who]
    side = {"asker": "initiator", "foundry": "partner"}[who]
    assert party.withdraw(row["id"]).json()["withdrawn_by"] == side
    for one in (asker, foundry):
        assert codes(one.contacts(row["id"]))[:2] == (409, "contacts_closed")
    assert codes(party.withdraw(row["id"]))[:2] == (409, "transition_refused")
    assert asker.ask(foundry.id).status_code == 201


def test_nobody_decides_for_the_other_side(asker: Party, foundry: Party) -> None:
    row = asker.asked(foundry.id)
    assert codes(asker.accept(row["id"]))[:2] == (409, "other_side_decides")
    assert codes(asker.decline(row["id"]))[:2] == (409, "other_side_decides")
    wrong = asker.step(row["id"], state="withdrawn", organisation_id=foundry.id)
    assert codes(wrong) == (422, "invalid", [("/organisation_id", "organisation_unknown")])
    assert codes(asker.step(row["id"], outcome="none"))[:2] == (409, "transition_refused")


def test_to_others_it_does_not_exist(directory: Directory, asker: Party, foundry: Party) -> None:
    third = Party(directory, "Третьи")
    row = asker.asked(foundry.id)
    missing = "00000000-0000-7000-8000-000000000000"
    for call in (third.read, third.contacts, third.accept):
        answers = [call(one) for one in (row["id"], missing)]
        assert [answer.status_code for answer in answers] == [404, 404]
        ours, none = ({**a.json(), "request_id": ""} for a in answers)
        assert ours == none
    assert third.listed() == []
    assert third.listed(organisation=asker.id) == []
    assert third.client.get(f"/v1/introductions/{row['id']}").status_code == 401


def test_two_decisions_on_one_version(asker: Party, foundry: Party) -> None:
    row = asker.asked(foundry.id)
    assert foundry.step(row["id"], 1, state="accepted").status_code == 200
    assert codes(asker.step(row["id"], 1, state="withdrawn"))[:2] == (412, "version_mismatch")
    without = asker.client.patch(
        f"/v1/introductions/{row['id']}", json={"state": "withdrawn"}, headers=asker.headers
    )
    assert codes(without)[:2] == (428, "precondition_required")


def test_one_open_introduction_of_two(asker: Party, foundry: Party) -> None:
    row = asker.asked(foundry.id)
    for party, other in ((asker, foundry), (foundry, asker)):
        again = party.ask(other.id)
        assert codes(again)[:2] == (409, "introduction_open")
        assert again.headers["Location"] == f"/v1/introductions/{row['id']}"
        assert row["id"] in again.json()["detail"]


def test_who_may_not_be_asked_is_told_apart_from_nobody(directory: Directory, asker: Party) -> None:
    hidden = Party(directory, "Скрытые", visibility="hidden")
    veiled = Party(directory, "Вомашка", visibility="anonymous")
    answers = []
    for partner in (hidden.id, veiled.id, "00000000-0000-7000-8000-000000000000"):
        answer = asker.ask(partner)
        assert codes(answer) == (422, "invalid", [("/partner_id", "partner_unknown")])
        answers.append({**answer.json(), "request_id": ""})
    assert answers[0] == answers[1] == answers[2]
    assert codes(asker.ask(asker.id))[2] == [("/partner_id", "partner_self")]
    short = asker.ask(hidden.id, reason="Давайте дружить")
    assert codes(short)[2] == [("/reason", "too_short")]


def test_statements_belong_to_the_sides_and_are_published(
    directory: Directory, asker: Party, foundry: Party
) -> None:
    theirs = directory.statement(foundry.row, "capability", OFFER)
    draft = directory.statement(asker.row, "need", WANTED, status="draft")
    wrong = asker.ask(foundry.id, statement_id=theirs["id"], partner_statement_id=draft["id"])
    pointers = [("/statement_id", "statement_unknown"), ("/partner_statement_id", "statement_unknown")]
    assert codes(wrong) == (422, "invalid", pointers)
    assert codes(asker.ask(foundry.id, statement_id=draft["id"]))[2] == pointers[:1]


@pytest.mark.parametrize("visibility", ["hidden", "anonymous"])
def test_a_statement_narrower_than_its_owner_leaves_the_introduction(
    directory: Directory, asker: Party, foundry: Party, visibility: str
) -> None:
    theirs = directory.statement(foundry.row, "capability", OFFER)
    made = asker.asked(foundry.id, partner_statement_id=theirs["id"])
    directory.patch(f"/v1/statements/{theirs['id']}", 1, visibility=visibility)
    assert asker.read(made["id"]).json()["partner"]["statement"] is None
    assert foundry.read(made["id"]).json()["partner"]["statement"]["id"] == theirs["id"]


def test_outgoing_interests_are_capped_and_incoming_never(
    directory: Directory, asker: Party, clock: Clock
) -> None:
    others = [Party(directory, f"Другие{number}") for number in range(6)]
    rows = [asker.asked(other.id) for other in others[:3]]
    assert codes(asker.ask(others[3].id))[:2] == (409, "interests_capped")
    asker.withdraw(rows[0]["id"])
    asker.asked(others[3].id)
    asker.withdraw(rows[1]["id"])
    assert codes(asker.ask(others[4].id))[:2] == (409, "interests_capped")  # four today
    clock.forward(days=1)
    assert asker.ask(others[4].id).status_code == 201
    for other in (others[0], others[1], others[5]):
        assert other.ask(asker.id).status_code == 201
    assert len(asker.listed(role="in")) == 3


@on_both
def test_listed_by_role_state_and_organisation_a_page_at_a_time(
    directory: Directory, asker: Party, foundry: Party, clock: Clock
) -> None:
    third = Party(directory, "Третьи")
    made = []
    for party, other in ((asker, foundry), (third, asker), (asker, third)):
        if len(made) == 2:
            third.withdraw(made[1])
        made.append(party.asked(other.id)["id"])
        clock.forward(minutes=1)
    assert [row["id"] for row in asker.listed()] == made[::-1]
    assert [row["id"] for row in asker.listed(role="in")] == [made[1]]
    assert [row["id"] for row in asker.listed(role="out")] == [made[2], made[0]]
    assert [row["id"] for row in asker.listed(state="withdrawn")] == [made[1]]
    first = asker.client.get("/v1/introductions", params={"limit": 2}, headers=asker.headers)
    assert [row["id"] for row in first.json()["items"]] == [made[2], made[1]]
    rest = asker.client.get(first.links["next"]["url"], headers=asker.headers).json()
    assert [row["id"] for row in rest["items"]] == [made[0]]
    assert rest["next_cursor"] is None
    everything = directory.client.get(
        "/v1/introductions", params={"organisation": third.id}, headers=directory.headers
    )
    assert [row["id"] for row in everything.json()["items"]] == [made[2], made[1]]


def test_a_centre_acts_for_its_member_and_both_sides_see_that_it_did(
    directory: Directory, foundry: Party
) -> None:
    directory.centre("north", "RU-SVE")
    member = Party(directory, "Северные")
    scopes = ("read", "write", "contacts")
    centre = bearer(directory.key("centre", *scopes, centre_id="north"))
    client = directory.client
    body = {"partner_id": foundry.id, "reason": REASON}
    nameless = client.post("/v1/introductions", json=body, headers=centre)
    assert codes(nameless)[2] == [("/organisation_id", "required")]
    foreign = client.post("/v1/introductions", json={**body, "organisation_id": foundry.id}, headers=centre)
    assert codes(foreign)[2] == [("/organisation_id", "organisation_unknown")]
    made = client.post("/v1/introductions", json={**body, "organisation_id": member.id}, headers=centre)
    assert made.status_code == 201, made.text
    row = foundry.accept(made.json()["id"]).json()
    assert [event["by"] for event in row["events"]] == ["centre", "member"]
    assert "north" not in json.dumps(row)
    read = client.get(f"/v1/introductions/{row['id']}/contacts", headers=centre)
    assert emails(read) == [foundry.email]


def test_who_keeps_both_sides_says_for_which_it_acts(
    directory: Directory, asker: Party, foundry: Party
) -> None:
    row = asker.asked(foundry.id)
    path = f"/v1/introductions/{row['id']}"
    assert directory.patch(path, 1, state="accepted").json()["state"] == "accepted"
    both = directory.client.get(f"{path}/contacts", headers=directory.headers)
    assert sorted(emails(both)) == sorted([asker.email, foundry.email])
    stated = directory.patch(path, 2, outcome="licence", organisation_id=foundry.id).json()
    assert (stated["initiator"]["outcome"], stated["partner"]["outcome"]) == (None, "licence")
    assert directory.patch(path, 3, outcome="licence").json()["outcome"] == "licence"


@pytest.fixture
def veiled(directory: Directory) -> Party:
    """An anonymous foundry with an offer."""
    party = Party(directory, "Вомашка", visibility="anonymous", region="RU-PER", city="Чусовой")
    directory.statement(party.row, "capability", OFFER)
    return party


def known_of(party: Party, introduction_id: str) -> str:
    return json.dumps(party.read(introduction_id).json(), ensure_ascii=False)


def test_an_anonymous_partner_is_named_only_while_both_accept(asker: Party, veiled: Party) -> None:
    handle = asker.handle_of(WANTED)
    row = asker.asked(handle)
    card = row["partner"]["organisation"]
    assert (card["id"], card["anonymous"], card["city"], card["region"]) == (handle, True, None, "RU-PER")
    for secret in ("Вомашка", "Чусовой", veiled.id):
        assert secret not in known_of(asker, row["id"])
    veiled.accept(row["id"])
    named = asker.read(row["id"]).json()["partner"]["organisation"]
    assert (named["id"], named["name"], named["anonymous"]) == (veiled.id, "ООО «Вомашка»", False)
    # The profile stays as it was: the name is in the introduction alone.
    assert asker.client.get(f"/v1/organisations/{veiled.id}", headers=asker.headers).status_code == 404
    veiled.withdraw(row["id"])
    for secret in ("Вомашка", "Чусовой", veiled.id):
        assert secret not in known_of(asker, row["id"])
        assert secret not in json.dumps(asker.listed(), ensure_ascii=False)


def test_an_anonymous_asker_is_masked_in_its_own_words(
    directory: Directory, asker: Party, veiled: Party
) -> None:
    offer = directory.client.get(
        "/v1/statements", params={"organisation_id": veiled.id}, headers=directory.headers
    ).json()["items"][0]
    reason = "Завод «Вомашка» из города Чусовой льёт корпуса, info@vomashka.ru"
    row = veiled.asked(asker.id, reason=reason, statement_id=offer["id"])
    seen = asker.read(row["id"]).json()
    assert "льёт корпуса" in seen["reason"]
    assert seen["initiator"]["statement"]["id"] is None
    for secret in ("Вомашка", "vomashka", "Чусов", veiled.id, offer["id"]):
        assert secret not in known_of(asker, row["id"])
    asker.accept(row["id"])
    assert asker.read(row["id"]).json()["reason"] == reason
    assert asker.read(row["id"]).json()["initiator"]["statement"]["id"] == offer["id"]


def test_a_refusal_of_an_anonymous_partner_stays_without_name(asker: Party, veiled: Party) -> None:
    row = asker.asked(asker.handle_of(WANTED))
    veiled.step(row["id"], state="declined", decline_reason="Завод «Вомашка» до лета занят, увы")
    assert "до лета занят" in asker.read(row["id"]).json()["decline_reason"]
    assert "Вомашка" not in known_of(asker, row["id"])


def test_a_handle_is_its_callers_alone(directory: Directory, asker: Party, veiled: Party) -> None:
    other = Party(directory, "Другие")
    answer = other.ask(asker.handle_of(WANTED))
    assert codes(answer)[2] == [("/partner_id", "partner_unknown")]


def letters(runtime: Runtime) -> list[tuple[str, str, str]]:
    with runtime.database.reading() as session:
        query = "SELECT recipient, event_type, data FROM delivery WHERE recipient IS NOT NULL ORDER BY id"
        return [(who, event, str(data)) for who, event, data in session.execute(text(query))]


def told(runtime: Runtime) -> list[tuple[str, str]]:
    return [(event.removeprefix("introduction."), who) for who, event, _ in letters(runtime)]


def test_letters_go_to_the_side_concerned_and_name_nobody(
    runtime: Runtime, asker: Party, foundry: Party
) -> None:
    row = asker.asked(foundry.id)
    foundry.accept(row["id"])
    asker.step(row["id"], outcome="licence")
    foundry.step(row["id"], outcome="licence")
    asker.withdraw(row["id"])
    assert told(runtime) == [
        ("requested", foundry.email),
        ("accepted", asker.email),
        ("stated", foundry.email),
        ("concluded", asker.email),
        ("withdrawn", foundry.email),
    ]
    for _, _, data in letters(runtime):
        assert row["id"] in data
        for secret in (REASON, "Насосы", "Литейная", asker.email, foundry.email):
            assert secret not in data


@on_both
def test_one_reminder_then_it_expires_and_the_centre_is_warned(
    directory: Directory, runtime: Runtime, asker: Party, clock: Clock
) -> None:
    directory.centre("south", "RU-PER")
    mail = {"name": "Дежурный", "email": "duty@south.example", "consent_at": "2026-01-01T00:00:00Z"}
    directory.organisation(kind="promotion_centre", centre_id="south", contacts=[mail])
    foundry = Party(directory, "Литейная", region="RU-PER")
    answered = asker.asked(foundry.id)
    foundry.accept(answered["id"])
    waiting = foundry.asked(Party(directory, "Третьи", region="RU-PER").id)
    before = len(letters(runtime))
    for _ in range(2):
        clock.forward(days=5)
        worker.do_duty(runtime, "remind_of_introductions")
        worker.do_duty(runtime, "expire_introductions")
    clock.forward(days=1)
    for _ in range(2):
        assert worker.do_duty(runtime, "expire_introductions") == 0
        worker.do_duty(runtime, "remind_of_introductions")
    assert told(runtime)[before:] == [("reminded", "третьи@sample.example")]
    assert foundry.read(waiting["id"]).json()["version"] == 1
    clock.forward(days=3)
    assert codes(foundry.step(waiting["id"], 1, outcome="none"))[:2] == (409, "transition_refused")
    assert [worker.do_duty(runtime, "expire_introductions") for _ in range(3)] == [1, 0, 0]
    assert sorted(told(runtime)[before + 1 :]) == [
        ("expired", foundry.email),
        ("expired", "третьи@sample.example"),
        ("unanswered", "duty@south.example"),
    ]
    row = foundry.read(waiting["id"]).json()
    assert (row["state"], row["version"]) == ("expired", 2)
    assert [event["by"] for event in row["events"]] == ["member", "clock", "clock"]
    assert asker.read(answered["id"]).json()["state"] == "accepted"


def test_what_is_overdue_cannot_be_accepted_before_the_worker_comes(
    asker: Party, foundry: Party, clock: Clock
) -> None:
    row = asker.asked(foundry.id)
    clock.forward(days=14)
    assert codes(foundry.accept(row["id"]))[:2] == (409, "transition_refused")
    assert codes(foundry.decline(row["id"]))[:2] == (409, "transition_refused")


def test_events_name_nobody_and_reads_of_contacts_are_in_the_feed(
    directory: Directory, runtime: Runtime, asker: Party, foundry: Party
) -> None:
    hook = {
        "url": "https://hooks.example/x",
        "event_types": ["introduction.requested", "introduction.accepted"],
    }
    assert directory.client.post("/v1/webhooks", json=hook, headers=directory.headers).status_code == 201
    row = asker.asked(foundry.id)
    foundry.accept(row["id"])
    asker.contacts(row["id"])
    with runtime.database.reading() as session:
        query = "SELECT event_type, data FROM delivery WHERE endpoint_id IS NOT NULL ORDER BY id"
        sent = [(event, str(data)) for event, data in session.execute(text(query))]
        feed = "SELECT action, organisation_id, fields, actor_kind, actor_id FROM change "
        lines = list(session.execute(text(f"{feed} WHERE entity = 'introduction' ORDER BY seq")))
    assert [event for event, _ in sent] == ["introduction.requested", "introduction.accepted"]
    for _, data in sent:
        assert row["id"] in data
        assert asker.id not in data
        assert foundry.id not in data
    assert [(line.action, line.organisation_id) for line in lines] == [
        ("created", ""),
        ("updated", ""),
        ("read", ""),
    ]
    assert (lines[-1].actor_kind, lines[-1].actor_id) == ("member", asker.id)
    assert foundry.email not in str(lines)


@pytest.fixture
def second(settings: Settings, runtime: Runtime, clock: Clock) -> Iterator[TestClient]:
    """A second worker process over the same database."""
    other = bootstrap.start(settings, clock)
    with TestClient(main.create_app(other, settings), raise_server_exceptions=False) as client:
        yield client


def test_a_withdrawal_holds_in_the_next_request_of_each_worker(
    second: TestClient, asker: Party, foundry: Party
) -> None:
    row = asker.asked(foundry.id)
    foundry.accept(row["id"])
    path = f"/v1/introductions/{row['id']}/contacts"
    assert emails(second.get(path, headers=asker.headers)) == [foundry.email]
    foundry.withdraw(row["id"])
    assert second.get(path, headers=asker.headers).status_code == 409


@on_both
def test_a_removed_organisation_takes_its_introductions_along(
    directory: Directory, asker: Party, foundry: Party
) -> None:
    row = asker.asked(foundry.id)
    foundry.accept(row["id"])
    assert directory.delete(f"/v1/organisations/{foundry.id}", 1).status_code == 204
    assert asker.read(row["id"]).status_code == asker.contacts(row["id"]).status_code == 404
