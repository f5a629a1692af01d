import { categoricalBound, gaussianBound } from "../../../plugins/infogan/bound.ts";
import { tf } from "../../../src/index.ts";
import { computeOnTheDevice, describeOnEachBackend } from "../../backends/backendsUnderTest.ts";
import { close, it } from "../../kit/kit.ts";

/** The raw output whose deviation, softplus(s) + 0.01, is σ. */
const rawOf = (deviation: number): number => Math.log(Math.expm1(deviation - 0.01));

await describeOnEachBackend("the mutual-information bound", (backend) => {
  computeOnTheDevice(backend);

  it("is ln K of classes that are read exactly, 0 of a head that knows nothing, and as defined in between", async () => {
    const codes = [3, 0, 2, 3];
    const bound = async (logits: readonly (readonly number[])[]): Promise<number> => {
      const value = tf.tidy(() => categoricalBound(tf.tensor1d(codes, "int32"), tf.tensor2d(logits.map((row) => [...row]))));
      const [nats] = await value.data();
      value.dispose();
      return nats!;
    };
    close(await bound(codes.map((code) => [0, 1, 2, 3].map((k) => (k === code ? 50 : 0)))), Math.log(4), 1e-5);
    close(await bound(codes.map(() => [0.3, 0.3, 0.3, 0.3])), 0, 1e-5);
    const mixed = [[1, 2, 0, -1], [2, 0.5, 0, 0], [0, 0, 1, 1], [-2, 0, 1, 3]];
    const logQ = mixed.map((row, i) => row[codes[i]!]! - Math.log(row.reduce((sum, l) => sum + Math.exp(l), 0)));
    close(await bound(mixed), Math.log(4) + logQ.reduce((sum, value) => sum + value, 0) / 4, 1e-5);
  });

  it("of uniform codes is n ln 2 plus the mean logarithm of the Gaussian's density", async () => {
    const codes = [[0.5, -0.2], [-1, 0.9], [0, 0]];
    const means = [[0.4, -0.1], [-0.7, 1.2], [0, 0.3]];
    const deviations = [[0.3, 0.2], [0.5, 1.5], [0.05, 2]];
    const read = means.map((mean, i) => [...mean, ...deviations[i]!.map(rawOf)]);
    const density = (x: number, mean: number, deviation: number): number => Math.exp(-((x - mean) ** 2) / (2 * deviation ** 2)) / Math.sqrt(2 * Math.PI * deviation ** 2);
    const logs = codes.flatMap((row, i) => row.map((x, j) => Math.log(density(x, means[i]![j]!, deviations[i]![j]!))));
    const value = tf.tidy(() => gaussianBound(tf.tensor2d(codes), tf.tensor2d(read)));
    close(await value.data(), [2 * Math.LN2 + logs.reduce((sum, log) => sum + log, 0) / 3], 1e-4);
    value.dispose();
  });

  it("has the gradient that finite differences have", async () => {
    const codes = [[0.5, -0.2], [-1, 0.9]];
    const read = [[0.4, -0.1, -0.5, 0.2], [-0.7, 0.3, 1, -1]];
    const at = (values: readonly number[]): number => {
      let sum = 0;
      codes.forEach((row, i) => row.forEach((x, j) => {
        const deviation = Math.log1p(Math.exp(values[4 * i + 2 + j]!)) + 0.01;
        sum += -((x - values[4 * i + j]!) ** 2) / (2 * deviation ** 2) - Math.log(deviation) - 0.5 * Math.log(2 * Math.PI);
      }));
      return 2 * Math.LN2 + sum / 2;
    };
    const flat = read.flat();
    const expected = flat.map((_, k) => {
      const moved = (by: number): number[] => flat.map((value, i) => (i === k ? value + by : value));
      return (at(moved(1e-5)) - at(moved(-1e-5))) / 2e-5;
    });
    const x = tf.tensor2d(read);
    const c = tf.tensor2d(codes);
    const gradient = tf.grad((raw: tf.Tensor) => gaussianBound(c, raw))(x);
    close(await gradient.data(), expected, 1e-3);
    tf.dispose([x, c, gradient]);
  });
});
