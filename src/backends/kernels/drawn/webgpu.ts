import { sizeOf } from "../../../math/tensor.ts";
import type { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";
import { type Drawing, type Drawn, drawnKernel } from "../../../math/random/drawnOnDevice.ts";
import { uniformBounds } from "../../../math/random/uniforms.ts";
import type { KernelReplacement } from "../replaceKernel.ts";
import { runShader } from "../runShader.ts";
import { droppedShares } from "./droppedShares.ts";
import { drawnShader, storeDrawn } from "./drawn.wgsl.ts";

/** `Drawn(; drawing, key, shape, first)`: random numbers in one dispatch, four to a thread, with nothing to upload. */
export const drawn: KernelReplacement = {
  kernel: drawnKernel,
  backend: "webgpu",
  make: () => ({ attrs, backend }) => {
    const { drawing, key, shape, first } = attrs as unknown as Drawn & { readonly drawing: Drawing };
    const count = sizeOf(shape);
    const block = Math.floor(first / 4);
    const skip = first - 4 * block;
    const isWhole = skip === 0 && count % 4 === 0;
    return runShader(
      backend as WebGPUBackend,
      {
        name: `drawn_${drawing.kind}`,
        constants: {},
        inputs: {},
        integers: { block: block | 0, blockHigh: Math.floor(block / 2 ** 32), key0: key[0] | 0, key1: key[1] | 0, skip, count, ...integersOf(drawing) },
        numbers: numbersOf(drawing),
        outputType: drawing.kind === "words" ? "int32" : "float32",
        outputWidth: isWhole ? 4 : 1,
        threads: Math.ceil((skip + count) / 4),
        code: () => `${drawnShader(drawing.kind)}\n${storeDrawn(isWhole)}`,
      },
      [],
      shape,
    );
  },
};

function numbersOf(drawing: Drawing): Readonly<Record<string, number>> {
  switch (drawing.kind) {
    case "words":
      return {};
    case "uniforms": {
      const { bottom, top, last } = uniformBounds(drawing.low, drawing.high);
      return { bottom, top, last, width: top - bottom };
    }
    case "normals":
      return { deviation: drawing.deviation };
    case "mask":
      return { kept: 1 / (1 - drawing.rate) };
    default:
      return drawing satisfies never;
  }
}

function integersOf(drawing: Drawing): Readonly<Record<string, number>> {
  return drawing.kind === "mask" ? { dropped: droppedShares(drawing.rate) } : {};
}
