"""Reviews over HTTP: what a member says waits for its centre, and nothing is shown before."""

import threading
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from app.bootstrap import Runtime
from app.settings import Settings
from tests.clocks import Clock
from tests.directory import Directory, bearer

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
Headers = dict[str, str]


@pytest.fixture
def clock() -> Clock:
    return Clock(NOW)


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return settings.model_copy(update={"encoder": False})


class Parties:
    """A member of the north, its centre, and the centre of the south."""

    def __init__(self, directory: Directory) -> None:
        self.directory, self.client = directory, directory.client
        directory.centre("north", "RU-SVE")
        directory.centre("south", "RU-PER")
        self.owner = directory.organisation(region="RU-SVE")
        self.member = bearer(directory.key("member", "read", "write", organisation_id=self.owner["id"]))
        self.north = self.reviewer("north")
        self.south = self.reviewer("south")

    def reviewer(self, centre: str) -> Headers:
        return bearer(self.directory.key("centre", "read", "write", "review", centre_id=centre))

    def write(self, text: str = "Литьё корпусов", **changes: Any) -> dict[str, Any]:
        """A statement of the member, handed in for review."""
        body = {"kind": "capability", "text": text, "status": "in_review", **changes}
        url = f"/v1/organisations/{self.owner['id']}/statements"
        answer = self.client.post(url, json=body, headers=self.member)
        assert answer.status_code == 201, answer.text
        return dict(answer.json())

    def change(self, statement: dict[str, Any], by: Headers | None = None, **changes: Any) -> Any:
        """A change of the statement as it stands now."""
        headers = by or self.member
        version = self.shown(statement, headers)["version"]
        headers = {**headers, "If-Match": f'"v{version}"'}
        return self.client.patch(f"/v1/statements/{statement['id']}", json=changes, headers=headers)

    def shown(self, statement: dict[str, Any], to: Headers | None = None) -> dict[str, Any]:
        return dict(self.client.get(f"/v1/statements/{statement['id']}", headers=to or {}).json())

    def queue(self, of: Headers, query: str = "") -> list[dict[str, Any]]:
        answer = self.client.get(f"/v1/reviews{query}", headers=of)
        assert answer.status_code == 200, answer.text
        return list(answer.json()["items"])

    def decide(self, review: dict[str, Any], how: str, by: Headers, **body: Any) -> Any:
        """A decision based on the review as it was read."""
        headers = {**by, "If-Match": f'"v{review["version"]}"'}
        given = {"json": body} if body else {}
        return self.client.post(f"/v1/reviews/{review['id']}/{how}", headers=headers, **given)

    def history(self, statement: dict[str, Any], of: Headers) -> list[dict[str, Any]]:
        return list(self.client.get(f"/v1/statements/{statement['id']}/reviews", headers=of).json()["items"])


@pytest.fixture
def parties(directory: Directory) -> Parties:
    return Parties(directory)


def test_a_statement_waits_in_the_queue_of_its_centre_and_is_published(
    parties: Parties, clock: Clock
) -> None:
    made = parties.write()
    assert made["review"]["changes"] is None
    assert parties.client.get(f"/v1/statements/{made['id']}").status_code == 404
    clock.now = NOW + timedelta(days=3)
    (review,) = parties.queue(parties.north)
    assert review["statement"]["text"] == "Литьё корпусов"
    assert review["organisation"]["name"] == parties.owner["name"]
    assert (review["age_days"], review["due_on"], review["overdue"]) == (3, "2026-11-29", False)
    assert parties.queue(parties.south) == []
    published = parties.decide(review, "publish", parties.north)
    assert published.status_code == 200, published.text
    assert (published.json()["state"], published.json()["decided_by"]) == ("published", "centre:north")
    assert parties.shown(made)["status"] == "published"
    assert parties.shown(made, parties.member)["review"] is None
    assert parties.queue(parties.north) == []
    found = parties.directory.found("Нужно литьё корпусов")
    assert found == [parties.owner["id"]]


