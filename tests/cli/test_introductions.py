"""`smezhnik introductions` and `smezhnik blocks` as an operator uses them."""

import pytest

from app.access import Admin
from app.clock import day_of
from app.schemas.introductions import IntroductionIn
from app.schemas.organisation_input import OrganisationIn
from app.storage.database import connect
from app.storage.mapping import now
from app.usecases import blocks, introductions, organisations
from app.usecases.introductions import Occasion, Terms
from tests.cli.conftest import Run
from tests.directory import profile


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    return sqlite_url


def test_introductions_and_blocks_are_listed(
    run: Run, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SMEZHNIK_ENCODER", "false")
    database, admin = connect(database_url), Admin("cli")
    with database.writing() as session:
        one, other, third = (
            organisations.create(session, admin, OrganisationIn.model_validate(profile())).id
            for _ in range(3)
        )
        reason = "Нужны отливки корпусов насосов"
        given = IntroductionIn(organisation_id=one, partner_id=other, reason=reason)
        row = introductions.request(session, admin, given, Occasion(now(), Terms()))
        made, until = row.id, day_of(row.deadline_at)
        blocks.add(session, admin, (one, third), now())
    database.dispose()
    shown = run("introductions", "list", "--state", "interest", "--organisation", one)
    assert shown.exit_code == 0, shown.output
    assert all(whole in shown.stdout for whole in (made, one, other)), "ids are for copying"
    assert str(until.year) in shown.stdout
    nothing = run("introductions", "list", "--state", "accepted")
    assert (nothing.stdout, "nothing" in nothing.stderr) == ("", True)
    assert run("blocks", "list", one).stdout.split() == [third]
    assert run("blocks", "list", other).stdout == ""
    assert run("blocks", "list", "nobody").exit_code == 1
