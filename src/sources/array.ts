import { createHash } from "node:crypto";
import { boolean, checkOptions, integer, listOf, optional, satisfies, show } from "../configuration/checkOptions.ts";
import { ConfigurationError, type Problem } from "../configuration/configurationError.ts";
import type { Source } from "../game/source.ts";
import { type Shape, sizeOf } from "../math/tensor.ts";
import type { FieldPlans } from "../networks/network.ts";
import { epochOrder } from "./epochOrder.ts";
import { rangeCheck } from "./fieldPlanChecks.ts";

export interface ArrayOptions {
  /** All values row by row, or one list of values per sample. A Float32Array is kept, not copied: leave it as it is. */
  readonly samples: ArrayLike<number> | readonly ArrayLike<number>[];
  /** One class per sample, 0 … `classes` − 1. */
  readonly labels?: ArrayLike<number>;
  /** Shape of one sample: `[2]`, `[28, 28, 1]`. */
  readonly shape: Shape;
  /** Number of classes; one more than the largest label unless told. */
  readonly classes?: number;
  /** Value range of the samples, for networks that end in a bounded activation. */
  readonly range?: readonly [number, number];
  readonly batchSize: number;
  /** True unless told. */
  readonly shuffle?: boolean;
}

/**
 * Samples (and labels) that are already in memory.
 *
 * Fields `samples` (float32, `shape`) and, where given, `labels` (int32, one class per sample). Its spec holds a digest of
 * the values, so a run is not resumed on other data.
 *
 * @throws ConfigurationError where the counts do not fit the shape, or a label is not a class
 * @example
 * ```ts
 * array({ samples: [[0, 1], [1, 0]], shape: [2], batchSize: 2 });
 * ```
 */
export function array(options: ArrayOptions & { readonly labels: ArrayLike<number> }): Source<"samples" | "labels">;
export function array(options: ArrayOptions): Source<"samples">;
export function array(options: ArrayOptions): Source<"samples" | "labels"> {
  checkOptions("array", checks, options);
  const { shape, batchSize, range, shuffle = true } = options;
  const size = sizeOf(shape);
  const samples = flat(options.samples, size);
  const length = samples.length / size;
  const labels = options.labels === undefined ? undefined : Int32Array.from(options.labels);
  const classes = options.classes ?? 1 + (labels ?? new Int32Array(0)).reduce((most, label) => Math.max(most, label), 0);
  const problems = [
    ...(length > 0 && Number.isInteger(length)
      ? []
      : [{ path: "samples", message: `expected a multiple of ${size} values (shape ${show(shape)}), got ${samples.length}` }]),
    ...labelProblems(options.labels, length, classes),
  ];
  if (problems.length > 0) throw new ConfigurationError("array", problems);

  const fields: FieldPlans = {
    samples: { shape, dtype: "float32", ...(range === undefined ? {} : { range }) },
    ...(labels === undefined ? {} : { labels: { shape: [], dtype: "int32", classes } }),
  };
  const digest = createHash("sha256").update(bytesOf(samples)).update(bytesOf(labels ?? new Int32Array(0))).digest("hex");
  return {
    spec: {
      name: "array",
      options: {
        digest,
        shape: [...shape],
        classes: labels === undefined ? null : classes,
        range: range === undefined ? null : [...range],
        batchSize,
        shuffle,
      },
    },
    provides: labels === undefined ? ["samples"] : ["samples", "labels"],
    batchSize,
    open: ({ key }) => {
      const order = epochOrder(key, length, shuffle);
      return {
        fields,
        length,
        at: (position, count) => {
          const rows = order(position, count);
          const values = new Float32Array(count * size);
          rows.forEach((row, i) => values.set(samples.subarray(row * size, (row + 1) * size), i * size));
          return {
            count,
            fields: { samples: values, ...(labels === undefined ? {} : { labels: Int32Array.from(rows, (row) => labels[row]!) }) },
          };
        },
      };
    },
  };
}

const numbers = satisfies(
  "a list of numbers",
  (value) => Array.isArray(value) || (ArrayBuffer.isView(value) && !(value instanceof DataView)),
);
const checks = {
  samples: numbers,
  labels: optional(numbers),
  shape: listOf(integer()),
  classes: optional(integer()),
  range: optional(rangeCheck),
  batchSize: integer(),
  shuffle: optional(boolean),
};

function flat(samples: ArrayOptions["samples"], size: number): Float32Array {
  if (samples instanceof Float32Array) return samples;
  if (typeof samples[0] !== "object") return Float32Array.from(samples as ArrayLike<number>);
  const rows = samples as readonly ArrayLike<number>[];
  const values = new Float32Array(rows.length * size);
  rows.forEach((row, i) => {
    if (row.length !== size) {
      throw new ConfigurationError("array", [{ path: `samples[${i}]`, message: `expected ${size} values, got ${row.length}` }]);
    }
    values.set(row, i * size);
  });
  return values;
}

function labelProblems(labels: ArrayLike<number> | undefined, length: number, classes: number): readonly Problem[] {
  if (labels === undefined) return [];
  if (labels.length !== length) {
    return [{ path: "labels", message: `expected one for each of the ${length} samples, got ${labels.length}` }];
  }
  const wrong = Array.from(labels).findIndex((label) => !Number.isInteger(label) || label < 0 || label >= classes);
  return wrong === -1
    ? []
    : [{ path: `labels[${wrong}]`, message: `expected a class from 0 to ${classes - 1}, got ${show(labels[wrong])}` }];
}

function bytesOf(values: Float32Array | Int32Array): Uint8Array {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
}