def test_a_rejection_names_its_reason_and_the_member_reads_it(parties: Parties) -> None:
    made = parties.write()
    (review,) = parties.queue(parties.north)
    assert parties.decide(review, "reject", parties.north, reason="  ").status_code == 422
    answer = parties.decide(review, "reject", parties.north, reason="Не сказано, какие корпуса")
    assert (answer.status_code, answer.json()["state"]) == (200, "rejected")
    shown = parties.shown(made, parties.member)
    assert (shown["status"], shown["rejection_reason"]) == ("rejected", "Не сказано, какие корпуса")
    assert [one["reason"] for one in parties.history(made, parties.member)] == ["Не сказано, какие корпуса"]
    assert parties.change(made, text="Литьё корпусов насосов", status="in_review").status_code == 200
    (again,) = parties.queue(parties.north)
    assert again["id"] != review["id"]
    assert parties.decide(again, "publish", parties.north).status_code == 200
    assert [one["state"] for one in parties.history(made, parties.member)] == ["published", "rejected"]


def test_an_edit_of_a_published_statement_is_not_shown_before_its_centre_agrees(parties: Parties) -> None:
    made = parties.write()
    parties.decide(parties.queue(parties.north)[0], "publish", parties.north)
    before = parties.shown(made)
    answer = parties.change(made, text="Литьё крышек люков", title=None, okpd2=["24.51.11"])
    assert answer.status_code == 200, answer.text
    wished = {one["field"]: (one["old"], one["new"]) for one in answer.json()["review"]["changes"]}
    assert wished["text"] == ("Литьё корпусов", "Литьё крышек люков")
    assert wished["okpd2"] == ([], ["24.51.11"])
    now = parties.shown(made)
    assert {**now, "version": 0} == {**before, "version": 0}, "what others see has changed"
    assert "крышек" not in parties.client.get("/v1/statements").text
    assert parties.directory.found("Нужны крышки люков") == []
    (review,) = parties.queue(parties.north)
    assert review["statement"]["text"] == "Литьё корпусов"
    more = parties.change(made, batch="до 500 шт.").json()["review"]
    assert more["id"] == review["id"], "one open review a statement"
    assert {one["field"] for one in more["changes"]} >= {"text", "batch"}
    stale = parties.decide(review, "publish", parties.north)
    assert (stale.status_code, stale.json()["code"]) == (412, "version_mismatch")
    (review,) = parties.queue(parties.north)
    assert parties.decide(review, "publish", parties.north).status_code == 200
    now = parties.shown(made)
    assert (now["text"], now["title"], now["batch"]) == (
        "Литьё крышек люков",
        "Литьё крышек люков",
        "до 500 шт.",
    )
    assert parties.directory.found("Нужны крышки люков") == [parties.owner["id"]]


def test_a_rejected_edit_leaves_what_is_published(parties: Parties) -> None:
    made = parties.write()
    parties.decide(parties.queue(parties.north)[0], "publish", parties.north)
    before = parties.shown(made)
    parties.change(made, text="Лучшее литьё страны")
    (review,) = parties.queue(parties.north)
    assert parties.decide(review, "reject", parties.north, reason="Без рекламы").status_code == 200
    assert {**parties.shown(made), "version": 0} == {**before, "version": 0}
    assert parties.shown(made, parties.member)["review"] is None
    assert parties.history(made, parties.member)[0]["reason"] == "Без рекламы"


def test_two_edits_at_once_never_overwrite(parties: Parties) -> None:
    made = parties.write()
    parties.decide(parties.queue(parties.north)[0], "publish", parties.north)
    version = parties.shown(made, parties.member)["version"]
    headers = {**parties.member, "If-Match": f'"v{version}"'}
    path = f"/v1/statements/{made['id']}"
    answers = [
        parties.client.patch(path, json={"text": f"Литьё {word}"}, headers=headers).status_code
        for word in ("раз", "два")
    ]
    assert answers == [200, 412]


