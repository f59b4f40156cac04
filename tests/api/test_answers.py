"""Answers by name: 304 and the same bytes while nothing changed, the new truth from the next request on."""

import asyncio
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pydantic import SecretStr
from sqlalchemy.exc import TimeoutError
from starlette.testclient import TestClient

from app import bootstrap, main
from app.access import Admin, Centre, Member, Website
from app.api.answers import Lookout, view_of
from app.api.dependencies import caller as recognise
from app.bootstrap import Runtime
from app.settings import Settings
from app.usecases import suggestions
from tests.conftest import ADMIN_KEY
from tests.directory import Directory

OFFER = "Литьё корпусных деталей из алюминия АК12"
WANTED = "Нужны отливки корпусов из алюминия АК12"


@pytest.fixture
def settings(database_url: str) -> Settings:
    """The service without meanings, which starts sooner."""
    return Settings(database_url=database_url, admin_key=SecretStr(ADMIN_KEY), encoder=False)


@pytest.fixture
def ranked(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """One entry for every time partners were ranked."""
    times: list[int] = []
    real = suggestions.suggest_partners

    def counting(*arguments: Any) -> Any:
        times.append(1)
        return real(*arguments)

    monkeypatch.setattr(suggestions, "suggest_partners", counting)
    return times


@pytest.fixture
def foundry(directory: Directory) -> dict[str, Any]:
    owner = directory.organisation(legal_name="Литейный двор", region="RU-PER")
    directory.statement(owner, "capability", OFFER)
    return owner


@pytest.fixture
def path(directory: Directory, foundry: dict[str, Any]) -> str:
    """Where an organisation with a need asks for partners."""
    owner = directory.organisation(legal_name="Насосы")
    directory.statement(owner, "need", WANTED)
    return f"/v1/organisations/{owner['id']}/suggestions"


def ask(directory: Directory, path: str, tag: str | None = None, **headers: str) -> Any:
    return directory.client.get(path, headers={**headers, **({"If-None-Match": tag} if tag else {})})


def names(answer: Any) -> list[str]:
    assert answer.status_code == 200, answer.text
    return [item["organisation"]["name"] for item in answer.json()["items"]]


def test_the_second_asker_gets_the_same_bytes_without_ranking(
    directory: Directory, path: str, ranked: list[int]
) -> None:
    first, second = ask(directory, path), ask(directory, path)
    assert names(first) == ["Литейный двор"]
    assert (first.content, len(ranked)) == (second.content, 1)
    assert first.headers["etag"] == second.headers["etag"]
    assert not first.headers["etag"].startswith("W/")
    for answer in (first, second):
        assert answer.headers["cache-control"] == "private, no-cache"
        assert {"Authorization", "Accept-Language"} <= set(answer.headers["vary"].split(", "))
        assert answer.headers["content-language"] == "ru"
        assert answer.headers["content-type"] == "application/json"


def test_who_has_the_answer_is_told_so_without_ranking(
    directory: Directory, path: str, ranked: list[int]
) -> None:
    tag = ask(directory, path).headers["etag"]
    for known in (tag, f"W/{tag}", f'"other", {tag}'):
        answer = ask(directory, path, known)
        assert (answer.status_code, answer.content) == (304, b"")
        assert answer.headers["etag"] == tag
        assert answer.headers["cache-control"] == "private, no-cache"
        assert answer.headers["vary"]
    assert len(ranked) == 1
    assert ask(directory, path, '"other"').status_code == 200
    assert ask(directory, path, "*").status_code == 304
    missing = path.replace(path.split("/")[3], "00000000-0000-7000-8000-000000000000")
    assert ask(directory, missing, "*").status_code == 404


def test_head_names_the_same_answer(directory: Directory, path: str) -> None:
    tag = ask(directory, path).headers["etag"]
    answer = directory.client.head(path)
    assert (answer.status_code, answer.content, answer.headers["etag"]) == (200, b"", tag)


def changes(directory: Directory, foundry: dict[str, Any]) -> Iterator[Callable[[], Any]]:
    """Every kind of change that others can see."""
    at = f"/v1/organisations/{foundry['id']}"
    made: dict[str, Any] = {}
    yield lambda: directory.patch(at, 1, short_name="Двор")
    yield lambda: directory.patch(at, 2, certificates=[{"kind": "ISO 9001"}])
    yield lambda: made.update(directory.statement(foundry, "capability", "Отливки корпусов"))
    yield lambda: directory.patch(f"/v1/statements/{made['id']}", 1, text="Отливки из алюминия", title=None)
    yield lambda: directory.patch(f"/v1/statements/{made['id']}", 2, status="withdrawn")
    yield lambda: directory.delete(f"/v1/statements/{made['id']}", 3)
    yield lambda: directory.organisation()
    yield lambda: directory.patch(at, 3, visibility="hidden")
    yield lambda: directory.patch(at, 4, visibility="public")
    yield lambda: directory.delete(at, 5)


def test_after_any_change_the_answer_has_another_name(
    directory: Directory, foundry: dict[str, Any], path: str
) -> None:
    tag = ask(directory, path).headers["etag"]
    for number, change in enumerate(changes(directory, foundry)):
        made = change()
        assert getattr(made, "status_code", 200) < 300, made.text
        answer = ask(directory, path, tag)
        assert answer.status_code == 200, f"change {number} was not seen"
        assert answer.headers["etag"] != tag
        tag = answer.headers["etag"]
        assert ask(directory, path, tag).status_code == 304


@pytest.mark.parametrize("end", ["hidden", "members", "deleted"])
def test_who_is_hidden_or_deleted_is_gone_from_the_very_next_answer(
    directory: Directory, foundry: dict[str, Any], path: str, end: str
) -> None:
    assert names(ask(directory, path)) == names(ask(directory, path)) == ["Литейный двор"]
    at = f"/v1/organisations/{foundry['id']}"
    done = directory.delete(at, 1) if end == "deleted" else directory.patch(at, 1, visibility=end)
    assert done.status_code < 300
    assert names(ask(directory, path)) == []


def test_an_asker_that_is_gone_is_not_found_whatever_is_kept(
    directory: Directory, path: str, ranked: list[int]
) -> None:
    owner = path.removesuffix("/suggestions")
    tag = ask(directory, path).headers["etag"]
    assert directory.patch(owner, 1, visibility="hidden").status_code == 200
    for known in (None, tag, "*"):
        assert ask(directory, path, known).status_code == 404
    kept_for_admin = ask(directory, path, **directory.headers)
    assert kept_for_admin.status_code == 200
    assert ask(directory, path, kept_for_admin.headers["etag"]).status_code == 404
    assert directory.delete(owner, 2).status_code == 204
    assert ask(directory, path, **directory.headers).status_code == 404


def test_callers_who_see_different_things_never_share(
    directory: Directory, foundry: dict[str, Any], path: str, ranked: list[int]
) -> None:
    directory.patch(f"/v1/organisations/{foundry['id']}", 1, visibility="members")
    for _ in range(2):
        assert names(ask(directory, path)) == []
        assert names(ask(directory, path, **directory.headers)) == ["Литейный двор"]
    assert len(ranked) == 2, "each caller's answer is kept for that caller"
    tags = {ask(directory, path, **headers).headers["etag"] for headers in ({}, directory.headers)}
    assert len(tags) == 2
    for tag in tags:
        answers = {ask(directory, path, tag, **headers).status_code for headers in ({}, directory.headers)}
        assert answers == {200, 304}
    refused = ask(directory, path, Authorization="Bearer wrong")
    assert refused.status_code == 401


def test_two_members_with_the_same_question_never_share(
    runtime: Runtime, settings: Settings, directory: Directory, foundry: dict[str, Any], path: str
) -> None:
    """Whatever a caller's type says may be seen by it, is in the name of its answer."""
    directory.patch(f"/v1/organisations/{foundry['id']}", 1, visibility="hidden")
    app = main.create_app(runtime, settings)
    inner = app
    while hasattr(inner, "app"):
        inner = inner.app
    seen = {}
    with TestClient(app) as client:
        for who in (Member("a"), Member("b"), Centre("c", frozenset({"RU-PER"})), Centre("c", frozenset())):
            inner.dependency_overrides[recognise] = lambda who=who: who
            for _ in range(2):
                answer = client.get(path, headers={"Authorization": "Bearer x"})
                assert answer.status_code == 200
            seen[who] = answer.headers["etag"]
    assert len(set(seen.values())) == 4


def test_a_callers_view_names_every_field_in_one_order() -> None:
    regions = frozenset({"RU-SVE", "RU-PER", "RU-MOW"})
    assert view_of(Centre("c", regions)) == view_of(Centre("c", frozenset(sorted(regions, reverse=True))))
    views = [Website(), Member("a"), Member("b"), Centre("a", regions), Centre("a", frozenset()), Admin("a")]
    assert len({view_of(view) for view in views}) == len(views)


def test_languages_filters_and_organisations_have_their_own_answers(
    directory: Directory, path: str, ranked: list[int]
) -> None:
    other = directory.organisation(legal_name="Другой")
    directory.statement(other, "need", "Отливки корпусов")
    questions = [
        (path, {"Accept-Language": "ru"}),
        (path, {"Accept-Language": "en"}),
        (f"{path}?region=RU-PER", {}),
        (f"{path}?region=RU-SVE", {}),
        (f"{path}?limit=1", {}),
        (f"/v1/organisations/{other['id']}/suggestions", {}),
    ]
    first = [ask(directory, address, **headers) for address, headers in questions]
    again = [ask(directory, address, **headers) for address, headers in questions]
    assert [answer.content for answer in first] == [answer.content for answer in again]
    assert len({answer.headers["etag"] for answer in first}) == len(questions) == len(ranked)
    assert names(first[3]) == []
    sentences = {answer.json()["items"][0]["pairs"][0]["sentence"] for answer in first[:2]}
    assert len(sentences) == 2
    assert [answer.headers["content-language"] for answer in first[:2]] == ["ru", "en"]


def test_a_statement_has_a_named_answer_too(directory: Directory, path: str, ranked: list[int]) -> None:
    need = directory.client.get("/v1/statements?kind=need").json()["items"][0]
    address = f"/v1/statements/{need['id']}/suggestions"
    tag = ask(directory, address).headers["etag"]
    assert ask(directory, address, tag).status_code == 304
    assert names(ask(directory, address)) == ["Литейный двор"]
    assert len(ranked) == 1
    assert directory.patch(f"/v1/statements/{need['id']}", 1, status="withdrawn").status_code == 200
    assert ask(directory, address, tag).status_code == 404


def test_a_refused_question_is_refused_again(directory: Directory, path: str) -> None:
    for _ in range(2):
        assert ask(directory, f"{path}?limit=0").status_code == 422
        assert ask(directory, f"{path}?colour=red").status_code == 422


def test_after_a_restart_an_answer_keeps_its_name_and_its_bytes(
    settings: Settings, directory: Directory, path: str, ranked: list[int]
) -> None:
    answers = []
    for _ in range(2):
        again = bootstrap.start(settings)
        with TestClient(main.create_app(again, settings)) as client:
            answers.append(client.get(path))
            assert client.get(path, headers={"If-None-Match": answers[0].headers["etag"]}).status_code == 304
    assert answers[0].content == answers[1].content
    assert answers[0].headers["etag"] == answers[1].headers["etag"]
    assert len(ranked) == 2


def test_an_index_built_anew_gives_its_answers_another_name(
    runtime: Runtime, directory: Directory, path: str
) -> None:
    """The words weigh otherwise after a build: equal names must not stand for different bytes."""
    tag = ask(directory, path).headers["etag"]
    with runtime.database.reading() as session:
        before = runtime.keeper.catch_up(session)
        after = runtime.keeper.reload(session)
    assert (before.version, before.built_at) != (after.version, after.built_at)
    answer = ask(directory, path, tag)
    assert (answer.status_code, answer.headers["etag"] != tag) == (200, True)


class Turned:
    """A clock that a test turns."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 24, 12, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


def test_the_day_is_part_of_the_name(settings: Settings, admin: dict[str, str]) -> None:
    clock = Turned()
    with TestClient(main.create_app(bootstrap.start(settings, clock), settings)) as client:
        directory = Directory(client, admin)
        offering, asking = directory.organisation(legal_name="Двор"), directory.organisation()
        directory.statement(offering, "capability", OFFER, expires_on="2026-11-24")
        directory.statement(asking, "need", WANTED)
    path = f"/v1/organisations/{asking['id']}/suggestions"
    # Started anew, the index of tomorrow is built at the same version as that of today.
    with TestClient(main.create_app(bootstrap.start(settings, clock), settings)) as client:
        directory = Directory(client, admin)
        answer = ask(directory, path)
        assert names(answer) == ["Двор"]
        clock.now += timedelta(hours=10)
        later = ask(directory, path, answer.headers["etag"])
        assert names(later) == []


def test_without_memory_for_answers_they_are_ranked_each_time_and_still_have_a_name(
    database_url: str, admin: dict[str, str], ranked: list[int]
) -> None:
    settings = Settings(
        database_url=database_url, encoder=False, admin_key=SecretStr(ADMIN_KEY), answer_cache_bytes=0
    )
    runtime = bootstrap.start(settings)
    with TestClient(main.create_app(runtime, settings)) as client:
        directory = Directory(client, admin)
        owner = directory.organisation()
        directory.statement(owner, "need", WANTED)
        path = f"/v1/organisations/{owner['id']}/suggestions"
        first, second = ask(directory, path), ask(directory, path)
        assert (first.content, len(ranked), runtime.answers.size) == (second.content, 2, 0)
        assert ask(directory, path, first.headers["etag"]).status_code == 304
        assert len(ranked) == 2


def test_an_answer_made_while_the_index_went_on_has_no_name_and_is_not_kept(
    runtime: Runtime, settings: Settings, directory: Directory, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Ahead:
        """A keeper that another request has brought further than the session at hand sees."""

        def catch_up(self, session: Any) -> Any:
            index = runtime.keeper.catch_up(session)
            return replace(index, version=index.version + 1)  # type: ignore[type-var]

    with TestClient(main.create_app(replace(runtime, keeper=Ahead()), settings)) as client:  # type: ignore[arg-type]
        answer = client.get(path)
    assert (answer.status_code, "etag" in answer.headers) == (200, False)
    assert answer.headers["cache-control"] == "private, no-cache"
    assert runtime.answers.size == 0


def test_a_database_that_is_away_is_a_refusal_and_comes_back(
    runtime: Runtime, directory: Directory, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask(directory, path)
    with monkeypatch.context() as patch:
        patch.setattr(type(runtime.keeper), "catch_up", _away)
        assert ask(directory, path).status_code == 503
    assert ask(directory, path).status_code == 200


def _away(*_: object) -> None:
    raise TimeoutError


def test_one_look_serves_all_who_came_before_it_began_and_nobody_who_came_later() -> None:
    looks: list[float] = []
    lock = threading.Lock()

    def look() -> Any:
        with lock:
            looks.append(time.monotonic())
            time.sleep(0.01)
            return len(looks)

    async def asker(lookout: Lookout, wait: float) -> tuple[float, int]:
        await asyncio.sleep(wait)
        came = time.monotonic()
        return came, await lookout.now()  # type: ignore[return-value]

    async def all_of_them() -> list[tuple[float, int]]:
        lookout = Lookout(look)
        return await asyncio.gather(*(asker(lookout, 0.001 * number) for number in range(40)))

    for came, number in asyncio.run(all_of_them()):
        assert looks[number - 1] >= came, "the look began before the request came"
    assert 2 <= len(looks) < 20
