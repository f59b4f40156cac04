"""Defects planted in the service, one at a time: the matrix must report every one of them."""

import dataclasses
import json
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from sqlalchemy import and_, false, or_, select, true
from sqlalchemy.orm import selectinload

from app import access
from app.access import Admin, Centre, Member, Website
from app.api import answers, callers, organisations, views, views_of_keys
from app.api import keys as keys_api
from app.api import webhooks as webhooks_api
from app.errors import Forbidden, NotFound, OriginRefused, Unauthorized, Violation
from app.schemas.webhooks import Webhook
from app.storage import asking, review_queue
from app.storage import deliveries as delivery_table
from app.storage import keys as key_table
from app.storage import organisations as organisation_table
from app.storage import saved_searches as search_table
from app.storage import statements as statement_table
from app.storage import webhook_endpoints as endpoint_table
from app.storage.deliveries import Delivery
from app.storage.installation import signing_key
from app.storage.organisations import Organisation
from app.usecases import keys as key_cases
from app.usecases import organisations as organisation_cases
from app.usecases import suggestions as suggestion_cases
from app.vocabulary import KeyState, StatementStatus, Visibility
from tests.access.matrix import Cell, Matrix, cells

Patch = pytest.MonkeyPatch


def _nothing(*_: object, **__: object) -> None: ...


def _kept_by(patch: Patch, condition: Callable[[Any], Any]) -> None:
    for module in (organisation_table, statement_table, key_table):
        patch.setattr(module, "kept_by", condition)


def rules_are_not_asked(patch: Patch) -> None:
    patch.setattr(callers, "permit", _nothing)


def scopes_are_not_asked(patch: Patch) -> None:
    patch.setattr(access, "require_scope", _nothing)


def everybody_keeps_everything(patch: Patch) -> None:
    _kept_by(patch, lambda _: true())


def the_region_is_turned_round(patch: Patch) -> None:
    right = organisation_table.kept_by

    def wrong(caller: Any) -> Any:
        if not isinstance(caller, Centre):
            return right(caller)
        elsewhere = and_(Organisation.centre_id.is_(None), Organisation.region.not_in(caller.regions))
        return or_(Organisation.centre_id == caller.centre_id, elsewhere)

    _kept_by(patch, wrong)


def a_centre_takes_members_of_others(patch: Patch) -> None:
    right = organisation_table.kept_by

    def wrong(caller: Any) -> Any:
        if not isinstance(caller, Centre):
            return right(caller)
        return or_(Organisation.centre_id == caller.centre_id, Organisation.region.in_(caller.regions))

    _kept_by(patch, wrong)


def a_centre_keeps_only_regions(patch: Patch) -> None:
    right = organisation_table.kept_by

    def wrong(caller: Any) -> Any:
        return Organisation.region.in_(caller.regions) if isinstance(caller, Centre) else right(caller)

    _kept_by(patch, wrong)


def private_fields_are_shown_to_all(patch: Patch) -> None:
    patch.setattr(views, "keeps", lambda *_: True)


def drafts_are_visible(patch: Patch) -> None:
    def wrong(caller: Any) -> Any:
        return statement_table._with_owner().where(organisation_table.visible_to(caller))

    patch.setattr(statement_table, "select_visible", wrong)


def statements_of_hidden_organisations_are_visible(patch: Patch) -> None:
    published = statement_table.Statement.status == StatementStatus.PUBLISHED
    patch.setattr(statement_table, "select_visible", lambda _: statement_table._with_owner().where(published))


def hidden_organisations_are_listed(patch: Patch) -> None:
    right = organisation_table.select_visible
    patch.setattr(organisation_table, "select_visible", lambda _: right(Admin()))


def visitors_see_what_is_for_members(patch: Patch) -> None:
    shown = frozenset({Visibility.PUBLIC, Visibility.MEMBERS})
    patch.setattr(organisation_table, "visibilities_for", lambda _: shown)


def members_see_the_anonymous_by_name(patch: Patch) -> None:
    right = organisation_table.visibilities_for
    patch.setattr(
        organisation_table,
        "visibilities_for",
        lambda caller: right(caller) | ({Visibility.ANONYMOUS} if isinstance(caller, Member) else set()),
    )


def suggestions_show_everybody(patch: Patch) -> None:
    everything = frozenset(Visibility)
    right = organisation_table.cards_by_id
    patch.setattr(suggestion_cases.organisations, "suggested_to", lambda _: everything)
    patch.setattr(
        suggestion_cases.organisations, "cards_by_id", lambda session, _, ids: right(session, Admin(), ids)
    )


def suggestions_answer_for_hidden_questions(patch: Patch) -> None:
    right = suggestion_cases.for_organisation

    def wrong(asking: Any, organisation_id: str, query: Any) -> Any:
        return right(dataclasses.replace(asking, caller=Admin()), organisation_id, query)

    patch.setattr(suggestion_cases, "for_organisation", wrong)


