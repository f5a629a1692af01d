import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { decodeSafetensors } from "../formats/safetensors.ts";
import { CheckpointFailed } from "../game/failure.ts";
import { rootKey } from "../math/random/fold.ts";
import { type Tensor, tf } from "../math/tensor.ts";
import { buildNetwork } from "../networks/buildNetwork.ts";
import { digitClasses, digitClassifierPlan, digitFeatures, digitFields } from "./digitClassifierPlan.ts";
import type { FeatureNetwork } from "./featureNetwork.ts";

/** SHA-256 of digitClassifier.safetensors: every figure of the judge is a figure under these weights. */
const pinnedHash = "ef9ff9d6f4b17ebeb679638b1d7da1e9ac9561c7dd6c4d9ace5a312dad3c323d";

/**
 * The judge of generated digits: a small convolutional classifier, trained on the MNIST training digits by
 * tests/bench/trainJudge.ts, with the features its ten classes are read from.
 *
 * @throws CheckpointFailed with reason `damaged` where the weights file is not the one the library was published with
 * @example
 * ```ts
 * const judge = await digitClassifier();
 * const { covered, meanConfidence } = classCoverage(await judgeSamples(judge, samples));
 * ```
 */
export async function digitClassifier(): Promise<FeatureNetwork> {
  const location = new URL("./digitClassifier.safetensors", import.meta.url);
  const file = await readFile(location).catch((cause: unknown) => {
    throw new CheckpointFailed("missing", `digitClassifier: ${location.pathname} cannot be read; install the package again`, cause);
  });
  return digitClassifierFrom(file, pinnedHash);
}

/**
 * The same network with the weights of a safetensors file, whose SHA-256 must be `hash` where one is given.
 *
 * @throws CheckpointFailed with reason `damaged` for another file
 */
export function digitClassifierFrom(file: Uint8Array, hash?: string): FeatureNetwork {
  const found = createHash("sha256").update(file).digest("hex");
  if (hash !== undefined && found !== hash) {
    throw new CheckpointFailed(
      "damaged",
      `digitClassifier: expected weights with the SHA-256 ${hash}, got ${found}; install the package again`,
    );
  }
  const { tensors } = decodeSafetensors(file);
  const network = buildNetwork("digitClassifier", digitClassifierPlan().plan(digitFields), digitFields);
  for (const [name, { shape }] of Object.entries({ ...network.parameters, ...network.buffers })) {
    const { shape: got } = tensors.get(name) ?? {};
    if (got?.join() !== shape.join()) {
      throw new CheckpointFailed(
        "damaged",
        `digitClassifier: ${name}: expected shape [${shape.join(", ")}], got ${got === undefined ? "nothing" : `[${got.join(", ")}]`}`,
      );
    }
  }
  const { shape, range } = digitFields["samples"]!;
  return {
    name: "digitClassifier",
    hash: found,
    shape,
    range: range!,
    classes: digitClasses,
    featureSize: digitFeatures,
    classify: (images: Tensor) =>
      tf.tidy(() => {
        // 190 KB, made anew for every batch: nobody has to free them, and they follow the backend.
        const weights = Object.fromEntries([...tensors].map(([name, { values, shape: extent }]) => [name, tf.tensor(values, [...extent])]));
        const { heads, features } = network.apply(weights, weights, { samples: images }, {
          isTraining: false,
          key: rootKey(0),
          settings: {},
        });
        return { probabilities: tf.softmax(heads["logits"]!), features };
      }),
  };
}
