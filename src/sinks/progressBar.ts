import process from "node:process";
import { defer } from "rxjs";
import { checkOptions, having, number, optional } from "../configuration/checkOptions.ts";
import type { RoundPlayed, TrainingEvent } from "../game/event.ts";
import { defineSink, type Sink } from "./defineSink.ts";
import { bar, progress, words } from "./progressWords.ts";
import { speedometer } from "./speedometer.ts";

/** Where progress is shown: `process.stderr` is one. */
export interface TextStream {
  write(text: string): unknown;
  /** Whether a line can be drawn over. */
  readonly isTTY?: boolean;
  readonly columns?: number;
}

export interface ProgressBarOptions {
  /** Default standard error, which keeps standard output for results. */
  readonly stream?: TextStream;
  /** Least time between two lines, in milliseconds of the run; default 100 in a terminal, 10,000 elsewhere. */
  readonly everyMs?: number;
}

const LOSS = "loss/";
const WIDE = 110;

/**
 * Shows how a run is going: at the start the device and why it was chosen, then how far it is, rounds a second over the
 * last ten seconds, losses and the time left; and, as they come, samples, checkpoints, commands, warnings, failing sinks
 * and the end.
 *
 * In a terminal one line is drawn over and over; elsewhere (a file, a log) plain lines follow one another at a calm pace.
 * Put it after the other sinks: it then tells when one of them fails.
 *
 * @throws ConfigurationError for wrong options
 * @example
 * ```ts
 * events$.pipe(sampleGrid("runs/digits"), progressBar()).subscribe();
 * // [#########-----------]  45 %    900 / 2,000  7.40 rounds/s  2 min 29 s left  generator 0.912  discriminator 1.210
 * ```
 */
export function progressBar(options: ProgressBarOptions = {}): Sink {
  checkOptions("progressBar", { stream: optional(having("a stream with write(text)", "write")), everyMs: optional(number({ minimum: 0 })) }, options);
  return (event$) =>
    defer(() => {
      const show = display(options);
      return event$.pipe(defineSink("progressBar", show.event, { close: show.close }));
    });
}

function display({ stream = process.stderr, everyMs = stream.isTTY === true ? 100 : 10_000 }: ProgressBarOptions): {
  event(event: TrainingEvent): void;
  close(): void;
} {
  const isTerminal = stream.isTTY === true;
  const losses: Record<string, number> = {};
  let speed = speedometer();
  let shownAt = -Infinity;
  /** The line that is drawn over; empty where there is none. */
  let line = "";

  const print = (text: string): void => void stream.write(isTerminal ? `\r${text}\x1b[K\n${line}` : `${text}\n`);
  const draw = (text: string): void => {
    if (!isTerminal) return print(text);
    // A line that wraps could not be drawn over.
    line = text.slice(0, Math.max(20, stream.columns ?? 120) - 1);
    stream.write(`\r${line}\x1b[K`);
  };
  const close = (): void => {
    if (line !== "") stream.write("\n");
    line = "";
  };
  const played = (event: RoundPlayed): void => {
    speed.note(event.round, event.elapsedMs);
    for (const [name, value] of Object.entries(event.metrics)) {
      if (name.startsWith(LOSS)) losses[name.slice(LOSS.length)] = value;
    }
    if (event.elapsedMs - shownAt < everyMs && event.round < event.rounds) return;
    shownAt = event.elapsedMs;
    const cells = (stream.columns ?? WIDE) < WIDE ? 10 : 20;
    draw(`${bar(event.round / event.rounds, cells)}  ${progress(event, losses, speed.perSecond())}`);
  };
  return {
    event(event) {
      if (event._tag === "RoundPlayed") return played(event);
      if (event._tag === "RunStarted") {
        speed = speedometer();
        shownAt = -Infinity;
      }
      if (event._tag === "RunCompleted") close();
      for (const text of words(event)) print(text);
    },
    close,
  };
}
