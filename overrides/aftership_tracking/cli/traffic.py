"""`aftership check-traffic`: whether the calls of a program fit the document of a version."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from aftership_tracking.cli.exit_codes import FAILED, INSTALL, MISSING_PACKAGE
from aftership_tracking.cli.output import remark, stop
from aftership_tracking.cli.webhook.inputs import refuse_old_spelling
from aftership_tracking.errors import UsageError


class ReportFormat(StrEnum):
    """How a report is written."""

    text = "text"
    json = "json"
    junit = "junit"


Version = Annotated[str, typer.Option("--api-version", help="The version that judges: YYYY-MM, or newest.")]
OldVersion = Annotated[str | None, typer.Option("--version", hidden=True, callback=refuse_old_spelling)]
BaseUrl = Annotated[
    list[str] | None,
    typer.Option(
        help="Where else calls went than to the service, such as http://127.0.0.1:4010; may be repeated."
    ),
]
Format = Annotated[ReportFormat, typer.Option("--format", help="How the report is written.")]
Output = Annotated[Path | None, typer.Option("--output", help="A file for the report; else it is printed.")]
CheckTraffic = Annotated[
    Path | None,
    typer.Option(
        metavar="FILE.har",
        help="Serve nothing: judge recorded traffic, as `aftership check-traffic` does, with --api-version, "
        "--base-url, --format and --output.",
    ),
]
_OF_A_CHECK = {"check_traffic", "base_url", "report_format", "output"}
# Of the webhooks, or of the check: it has an effect with and without --check-traffic.
_OF_BOTH = {"webhook_version"}


def run(
    file: Annotated[Path, typer.Argument(metavar="FILE.har", help="What a browser or proxy recorded.")],
    version: Version = "newest",
    _old_version: OldVersion = None,
    base_url: BaseUrl = None,
    report_format: Format = ReportFormat.text,
    output: Output = None,
) -> None:
    """Judge recorded calls by the document of a version: what was used, what breaks it, what is deprecated.

    Exit code 0 if nothing breaks the document, 1 if something does, if an entry cannot be read, or if the
    file has no call of the API. The report holds no values of the traffic.
    """
    try:
        from aftership_tracking.testing.traffic import FORMATS, check_traffic
    except ImportError:
        stop(f"The check needs more packages: {INSTALL.format(extras='cli,mock')}", MISSING_PACKAGE)
    try:
        report = check_traffic(file, version, base_urls=base_url or ())
    except UsageError as error:
        raise typer.BadParameter(str(error)) from None
    text = FORMATS[report_format.value](report)
    if output is None:
        typer.echo(text)
    else:
        try:
            output.write_text(f"{text}\n", "utf-8")
        except OSError as error:
            stop(f"{output} cannot be written: {error.strerror or type(error).__name__}.")
    if not report.judged:
        remark(_why_nothing(base_url, report.skipped))
    if not report.ok:
        raise typer.Exit(FAILED)


def run_instead_of_serving(
    context: typer.Context,
    file: Path | None,
    version: str,
    base_url: list[str] | None,
    report_format: ReportFormat,
    output: Path | None,
) -> bool:
    """Judge traffic if `--check-traffic` is given, and return whether it was. An option without an effect is
    refused.
    """
    sources = {name: context.get_parameter_source(name) for name in context.params}
    given = {name for name, source in sources.items() if source is not None and source.name == "COMMANDLINE"}
    without_effect = sorted(given & _OF_A_CHECK if file is None else given - _OF_A_CHECK - _OF_BOTH)
    if without_effect:
        option = (
            "--format" if without_effect[0] == "report_format" else f"--{without_effect[0].replace('_', '-')}"
        )
        reason = "has an effect only with" if file is None else "has no effect with"
        raise typer.BadParameter(f"{reason} --check-traffic", param_hint=option)
    if file is None:
        return False
    run(file, version, base_url=base_url, report_format=report_format, output=output)
    return True


def _why_nothing(base_url: list[str] | None, skipped: tuple[tuple[str, int], ...]) -> str:
    others = any(reason.startswith("another host") for reason, _ in skipped)
    hint = (
        " If the calls went to a mock or a proxy, name it with --base-url." if others and not base_url else ""
    )
    return f"There was nothing to judge: no entry of the file is a call of the API.{hint}"
