import { checkOptions, integer, optional, satisfies } from "../configuration/checkOptions.ts";
import type { FieldValues } from "../game/source.ts";
import { gridPicture, type GridOptions } from "./gridPicture.ts";
import type { Colour, Picture, Samples } from "./picture.ts";
import { extentOf, scatterPicture, type Extent } from "./scatterPicture.ts";
import { writePicture } from "./writePicture.ts";

/** How samples become a picture. */
export interface PictureOptions extends GridOptions {
  /** Points only: real ones, `x, y, x, y, …`, shown in grey beneath the generated ones. */
  readonly real?: FieldValues;
  /** Points only: both axes run from the first to the second; unless told, so that all points fit (the real ones, where given). */
  readonly extent?: Extent;
}

/** The checks of `PictureOptions`, shared with `sampleGrid`. */
export const pictureChecks = {
  columns: optional(integer()),
  scale: optional(integer()),
  real: optional(satisfies("a typed array x, y, x, y, …", (value) => (value instanceof Float32Array || value instanceof Int32Array) && value.length % 2 === 0)),
  extent: optional(
    satisfies("[low, high] with low < high", (value) => Array.isArray(value) && value.length === 2 && value.every(Number.isFinite) && value[0] < value[1]),
  ),
};

const GREY: Colour = [150, 150, 150];
const BLUE: Colour = [20, 80, 200];

/**
 * Writes samples as a PNG: images in a grid, points of the plane (`shape` `[2]`, no range) as a scatter plot. The file
 * is put in place all at once, its folder made where it is missing.
 *
 * @throws ConfigurationError for wrong options, RangeError where the samples make no picture, Error where the folder
 * cannot be written to
 * @example
 * ```ts
 * await writeGrid("sevens.png", await generate({ checkpoint: "runs/digits", count: 64 }));
 * ```
 */
export async function writeGrid(path: string, samples: Samples, options: PictureOptions = {}): Promise<void> {
  checkOptions("writeGrid", pictureChecks, options);
  await writePicture(path, arePoints(samples) ? pointsPicture(samples, options) : gridPicture(samples, options));
}

/** Whether samples are points of the plane. */
export function arePoints({ shape, range }: Samples): boolean {
  return shape.length === 1 && shape[0] === 2 && range === undefined;
}

/** What a scatter plot of these points shows. */
export function shownExtent({ values }: Samples, { real, extent }: PictureOptions): Extent {
  return extent ?? extentOf(real ?? values);
}

function pointsPicture(samples: Samples, options: PictureOptions): Picture {
  const { real, scale } = options;
  const layers = [...(real === undefined ? [] : [{ points: real, colour: GREY }]), { points: samples.values, colour: BLUE }];
  return scatterPicture(layers, shownExtent(samples, options), scale);
}