def kept_answers_are_shared(patch: Patch) -> None:
    patch.setattr(answers, "view_of", lambda _: "")


def contacts_stand_in_the_profile(patch: Patch) -> None:
    right = organisations.organisation_view

    def wrong(row: Any, *rest: Any) -> Any:
        return right(row, *rest).model_copy(update={"description": row.contacts[0].email})

    patch.setattr(organisations, "organisation_view", wrong)


def contacts_stand_in_a_header(patch: Patch) -> None:
    right = organisation_cases.read

    def wrong(session: Any, caller: Any, organisation_id: str) -> Any:
        row = right(session, caller, organisation_id)
        patch.setattr(organisations, "tag", lambda _: f'"{row.contacts[0].name}"')
        return row

    patch.setattr(organisation_cases, "read", wrong)


def contacts_of_all_who_are_visible(patch: Patch) -> None:
    right = organisation_cases.read
    patch.setattr(organisation_cases, "contacts", lambda *given: right(*given).contacts)


def revoked_keys_open(patch: Patch) -> None:
    right = key_table.Key.state_at

    def wrong(key: Any, moment: Any) -> Any:
        state = right(key, moment)
        return KeyState.ACTIVE if state is KeyState.REVOKED else state

    patch.setattr(key_table.Key, "state_at", wrong)


def expired_keys_open(patch: Patch) -> None:
    right = key_table.Key.state_at

    def wrong(key: Any, moment: Any) -> Any:
        state = right(key, moment)
        return KeyState.ACTIVE if state is KeyState.EXPIRED else state

    patch.setattr(key_table.Key, "state_at", wrong)


def _authenticate(patch: Patch, refusal: type[Exception]) -> None:
    right = callers.authenticate

    def wrong(*given: Any) -> Any:
        try:
            return right(*given)
        except refusal:
            return key_cases.Presented(Website("x"), given[3].now)

    patch.setattr(callers, "authenticate", wrong)


def unknown_keys_are_visitors(patch: Patch) -> None:
    _authenticate(patch, Unauthorized)


def the_websites_key_works_anywhere(patch: Patch) -> None:
    _authenticate(patch, OriginRefused)


def any_key_is_the_administrators(patch: Patch) -> None:
    patch.setattr(callers.secrets, "compare_digest", lambda *_: True)


def keys_of_others_are_managed(patch: Patch) -> None:
    patch.setattr(key_table, "managed_by", lambda _: true())


def a_centre_manages_the_keys_of_all_members(patch: Patch) -> None:
    right = key_table.managed_by

    def wrong(caller: Any) -> Any:
        others = key_table.Key.organisation_id.is_not(None) if isinstance(caller, Centre) else false()
        return or_(right(caller), others)

    patch.setattr(key_table, "managed_by", wrong)


def keys_are_made_for_anybody(patch: Patch) -> None:
    patch.setattr(key_cases, "_require_holder", _nothing)


def the_hash_of_a_key_is_shown(patch: Patch) -> None:
    right = views_of_keys.key_view
    patch.setattr(
        keys_api, "key_view", lambda row, now: right(row, now).model_copy(update={"masked": row.digest})
    )


def organisations_are_registered_anywhere(patch: Patch) -> None:
    patch.setattr(organisation_cases, "require_kept", _nothing)


def what_is_foreign_is_forbidden_not_missing(patch: Patch) -> None:
    right = organisation_table.get_kept

    def wrong(session: Any, caller: Any, organisation_id: str) -> Any:
        row = right(session, caller, organisation_id)
        if row is None and organisation_table.get(session, caller, organisation_id) is not None:
            raise Forbidden
        return row

    patch.setattr(organisation_table, "get_kept", wrong)


def what_is_hidden_is_missing_in_other_words(patch: Patch) -> None:
    right = organisation_table.get

    def wrong(session: Any, caller: Any, organisation_id: str) -> Any:
        row = right(session, caller, organisation_id)
        if row is None and right(session, Admin(), organisation_id) is not None:
            raise NotFound([Violation("", "region_unknown", {"value": "x"})])
        return row

    patch.setattr(organisation_table, "get", wrong)


def a_members_key_changes_any_statement(patch: Patch) -> None:
    right = statement_table.get_kept
    patch.setattr(
        statement_table,
        "get_kept",
        lambda session, caller, at: right(session, Admin() if isinstance(caller, Member) else caller, at),
    )


def statements_are_as_wide_as_their_organisation(patch: Patch) -> None:
    published = statement_table.Statement.status == StatementStatus.PUBLISHED

    def wrong(caller: Any) -> Any:
        kept = organisation_table.kept_by(caller)
        return or_(kept, and_(organisation_table.visible_to(caller), published))

    patch.setattr(statement_table, "seen_by", wrong)


