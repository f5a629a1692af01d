import { EigenvalueDecomposition, Matrix } from "ml-matrix";
import { checkOptions, integer } from "../configuration/checkOptions.ts";
import { ConfigurationError } from "../configuration/configurationError.ts";
import { upright } from "./principalComponents.ts";

export interface SefaDirections {
  /** Of length 1 and at right angles, `[latentSize]` each: the one that changes most first. */
  readonly directions: readonly Float64Array[];
  /** ‖A n‖² of each. */
  readonly eigenvalues: Float64Array;
}

/** A first layer's kernel: `y = z · K`. */
export interface FirstKernel {
  /** `[latentSize, units]`, row by row. */
  readonly values: ArrayLike<number>;
  readonly latentSize: number;
}

/**
 * SeFa: directions in closed form from the weights alone. Moving z by αn moves the first layer's output by αAn, so those n
 * of length 1 are asked for that make ‖A n‖² largest: eigenvectors of AᵀA. With a kernel `[latentSize, units]`, A is its
 * transpose, and AᵀA = K Kᵀ.
 *
 * @throws ConfigurationError where the kernel has no whole number of columns, or fewer directions than asked for
 * Reference: Shen and Zhou, "Closed-form factorization of latent semantics in GANs" (2021), section 3.2.
 */
export function sefaDirections({ values, latentSize }: FirstKernel, count: number): SefaDirections {
  checkOptions("sefaDirections", { latentSize: integer(), count: integer() }, { latentSize, count });
  const units = values.length / latentSize;
  const problems = [
    ...(units >= 1 && Number.isInteger(units) ? [] : [{ path: "values", message: `expected a kernel of ${latentSize} rows, got ${values.length} numbers` }]),
    ...(count <= latentSize ? [] : [{ path: "count", message: `expected at most ${latentSize}, one for each latent number, got ${count}` }]),
  ];
  if (problems.length > 0) throw new ConfigurationError("sefaDirections", problems);
  const kernel = Matrix.from1DArray(latentSize, units, Array.from(values));
  const { eigenvectorMatrix, realEigenvalues } = new EigenvalueDecomposition(kernel.mmul(kernel.transpose()), { assumeSymmetric: true });
  const largest = realEigenvalues.map((_, i) => i).sort((a, b) => realEigenvalues[b]! - realEigenvalues[a]!).slice(0, count);
  return {
    directions: largest.map((i) => upright(eigenvectorMatrix.getColumn(i))),
    eigenvalues: Float64Array.from(largest, (i) => realEigenvalues[i]!),
  };
}
