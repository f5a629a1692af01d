/**
 * `resizeConv` forward and backward on WebGPU, in one kernel beside upsampling and convolution in turn: dispatches, and
 * milliseconds until the device has done it. `ratio` is the time of the two over that of the one.
 *
 *   bun tests/bench/resizeConv.ts
 *   deno run -A tests/bench/resizeConv.ts
 */
import process from "node:process";
import type { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";
import { affineConvolution } from "../../src/backends/kernels/affine/affine.ts";
import { openDevice } from "../../src/backends/openDevice.ts";
import { repeatPixels } from "../../src/math/repeatPixels.ts";
import { type Tensor, tf } from "../../src/math/tensor.ts";
import { interleaved, ratioTo, rounded } from "./speed/interleaved.ts";

const device = await openDevice("webgpu");
const { runtime, adapter } = device.description;
const backend = tf.backend() as WebGPUBackend;
let dispatches = 0;
const record = backend["recordAndSubmit"].bind(backend);
backend["recordAndSubmit"] = (...given: Parameters<typeof record>) => {
  dispatches++;
  record(...given);
};

const leaky = { kind: "rectifier", slope: 0.2 } as const;
type Layer = (x: Tensor, kernel: Tensor, bias: Tensor) => Tensor;
const inOne = (factor: number): Layer => (x, kernel, bias) => affineConvolution({ x, kernel, bias }, { strides: 1, pad: "same", upsample: factor }, leaky)!;
const inTurn = (factor: number): Layer => (x, kernel, bias) => affineConvolution({ x: repeatPixels(x, factor), kernel, bias }, { strides: 1, pad: "same" }, leaky)!;

for (const { image, filters, factor } of [
  { image: [32, 7, 7, 64], filters: 32, factor: 2 },
  { image: [32, 14, 14, 32], filters: 32, factor: 2 },
  { image: [32, 14, 14, 32], filters: 1, factor: 2 },
  { image: [16, 8, 8, 32], filters: 16, factor: 3 },
]) {
  const leaves = [image, [3, 3, image[3]!, filters], [filters]].map((shape) => tf.randomNormal(shape)) as [Tensor, Tensor, Tensor];
  for (const pass of ["forward", "both"]) {
    const play = (layer: Layer) => (): void => {
      if (pass === "forward") return void tf.tidy(() => void layer(...leaves));
      tf.tidy(() => void tf.grads((...at) => tf.sum(layer(...(at as typeof leaves))))(leaves));
    };
    const measured = (layer: Layer) => async (): Promise<number> => {
      await device.fence();
      const startedAt = performance.now();
      for (let call = 0; call < 4; call++) play(layer)();
      await device.fence();
      return (performance.now() - startedAt) / 4;
    };
    const counted = (layer: Layer): number => {
      dispatches = 0;
      play(layer)();
      return dispatches;
    };
    const counts = { inOne: counted(inOne(factor)), inTurn: counted(inTurn(factor)) };
    const figures = await interleaved([{ name: "inOne", run: measured(inOne(factor)) }, { name: "inTurn", run: measured(inTurn(factor)) }], 15, (_, problem) => { throw problem; });
    const [own, other] = [figures.get("inOne")!, figures.get("inTurn")!];
    console.log(JSON.stringify({
      bench: "resizeConv", runtime, adapter, image, filters, factor, pass, dispatches: counts,
      ...{ inOneMs: rounded(own.medianMs), inOneSpreadMs: own.spreadMs.map(rounded), inTurnMs: rounded(other.medianMs), inTurnSpreadMs: other.spreadMs.map(rounded) },
      ratio: rounded(ratioTo(other, own)[0]),
    }));
  }
  tf.dispose(leaves);
}
await device.close();
process.exit();
