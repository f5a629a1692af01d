import { concatMap, of } from "rxjs";
import { boolean, checkOptions, integer, oneOf, optional, text } from "../configuration/checkOptions.ts";
import { averagesOf } from "../game/averages.ts";
import type { SamplesDrawn } from "../game/event.ts";
import { definePlugin, type Plugin } from "../game/plugin.ts";
import type { Round } from "../game/round.ts";
import { tf, type Tensor, type Tensors } from "../math/tensor.ts";

export interface DrawSamplesOptions {
  /** Draw in every so-many-th round, in the last, and when `control$` asks. */
  readonly every: number;
  /** Samples per draw; default 64. */
  readonly count?: number;
  /** Default `generator`. */
  readonly network?: string;
  /** The head that holds the samples; default `samples`. */
  readonly head?: string;
  /** Default `averaged` where the network's weights are averaged, else `raw`. */
  readonly weights?: "raw" | "averaged";
  /** The same noise every time, so that pictures can be compared; default true. */
  readonly isFixed?: boolean;
}

/**
 * Draws samples from a generating network at a cadence and sends them as `SamplesDrawn`. The noise is its own stream:
 * drawing never changes training. The network is applied outside training (running statistics, no dropout).
 */
export function drawSamples(options: DrawSamplesOptions): Plugin {
  checkOptions("drawSamples", drawChecks, options);
  const { every, count = 64, network = "generator", head = "samples", weights, isFixed = true } = options;
  return definePlugin(
    "drawSamples",
    (round$) =>
      round$.pipe(
        concatMap((round) => {
          const isDue = (round.index + 1) % every === 0 || round.isLast || round.requests.includes("samples");
          return isDue ? draw(round).then(() => round) : of(round);
        }),
      ),
    { asynchronous: { timeoutMs: 600_000 } },
  );

  async function draw(round: Round): Promise<void> {
    const { run } = round;
    const averages = weights === "raw" ? undefined : averagesOf(round.carry, network);
    if (weights === "averaged" && averages === undefined) {
      throw new RangeError(`the weights of "${network}" are not averaged before drawSamples; put averageWeights({ network: "${network}" }) there`);
    }
    const batches = await Promise.all(
      run.latents(network).map(async (source) => [source, await run.draw(source, count, { stream: "samples", position: isFixed ? 0 : round.index * count })] as const),
    );
    const samples = tf.tidy((): Tensor => {
      const record: Tensors = Object.assign({}, ...batches.map(([source, batch]) => run.upload(source, batch)));
      const made = run.forward(network, record, averages ?? {}).heads[head];
      if (made === undefined) throw new RangeError(`"${network}" has no head "${head}"`);
      return made;
    });
    const range = run.field(head)?.range;
    try {
      const event: SamplesDrawn = {
        _tag: "SamplesDrawn",
        round: round.index + 1,
        network,
        weights: averages === undefined ? "raw" : "averaged",
        count,
        shape: samples.shape.slice(1),
        ...(range === undefined ? {} : { range }),
        values: (await samples.data()) as Float32Array,
      };
      run.emit(event);
    } finally {
      samples.dispose();
    }
  }
}

/** The checks of `DrawSamplesOptions`, shared with `trainGAN$`. */
export const drawChecks = {
  every: integer(),
  count: optional(integer()),
  network: optional(text),
  head: optional(text),
  weights: optional(oneOf("raw", "averaged")),
  isFixed: optional(boolean),
};
