/** Σ aᵢ bᵢ. */
export function dot(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

export function lengthOf(vector: ArrayLike<number>): number {
  return Math.sqrt(dot(vector, vector));
}

/** The vector of length 1 that points the same way. @throws RangeError where it points nowhere */
export function unit(owner: string, vector: ArrayLike<number>): Float64Array {
  const length = lengthOf(vector);
  if (!(length > 0 && length < Infinity)) throw new RangeError(`${owner}: a vector of length ${length} has no direction`);
  return Float64Array.from(vector, (value) => value / length);
}
