"""Answers cases of business time with businesstimedelta: the same calendar, the same cases, as JSON in and out."""

import datetime
import json
import sys
import time

import businesstimedelta
import pytz

spec = json.load(sys.stdin)
zone = pytz.timezone(spec["time_zone"])
holidays = {datetime.date.fromisoformat(day) for day in spec["holidays"]}
days = [0, 1, 2, 3, 4]
at = datetime.time.fromisoformat
opening, noon, afternoon, closing = (at(text) for text in spec["hours"])
rules = businesstimedelta.Rules(
    [
        businesstimedelta.WorkDayRule(start_time=opening, end_time=closing, working_days=days, tz=zone),
        # Two intervals a day are a day with a break to this library.
        businesstimedelta.LunchTimeRule(start_time=noon, end_time=afternoon, working_days=days, tz=zone),
        businesstimedelta.HolidayRule(holidays, tz=zone),
    ]
)


def instant(seconds):
    return datetime.datetime.fromtimestamp(seconds, datetime.timezone.utc)


def elapsed(case):
    between = rules.difference(instant(case["from"]), instant(case["to"]))
    return int(between.timedelta.total_seconds())


def reach(case):
    amount = businesstimedelta.BusinessTimeDelta(rules, seconds=case["amount"])
    return int((instant(case["from"]) + amount).timestamp())


def timed(operation):
    began = time.perf_counter()
    answers = [operation(case) for case in spec["cases"]]
    return {"answers": answers, "seconds": time.perf_counter() - began}


json.dump({"elapsed": timed(elapsed), "reach": timed(reach)}, sys.stdout)
