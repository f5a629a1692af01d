import { boolean, checkOptions, group, integer, listOf, optional, satisfies } from "../configuration/checkOptions.ts";
import { ConfigurationError } from "../configuration/configurationError.ts";
import { linePicture, type Plot } from "./linePicture.ts";
import { writePicture } from "./writePicture.ts";

const numbers = satisfies("a list of numbers", (value) => Array.isArray(value) || (ArrayBuffer.isView(value) && !(value instanceof DataView)));
const words = satisfies("a string", (value) => typeof value === "string");
const extent = satisfies("[low, high] with low < high", (value) => Array.isArray(value) && value.length === 2 && value.every(Number.isFinite) && value[0] < value[1]);
const colour = satisfies(
  "red, green and blue, 0 … 255",
  (value) => Array.isArray(value) && value.length === 3 && value.every((part) => Number.isInteger(part) && part >= 0 && part <= 255),
);
const checks = {
  series: listOf(group({ x: numbers, y: numbers, label: optional(words), colour: optional(colour), isFilled: optional(boolean) })),
  title: optional(words),
  x: optional(extent),
  y: optional(extent),
  scale: optional(integer()),
};

/**
 * Writes a line plot as a PNG: losses over rounds, densities over the line. The file is put in place all at once, its
 * folder made where it is missing.
 *
 * @throws ConfigurationError for wrong options, and where a series' x and y differ in length; Error where the folder cannot
 * be written to
 * @example
 * ```ts
 * await writePlot("losses.png", { series: [{ x: rounds, y: losses, label: "discriminator" }], title: "loss by round" });
 * ```
 */
export async function writePlot(path: string, plot: Plot): Promise<void> {
  checkOptions("writePlot", checks, plot);
  const problems = plot.series.flatMap(({ x, y }, i) =>
    x.length === y.length ? [] : [{ path: `series[${i}].y`, message: `expected ${x.length} values, one for each x, got ${y.length}` }],
  );
  if (problems.length > 0) throw new ConfigurationError("writePlot", problems);
  await writePicture(path, linePicture(plot));
}
