import { sizeOf } from "../../../math/tensor.ts";
import type { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";
import { meanSoftplusGradKernel, meanSoftplusKernel } from "../../../math/objectives/meanSoftplus.ts";
import { asFloats } from "../asFloats.ts";
import type { KernelReplacement } from "../replaceKernel.ts";
import { runShader } from "../runShader.ts";

/** The cross-entropy of a batch of scores in one dispatch, and its gradient in another; composed it takes 3 and 4 or 5. */
export const meanSoftplus: readonly KernelReplacement[] = [
  {
    kernel: meanSoftplusKernel,
    backend: "webgpu",
    make: () => ({ inputs: { x }, attrs: { sign }, backend }) =>
      asFloats(backend as WebGPUBackend, [x!], (tensors) =>
        runShader(
          backend as WebGPUBackend,
          {
            name: "meanSoftplus",
            constants: { SIGN: sign as number, COUNT: sizeOf(x!.shape) },
            inputs: { x: 1 },
            outputWidth: 1,
            threads: 1,
            // In blocks, which keeps the digits of a long sum. And log(1 + e) by its series where e is small: there is no log1p.
            code: () => `
              var sum = 0.0;
              for (var begin = 0; begin < COUNT + zero; begin += 32) {
                var block = 0.0;
                for (var i = begin; i < min(begin + 32, COUNT); i++) {
                  let at = f32(SIGN) * x[i];
                  let e = exp(-abs(at));
                  let series = e * (1.0 - e * (0.5 - e * (0.33333333 - e * 0.25)));
                  block += max(at, 0.0) + select(log(1.0 + e), series, e < 0.02);
                }
                sum += block;
              }
              result[index] = sum / f32(COUNT);`,
          },
          tensors,
          [],
        )),
  },
  {
    kernel: meanSoftplusGradKernel,
    backend: "webgpu",
    make: () => ({ inputs: { x, dy }, attrs: { sign }, backend }) => {
      const count = sizeOf(x!.shape);
      return asFloats(backend as WebGPUBackend, [x!, dy!], (tensors) =>
        runShader(
          backend as WebGPUBackend,
          {
            name: "meanSoftplusGrad",
            constants: { SIGN: sign as number, COUNT: count },
            inputs: { x: 1, dy: 1 },
            outputWidth: 1,
            threads: count,
            // σ from the e that does not overflow.
            code: () => `
              let at = f32(SIGN) * x[index];
              let e = exp(-abs(at));
              result[index] = dy[0] * f32(SIGN) * select(e, 1.0, at > 0.0) / ((1.0 + e) * f32(COUNT));`,
          },
          tensors,
          x!.shape,
        ));
    },
  },
];
