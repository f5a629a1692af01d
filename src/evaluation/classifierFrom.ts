import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { decodeSafetensors } from "../formats/safetensors.ts";
import { CheckpointFailed } from "../game/failure.ts";
import { rootKey } from "../math/random/fold.ts";
import { type Tensor, tf } from "../math/tensor.ts";
import { buildNetwork } from "../networks/buildNetwork.ts";
import type { FieldPlans, NetworkFactory } from "../networks/network.ts";
import type { FeatureNetwork } from "./featureNetwork.ts";

/** A classifier as it was trained: a network with the head `logits`, what it reads, and what it answers. */
export interface ClassifierPlan {
  readonly name: string;
  readonly network: NetworkFactory;
  /** One field, `samples`, with its range. */
  readonly fields: FieldPlans;
  readonly classes: number;
  readonly featureSize: number;
}

/**
 * A classifier with the weights that lie beside the library.
 *
 * @throws CheckpointFailed with reason `missing` where they cannot be read, `damaged` where they are not those published
 */
export async function publishedClassifier(plan: ClassifierPlan, location: URL, hash: string): Promise<FeatureNetwork> {
  const file = await readFile(location).catch((cause: unknown) => {
    throw new CheckpointFailed("missing", `${plan.name}: ${location.pathname} cannot be read; install the package again`, cause);
  });
  return classifierFrom(plan, file, hash);
}

/**
 * A classifier with the weights of a safetensors file, whose SHA-256 must be `hash` where one is given.
 *
 * @throws CheckpointFailed with reason `damaged` for another file
 */
export function classifierFrom(plan: ClassifierPlan, file: Uint8Array, hash?: string): FeatureNetwork {
  const { name, fields, classes, featureSize } = plan;
  const found = createHash("sha256").update(file).digest("hex");
  if (hash !== undefined && found !== hash) {
    throw new CheckpointFailed(
      "damaged",
      `${name}: expected weights with the SHA-256 ${hash}, got ${found}; install the package again`,
    );
  }
  const { tensors } = decodeSafetensors(file);
  const network = buildNetwork(name, plan.network.plan(fields), fields);
  for (const [variable, { shape }] of Object.entries({ ...network.parameters, ...network.buffers })) {
    const { shape: got } = tensors.get(variable) ?? {};
    if (got?.join() !== shape.join()) {
      throw new CheckpointFailed(
        "damaged",
        `${name}: ${variable}: expected shape [${shape.join(", ")}], got ${got === undefined ? "nothing" : `[${got.join(", ")}]`}`,
      );
    }
  }
  const { shape, range } = fields["samples"]!;
  return {
    name,
    hash: found,
    shape,
    range: range!,
    classes,
    featureSize,
    classify: (images: Tensor) =>
      tf.tidy(() => {
        // About a megabyte at most, made anew for every batch: nobody has to free them, and they follow the backend.
        const weights = Object.fromEntries([...tensors].map(([variable, { values, shape: extent }]) => [variable, tf.tensor(values, [...extent])]));
        const { heads, features } = network.apply(weights, weights, { samples: images }, {
          isTraining: false,
          key: rootKey(0),
          settings: {},
        });
        return { probabilities: tf.softmax(heads["logits"]!), features };
      }),
  };
}
