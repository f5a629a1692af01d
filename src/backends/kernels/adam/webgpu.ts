import type { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";
import type { tf } from "../../../math/tensor.ts";
import type { KernelReplacement } from "../replaceKernel.ts";
import { runShader, sizeOf, type Width } from "../runShader.ts";
import { adamShader } from "./adam.wgsl.ts";
import { adamFactors } from "./adamFactors.ts";
import { type AdamNumbers, fusedAdamKernel } from "./fusedAdam.ts";

/**
 * Adam in one dispatch per parameter, into three new tensors; composed of tfjs' kernels it takes 11. Its pipeline is our
 * own, recorded among tfjs' dispatches: `runWebGPUProgram` knows one output only.
 *
 * New tensors rather than in place: whoever holds the old ones (a snapshot, averaged weights, a turn played at the same
 * time) must not see them change, and fresh buffers cost nothing, they come from tfjs' pool.
 */
export const adam: KernelReplacement = {
  kernel: fusedAdamKernel,
  backend: "webgpu",
  make: () => ({ inputs: { parameter, gradient, m, v }, attrs, backend: running }) => {
    const backend = running as WebGPUBackend;
    const { beta1, beta2, epsilon } = attrs as unknown as AdamNumbers;
    const { kept, rateOverBias1, oneOverBias2 } = adamFactors(attrs as unknown as AdamNumbers);
    const size = sizeOf(parameter!.shape);
    const width: Width = size % 4 === 0 ? 4 : 1;
    const flat = (tensor: tf.TensorInfo): tf.TensorInfo => ({ ...tensor, shape: [size] });
    // tfjs keeps the buffer of integers where they are cast to float32, and this pipeline reads floats only.
    const inputs = [parameter!, gradient!, m!, v!].map(flat).map((tensor) => asFloats(backend, tensor));
    const outputs = [0, 1, 2].map(() => backend.makeTensorInfo([size], "float32"));
    const [newParameter, newM, newV] = outputs as [tf.TensorInfo, tf.TensorInfo, tf.TensorInfo];
    for (const { dataId } of [...inputs.map(({ tensor }) => tensor), ...outputs]) backend.uploadToGPU(dataId);
    const count = size / width;
    const program = { pipeline: pipelineOf(backend, width), dispatch: folded(Math.ceil(count / 64), backend.device.limits) };
    const numbers = [beta1, 1 - beta1, beta2, 1 - beta2, kept, rateOverBias1, oneOverBias2, epsilon];
    backend["recordAndSubmit"](program as never, newParameter, [...inputs.map(({ tensor }) => tensor), newM, newV], [
      { type: "uint32", data: [count] },
      ...numbers.map((value) => ({ type: "float32", data: [value] })),
    ]);
    for (const { tensor, isCopy } of inputs) if (isCopy) backend.disposeData(tensor.dataId);
    return outputs.map((tensor) => ({ ...tensor, shape: [...parameter!.shape] }));
  },
};

function asFloats(backend: WebGPUBackend, tensor: tf.TensorInfo): { readonly tensor: tf.TensorInfo; readonly isCopy: boolean } {
  if (backend.tensorMap.get(tensor.dataId).dtype === "float32") return { tensor, isCopy: false };
  const converted = runShader(
    backend,
    {
      name: "asFloats",
      constants: {},
      inputs: { x: 1 },
      outputWidth: 1,
      threads: tensor.shape[0]!,
      code: () => "result[index] = f32(x[index]);",
    },
    [tensor],
    tensor.shape,
  );
  return { tensor: converted, isCopy: true };
}

const pipelines = new WeakMap<GPUDevice, Map<Width, GPUComputePipeline>>();

function pipelineOf({ device }: WebGPUBackend, width: Width): GPUComputePipeline {
  const known = pipelines.get(device) ?? new Map<Width, GPUComputePipeline>();
  pipelines.set(device, known);
  const pipeline = known.get(width) ??
    device.createComputePipeline({
      layout: "auto",
      compute: { module: device.createShaderModule({ code: adamShader(width) }), entryPoint: "main" },
    });
  known.set(width, pipeline);
  return pipeline;
}

/** Workgroups in two dimensions where one does not take as many. */
function folded(workgroups: number, { maxComputeWorkgroupsPerDimension: most }: GPUSupportedLimits): [number, number, number] {
  const x = Math.min(workgroups, most);
  return [x, Math.ceil(workgroups / x), 1];
}
