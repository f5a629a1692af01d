import { ConfigurationError } from "../configuration/configurationError.ts";

/**
 * How many rows of `size` numbers there are.
 *
 * @throws ConfigurationError where there is none, or no whole number of them
 */
export function countOfRows(owner: string, path: string, values: ArrayLike<number>, size: number): number {
  const count = values.length / size;
  if (count < 1 || !Number.isInteger(count)) {
    throw new ConfigurationError(owner, [{ path, message: `expected rows of ${size} numbers, got ${values.length} numbers` }]);
  }
  return count;
}

/** @throws ConfigurationError where two vectors, or two lists of rows, differ in length */
export function expectLength(owner: string, path: string, values: ArrayLike<number>, length: number): void {
  if (values.length !== length) {
    throw new ConfigurationError(owner, [{ path, message: `expected ${length} numbers, got ${values.length}` }]);
  }
}
