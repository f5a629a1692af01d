import type { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";
import { sizeOf, type tf } from "../../../math/tensor.ts";
import { asFloats } from "../asFloats.ts";
import type { KernelReplacement } from "../replaceKernel.ts";
import { runShader } from "../runShader.ts";
import { closenessGradKernel, closenessKernel } from "./closeness.ts";

/** exp of minus the distance of samples `i` and `j` by measure `b`, as `near`. */
const nearness = `
  var distance = 0.0;
  for (var c = 0; c < DIMENSIONS + zero; c++) { distance += abs(m[(i * MEASURES + b) * DIMENSIONS + c] - m[(j * MEASURES + b) * DIMENSIONS + c]); }
  let near = exp(-distance);`;

/** A thread for each of the values it makes. */
export const closeness: readonly KernelReplacement[] = [
  {
    kernel: closenessKernel,
    backend: "webgpu",
    make: () => ({ inputs: { m }, attrs, backend }) => {
      const constants = extents(m!, attrs as { readonly measures: number });
      const shape = [constants.BATCH, constants.MEASURES];
      return asFloats(backend as WebGPUBackend, [m!], (tensors) =>
        runShader(
          backend as WebGPUBackend,
          {
            name: "closeness",
            constants,
            inputs: { m: 1 },
            outputWidth: 1,
            threads: sizeOf(shape),
            code: () => `
              let b = index % MEASURES;
              let i = index / MEASURES;
              var total = 0.0;
              for (var j = 0; j < BATCH + zero; j++) {
                ${nearness}
                total += near;
              }
              result[index] = total;`,
          },
          tensors,
          shape,
        ));
    },
  },
  {
    kernel: closenessGradKernel,
    backend: "webgpu",
    make: () => ({ inputs: { m, dy }, attrs, backend }) =>
      asFloats(backend as WebGPUBackend, [m!, dy!], (tensors) =>
        runShader(
          backend as WebGPUBackend,
          {
            name: "closenessGrad",
            constants: extents(m!, attrs as { readonly measures: number }),
            inputs: { m: 1, dy: 1 },
            outputWidth: 1,
            threads: sizeOf(m!.shape),
            code: () => `
              let at = index % DIMENSIONS;
              let b = (index / DIMENSIONS) % MEASURES;
              let i = index / (DIMENSIONS * MEASURES);
              var total = 0.0;
              for (var j = 0; j < BATCH + zero; j++) {
                ${nearness}
                total -= near * sign(m[index] - m[(j * MEASURES + b) * DIMENSIONS + at]) * (dy[i * MEASURES + b] + dy[j * MEASURES + b]);
              }
              result[index] = total;`,
          },
          tensors,
          m!.shape,
        )),
  },
];

function extents({ shape }: tf.TensorInfo, { measures }: { readonly measures: number }): { readonly BATCH: number; readonly MEASURES: number; readonly DIMENSIONS: number } {
  return { BATCH: shape[0]!, MEASURES: measures, DIMENSIONS: shape[1]! / measures };
}
