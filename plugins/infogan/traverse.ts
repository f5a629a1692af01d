import type { GivenFields } from "../../src/index.ts";

export interface Traversal {
  /** The latents of `rows` samples by field, row by row: what each line of the grid starts from. */
  readonly from: GivenFields;
  readonly rows: number;
  /** The field that varies along a line. */
  readonly field: string;
  /** Which of the field's numbers varies; 0 unless told. */
  readonly coordinate?: number;
  /** Its value in each column. */
  readonly values: readonly number[];
}

/**
 * The latents of a traversal grid, for `given`: line r is sample r of `from`, over and over, with one of its codes at every
 * value. Draw `rows · values.length` samples, `values.length` columns.
 *
 * @throws RangeError where a field is not `rows` rows, or the one that varies is not there
 */
export function traverse({ from, rows, field, coordinate = 0, values }: Traversal): GivenFields {
  if (from[field] === undefined) throw new RangeError(`traverse: expected one of ${Object.keys(from).join(", ")} to vary, got "${field}"`);
  return Object.fromEntries(
    Object.entries(from).map(([name, given]) => {
      const size = given.length / rows;
      if (!Number.isInteger(size) || size === 0) throw new RangeError(`traverse: expected ${rows} rows of "${name}", got ${given.length} numbers`);
      if (name === field && coordinate >= size) throw new RangeError(`traverse: "${field}" has ${size} numbers, so no number ${coordinate}`);
      const grid = Array.from({ length: rows }, (_, row) =>
        values.map((value) =>
          Array.from({ length: size }, (_, i) => (name === field && i === coordinate ? value : given[row * size + i]!)),
        ),
      );
      return [name, grid.flat(2)];
    }),
  );
}
