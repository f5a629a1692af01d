import { dotsOf, LETTER_ADVANCE, LETTER_HEIGHT } from "./lettering.ts";
import { type Colour, extremes, type Picture } from "./picture.ts";
import type { Extent } from "./scatterPicture.ts";
import { ticks } from "./ticks.ts";

/** A line through the points (x, y); broken where either is no finite number. */
export interface PlotSeries {
  readonly x: ArrayLike<number>;
  readonly y: ArrayLike<number>;
  /** Stands above the plot in the colour of the line. */
  readonly label?: string;
  /** One of a list unless told. */
  readonly colour?: Colour;
  /** Shades what lies between the line and y = 0: for densities. Default false. */
  readonly isFilled?: boolean;
}

export interface Plot {
  /** The first at the bottom. */
  readonly series: readonly PlotSeries[];
  readonly title?: string;
  /** What the axes show; unless told, so that all points fit. */
  readonly x?: Extent;
  readonly y?: Extent;
  /** Pixels of the picture are multiplied by it; default 1, a picture of 640 × 400. */
  readonly scale?: number;
}

const WIDTH = 640;
const HEIGHT = 400;
const LEFT = 56;
const RIGHT = 16;
const TOP = 44;
const BOTTOM = 28;
/** Side of a letter's dot. */
const DOT = 2;
const LETTER = DOT * LETTER_ADVANCE;
const LEGEND_ROW = 14;
/** Length of a label's piece of line. */
const SWATCH = 12;
const LINE_WIDTH = 2;
const INK: Colour = [70, 70, 70];
const GRID: Colour = [232, 232, 232];
const ZERO: Colour = [190, 190, 190];
const SHADE = 0.15;
/** Of Okabe and Ito's colours, which the colour-blind can tell apart, those that are dark enough for a thin line. */
const colours: readonly Colour[] = [[0, 114, 178], [213, 94, 0], [0, 158, 115], [204, 121, 167], [86, 180, 233], [230, 159, 0], [0, 0, 0]];

/**
 * A line plot on white, with round numbers on both axes and the series' labels above. Upwards is positive; what lies outside
 * of the axes is left out.
 */
export function linePicture({ series, title = "", x, y, scale = 1 }: Plot): Picture {
  const [width, height] = [WIDTH * scale, HEIGHT * scale];
  const data = new Uint8Array(width * height * 3).fill(255);
  const blend = (column: number, row: number, colour: Colour, share: number): void => {
    const at = (row * width + column) * 3;
    for (let channel = 0; channel < 3; channel++) data[at + channel] = Math.round((1 - share) * data[at + channel]! + share * colour[channel]!);
  };
  const block = (left: number, top: number, across: number, down: number, colour: Colour): void => {
    for (let row = Math.max(0, top * scale); row < Math.min(height, (top + down) * scale); row++) {
      for (let column = Math.max(0, left * scale); column < Math.min(width, (left + across) * scale); column++) blend(column, row, colour, 1);
    }
  };
  const write = (text: string, left: number, top: number, colour: Colour): void => {
    for (const [dx, dy] of dotsOf(text)) block(left + dx * DOT, top + dy * DOT, DOT, DOT, colour);
  };

  const legend = legendOf(series);
  const paperTop = TOP + LEGEND_ROW * Math.max(0, ...legend.map(({ row }) => row));
  const [low, high] = x ?? around(series.map((line) => line.x));
  const [bottom, top] = y ?? around(series.map((line) => line.y));
  const toColumn = (value: number): number => LEFT + ((value - low) / (high - low)) * (WIDTH - LEFT - RIGHT);
  const toRow = (value: number): number => HEIGHT - BOTTOM - ((value - bottom) / (top - bottom)) * (HEIGHT - paperTop - BOTTOM);

  for (const value of ticks(low, high, 8)) {
    const column = Math.round(toColumn(value));
    block(column, paperTop, 1, HEIGHT - paperTop - BOTTOM, value === 0 ? ZERO : GRID);
    write(String(value), column - (String(value).length * LETTER) / 2, HEIGHT - BOTTOM + 8, INK);
  }
  for (const value of ticks(bottom, top, 6)) {
    const row = Math.round(toRow(value));
    block(LEFT, row, WIDTH - LEFT - RIGHT, 1, value === 0 ? ZERO : GRID);
    write(String(value), LEFT - 6 - String(value).length * LETTER, row - (DOT * LETTER_HEIGHT) / 2, INK);
  }
  write(title, LEFT, 8, INK);

  series.forEach(({ x: xs, y: ys, colour: own, isFilled = false }, i) => {
    const colour = own ?? colours[i % colours.length]!;
    const points = Array.from(xs, (value, at): Point => [toColumn(value) * scale, toRow(ys[at]!) * scale]);
    const paper = { left: LEFT * scale, right: (WIDTH - RIGHT) * scale, top: paperTop * scale, bottom: (HEIGHT - BOTTOM) * scale };
    if (isFilled) shade(points, toRow(0) * scale, paper, (column, row) => blend(column, row, colour, SHADE));
    for (const [at, share] of stroke(points, (LINE_WIDTH * scale) / 2, paper, width)) blend(at % width, Math.floor(at / width), colour, share);
  });
  for (const { label, at, left, row } of legend) {
    const colour = series[at]!.colour ?? colours[at % colours.length]!;
    block(left, 28 + row * LEGEND_ROW, SWATCH, 4, colour);
    write(label, left + SWATCH + 6, 26 + row * LEGEND_ROW, colour);
  }
  return { width, height, channels: 3, data };
}

