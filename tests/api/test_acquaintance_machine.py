"""Random histories of introductions over HTTP: contacts are read only while both accepts stand.

A model computes who may read whose contacts; after every step everybody tries on every introduction. The
defects at the end are planted one at a time, and each must be found.
"""

import json
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    precondition,
    rule,
    run_state_machine_as_test,
)
from pydantic import SecretStr
from sqlalchemy import false, select, true
from starlette.testclient import TestClient

from app import bootstrap, main, worker
from app.api import front, problems
from app.errors import OtherSideDecides
from app.introducing import Side
from app.settings import Settings
from app.storage import blocks as block_table
from app.storage import contacts as contact_table
from app.storage import disclosure
from app.storage import introductions as table
from app.storage.contacts import Contact
from app.storage.introductions import Introduction
from app.usecases import blocks as block_cases
from app.usecases import introductions as cases
from app.usecases import keys as key_cases
from app.vocabulary import KeyState
from tests import databases
from tests.api.acquaintance import START, Party
from tests.clocks import Clock
from tests.conftest import ADMIN_KEY
from tests.directory import Directory, bearer

NAMES = ("Алмаз", "Бирюза", "Гранат")
who = st.integers(0, len(NAMES) - 1)


class Service:
    """The service over a file of its own, and the organisations in it; made once for many histories."""

    def __init__(self, folder: str, template: Path) -> None:
        url = databases.sqlite_copy(template, Path(folder))
        limits = {"rate_per_key": 0, "rate_per_address": 0, "rate_failed_keys": 0}
        caps = {"introduction_open": 1_000, "introduction_daily": 10_000}
        given = Settings(database_url=url, admin_key=SecretStr(ADMIN_KEY), encoder=False, **limits, **caps)
        self.clock = Clock(START)
        self.runtime = bootstrap.start(given, self.clock)
        app = main.create_app(self.runtime, given)
        self.client = TestClient(app, raise_server_exceptions=False)
        self.directory = Directory(self.client, {"Authorization": f"Bearer {ADMIN_KEY}"})


SERVICE: list[Service] = []


