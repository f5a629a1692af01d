/** What moving latents does to attributes of the samples. */
import { attributeValues, effectOn, samplesAt, walkAttribute, writeGrid, type ImageAttribute, type LatentModel, type LatentSamples } from "../../../src/index.ts";
import type { Measured } from "./table.ts";

export const mean = (values: ArrayLike<number>): number => Array.from(values).reduce((sum, value) => sum + value / values.length, 0);
export const meanSquare = (a: ArrayLike<number>, b: ArrayLike<number>): number => mean(Float64Array.from(a, (value, i) => (value - b[i]!) ** 2));

/** A change's gain of its target, and how much the other attributes changed for each deviation of it. */
export function sideEffects(
  target: ImageAttribute,
  attributes: readonly ImageAttribute[],
  before: LatentSamples,
  after: LatentSamples,
): { readonly gain: number; readonly others: number } {
  const { gain } = effectOn(target, before, after);
  return { gain, others: mean(attributes.filter((one) => one !== target).map((one) => effectOn(one, before, after).absolute)) / gain };
}

/**
 * Each attribute raised by one of its deviations, along its own slope and with the others' slopes projected off.
 *
 * @param picture the first samples, then of each attribute those moved freely and those with the others held, a row each
 */
export async function projectionOf(
  model: LatentModel,
  latents: ArrayLike<number>,
  attributes: readonly ImageAttribute[],
  picture?: string,
): Promise<Measured> {
  const before = await samplesAt(model, latents);
  const [free, held]: [number[], number[]] = [[], []];
  const gains: Record<string, number> = {};
  const [freely, holding]: [number[], number[]] = [[], []];
  const pictures = [before];
  for (const target of attributes) {
    const { deviation } = effectOn(target, before, before);
    const walked = async (hold: readonly ImageAttribute[]): Promise<LatentSamples> =>
      samplesAt(model, await walkAttribute(model, latents, { target, change: deviation, held: hold, steps: 6 }));
    const [alone, steady] = [await walked([]), await walked(attributes.filter((one) => one !== target))];
    const [plain, projected] = [sideEffects(target, attributes, before, alone), sideEffects(target, attributes, before, steady)];
    free.push(plain.others);
    held.push(projected.others);
    freely.push(plain.gain);
    holding.push(projected.gain);
    gains[`gain, ${target.name}`] = projected.gain;
    pictures.push(alone, steady);
  }
  if (picture !== undefined) await writeRows(picture, pictures, 16);
  return { ...gains, freeGain: mean(freely), heldGain: mean(holding), free: mean(free), held: mean(held), worstRatio: Math.max(...held.map((one, i) => one / free[i]!)) };
}

/** The first samples of each, a row each. */
export async function writeRows(path: string, rows: readonly LatentSamples[], columns: number): Promise<void> {
  const values = Float32Array.from(rows.flatMap((row) => [...row.values.subarray(0, (columns * row.values.length) / row.count)]));
  await writeGrid(path, { ...rows[0]!, count: rows.length * columns, values }, { columns });
}

/** Mean change of an attribute between samples, in `deviation`s. */
export function gainOf(attribute: ImageAttribute, before: LatentSamples, after: LatentSamples, deviation: number): number {
  const from = attributeValues(attribute, before);
  return mean(Array.from(attributeValues(attribute, after), (value, i) => value - from[i]!)) / deviation;
}
