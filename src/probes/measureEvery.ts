import { concatMap, defer, of } from "rxjs";
import { checkOptions, either, having, integer, listOf, number, optional, satisfies } from "../configuration/checkOptions.ts";
import type { Metric } from "../evaluation/metric.ts";
import { definePlugin, type Plugin } from "../game/plugin.ts";
import type { Round } from "../game/round.ts";
import { countCheck, drawnChecks, drawNow, refuseUnknown, type DrawnOptions } from "./drawNow.ts";

export interface MeasureEveryOptions extends DrawnOptions {
  /** Measure in every so-many-th round, and in the last, as far as `share` allows. */
  readonly every: number;
  /** What is measured: each gets the same samples. */
  readonly metrics: readonly Metric[];
  /** Samples judged each time; default 1000. */
  readonly count?: number;
  /**
   * The greatest part of the wall time that measuring may take, in (0, 1]; a measurement that would exceed it is left
   * out. `false` keeps the cadence exactly, at whatever cost. Default 0.05.
   */
  readonly share?: number | false;
}

/** What measuring has cost since a run began or was resumed. */
export interface MeasuringCost {
  readonly elapsedMs: number;
  readonly spentMs: number;
  /** What the last measurement took; nothing before the first. */
  readonly lastMs?: number;
}

/**
 * Whether another measurement, if it takes as long as the last one, keeps within its share of the wall time:
 * (spent + last) ≤ share · (elapsed + last). The first one is always allowed, since nobody knows what it costs.
 */
export function mayMeasure({ elapsedMs, spentMs, lastMs }: MeasuringCost, share: number | false): boolean {
  return share === false || lastMs === undefined || spentMs + lastMs <= share * (elapsedMs + lastMs);
}

/**
 * Judges the generator while it trains: draws samples inside the loop, from averaged weights where there are some, runs
 * the metrics on them, and sends the scores as `Measured`, with what it cost.
 *
 * The noise is its own stream, and nothing of a measurement is carried on: training is the same, bit for bit, whichever
 * measurements were made or left out. The checkpoint folder keeps the best by a score
 * (`folder(path, { every, best: { metric: "frechet", mode: "min" } })`); `stopEarly` ends a run that gets no better.
 *
 * @throws ConfigurationError for wrong options. What a metric throws ends the run as `PluginFailed`.
 * @example
 * ```ts
 * train$(game, discriminatorStep(), generatorStep(), averageWeights(),
 *   measureEvery({ every: 250, metrics: [frechetMetric({ network, reference })] }));
 * ```
 */
export function measureEvery(options: MeasureEveryOptions): Plugin {
  checkOptions("measureEvery", measureChecks, options);
  const { every, metrics, count = 1000, share = 0.05, ...drawn } = options;
  return definePlugin(
    "measureEvery",
    (round$) =>
      defer(() => {
        let startedAt: number | undefined;
        let spentMs = 0;
        let lastMs: number | undefined;
        return round$.pipe(
          concatMap((round) => {
            startedAt ??= performance.now();
            const isDue = (round.index + 1) % every === 0 || round.isLast;
            const cost = { elapsedMs: performance.now() - startedAt, spentMs, ...(lastMs === undefined ? {} : { lastMs }) };
            return isDue && mayMeasure(cost, share) ? measure(round, startedAt).then(() => round) : of(round);
          }),
        );

        async function measure(round: Round, since: number): Promise<void> {
          const began = performance.now();
          const { network, weights, ...samples } = await drawNow("measureEvery", "measured", round, count, drawn);
          const scores = [];
          for (const metric of metrics) {
            const { name, better } = metric;
            scores.push(...(await metric.measure(samples)).map((score, place) => ({ ...score, metric: name, ...(place === 0 ? { better } : {}) })));
          }
          const now = performance.now();
          lastMs = now - began;
          spentMs += lastMs;
          // The run began before its first round reached this probe; where it began in it, all of it was measuring.
          const part = Math.min(1, spentMs / Math.max(now - since, Number.MIN_VALUE));
          round.run.emit({ _tag: "Measured", round: round.index + 1, network, weights, count, scores, durationMs: lastMs, share: part });
        }
      }),
    { asynchronous: { timeoutMs: 1_800_000 }, assemble: (blueprint) => refuseUnknown(drawn, blueprint) },
  );
}

/** The checks of `MeasureEveryOptions`, shared with `trainGAN$`. */
export const measureChecks = {
  every: integer(),
  metrics: listOf(having("a metric with name, better and measure(samples)", "measure"), 1),
  count: countCheck,
  share: optional(either(number({ above: 0, maximum: 1 }), satisfies("false", (value) => value === false))),
  ...drawnChecks,
};
