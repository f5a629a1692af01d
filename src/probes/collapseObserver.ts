import { type Check, either, having, optional, satisfies } from "../configuration/checkOptions.ts";
import { classCoverage } from "../evaluation/classCoverage.ts";
import type { FeatureNetwork } from "../evaluation/featureNetwork.ts";
import { judgedOnce } from "../evaluation/judgedOnce.ts";
import { type KnownModes, modeCoverage } from "../evaluation/modeCoverage.ts";
import type { RoundPlayed, SamplesDrawn } from "../game/event.ts";
import type { MaybePromise } from "../game/source.ts";
import { sizeOf } from "../math/tensor.ts";
import type { CollapseObservation } from "./collapseDetector.ts";

export interface ObservedOptions {
  /**
   * What tells classes: the modes of a mixture, a network such as `await digitClassifier()`, or a function that answers the
   * share of samples in each class. Without it only the samples' spread is watched, and mode hopping goes unseen.
   */
  readonly classes?: KnownModes | FeatureNetwork | ((samples: SamplesDrawn) => MaybePromise<readonly number[]>);
}

/** Turns the events of one run into observations. */
export interface CollapseObserver {
  note(event: RoundPlayed): void;
  /** What these samples show, with the losses and gradients noted since the last call. */
  observe(event: SamplesDrawn): Promise<CollapseObservation>;
}

const LOSS = "loss/";

/** Gathers what `collapseDetector` judges: losses and gradient norms round by round, and how samples spread over classes. */
export function collapseObserver({ classes }: ObservedOptions): CollapseObserver {
  let losses: Record<string, number[]> = {};
  let gradients: number[] = [];
  return {
    note({ metrics }) {
      for (const [name, value] of Object.entries(metrics)) {
        if (name.startsWith(LOSS)) (losses[name.slice(LOSS.length)] ??= []).push(value);
        if (name === "gradient/generator") gradients.push(value);
      }
    },
    async observe(samples) {
      const since = { losses, gradients };
      [losses, gradients] = [{}, []];
      const spread = spreadOf(samples);
      const shares = classes === undefined || !Number.isFinite(spread) ? undefined : await sharesOf(samples, classes);
      return { round: samples.round, ...since, spread, ...(shares === undefined ? {} : { shares }) };
    },
  };
}

async function sharesOf(samples: SamplesDrawn, classes: NonNullable<ObservedOptions["classes"]>): Promise<readonly number[]> {
  if (typeof classes === "function") return classes(samples);
  if ("modes" in classes) return modeCoverage(samples.values, classes).shares;
  return classCoverage(await judgedOnce(classes, samples)).shares;
}

/** √(mean ‖x − mean x‖²): 0 where all samples are the same. */
function spreadOf({ count, shape, values }: SamplesDrawn): number {
  const size = sizeOf(shape);
  let squares = 0;
  for (let at = 0; at < size; at++) {
    let mean = 0;
    for (let row = 0; row < count; row++) mean += values[row * size + at]! / count;
    for (let row = 0; row < count; row++) squares += (values[row * size + at]! - mean) ** 2;
  }
  return Math.sqrt(squares / count);
}

/** The checks of `ObservedOptions`. */
export const observedChecks: Readonly<Record<keyof ObservedOptions, Check>> = {
  classes: optional(either(
    having("a FeatureNetwork such as digitClassifier()", "classify"),
    satisfies("modes and their deviation, such as a mixture source", (value) => Array.isArray((value as { modes?: unknown } | null)?.modes)),
    satisfies("a function of the samples", (value) => typeof value === "function"),
  )),
};
