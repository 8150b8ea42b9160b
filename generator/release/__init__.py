"""A release of the package: which version comes next, what CHANGELOG.md says, and what is built from it.

`changelog`, `numbers`, `api_comparison` and `decision` take values and return values; `repository` asks git;
`surface` and `verification` refuse; `artefacts` builds and checks; `inspection` is a script of its own that
runs in a clean environment; `command` puts them in order. `pull_request` describes a pull request.
"""
