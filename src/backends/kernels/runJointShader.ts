import type { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";
import { sizeOf, type tf } from "../../math/tensor.ts";
import type { Shader, Width } from "./runShader.ts";

/** A compute shader with several outputs; otherwise as `Shader`. */
export interface JointShader extends Omit<Shader, "outputWidth" | "outputType" | "integers" | "workgroup"> {
  /** The arrays written, by name, in the order of the shapes. */
  readonly outputs: Readonly<Record<string, Width>>;
}

/**
 * Runs a shader on float32 tensors and returns a tensor for each output, of the given shapes.
 *
 * `runWebGPUProgram` knows one output only, so pipeline and header are our own; the dispatch is recorded among tfjs' by
 * its `recordAndSubmit`, to which all arrays but the first output are inputs.
 */
export function runJointShader(
  backend: WebGPUBackend,
  shader: JointShader,
  tensors: readonly tf.TensorInfo[],
  shapes: readonly (readonly number[])[],
): tf.TensorInfo[] {
  const outputs = shapes.map((shape) => backend.makeTensorInfo([sizeOf(shape)], "float32"));
  const inputs = tensors.map((tensor) => ({ ...tensor, shape: [sizeOf(tensor.shape)] }));
  for (const { dataId } of [...inputs, ...outputs]) backend.uploadToGPU(dataId);
  const { name, threads, numbers = {} } = shader;
  const program = { shaderKey: name, pipeline: pipelineOf(backend, shader), dispatch: folded(Math.ceil(threads / workgroupSize), backend.device.limits) };
  backend["recordAndSubmit"](program as never, outputs[0]!, [...inputs, ...outputs.slice(1)], [
    { type: "int32", data: [threads] },
    ...Object.values(numbers).map((value) => ({ type: "float32", data: [value] })),
  ]);
  return outputs.map((tensor, i) => ({ ...tensor, shape: [...shapes[i]!] }));
}

const workgroupSize = 64;
const pipelines = new WeakMap<GPUDevice, Map<string, GPUComputePipeline>>();

function pipelineOf({ device }: WebGPUBackend, shader: JointShader): GPUComputePipeline {
  const known = pipelines.get(device) ?? new Map<string, GPUComputePipeline>();
  pipelines.set(device, known);
  const { name, constants, inputs, outputs } = shader;
  const key = [name, ...Object.values(constants), ...Object.values(inputs), ...Object.values(outputs)].join("_");
  let pipeline = known.get(key);
  if (pipeline === undefined) {
    const module = device.createShaderModule({ code: moduleOf(shader) });
    pipeline = device.createComputePipeline({ layout: "auto", compute: { module, entryPoint: "main" } });
    known.set(key, pipeline);
  }
  return pipeline;
}

function moduleOf({ constants, inputs, outputs, numbers = {}, code }: JointShader): string {
  const [first, ...others] = Object.entries(outputs).map(([name, width]) => ({ name, width, access: "read_write" }));
  const arrays = [first!, ...Object.entries(inputs).map(([name, width]) => ({ name, width, access: "read" })), ...others];
  // Before our uniforms tfjs writes its own: two numbers, and for every vector its length and a stride.
  const header = arrays.flatMap((_, i) => [`length${i} : i32,`, `stride${i} : i32,`]).join(" ");
  return `
    struct Uniforms {
      NAN : f32, INFINITY : f32, ${header}
      threads : i32, ${Object.keys(numbers).map((name) => `${name} : f32,`).join(" ")}
    };
    ${arrays.map(({ name, width, access }, i) =>
      `@group(0) @binding(${i}) var<storage, ${access}> ${name} : array<${width === 4 ? "vec4<f32>" : "f32"}>;`).join("\n")}
    @group(0) @binding(${arrays.length}) var<uniform> uniforms : Uniforms;
    ${Object.entries(constants).map(([key, value]) => `const ${key} = ${value};`).join(" ")}

    @compute @workgroup_size(${workgroupSize})
    fn main(@builtin(global_invocation_id) id : vec3<u32>, @builtin(num_workgroups) groups : vec3<u32>) {
      let index = i32(id.x + id.y * groups.x * ${workgroupSize}u);
      if (index >= uniforms.threads) { return; }
      let zero = min(uniforms.threads, 0);
      ${code()}
    }`;
}

/** Workgroups in two dimensions where one does not take as many. */
function folded(workgroups: number, { maxComputeWorkgroupsPerDimension: most }: GPUSupportedLimits): [number, number, number] {
  const x = Math.min(workgroups, most);
  return [x, Math.ceil(workgroups / x), 1];
}
