import type { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";
import { sizeOf, tf } from "../../../math/tensor.ts";
import type { Kernel, KernelReplacement } from "../replaceKernel.ts";
import { isForShaders, runShader } from "../runShader.ts";
import { sumPartials } from "../sumPartials.ts";

/**
 * Sum and mean over axes that follow each other and are not the last: a bias' gradient, batch and instance statistics.
 * tfjs transposes the tensor first for those. Other axes, and a sum over everything, go to tfjs: there it is as fast.
 */
export const reductions: readonly KernelReplacement[] = [
  { kernel: "Sum", backend: "webgpu", make: (stock) => reduction(stock!, () => 1) },
  { kernel: "Mean", backend: "webgpu", make: (stock) => reduction(stock!, (count) => 1 / count) },
];

/** Rows one thread sums alone: a second pass costs a dispatch. */
const rowsAlone = 512;
/** Threads a first pass is enough for. */
const threadsEnough = 4096;

function reduction(stock: Kernel, factor: (count: number) => number): Kernel {
  return (call) => {
    const { inputs: { x }, attrs } = call;
    const backend = call.backend as WebGPUBackend;
    const shape = x!.shape;
    if (!isForShaders(backend, [x!])) return stock(call);
    const axes = tf.util.parseAxisParam(attrs["axis"] as number | number[], [...shape]).toSorted((one, other) => one - other);
    const [begin, end] = [axes[0] ?? 0, (axes.at(-1) ?? -1) + 1];
    if (axes.length === 0 || end - begin !== axes.length || end === shape.length) return stock(call);

    const rows = sizeOf(shape.slice(begin, end));
    const inner = sizeOf(shape.slice(end));
    const width = inner % 4 === 0 ? 4 : 1;
    const sums = (sizeOf(shape.slice(0, begin)) * inner) / width;
    const splits = rows <= rowsAlone || sums >= threadsEnough ? 1 : Math.ceil(Math.sqrt(rows));
    const kept = shape.map((extent, axis) => (axes.includes(axis) ? 1 : extent));
    const output = attrs["keepDims"] === true ? kept : shape.filter((_, axis) => !axes.includes(axis));
    const partials = runShader(
      backend,
      {
        name: `sumRows${factor(2)}`,
        constants: { ROWS: rows, INNER: inner / width, SUMS: sums, SPLITS: splits },
        inputs: { x: width },
        outputWidth: width,
        threads: sums * splits,
        code: () => `
          let sum = index % SUMS;
          let begin = (sum / INNER) * (ROWS * INNER) + sum % INNER;
          var total = ${width === 4 ? "vec4<f32>()" : "0.0"};
          for (var row = index / SUMS; row < ROWS + zero; row += SPLITS) { total += x[begin + row * INNER]; }
          result[index] = total * ${factor(rows).toExponential()};`,
      },
      [x!],
      splits === 1 ? output : [splits, ...output],
    );
    return splits === 1 ? partials : sumPartials(backend, partials, splits, output);
  };
}
