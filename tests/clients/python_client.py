"""Runs one real library for Python: reads one JSON line per task, answers with one JSON line when all was flushed."""

import json
import re
import sys
from typing import Any

_CAPITAL = re.compile(r"(?<!^)(?=[A-Z])")


def client_of(given: dict[str, Any], errors: list[str]) -> Any:
    """The library's own client; its queue and its thread are the library's too."""
    if given["library"] == "segment":
        from segment.analytics.client import Client
    else:
        from rudderstack.analytics.client import Client
    return Client(
        given["key"],
        host=given["host"],
        gzip=given["gzip"],
        upload_size=given["size"],
        upload_interval=0.2,
        max_retries=30,
        on_error=lambda error, _: errors.append(str(error)),
    )


def main() -> None:
    given = json.loads(sys.argv[1])
    errors: list[str] = []
    client = client_of(given, errors)
    for line in sys.stdin:
        for message in json.loads(line):
            method = message.pop("method")
            getattr(client, method)(**{_CAPITAL.sub("_", name).lower(): value for name, value in message.items()})
        client.flush()
        print(json.dumps({"errors": errors}), flush=True)
        errors.clear()
    client.shutdown()


if __name__ == "__main__":
    main()
