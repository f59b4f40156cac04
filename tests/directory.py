"""A tiny client for tests: organisations and statements with all that is required, and no more."""

import itertools
from typing import Any

from starlette.testclient import TestClient

_numbers = itertools.count(1)


def inn(number: int) -> str:
    """A correct ИНН that no tax office issues, by the formula of the Federal Tax Service."""
    digits = f"00{number:07d}"
    weights = (2, 4, 10, 3, 5, 9, 4, 6, 8)
    control = sum(w * int(d) for w, d in zip(weights, digits, strict=True)) % 11 % 10
    return f"{digits}{control}"


def profile(**changes: Any) -> dict[str, Any]:
    """The smallest full profile of a Russian enterprise."""
    number = next(_numbers)
    return {
        "kind": "enterprise",
        "legal_name": f"ООО «Проба {number}»",
        "country": "RU",
        "region": "RU-SVE",
        "city": "Ирбит",
        "identifiers": [{"scheme": "inn", "number": inn(number)}],
        "okved2_main": "24.53",
        "contacts": [
            {"name": "Канарейка", "email": "canary@sample.example", "consent_at": "2026-01-01T00:00:00Z"}
        ],
        **changes,
    }


def bearer(key: dict[str, Any]) -> dict[str, str]:
    """The headers of whoever holds this key."""
    return {"Authorization": f"Bearer {key['key']}"}


class Directory:
    """Fills the service over HTTP as its administrator."""

    def __init__(self, client: TestClient, headers: dict[str, str]) -> None:
        self.client, self.headers = client, headers

    def organisation(self, **changes: Any) -> dict[str, Any]:
        """A new organisation."""
        answer = self.client.post("/v1/organisations", json=profile(**changes), headers=self.headers)
        assert answer.status_code == 201, answer.text
        made: dict[str, Any] = answer.json()
        return made

    def statement(self, owner: dict[str, Any], kind: str, text: str, **changes: Any) -> dict[str, Any]:
        """A new statement, published."""
        body = {"kind": kind, "text": text, "status": "published", **changes}
        path = f"/v1/organisations/{owner['id']}/statements"
        answer = self.client.post(path, json=body, headers=self.headers)
        assert answer.status_code == 201, answer.text
        made: dict[str, Any] = answer.json()
        return made

    def centre(self, centre_id: str, *regions: str) -> dict[str, Any]:
        """A new promotion centre."""
        body = {"id": centre_id, "name_ru": f"Центр {centre_id}", "name_en": centre_id, "regions": regions}
        answer = self.client.post("/v1/centres", json=body, headers=self.headers)
        assert answer.status_code == 201, answer.text
        made: dict[str, Any] = answer.json()
        return made

    def key(self, kind: str, *scopes: str, **holder: Any) -> dict[str, Any]:
        """A new key, with its text."""
        body = {"name": kind, "kind": kind, "scopes": scopes or ["read"], **holder}
        answer = self.client.post("/v1/keys", json=body, headers=self.headers)
        assert answer.status_code == 201, answer.text
        made: dict[str, Any] = answer.json()
        return made

    def patch(self, path: str, version: int, **changes: Any) -> Any:
        """A change of the record at this path, based on this version."""
        headers = {**self.headers, "If-Match": f'"v{version}"'}
        return self.client.patch(path, json=changes, headers=headers)

    def delete(self, path: str, version: int) -> Any:
        """The removal of the record at this path, based on this version."""
        return self.client.delete(path, headers={**self.headers, "If-Match": f'"v{version}"'})

    def search(self, text: str, **options: Any) -> dict[str, Any]:
        """Partners for a text."""
        answer = self.client.post("/v1/suggestions/search", json={"text": text, **options})
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    def found(self, text: str, **options: Any) -> list[str]:
        """The ids of the partners found for a text, best first."""
        return [item["organisation"]["id"] for item in self.search(text, **options)["items"]]
