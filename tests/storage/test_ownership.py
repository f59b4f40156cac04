"""Who keeps and who sees what: the rule in Python, the rule in SQL and the facts agree."""

import itertools

from sqlalchemy import select

from app.access import Admin, Caller, Centre, Member, Website, keeps
from app.storage.database import connect
from app.storage.organisations import Organisation, kept_by, visible_to
from app.storage.webhook_endpoints import wanting
from tests.access import world

REGIONS = ("RU-SVE", "RU-PER")


def test_python_sql_and_the_facts_agree(database_url: str) -> None:
    database = connect(database_url)
    with database.writing() as session:
        facts = world.build(session)
    callers: dict[str, Caller] = {
        "visitor": Website(),
        "member": Member(facts.ids["own"]),
        "other": Member(facts.ids["neighbour"]),
        "north": Centre("north", frozenset({"RU-SVE"})),
        "south": Centre("south", frozenset({"RU-PER"})),
        "admin": Admin(),
    }
    with database.reading() as session:
        rows = list(session.scalars(select(Organisation)))
        for party, caller in callers.items():
            in_sql = set(session.scalars(select(Organisation.id).where(kept_by(caller))))
            seen = set(session.scalars(select(Organisation.id).where(visible_to(caller))))
            in_python = {row.id for row in rows if keeps(caller, row.id, row.centre_id, row.region)}
            assert in_sql == in_python == {fact.id for fact in facts.organisations if fact.kept(party)}
            assert seen == {fact.id for fact in facts.organisations if fact.seen(party)}
    database.dispose()


def test_keepers_hear_of_what_they_keep(database_url: str) -> None:
    database = connect(database_url)
    with database.writing() as session:
        facts = world.build(session)
    with database.reading() as session:
        for fact in (one for one in facts.organisations if one.exists):
            told = set(wanting(session, "statement.created", [fact.id]))
            assert told == {
                hook.id
                for hook in facts.webhooks
                if hook.exists and (not hook.keepers or hook.keepers & fact.keepers)
            }, fact.name
        everybodys = {hook.id for hook in facts.webhooks if hook.exists and not hook.keepers}
        assert set(wanting(session, "statement.created", [])) == everybodys
    database.dispose()


def test_a_centre_without_regions_keeps_its_members_only() -> None:
    for centre_id, region in itertools.product(("north", "south", None), (*REGIONS, None)):
        assert keeps(Centre("north", frozenset()), "x", centre_id, region) is (centre_id == "north")
        assert not keeps(Website("key"), "x", centre_id, region)
