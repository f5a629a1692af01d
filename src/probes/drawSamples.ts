import { concatMap, of } from "rxjs";
import { checkOptions, integer } from "../configuration/checkOptions.ts";
import { definePlugin, type Plugin } from "../game/plugin.ts";
import type { Round } from "../game/round.ts";
import { countCheck, drawnChecks, drawNow, refuseUnknown, type DrawnOptions } from "./drawNow.ts";

export interface DrawSamplesOptions extends DrawnOptions {
  /** Draw in every so-many-th round, in the last, and when `control$` asks. */
  readonly every: number;
  /** Samples per draw; default 64. */
  readonly count?: number;
}

/**
 * Draws samples from a generating network at a cadence and sends them as `SamplesDrawn`. The noise is its own stream:
 * drawing never changes training. The network is applied outside training (running statistics, no dropout).
 */
export function drawSamples(options: DrawSamplesOptions): Plugin {
  checkOptions("drawSamples", drawChecks, options);
  const { every, count = 64, ...drawn } = options;
  return definePlugin(
    "drawSamples",
    (round$) =>
      round$.pipe(
        concatMap((round) => {
          const isDue = (round.index + 1) % every === 0 || round.isLast || round.requests.includes("samples");
          return isDue ? draw(round).then(() => round) : of(round);
        }),
      ),
    {
      asynchronous: { timeoutMs: 600_000 },
      assemble: (blueprint) => refuseUnknown(drawn, blueprint),
    },
  );

  async function draw(round: Round): Promise<void> {
    const samples = await drawNow("drawSamples", "samples", round, count, drawn);
    round.run.emit({ _tag: "SamplesDrawn", round: round.index + 1, ...samples });
  }
}

/** The checks of `DrawSamplesOptions`, shared with `trainGAN$`. */
export const drawChecks = { every: integer(), count: countCheck, ...drawnChecks };
