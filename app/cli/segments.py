"""Commands about segments and audiences: the RFM matrix, a rule tried out, predicted values fitted."""

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from app import printing
from app.cli.place import Json, OfTenant, in_tenant, with_database

audience_app = typer.Typer(help="Customers chosen by a rule.", no_args_is_help=True)
predict_app = typer.Typer(help="Predicted value of customers (the extra `predict`).", no_args_is_help=True)


@audience_app.command("preview")
def preview_audience(
    tenant: OfTenant,
    rule: Annotated[Path, typer.Option(exists=True, dir_okay=False, help="A file with the rule, as JSON.")],
    as_json: Json = False,
) -> None:
    """How many customers a rule would choose, and some of them."""
    import orjson

    from app.errors import MalformedJson
    from app.services import audiences

    try:
        raw = orjson.loads(rule.read_bytes())
    except ValueError:
        raise MalformedJson(f"{rule} is not JSON.") from None
    found = in_tenant(tenant, lambda tx: audiences.preview(tx, raw, None))
    printing.show({"size": found.size, "sample": [f"cus_{one.hex}" for one in found.sample]}, as_json=as_json)


@predict_app.command("fit")
def fit_predictions(tenant: OfTenant, as_json: Json = False) -> None:
    """Fit the models that predict what customers will buy, and keep them. Seconds; once a week is often enough."""
    from app.services import predictions, tenants

    async def fit(database: Any) -> Any:
        return await predictions.fit(database, await tenants.find(database, tenant), now=datetime.now(UTC))

    printing.show(printing.fitted(with_database(fit)), as_json=as_json)


def rfm(
    tenant: OfTenant,
    as_of: Annotated[str | None, typer.Option(help="A date (its end) or a time with its offset; default: now.")] = None,
    window: Annotated[int | None, typer.Option(min=1, max=36_500, help="Only orders of so many days.")] = None,
    preset: Annotated[str | None, typer.Option(help="rfm125, rf25, r_fm, pymc4 or edrone4.")] = None,
    category: Annotated[str | None, typer.Option(help="Only products of it.")] = None,
    as_json: Json = False,
) -> None:
    """Segments and the matrix of recency and frequency; what is not said is as the tenant has set it."""
    from app import terminal
    from app.api import rfm_answers
    from app.domain.rfm import PRESETS
    from app.errors import Invalid
    from app.services import rfm_questions, segments

    if preset is not None and preset not in PRESETS:
        raise Invalid(f"Presets are: {', '.join(PRESETS)}.")
    asked = {"as_of": as_of, "window_days": window, "preset": preset, "category": category}

    async def answer(tx: Any) -> dict[str, Any]:
        try:
            question = rfm_questions.read(tx, asked)
        except Invalid as error:
            raise Invalid(error.detail) from None  # without the name of a query's parameter
        return rfm_answers.summary(await segments.summarize(tx, question), tx.tenant)

    found = in_tenant(tenant, answer)
    if as_json:
        printing.show(found, as_json=True)
    else:
        console = terminal.console_for(sys.stdout)
        terminal.matrix(console, found)
        terminal.segments(console, found)
