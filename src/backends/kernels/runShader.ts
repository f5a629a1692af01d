import type { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";
import { sizeOf, type tf } from "../../math/tensor.ts";

/** Float32 values that one element of a storage array holds: a number or a `vec4`. */
export type Width = 1 | 4;

/** A compute shader for one set of shapes. */
export interface Shader {
  /** Names the code; together with the constants and widths it identifies the pipeline. */
  readonly name: string;
  /** Extents and strides, known to the compiler by these names. */
  readonly constants: Readonly<Record<string, number>>;
  /** The storage arrays by name, in the order of the tensors. */
  readonly inputs: Readonly<Record<string, Width>>;
  /** Numbers that differ from call to call, read as `uniforms.<name>`: they are no part of the pipeline. */
  readonly integers?: Readonly<Record<string, number>>;
  readonly numbers?: Readonly<Record<string, number>>;
  /** Default float32. */
  readonly outputType?: "float32" | "int32";
  /** Width of `result`. */
  readonly outputWidth: Width;
  readonly threads: number;
  /**
   * For threads that work together: how many share memory and meet at barriers, and the module's declarations for them.
   * All of a workgroup then run the code, and more of them than `threads` where tfjs folds the workgroups: it stores only
   * where `index < uniforms.threads`, and returns nowhere.
   */
  readonly workgroup?: { readonly size: number; declarations(): string };
  /**
   * Statements of one thread, whose number is `index`; written only where the pipeline is not there yet. `zero` is 0, which
   * the compiler does not know: added to the ends of loops it keeps Mesa from unrolling them, for which a first round pays
   * (1.4 s against 0.3 for one 5 × 5 convolution) and no later one gains.
   */
  code(): string;
}

const threadsOfWorkgroup = 64;

/**
 * Runs a shader on float32 tensors. They are bound as flat arrays, whatever their rank; more workgroups than one
 * dimension takes are folded by tfjs.
 *
 * Shapes are constants because that is what makes the loops fast (DCGAN's convolutions on llvmpipe: a third of the time
 * with shapes read from uniforms), and they enter the key because tfjs does not put them there.
 *
 * @returns the output, of this shape.
 */
export function runShader(
  backend: WebGPUBackend,
  { name, constants, inputs, integers = {}, numbers = {}, outputType = "float32", outputWidth, threads, workgroup, code }: Shader,
  tensors: readonly tf.TensorInfo[],
  shape: readonly number[],
): tf.TensorInfo {
  const widths = Object.values(inputs);
  const size = workgroup?.size ?? threadsOfWorkgroup;
  const program = {
    variableNames: Object.keys(inputs),
    variableComponents: widths,
    outputComponent: outputWidth,
    outputShape: [sizeOf(shape)],
    shaderKey: `${name}_${workgroup === undefined ? "" : "workgroup_"}${Object.values(constants).join("_")}_${widths.join("")}${outputWidth}`,
    workgroupSize: [size, 1, 1] as [number, number, number],
    dispatchLayout: { x: [0] },
    dispatch: [Math.ceil(threads / size), 1, 1] as [number, number, number],
    // Read in every shader: a uniform nobody reads has no binding in an automatic layout, and the bind group fails.
    uniforms: ["threads", ...Object.keys(integers)].map((each) => `${each} : i32, `).join("") + Object.keys(numbers).map((each) => `${each} : f32, `).join(""),
    getUserCode: () => `
      ${Object.entries(constants).map(([key, value]) => `const ${key} = ${value};`).join(" ")}
      ${workgroup?.declarations() ?? ""}
      fn main(index : i32) {
        ${workgroup === undefined ? "if (index >= uniforms.threads) { return; }" : ""}
        let zero = min(uniforms.threads, 0);
        ${code()}
      }`,
  };
  const flat = tensors.map((tensor) => ({ ...tensor, shape: [sizeOf(tensor.shape)] }));
  const given = (type: string, values: readonly number[]) => values.map((value) => ({ type, data: [value] }));
  const { dataId } = backend.runWebGPUProgram(program, flat, outputType, [...given("int32", [threads, ...Object.values(integers)]), ...given("float32", Object.values(numbers))]);
  return { dataId, dtype: outputType, shape: [...shape] };
}

/** Whether our shaders take these: float32, not empty, and not so small and on the CPU that tfjs computes them there. */
export function isForShaders(backend: WebGPUBackend, tensors: readonly tf.TensorInfo[]): boolean {
  // An integer or truth value cast to float32 keeps its buffer of integers: only the tensor is called something else.
  const isFloat = ({ dtype, dataId }: tf.TensorInfo): boolean => dtype === "float32" && backend.tensorMap.get(dataId).dtype === "float32";
  return tensors.every((tensor) => isFloat(tensor) && sizeOf(tensor.shape) > 0) && !backend.shouldExecuteOnCPU([...tensors]);
}
