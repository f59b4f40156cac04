"""Organisations with keys of their own, who introduce themselves to each other over HTTP."""

from datetime import UTC, datetime
from typing import Any

from starlette.testclient import TestClient

from tests.directory import Directory, bearer

START = datetime(2026, 11, 24, 9, tzinfo=UTC)
REASON = "Вы льёте корпуса насосов, нам нужно двести штук в месяц"
REFUSAL = "До лета мощности заняты, спросите осенью"


class Party:
    """An organisation and what it does with its key."""

    def __init__(self, directory: Directory, name: str, **changes: Any) -> None:
        self.client: TestClient = directory.client
        self.email = f"{name.lower()}@sample.example"
        contact = {"name": f"Человек {name}", "email": self.email, "consent_at": "2026-01-01T00:00:00Z"}
        self.row = directory.organisation(legal_name=f"ООО «{name}»", **{"contacts": [contact], **changes})
        self.id: str = self.row["id"]
        scopes = ("read", "write", "contacts", "keys")
        self.headers = bearer(directory.key("member", *scopes, organisation_id=self.id))

    def ask(self, partner_id: str, **changes: Any) -> Any:
        body = {"partner_id": partner_id, "reason": REASON, **changes}
        return self.client.post("/v1/introductions", json=body, headers=self.headers)

    def asked(self, partner_id: str, **changes: Any) -> dict[str, Any]:
        answer = self.ask(partner_id, **changes)
        assert answer.status_code == 201, answer.text
        made: dict[str, Any] = answer.json()
        return made

    def read(self, introduction_id: str) -> Any:
        return self.client.get(f"/v1/introductions/{introduction_id}", headers=self.headers)

    def listed(self, **query: Any) -> list[dict[str, Any]]:
        answer = self.client.get("/v1/introductions", params=query, headers=self.headers)
        assert answer.status_code == 200, answer.text
        items: list[dict[str, Any]] = answer.json()["items"]
        return items

    def step(self, introduction_id: str, version: int | None = None, **changes: Any) -> Any:
        """The next step, based on this version or on the newest one."""
        path = f"/v1/introductions/{introduction_id}"
        if version is None:
            seen = self.read(introduction_id)
            version = seen.json()["version"] if seen.status_code == 200 else 1
        headers = {**self.headers, "If-Match": f'"v{version}"'}
        return self.client.patch(path, json=changes, headers=headers)

    def accept(self, introduction_id: str) -> Any:
        return self.step(introduction_id, state="accepted")

    def decline(self, introduction_id: str) -> Any:
        return self.step(introduction_id, state="declined", decline_reason=REFUSAL)

    def withdraw(self, introduction_id: str) -> Any:
        return self.step(introduction_id, state="withdrawn")

    def contacts(self, introduction_id: str) -> Any:
        return self.client.get(f"/v1/introductions/{introduction_id}/contacts", headers=self.headers)

    def handle_of(self, text: str) -> str:
        """The handle of the anonymous partner that is suggested for a text."""
        answer = self.client.post("/v1/suggestions/search", json={"text": text}, headers=self.headers)
        veiled = [one["organisation"] for one in answer.json()["items"] if one["organisation"]["anonymous"]]
        handle: str = veiled[0]["id"]
        return handle
