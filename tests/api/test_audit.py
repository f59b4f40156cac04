"""The audit log: who did what when, seen by those who answer for it, and never a value."""

import json
from typing import Any

import pytest
from pydantic import SecretStr

from app.settings import Settings
from tests.conftest import ADMIN_KEY
from tests.directory import Directory, bearer

CANARY = "cnr77audit"


@pytest.fixture
def settings(database_url: str) -> Settings:
    return Settings(database_url=database_url, admin_key=SecretStr(ADMIN_KEY), encoder=False)


NAMED = f"Кенарь {CANARY}"
MAIL = f"{CANARY}@sample.example"
CONTACT = {
    "name": NAMED, "position": NAMED, "email": MAIL, "phone": "+7 999 555 44 33",
    "consent_at": "2026-01-01T00:00:00Z",
}  # fmt: skip


def audited(directory: Directory, headers: dict[str, str], **query: Any) -> list[dict[str, Any]]:
    """The whole log as this caller reads it, page by page."""
    found: list[dict[str, Any]] = []
    cursor: dict[str, str] = {}
    while True:
        answer = directory.client.get("/v1/audit", params={"limit": 7, **query, **cursor}, headers=headers)
        assert answer.status_code == 200, answer.text
        assert CANARY not in answer.text + str(answer.headers)
        page = answer.json()
        found += page["items"]
        if page["next_cursor"] is None:
            return found
        cursor = {"cursor": page["next_cursor"]}


def busy(directory: Directory) -> tuple[dict[str, Any], dict[str, str], dict[str, str]]:
    """A centre and its member do everything there is, with a canary in every free text."""
    directory.centre("north", "RU-SVE")
    key = directory.key(
        "centre", "read", "write", "contacts", "review", "keys", centre_id="north", name=NAMED
    )
    root = directory.key("admin", "read", "write", "contacts", "keys", name=NAMED)
    as_centre = Directory(directory.client, bearer(key))
    lines = ("short_name", "city", "address", "description", "external_id")
    owner = as_centre.organisation(
        legal_name=NAMED, contacts=[CONTACT], site=f"https://{CANARY}.example",
        certificates=[{"kind": NAMED, "number": CANARY, "issuer": NAMED}],
        cluster_ids=[CANARY], committee_ids=[CANARY], **dict.fromkeys(lines, NAMED),
    )  # fmt: skip
    texts = ("text_en", "budget", "volume", "title", "replaces_import")
    need = as_centre.statement(
        owner, "need", f"Литьё {NAMED}", must_have=[NAMED], **dict.fromkeys(texts, NAMED)
    )
    as_centre.patch(f"/v1/statements/{need['id']}", need["version"], text=f"Ковка {NAMED}")
    partner = directory.organisation(region="RU-PER", legal_name=f"ООО «{CANARY}»")
    said = {"verdict": "not_useful", "partner_id": partner["id"], "comment": NAMED, "model_version": CANARY}
    path = f"/v1/organisations/{owner['id']}"
    assert directory.client.post(f"{path}/feedback", json=said, headers=as_centre.headers).status_code == 201
    by_root = Directory(directory.client, bearer(root))
    assert by_root.patch(path, owner["version"], description=f"{NAMED}, {MAIL}").status_code == 200
    (contact,) = directory.client.get(f"{path}/contacts", headers=directory.headers).json()["items"]
    assert as_centre.delete(f"{path}/contacts/{contact['id']}", 2).status_code == 204
    body = {"email": MAIL}
    assert directory.client.post("/v1/erasures", json=body, headers=as_centre.headers).status_code == 200
    return owner, as_centre.headers, by_root.headers


def test_every_act_is_in_the_log_and_no_value(directory: Directory) -> None:
    owner, _, root = busy(directory)
    log = audited(directory, directory.headers)
    assert [entry["seq"] for entry in log] == sorted((entry["seq"] for entry in log), reverse=True)
    acts = {(entry["entity"], entry["action"]) for entry in log}
    assert acts >= {
        ("centre", "created"), ("key", "created"), ("organisation", "created"), ("organisation", "updated"),
        ("statement", "created"), ("statement", "updated"), ("feedback", "created"), ("contact", "erased"),
        ("erasure", "erased"),
    }  # fmt: skip
    (erased,) = [entry for entry in log if entry["entity"] == "contact"]
    assert erased["fields"] == ["consent_at", "email", "name", "phone", "position"]
    assert (erased["actor_kind"], erased["actor_id"], erased["organisation_id"]) == (
        "centre",
        "north",
        owner["id"],
    )
    keys = {entry["entity_id"] for entry in log if entry["entity"] == "key"}
    assert erased["key_id"] in keys
    (by_root,) = audited(directory, root, entity="organisation", action="updated", actor_kind="admin")
    # An administrator is told by its key: the key's name is free text.
    assert by_root["actor_id"] == by_root["key_id"] in keys
    assert CANARY not in json.dumps(log, ensure_ascii=False)


def test_a_centre_reads_of_its_members_and_of_itself(directory: Directory) -> None:
    owner, centre, _ = busy(directory)
    foreign = directory.organisation(region="RU-PER")
    member = directory.key("member", "read", organisation_id=owner["id"])
    whole, seen = audited(directory, directory.headers), audited(directory, centre)
    of_member = [entry["seq"] for entry in whole if entry["organisation_id"] == owner["id"]]
    own = [entry["seq"] for entry in whole if (entry["actor_kind"], entry["actor_id"]) == ("centre", "north")]
    assert [entry["seq"] for entry in seen] == sorted({*of_member, *own}, reverse=True)
    assert member["id"] in {entry["entity_id"] for entry in seen}
    assert foreign["id"] not in json.dumps(seen)
    assert directory.client.get("/v1/audit", headers=bearer(member)).status_code == 403
    assert directory.client.get("/v1/audit").status_code == 401


def test_the_log_is_asked_by_who_what_and_when(directory: Directory) -> None:
    owner, _, _ = busy(directory)
    whole = audited(directory, directory.headers)
    middle = whole[len(whole) // 2]["at"]
    before, after = (audited(directory, directory.headers, **{word: middle}) for word in ("until", "since"))
    assert before + after != []
    assert after + before == whole
    of_owner = audited(directory, directory.headers, organisation_id=owner["id"], actor_kind="centre")
    assert {(entry["organisation_id"], entry["actor_kind"]) for entry in of_owner} == {
        (owner["id"], "centre")
    }
    assert audited(directory, directory.headers, entity_id=owner["id"], action="created")[-1]["fields"]
    wrong = directory.client.get("/v1/audit?cursor=WyItc2VxIiwicyIsIiIsIngiXQ", headers=directory.headers)
    assert (wrong.status_code, wrong.json()["code"]) == (400, "cursor_invalid")
