"""`smezhnik centres`: the association's promotion centres, loaded as data."""

import json
from pathlib import Path
from typing import Annotated

import typer
from pydantic import ValidationError
from rich.table import Table

from app.access import Admin
from app.cli.session import fail, refusal, running, screen, settings_or_exit
from app.errors import Invalid, Violation
from app.schemas.centres import CentreIn
from app.schemas.violations import violations_of
from app.settings import Settings
from app.storage import centres as table
from app.usecases import centres

app = typer.Typer(help="Промоцентры / promotion centres.", no_args_is_help=True)


@app.command()
def load(
    file: Annotated[
        Path, typer.Argument(exists=True, dir_okay=False, readable=True, help="JSON lines, UTF-8")
    ],
) -> None:
    """Register the centres of a file, or bring known ones up to date; one wrong line, and nothing changes.

    A line: {"id": "north", "name_ru": "…", "name_en": "…", "regions": ["RU-SVE"]}
    """
    settings = settings_or_exit()
    given = _read(file, settings)
    with running(settings) as runtime, runtime.database.writing() as session:
        for centre in given:
            centres.bring(session, Admin("cli"), centre)
    screen.print(f"{len(given)}")


@app.command("list")
def list_centres() -> None:
    """List the centres with their regions."""
    with running(settings_or_exit()) as runtime, runtime.database.reading() as session:
        shown = Table("id", "название / name", "регионы / regions")
        for row in table.all_centres(session):
            shown.add_row(row.id, f"{row.name_ru} / {row.name_en}", " ".join(row.regions))
    screen.print(shown)


def _read(file: Path, settings: Settings) -> list[CentreIn]:
    given = []
    for number, line in enumerate(file.read_text(encoding="utf-8-sig").splitlines(), start=1):
        if not line.strip():
            continue
        try:
            given.append(CentreIn.model_validate(json.loads(line)))
        except ValidationError as error:
            fail(f"{number}: {refusal(Invalid(violations_of(error)), settings.language)}")
        except ValueError:
            fail(f"{number}: {refusal(Invalid([Violation('', 'set_line')]), settings.language)}")
    return given
