"""Calls the official Python SDK as its input says, a line of JSON each way, in the environment of the SDK.

The first line that it prints lists the methods, found by reflection. It knows nothing about the mock.
"""

from __future__ import annotations

import inspect
import json
import sys
import warnings
from importlib.metadata import version
from typing import Any, get_args

import tracking


def apis(client: Any) -> dict[str, Any]:
    return {name: api for name, api in vars(client).items() if not name.startswith("_")}


def methods(client: Any) -> list[dict[str, Any]]:
    found = []
    for name, api in apis(client).items():
        for action, method in inspect.getmembers(api, inspect.ismethod):
            if not action.startswith("_"):
                parameters = list(inspect.signature(inspect.unwrap(method.__func__)).parameters)[1:]
                found.append({"name": f"{name}.{action}", "parameters": parameters})
    return found


def as_model(method: Any, parameter: str, value: Any) -> Any:
    """A body as the model that the parameter is declared with, as a typed program builds it."""
    declared = inspect.signature(inspect.unwrap(method.__func__)).parameters[parameter].annotation
    model = next((each for each in get_args(declared) if hasattr(each, "model_validate")), None)
    return value if model is None else model.model_validate(value)


def call(client: Any, wanted: dict[str, Any]) -> Any:
    api, _, action = wanted["method"].partition(".")
    method = getattr(apis(client)[api], action)
    arguments = {
        name: as_model(method, name, value) if isinstance(value, dict) else value
        for name, value in wanted["arguments"].items()
    }
    result = method(**arguments, **wanted["query"])
    return result.model_dump(mode="json") if hasattr(result, "model_dump") else result


def say(value: Any) -> None:
    sys.stdout.write(json.dumps(value, default=str) + "\n")
    sys.stdout.flush()


def main() -> None:
    # Of the libraries of the SDK, and no concern of the mock.
    warnings.simplefilter("ignore")
    nobody = tracking.Client(tracking.Configuration(api_key="k"))
    say({"version": version("aftership-tracking-sdk"), "methods": methods(nobody)})
    for line in sys.stdin:
        wanted = json.loads(line)
        configuration = tracking.Configuration(
            domain=wanted["url"],
            api_key=wanted["key"],
            api_secret=wanted["secret"],
            authentication_type=wanted["kind"],
            max_retry=0,
        )
        try:
            outcome = {"result": call(tracking.Client(configuration), wanted)}
        except Exception as error:  # noqa: BLE001 - whatever it is, it is what the SDK does
            outcome = {"error": f"{type(error).__name__}: {error}", "code": getattr(error, "meta_code", None)}
        say(outcome)


if __name__ == "__main__":
    main()
