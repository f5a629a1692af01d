import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import { SourceFailed } from "../game/failure.ts";
import type { IconDrawing } from "./iconSet.ts";
import { loadedOnce } from "./loadedOnce.ts";
import { packageFolder } from "./packageFolder.ts";
import { keptChannels, type Rgb } from "./paper.ts";

/** How drawings become pixels. */
export interface RasterOptions {
  /** Height and width in pixels. */
  readonly size: number;
  readonly background: Rgb;
  /** What `currentColor` stands for. */
  readonly colour: Rgb;
  readonly channels: 1 | 3;
}

/** The part of @resvg/resvg-wasm that is used; the package is not there unless somebody draws. */
interface ResvgModule {
  initWasm(bytes: Uint8Array): Promise<void>;
  readonly Resvg: new (svg: string, options: { readonly background: string; readonly font: { readonly loadSystemFonts: boolean } }) => {
    getBBox(): { readonly x: number; readonly y: number; readonly width: number; readonly height: number; free(): void } | undefined;
    render(): { readonly pixels: Uint8Array; free(): void };
    free(): void;
  };
}

const PACKAGE = "@resvg/resvg-wasm";
const VERSION = "2.6.2";
const WASM = "index_bg.wasm";
/** Drawings between two breaths: 64 take about 50 ms, in which nothing else happens. */
const AT_ONCE = 64;

const resvg = loadedOnce(async (): Promise<ResvgModule> => {
  const folder = packageFolder("rasterise", PACKAGE, VERSION, WASM);
  const module = await import(pathToFileURL(join(folder, "index.mjs")).href) as ResvgModule;
  await module.initWasm(await readFile(join(folder, WASM))).catch((error: unknown) => {
    // By the program around us, which may draw too.
    if (!(error instanceof Error && error.message.startsWith("Already initialized"))) throw error;
  });
  return module;
});

const drawn = new Map<string, Map<IconDrawing, Uint8Array>>();

/**
 * Drawings as byte pixels `[size, size, channels]`, flattened onto the background; one that is not square is scaled to fit
 * and set in the middle. What was drawn is kept for the life of the process: the next source asks for the same.
 *
 * resvg answers *premultiplied* colours, which are no colours where something is transparent; it draws on the background
 * itself here, so that every pixel is opaque. No fonts are loaded, so that every machine draws the same.
 *
 * @throws SourceFailed where @resvg/resvg-wasm is not installed, with the command that installs it, or a drawing is no SVG
 */
export async function rasterise(source: string, drawings: readonly IconDrawing[], options: RasterOptions): Promise<readonly Uint8Array[]> {
  packageFolder(source, PACKAGE, VERSION, WASM); // where it is not installed, the error says who asked
  const { Resvg } = await resvg();
  const id = JSON.stringify([options.size, options.background, options.colour, options.channels]);
  const known = drawn.get(id) ?? new Map<IconDrawing, Uint8Array>();
  drawn.set(id, known);
  let fresh = 0;
  for (const drawing of drawings) {
    if (known.has(drawing)) continue;
    if (fresh++ % AT_ONCE === 0) await setImmediate();
    try {
      known.set(drawing, pixelsOf(Resvg, drawing, options));
    } catch (cause) {
      throw new SourceFailed(source, `a drawing cannot be rasterised (${String(cause)}): ${drawing.body.slice(0, 60)}`, cause);
    }
  }
  return drawings.map((drawing) => known.get(drawing)!);
}

function pixelsOf(Resvg: ResvgModule["Resvg"], drawing: IconDrawing, options: RasterOptions): Uint8Array {
  const { size, background, channels } = options;
  const open = (margin: number) =>
    new Resvg(svgOf(drawing, options, margin), { background: css(background), font: { loadSystemFonts: false } });
  let vector = open(0);
  const margin = overhang(vector.getBBox(), drawing);
  if (margin > 0) {
    vector.free();
    vector = open(margin);
  }
  const image = vector.render();
  const pixels = keptChannels(image.pixels, 4, channels);
  image.free();
  vector.free();
  if (margin === 0) return pixels;
  const wide = size * (1 + 2 * margin);
  const rows = Array.from({ length: size }, (_, y) => ((y + size * margin) * wide + size * margin) * channels);
  const middle = new Uint8Array(size * size * channels);
  rows.forEach((from, y) => middle.set(pixels.subarray(from, from + size * channels), y * size * channels));
  return middle;
}

/**
 * By how many times its own side a drawing goes over its edges; 0 for the usual ones. resvg 2.6.2 panics over a translucent
 * group that lies wholly outside of the picture, of which noto's `package` and `rainbow-flag` have some: these few drawings
 * are drawn with all that is around them, and the middle is cut out. https://github.com/thx/resvg-js/issues/415
 */
function overhang(box: ReturnType<InstanceType<ResvgModule["Resvg"]>["getBBox"]>, drawing: IconDrawing): number {
  if (box === undefined) return 0;
  const { left, top, side } = squareAround(drawing);
  const over = Math.max(left - box.x, top - box.y, box.x + box.width - left - side, box.y + box.height - top - side) / side;
  box.free();
  return over > 0.01 ? Math.ceil(over) : 0;
}

/** The square that a drawing stands in, itself in the middle. */
function squareAround({ left, top, width, height }: IconDrawing): { readonly left: number; readonly top: number; readonly side: number } {
  const side = Math.max(width, height);
  return { left: left - (side - width) / 2, top: top - (side - height) / 2, side };
}

/** A whole SVG document, square, with `margin` times the drawing's side around it. */
function svgOf(drawing: IconDrawing, { size, colour }: RasterOptions, margin: number): string {
  const { left, top, side } = squareAround(drawing);
  const times = 1 + 2 * margin;
  return `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="${size * times}" height="${size * times}" ` +
    `viewBox="${left - side * margin} ${top - side * margin} ${side * times} ${side * times}" color="${css(colour)}">${drawing.body}</svg>`;
}

function css([red, green, blue]: Rgb): string {
  return `rgb(${red}, ${green}, ${blue})`;
}
