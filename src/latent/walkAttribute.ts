import { Matrix, solve } from "ml-matrix";
import { anything, checkOptions, having, integer, listOf, number, optional } from "../configuration/checkOptions.ts";
import { countOfRows } from "./latentRows.ts";
import { attributeChange, attributeValues, type ImageAttribute } from "./imageAttribute.ts";
import type { LatentModel } from "./latentModel.ts";
import { samplesAt } from "./samplesAt.ts";
import { lengthOf } from "./vectors.ts";

export interface WalkOptions {
  /** The attribute that is to change. */
  readonly target: ImageAttribute;
  /** By how much, in its own unit. */
  readonly change: number;
  /** Attributes that are to stay as they are: the local direction is projected off theirs. Default none. */
  readonly held?: readonly ImageAttribute[];
  /** Default 8. */
  readonly steps?: number;
  /** Half the distance over which slopes are taken. Default 0.1. */
  readonly difference?: number;
  /** No step is longer: where an attribute hardly depends on z its slope calls for leaps. Default 0.5. */
  readonly maximumStep?: number;
}

/**
 * Disentanglement by projection, point by point: a generator bends, so that the direction of an attribute, and what it
 * shares with others, differs from latent to latent. Each step is the shortest move Δ for which, to first order, the target
 * changes by its part of the way and each held attribute returns to where it began:
 *
 * Δ = Jᵀ (J Jᵀ + εI)⁻¹ b, J the attributes' slopes at z in units of their deviations, b the changes asked for.
 *
 * With nothing held it follows the target's own slope. Attributes are functions of images and need no gradients: slopes are
 * central differences, 2 · latentSize samples for each latent and step.
 *
 * @returns the latents after the walk, `[count, latentSize]`
 * @throws ConfigurationError for wrong options
 * Reference: after Wang, Yu and Fritz, "Hijack-GAN" (2021), section 3.3, with differences in the place of proxy networks.
 */
export async function walkAttribute(model: LatentModel, latents: ArrayLike<number>, options: WalkOptions): Promise<Float32Array> {
  const attribute = having("an attribute such as slant()", "of");
  checkOptions("walkAttribute", {
    target: attribute,
    change: number(),
    held: optional(listOf(anything)),
    steps: optional(integer()),
    difference: optional(number({ above: 0 })),
    maximumStep: optional(number({ above: 0 })),
  }, options);
  const { target, change, held = [], steps = 8, difference = 0.1, maximumStep = 0.5 } = options;
  const { latentSize } = model;
  const count = countOfRows("walkAttribute", "latents", latents, latentSize);
  const attributes = [target, ...held];
  const z = Float32Array.from(latents);
  const beginnings = await valuesAt(model, z, attributes);
  const scales = beginnings.map((values, i) => deviation(attributes[i]!, values));

  for (let step = 0; step < steps; step++) {
    const now = step === 0 ? beginnings : await valuesAt(model, z, attributes);
    const slopes = await slopesAt(model, z, attributes, difference);
    for (let row = 0; row < count; row++) {
      const asked = attributes.map((one, i) => {
        const done = attributeChange(one, beginnings[i]![row]!, now[i]![row]!);
        return (i === 0 ? (change - done) / (steps - step) : -done) / scales[i]!;
      });
      const jacobian = new Matrix(attributes.map((_, i) => Array.from({ length: latentSize }, (__, axis) => slopes[i]![row * latentSize + axis]! / scales[i]!)));
      const gram = jacobian.mmul(jacobian.transpose()).add(Matrix.eye(attributes.length).mul(DAMPING));
      const move = jacobian.transpose().mmul(solve(gram, Matrix.columnVector(asked))).to1DArray();
      const share = Math.min(1, maximumStep / Math.max(lengthOf(move), Number.MIN_VALUE));
      for (let axis = 0; axis < latentSize; axis++) z[row * latentSize + axis]! += share * move[axis]!;
    }
  }
  return z;
}

/** ε, in squared deviations per unit of z: slopes below its root (0.03) are not relied on. */
const DAMPING = 1e-3;

async function valuesAt(model: LatentModel, latents: Float32Array, attributes: readonly ImageAttribute[]): Promise<readonly Float64Array[]> {
  const samples = await samplesAt(model, latents);
  return attributes.map((attribute) => attributeValues(attribute, samples));
}

/** Central differences of each attribute along each axis, `[count, latentSize]`. */
async function slopesAt(model: LatentModel, z: Float32Array, attributes: readonly ImageAttribute[], difference: number): Promise<readonly Float64Array[]> {
  const { latentSize } = model;
  const slopes = attributes.map(() => new Float64Array(z.length));
  for (let axis = 0; axis < latentSize; axis++) {
    const [below, above] = [-difference, difference].map((by) => z.map((value, i) => (i % latentSize === axis ? value + by : value)));
    const [low, high] = [await valuesAt(model, below!, attributes), await valuesAt(model, above!, attributes)];
    attributes.forEach((attribute, i) => {
      for (let row = 0; row < low[i]!.length; row++) {
        slopes[i]![row * latentSize + axis] = attributeChange(attribute, low[i]![row]!, high[i]![row]!) / (2 * difference);
      }
    });
  }
  return slopes;
}

/** Spread over the latents, by which attributes of different units are weighed; 1 where there is none. */
function deviation(attribute: ImageAttribute, values: Float64Array): number {
  const centred = Array.from(values, (value) => attributeChange(attribute, values[0]!, value));
  const mean = centred.reduce((sum, value) => sum + value, 0) / centred.length;
  return Math.sqrt(centred.reduce((sum, value) => sum + (value - mean) ** 2, 0) / centred.length) || 1;
}
