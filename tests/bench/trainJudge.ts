/**
 * The recipe of the judge's weights: `bun tests/bench/trainJudge.ts [file]` trains the digit classifier on MNIST as a game
 * of one player (about 4 minutes on wasm), prints its accuracy on the 10,000 test digits, and writes the file, unless told
 * src/evaluation/digitClassifier.safetensors. The SHA-256 it prints belongs into src/evaluation/digitClassifier.ts.
 * Seeded, so the same kernels give the same bits; other kernels round otherwise and give another file of the same worth.
 *
 * The test digits choose nothing: the settings are a first guess, kept. The committed weights tell 99.43 % of them right.
 */
import { writeFile } from "node:fs/promises";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { lastValueFrom, tap } from "rxjs";
import { classCoverage } from "../../src/evaluation/classCoverage.ts";
import { digitClassifierFrom } from "../../src/evaluation/digitClassifier.ts";
import { digitClasses, digitClassifierPlan, digitFields } from "../../src/evaluation/digitClassifierPlan.ts";
import { judgeSamples } from "../../src/evaluation/judgeSamples.ts";
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
import { digits } from "../../src/sources/digits.ts";
import { drawFrom } from "../../src/sources/drawFrom.ts";
import { memory } from "../../src/sources/memory.ts";
import { step } from "../../src/steps/step.ts";
import { train$ } from "../../src/train.ts";

const path = process.argv[2] ?? fileURLToPath(new URL("../../src/evaluation/digitClassifier.safetensors", import.meta.url));
const rounds = 5_000;
const batchSize = 128;

/** A source whose 28-pixel images are cut from padded ones at a random place, so that digits move by up to `pixels`. */
function shifted(source: Source<"samples" | "labels">, pixels: number): Source<"samples" | "labels"> {
  const wide = 28 + 2 * pixels;
  return {
    ...source,
    spec: { name: "shifted", options: { source: { ...source.spec }, pixels } },
    open: async (context) => {
      const open = await source.open(context);
      const key = fold(context.key, "shift");
      const crop = (position: number, batch: Batch): Batch => {
        const places = integers(key, batch.count, (2 * pixels + 1) ** 2, position);
        const samples = new Float32Array(batch.count * 28 * 28);
        places.forEach((place, row) => {
          const top = Math.floor(place / (2 * pixels + 1));
          const left = place % (2 * pixels + 1);
          for (let y = 0; y < 28; y++) {
            const start = (row * wide + y + top) * wide + left;
            samples.set(batch.fields["samples"]!.subarray(start, start + 28), (row * 28 + y) * 28);
          }
        });
        return { ...batch, fields: { ...batch.fields, samples } };
      };
      return {
        ...open,
        fields: { ...open.fields, ...digitFields },
        at: async (position, count, signal) => crop(position, await open.at(position, count, signal)),
      };
    },
  };
}

/** Cross-entropy of the digits drawn, with the share told right as a measure. */
function crossEntropy(seen: Seen): Tensor {
  const drawn = seen.drawn("data");
  const { logits } = seen.forward("judge", drawn).heads;
  const labels = drawn["labels"]!;
  seen.measure("accuracy", tf.mean(tf.cast(tf.equal(tf.argMax(logits!, -1), labels), "float32")));
  return tf.neg(tf.mean(tf.sum(tf.mul(tf.oneHot(labels, digitClasses), tf.logSoftmax(logits!)), -1)));
}

const checkpoints = memory({ every: rounds });
const training = train$(
  game({
    sources: { data: shifted(digits({ batchSize, pad: 32 }), 2) },
    networks: { judge: digitClassifierPlan() },
    players: {
      judge: {
        optimizer: adamW({ learningRate: warmUp({ rounds: 200, then: cosineSchedule({ from: 3e-3, to: 1e-5, rounds }) }), decay: 0.02 }),
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
  training.pipe(
    tap((event) => {
      if (event._tag === "RoundPlayed" && event.round % 250 === 0) {
        console.log(event.round, Math.round(event.elapsedMs / 1_000), event.metrics);
      }
    }),
  ),
);

const { signal } = new AbortController();
const { snapshot } = (await (await checkpoints.open(signal)).latest())!;
const weights = new Map(
  [...snapshot.tensors].flatMap(([name, tensor]) => {
    const own = /^(?:parameters|buffers)\/judge\/(.*)$/.exec(name)?.[1];
    return own === undefined ? [] : [[own, tensor] as const];
  }),
);
const file = encodeSafetensors(weights);
const judge = digitClassifierFrom(file);

for (const split of ["train", "test"] as const) {
  const count = split === "train" ? 60_000 : 10_000;
  const { fields } = await drawFrom(digits({ split, batchSize, shuffle: false }), count);
  const { predictions } = classCoverage(await judgeSamples(judge, fields["samples"] as Float32Array));
  const right = predictions.filter((digit, row) => digit === fields["labels"]![row]).length;
  console.log(`${split} accuracy ${right / count} (${right} of ${count})`);
  if (right < 0.99 * count) throw new Error(`the judge must tell 99 % of the ${split} digits right; nothing is written`);
}
await writeFile(path, file);
console.log(`${file.length} bytes, SHA-256 ${judge.hash}`);
