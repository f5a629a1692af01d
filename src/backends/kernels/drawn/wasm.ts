import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import { sizeOf } from "../../../math/tensor.ts";
import { type Drawing, type Drawn, drawnKernel } from "../../../math/random/drawnOnDevice.ts";
import { uniformBounds } from "../../../math/random/uniforms.ts";
import type { KernelReplacement } from "../replaceKernel.ts";
import { wordsPerPass } from "../simd/drawnNumbers.ts";
import { heapScratch } from "../simd/heapScratch.ts";
import { addressOf, type SimdKernels, simdKernels } from "../simd/simdKernels.ts";
import { droppedShares } from "./droppedShares.ts";

/** `Drawn(; drawing, key, shape, first)`: random numbers made on wasm's heap, bit for bit those of `math/random`. */
export const drawn: KernelReplacement = {
  kernel: drawnKernel,
  backend: "wasm",
  make: () => (call) => {
    const { drawing, key, shape, first } = call.attrs as unknown as Drawn & { readonly drawing: Drawing };
    const backend = call.backend as BackendWasm;
    const output = backend.makeOutput([...shape], drawing.kind === "words" ? "int32" : "float32");
    const scratch = heapScratch(backend);
    const [count, block] = [sizeOf(shape), Math.floor(first / 4)];
    const skip = first - 4 * block;
    const passes = Math.ceil((skip + count) / wordsPerPass);
    const isWhole = count === passes * wordsPerPass;
    const at = isWhole ? addressOf(backend, output) : scratch.floats(passes * wordsPerPass);
    draw(simdKernels(backend), drawing, [at, passes, block, Math.floor(block / 2 ** 32), ...key]);
    if (!isWhole) scratch.view(addressOf(backend, output), count).set(scratch.view(at + 4 * skip, count));
    scratch.free();
    return output;
  },
};

function draw(simd: SimdKernels, drawing: Drawing, given: readonly number[]): void {
  switch (drawing.kind) {
    case "words":
      return simd.drawnWords(...given);
    case "uniforms": {
      const { bottom, top, last } = uniformBounds(drawing.low, drawing.high);
      return simd.drawnUniforms(...given, bottom, (top - bottom) / 2 ** 24, last);
    }
    case "normals":
      return simd.drawnNormals(...given, drawing.deviation);
    case "mask":
      return simd.drawnMask(...given, droppedShares(drawing.rate), 1 / (1 - drawing.rate));
    default:
      return drawing satisfies never;
  }
}
