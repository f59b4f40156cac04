"""Every operation of the API is described well enough to generate a client from."""

import json

import pytest

from tests.architecture.source import ROOT

DOCUMENT = json.loads((ROOT / "docs/openapi.json").read_text())
# The snapshot itself is compared with the running service in test_documents.py.
OPERATIONS = {
    f"{method.upper()} {path}": operation
    for path, operations in DOCUMENT["paths"].items()
    for method, operation in operations.items()
}


def test_names_are_unique():
    names = [operation["operationId"] for operation in OPERATIONS.values()]
    assert len(set(names)) == len(names) > 15


@pytest.mark.parametrize("name", OPERATIONS)
def test_operation_is_described(name: str):
    operation = OPERATIONS[name]
    assert operation["summary"]
    assert operation["description"]
    assert set(operation["tags"]) <= {tag["name"] for tag in DOCUMENT["tags"]}
    assert operation["tags"]


@pytest.mark.parametrize("name", OPERATIONS)
def test_success_has_a_shape_and_refusals_are_problems(name: str):
    responses = OPERATIONS[name]["responses"]
    successes = {status for status in responses if status.startswith("2")}
    assert successes
    for status in successes - {"204"}:
        shapes = [said["schema"] for said in responses[status]["content"].values()]
        assert shapes, f"{status} has no shape"
        assert all(shapes), f"{status} has no shape"
    for status in (status for status in responses if status[0] in "45"):
        reference = responses[status]["$ref"].rsplit("/", 1)[-1]
        assert "application/problem+json" in DOCUMENT["components"]["responses"][reference]["content"]
