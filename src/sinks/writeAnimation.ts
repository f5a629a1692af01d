import { createRequire } from "node:module";
import { checkOptions, integer, number, optional } from "../configuration/checkOptions.ts";
import { ConfigurationError } from "../configuration/configurationError.ts";
import { gridPicture, type GridOptions } from "./gridPicture.ts";
import { extremes, type Picture, type Samples } from "./picture.ts";
import { writeWhole } from "./writeWhole.ts";

export interface AnimationOptions extends GridOptions {
  /** How long a frame is shown. Default 80; GIF counts in hundredths of a second. */
  readonly frameMs?: number;
  /** How often it is played; 0, unless told, without end. */
  readonly times?: number;
}

/** The part of gifenc that is used here. */
interface Gifenc {
  GIFEncoder(): { writeFrame(index: Uint8Array, width: number, height: number, options: object): void; finish(): void; bytes(): Uint8Array };
  quantize(rgba: Uint8Array, colours: number): Palette;
  applyPalette(rgba: Uint8Array, palette: Palette): Uint8Array;
}
type Palette = readonly (readonly number[])[];

// By require, as the one build both runtimes read alike: as a module its exports are named on Bun and a default on Deno.
const gifenc = createRequire(import.meta.url)("gifenc") as Gifenc;

const GREYS: Palette = Array.from({ length: 256 }, (_, grey) => [grey, grey, grey]);

/**
 * Writes an animated GIF, each frame a grid of samples as `writeGrid` draws it; several samples in every frame move side by
 * side. Greys are kept exactly, colours are brought down to 256 a frame. The file is put in place all at once.
 *
 * @throws ConfigurationError for wrong options, and where there is no frame or frames differ in count or shape; RangeError
 * where the samples make no picture; Error where the folder cannot be written to
 * @example
 * ```ts
 * const loop = await samplesAt(generator, latentLoop(stops, { steps: 12 }));
 * await writeAnimation("loop.gif", framesOf(loop));
 * ```
 */
export async function writeAnimation(path: string, frames: readonly Samples[], options: AnimationOptions = {}): Promise<void> {
  const { frameMs = 80, times = 0, ...grid } = options;
  checkOptions("writeAnimation", { columns: optional(integer()), scale: optional(integer()), frameMs: number({ minimum: 10 }), times: integer(0) }, { ...options, frameMs, times });
  const [first] = frames;
  const same = (frame: Samples): boolean => frame.count === first!.count && frame.shape.join() === first!.shape.join();
  const other = frames.findIndex((frame) => !same(frame));
  if (first === undefined || other >= 0) {
    const message = first === undefined ? "expected at least one, got none" : `expected ${first.count} samples of shape [${first.shape.join(", ")}] in every frame, got others in frame ${other}`;
    throw new ConfigurationError("writeAnimation", [{ path: "frames", message }]);
  }
  const range = first.range ?? commonRange(frames);
  const encoder = gifenc.GIFEncoder();
  frames.forEach((frame, i) => {
    const { width, height, index, palette } = indexed(gridPicture({ ...frame, range }, grid));
    // GIF means by `repeat` how often it is played again, −1 not at all.
    encoder.writeFrame(index, width, height, { palette, delay: frameMs, ...(i === 0 ? { repeat: times === 0 ? 0 : times === 1 ? -1 : times - 1 } : {}) });
  });
  encoder.finish();
  await writeWhole(path, encoder.bytes());
}

/**
 * Samples one after another as frames of an animation: `[frames · perFrame]` samples to so many frames. @throws
 * ConfigurationError where they do not come out even
 */
export function framesOf(samples: Samples, perFrame = 1): readonly Samples[] {
  const { count, values } = samples;
  if (!Number.isInteger(perFrame) || perFrame < 1 || count % perFrame !== 0) {
    throw new ConfigurationError("framesOf", [{ path: "perFrame", message: `expected a divisor of ${count} samples, got ${perFrame}` }]);
  }
  const size = (values.length / count) * perFrame;
  return Array.from({ length: count / perFrame }, (_, i) => ({ ...samples, count: perFrame, values: values.subarray(i * size, (i + 1) * size) }));
}

function commonRange(frames: readonly Samples[]): readonly [number, number] {
  const all = frames.map(({ values }) => extremes(values));
  return [Math.min(...all.map(([low]) => low)), Math.max(...all.map(([, high]) => high))];
}

function indexed({ width, height, channels, data }: Picture): { readonly width: number; readonly height: number; readonly index: Uint8Array; readonly palette: Palette } {
  if (channels === 1) return { width, height, index: data, palette: GREYS };
  const rgba = new Uint8Array(width * height * 4).fill(255);
  for (let pixel = 0; pixel < width * height; pixel++) rgba.set(data.subarray(pixel * channels, (pixel + 1) * channels), pixel * 4);
  const palette = gifenc.quantize(rgba, 256);
  return { width, height, index: gifenc.applyPalette(rgba, palette), palette };
}
