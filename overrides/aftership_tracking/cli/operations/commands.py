"""Makes commands from the document of a version, when they are called: a group for each resource, a command
for each operation. An operation of a new version needs nothing here.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from typer.core import TyperGroup

from aftership_tracking import documents
from aftership_tracking.cli.command_tree import HELP_OPTIONS, Command, Entry, did_you_mean, load
from aftership_tracking.cli.exit_codes import USAGE
from aftership_tracking.cli.operations.document_operations import (
    DocumentOperation,
    read_operations,
    read_resources,
)
from aftership_tracking.cli.operations.names import is_method, is_resource, method_command
from aftership_tracking.cli.operations.parameters import as_parameters
from aftership_tracking.cli.operations.tracking_recipes import RECIPES, RESOURCE, make_recipe
from aftership_tracking.cli.output import CommandError
from aftership_tracking.cli.shared_options import shared
from aftership_tracking.cli.typer_parameters import make_option

# Commands beside those of the operations, by resource.
_COURIERS = "aftership_tracking.cli.couriers"
_MORE: dict[str, dict[str, Entry]] = {
    "couriers": {
        "search": Entry(
            help="Find couriers by slug or name. Nothing is sent.",
            source=f"{_COURIERS}:search",
            shared=("version", "output"),
        ),
        "show": Entry(
            help="Show what is known of a courier. Nothing is sent.",
            source=f"{_COURIERS}:show",
            shared=("version", "output"),
        ),
        "sync": Entry(
            help="Store the couriers of the account for search and show.",
            source=f"{_COURIERS}:sync",
            shared=("connection", "output"),
        ),
    }
}


def find_resource(name: str) -> str | None:
    """Return the resource that a command means, in the newest version that has it."""
    for version in reversed(documents.versions()):
        for resource in read_resources(version):
            if is_resource(name, resource):
                return resource
    return None


class ResourceGroup(TyperGroup):
    """The operations of one resource, in the version of the command line."""

    def __init__(self, name: str, resource: str) -> None:
        super().__init__(
            name=name,
            no_args_is_help=True,
            context_settings=HELP_OPTIONS,
            rich_markup_mode=None,
            params=shared(["version"]),
        )
        self.resource = resource
        self.version = documents.versions()[-1]
        self.note = ""
        """What the help says beside: that a version has to be given."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Choose the version first: it decides which commands and options there are."""
        try:
            self.version = _choose_version(args)
        except CommandError:
            # A shell that completes a line has no use for an error.
            if not ctx.resilient_parsing:
                raise
        known = [version for version in documents.versions() if self.resource in read_resources(version)]
        if self.version not in known and _only_help(args):
            self.note = (
                f"Help of API version {known[-1]}: {self.version} has no {self.name}. "
                f"To run it, give --api-version; {known[0]} to {known[-1]} have it."
            )
            self.version = known[-1]
        if self.version not in known:
            raise CommandError(
                f"{self.version} has no {self.name}; {known[0]} to {known[-1]} have it.",
                USAGE,
                hint=f"Run: aftership {self.name} --api-version {known[-1]} --help",
            )
        about = read_resources(self.version)[self.resource]
        self.help = f"{about}\n\n{self.note or f'API version {self.version}; another with --api-version.'}"
        return super().parse_args(ctx, args)

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ARG002
        """The commands of the version."""
        recipes = RECIPES if self.resource == RESOURCE else ()
        operations = (method_command(operation.method_name) for operation in self._operations())
        return [*operations, *recipes, *_MORE.get(self.resource, ())]

    def get_command(self, ctx: Any, cmd_name: str) -> Any:  # noqa: ARG002
        """Make one command."""
        for operation in self._operations():
            if is_method(cmd_name, operation.method_name):
                command = make_command(operation)
                if self.note:
                    command.help = f"{command.help}\n\n{self.note}"
                return command
        if self.resource == RESOURCE and cmd_name in RECIPES:
            recipe = RECIPES[cmd_name]
            base = next(each for each in self._operations() if each.method_name == recipe.base)
            return make_recipe(recipe, base)
        more = _MORE.get(self.resource, {}).get(cmd_name)
        return None if more is None else load(cmd_name, more)

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """Find the command of a command line."""
        name = args[0]
        if not name.startswith("-") and not ctx.resilient_parsing and self.get_command(ctx, name) is None:
            meant = did_you_mean(name, self.list_commands(ctx))
            ctx.fail(f"{self.version} has no command '{self.name} {name}'{meant}")
        return super().resolve_command(ctx, args)

    def _operations(self) -> list[DocumentOperation]:
        return [each for each in read_operations(self.version) if each.resource == self.resource]


def make_command(operation: DocumentOperation) -> Command:
    """Make the command of an operation."""
    parameters = as_parameters(operation)
    if operation.destroys:
        parameters.append(
            make_option(param_decls=["--yes", "is_sure"], is_flag=True, default=False, help="Do not ask.")
        )

    deprecated = " Deprecated." if operation.deprecated else ""
    return _OperationCommand(
        operation,
        name=method_command(operation.method_name),
        help=f"{operation.summary}.{deprecated}\n\n{operation.description}",
        short_help=f"{operation.summary}.{deprecated}",
        params=[*parameters, *shared(["connection", "dry_run", "output"])],
        rich_markup_mode=None,
    )


class _OperationCommand(Command):
    """A command that sends one operation."""

    def __init__(self, operation: DocumentOperation, **settings: Any) -> None:
        super().__init__(**settings)
        self.operation = operation

    def invoke(self, ctx: Any) -> Any:
        """Send it."""
        from aftership_tracking.cli.operations.run_operation import run_operation

        given = dict(ctx.params)
        run_operation(ctx, self.operation, given, tuple(given.pop("sets", None) or ()))


def _choose_version(args: Sequence[str]) -> str:
    """The version of a command line, or of the settings. Help works with broken settings too."""
    from aftership_tracking.cli.settings.connection import resolve_version
    from aftership_tracking.cli.shared_options import ConnectionOptions

    given = _find(args, "--api-version")
    options = ConnectionOptions(api_version=given, profile=_find(args, "--profile"))
    try:
        return resolve_version(options)
    except CommandError:
        if given is not None:
            raise
        return documents.versions()[-1]


def _only_help(args: Sequence[str]) -> bool:
    """Whether a command line without a version only wants to read."""
    given = args[: args.index("--")] if "--" in args else args
    wants_help = not given or any(each in given for each in HELP_OPTIONS["help_option_names"])
    return wants_help and _find(args, "--api-version") is None


def _find(args: Sequence[str], option: str) -> str | None:
    """The value of an option, before the command line is parsed."""
    end = args.index("--") if "--" in args else len(args)
    found = None
    for position, argument in enumerate(args[:end]):
        if argument == option and position + 1 < end:
            found = args[position + 1]
        elif argument.startswith(f"{option}="):
            found = argument.partition("=")[2]
    return found
