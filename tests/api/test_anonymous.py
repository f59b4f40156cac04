"""Anonymous partners over HTTP: their work is suggested, and nothing says whose it is."""

import json
import re
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient

from app import main
from app.access import Centre, Member
from app.api.dependencies import caller as recognise
from app.bootstrap import Runtime
from app.matching.signals import SIGNALS
from app.schemas.organisations import PartnerCard
from app.schemas.statements import StatementBrief
from app.schemas.suggestions import EvidenceOut, PartnerSuggestion, StatementPair, SuggestionPage
from app.settings import Settings
from tests.directory import Directory

WANTED = "Нужны отливки корпусов насосов из чугуна СЧ20"
OFFER = "Отливки корпусов насосов из чугуна СЧ20, завод «Вомашка»; Вомашка льёт с 1950 года, vomashka.ru"
NAME = "ООО «Вомашка»"


@pytest.fixture
def veiled(directory: Directory) -> dict[str, Any]:
    """An anonymous foundry."""
    owner = directory.organisation(
        legal_name=NAME,
        short_name="Вомашка",
        visibility="anonymous",
        region="RU-PER",
        city="Чусовой",
        site="https://vomashka.ru",
        certificates=[{"kind": "ISO 9001"}],
    )
    directory.statement(owner, "capability", OFFER, okpd2=["24.51.11"], text_en="Castings by Vomashka")
    return owner


def texts(answer: Any) -> str:
    return json.dumps(answer, ensure_ascii=False)


def test_a_visitor_sees_the_sector_the_region_and_the_work(
    directory: Directory, veiled: dict[str, Any]
) -> None:
    page = directory.search(WANTED)
    (item,) = page["items"]
    card = item["organisation"]
    handle = card.pop("id")
    assert card == {
        "anonymous": True,
        "name": "Организация (Металлургия, Пермский край)",
        "country": "RU",
        "region": "RU-PER",
        "sector": "24",
        **dict.fromkeys(("kind", "city", "okved2_main", "site", "source")),
    }
    assert handle != veiled["id"]
    (pair,) = item["pairs"]
    assert pair["theirs"]["id"] is None
    assert "тливки корпусов насосов из чугуна СЧ20" in pair["theirs"]["text"]
    assert {"words", "same_place"} & {one["signal"] for one in pair["evidence"]}
    assert page["considered"] == 1
    for secret in ("вомашк", "vomashk", "Чусов", veiled["id"], veiled["identifiers"][0]["number"]):
        assert secret.lower() not in texts(page).lower()


def test_the_name_is_in_the_callers_language(directory: Directory, veiled: dict[str, Any]) -> None:
    answer = directory.client.post(
        "/v1/suggestions/search", json={"text": WANTED}, headers={"Accept-Language": "en"}
    )
    assert answer.json()["items"][0]["organisation"]["name"].startswith("Organisation (")
    assert "Perm" in answer.json()["items"][0]["organisation"]["name"]


def test_asking_for_the_name_does_not_find_it(directory: Directory, veiled: dict[str, Any]) -> None:
    """What the index does not know cannot be tried out word by word."""
    without = directory.search(WANTED)["items"][0]["score"]
    assert directory.found("Вомашка") == directory.found("vomashka.ru") == []
    named = directory.search(f"{WANTED} Вомашка")["items"][0]
    guessed = directory.search(f"{WANTED} Гомашта")["items"][0]
    assert named["score"] == pytest.approx(guessed["score"], abs=0.02)
    assert named["score"] <= without


def test_it_is_found_by_no_other_way(directory: Directory, veiled: dict[str, Any]) -> None:
    handle = directory.found(WANTED)[0]
    for one in (handle, veiled["id"]):
        for path in ("", "/suggestions", "/contacts"):
            assert directory.client.get(f"/v1/organisations/{one}{path}").status_code in (401, 404)
    assert directory.client.get("/v1/organisations").json()["items"] == []
    assert directory.client.get("/v1/statements").json()["items"] == []
    assert directory.client.get("/v1/organisations?q=Вомашка").json()["items"] == []


