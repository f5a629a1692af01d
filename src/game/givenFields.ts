import { type Check, satisfies } from "../configuration/checkOptions.ts";
import { sizeOf } from "../math/tensor.ts";
import type { FieldPlan } from "../networks/network.ts";
import type { FieldValues } from "./source.ts";

/**
 * Latent fields whose values the caller names, in place of what their sources would draw: `{ labels: [0, 1, 2] }`. Each
 * is a list of rows of the field's shape, one after another; where more samples are drawn than there are rows, they
 * begin again from the first.
 */
export type GivenFields = Readonly<Record<string, ArrayLike<number>>>;

/** The check of an option of this type. */
export const givenCheck: Check = satisfies(
  "lists of numbers by the field they are for, such as { labels: [0, 1, 2] }",
  (value) =>
    value !== null && typeof value === "object" && !Array.isArray(value) &&
    Object.values(value).every((rows) => typeof (rows as ArrayLike<number> | null)?.length === "number" && Array.from(rows as ArrayLike<unknown>).every(Number.isFinite)),
);

/**
 * `count` rows of a field from those that are given, from row `first` of them on.
 *
 * @throws RangeError where they are no whole number of rows, or a label is not one of the field's classes
 */
export function givenRows(name: string, rows: ArrayLike<number>, { shape, dtype, classes }: FieldPlan, count: number, first = 0): FieldValues {
  const size = sizeOf(shape);
  if (rows.length === 0 || rows.length % size !== 0) {
    throw new RangeError(`given.${name}: expected rows of ${size} ${size === 1 ? "number" : "numbers"} (shape [${shape.join(", ")}]), got ${rows.length} numbers`);
  }
  if (dtype === "int32") {
    const wrong = Array.from(rows).find((value) => !Number.isInteger(value) || (classes !== undefined && (value < 0 || value >= classes)));
    if (wrong !== undefined) throw new RangeError(`given.${name}: expected ${classes === undefined ? "whole numbers" : `labels of 0 to ${classes - 1}`}, got ${wrong}`);
  }
  const row = (_: unknown, i: number): number => rows[(first * size + i) % rows.length]!;
  return dtype === "int32" ? Int32Array.from({ length: count * size }, row) : Float32Array.from({ length: count * size }, row);
}
