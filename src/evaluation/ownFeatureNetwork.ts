import { createHash } from "node:crypto";
import { checkOptions, either, integer, listOf, number, optional, satisfies, text } from "../configuration/checkOptions.ts";
import type { Shape, Tensor } from "../math/tensor.ts";
import { tf } from "../math/tensor.ts";
import type { FeatureNetwork, Judgement } from "./featureNetwork.ts";

export interface OwnFeatureNetworkOptions {
  /** Quoted beside every score. */
  readonly name: string;
  /**
   * What tells this network from another of its name: the bytes of its weights, or a version such as `"2026-05, 3 epochs"`. The
   * SHA-256 of name and identity is the network's hash; change it when the function changes, or cached features will be those of the old one.
   */
  readonly identity: string | Uint8Array;
  /** Shape of one sample. */
  readonly shape: Shape;
  /** Value range the function expects. Default [-1, 1]. */
  readonly range?: readonly [number, number];
  readonly featureSize: number;
  /** Features `[batch, featureSize]` of `[batch, …shape]`. Called inside a tidy, on whichever device is open. */
  readonly features: (images: Tensor) => Tensor;
  /** How many classes there are, where the function tells any. Default 1, of which everything is. */
  readonly classes?: number;
  /** Probabilities `[batch, classes]`. */
  readonly probabilities?: (images: Tensor) => Tensor;
}

/**
 * A feature network from a function of one's own: whatever stands for what a sample shows in one's own domain. Without
 * classes it serves the distances, not the Inception Score or coverages of classes.
 *
 * @throws ConfigurationError for wrong options; when judging, Error where the function returns another shape than it said
 * @example
 * ```ts
 * const halves = ownFeatureNetwork({
 *   name: "means", identity: "1", shape: [28, 28, 1], featureSize: 28, features: (images) => tf.mean(images, [2, 3]),
 * });
 * ```
 */
export function ownFeatureNetwork(options: OwnFeatureNetworkOptions): FeatureNetwork {
  const { name, identity, shape, range = [-1, 1], featureSize, features, classes = 1, probabilities } = options;
  const isFunction = satisfies("a function of images", (value) => typeof value === "function");
  checkOptions("ownFeatureNetwork", {
    name: text,
    identity: either(text, satisfies("bytes", (value) => value instanceof Uint8Array && value.length > 0)),
    shape: listOf(integer(), 1),
    range: satisfies("a lower and a higher number", (value) => Array.isArray(value) && value.length === 2 && value[0] < value[1]),
    featureSize: integer(),
    features: isFunction,
    classes: probabilities === undefined ? number({ minimum: 1, maximum: 1 }) : integer(2),
    probabilities: optional(isFunction),
  }, { ...options, range, classes });
  const checked = (what: string, found: Tensor, batch: number, size: number): Tensor => {
    if (found.shape.join() === [batch, size].join()) return found;
    throw new Error(`${name}: expected ${what} of shape [${batch}, ${size}], got [${found.shape.join(", ")}]`);
  };
  return {
    name,
    hash: createHash("sha256").update(`${name}\n`).update(identity).digest("hex"),
    shape,
    range,
    classes,
    featureSize,
    classify: (images): Judgement =>
      tf.tidy(() => {
        const batch = images.shape[0]!;
        return {
          features: checked("features", features(images), batch, featureSize),
          probabilities: checked("probabilities", probabilities?.(images) ?? tf.ones([batch, 1]), batch, classes),
        };
      }),
  };
}
