import type { MeasuredScore, RoundPlayed, TrainingEvent } from "../game/event.ts";

/** `1,234,567`: the same in every locale, so that logs can be compared. */
export function grouped(value: number): string {
  return value.toLocaleString("en-US");
}

/** `4 s`, `2 min 30 s`, `1 h 04 min`. */
export function duration(ms: number): string {
  const seconds = Math.round(ms / 1000);
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  const padded = (value: number): string => String(value).padStart(2, "0");
  return minutes < 60 ? `${minutes} min ${padded(seconds % 60)} s` : `${Math.floor(minutes / 60)} h ${padded(minutes % 60)} min`;
}

/** `[#####-----]  50 %`, with as many cells as said. */
export function bar(share: number, cells: number): string {
  const full = Math.floor(share * cells);
  return `[${"#".repeat(full)}${"-".repeat(cells - full)}] ${String(Math.floor(share * 100)).padStart(3)} %`;
}

/** Where a run is: `900 / 2,000  7.40 rounds/s  2 min 29 s left  generator 0.912  discriminator 1.210`. */
export function progress({ round, rounds }: RoundPlayed, losses: Readonly<Record<string, number>>, perSecond: number | undefined): string {
  const total = grouped(rounds);
  return [
    `${grouped(round).padStart(total.length)} / ${total}`,
    ...(perSecond === undefined ? [] : [`${speed(perSecond)} rounds/s`]),
    ...(perSecond === undefined || perSecond === 0 || round === rounds ? [] : [`${duration(((rounds - round) / perSecond) * 1000)} left`]),
    ...Object.entries(losses).map(([name, loss]) => `${name} ${loss.toFixed(3)}`),
  ].join("  ");
}

/** Events but rounds, in words: the lines to print, which are none for what goes without saying. */
export function words(event: Exclude<TrainingEvent, RoundPlayed>): readonly string[] {
  switch (event._tag) {
    case "RunStarted": {
      const { runtime, backend, adapter, reason } = event.device;
      const networks = Object.entries(event.parameters).map(([name, count]) => `${name} ${grouped(count)}`);
      return [
        entry("device", `${backend}${adapter === undefined ? "" : ` (${adapter})`} on ${runtime}: ${reason}`),
        entry("parameters", networks.join(", ")),
        ...(event.resumedFrom === undefined ? [] : [entry("resumed", `at round ${grouped(event.round)} from ${event.resumedFrom}`)]),
      ];
    }
    case "SamplesDrawn":
      return [entry("samples", `${grouped(event.count)} drawn after round ${grouped(event.round)}${event.weights === "averaged" ? ", averaged weights" : ""}`)];
    case "Measured": {
      const took = event.durationMs < 10_000 ? `${(event.durationMs / 1000).toFixed(1)} s` : duration(event.durationMs);
      const cost = `${took}, ${(100 * event.share).toFixed(1)} % of the time`;
      return [entry("measured", `${event.scores.map(scored).join(", ")} after round ${grouped(event.round)} (${cost})`)];
    }
    case "CollapseSuspected":
      return [entry("suspicion", `${event.kind} at round ${grouped(event.round)}: ${event.message} ${event.advice}`)];
    case "CheckpointSaved":
      return [entry("checkpoint", `round ${grouped(event.round)}, ${(event.bytes / 1e6).toFixed(1)} MB, ${event.origin}`)];
    case "CommandApplied": {
      const { _tag, ...values } = event.command;
      return [entry("command", [_tag, ...Object.values(values)].join(" "))];
    }
    case "Warned":
      return [entry("warning", event.message)];
    case "SinkFailed":
      return [entry("warning", `${event.sink}: ${event.message}`)];
    case "RunCompleted":
      return [
        event.reason === "already finished"
          ? entry("finished", `already, ${rounds(event.round)}; ask for more to go on`)
          : entry(event.reason, `${rounds(event.round)} in ${duration(event.elapsedMs)}`),
      ];
    case "PluginReported":
      return [];
    default:
      return event satisfies never;
  }
}

/** `frechet 12.30 (real 0.81)`. */
function scored({ name, value, floor }: MeasuredScore): string {
  const figures = (number: number): string => (Number.isFinite(number) ? String(Number(number.toPrecision(4))) : String(number));
  return `${name} ${figures(value)}${floor === undefined ? "" : ` (real ${figures(floor)})`}`;
}

function entry(subject: string, text: string): string {
  return `${subject.padEnd(12)}${text}`;
}

function rounds(count: number): string {
  return `${grouped(count)} ${count === 1 ? "round" : "rounds"}`;
}

function speed(perSecond: number): string {
  return perSecond >= 99.95 ? perSecond.toFixed(0) : perSecond >= 9.995 ? perSecond.toFixed(1) : perSecond.toFixed(2);
}
