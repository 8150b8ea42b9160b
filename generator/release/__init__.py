"""A release of the package: which version comes next, what CHANGELOG.md says, and what is built from it.

`changelog`, `numbers`, `api_comparison` and `decision` take values and return values; `repository` asks git;
`surface` and `verification` refuse; `artefacts` builds and checks; `inspection` is a script of its own that
runs in a clean environment; `bill_of_materials` lists what is in there; `command` puts them in order.
`project_address` and `long_description` serve the build itself. `pull_request` describes a pull request.
"""
