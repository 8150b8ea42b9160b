"""openapi-python-client as a renderer: its Jinja environment with our templates, and no writing.

Only the public constructor of its `Project` is used. It prefers our template folder and brings its own
filters; what is added here are our records, our quoting and layout filters, and two guards: an unknown name
in a template is an error, and so is text of the document that no filter has seen.
"""

from __future__ import annotations

from pathlib import Path

import jinja2
from openapi_python_client import Project

from generator.client import layout
from generator.client.naming import Names
from generator.client.quoting import literal, prose, refuse_untrusted
from generator.client.records import Package


class ClientProject(Project):
    """Renders the modules of one API version."""

    def __init__(self, package: Package, names: Names, templates: Path) -> None:
        super().__init__(openapi=names.openapi, config=names.config, custom_template_path=templates)
        self.package = package
        self.env.undefined = jinja2.StrictUndefined
        self.env.finalize = refuse_untrusted
        self.env.filters.update(literal=literal, prose=prose, sentence=layout.sentence, listed=layout.listed)
        self.env.filters.update(
            signature=layout.signature,
            call=layout.call,
            declaration=layout.declaration,
            opening=layout.opening,
        )
        self.env.globals.update(package=package)

    def render(self) -> dict[str, str]:
        """The modules as path (below the package of the version) and text, not yet formatted."""
        rendered = {
            "__init__.py": self._module("package_init.py.jinja"),
            "client.py": self._module("client.py.jinja"),
            "enums.py": self._module("enums.py.jinja"),
            "models.py": self._module("models.py.jinja"),
            "resources/__init__.py": self._module("resources_init.py.jinja"),
        }
        if self.package.inputs:
            rendered["inputs.py"] = self._module("inputs.py.jinja")
        for resource in self.package.resources:
            rendered[f"resources/{resource.name}.py"] = self._module("resource.py.jinja", resource=resource)
        return rendered

    def _module(self, template: str, **values: object) -> str:
        return self.env.get_template(template).render(**values)
