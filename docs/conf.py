"""How the site is built: Markdown, one theme, nothing from another host. `./dev docs` runs it."""

import sys
from pathlib import Path

_HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(_HERE), str(_HERE.parent)]

project = "Clientela"
author = "the Clientela authors"
html_title = "Clientela"
language = "en"

extensions = ["myst_parser", "sphinx_steps"]
# Pieces that other pages include, and what a reader of the source sees but the site does not need.
exclude_patterns = ["_parts/*"]
root_doc = "index"
source_suffix = {".md": "markdown"}

myst_enable_extensions = ["attrs_block", "attrs_inline", "colon_fence", "deflist"]
myst_heading_anchors = 3
highlight_language = "text"

html_theme = "furo"
html_static_path = ["_static"]
html_css_files = ["site.css"]
html_show_sphinx = False
html_show_copyright = False
html_copy_source = False
html_show_sourcelink = False
html_use_index = False
html_domain_indices = False
html_theme_options = {
    "light_css_variables": {
        "color-brand-primary": "#1f5f9e",
        "color-brand-content": "#1f5f9e",
        "color-brand-visited": "#5a4a8a",
    },
    "dark_css_variables": {
        "color-brand-primary": "#8cbdec",
        "color-brand-content": "#8cbdec",
        "color-brand-visited": "#b7a5e0",
    },
}
pygments_style = "a11y-light"
pygments_dark_style = "a11y-dark"
