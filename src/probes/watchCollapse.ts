import { catchError, concat, concatAll, concatMap, defer, from, of, throwError, type MonoTypeOperatorFunction, type ObservableInput } from "rxjs";
import { checkOptions, optional, text } from "../configuration/checkOptions.ts";
import type { CollapseKind, CollapseSuspected, TrainingEvent } from "../game/event.ts";
import { NotFinite } from "../game/failure.ts";
import { collapseDetector, type CollapseObservation } from "./collapseDetector.ts";
import { type CollapseObserver, collapseObserver, observedChecks, type ObservedOptions } from "./collapseObserver.ts";

export interface WatchCollapseOptions extends ObservedOptions {
  /** Whose samples are looked at; default `generator`. */
  readonly network?: string;
}

/** Observations that are judged against; older ones are forgotten. */
const MEMORY = 50;

/**
 * Watches a run for the ways in which GANs fail, and sends `CollapseSuspected`, with evidence and advice, where one begins:
 * coverage lost, mode hopping, a dead generator gradient, oscillation, divergence (see `collapseDetector`).
 *
 * An operator over events: it looks at every `SamplesDrawn` (so the run needs `drawSamples`, 64 samples or more), at the
 * losses between them, and, where `watchGradients` measures it, at the generator's gradient. Training is not touched. A loss
 * that is no number any more ends a run at once, as `NotFinite`: the suspicion comes before that error.
 *
 * @throws ConfigurationError for wrong options. What the judge of classes throws is the stream's error.
 * @example
 * ```ts
 * train$(game, watchGradients(), discriminatorStep(), generatorStep(), drawSamples({ every: 250 }))
 *   .pipe(watchCollapse({ classes: await digitClassifier() }), progressBar())
 *   .subscribe();
 * ```
 */
export function watchCollapse(options: WatchCollapseOptions = {}): MonoTypeOperatorFunction<TrainingEvent> {
  checkOptions("watchCollapse", checks, options);
  const { network = "generator", ...observed } = options;
  return (event$) =>
    defer(() => {
      let history: readonly CollapseObservation[] = [];
      let observer: CollapseObserver = collapseObserver(observed);
      let suspected: ReadonlySet<CollapseKind> = new Set();
      return event$.pipe(
        concatMap((event): ObservableInput<TrainingEvent> => {
          if (event._tag === "RunStarted") [history, observer, suspected] = [[], collapseObserver(observed), new Set()];
          if (event._tag === "RoundPlayed") observer.note(event);
          if (event._tag !== "SamplesDrawn" || event.network !== network) return [event];
          return from(observer.observe(event).then((observation) => [event, ...judge(observation)])).pipe(concatAll());
        }),
        catchError((error: unknown) => concat(of(...brokenBy(error)), throwError(() => error))),
      );

      function judge(observation: CollapseObservation): readonly CollapseSuspected[] {
        history = [...history, observation].slice(-MEMORY);
        const found = collapseDetector(history);
        const fresh = found.filter(({ kind }) => !suspected.has(kind));
        suspected = new Set(found.map(({ kind }) => kind));
        return fresh.map((suspicion) => ({ _tag: "CollapseSuspected", round: observation.round, ...suspicion, advice: advice[suspicion.kind] }));
      }
    });
}

function brokenBy(error: unknown): readonly CollapseSuspected[] {
  if (!(error instanceof NotFinite)) return [];
  const { round, quantity, value } = error;
  return [{ _tag: "CollapseSuspected", round, kind: "divergence", message: `${quantity} became ${value}.`, evidence: { value }, advice: advice.divergence }];
}

const advice: Readonly<Record<CollapseKind, string>> = {
  "coverage lost": "Show the discriminator several samples at once (packing, minibatchDeviation), unroll it, or weaken it.",
  "mode hopping": "The discriminator chases one mode at a time: unroll it, use packing or experienceReplay, or lower the learning rates.",
  "dead gradient": "The discriminator is too sure: take the non-saturating loss or Wasserstein with a gradient penalty, add instanceNoise, or give it fewer turns.",
  oscillation: "The players circle each other: lower the learning rates or beta1, add r1, and sample from averaged weights.",
  divergence: "Lower the learning rates or clip gradients, and go back to an earlier checkpoint.",
};

const checks = { network: optional(text), ...observedChecks };
