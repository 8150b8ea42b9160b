"""A tool whose every result is a record, also when it fails, and that refuses arguments it does not know."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Callable
from difflib import get_close_matches
from typing import Any

from mcp.server.mcpserver.exceptions import ToolError, UnexpectedToolError
from mcp.server.mcpserver.tools import Tool
from mcp.types import CallToolResult, InputRequiredResult, TextContent, ToolAnnotations
from pydantic import Field, ValidationError

from aftership_tracking.errors import AfterShipError
from aftership_tracking.mcp_server.failures import ToolRefusedError, cut, describe
from aftership_tracking.mcp_server.records import Failure, Result, Source, to_json

__all__ = ["GuardedTool"]

_LOGGER = logging.getLogger("aftership_tracking.mcp_server")
_NAME = re.compile(r"[a-z_]{1,30}")


class GuardedTool(Tool):
    """A tool of the library, with its failures as records."""

    source: Source = Field(default="live", exclude=True)
    version: str = Field(default="", exclude=True)

    @classmethod
    def make(
        cls,
        function: Callable[..., Any],
        annotations: ToolAnnotations,
        *,
        source: Source,
        version: str,
    ) -> GuardedTool:
        """Return the tool of a function: its name, its docstring, and the schemas of its types."""
        # The lines of a docstring are broken where they are for people who read the code.
        description = " ".join((function.__doc__ or "").split())
        tool = cls.from_function(function, description=description, annotations=annotations)
        assert isinstance(tool, GuardedTool)  # noqa: S101 - for type checkers
        tool.source, tool.version = source, version
        tool.parameters = _shorten(tool.parameters)
        tool.parameters["additionalProperties"] = False
        metadata = tool.fn_metadata
        metadata.output_schema = _shorten(metadata.output_schema)
        return tool

    async def run(self, arguments: dict[str, Any], context: Any, convert_result: bool = False) -> Any:  # noqa: ARG002 - always converted
        """Run the tool. What goes wrong is a result too, with `is_error`."""
        try:
            self._refuse_unknown(arguments)
            result = await super().run(arguments, context, convert_result=False)
        except ToolRefusedError as refusal:
            return _failed(describe(refusal, version=self.version, source=self.source))
        except ToolError as error:
            return _failed(self._describe(error))
        if isinstance(result, InputRequiredResult):
            return result
        return _write(result)

    def _refuse_unknown(self, arguments: dict[str, Any]) -> None:
        known = list(self.parameters.get("properties", {}))
        for name in arguments:
            if name not in known:
                near = get_close_matches(name, known, n=1)
                meant = f" Did you mean {near[0]}?" if near else ""
                # A name may be written by a stranger too.
                shown = repr(name) if _NAME.fullmatch(name) else "of that name"
                raise ToolRefusedError(
                    f"{self.name} has no argument {shown}.{meant}", f"It takes: {', '.join(known)}."
                )

    def _describe(self, error: ToolError) -> Failure:
        cause = error.__cause__
        if isinstance(cause, ValidationError) and not isinstance(error, UnexpectedToolError):
            return Failure(
                source=self.source,
                kind="usage",
                message=_describe_arguments(cause),
                hint="Correct the arguments: their limits are in the schema of the tool.",
            )
        if isinstance(cause, Exception):
            if not isinstance(cause, AfterShipError | ToolRefusedError):
                _LOGGER.error("the tool %s failed", self.name, exc_info=cause)
            return describe(cause, version=self.version, source=self.source)
        return Failure(source=self.source, kind="failed", message=cut(str(error)))


def _shorten(schema: Any) -> Any:
    """Leave out what a schema says twice: titles, which repeat names, and defaults that mean nothing."""
    if isinstance(schema, list):
        return [_shorten(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    found = {}
    for name, value in schema.items():
        # The names of properties stay, whatever they are.
        if name in ("properties", "$defs"):
            found[name] = {key: _shorten(each) for key, each in value.items()}
        elif name != "title" and not (name == "default" and value is None):
            found[name] = _shorten(value)
    return found


def _describe_arguments(error: ValidationError) -> str:
    """What is wrong with the arguments, without their values."""
    parts = [
        f"{'.'.join(map(str, each['loc'])) or 'arguments'}: {each['msg']}"
        for each in error.errors(include_input=False, include_url=False)
    ]
    return cut("; ".join(parts))


def _failed(failure: Failure) -> CallToolResult:
    return _write(failure, is_error=True)


def _write(record: Result, *, is_error: bool = False) -> CallToolResult:
    content = to_json(record)
    # For clients that do not know structured content. In ASCII, so that nothing in it is taken for markup
    # or for another direction of writing.
    written = json.dumps(content, separators=(",", ":"))
    return CallToolResult(
        content=[TextContent(type="text", text=written)], structured_content=content, is_error=is_error
    )
