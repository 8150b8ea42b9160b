"""How the cells of a row become the arguments of `trackings.create` of a version.

A column is known by its documented name, or by that of an argument of the version, or of the oldest one; the
caller can map any other. The documented columns have the names of the oldest version. So its data is built
first, and the documented moves of `migrate` bring it to the version that is called: that is how `email` and
`customer_name` become `customers`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final, Literal

from aftership_tracking import documents
from aftership_tracking.csv_files.cell_checks import judge_cell, split_cell
from aftership_tracking.csv_files.cells import Cell, Row
from aftership_tracking.csv_files.columns import COLUMNS, find_column
from aftership_tracking.csv_files.findings import FINDINGS, Finding, short_name
from aftership_tracking.errors import UsageError
from aftership_tracking.migration.moves import convert

__all__ = ["LEFT_OUT", "ColumnTarget", "FieldPlan", "TargetNames"]

LEFT_OUT: Final = "-"
"""What a column is mapped to that is not sent, and that nothing is said about."""
_CUSTOM: Final = "custom_fields"
_INSTEAD: Final = {
    "customers": "Use the columns email, sms and customer_name.",
    _CUSTOM: "Use a column for each of them: custom_fields.NAME.",
}
_NUMBER: Final = find_column("tracking_number")


@dataclass(frozen=True, kw_only=True, slots=True)
class ColumnTarget:
    """The field that the cells of a column go to."""

    field: str
    is_list: bool = False
    """Whether a cell may hold several values, with commas between."""
    is_old: bool = False
    """Whether the name is that of the oldest version."""
    custom_name: str | None = None
    """The key in `custom_fields`."""


class TargetNames:
    """The names that a column can go to in a version. Raises UsageError for a version that is not known."""

    def __init__(self, version: str) -> None:
        self.version: str = version
        self.oldest: str = documents.versions()[0]
        self._old = _read_kinds(self.oldest)
        self._own = self._old if version == self.oldest else _read_kinds(version)

    def find(self, name: str) -> ColumnTarget | None:
        """Return the field that a name means; None if it means none. Raises UsageError for one that does not
        fit into a cell.
        """
        if name.startswith(f"{_CUSTOM}.") and len(name) > len(_CUSTOM) + 1:
            return ColumnTarget(field=_CUSTOM, custom_name=name.removeprefix(f"{_CUSTOM}."))
        documented = find_column(name)
        old_name = name if documented is None else documented.field
        kind = self._old.get(old_name)
        if kind in ("string", "list"):
            return ColumnTarget(field=old_name, is_list=kind == "list", is_old=True)
        kind = self._own.get(name) or kind
        if kind == "other":
            raise UsageError(
                f"{name} does not fit into a cell",
                hint=_INSTEAD.get(name),
            )
        return None if kind is None else ColumnTarget(field=name, is_list=kind == "list")

    def takes(self, name: str) -> bool:
        """Return whether create of the version has an argument of this name."""
        return name in self._own

    def final_name(self, target: ColumnTarget) -> str:
        """Return the argument of create that a target is in the end; with its key if it is a custom field."""
        if target.custom_name is not None:
            return f"{target.field}.{target.custom_name}"
        if not target.is_old:
            return target.field
        sample = {target.field: ["x"] if target.is_list else "x"}
        found = list(convert(sample, "Tracking", self.oldest, self.version)[0])
        return found[0] if len(found) == 1 else target.field

    def names(self) -> list[str]:
        """All names, the documented ones first."""
        fit = [
            name
            for kinds in (self._own, self._old)
            for name, kind in kinds.items()
            if kind in ("string", "list")
        ]
        return list(dict.fromkeys([*(column.name for column in COLUMNS), *fit]))


def _read_kinds(version: str) -> dict[str, Literal["string", "list", "other"]]:
    """The arguments of create in a version, and what fits into them."""
    schemas = documents.document(version)["components"]["schemas"]
    properties = schemas["TrackingCreate"]["properties"]
    return {
        name: _read_kind(schemas[schema["$ref"].rpartition("/")[2]] if "$ref" in schema else schema)
        for name, schema in properties.items()
    }


def _read_kind(schema: Mapping[str, Any]) -> Literal["string", "list", "other"]:
    choices = schema.get("anyOf", [schema])
    if any(each.get("items", {}).get("type") == "string" for each in choices):
        return "list"
    return "string" if any("string" in each.get("type", "") for each in choices) else "other"


class FieldPlan:
    """What each column of a file becomes. `read_header` is called first, then `fields` for each row.

    Args:
        names: The names that a column can have in the version that is called.
        mapping: Names of columns to what they mean: a name of `names`, or `LEFT_OUT`.
    """

    def __init__(self, names: TargetNames, mapping: Mapping[str, str] | None = None) -> None:
        self.names: TargetNames = names
        self.mapping: Mapping[str, str] = {} if mapping is None else mapping
        self.targets: dict[int, ColumnTarget] = {}
        """By the index of the column."""
        self.unknown: list[Cell] = []
        """The columns that are not sent because nobody knows what they mean."""
        self.losses: dict[str, str] = {}
        """What the version has no field for: the name, and why. Filled while rows are read."""
        self.number: int = -1
        """The index of the column of tracking numbers."""
        self.courier: int | None = None
        """That of couriers."""

    def read_header(self, header: Row) -> list[Finding]:
        """Decide about each column. Returns why the file cannot be used."""
        problems: list[Finding] = []
        taken: dict[ColumnTarget | tuple[str, bool], Cell] = {}
        names: set[str] = set()
        for index, cell in enumerate(header.cells):
            if cell.text in names and cell.text:
                problems.append(_about("duplicate_column", cell, "two columns have the same name"))
                continue
            names.add(cell.text)
            meant = self.mapping.get(cell.text, cell.text)
            if meant == LEFT_OUT:
                continue
            try:
                target = self.names.find(meant)
            except UsageError as error:
                problems.append(_about("unknown_column", cell, str(error), error.hint))
                continue
            if target is None:
                self.unknown.append(cell)
                continue
            # Two names of the oldest version may become one: that is a documented move, and it decides.
            final = (self.names.final_name(target), not target.is_old)
            same = taken.get(target) or taken.get(final)
            if same is not None:
                mapped = next((each for each in (cell, same) if each.text in self.mapping), cell)
                problems.append(
                    _about(
                        "column_twice",
                        cell,
                        f"the column {short_name(same.text)} means the same field",
                        f"Leave one of them out: --map '{short_name(mapped.text)}=-'",
                    )
                )
                continue
            taken[target] = taken[final[0], target.is_old] = cell
            self.targets[index] = target
        by_field = {target.field: index for index, target in self.targets.items()}
        self.courier = by_field.get("slug")
        self.number = by_field.get("tracking_number", -1)
        if self.number < 0:
            problems.append(
                _about(
                    "no_tracking_number",
                    header.cells[0],
                    "no column is called tracking_number",
                    "The first line must name the columns. Is it there: --map 'NAME=tracking_number'",
                )
            )
            # The first line may be a row, whose cells are not shown.
            problems = [replace(each, header=None) for each in problems]
        return problems

    def key(self, row: Row) -> tuple[str, str]:
        """Number and courier of a row; empty where there is none."""
        courier = "" if self.courier is None else row.cells[self.courier].text.strip()
        return row.cells[self.number].text.strip(), courier

    def fields(self, row: Row) -> dict[str, Any]:
        """Return the arguments of create for a row. Empty cells are left out.

        Raises UsageError, with line and column, for a row that cannot be sent.
        """
        self._check_number(row.cells[self.number])
        old: dict[str, Any] = {}
        own: dict[str, Any] = {}
        for index, target in self.targets.items():
            text = row.cells[index].text.strip()
            if not text:
                continue
            if target.custom_name is not None:
                own.setdefault(_CUSTOM, {})[target.custom_name] = text
                continue
            value = [each for _, each in split_cell(text)] if target.is_list else text
            (old if target.is_old else own)[target.field] = value
        moved, losses = convert(old, "Tracking", self.names.oldest, self.names.version)
        for loss in losses:
            if loss.what != "blank":
                self.losses.setdefault(loss.path, loss.reason)
        for name in [name for name in moved if not self.names.takes(name)]:
            del moved[name]
            self.losses.setdefault(name, f"trackings.create of {self.names.version} has no such field")
        return {**moved, **own}

    def _check_number(self, cell: Cell) -> None:
        if not cell.text.strip():
            raise UsageError(
                f"line {cell.line}, column {cell.column}: there is no tracking number",
                hint="Fill it, or remove the row.",
            )
        for name, offset, message, hint in judge_cell(cell.text, _NUMBER):
            if FINDINGS[name].level == "error":
                line, column = cell.position(offset)
                raise UsageError(f"line {line}, column {column}: {message}", hint=hint)


def _about(name: str, cell: Cell, message: str, hint: str | None = None) -> Finding:
    return Finding(
        name=name,
        line=cell.line,
        column=cell.column,
        header=short_name(cell.text),
        message=message,
        hint=hint,
    )
