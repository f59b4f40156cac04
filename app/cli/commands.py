"""The commands in one tree, and how they end: data to standard output, the rest to standard error."""

import typer

from app.cli import (
    analytics,
    background,
    centres,
    classifiers,
    consortium,
    cooperation,
    database,
    directory,
    introductions,
    keys,
    privacy,
    quality,
    recorded,
    reviews,
    service,
    watching,
    webhooks,
)

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
app.command("chains")(cooperation.chains)
app.command("rings")(cooperation.rings)
app.command("gaps")(analytics.gaps)
app.command("consortium")(consortium.consortium)
app.command("reindex")(directory.reindex)
app.command("audit")(privacy.audit)
app.command("changes")(privacy.changes)
app.command("erase")(privacy.erase)
app.command("evaluate", cls=recorded.EvaluateCommand)(quality.evaluate)
app.add_typer(database.app, name="db")
app.command("renew")(reviews.renew)
app.add_typer(reviews.app, name="reviews")
app.add_typer(keys.app, name="keys")
app.add_typer(centres.app, name="centres")
app.add_typer(introductions.app, name="introductions")
app.add_typer(introductions.block_app, name="blocks")
app.add_typer(webhooks.app, name="webhooks")
app.add_typer(watching.searches, name="saved-searches")
app.add_typer(watching.found, name="alerts")
app.add_typer(classifiers.app, name="classifiers")
