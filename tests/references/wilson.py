"""Reference values for tests/evaluation/turingTest.test.ts, by scipy: python3 wilson.py > wilson.json"""

import json

from scipy.stats import binomtest

cases = []
for successes, total in [(0, 1), (1, 1), (0, 20), (20, 20), (7, 20), (13, 40), (20, 40), (1, 500), (480, 1000)]:
    for confidence in [0.9, 0.95, 0.99]:
        interval = binomtest(successes, total).proportion_ci(confidence, method="wilson")
        cases.append({"successes": successes, "total": total, "confidence": confidence, "interval": [float(interval.low), float(interval.high)]})
print(json.dumps(cases, indent=None).replace("}, ", "},\n"))