def test_ending_and_private_fields_need_nobodys_consent(parties: Parties) -> None:
    made = parties.write(kind="need", text="Нужны отливки")
    parties.decide(parties.queue(parties.north)[0], "publish", parties.north)
    assert parties.change(made, budget="1 млн", expires_on="2027-01-01").json()["review"] is None
    assert parties.shown(made)["expires_on"] == "2027-01-01"
    parties.change(made, text="Нужны поковки")
    assert parties.change(made, status="withdrawn").json()["status"] == "withdrawn"
    assert parties.queue(parties.north) == []
    assert [one["state"] for one in parties.history(made, parties.member)] == ["withdrawn", "published"]


@pytest.mark.parametrize("ended", ["expired", "matched"])
def test_what_is_changed_after_its_end_is_not_renewed_unseen(parties: Parties, ended: str) -> None:
    made = parties.write()
    parties.decide(parties.queue(parties.north)[0], "publish", parties.north)
    assert parties.change(made, parties.north, status=ended).status_code == 200
    answer = parties.change(made, status="published", text="Иное")
    assert (answer.status_code, answer.json()["status"]) == (200, "published")
    assert parties.shown(made)["text"] == "Литьё корпусов"


def test_a_member_takes_back_what_waits(parties: Parties) -> None:
    made = parties.write()
    (review,) = parties.queue(parties.north)
    url = f"/v1/reviews/{review['id']}/withdraw"
    assert parties.client.post(url, headers=parties.south).status_code == 404
    assert parties.client.post(url, headers=parties.member).json()["state"] == "withdrawn"
    assert parties.shown(made, parties.member)["status"] == "draft"
    again = parties.client.post(url, headers=parties.member)
    assert (again.status_code, again.json()["code"]) == (409, "review_decided")
    parties.change(made, status="in_review")
    parties.decide(parties.queue(parties.north)[0], "publish", parties.north)
    parties.change(made, text="Иное литьё")
    assert parties.change(made, text="Литьё корпусов", title="Литьё корпусов").json()["review"] is None
    assert parties.history(made, parties.member)[0]["state"] == "withdrawn"


def test_an_edit_while_it_waits_makes_the_reviewer_read_again(parties: Parties) -> None:
    made = parties.write()
    (read,) = parties.queue(parties.north)
    parties.change(made, text="Литьё чего угодно")
    assert parties.decide(read, "publish", parties.north).status_code == 412
    assert parties.client.get(f"/v1/statements/{made['id']}").status_code == 404


def test_a_review_is_handed_over_and_who_did_it_is_noted(parties: Parties) -> None:
    made = parties.write()
    (review,) = parties.queue(parties.north)
    assert parties.decide(review, "hand-over", parties.south, centre_id="south").status_code == 404
    unknown = parties.decide(review, "hand-over", parties.north, centre_id="west")
    assert unknown.json()["errors"][0]["code"] == "centre_unknown"
    handed = parties.decide(review, "hand-over", parties.north, centre_id="south").json()
    assert (handed["centre_id"], handed["handed_over_by"]) == ("south", "centre:north")
    (seen,) = parties.queue(parties.south)
    assert seen["statement"]["text"] == "Литьё корпусов"
    assert "budget" not in seen["statement"], "a foreign centre reads no private field"
    assert parties.queue(parties.south, "?handed_over=true") == [seen]
    assert parties.queue(parties.north, "?handed_over=false") == []
    assert parties.client.get(f"/v1/statements/{made['id']}", headers=parties.south).status_code == 404
    assert parties.decide(seen, "publish", parties.south).json()["decided_by"] == "centre:south"
    late = parties.decide(handed, "reject", parties.north, reason="Поздно")
    assert (late.status_code, late.json()["code"]) == (409, "review_decided")
    assert parties.shown(made)["status"] == "published"


