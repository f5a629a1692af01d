/**
 * The closeness of minibatch discrimination, with its gradient, in our kernels beside tensor operations: milliseconds until the
 * device has done it. `ratio` is the time of the operations over that of the kernels.
 *
 *   bun tests/bench/closeness.ts --backend wasm
 *   deno run -A tests/bench/closeness.ts --backend webgpu
 */
import process from "node:process";
import { parseArgs } from "node:util";
import { closeness, composedCloseness } from "../../src/backends/kernels/closeness/closeness.ts";
import { openDevice } from "../../src/backends/openDevice.ts";
import { type BackendChoice, type Tensor, tf } from "../../src/index.ts";
import { interleaved, ratioTo, rounded } from "./speed/interleaved.ts";

const { values: options } = parseArgs({ options: { backend: { type: "string", default: "wasm" } } });
const device = await openDevice(options.backend as BackendChoice);
const { runtime, backend, adapter = "none" } = device.description;

// A DCGAN's batch; the 2-D benchmark; Salimans'.
for (const { batch, measures, dimensions } of [
  { batch: 32, measures: 16, dimensions: 4 },
  { batch: 256, measures: 16, dimensions: 4 },
  { batch: 100, measures: 100, dimensions: 5 },
]) {
  const m = tf.randomNormal([batch, measures * dimensions]) as Tensor;
  const measured = (of: (m: Tensor, measures: number) => Tensor) => async (): Promise<number> => {
    await device.fence();
    const startedAt = performance.now();
    tf.tidy(() => void tf.grad((x: Tensor) => tf.sum(of(x, measures)))(m));
    await device.fence();
    return performance.now() - startedAt;
  };
  const figures = await interleaved([{ name: "kernels", run: measured(closeness) }, { name: "operations", run: measured(composedCloseness) }], 9, (_, problem) => { throw problem; });
  const [own, other] = [figures.get("kernels")!, figures.get("operations")!];
  console.log(JSON.stringify({
    bench: "closeness", runtime, backend, adapter, batch, measures, dimensions,
    ...{ kernelsMs: rounded(own.medianMs), kernelsSpreadMs: own.spreadMs.map(rounded), operationsMs: rounded(other.medianMs), operationsSpreadMs: other.spreadMs.map(rounded) },
    ratio: rounded(ratioTo(other, own)[0]),
  }));
  m.dispose();
}
await device.close();
process.exit();
