import { tf } from "../../../src/math/tensor.ts";
import { close, it } from "../../kit/kit.ts";
import { bothTilings, computeOnTheDevice, describeOnEachBackend } from "../backendsUnderTest.ts";
import { wave } from "../checkGradient.ts";
import { runPoisoned } from "./runPoisoned.ts";

const sizes: readonly (readonly [batch: number, m: number, k: number, n: number])[] = [
  [1, 5, 7, 3],
  [1, 1, 9, 4],
  [3, 4, 2, 6],
  [1, 17, 33, 9],
  [1, 3, 300, 8],
  [1, 30, 5, 16],
  [2, 13, 1, 17],
  [1, 25, 2, 1],
  [1, 12, 1030, 4],
  [3, 10, 6, 20],
];
/** Shaders that share memory take longest to compile: those with rows, columns, depth and batch within a tile, ragged and beyond, and a split depth. */
const sizesForWorkgroups = [sizes[1]!, sizes[3]!, sizes[8]!, sizes[9]!, [2, 35, 19, 37]] as const;

await describeOnEachBackend("matMul", (backend, device, tiles) => {
  computeOnTheDevice(backend);
  it("takes integers and truth values that were cast", async () => {
    const [whole, isLarge, x] = [tf.tensor2d([1, 2, 3, 4, 5, 6], [3, 2], "int32"), tf.greater(tf.tensor2d([5, 1, 7, 8, 2, 9], [2, 3]), 4), tf.ones([2, 4])];
    const products = tf.tidy(() => [tf.matMul(tf.cast(whole, "float32"), x), tf.matMul(tf.cast(isLarge, "float32"), tf.cast(whole, "float32"))]);
    close(await products[0]!.data(), [3, 3, 3, 3, 7, 7, 7, 7, 11, 11, 11, 11], 0);
    close(await products[1]!.data(), [6, 8, 6, 8], 0);
    tf.dispose([whole, isLarge, x, products] as never);
  });

  if (tiles === "workgroup") {
    it("folds more workgroups than one dimension takes", async () => {
      const [a, b] = [wave([70_000, 1, 2], 1), wave([70_000, 2, 1], 2)];
      const [av, bv] = await Promise.all([a.data(), b.data()]);
      const [product] = await runPoisoned(device(), () => [tf.matMul(a, b)]);
      close(product!, product!.map((_, i) => av[2 * i]! * bv[2 * i]! + av[2 * i + 1]! * bv[2 * i + 1]!), 1e-6);
      tf.dispose([a, b]);
    });

    it("covers a product of many tiles, whole and ragged", async () => {
      for (const [m, n] of [[2112, 132], [2050, 130]] as const) {
        const [a, b] = [wave([m, 18], 1), wave([18, n], 2)];
        const [av, bv] = await Promise.all([a.data(), b.data()]);
        const [product] = await runPoisoned(device(), () => [tf.matMul(a, b)]);
        const expected = product!.map((_, at) => {
          const [i, j] = [Math.floor(at / n), at % n];
          let sum = 0;
          for (let k = 0; k < 18; k++) sum += av[i * 18 + k]! * bv[k * n + j]!;
          return sum;
        });
        close(product!, expected, 1e-5, `${m} × ${n}`);
        tf.dispose([a, b]);
      }
    });
  }

  for (const transposeA of [false, true]) {
    for (const transposeB of [false, true]) {
      it(`agrees with the sum over products, first ${transposeA ? "" : "not "}transposed, second ${transposeB ? "" : "not "}transposed`, async () => {
        for (const [batch, m, k, n] of tiles === "workgroup" ? sizesForWorkgroups : sizes) {
          const a = wave(transposeA ? [batch, k, m] : [batch, m, k], 1);
          const b = wave(transposeB ? [batch, n, k] : [batch, k, n], 2);
          const [av, bv] = await Promise.all([a.data(), b.data()]);
          const [product] = await runPoisoned(device(), () => [tf.matMul(a, b, transposeA, transposeB)]);
          const expected = new Float64Array(batch * m * n);
          for (let q = 0; q < batch; q++) {
            for (let i = 0; i < m; i++) {
              for (let j = 0; j < n; j++) {
                for (let l = 0; l < k; l++) {
                  expected[(q * m + i) * n + j]! += av[q * m * k + (transposeA ? l * m + i : i * k + l)]! *
                    bv[q * k * n + (transposeB ? j * k + l : l * n + j)]!;
                }
              }
            }
          }
          // The rounding errors of a float32 sum add up like a random walk.
          close(product!, expected, 1e-5 * Math.max(1, Math.sqrt(k / 256)), `[${batch}, ${m}, ${k}, ${n}]`);
          tf.dispose([a, b]);
        }
      });
    }
  }
}, bothTilings);
