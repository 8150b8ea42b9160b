"""The command line of the generator; `--help` lists the commands.

Exit codes: 0 all is well, 1 the document or the generated code has faults, 2 the command was called wrongly.
`diff` uses 1 and 2 for its verdicts and has other codes for mistakes (see `generator.diff.command`). A fault
in a document is printed as `file:line: #pointer: sentence`. A traceback is a fault of the generator.
"""

from __future__ import annotations

import errno
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperCommand

from generator.diff import Change
from generator.diff import command as differ
from generator.document.compose import UnknownVersionError, compose, versions
from generator.document.source import display_path
from generator.errors import RefusedError, SpecError
from generator.export import documents as exports
from generator.lint.command import lint_folder, list_rules
from generator.release.numbers import Phase
from generator.scaffold import scaffold
from generator.site.command import site_command

FAULTY = 1
MISUSED = 2

_UNWRITABLE = (errno.ENOSPC, errno.EDQUOT, errno.EIO, errno.EBADF)  # what ends a write to standard output
_PROJECT = Path(__file__).resolve().parent.parent

app = typer.Typer(
    name="generator",
    help="From the document in spec/ to the client in generated/.",
    epilog=(
        "Exit codes: 0 all well, 1 faults were found, 2 the command was called wrongly. "
        "`diff` has codes of its own: see `diff --help`."
    ),
    add_completion=False,
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
app.command("site", short_help="Build the documentation site.")(site_command)


class Format(StrEnum):
    """How findings are printed."""

    TEXT = "text"
    JSON = "json"


class Provenance(StrEnum):
    """The marks of x-provenance."""

    DOCUMENTED = "documented"
    SDK = "sdk"
    OBSERVED = "observed"
    INFERRED = "inferred"


Root = Annotated[
    Path, typer.Option("--root", help="The project folder, which holds spec/.", show_default=False)
]
Versions = Annotated[
    list[str] | None,
    typer.Argument(metavar="[VERSION]...", help="API versions, such as 2024-01; all when none is given."),
]


@app.command("compose")
def compose_command(
    version: Annotated[str, typer.Argument(help="An API version, such as 2024-01.")],
    output: Annotated[Path | None, typer.Option(help="Write to this file, not to standard output.")] = None,
    root: Root = _PROJECT,
) -> None:
    """Print the document of one API version as JSON, keys sorted."""
    text = compose(root / "spec", version).to_json()
    _write(text, output)


@app.command("lint")
def lint_command(
    version: Versions = None,
    format: Annotated[Format, typer.Option(help="How findings are printed.")] = Format.TEXT,
    rules: Annotated[
        bool, typer.Option("--rules", help="Print all rules with their reasons, and stop.")
    ] = False,
    root: Root = _PROJECT,
) -> None:
    """Compose documents and check them against every rule."""
    if rules:
        for line in _rule_lines(format):
            typer.echo(line)
        return
    findings = lint_folder(root / "spec", version)
    if format is Format.JSON:
        typer.echo(json.dumps([finding.as_dict() for finding in findings], ensure_ascii=False, indent=2))
    else:
        for finding in findings:
            typer.echo(str(finding))
        count = len(findings)
        typer.echo(f"{count or 'no'} finding{'' if count == 1 else 's'}", err=True)
    if findings:
        raise typer.Exit(FAULTY)


@app.command("regenerate")
def regenerate_command(
    version: Versions = None,
    check: Annotated[
        bool, typer.Option("--check", help="Write nothing; fail when something would change.")
    ] = False,
    root: Root = _PROJECT,
) -> None:
    """Generate the client anew from the documents."""
    from generator.regenerate import regenerate  # the library behind it takes most of a second to import

    raise typer.Exit(regenerate(root, version or None, check, typer.echo))


class JudgingCommand(TyperCommand):
    """A command whose exit code 2 is a verdict, so a wrong call has another exit code."""

    def make_context(self, *arguments: Any, **settings: Any) -> Any:
        try:
            return super().make_context(*arguments, **settings)
        except Exception as error:
            if getattr(error, "exit_code", None) == MISUSED:
                error.exit_code = differ.Exit.MISUSED  # type: ignore[attr-defined]  # no public base class
            raise


@app.command("diff", cls=JudgingCommand, epilog=differ.CODES, short_help="Compare two API versions.")
def diff_command(
    old: Annotated[str, typer.Argument(help="The API version to come from.")],
    new: Annotated[str, typer.Argument(help="The API version to go to.")],
    format: Annotated[differ.Format, typer.Option(help="How changes are printed.")] = differ.Format.TEXT,
    root: Root = _PROJECT,
) -> None:
    """Print what changed between two API versions, and whether it breaks callers."""
    changes: list[Change] = []
    support: dict[str, str] = {}

    def compare() -> None:
        found, until = differ.compare_versions(root / "spec", old, new)
        changes.extend(found)
        support.update(until)

    code = run(compare)
    if code:
        raise typer.Exit(differ.Exit.MISUSED if code == MISUSED else differ.Exit.FAULTY)
    typer.echo(differ.format_changes(old, new, changes, format, support=support), nl=False)
    raise typer.Exit(differ.verdict(changes))


@app.command("new")
def new_command(
    version: Annotated[str, typer.Argument(help="The API version to begin, such as 2027-01.")],
    root: Root = _PROJECT,
) -> None:
    """Begin the overlay of a new API version in spec/changes/."""
    path = display_path(scaffold(root / "spec", version))
    typer.echo(f"{path} was written. Fill it in, then run python -m generator regenerate.")


@app.command("propose", short_help="Draft the overlay of a new API version from somebody's OpenAPI document.")
def propose_command(
    version: Annotated[str, typer.Argument(help="The API version to draft, such as 2027-01.")],
    source: Annotated[Path, typer.Option("--from", help="The OpenAPI document, 3.0 or 3.1, JSON or YAML.")],
    complete: Annotated[
        bool, typer.Option("--complete", help="What the document does not describe is gone.")
    ] = False,
    provenance: Annotated[
        Provenance, typer.Option(help="How well what the document says is proven.")
    ] = Provenance.INFERRED,
    output: Annotated[
        Path | None, typer.Option(help="Write to this file, not to spec/changes/VERSION.yaml.")
    ] = None,
    stdout: Annotated[bool, typer.Option("--stdout", help="Print the draft, and write no file.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only report; write nothing.")] = False,
    force: Annotated[bool, typer.Option("--force", help="Overwrite a file that exists.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the report as JSON.")] = False,
    root: Root = _PROJECT,
) -> None:
    """Draft the overlay of a new API version, strictly applicable at once.

    A report on standard error says what is guessed, what the document does not describe, and what the draft
    cannot carry. Without --complete nothing is removed that the document only leaves out.
    """
    from generator.propose.command import Destination, propose
    from generator.propose.policy import Policy

    destination = Destination(output=output, stdout=stdout, dry_run=dry_run, force=force, as_json=as_json)
    policy = Policy(complete=complete, provenance=provenance.value)
    if not propose(root, version, source, policy, destination, typer.echo, _to_stderr):
        raise typer.Exit(FAULTY)


def _to_stderr(line: str) -> None:
    typer.echo(line, err=True)


@app.command("export", short_help="Write documents for other tools.")
def export_command(
    version: Annotated[
        str | None, typer.Argument(help="An API version, such as 2024-01.", show_default=False)
    ] = None,
    to: Annotated[
        exports.Target | None,
        typer.Option("--to", help="For which tools; with --all, for all of them when left out."),
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option("--output", help="Write to this file, with --all into this folder.", show_default=False),
    ] = None,
    every: Annotated[bool, typer.Option("--all", help="Export every version, as files in a folder.")] = False,
    root: Root = _PROJECT,
) -> None:
    """Print the document of one API version in a form for other tools, or write it to a file.

    openapi: OpenAPI 3.1, for generators and linters. asyncapi: AsyncAPI 3, the webhooks. postman: a
    collection (v2.1). jsonschema: all models (2020-12). A document that the lint refuses is not exported.
    """
    if every:
        if version is not None or output is None:
            hint = "Give --all and --output FOLDER, and no version."
            raise RefusedError("With --all, every version goes into a folder.", hint, misused=True)
        _refuse_faulty(root / "spec", None)
        count = exports.write_all(root / "spec", output, tuple(exports.Target) if to is None else (to,))
        typer.echo(f"{count} files were written to {output}.")
        return
    if version is None or to is None:
        missing = "No version was given." if version is None else "What to export to was not given."
        hint = f"Write a version and --to {'|'.join(exports.Target)}, or --all --output FOLDER."
        raise RefusedError(missing, hint, misused=True)
    _refuse_faulty(root / "spec", [version])
    _write(exports.export(compose(root / "spec", version), to), output)


def _write(text: str, output: Path | None) -> None:
    if output is None:
        typer.echo(text, nl=False)
    else:
        exports.write(output, text)


@app.command("surface", short_help="Compare the public surface with what is written down.")
def surface_command(
    write: Annotated[bool, typer.Option("--write", help="Write the surface down first.")] = False,
    wheel: Annotated[
        Path | None, typer.Option("--wheel", help="A wheel to read; a new one is built if none is given.")
    ] = None,
    root: Root = _PROJECT,
) -> None:
    """Compare the public surface of the wheel with docs/surface.txt and generated/surface/, and with the last
    release: what is gone must be named in CHANGELOG.md.
    """
    from generator.release.surface import check_surface  # it needs the whole generator

    raise typer.Exit(check_surface(root, wheel, typer.echo, write=write))


@app.command("release", short_help="Make a release.")
def release_command(
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only print what a release would be; change and build nothing.")
    ] = False,
    build_only: Annotated[
        bool, typer.Option("--build-only", help="Build and check the version as it stands; decide nothing.")
    ] = False,
    pre: Annotated[
        Phase | None, typer.Option("--pre", help="Make a pre-release; without it the final release.")
    ] = None,
    root: Root = _PROJECT,
) -> None:
    """Decide the next version of the package, run the tests, write it down, build it, and check it."""
    from generator.release.command import release  # it needs the whole generator

    release(root, typer.echo, dry_run=dry_run, build_only=build_only, phase=pre)


