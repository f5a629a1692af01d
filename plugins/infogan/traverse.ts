import { checkOptions, ConfigurationError, integer, listOf, number, optional, satisfies, text, type GivenFields } from "../../src/index.ts";

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
 * @throws ConfigurationError for wrong options, and where a field is not `rows` rows, or what varies is not there
 */
export function traverse(options: Traversal): GivenFields {
  checkOptions("traverse", checks, options);
  const { from, rows, field, coordinate = 0, values } = options;
  if (from[field] === undefined) throw problem("field", `expected one of ${Object.keys(from).join(", ")} to vary, got "${field}"`);
  return Object.fromEntries(
    Object.entries(from).map(([name, given]) => {
      const size = given.length / rows;
      if (!Number.isInteger(size) || size === 0) throw problem(`from.${name}`, `expected ${rows} rows of "${name}", got ${given.length} numbers`);
      if (name === field && coordinate >= size) throw problem("coordinate", `expected an integer >= 0 and < ${size}, the numbers of "${field}", got ${coordinate}`);
      const grid = Array.from({ length: rows }, (_, row) =>
        values.map((value) =>
          Array.from({ length: size }, (_, i) => (name === field && i === coordinate ? value : given[row * size + i]!)),
        ),
      );
      return [name, grid.flat(2)];
    }),
  );
}

const checks = {
  from: satisfies("lists of numbers by field", (value) => value !== null && typeof value === "object" && Object.values(value).every((given) => typeof (given as ArrayLike<number> | null)?.length === "number")),
  rows: integer(),
  field: text,
  coordinate: optional(integer(0)),
  values: listOf(number(), 1),
};

function problem(path: string, message: string): ConfigurationError {
  return new ConfigurationError("traverse", [{ path, message }]);
}
