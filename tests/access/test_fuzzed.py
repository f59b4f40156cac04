"""What the document allows and what it forbids: schemathesis makes questions of it, and everybody asks them.

The records in the paths are real ones, and so are half of the bodies but for one property: with random ids
alone nearly all answers would be 404. What is not even UTF-8 or JSON is sent by test_hostile.py.
"""

import json
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import count
from typing import Any

import httpx2
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from hypothesis.strategies import SearchStrategy
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.access.conftest import matrix_over
from tests.access.matrix import Matrix, Operation, _questions, operations
from tests.access.world import Record
from tests.night import NIGHT, rounds

ROLES = ("anonymous", "website", "member", "centre")
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]


@dataclass
class Fuzz:
    """Asks the service, and keeps what came out."""

    matrix: Matrix
    asked: Counter[int] = field(default_factory=Counter)
    reached: set[str] = field(default_factory=set)
    wrong: list[str] = field(default_factory=list)

    def ask(self, case: Any, operation: Operation, turn: int) -> None:
        """Ask this question as the administrator and as another, by night as everybody."""
        made = case.body
        for role in ("admin", *ROLES) if NIGHT else ("admin", ROLES[turn % len(ROLES)]):
            target, right = self._about(operation, role, turn)
            for name, value in zip(reversed(operation.names), (target.id, target.within), strict=False):
                case.path_parameters[name.strip("{}")] = value
            case.body = _mixed(made, right, turn)
            sent = _request(case)
            if operation.takes_version and turn % 3:
                sent["headers"]["If-Match"] = f'"v{target.version}"'
            sent["headers"].update(self.matrix.world.actors[role][1])
            answer = self.matrix.client.request(**sent)
            self._judge(case, operation, role, answer)

    def _about(self, operation: Operation, role: str, turn: int) -> tuple[Record, Any]:
        party = self.matrix.world.actors[role][0]
        found = list(_questions(self.matrix.world, operation))
        within = [question for question in found if question[0].kept(party)] if turn % 4 else found
        return (within or found)[turn % len(within or found)]

    def _judge(self, case: Any, operation: Operation, role: str, answer: Any) -> None:
        self.asked[answer.status_code] += 1
        if answer.is_success:
            self.reached.add(operation.name)
        try:
            case.validate_response(answer, checks=CHECKS)
        except FailureGroup as found:
            for failure in found.exceptions:
                said = f"{type(failure).__name__} {failure} {failure.__dict__}"[:700]
                self.wrong.append(
                    f"{operation.name} as {role}: {answer.status_code} {said}; {answer.text[:300]}"
                )


def _mixed(made: Any, right: Any, turn: int) -> Any:
    """The body as it was made, or every second time the right one with one property of that."""
    if turn % 2 and isinstance(made, dict) and isinstance(right, dict):
        return {**right, **dict(list(made.items())[turn % max(1, len(made)) :][:1])}
    return made


def _request(case: Any) -> dict[str, Any]:
    """What the client sends of it: the made key is left out, for who asks has its own, or none."""
    made = case.as_transport_kwargs(base_url="http://testserver")
    headers = httpx2.Headers(
        {name: value for name, value in made["headers"].items() if name != "Authorization"}
    )
    sent = {"method": made["method"], "url": made["url"], "params": made["params"], "headers": headers}
    if "json" in made:
        sent["content"] = json.dumps(made["json"]).encode()
    elif "data" in made:
        sent["content"] = made["data"]
    return sent


def _for_each(made: SearchStrategy[Any], examples: int, ask: Callable[[Any], None]) -> None:
    @settings(
        max_examples=examples,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(made)
    def each(case: Any) -> None:
        ask(case)

    # What takes no input cannot be asked wrongly.
    with suppress(Unsatisfiable):
        each()


def fuzzed(matrix: Matrix, examples: int, every: int = 1) -> Fuzz:
    """Every operation, or one in so many, asked with what it may be given and with what not."""
    document = matrix.client.get("/openapi.json").json()
    known = {operation.name: operation for operation in operations(document)}
    fuzz = Fuzz(matrix)
    found = [one.ok() for one in schemathesis.openapi.from_dict(document).get_all_operations()]
    assert {one.definition.raw["operationId"] for one in found} == known.keys()
    for described in found[::every]:
        operation = known[described.definition.raw["operationId"]]
        turns = count()
        for mode in GenerationMode:
            made = described.as_strategy(mode)
            _for_each(made, examples, lambda case, it=operation, turn=turns: fuzz.ask(case, it, next(turn)))
    return fuzz


def judged(fuzz: Fuzz, database: str) -> None:
    counts = {str(status): number for status, number in sorted(fuzz.asked.items())}
    print(
        json.dumps({"test": "fuzzed", "database": database, "asked": fuzz.asked.total(), "by_status": counts})
    )
    assert not fuzz.wrong, f"{len(fuzz.wrong)} wrong:\n" + "\n".join(fuzz.wrong[:40])


def test_answers_are_as_documented_whatever_is_asked(matrix: Matrix) -> None:
    fuzz = fuzzed(matrix, rounds(2, 60))
    judged(fuzz, "sqlite")
    names = {operation.name for operation in operations(matrix.client.get("/openapi.json").json())}
    assert len(fuzz.reached) > 0.8 * len(names), sorted(names - fuzz.reached)


def test_so_they_are_on_postgresql(postgres_url: str) -> None:
    with matrix_over(postgres_url) as matrix:
        judged(fuzzed(matrix, rounds(2, 20), every=rounds(6, 1)), "postgresql")