@app.command("diff-trees", short_help="Compare the documents with those of another commit.")
def diff_trees_command(
    base: Annotated[str, typer.Argument(help="A commit, as git names it: a branch, a tag, HEAD^1.")],
    whole: Annotated[
        bool, typer.Option("--whole", help="Everything, even if it is too long for a comment.")
    ] = False,
    root: Root = _PROJECT,
) -> None:
    """Print, as Markdown, what changed in the documents of all API versions since another commit."""
    from generator.release.pull_request import describe_trees  # it needs the whole generator

    typer.echo(describe_trees(root, base, whole=whole), nl=False)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and leave with its exit code."""
    raise SystemExit(run(lambda: app(arguments, standalone_mode=True)))


def run(command: Callable[[], object]) -> int:
    """Call a command and turn mistakes in documents into lines and exit codes."""
    try:
        command()
    except UnknownVersionError as error:
        typer.echo(f"{error.message} {error.hint}", err=True)
        return MISUSED
    except RefusedError as error:
        typer.echo(str(error), err=True)
        return MISUSED if error.misused else FAULTY
    except OSError as error:
        if error.errno not in _UNWRITABLE or error.filename is not None:
            raise
        typer.echo(f"The output cannot be written: {error.strerror}.", err=True)
        return FAULTY
    except (SpecError, ExceptionGroup) as error:
        for mistake in _mistakes(error):
            typer.echo(str(mistake), err=True)
        return FAULTY
    return 0


def _mistakes(error: Exception) -> Iterator[SpecError]:
    """The mistakes in a document among what was raised. Anything else is raised again."""
    if isinstance(error, SpecError):
        yield error
    elif isinstance(error, ExceptionGroup):
        for inner in error.exceptions:
            yield from _mistakes(inner)
    else:
        raise error


def _refuse_unknown(spec_dir: Path, version: str) -> None:
    known = versions(spec_dir)
    if version not in known:
        raise UnknownVersionError(version, known, str(spec_dir))


def _refuse_faulty(spec_dir: Path, wanted: Sequence[str] | None) -> None:
    findings = lint_folder(spec_dir, wanted)
    for finding in findings:
        typer.echo(str(finding), err=True)
    if findings:
        raise typer.Exit(FAULTY)


def _rule_lines(format: Format) -> Iterable[str]:
    rules = list_rules()
    if format is Format.JSON:
        return [json.dumps(rules, ensure_ascii=False, indent=2)]
    width = max(len(rule["id"]) for rule in rules)
    return [f"{rule['id']:<{width}}  {rule['level']}  {rule['reason']}" for rule in rules]
