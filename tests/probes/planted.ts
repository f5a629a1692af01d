import type { JudgeableSamples, Metric } from "../../src/evaluation/metric.ts";

/** A metric that scores what the list says, one measurement after the other, and keeps what it was given. */
export function plantedMetric(values: readonly number[], better: "lower" | "higher" = "lower"): Metric & { readonly seen: readonly JudgeableSamples[] } {
  const seen: JudgeableSamples[] = [];
  return {
    name: "planted",
    better,
    seen,
    async measure(samples) {
      seen.push(samples);
      return [{ name: "distance", value: values[seen.length - 1] ?? 9, samples: samples.count }];
    },
  };
}
