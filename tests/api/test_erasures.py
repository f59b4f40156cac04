"""Erasure of persons: nothing of them is left in any table or file, and nobody else loses anything."""

import logging
import threading
from typing import Any

import pytest

from app import importer
from app.bootstrap import Runtime
from app.delivering import DeliveryState
from app.files.kinds import MEDIA_TYPES
from app.files.tables import FileKind
from app.files.writing import csv_file, workbook
from app.storage import deliveries
from app.storage.contacts import Contact
from app.storage.deliveries import Delivery
from app.storage.introductions import Introduction
from tests.directory import Directory, bearer
from tests.remains import remains

XLSX = next(name for name, kind in MEDIA_TYPES.items() if kind is FileKind.XLSX)
PERSON = {"name": "Канарейкин Пётр", "position": "Главный кенарь", "email": "Pyotr@canary.example"}
PHONE, RESPELT = "+7 999 123-45-67", "8(999)1234567"
CANARIES = ("Канарейкин Пётр", "Главный кенарь", "pyotr@canary.example", PHONE, RESPELT)
OTHER = {"name": "Синицына Анна", "email": "anna@canary.example", "phone": "+7 999 765-43-21"}
CONSENT = {"consent_at": "2026-01-01T00:00:00Z"}
TEXT = "Отливки из чугуна. Спросить: Канарейкин  Пётр, pyotr@canary.example, 8(999)1234567"


def filled(directory: Directory, runtime: Runtime, **changes: Any) -> dict[str, Any]:
    """An organisation whose contact stands wherever a text may stand, beside another person."""
    contacts = [{**PERSON, "phone": PHONE, **CONSENT}, {**OTHER, **CONSENT}]
    owner = directory.organisation(contacts=contacts, description=TEXT, **changes)
    directory.statement(owner, "capability", TEXT, equipment=["Печь, PYOTR@CANARY.EXAMPLE"], text_en=TEXT)
    directory.key("member", "read", organisation_id=owner["id"], name="Ключ pyotr@canary.example")
    answer = directory.client.post(
        f"/v1/organisations/{owner['id']}/statements",
        json={"kind": "need", "text": TEXT, "status": "published"},
        headers={**directory.headers, "Idempotency-Key": f"k-{owner['id']}"},
    )
    assert answer.status_code == 201, answer.text
    partner = directory.organisation()
    feedback = {"verdict": "not_useful", "partner_id": partner["id"], "comment": TEXT}
    path = f"/v1/organisations/{owner['id']}/feedback"
    assert directory.client.post(path, json=feedback, headers=directory.headers).status_code == 201
    with runtime.database.writing() as session:
        session.add(
            Introduction(
                initiator_id=partner["id"], partner_id=owner["id"], state="declined", reason=TEXT,
                decline_reason=TEXT, deadline_at=runtime.clock(), remind_at=runtime.clock(),
            )
        )  # fmt: skip
        deliveries.queue_letter(session, "pyotr@Canary.example", "letter", "Вам", "Есть совпадение")
        deliveries.queue_letter(session, "anna@canary.example", "letter", "Вам", f"Контакт: {TEXT}")
        failed = deliveries.queue_letter(session, "pyotr@canary.example", "letter", "Вам", TEXT)
        failed.finish(DeliveryState.FAILED, runtime.clock())
    return owner


def contacts_of(directory: Directory, owner: dict[str, Any]) -> list[dict[str, Any]]:
    answer = directory.client.get(f"/v1/organisations/{owner['id']}/contacts", headers=directory.headers)
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


def kept(directory: Directory, runtime: Runtime, owner: dict[str, Any]) -> None:
    """The other person, its letter and the rest of every text are as they were."""
    assert [item["name"] for item in contacts_of(directory, owner)] == [OTHER["name"]]
    with runtime.database.reading() as session:
        (letter,) = session.query(Delivery).all()
        assert letter.recipient == OTHER["email"]
        assert letter.data["text"].startswith("Контакт: Отливки из чугуна. Спросить: …")
    shown = directory.client.get(f"/v1/organisations/{owner['id']}", headers=directory.headers).json()
    assert shown["description"] == "Отливки из чугуна. Спросить: …, …, …"
    found = directory.search("Отливки из чугуна", kind_of_text="need")["items"]
    texts = {pair["theirs"]["text"] for item in found for pair in item["pairs"]}
    assert texts == {"Отливки из чугуна. Спросить: …, …, …"}


def test_a_contact_is_gone_in_one_call(
    directory: Directory,
    runtime: Runtime,
    capfd: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO, "smezhnik.access")
    owner = filled(directory, runtime)
    assert len(remains(runtime.database, CANARIES)) > 10
    (contact,) = [one for one in contacts_of(directory, owner) if one["name"] == PERSON["name"]]
    path = f"/v1/organisations/{owner['id']}/contacts/{contact['id']}"
    assert directory.client.delete(path, headers=directory.headers).status_code == 428
    assert directory.delete(path, 9).status_code == 412
    gone = directory.delete(path, owner["version"])
    assert (gone.status_code, gone.content) == (204, b"")
    assert remains(runtime.database, CANARIES) == []
    kept(directory, runtime, owner)
    assert directory.delete(path, owner["version"] + 1).status_code == 404
    # A command that ran before in this process has sent all logs through the standard library.
    logged = "".join((*capfd.readouterr(), caplog.text)).lower()
    assert "erase_contact" in logged
    assert [text for text in CANARIES if text.lower() in logged] == []
    shown = directory.client.get(f"/v1/organisations/{owner['id']}", headers=directory.headers)
    assert shown.headers["ETag"] != f'"v{owner["version"]}"'


