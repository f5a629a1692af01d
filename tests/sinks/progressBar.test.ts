import { concat, lastValueFrom, of, throwError } from "rxjs";
import type { RoundPlayed, TrainingEvent } from "../../src/game/event.ts";
import { progressBar } from "../../src/sinks/progressBar.ts";
import { duration } from "../../src/sinks/progressWords.ts";
import { speedometer } from "../../src/sinks/speedometer.ts";
import { assert, close, describe, it } from "../kit/kit.ts";
import { completed, drawn, measured, played, saved, started } from "./events.ts";

/** What progressBar writes for these events. */
async function shown(events: readonly TrainingEvent[], stream: { isTTY?: boolean; columns?: number } = {}, everyMs?: number): Promise<string> {
  let text = "";
  const write = (piece: string): void => void (text += piece);
  await lastValueFrom(of(...events).pipe(progressBar({ stream: { write, ...stream }, ...(everyMs === undefined ? {} : { everyMs }) })));
  return text;
}

/** Rounds at 4 a second. */
const rounds = (from: number, to: number, total = 100): readonly RoundPlayed[] =>
  Array.from({ length: to - from + 1 }, (_, i) => played(from + i, { rounds: total, metrics: { "loss/generator": 0.5, "loss/discriminator": 1.25, "real/score": 9 } }));

describe("progressBar without a terminal", () => {
  it("says at the start which device computes, and why", async () => {
    const text = await shown([started({ resumedFrom: "runs/round-40.json", round: 40 })]);
    assert.deepEqual(text.split("\n"), [
      'device      wasm on bun: "wasm" was asked for',
      "parameters  generator 12,345, discriminator 678",
      "resumed     at round 40 from runs/round-40.json",
      "",
    ]);
  });

  it("writes plain lines at a calm pace: how far, how fast, how long, and the losses", async () => {
    const lines = (await shown(rounds(1, 100))).split("\n");
    assert.ok(!lines.some((line) => line.includes("\r") || line.includes("\x1b")));
    assert.equal(lines[0], "[--------------------]   1 %    1 / 100  generator 0.500  discriminator 1.250");
    assert.equal(lines[1], "[########------------]  41 %   41 / 100  4.00 rounds/s  15 s left  generator 0.500  discriminator 1.250");
    assert.deepEqual(lines.slice(2).map((line) => line.slice(22, 40)), ["  81 %   81 / 100 ", " 100 %  100 / 100 ", ""]);
    assert.ok(!lines[3]!.includes("left"));
  });

  it("tells of samples, checkpoints, commands, warnings, failing sinks and the end", async () => {
    const text = await shown([
      drawn({ count: 64, weights: "averaged" }),
      saved(500),
      measured(),
      { _tag: "CollapseSuspected", round: 500, kind: "mode hopping", message: "Class 3 has 97 %.", evidence: {}, advice: "Try packing." },
      { _tag: "CommandApplied", round: 500, command: { _tag: "SetRate", player: "generator", rate: 0.001 } },
      { _tag: "Warned", round: 500, message: "a damaged checkpoint was passed over" },
      { _tag: "SinkFailed", round: 500, sink: "jsonLines", message: "no space" },
      completed(2_000, { elapsedMs: 271_000 }),
      completed(2_000, { reason: "already finished" }),
    ]);
    assert.deepEqual(text.split("\n"), [
      "samples     64 drawn after round 250, averaged weights",
      "checkpoint  round 500, 4.1 MB, runs/round-500.json",
      "measured    frechet 12.35 (real 0.8123), precision NaN after round 500 (2.0 s, 3.7 % of the time)",
      "suspicion   mode hopping at round 500: Class 3 has 97 %. Try packing.",
      "command     SetRate generator 0.001",
      "warning     a damaged checkpoint was passed over",
      "warning     jsonLines: no space",
      "finished    2,000 rounds in 4 min 31 s",
      "finished    already, 2,000 rounds; ask for more to go on",
      "",
    ]);
  });
});

describe("progressBar in a terminal", () => {
  const terminal = { isTTY: true, columns: 120 };

  it("draws one line over and over, and ends it", async () => {
    const text = await shown([...rounds(1, 3), completed(3, { reason: "stopped" })], terminal, 0);
    const drawnLines = text.split("\r").slice(1);
    assert.equal(drawnLines.length, 4);
    for (const line of drawnLines.slice(0, 2)) assert.ok(line.endsWith("\x1b[K") && !line.includes("\n"));
    assert.ok(text.endsWith("\n\rstopped     3 rounds in 1 s\x1b[K\n"), JSON.stringify(text));
  });

  it("prints what happens above the line", async () => {
    const text = await shown([...rounds(1, 1), saved(1)], terminal, 0);
    const line = "[--------------------]   1 %    1 / 100  generator 0.500  discriminator 1.250";
    assert.equal(text, `\r${line}\x1b[K\rcheckpoint  round 1, 4.1 MB, runs/round-1.json\x1b[K\n${line}\n`);
  });

  it("keeps the line within the terminal's width", async () => {
    for (const columns of [40, 80]) {
      const text = await shown(rounds(1, 3), { isTTY: true, columns }, 0);
      for (const line of text.replaceAll("\x1b[K", "").split(/[\r\n]/)) assert.ok(line.length < columns, `${line.length} characters in ${columns} columns`);
    }
  });

  it("draws no more often than asked", async () => {
    const text = await shown(rounds(1, 100), terminal, 1_000);
    assert.equal(text.split("\r").length - 1, 26, "one a second of 25 seconds, and the first");
  });

  it("ends its line where the run fails", async () => {
    let text = "";
    const bar = progressBar({ stream: { write: (piece) => (text += piece), ...terminal } });
    await assert.rejects(lastValueFrom(concat(of(played(1)), throwError(() => new Error("lost"))).pipe(bar)), /lost/);
    assert.ok(text.endsWith("\n"));
  });
});

describe("speedometer", () => {
  it("measures over the last ten seconds only", () => {
    const speed = speedometer();
    assert.equal(speed.perSecond(), undefined);
    for (let second = 0; second <= 100; second++) speed.note(second * 2, second * 1000);
    close(speed.perSecond()!, 2, 1e-9);
    for (let second = 1; second <= 10; second++) speed.note(200 + second * 50, (100 + second) * 1000);
    close(speed.perSecond()!, 50, 1e-9);
  });

  it("counts the two newest moments, however far apart", () => {
    const speed = speedometer();
    speed.note(1, 0);
    speed.note(2, 60_000);
    close(speed.perSecond()!, 1 / 60, 1e-9);
  });
});

describe("duration", () => {
  it("speaks of seconds, minutes and hours", () => {
    assert.deepEqual([400, 59_400, 59_600, 150_000, 3_599_600, 3_840_000].map(duration), ["0 s", "59 s", "1 min 00 s", "2 min 30 s", "1 h 00 min", "1 h 04 min"]);
  });
});
