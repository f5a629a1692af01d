import { appendFileSync, closeSync, fstatSync, ftruncateSync, openSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { dirname } from "node:path";
import { defer } from "rxjs";
import { checkOptions, text } from "../configuration/checkOptions.ts";
import type { TrainingEvent } from "../game/event.ts";
import { continueLines } from "./continueLines.ts";
import { defineSink, type Sink } from "./defineSink.ts";

/**
 * Writes every event as one line of JSON, but for the values and the labels of samples.
 *
 * A run that starts from nothing starts the file anew; a resumed one continues it: lines of rounds after the resumed
 * checkpoint's are removed first, since those rounds are played again, so that no round stands there twice. A last line
 * that was cut off by a crash is removed. Each line is handed to the system at once.
 *
 * @throws ConfigurationError where the path is empty; a file that cannot be written to, or that holds something else
 * than events, is a `SinkFailed` event
 * @example
 * ```ts
 * events$.pipe(jsonLines("runs/digits/events.jsonl")).subscribe();
 * // {"_tag":"RoundPlayed","round":1,"rounds":2000,"metrics":{"loss/generator":0.69,…},"elapsedMs":151}
 * ```
 */
export function jsonLines(path: string): Sink {
  checkOptions("jsonLines", { path: text }, { path });
  return (event$) =>
    defer(() => {
      let file: LinesFile | undefined;
      let isBegun = false;
      /** At the first event, and anew at each start where runs follow one another in one stream. */
      const begin = async (event: TrainingEvent): Promise<void> => {
        isBegun = true;
        file?.close();
        file = undefined;
        file = await openLines(path, event._tag !== "RunStarted" ? Infinity : event.resumedFrom === undefined ? undefined : event.round);
        file.append(lineOf(event));
      };
      return event$.pipe(
        defineSink("jsonLines", (event) => (isBegun && event._tag !== "RunStarted" ? file?.append(lineOf(event)) : begin(event)), {
          close: () => file?.close(),
        }),
      );
    });
}

interface LinesFile {
  append(line: string): void;
  close(): void;
}

async function openLines(path: string, lastRound: number | undefined): Promise<LinesFile> {
  await mkdir(dirname(path), { recursive: true });
  let size = await continueLines(path, lastRound);
  const file = openSync(path, "a");
  const isFile = fstatSync(file).isFile();
  return {
    append(line) {
      const bytes = Buffer.from(`${line}\n`);
      try {
        appendFileSync(file, bytes);
        size += bytes.length;
      } catch (error) {
        // A full disk takes part of a line: the next one must not be glued to it.
        if (isFile) ftruncateSync(file, size);
        throw error;
      }
    },
    close: () => closeSync(file),
  };
}

function lineOf(event: TrainingEvent): string {
  if (event._tag !== "SamplesDrawn") return JSON.stringify(event);
  const { values: _values, labels: _labels, ...rest } = event;
  return JSON.stringify(rest);
}
