"""The pages under `/_mock/`: what the control API can do, for people.

A request comes to `site`, which checks it (`security`) and finds its page (`routes`). A page is a function of
the mock and a `PageRequest`; it reads and calls the same methods as the control API, and names a template.
`rendering` writes that. Without jinja2 the mock works, and its pages say what to install.

Another folder of the mock may have pages too: its templates are `mock/FOLDER/templates/`, extend
`console/base.html` and are named `FOLDER/name.html`; its files are `mock/FOLDER/static/`, linked with
`static('FOLDER', 'name.js')`. The folder stands in `rendering.ROOMS`, its first path segment in
`PAGE_FOLDERS` of `wire/message.py`, its routes are added where `Mock` makes the `Site`, and a link in
`site.NAVIGATION`. Scripts and styles are files: the policy in `security` allows nothing inline, and nothing
of another site.
"""