def anonymous_statements_bear_a_name(patch: Patch) -> None:
    right = asking._apart

    def wrong(one: Any, parties: Any) -> Any:
        return right(dataclasses.replace(one, caller=Admin()), parties)

    patch.setattr(asking, "_apart", wrong)


def reviews_of_others_are_decided(patch: Patch) -> None:
    patch.setattr(review_queue, "reviewed_by", lambda _: true())


def webhooks_are_overseen_by_centres(patch: Patch) -> None:
    right = endpoint_table.owned_by

    def wrong(caller: Any) -> Any:
        return true() if isinstance(caller, Centre) else right(caller)

    patch.setattr(endpoint_table, "owned_by", wrong)


def centres_see_the_searches_of_members(patch: Patch) -> None:
    right = search_table.held_by

    def wrong(caller: Any) -> Any:
        everything = search_table.SavedSearch.member_id.is_not(None)
        return or_(right(caller), everything) if isinstance(caller, Centre) else right(caller)

    patch.setattr(search_table, "held_by", wrong)


def the_secret_of_a_webhook_is_shown(patch: Patch) -> None:
    told: dict[str, str] = {}
    right = endpoint_table.get

    def telling(session: Any, caller: Any, endpoint_id: str) -> Any:
        row = right(session, caller, endpoint_id)
        if row is not None:
            told[row.id] = row.secret(signing_key(session))
        return row

    patch.setattr(endpoint_table, "get", telling)

    class Telling(Webhook):
        @classmethod
        def model_validate(cls, obj: Any, **_: Any) -> Any:
            return Webhook.model_validate(obj).model_copy(update={"description": told.get(obj.id)})

    patch.setattr(webhooks_api, "Webhook", Telling)


def messages_of_other_webhooks_are_sent_again(patch: Patch) -> None:
    everything = select(Delivery).options(selectinload(Delivery.log))
    patch.setattr(delivery_table, "of_endpoint", lambda _: everything)


MUTANTS: Mapping[str, Callable[[Patch], None]] = {
    mutant.__name__: mutant
    for mutant in (
        rules_are_not_asked,
        scopes_are_not_asked,
        everybody_keeps_everything,
        the_region_is_turned_round,
        a_centre_takes_members_of_others,
        a_centre_keeps_only_regions,
        private_fields_are_shown_to_all,
        drafts_are_visible,
        statements_of_hidden_organisations_are_visible,
        hidden_organisations_are_listed,
        visitors_see_what_is_for_members,
        members_see_the_anonymous_by_name,
        suggestions_show_everybody,
        suggestions_answer_for_hidden_questions,
        kept_answers_are_shared,
        contacts_stand_in_the_profile,
        contacts_stand_in_a_header,
        contacts_of_all_who_are_visible,
        revoked_keys_open,
        expired_keys_open,
        unknown_keys_are_visitors,
        the_websites_key_works_anywhere,
        any_key_is_the_administrators,
        keys_of_others_are_managed,
        a_centre_manages_the_keys_of_all_members,
        keys_are_made_for_anybody,
        the_hash_of_a_key_is_shown,
        organisations_are_registered_anywhere,
        what_is_foreign_is_forbidden_not_missing,
        what_is_hidden_is_missing_in_other_words,
        a_members_key_changes_any_statement,
        statements_are_as_wide_as_their_organisation,
        anonymous_statements_bear_a_name,
        reviews_of_others_are_decided,
        webhooks_are_overseen_by_centres,
        centres_see_the_searches_of_members,
        the_secret_of_a_webhook_is_shown,
        messages_of_other_webhooks_are_sent_again,
    )
}


@pytest.fixture(scope="module")
def questions(matrix: Matrix) -> list[Cell]:
    """All cells, mixed; a run ends at the first that comes out wrong."""
    return cells(matrix.world, matrix.client.get("/openapi.json").json())


@pytest.mark.parametrize("name", MUTANTS)
def test_the_matrix_reports_it(
    name: str, matrix: Matrix, questions: list[Cell], monkeypatch: pytest.MonkeyPatch
) -> None:
    MUTANTS[name](monkeypatch)
    report = matrix.run(questions, stop_at_first=True)
    print(json.dumps({"mutant": name, "cells": report.cells, "first": report.wrong[:1]}, ensure_ascii=False))
    assert report.wrong, f"{name} was not noticed in {report.cells} cells"


def test_there_are_enough_of_them() -> None:
    assert len(MUTANTS) >= 11


def test_without_a_defect_the_same_questions_are_answered_rightly(
    matrix: Matrix, questions: list[Cell]
) -> None:
    report = matrix.run(questions[:300], stop_at_first=True)
    assert not report.wrong
