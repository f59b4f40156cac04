"""What every command starts with: settings, a runtime, and errors as one clear line."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, NoReturn

import typer
from pydantic import BaseModel
from rich.console import Console
from sqlalchemy.exc import DBAPIError

from app import bootstrap
from app.bootstrap import Runtime, SchemaMismatch
from app.errors import AppError
from app.logs import configure_logs
from app.messages import message
from app.schemas.import_outcomes import LineReport
from app.settings import Settings, SettingsInvalid, read_settings
from app.storage.database import shown_url
from app.vocabulary import Language

screen = Console()
notes = Console(stderr=True)

EXIT_FAILED = 1
EXIT_SETTINGS = 2


def fail(text: str, code: int = EXIT_FAILED) -> NoReturn:
    """Say what is wrong on standard error and leave with this exit code."""
    notes.print(f"[red]✗[/red] {text}", highlight=False, markup=True)
    raise typer.Exit(code)


def settings_or_exit() -> Settings:
    """The settings; a wrong one ends the command with a line that names it."""
    try:
        settings = read_settings()
    except SettingsInvalid as error:
        fail(str(error), EXIT_SETTINGS)
    configure_logs(settings.log_level)
    return settings


@contextmanager
def running(settings: Settings) -> Iterator[Runtime]:
    """The live objects for one command, closed at its end; refusals become one line."""
    try:
        runtime = bootstrap.start(settings)
    except SchemaMismatch as error:
        fail(str(error), EXIT_SETTINGS)
    except OSError as error:
        fail(f"{_shown(settings.database_url)}: {error.strerror}")
    except DBAPIError as error:
        fail(f"{_shown(settings.database_url)}: {error.orig}", EXIT_FAILED)
    try:
        yield runtime
    except AppError as error:
        fail(refusal(error, settings.language))
    finally:
        runtime.database.dispose()


def refusal(error: AppError, language: Language) -> str:
    """A refusal as one line."""
    parts = [message(type(error).code, language, error.params)] if not error.violations else []
    parts += [
        f"{violation.pointer} {message(violation.code, language, violation.params)}".strip()
        for violation in error.violations
    ]
    return "; ".join(parts)


def refusal_of_line(report: LineReport, language: Language) -> str:
    """A refused line of an import as one line."""
    wrong = "; ".join(
        f"{violation.pointer} {message(violation.code, language, violation.params)}".strip()
        for violation in report.violations
    )
    return f"{report.number}: {wrong}"


def parameters(given: list[str] | None, model: type[BaseModel]) -> dict[str, Any]:
    """The values of `--set NAME=VALUE` for a model; one of several values may be named again."""
    asked: dict[str, Any] = {}
    for name, value in named_values(given, "--set"):
        field = model.model_fields.get(name)
        if field is not None and isinstance(field.default, list):
            asked.setdefault(name, []).append(value)
        else:
            asked[name] = value
    return asked


def say_if_empty(rows: Sequence[object]) -> None:
    """Say on standard error that a list has nothing in it."""
    if not rows:
        notes.print("[dim]ничего нет / nothing[/dim]")


def named_values(given: list[str] | None, option: str) -> list[tuple[str, str]]:
    """The values of an option that is written NAME=VALUE; ends the command where one is not."""
    pairs = []
    for entry in given or []:
        name, equals, value = entry.partition("=")
        if not equals or not name:
            fail(f"{option} {entry}: write it as NAME=VALUE", 2)
        pairs.append((name, value))
    return pairs


def _shown(url: str) -> str:
    """The database's URL without a password."""
    return shown_url(url)
