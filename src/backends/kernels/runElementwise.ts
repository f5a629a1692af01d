import type { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";
import { sizeOf, type tf } from "../../math/tensor.ts";
import { asFloats } from "./asFloats.ts";
import { type JointShader, runJointShader } from "./runJointShader.ts";
import type { Width } from "./runShader.ts";

/** The same computation for every element of a set of tensors of one shape. */
export interface ElementwiseShader {
  readonly name: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  /** Read as `uniforms.<name>`. */
  readonly numbers: Readonly<Record<string, number>>;
  /** Statements that read the inputs' elements and assign the outputs', by name; an element may be a `vec4`. */
  readonly code: string;
}

/**
 * Runs a shader on many sets of tensors (all parameters of a player with what belongs to each) in as few dispatches as the
 * device's bindings allow: with 16 storage buffers a dispatch takes two parameters of Adam, or five weights to average.
 * The sets of a dispatch share its threads one after another. Each comes out as it would alone, bit for bit.
 *
 * @returns the outputs of each set, in the shape of its first input.
 */
export function runElementwise(backend: WebGPUBackend, shader: ElementwiseShader, sets: readonly (readonly tf.TensorInfo[])[]): tf.TensorInfo[][] {
  const bindings = shader.inputs.length + shader.outputs.length;
  const together = Math.max(1, Math.floor(backend.device.limits.maxStorageBuffersPerShaderStage / bindings));
  const results: tf.TensorInfo[][] = [];
  for (let begin = 0; begin < sets.length; begin += together) results.push(...runTogether(backend, shader, sets.slice(begin, begin + together)));
  return results;
}

function runTogether(
  backend: WebGPUBackend,
  { name, inputs, outputs, numbers, code }: ElementwiseShader,
  sets: readonly (readonly tf.TensorInfo[])[],
): tf.TensorInfo[][] {
  const sizes = sets.map((set) => sizeOf(set[0]!.shape));
  const widths = sizes.map((size): Width => (size % 4 === 0 ? 4 : 1));
  const counts = sizes.map((size, i) => size / widths[i]!);
  const named = (names: readonly string[]): Record<string, Width> =>
    Object.fromEntries(widths.flatMap((width, i) => names.map((each) => [`${each}${i}`, width])));
  const shapes = sets.flatMap((set) => outputs.map(() => set[0]!.shape));
  const shaded: JointShader = {
    name,
    constants: Object.fromEntries(counts.map((count, i) => [`COUNT${i}`, count])),
    numbers,
    inputs: named(inputs),
    outputs: named(outputs),
    threads: counts.reduce((sum, count) => sum + count, 0),
    code: () => `
      var at = index;
      ${widths.map((width, i) => `
        if (at < COUNT${i}) {
          ${inputs.map((each) => `let ${each} = ${each}${i}[at];`).join(" ")}
          ${outputs.map((each) => `var ${each} : ${width === 4 ? "vec4<f32>" : "f32"};`).join(" ")}
          ${code}
          ${outputs.map((each) => `${each}${i}[at] = ${each};`).join(" ")}
          return;
        }
        at -= COUNT${i};`).join("\n")}`,
  };
  const flat = asFloats(backend, sets.flat(), (floats) => runJointShader(backend, shaded, floats, shapes));
  return sets.map((_, i) => flat.slice(i * outputs.length, (i + 1) * outputs.length));
}
