"""The settings of Sphinx. `python -m generator site` calls it, with the pages that it has put together."""

from pathlib import Path

project = "aftership-tracking-client"
html_title = project

extensions = ["myst_parser", "sphinx_copybutton", "sphinx_design"]
source_suffix = {".md": "markdown"}
root_doc = "index"

myst_enable_extensions = ["colon_fence"]
myst_heading_anchors = 4
# A file of the site has an address that never changes; Sphinx alone would copy it to one that does.
myst_url_schemes = {
    "http": None,
    "https": None,
    "mailto": None,
    "file-of-site": {"url": "{{path}}", "classes": ["file-of-site"]},
}
smartquotes = False

html_theme = "pydata_sphinx_theme"
html_static_path = ["static"]
templates_path = ["templates"]
html_css_files = ["site.css"]
html_copy_source = False
html_show_sourcelink = False
html_show_sphinx = False
html_show_copyright = False
html_use_index = False
html_domain_indices = False
html_permalinks_icon = "#"
html_favicon = "static/favicon.svg"
html_search_scorer = str(Path(__file__).with_name("search-scorer.js"))
html_js_files = [("search-excerpts.js", {"defer": "defer"})]
html_sidebars = {"**": ["sidebar-nav-bs"], "index": []}
html_context = {"default_mode": "auto"}
html_theme_options = {
    "logo": {"text": project},
    # The seven sections stand side by side: none hides behind "More".
    "header_links_before_dropdown": 7,
    # Only the branch of the page that is read: the whole tree of a reference would be in each of its pages.
    "collapse_navigation": True,
    "navigation_depth": 4,
    "show_nav_level": 1,
    "show_toc_level": 2,
    "search_bar_text": "Search",
    "navbar_end": ["theme-switcher"],
    "primary_sidebar_end": [],
    "article_header_end": ["markdown-link"],
    "secondary_sidebar_items": {"**": ["page-toc"], "index": []},
    "footer_start": ["footer-words"],
    "footer_center": [],
    "footer_end": [],
}

copybutton_exclude = ".linenos, .gp, .go"
copybutton_prompt_text = r"\$ |>>> "
copybutton_prompt_is_regexp = True
