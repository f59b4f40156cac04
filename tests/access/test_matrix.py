"""The whole matrix on SQLite, a part of it on PostgreSQL."""

import json

from tests.access.conftest import matrix_over
from tests.access.matrix import BODIES, Matrix, Report, cells, operations
from tests.access.world import ACTORS, REFUSED_KEYS

SHARE_ON_POSTGRES = 4
"""Every fourth cell: the conditions are the same SQL, and SQLite has seen all of them."""


def printed(report: Report, database: str) -> None:
    counts = {str(status): number for status, number in sorted(report.by_status.items())}
    line = {"test": "authorisation_matrix", "database": database, "cells": report.cells}
    print(json.dumps({**line, "wrong": len(report.wrong), "by_status": counts}))


def test_every_operation_as_everybody_on_everything(matrix: Matrix) -> None:
    document = matrix.client.get("/openapi.json").json()
    report = matrix.run(cells(matrix.world, document))
    printed(report, "sqlite")
    assert not report.wrong, "\n".join(report.wrong[:40])
    assert report.cells > 1500
    assert {200, 201, 204, 401, 403, 404, 409, 422} <= report.by_status.keys()
    assert sum(report.by_status[status] for status in (200, 201, 204)) > report.cells / 5


def test_a_part_of_it_on_postgresql(postgres_url: str) -> None:
    with matrix_over(postgres_url) as matrix:
        document = matrix.client.get("/openapi.json").json()
        report = matrix.run(cells(matrix.world, document, seed=1)[::SHARE_ON_POSTGRES])
        printed(report, "postgresql")
        assert not report.wrong, "\n".join(report.wrong[:40])
        assert report.cells > 400


def test_everybody_asks_every_operation(matrix: Matrix) -> None:
    document = matrix.client.get("/openapi.json").json()
    asked = {(cell.operation.name, cell.actor) for cell in cells(matrix.world, document)}
    actors = {"anonymous", "website_elsewhere", *ACTORS, *REFUSED_KEYS}
    assert len(actors) == 14
    assert asked == {(operation.name, actor) for operation in operations(document) for actor in actors}


def test_no_body_is_left_over(matrix: Matrix) -> None:
    found = operations(matrix.client.get("/openapi.json").json())
    assert BODIES.keys() == {operation.name for operation in found if operation.takes_body}


def test_no_body_takes_a_property_it_does_not_name(matrix: Matrix) -> None:
    for cell in cells(matrix.world, matrix.client.get("/openapi.json").json()):
        asks = "admin" if "admin" in cell.operation.callers else "member"
        theirs = cell.target.kept(cell.party) or not cell.target.keepers
        # A file has no properties.
        is_form = isinstance(cell.body, dict)
        if cell.actor == asks and is_form and cell.target.exists and theirs:
            body = {**cell.body, "owner_id": "x"}
            headers = {**matrix.world.actors[asks][1], "If-Match": f'"v{cell.target.version}"'}
            path = cell.operation.address(cell.target)
            answer = matrix.client.request(cell.operation.method, path, json=body, headers=headers)
            codes = [(error["pointer"], error["code"]) for error in answer.json().get("errors", [])]
            assert ("/owner_id", "unknown_field") in codes, f"{cell}: {answer.text}"
