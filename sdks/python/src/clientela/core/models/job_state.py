from typing import Literal, cast

JobState = Literal["done", "parked", "running", "waiting"]


def check_job_state(value: str) -> JobState:
    return cast(JobState, value)