class Acquaintances(RuleBasedStateMachine):
    """Three organisations, and the model of what each may know."""

    @initialize()
    def begin(self) -> None:
        self.service = SERVICE[-1]
        self.parties = [Party(self.service.directory, name) for name in NAMES]
        self.emails = {party.id: party.email for party in self.parties}
        self.states: dict[str, tuple[int, int, str, Any]] = {}
        self.blocked: set[tuple[int, int]] = set()
        self.visibility = ["public"] * len(NAMES)
        self.apart: dict[tuple[int, int], Any] = {}

    def _barred(self, one: int, other: int) -> bool:
        return bool({(one, other), (other, one)} & self.blocked)

    def _now(self) -> Any:
        return self.service.clock.now

    def _open(self, one: int, other: int) -> bool:
        return any(
            {a, b} == {one, other} and s in ("interest", "accepted") for a, b, s, _ in self.states.values()
        )

    @rule(one=who, other=who)
    def interest(self, one: int, other: int) -> None:
        if one == other:
            return
        answer = self.parties[one].ask(self.parties[other].id)
        unknown = self._barred(one, other) or self.visibility[other] in ("hidden", "anonymous")
        rests = self.apart.get((one, other))
        if unknown:
            wanted = 422
        elif self._open(one, other) or (rests is not None and rests > self._now().date()):
            wanted = 409
        else:
            wanted = 201
        assert answer.status_code == wanted, answer.text
        if wanted == 201:
            self.states[answer.json()["id"]] = (one, other, "interest", self._now())
            own = self.parties[one].accept(answer.json()["id"])
            assert own.status_code == 409, "nobody accepts its own interest"
        self._everybody_tries()

    @rule(one=who, other=who)
    def become_acquainted(self, one: int, other: int) -> None:
        """An interest and its acceptance in a row, so that histories go beyond them."""
        before = set(self.states)
        self.interest(one, other)
        for chosen in set(self.states) - before:
            assert self.parties[other].accept(chosen).status_code == 200
            self.states[chosen] = (one, other, "accepted", self._now())
        self._everybody_tries()

    @precondition(lambda self: self.states)
    @rule(data=st.data(), step=st.sampled_from(["accepted", "declined", "withdrawn"]), actor=who)
    def step(self, data: st.DataObject, step: str, actor: int) -> None:
        chosen = data.draw(st.sampled_from(sorted(self.states)))
        one, other, state, since = self.states[chosen]
        late = state == "interest" and (self._now() - since).days >= 14
        body = {"decline_reason": "До лета мощности заняты, спросите осенью"} if step == "declined" else {}
        answer = self.parties[actor].step(chosen, state=step, **body)
        if actor not in (one, other):
            wanted = 404
        elif late:
            wanted = 409
        elif step == "withdrawn":
            wanted = 200 if state in ("interest", "accepted") else 409
        else:
            wanted = 200 if state == "interest" and actor == other else 409
        assert answer.status_code == wanted, answer.text
        if wanted == 200:
            self.states[chosen] = (one, other, step, since)
            if step == "declined":
                self.apart[(one, other)] = self._now().date() + timedelta(days=180)
        self._everybody_tries()

    @rule(one=who, other=who)
    def block(self, one: int, other: int) -> None:
        if one == other:
            return
        party = self.parties[one]
        path = f"/v1/organisations/{party.id}/blocks/{self.parties[other].id}"
        answer = party.client.put(path, headers=party.headers)
        seen = self.visibility[other] in ("public", "members") and (other, one) not in self.blocked
        assert answer.status_code == (200 if seen else 404)
        if seen and (one, other) not in self.blocked:
            self.blocked.add((one, other))
            for key, (a, b, state, since) in self.states.items():
                late = state == "interest" and (self._now() - since).days >= 14
                if {a, b} == {one, other} and state in ("interest", "accepted") and not late:
                    self.states[key] = (a, b, "withdrawn", since)
        self._everybody_tries()

    @rule(one=who, to=st.sampled_from(["public", "members", "anonymous", "hidden"]))
    def change_visibility(self, one: int, to: str) -> None:
        self._change(one, visibility=to)
        self.visibility[one] = to
        self._everybody_tries()

    @rule(one=who, number=st.integers(0, 10**6))
    def change_contact(self, one: int, number: int) -> None:
        email = f"new{number}@{one}.example"
        self._change(one, contacts=[{"name": "Новый", "email": email, "consent_at": "2026-01-01T00:00:00Z"}])
        self.emails[self.parties[one].id] = email
        self._everybody_tries()

    @rule(days=st.integers(1, 9))
    def time_passes(self, days: int) -> None:
        self.service.clock.forward(days=days)
        worker.do_duty(self.service.runtime, "remind_of_introductions")
        worker.do_duty(self.service.runtime, "expire_introductions")
        for key, (one, other, state, since) in self.states.items():
            if state == "interest" and (self._now() - since).days >= 14:
                self.states[key] = (one, other, "expired", since)
        self._everybody_tries()

    @rule(one=who)
    def revoke_key(self, one: int) -> None:
        party, directory = self.parties[one], self.service.directory
        params = {"organisation_id": party.id, "limit": 100}
        listed = directory.client.get("/v1/keys", params=params, headers=directory.headers).json()["items"]
        (key,) = [key for key in listed if key["state"] == "active"]
        assert directory.delete(f"/v1/keys/{key['id']}", key["version"]).status_code == 204
        for chosen in self.states:
            assert party.contacts(chosen).status_code == 401
        scopes = ("read", "write", "contacts", "keys")
        party.headers = bearer(directory.key("member", *scopes, organisation_id=party.id))

    def _change(self, one: int, **changes: Any) -> None:
        path, directory = f"/v1/organisations/{self.parties[one].id}", self.service.directory
        version = directory.client.get(path, headers=directory.headers).json()["version"]
        assert directory.patch(path, version, **changes).status_code == 200

    def _everybody_tries(self) -> None:
        for chosen, (one, other, state, _) in self.states.items():
            for reader, party in enumerate(self.parties):
                answer = party.contacts(chosen)
                partner = {one: other, other: one}.get(reader)
                if partner is None:
                    assert answer.status_code == 404
                elif state != "accepted":
                    assert answer.status_code == 409, answer.text
                else:
                    found = [contact["email"] for contact in answer.json()["items"]]
                    assert found == [self.emails[self.parties[partner].id]]
                self._names(chosen, reader, partner, state)

    def _names(self, chosen: str, reader: int, partner: int | None, state: str) -> None:
        """An anonymous or hidden partner, or one that blocks, is named only while both accepts stand."""
        said = json.dumps(self.parties[reader].read(chosen).json(), ensure_ascii=False)
        if partner is None:
            assert "not_found" in said
            return
        seen = self.visibility[partner] in ("public", "members") and (partner, reader) not in self.blocked
        assert (NAMES[partner] in said) is (seen or state == "accepted")


@contextmanager
def histories(template: Path) -> Iterator[None]:
    with TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as quiet:
        for log, level in ((front.log, "info"), (worker.log, "info"), (problems.log, "error")):
            quiet.setattr(log, level, lambda *_, **__: None)
        service = Service(folder, template)
        with service.client:
            SERVICE.append(service)
            try:
                yield
            finally:
                SERVICE.clear()


