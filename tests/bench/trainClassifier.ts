/** How the classifiers that judge generated images are trained: a game of one player over pairs of image and class. */
import { lastValueFrom, tap } from "rxjs";
import type { ClassifierPlan } from "../../src/evaluation/classifierFrom.ts";
import { encodeSafetensors } from "../../src/formats/safetensors.ts";
import { game } from "../../src/game/game.ts";
import type { Seen } from "../../src/game/seen.ts";
import type { Batch, Source } from "../../src/game/source.ts";
import { fold } from "../../src/math/random/fold.ts";
import { integers } from "../../src/math/random/integers.ts";
import { cosineSchedule } from "../../src/math/schedules/cosineSchedule.ts";
import { warmUp } from "../../src/math/schedules/warmUp.ts";
import { type Tensor, tf } from "../../src/math/tensor.ts";
import { adamW } from "../../src/networks/optimizers/adamW.ts";
import { memory } from "../../src/sources/memory.ts";
import { step } from "../../src/steps/step.ts";
import { train$ } from "../../src/train.ts";

export interface ClassifierTraining {
  readonly data: Source<"samples" | "labels">;
  readonly rounds: number;
  /** Of Adam, at its highest; it falls along a cosine to 1e-5. */
  readonly learningRate: number;
  readonly decay: number;
  /** What is done to the images of a training batch, on the device. */
  readonly augment?: (images: Tensor, seen: Seen) => Tensor;
}

/** Trains a classifier on wasm, and answers its weights as a safetensors file. */
export async function trainClassifier(plan: ClassifierPlan, training: ClassifierTraining): Promise<Uint8Array> {
  const { data, rounds, learningRate, decay, augment } = training;
  /** Cross-entropy of the images drawn, with the share told right as a measure. */
  const crossEntropy = (seen: Seen): Tensor => {
    const drawn = seen.drawn("data");
    const samples = drawn["samples"]!;
    const { logits } = seen.forward("judge", { ...drawn, samples: augment?.(samples, seen) ?? samples }).heads;
    const labels = drawn["labels"]!;
    seen.measure("accuracy", tf.mean(tf.cast(tf.equal(tf.argMax(logits!, -1), labels), "float32")));
    return tf.neg(tf.mean(tf.sum(tf.mul(tf.oneHot(labels, plan.classes), tf.logSoftmax(logits!)), -1)));
  };
  const checkpoints = memory({ every: rounds });
  const events$ = train$(
    game({
      sources: { data },
      networks: { judge: plan.network },
      players: {
        judge: {
          optimizer: adamW({ learningRate: warmUp({ rounds: 200, then: cosineSchedule({ from: learningRate, to: 1e-5, rounds }) }), decay }),
          owns: ["judge"],
        },
      },
      turns: [{ name: "classify", players: ["judge"] }],
      terms: [{ name: "crossEntropy", turn: "classify", of: crossEntropy }],
      rounds,
      seed: 1,
      backend: "wasm",
      readEvery: 50,
      checkpoints,
    }),
    step("classify"),
  );
  await lastValueFrom(
    events$.pipe(
      tap((event) => {
        if (event._tag === "RoundPlayed" && event.round % 250 === 0) {
          console.log(event.round, Math.round(event.elapsedMs / 1_000), event.metrics);
        }
      }),
    ),
  );
  const { signal } = new AbortController();
  const { snapshot } = (await (await checkpoints.open(signal)).latest())!;
  return encodeSafetensors(new Map(
    [...snapshot.tensors].flatMap(([name, tensor]) => {
      const own = /^(?:parameters|buffers)\/judge\/(.*)$/.exec(name)?.[1];
      return own === undefined ? [] : [[own, tensor] as const];
    }),
  ));
}

/**
 * A source whose images are cut from wider ones at a random place, so that what they show moves.
 *
 * @param side of what is cut out; the source's images are larger by up to `2 · pixels` either way
 */
export function shifted(source: Source<"samples" | "labels">, side: number, channels: number, pixels: number): Source<"samples" | "labels"> {
  const wide = side + 2 * pixels;
  return {
    ...source,
    spec: { name: "shifted", options: { source: { ...source.spec }, pixels } },
    open: async (context) => {
      const open = await source.open(context);
      const key = fold(context.key, "shift");
      const crop = (position: number, batch: Batch): Batch => {
        const places = integers(key, batch.count, (2 * pixels + 1) ** 2, position);
        const samples = new Float32Array(batch.count * side * side * channels);
        places.forEach((place, row) => {
          const top = Math.floor(place / (2 * pixels + 1));
          const left = place % (2 * pixels + 1);
          for (let y = 0; y < side; y++) {
            const start = ((row * wide + y + top) * wide + left) * channels;
            samples.set(batch.fields["samples"]!.subarray(start, start + side * channels), (row * side + y) * side * channels);
          }
        });
        return { ...batch, fields: { ...batch.fields, samples } };
      };
      return {
        ...open,
        fields: { ...open.fields, samples: { ...open.fields["samples"]!, shape: [side, side, channels] } },
        at: async (position, count, signal) => crop(position, await open.at(position, count, signal)),
      };
    },
  };
}
