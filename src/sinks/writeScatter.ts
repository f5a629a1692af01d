import { checkOptions, group, integer, listOf, optional, satisfies } from "../configuration/checkOptions.ts";
import type { FieldValues } from "../game/source.ts";
import type { Colour, Picture } from "./picture.ts";
import { extentOf, scatterPicture, type Extent } from "./scatterPicture.ts";
import { pictureChecks } from "./writeGrid.ts";
import { writePicture } from "./writePicture.ts";

/** Points of the plane, coloured by class. */
export interface ScatterPlot {
  /** `x, y, x, y, …` */
  readonly points: FieldValues;
  /** One class per point, each shown in a colour of its own (ten of them, then from the first again); all alike unless told. */
  readonly labels?: ArrayLike<number>;
  /** Points shown in grey beneath. */
  readonly beneath?: FieldValues;
}

export interface ScatterOptions {
  /** Both axes run from the first to the second, in all plots; unless told, so that all points of all plots fit. */
  readonly extent?: Extent;
  /** Pixels are multiplied by it; default 1, 480 × 480 pixels a plot. */
  readonly scale?: number;
}

const GREY: Colour = [190, 190, 190];
/** Ten colours that are told apart easily (Tableau's). */
const colours: readonly Colour[] = [
  [31, 119, 180], [255, 127, 14], [44, 160, 44], [214, 39, 40], [148, 103, 189],
  [140, 86, 75], [227, 119, 194], [127, 127, 127], [188, 189, 34], [23, 190, 207],
];
const GAP = 8;

/**
 * Writes scatter plots side by side, on the same scale, as a PNG: the codes of two models, coloured by class. The file is put
 * in place all at once, its folder made where it is missing.
 *
 * @throws ConfigurationError for wrong options, Error where the folder cannot be written to
 * @example
 * ```ts
 * await writeScatter("latents.png", [{ points: aaeCodes, labels }, { points: vaeCodes, labels }], { extent: [-4, 4] });
 * ```
 */
export async function writeScatter(path: string, plots: readonly ScatterPlot[], options: ScatterOptions = {}): Promise<void> {
  checkOptions("writeScatter", { plots: listOf(group(plotChecks), 1), extent: pictureChecks.extent, scale: optional(integer()) }, { ...options, plots });
  const extent = options.extent ?? extentOf(Float32Array.from(plots.flatMap(({ points, beneath }) => [...points, ...(beneath ?? [])])));
  await writePicture(path, sideBySide(plots.map((plot) => scatterPicture(layersOf(plot), extent, options.scale))));
}

const points = satisfies("a typed array x, y, x, y, …", (value) => (value instanceof Float32Array || value instanceof Int32Array) && value.length % 2 === 0);
const numbers = satisfies("a list of numbers", (value) => Array.isArray(value) || (ArrayBuffer.isView(value) && !(value instanceof DataView)));
const plotChecks = { points, labels: optional(numbers), beneath: optional(points) };

/** One layer a point, so that no class covers the others. */
function layersOf({ points: drawn, labels, beneath }: ScatterPlot) {
  const colourOf = (row: number): Colour => colours[(labels?.[row] ?? 0) % colours.length]!;
  return [
    ...(beneath === undefined ? [] : [{ points: beneath, colour: GREY }]),
    ...Array.from({ length: drawn.length / 2 }, (_, row) => ({ points: drawn.subarray(2 * row, 2 * row + 2), colour: colourOf(row) })),
  ];
}

/** Pictures of one size in a row, black lines between them. */
export function sideBySide(pictures: readonly Picture[]): Picture {
  const { width, height, channels } = pictures[0]!;
  const whole = pictures.length * width + (pictures.length - 1) * GAP;
  const data = new Uint8Array(whole * height * channels);
  pictures.forEach((picture, i) => {
    for (let y = 0; y < height; y++) {
      data.set(picture.data.subarray(y * width * channels, (y + 1) * width * channels), (y * whole + i * (width + GAP)) * channels);
    }
  });
  return { width: whole, height, channels, data };
}
