"""What statsmodels, scipy and numpy say of the same cases: JSON lines in, JSON lines out, in the same order."""

import json
import sys

import numpy as np
from scipy import stats
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint
from statsmodels.stats.weightstats import DescrStatsW


def wilson(case):
    return list(proportion_confint(case["hits"], case["of"], alpha=1 - case["level"], method="wilson"))


def difference(case):
    (a, n), (b, m) = case["one"], case["two"]
    low, high = confint_proportions_2indep(a, n, b, m, method="newcomb", compare="diff", alpha=1 - case["level"])
    return [a / n - b / m, low, high]


def mean(case):
    values = DescrStatsW(np.array(case["values"]))
    return [float(values.mean), *values.tconfint_mean(alpha=1 - case["level"])]


def recommendation(case):
    repeated = np.repeat([100.0, 0.0, -100.0], [case["promoters"], case["passives"], case["detractors"]])
    values = DescrStatsW(repeated)
    low, high = values.tconfint_mean(alpha=1 - case["level"])
    return [float(values.mean), max(low, -100.0), min(high, 100.0)]


def histogram(case):
    values, counts = zip(*case["counts"])
    repeated = np.repeat(values, counts)
    return [float(np.median(repeated)), *np.quantile(repeated, case["at"])]


def quantile(case):
    return list(np.quantile(case["values"], case["at"]))


def normal(case):
    return [stats.norm.isf((1 - case["level"]) / 2)]


def student(case):
    return [stats.t.isf((1 - case["level"]) / 2, case["freedom"])]


KINDS = [wilson, difference, mean, recommendation, histogram, quantile, normal, student]
BY_NAME = {kind.__name__: kind for kind in KINDS}

for line in sys.stdin:
    case = json.loads(line)
    print(json.dumps([float(value) for value in BY_NAME[case["kind"]](case)]))
