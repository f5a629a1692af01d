import { Matrix, SingularValueDecomposition } from "ml-matrix";
import { clipByGlobalNorm } from "../../../src/math/penalties/clipByGlobalNorm.ts";
import { kernelMatrix } from "../../../src/math/penalties/kernelMatrix.ts";
import { orthogonalityPenalty } from "../../../src/math/penalties/orthogonality.ts";
import { spectralSigma } from "../../../src/math/penalties/spectralSigma.ts";
import { squaredDistance } from "../../../src/math/penalties/squaredDistance.ts";
import { type Tensor, tf } from "../../../src/math/tensor.ts";
import { computeOnTheDevice, describeOnEachBackend } from "../../backends/backendsUnderTest.ts";
import { wave } from "../../backends/checkGradient.ts";
import { assert, close, it } from "../../kit/kit.ts";
import { tensorOf } from "../../references/networkReferences.ts";
import { penaltyReferences } from "../../references/penaltyReferences.ts";

async function packed(compute: () => readonly Tensor[]): Promise<number[]> {
  const before = tf.memory().numTensors;
  const all = tf.tidy(() => tf.concat(compute().map((tensor) => tf.reshape(tensor, [-1]))));
  const values = await all.data();
  all.dispose();
  assert.equal(tf.memory().numTensors, before, "tensors are left behind");
  return [...values];
}

await describeOnEachBackend("penalties on weights and gradients", (backend) => {
  computeOnTheDevice(backend);

  it("clipping by the common norm gives PyTorch's gradients, below the norm and above", async () => {
    const values = await packed(() => penaltyReferences.clipping.flatMap(({ gradients, norm }) => clipByGlobalNorm(gradients.map(tensorOf), norm)));
    close(values, penaltyReferences.clipping.flatMap(({ clipped }) => clipped.flatMap((one) => one.values)), 1e-5);
    const first = values.slice(0, 10);
    close(Math.hypot(...first), 0.5, 1e-5, "the norm of what was too long");
    assert.deepEqual(clipByGlobalNorm([], 1), []);
  });

  it("orthogonality has PyTorch's values and gradients", async () => {
    const values = await packed(() =>
      penaltyReferences.orthogonality.flatMap(({ kind, matrix }) => {
        const { value, grad } = tf.valueAndGrad((m: Tensor) => orthogonalityPenalty(m, kind))(tensorOf(matrix));
        return [value, grad];
      }));
    close(values, penaltyReferences.orthogonality.flatMap(({ value, gradient }) => [value, ...gradient.values]), 1e-5);
  });

  it("orthogonality of a rotation is 0, and only `orthonormal` minds its columns' lengths", async () => {
    const rotation = [Math.SQRT1_2, -Math.SQRT1_2, Math.SQRT1_2, Math.SQRT1_2];
    const values = await packed(() => {
      const [once, twice] = [tf.tensor2d(rotation, [2, 2]), tf.tensor2d(rotation.map((value) => 2 * value), [2, 2])];
      return [orthogonalityPenalty(once, "orthonormal"), orthogonalityPenalty(twice, "decorrelated"), orthogonalityPenalty(twice, "orthonormal")];
    });
    close(values, [0, 0, 18], 1e-5);
  });

  it("the squared distance runs over all tensors", async () => {
    const values = await packed(() => [squaredDistance([tf.tensor1d([1, 2]), tf.scalar(3)], [tf.tensor1d([0, 4]), tf.scalar(0)])]);
    close(values, [14], 1e-6);
  });

  it("power iteration finds the largest singular value and the singular vectors of its gradient", async () => {
    const values = await packed(() => {
      const matrix = wave([12, 5], 2);
      const estimate = spectralSigma(matrix, tf.ones([5]), 60);
      const { value, grad } = tf.valueAndGrad((m: Tensor) => spectralSigma(m, estimate.u, 1).sigma)(matrix);
      return [matrix, value, grad];
    });
    const svd = new SingularValueDecomposition(Matrix.from1DArray(12, 5, values.slice(0, 60)));
    close(values[60]!, svd.norm2, 1e-4);
    const [left, right] = [svd.leftSingularVectors.getColumn(0), svd.rightSingularVectors.getColumn(0)];
    close(values.slice(61), left.flatMap((v) => right.map((u) => v * u)), 1e-3, "v uᵀ");
  });

  it("one iteration a step follows a matrix that moves", async () => {
    const values = await packed(() => {
      let u: Tensor = tf.ones([4]);
      let sigma: Tensor = tf.scalar(0);
      let matrix = wave([9, 4], 6);
      for (let step = 0; step < 60; step++) {
        matrix = tf.add(matrix, tf.mul(wave([9, 4], 100 + step), 0.01));
        ({ sigma, u } = spectralSigma(matrix, u, 1));
      }
      return [matrix, sigma];
    });
    close(values[36]!, new SingularValueDecomposition(Matrix.from1DArray(9, 4, values.slice(0, 36))).norm2, 0.02);
  });

  it("a kernel is a matrix with a column per output, wherever they are counted", async () => {
    const values = await packed(() => {
      const kernel = tf.tensor4d(Array.from({ length: 12 }, (_, i) => i), [1, 2, 2, 3]);
      assert.deepEqual([kernelMatrix(kernel).shape, kernelMatrix(kernel, 2).shape], [[4, 3], [6, 2]]);
      return [kernelMatrix(kernel), kernelMatrix(kernel, 2)];
    });
    close(values, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 0, 3, 1, 4, 2, 5, 6, 9, 7, 10, 8, 11], 0);
  });
});
