"""How a call is coloured: method and path on the first line, a JSON body below, as pages of shops show it."""

from typing import ClassVar

from pygments.lexer import RegexLexer, bygroups, using
from pygments.lexers.data import JsonLexer
from pygments.token import Keyword, Name, Whitespace


class CallLexer(RegexLexer):
    """Of blocks called `http`."""

    name = "HTTP call"
    tokens: ClassVar = {
        "root": [
            (r"([A-Z]+)( )(\S+)", bygroups(Keyword, Whitespace, Name.Function), "body"),
        ],
        "body": [(r"[\s\S]+", using(JsonLexer))],
    }
