import { join } from "node:path";
import { defer } from "rxjs";
import { checkOptions, text } from "../configuration/checkOptions.ts";
import type { SamplesDrawn } from "../game/event.ts";
import { defineSink, type Sink } from "./defineSink.ts";
import type { Extent } from "./scatterPicture.ts";
import { arePoints, pictureChecks, shownExtent, writeGrid, type PictureOptions } from "./writeGrid.ts";

/**
 * Writes every `SamplesDrawn` as a PNG file in `folder`: `samples-000250.png` after round 250, and
 * `samples-decoder-000250.png` where another network than `generator` drew. Images stand in a grid; points of the plane
 * become a scatter plot, whose axes stay as the first draw of the run needs them.
 *
 * @throws ConfigurationError for wrong options; a folder that cannot be written to is a `SinkFailed` event
 * @example
 * ```ts
 * trainGAN$({ …, samples: { every: 250 } }).pipe(sampleGrid("runs/digits", { columns: 10 })).subscribe();
 * ```
 */
export function sampleGrid(folder: string, options: PictureOptions = {}): Sink {
  checkOptions("sampleGrid", { folder: text, ...pictureChecks }, { ...options, folder });
  return (event$) =>
    defer(() => {
      let extent: Extent | undefined;
      return event$.pipe(
        defineSink("sampleGrid", async (event) => {
          if (event._tag !== "SamplesDrawn") return;
          if (arePoints(event)) extent ??= shownExtent(event, options);
          await writeGrid(join(folder, fileName(event)), event, extent === undefined ? options : { ...options, extent });
        }),
      );
    });
}

function fileName({ network, round }: SamplesDrawn): string {
  const number = String(round).padStart(6, "0");
  return network === "generator" ? `samples-${number}.png` : `samples-${network}-${number}.png`;
}
