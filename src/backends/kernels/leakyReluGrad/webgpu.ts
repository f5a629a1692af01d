import { sizeOf } from "../../../math/tensor.ts";
import { webgpu_util, type WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";
import type { KernelReplacement } from "../replaceKernel.ts";
import { leakyReluGradShader } from "./leakyReluGrad.wgsl.ts";

/** `LeakyReluGrad(x, dy; alpha)`: dy where x > 0, alpha·dy elsewhere, in one dispatch of four values a thread. */
export const leakyReluGrad: KernelReplacement = {
  kernel: "LeakyReluGrad",
  backend: "webgpu",
  make: () => ({ inputs: { x, dy }, attrs: { alpha }, backend }) => {
    const size = sizeOf(x!.shape);
    const width = size % 4 === 0 ? 4 : 1;
    const workgroupSize: [number, number, number] = [64, 1, 1];
    const dispatchLayout = webgpu_util.flatDispatchLayout(x!.shape);
    const program = {
      variableNames: ["x", "dy"],
      variableComponents: [width, width],
      outputComponent: width,
      outputShape: x!.shape,
      // Shapes are no part of tfjs' pipeline key, and this shader does not depend on them.
      shaderKey: `leakyReluGrad_${width}`,
      workgroupSize,
      dispatchLayout,
      dispatch: webgpu_util.computeDispatch(dispatchLayout, x!.shape, workgroupSize, [width, 1, 1]),
      uniforms: "count : i32, alpha : f32,",
      getUserCode: () => leakyReluGradShader(width),
    };
    return (backend as WebGPUBackend).runWebGPUProgram(program, [x!, dy!], "float32", [
      { type: "int32", data: [size / width] },
      { type: "float32", data: [alpha as number] },
    ]);
  },
};
