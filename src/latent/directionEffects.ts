import { checkOptions, integer, number, optional } from "../configuration/checkOptions.ts";
import { ConfigurationError } from "../configuration/configurationError.ts";
import { attributeChange, attributeValues, type ImageAttribute } from "./imageAttribute.ts";
import type { LatentModel } from "./latentModel.ts";
import { moveAlong } from "./moveAlong.ts";
import { type LatentSamples, samplesAt } from "./samplesAt.ts";

/** What a move does to an attribute, in standard deviations of that attribute over the samples before it. */
export interface AttributeEffect {
  readonly attribute: string;
  /** Mean change. */
  readonly gain: number;
  /** Mean absolute change: what gain hides where samples change in opposite ways. */
  readonly absolute: number;
  /** The standard deviation, in the attribute's own unit. */
  readonly deviation: number;
}

/**
 * Measures what moving latents along a direction does to attributes of the samples.
 *
 * @param latents `[count, latentSize]`; the changes are means over them
 * @throws ConfigurationError where lengths do not fit, or an attribute is the same for all samples
 */
export async function directionEffects(
  model: LatentModel,
  latents: ArrayLike<number>,
  direction: ArrayLike<number>,
  distance: number,
  attributes: readonly ImageAttribute[],
): Promise<readonly AttributeEffect[]> {
  const before = await samplesAt(model, latents);
  const after = await samplesAt(model, moveAlong(latents, direction, distance));
  return attributes.map((attribute) => effectOn(attribute, before, after));
}

/** The change of one attribute between samples, pair by pair. */
export function effectOn(attribute: ImageAttribute, before: LatentSamples, after: LatentSamples): AttributeEffect {
  const [from, to] = [attributeValues(attribute, before), attributeValues(attribute, after)];
  const changes = from.map((value, i) => attributeChange(attribute, value, to[i]!));
  const mean = (values: Float64Array): number => values.reduce((sum, value) => sum + value, 0) / values.length;
  // About the first value, by which an angle's spread does not depend on where it is cut open.
  const centred = from.map((value) => attributeChange(attribute, from[0]!, value));
  const middle = mean(centred);
  const deviation = Math.sqrt(mean(centred.map((value) => (value - middle) ** 2)));
  if (deviation === 0) {
    throw new ConfigurationError("directionEffects", [{ path: "latents", message: `expected samples that differ in ${attribute.name}, got ${from.length} alike` }]);
  }
  return { attribute: attribute.name, gain: mean(changes) / deviation, absolute: mean(changes.map(Math.abs)) / deviation, deviation };
}

export interface DistanceOptions {
  /** No further than this. Default 8. */
  readonly maximum?: number;
  /** Halvings of the interval. Default 12. */
  readonly iterations?: number;
}

/**
 * How far to go along a direction until an attribute has changed by `gain` standard deviations on average: what makes the
 * side effects of two directions comparable. Found by bisection.
 *
 * @param gain > 0
 * @throws ConfigurationError for wrong options
 * @throws RangeError where the gain is not reached within the maximum
 */
export async function distanceForGain(
  model: LatentModel,
  latents: ArrayLike<number>,
  direction: ArrayLike<number>,
  attribute: ImageAttribute,
  gain: number,
  options: DistanceOptions = {},
): Promise<number> {
  const { maximum = 8, iterations = 12 } = options;
  checkOptions("distanceForGain", { gain: number({ above: 0 }), maximum: optional(number({ above: 0 })), iterations: optional(integer()) }, { ...options, gain });
  const gainAt = async (distance: number): Promise<number> => (await directionEffects(model, latents, direction, distance, [attribute]))[0]!.gain;
  // The way to the bracket is doubled, so that the first distance that is far enough is found: gains need not grow for ever.
  let high = Math.min(maximum, 0.5);
  for (let reached = await gainAt(high); reached < gain; reached = await gainAt(high)) {
    if (high === maximum) throw new RangeError(`distanceForGain: ${attribute.name} changes by ${reached.toFixed(2)} deviations within ${maximum}, expected ${gain}`);
    high = Math.min(maximum, 2 * high);
  }
  let low = high > 0.5 && high < maximum ? high / 2 : 0;
  for (let i = 0; i < iterations; i++) {
    const middle = (low + high) / 2;
    if ((await gainAt(middle)) < gain) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