/** A label, whose series it names, and where it stands. */
interface Label {
  readonly label: string;
  readonly at: number;
  readonly left: number;
  readonly row: number;
}

/** Labels side by side, in as many rows as they need. */
function legendOf(series: readonly PlotSeries[]): readonly Label[] {
  const placed: Label[] = [];
  let [left, row] = [LEFT, 0];
  series.forEach(({ label }, at) => {
    if (label === undefined) return;
    const width = SWATCH + 6 + label.length * LETTER;
    if (left > LEFT && left + width > WIDTH - RIGHT) [left, row] = [LEFT, row + 1];
    placed.push({ label, at, left, row });
    left += width + 2 * LETTER;
  });
  return placed;
}

/** A column and a row of the picture, between its pixels. */
type Point = readonly [number, number];

/** The part of the picture that is drawn on; pixels from the first up to but not including the second. */
interface Paper {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/** How much of each pixel a line covers, by the pixel's place; the joints are not counted twice. */
function stroke(points: readonly Point[], radius: number, { left, right, top, bottom }: Paper, width: number): ReadonlyMap<number, number> {
  const covered = new Map<number, number>();
  for (let i = 1; i < points.length; i++) {
    const [[x0, y0], [x1, y1]] = [points[i - 1]!, points[i]!];
    if (!Number.isFinite(x0 + y0 + x1 + y1)) continue;
    const [dx, dy] = [x1 - x0, y1 - y0];
    const length = dx * dx + dy * dy;
    const reach = radius + 1;
    for (let row = Math.max(top, Math.floor(Math.min(y0, y1) - reach)); row < Math.min(bottom, Math.max(y0, y1) + reach); row++) {
      for (let column = Math.max(left, Math.floor(Math.min(x0, x1) - reach)); column < Math.min(right, Math.max(x0, x1) + reach); column++) {
        const [px, py] = [column + 0.5 - x0, row + 0.5 - y0];
        const along = length === 0 ? 0 : Math.min(1, Math.max(0, (px * dx + py * dy) / length));
        const share = Math.min(1, radius + 0.5 - Math.hypot(px - along * dx, py - along * dy));
        const at = row * width + column;
        if (share > (covered.get(at) ?? 0)) covered.set(at, share);
      }
    }
  }
  return covered;
}

/** Visits every pixel between a line and a base, each once where the line goes from left to right. */
function shade(points: readonly Point[], base: number, { left, right, top, bottom }: Paper, visit: (column: number, row: number) => void): void {
  for (let i = 1; i < points.length; i++) {
    const [[x0, y0], [x1, y1]] = [points[i - 1]!, points[i]!];
    if (!Number.isFinite(x0 + y0 + x1 + y1)) continue;
    for (let column = Math.max(left, Math.ceil(x0 - 0.5)); column < Math.min(right, x1 - 0.5); column++) {
      const edge = y0 + ((column + 0.5 - x0) / (x1 - x0)) * (y1 - y0);
      for (let row = Math.max(top, Math.round(Math.min(edge, base))); row < Math.min(bottom, Math.round(Math.max(edge, base))); row++) visit(column, row);
    }
  }
}

/** From the smallest to the largest finite value, with a little room; [−1, 1] where there is none. */
function around(all: readonly ArrayLike<number>[]): Extent {
  const [low, high] = extremes(Float32Array.from(all.flatMap((values) => Array.from(values))));
  if (low > high) return [-1, 1];
  const margin = (high - low) / 20 || 1;
  return [low - margin, high + margin];
}