def test_the_queue_is_paged_and_filtered(parties: Parties, clock: Clock) -> None:
    texts = [f"Литьё {word}" for word in ("одно", "два", "три")]
    for text in texts:
        parties.write(text)
    answer = parties.client.get("/v1/reviews?limit=2", headers=parties.north).json()
    rest = parties.queue(parties.north, f"?limit=2&cursor={answer['next_cursor']}")
    assert [one["statement"]["text"] for one in answer["items"] + rest] == texts
    assert parties.queue(parties.north, "?region=RU-PER") == []
    assert len(parties.queue(parties.directory.headers, "?region=RU-SVE")) == 3
    clock.now = NOW + timedelta(days=5)
    assert parties.queue(parties.north, "?overdue=true") == []
    clock.now = NOW + timedelta(days=6)
    assert {one["overdue"] for one in parties.queue(parties.north, "?overdue=true")} == {True}
    assert parties.queue(parties.north, "?overdue=false") == []


def test_only_reviewers_have_a_queue(parties: Parties) -> None:
    parties.write()
    clerk = bearer(parties.directory.key("centre", "read", "write", centre_id="north"))
    for headers, code in ((parties.member, "forbidden"), (clerk, "scope_missing")):
        answer = parties.client.get("/v1/reviews", headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (403, code)
    review = parties.queue(parties.north)[0]
    url = f"/v1/reviews/{review['id']}/publish"
    assert parties.client.post(url, headers=parties.north).status_code == 428


def test_the_keeper_changes_directly_and_a_waiting_edit_stays(parties: Parties) -> None:
    made = parties.write()
    assert parties.change(made, parties.north, status="published").status_code == 200
    assert parties.queue(parties.north) == [], "publishing by hand ends the review"
    parties.change(made, text="Литьё крышек")
    assert parties.change(made, parties.north, batch="от 10 шт.").json()["batch"] == "от 10 шт."
    assert parties.shown(made)["batch"] == "от 10 шт."
    (review,) = parties.queue(parties.north)
    assert parties.decide(review, "publish", parties.north).status_code == 200
    assert (parties.shown(made)["text"], parties.shown(made)["batch"]) == ("Литьё крышек", "от 10 шт.")


def test_of_two_centres_that_decide_at_once_one_wins(parties: Parties) -> None:
    parties.directory.centre("twin", "RU-SVE")
    twin = parties.reviewer("twin")
    for number in range(4):
        made = parties.write(f"Литьё {number}")
        (review,) = parties.queue(twin)
        ready = threading.Barrier(2)
        answers: list[Any] = []

        def decide(how: str, by: Headers, review: Any, ready: Any, answers: list[Any], **body: Any) -> None:
            ready.wait()
            answers.append(parties.decide(review, how, by, **body))

        threads = [
            threading.Thread(target=decide, args=("publish", parties.north, review, ready, answers)),
            threading.Thread(
                target=decide, args=("reject", twin, review, ready, answers), kwargs={"reason": "Нет"}
            ),
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(30)
        statuses = Counter(answer.status_code for answer in answers)
        assert statuses[200] == 1, [answer.text for answer in answers]
        (lost,) = [answer for answer in answers if answer.status_code != 200]
        assert (lost.status_code, lost.json()["code"]) == (409, "review_decided")
        (won,) = [answer.json() for answer in answers if answer.status_code == 200]
        assert parties.shown(made, parties.member)["status"] == won["state"]


class TestWithoutReview:
    """A small directory that turns review off."""

    @pytest.fixture
    def settings(self, settings: Settings) -> Settings:
        return settings.model_copy(update={"review_days": 0})

    def test_members_publish_and_change_directly(self, parties: Parties, runtime: Runtime) -> None:
        made = parties.write(status="published")
        assert made["status"] == "published"
        assert parties.change(made, text="Ковка валов").json()["text"] == "Ковка валов"
        assert parties.shown(made)["text"] == "Ковка валов"
        waiting = parties.write("Штамповка")
        assert parties.queue(parties.north)[0]["due_on"] is None
        assert parties.change(waiting, status="published").status_code == 200
