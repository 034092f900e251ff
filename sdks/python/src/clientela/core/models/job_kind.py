from typing import Literal, cast

JobKind = Literal["backfill", "fetch", "poll", "renew"]


def check_job_kind(value: str) -> JobKind:
    return cast(JobKind, value)
