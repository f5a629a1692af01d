import type { FieldValues } from "../game/source.ts";
import { type Colour, extremes, type Picture } from "./picture.ts";

/** Points `x, y, x, y, …` in one colour. */
export interface Scattered {
  readonly points: FieldValues;
  readonly colour: Colour;
}

/** The part of the plane a scatter plot shows: both axes run from the first to the second. */
export type Extent = readonly [number, number];

const SIDE = 480;
const AXIS: Colour = [225, 225, 225];
/** Share of the paper that still shines through one dot, at each pixel of its 3 × 3: where many fall it gets dark. */
const DOT = [
  [0.85, 0.6, 0.85],
  [0.6, 0.3, 0.6],
  [0.85, 0.6, 0.85],
] as const;

/**
 * A scatter plot of points in the plane on white, the first layer at the bottom, with thin lines at x = 0 and y = 0.
 * Upwards is positive. What lies outside `extent` is left out.
 */
export function scatterPicture(layers: readonly Scattered[], [low, high]: Extent, scale = 1): Picture {
  const side = SIDE * scale;
  const data = new Uint8Array(side * side * 3).fill(255);
  const toPixel = (value: number): number => Math.round(((value - low) / (high - low)) * (side - 1));
  const blend = (x: number, y: number, colour: Colour, shine: number): void => {
    if (x < 0 || y < 0 || x >= side || y >= side) return;
    const at = ((side - 1 - y) * side + x) * 3;
    for (let channel = 0; channel < 3; channel++) data[at + channel] = Math.round(shine * data[at + channel]! + (1 - shine) * colour[channel]!);
  };
  const zero = toPixel(0);
  for (let along = 0; along < side; along++) {
    blend(along, zero, AXIS, 0);
    if (along !== zero) blend(zero, along, AXIS, 0);
  }
  for (const { points, colour } of layers) {
    for (let i = 0; i + 1 < points.length; i += 2) {
      const x = toPixel(points[i]!);
      const y = toPixel(points[i + 1]!);
      if (!Number.isFinite(x + y)) continue;
      DOT.forEach((row, dy) => row.forEach((shine, dx) => blend(x + dx - 1, y + dy - 1, colour, shine)));
    }
  }
  return { width: side, height: side, channels: 3, data };
}

/** The smallest square that holds all points, with an eighth of its side around it; `[-1, 1]` where there are none. */
export function extentOf(points: FieldValues): Extent {
  const [low, high] = extremes(points);
  if (low > high) return [-1, 1];
  const margin = (high - low) / 8 || 1;
  return [low - margin, high + margin];
}
