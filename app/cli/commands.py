"""The commands in one tree, and how they end: data to standard output, the rest to standard error."""

import typer

from app.cli import background, centres, classifiers, database, directory, keys, quality, service

app = typer.Typer(
    name="smezhnik",
    help="Подбор партнёров по кооперации / partner matching for industrial cooperation.",
    no_args_is_help=True,
    # Local variables in a traceback would print keys.
    pretty_exceptions_show_locals=False,
)
app.command("serve")(service.serve)
app.command("worker")(background.worker)
app.command("demo")(service.demo)
app.command("health")(service.health)
app.command("import")(directory.import_file)
app.command("suggest")(directory.suggest)
app.command("reindex")(directory.reindex)
app.command("evaluate")(quality.evaluate)
app.add_typer(database.app, name="db")
app.add_typer(keys.app, name="keys")
app.add_typer(centres.app, name="centres")
app.add_typer(classifiers.app, name="classifiers")
