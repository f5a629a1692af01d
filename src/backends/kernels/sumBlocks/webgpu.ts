import type { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";
import { sumBlocksKernel } from "../../../math/sumBlocks.ts";
import { asFloats } from "../asFloats.ts";
import type { KernelReplacement } from "../replaceKernel.ts";
import { runShader } from "../runShader.ts";

/** `SumBlocks(x; factor)`: the sum of every block of pixels in one dispatch; composed it takes two sums over inner axes. */
export const sumBlocks: KernelReplacement = {
  kernel: sumBlocksKernel,
  backend: "webgpu",
  make: () => ({ inputs: { x }, attrs, backend }) => {
    const factor = attrs["factor"] as number;
    const [batch, height, width, channels] = x!.shape as [number, number, number, number];
    const [small, narrow] = [height / factor, width / factor];
    const group = channels % 4 === 0 ? 4 : 1;
    return asFloats(backend as WebGPUBackend, [x!], (tensors) =>
      runShader(
        backend as WebGPUBackend,
        {
          name: "sumBlocks",
          constants: { WIDTH: narrow, CHANNELS: channels / group, FACTOR: factor },
          inputs: { x: group },
          outputWidth: group,
          threads: (batch * small * narrow * channels) / group,
          code: () => `
            let pixel = index / CHANNELS;
            let first = ((pixel / WIDTH) * FACTOR * WIDTH + pixel % WIDTH) * FACTOR * CHANNELS + index % CHANNELS;
            var sum = ${group === 4 ? "vec4<f32>()" : "0.0"};
            for (var row = 0; row < FACTOR + zero; row++) {
              for (var column = 0; column < FACTOR + zero; column++) { sum += x[first + (row * WIDTH * FACTOR + column) * CHANNELS]; }
            }
            result[index] = sum;`,
        },
        tensors,
        [batch, small, narrow, channels],
      ));
  },
};