def test_a_person_is_gone_everywhere_by_mail_or_phone(directory: Directory, runtime: Runtime) -> None:
    owner = filled(directory, runtime)
    alone = directory.organisation(
        contacts=[{"name": "Пётр К.", "phone": RESPELT, **CONSENT}], visibility="hidden"
    )
    told_of = directory.organisation(description="Раньше отвечал pyotr@canary.example, теперь анна")
    asked = {"email": "PYOTR@canary.example", "phone": "89991234567"}
    answer = directory.client.post("/v1/erasures", json=asked, headers=directory.headers)
    assert answer.status_code == 200, answer.text
    done = answer.json()
    assert (done["contacts"], done["letters"], done["without_contact"]) == (2, 3, [alone["id"]])
    assert set(done["organisations"]) == {owner["id"], alone["id"]}
    assert remains(runtime.database, (*CANARIES, "Пётр К.")) == []
    shown = directory.client.get(f"/v1/organisations/{told_of['id']}", headers=directory.headers).json()
    assert shown["description"] == "Раньше отвечал …, теперь анна"
    again = directory.client.post("/v1/erasures", json=asked, headers=directory.headers).json()
    assert (again["contacts"], again["letters"], again["texts"], again["organisations"]) == (0, 0, 0, [])


def test_a_centre_forgets_among_its_members_only(directory: Directory, runtime: Runtime) -> None:
    directory.centre("north", "RU-SVE")
    own = filled(directory, runtime)
    foreign = directory.organisation(
        region="RU-PER", description=TEXT, contacts=[{**PERSON, "phone": PHONE, **CONSENT}]
    )
    headers = bearer(directory.key("centre", "read", "write", "contacts", centre_id="north"))
    asked = {"email": "pyotr@canary.example"}
    done = directory.client.post("/v1/erasures", json=asked, headers=headers).json()
    # The address is still somebody's elsewhere: letters to it stay.
    assert (done["contacts"], done["letters"], done["organisations"]) == (1, 0, [own["id"]])
    assert [one["name"] for one in contacts_of(directory, own)] == [OTHER["name"]]
    assert [one["name"] for one in contacts_of(directory, foreign)] == [PERSON["name"]]
    answer = directory.client.get(f"/v1/organisations/{foreign['id']}", headers=directory.headers)
    assert answer.json()["description"] == TEXT
    member = bearer(directory.key("member", "read", "write", organisation_id=own["id"]))
    assert directory.client.post("/v1/erasures", json=asked, headers=member).status_code == 403


def test_a_removed_organisation_takes_its_people_along(directory: Directory, runtime: Runtime) -> None:
    owner = filled(directory, runtime)
    assert directory.delete(f"/v1/organisations/{owner['id']}", owner["version"]).status_code == 204
    assert remains(runtime.database, CANARIES) == []
    with runtime.database.reading() as session:
        assert session.query(Contact).filter_by(organisation_id=owner["id"]).all() == []


def test_a_contact_taken_out_of_the_profile_leaves_no_letter(directory: Directory, runtime: Runtime) -> None:
    owner = directory.organisation(contacts=[{**PERSON, "phone": PHONE, **CONSENT}, {**OTHER, **CONSENT}])
    with runtime.database.writing() as session:
        deliveries.queue_letter(session, "pyotr@canary.example", "letter", "Вам", "Есть совпадение")
    path = f"/v1/organisations/{owner['id']}"
    changed = directory.patch(path, owner["version"], contacts=[{**OTHER, **CONSENT}])
    assert changed.status_code == 200, changed.text
    assert remains(runtime.database, CANARIES) == []


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_what_cannot_be_asked(directory: Directory) -> None:
    for body, code in (
        ({}, "contact_unreachable"),
        ({"email": "x"}, "wrong_form"),
        ({"phone": "x"}, "wrong_form"),
    ):
        answer = directory.client.post("/v1/erasures", json=body, headers=directory.headers)
        assert (answer.status_code, answer.json()["errors"][0]["code"]) == (422, code)


def test_files_that_name_a_person_go_with_their_reports(directory: Directory, runtime: Runtime) -> None:
    rows = [["Наименование", "E-mail", "Телефон"], ["Завод", "Pyotr@canary.example", "8(999)1234567"]]
    others = [["Наименование", "E-mail"], ["Завод", "anna@canary.example"]]
    paths = []
    for content, kind in (
        (csv_file(rows), "text/csv"),
        (csv_file(rows).decode("utf-8-sig").encode("cp1251"), "text/csv"),
        (workbook({"Завод": rows}), XLSX),  # type: ignore[dict-item]
        (csv_file(others), "text/csv"),
        (b"PK\x03\x04 broken", XLSX),
    ):
        headers = {**directory.headers, "Content-Type": kind}
        answer = directory.client.post("/v1/imports", content=content, headers=headers)
        assert answer.status_code == 202, answer.text
        paths.append(answer.headers["location"])
    while importer.import_one(runtime, threading.Event()):
        pass
    asked = {"email": "pyotr@canary.example", "phone": PHONE}
    assert directory.client.post("/v1/erasures", json=asked, headers=directory.headers).status_code == 200
    statuses = [directory.client.get(path, headers=directory.headers).status_code for path in paths]
    assert statuses == [404, 404, 404, 200, 200]
    assert remains(runtime.database, CANARIES) == []