def test_the_administrator_sees_the_name_and_the_masked_text(
    directory: Directory, veiled: dict[str, Any]
) -> None:
    answer = directory.client.post(
        "/v1/suggestions/search", json={"text": WANTED}, headers=directory.headers
    ).json()
    card = answer["items"][0]["organisation"]
    assert (card["id"], card["name"], card["anonymous"]) == (veiled["id"], "Вомашка", False)
    assert "…" in answer["items"][0]["pairs"][0]["theirs"]["text"]


def test_excluding_works_by_handle_only(directory: Directory, veiled: dict[str, Any]) -> None:
    page = directory.search(WANTED)
    handle = page["items"][0]["organisation"]["id"]
    by_id = directory.search(WANTED, exclude=[veiled["id"]])
    stranger = directory.search(WANTED, exclude=["00000000-0000-7000-8000-000000000000"])
    assert by_id == stranger, "an id that must not be known changes nothing, not even a count"
    assert [one["organisation"]["id"] for one in by_id["items"]] == [handle]
    assert directory.found(WANTED, exclude=[handle]) == []
    seen = directory.client.post(
        "/v1/suggestions/search", json={"text": WANTED, "exclude": [veiled["id"]]}, headers=directory.headers
    )
    assert seen.json()["items"] == [], "who may know the id may use it"


def test_a_handle_lasts_and_is_each_callers_own(
    runtime: Runtime, settings: Settings, directory: Directory, veiled: dict[str, Any]
) -> None:
    app: Any = main.create_app(runtime, settings)
    inner = app
    while hasattr(inner, "app"):
        inner = inner.app
    handles = {}
    with TestClient(app) as client:
        for who in (Member("a"), Member("b"), Centre("c", frozenset({"RU-MOW"}))):
            inner.dependency_overrides[recognise] = lambda who=who: who
            both = [client.post("/v1/suggestions/search", json={"text": WANTED}).json() for _ in range(2)]
            cards = [page["items"][0]["organisation"] for page in both]
            assert cards[0] == cards[1]
            assert cards[0]["anonymous"]
            handles[who] = cards[0]["id"]
        inner.dependency_overrides[recognise] = lambda: Centre("c", frozenset({"RU-PER"}))
        own = client.post("/v1/suggestions/search", json={"text": WANTED}).json()["items"][0]["organisation"]
        assert own["id"] == veiled["id"], "its own centre knows it"
    assert len({*handles.values(), directory.found(WANTED)[0]}) == 4


def test_going_anonymous_masks_at_once_and_back_again(directory: Directory, veiled: dict[str, Any]) -> None:
    at = f"/v1/organisations/{veiled['id']}"
    assert directory.found("Вомашка") == []
    assert directory.patch(at, 1, visibility="public").status_code == 200
    assert directory.found("Вомашка") == [veiled["id"]]
    assert "Вомашка" in texts(directory.search(WANTED))
    assert directory.patch(at, 2, visibility="anonymous").status_code == 200
    assert directory.found("Вомашка") == []
    assert "омашк" not in texts(directory.search(WANTED))


def test_a_new_name_is_masked_and_the_meaning_is_compared_without_it(
    directory: Directory, veiled: dict[str, Any]
) -> None:
    owner = f"/v1/organisations/{veiled['id']}"
    directory.statement(veiled, "capability", "Ковка валов. Кузница Гарпун куёт валы. Всё своё")
    assert "Гарпун" in texts(directory.search("Ковка валов"))
    assert directory.patch(owner, 1, short_name="Гарпун").status_code == 200
    page = directory.search("Нужна ковка валов")
    assert "арпун" not in texts(page)
    assert "meaning" in {one["signal"] for one in page["items"][0]["pairs"][0]["evidence"]}
    assert directory.search("охота на китов гарпуном")["items"] == []


def test_an_anonymous_asker_asks_in_its_own_words(directory: Directory, veiled: dict[str, Any]) -> None:
    buyer = directory.organisation(legal_name="Насосы")
    directory.statement(buyer, "need", WANTED)
    path = f"/v1/organisations/{veiled['id']}/suggestions"
    page = directory.client.get(path, headers=directory.headers).json()
    (item,) = page["items"]
    assert item["organisation"]["name"] == "Насосы"
    assert "Вомашка" in item["pairs"][0]["mine"]["text"]
    back = directory.client.get(f"/v1/organisations/{buyer['id']}/suggestions").json()
    assert [one["organisation"]["anonymous"] for one in back["items"]] == [True]
    assert "омашк" not in texts(back)


