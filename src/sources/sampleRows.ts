import type { Json } from "../configuration/spec.ts";
import { SourceFailed } from "../game/failure.ts";
import type { Batch, FieldValues } from "../game/source.ts";
import { sizeOf } from "../math/tensor.ts";
import type { FieldPlans } from "../networks/network.ts";

/** One sample of a user's stream: by field its values, or one number where the field's shape is `[]`. */
export type Sample<Field extends string = string> = Readonly<Record<Field, number | ArrayLike<number>>>;

/** One sample with its values checked, in arrays of its own: a stream may use its buffers again. */
export type SampleRow = Readonly<Record<string, FieldValues>>;

/**
 * The samples of what a user's stream gave: one sample, or a batch of them.
 *
 * @param position of the first of them, for the error
 * @throws SourceFailed where a field is missing, too long or short, or not a class
 */
export function rowsOfItem(source: string, fields: FieldPlans, item: Sample | Batch, position: number): readonly SampleRow[] {
  const fail = (message: string): never => {
    throw new SourceFailed(source, `sample ${position}: ${message}`);
  };
  if (item === null || typeof item !== "object") fail(`expected an object with ${Object.keys(fields).join(", ")}, got ${String(item)}`);
  const isBatch = isBatchRecord(item);
  const count = isBatch ? item.count : 1;
  const record: Readonly<Record<string, number | ArrayLike<number>>> = isBatch ? item.fields : item;
  const rows = Array.from({ length: count }, (): Record<string, FieldValues> => ({}));
  for (const [name, { shape, dtype, classes }] of Object.entries(fields)) {
    const size = sizeOf(shape);
    const found = record[name];
    if (found === undefined) fail(`expected a field "${name}", got ${Object.keys(record).join(", ") || "none"}`);
    const values = typeof found === "number"
      ? [found]
      : Array.isArray(found) || ArrayBuffer.isView(found)
      ? (found as ArrayLike<number>)
      : [];
    if (values.length !== count * size) {
      fail(
        `"${name}": expected ${count * size} numbers (shape [${shape.join(", ")}]${
          isBatch ? `, ${count} samples` : ""
        }), got ${values.length}`,
      );
    }
    if (classes !== undefined) {
      const wrong = Array.from(values).find((value) => !Number.isInteger(value) || value < 0 || value >= classes);
      if (wrong !== undefined) fail(`"${name}": expected a class from 0 to ${classes - 1}, got ${wrong}`);
    }
    const own = dtype === "float32" ? Float32Array.from(values) : Int32Array.from(values);
    rows.forEach((row, i) => (row[name] = own.subarray(i * size, (i + 1) * size)));
  }
  return rows;
}

/** An aligned batch of rows, in arrays of its own. */
export function batchOfRows(fields: FieldPlans, rows: readonly SampleRow[]): Batch {
  const columns = Object.entries(fields).map(([name, { shape, dtype }]): readonly [string, FieldValues] => {
    const size = sizeOf(shape);
    const values = dtype === "float32" ? new Float32Array(rows.length * size) : new Int32Array(rows.length * size);
    rows.forEach((row, i) => values.set(row[name]!, i * size));
    return [name, values];
  });
  return { count: rows.length, fields: Object.fromEntries(columns) };
}

/** The fields as they stand in a spec. */
export function fieldsSpec(fields: FieldPlans): Json {
  return Object.fromEntries(
    Object.entries(fields).map((
      [name, { shape, dtype, range, classes }],
    ) => [name, { shape: [...shape], dtype, range: range === undefined ? null : [...range], classes: classes ?? null }]),
  );
}

function isBatchRecord(item: Sample | Batch): item is Batch {
  return typeof item["count"] === "number" && "fields" in item && typeof item.fields === "object" && !Array.isArray(item.fields);
}
