import { type Tensor, tf } from "../../math/tensor.ts";
import type { GradientCorrection } from "./gradientCorrection.ts";

/**
 * Resizing and mirrored padding. Each is the same small matrix applied along an axis, Y = M X, so its gradient is Mᵀ dY:
 * right for every option, and differentiable again. tfjs' gradients are wrong for `halfPixelCenters` (everywhere), for
 * nearest neighbours (on `cpu`, batches above one) and for mirrored padding (everywhere).
 */
export const resamplingGradients: readonly GradientCorrection[] = [
  {
    kernel: "ResizeNearestNeighbor",
    reads: ["images"],
    gradient: (dy, [images], { alignCorners, halfPixelCenters }) => ({
      images: () => {
        const matrix = (axis: number): Matrix =>
          nearestMatrix(images!.shape[axis]!, dy.shape[axis]!, alignCorners as boolean, halfPixelCenters as boolean);
        return adjointAlong(adjointAlong(dy, 1, matrix(1)), 2, matrix(2));
      },
    }),
  },
  {
    kernel: "ResizeBilinear",
    reads: ["images"],
    gradient: (dy, [images], { alignCorners, halfPixelCenters }) => ({
      images: () => {
        const matrix = (axis: number): Matrix =>
          bilinearMatrix(images!.shape[axis]!, dy.shape[axis]!, alignCorners as boolean, halfPixelCenters as boolean);
        return adjointAlong(adjointAlong(dy, 1, matrix(1)), 2, matrix(2));
      },
    }),
  },
  {
    kernel: "MirrorPad",
    reads: ["x"],
    gradient: (dy, [x], { paddings, mode }) => ({
      x: () =>
        (paddings as readonly (readonly [number, number])[]).reduce(
          (
            left,
            [before, after],
            axis,
          ) => (before + after === 0 ? left : adjointAlong(left, axis, mirrorMatrix(x!.shape[axis]!, before, after, mode as string))),
          dy,
        ),
    }),
  },
];

/** Rows of weights over input positions, one per output position. */
type Matrix = readonly Float32Array[];

/** Mᵀ applied along one axis. */
function adjointAlong(t: Tensor, axis: number, matrix: Matrix): Tensor {
  const others = t.shape.map((_, i) => i).filter((i) => i !== axis);
  const forward = [axis, ...others];
  const back = t.shape.map((_, i) => forward.indexOf(i));
  const input = matrix[0]!.length;
  const rows = tf.reshape(tf.transpose(t, forward), [matrix.length, -1]);
  const m = tf.tensor2d(flatten(matrix), [matrix.length, input]);
  const product = tf.matMul(m, rows, true, false);
  return tf.transpose(tf.reshape(product, [input, ...others.map((i) => t.shape[i]!)]), back);
}

function flatten(matrix: Matrix): Float32Array {
  const width = matrix[0]!.length;
  const flat = new Float32Array(matrix.length * width);
  matrix.forEach((row, i) => flat.set(row, i * width));
  return flat;
}

/** A row with the given weights added up at the given positions. */
function row(length: number, ...entries: readonly (readonly [position: number, weight: number])[]): Float32Array {
  const weights = new Float32Array(length);
  for (const [position, weight] of entries) weights[position]! += weight;
  return weights;
}

/** Where output position i falls in the input, before rounding. */
function sourcePosition(i: number, input: number, output: number, alignCorners: boolean, halfPixelCenters: boolean): number {
  const isAligned = alignCorners && output > 1;
  const scale = isAligned ? (input - 1) / (output - 1) : input / output;
  return halfPixelCenters ? scale * (i + 0.5) : scale * i;
}

function nearestMatrix(input: number, output: number, alignCorners: boolean, halfPixelCenters: boolean): Matrix {
  return Array.from({ length: output }, (_, i) => {
    const source = sourcePosition(i, input, output, alignCorners, halfPixelCenters);
    const nearest = alignCorners ? Math.round(source) : Math.floor(source);
    return row(input, [Math.min(input - 1, Math.max(0, nearest)), 1]);
  });
}

function bilinearMatrix(input: number, output: number, alignCorners: boolean, halfPixelCenters: boolean): Matrix {
  return Array.from({ length: output }, (_, i) => {
    const source = sourcePosition(i, input, output, alignCorners, halfPixelCenters) - (halfPixelCenters ? 0.5 : 0);
    const below = Math.max(0, Math.floor(source));
    const above = Math.min(input - 1, Math.ceil(source));
    const fraction = source - below;
    return row(input, [below, 1 - fraction], [Math.max(0, above), fraction]);
  });
}

/** `reflect` leaves the edge out of the mirrored part, `symmetric` repeats it. */
function mirrorMatrix(input: number, before: number, after: number, mode: string): Matrix {
  const offset = mode === "reflect" ? 0 : 1;
  return Array.from({ length: before + input + after }, (_, i) => {
    const at = i - before;
    const source = at < 0 ? -at - offset : at >= input ? 2 * (input - 1) - at + offset : at;
    return row(input, [source, 1]);
  });
}