def run(examples: int, steps: int) -> None:
    profile = settings(
        max_examples=examples,
        stateful_step_count=steps,
        deadline=None,
        database=None,
        derandomize=True,
        phases=(Phase.generate,),
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(Acquaintances, settings=profile)


EXAMPLES, STEPS = 5, 16


def test_contacts_are_read_only_while_both_accepts_stand(sqlite_template: Path) -> None:
    with histories(sqlite_template):
        run(EXAMPLES, STEPS)


Patch = pytest.MonkeyPatch


def contacts_before_acceptance(patch: Patch) -> None:
    states = ("interest", "accepted")
    patch.setattr(Introduction, "both_accept", property(lambda row: row.state in states))


def contacts_after_withdrawal(patch: Patch) -> None:
    patch.setattr(Introduction, "both_accept", property(lambda row: row.answered_at is not None))


def contacts_of_everybody(patch: Patch) -> None:
    everything = select(Contact).order_by(Contact.id)
    patch.setattr(contact_table, "of_organisation", lambda session, _: list(session.scalars(everything)))


def contacts_for_anybody(patch: Patch) -> None:
    patch.setattr(table, "has_side", lambda *_: true())


def the_initiator_accepts_for_the_partner(patch: Patch) -> None:
    right = cases._side

    def wrong(*arguments: Any) -> Any:
        try:
            return right(*arguments)
        except OtherSideDecides:
            return Side.PARTNER

    patch.setattr(cases, "_side", wrong)


def a_late_answer_counts(patch: Patch) -> None:
    patch.setattr(Introduction, "ends_by_itself", lambda *_: False)
    patch.setitem(worker.DUTIES, "expire_introductions", lambda *_: 0)  # type: ignore[arg-type]


def a_block_leaves_introductions_open(patch: Patch) -> None:
    patch.setattr(block_cases, "_end_introductions", lambda *_: None)


def the_blocked_may_ask(patch: Patch) -> None:
    patch.setattr(block_table, "stands_between", lambda *_: false())
    patch.setattr(block_table, "hides", lambda *_: false())


def the_hidden_are_asked(patch: Patch) -> None:
    patch.setattr(cases, "addressable", lambda *_: True)


def the_anonymous_are_named_at_once(patch: Patch) -> None:
    patch.setattr(disclosure, "may_name", lambda *_: True)


def names_outlive_a_withdrawal(patch: Patch) -> None:
    def wrong(row: Any, side: Any, kept: Any, seen: Any) -> bool:
        other = row.organisation_of(side.other) in kept
        return row.organisation_of(side) in seen or (row.answered_at is not None and other)

    patch.setattr(disclosure, "may_name", wrong)


def revoked_keys_open(patch: Patch) -> None:
    patch.setattr(key_cases.Key, "state_at", lambda *_: KeyState.ACTIVE)


def declined_partners_are_asked_again(patch: Patch) -> None:
    patch.setattr(table, "apart_until", lambda *_: None)


MUTANTS: Mapping[str, Callable[[Patch], None]] = {
    mutant.__name__: mutant
    for mutant in (
        contacts_before_acceptance,
        contacts_after_withdrawal,
        contacts_of_everybody,
        contacts_for_anybody,
        the_initiator_accepts_for_the_partner,
        a_late_answer_counts,
        a_block_leaves_introductions_open,
        the_blocked_may_ask,
        the_hidden_are_asked,
        the_anonymous_are_named_at_once,
        names_outlive_a_withdrawal,
        revoked_keys_open,
        declined_partners_are_asked_again,
    )
}


def found(name: str, template: Path, examples: int, steps: int) -> bool:
    """Whether the histories notice a planted defect."""
    with histories(template), pytest.MonkeyPatch.context() as patch:
        MUTANTS[name](patch)
        try:
            run(examples, steps)
        except BaseException:  # an assertion, alone or in a group
            return True
    return False


def night(examples: int = 200, steps: int = 30) -> int:
    """The long run: `python -m tests.api.test_acquaintance_machine [EXAMPLES STEPS]`; a JSON line each."""
    with TemporaryDirectory() as folder:
        template = databases.sqlite_template(Path(folder))
        missed = 0
        for name in MUTANTS:
            noticed = found(name, template, examples, steps)
            missed += not noticed
            print(json.dumps({"test": "introductions", "mutant": name, "found": noticed}), flush=True)
        with histories(template):
            run(examples, steps)
        print(json.dumps({"test": "introductions", "examples": examples, "steps": steps, "wrong": 0}))
    return missed


if __name__ == "__main__":
    sys.exit(night(*map(int, sys.argv[1:])))