SYLLABLES = [c + v for c in "бвгджзклмнпрстфхцчшщ" for v in "аеиоуыюя"]
FORMS = ("{}", "{}а", "{}у", "{}ом", "{}ский", "{}ского", "«{}»", "ООО «{}»", "урал{}", "{}-2", "НПО {}")
FIELDS = ("title", "text", "text_en", "processes", "equipment", "materials", "must_have")
LATIN = str.maketrans(
    dict(zip("абвгдезиклмнопрстуфыэ", "abvgdeziklmnoprstufye", strict=True))
    | {"х": "kh", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "shch", "ж": "zh", "ю": "yu", "я": "ya"}
)
names = st.lists(st.sampled_from(SYLLABLES), min_size=3, max_size=4).map("".join)
plants = st.lists(
    st.tuples(st.sampled_from(FIELDS), st.sampled_from(FORMS), st.sampled_from(["lower", "upper", "latin"])),
    min_size=1,
    max_size=6,
)


def form_of(name: str, form: str, spelling: str) -> str:
    shown = form.format(name)
    return {"lower": shown.capitalize(), "upper": shown.upper(), "latin": shown.translate(LATIN)}[spelling]


def planted(kind: str, name: str, plan: list[tuple[str, str, str]]) -> dict[str, Any]:
    """A statement with forms of the name in some of its fields."""
    body: dict[str, Any] = {
        "text": "Отливки корпусов насосов из чугуна",
        "text_en": "Castings of pump housings",
    }
    own = ("must_have",) if kind == "need" else ("processes", "equipment", "materials")
    for field, form, spelling in plan:
        word = form_of(name, form, spelling)
        if field in ("title", "text", "text_en"):
            body[field] = f"{body.get(field, 'Отливки')}, {word} отливки чугуна"
        elif field in own:
            body[field] = [*body.get(field, []), f"литьё {word}"]
    return body


SHAPES = (SuggestionPage, PartnerSuggestion, PartnerCard, StatementPair, StatementBrief, EvidenceOut)
FIELD_NAMES = [name for shape in SHAPES for name in shape.model_fields] + [signal.name for signal in SIGNALS]


def pieces(name: str) -> set[str]:
    """Four letters in a row of the name, in either alphabet."""
    return {
        spelled[at : at + 4] for spelled in (name, name.translate(LATIN)) for at in range(len(spelled) - 3)
    }


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@settings(
    max_examples=30,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@example(name="цофютову", plan=[("text", "{}ский", "latin")])
@given(name=names, plan=plants)
def test_no_form_of_a_name_and_no_piece_of_it_leaves(
    directory: Directory, name: str, plan: list[tuple[str, str, str]]
) -> None:
    common = "".join(texts(planted(kind, "", plan)) for kind in ("need", "capability")) + WANTED
    # The names of an answer's fields and signals are English words, which may have such a piece.
    common += " ".join(FIELD_NAMES)
    owner = directory.organisation(
        legal_name=f"ООО «{name.capitalize()}»",
        visibility="anonymous",
        city="Ирбит",
        site=f"https://{name}.рф",
    )
    for kind in ("capability", "need"):
        body = planted(kind, name, plan)
        directory.statement(owner, kind, body.pop("text"), **body)
    answers = [
        directory.search(WANTED),
        directory.search("Льём корпуса насосов из чугуна", kind_of_text="capability"),
    ]
    own = [pair.pop("mine") for page in answers for item in page["items"] for pair in item["pairs"]]
    assert own, "nothing was suggested, so nothing was tried"
    said = re.sub(r"[^\w]+", " ", texts(answers)).lower()
    leaked = {piece for piece in pieces(name) if piece in said and piece not in common.lower()}
    assert not leaked, (name, plan, [said[max(0, said.index(p) - 40) : said.index(p) + 40] for p in leaked])
    assert directory.patch(f"/v1/organisations/{owner['id']}", 1, visibility="hidden").status_code == 200
