from typing import Literal, cast

ExportAudienceFormat = Literal["csv", "jsonl"]


def check_export_audience_format(value: str) -> ExportAudienceFormat:
    return cast(ExportAudienceFormat, value)
