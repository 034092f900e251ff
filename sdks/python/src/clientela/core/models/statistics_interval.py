from typing import Literal, cast

StatisticsInterval = Literal["day", "month", "week", "year"]


def check_statistics_interval(value: str) -> StatisticsInterval:
    return cast(StatisticsInterval, value)
