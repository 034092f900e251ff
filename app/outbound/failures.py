"""Why a call to another server came to nothing: codes of our own, never what the other side said."""

from typing import Literal

Code = Literal[
    "invalid_url", "no_address", "refused_address", "no_connection", "no_tls", "timeout", "too_large", "broken_answer"
]


class CallFailed(Exception):
    """There is no answer, or none that can be read."""

    def __init__(self, code: Code) -> None:
        super().__init__(code)
        self.code = code
