import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { firstValueFrom, lastValueFrom, of, toArray } from "rxjs";
import type { TrainingEvent } from "../../src/game/event.ts";
import { jsonLines } from "../../src/sinks/jsonLines.ts";
import { after, assert, before, describe, it } from "../kit/kit.ts";
import { completed, drawn, played, saved, started } from "./events.ts";

let root: string;
before(async () => { root = await mkdtemp(join(tmpdir(), "saddlepoint-")); });
after(() => rm(root, { recursive: true }));

async function write(path: string, ...events: readonly TrainingEvent[]): Promise<readonly TrainingEvent[]> {
  return firstValueFrom(of(...events).pipe(jsonLines(path), toArray()));
}

async function linesOf(path: string): Promise<readonly TrainingEvent[]> {
  const text = await readFile(path, "utf8");
  assert.ok(text === "" || text.endsWith("\n"), "the last line is torn");
  return text.split("\n").slice(0, -1).map((line) => JSON.parse(line) as TrainingEvent);
}

const resumed = (round: number) => started({ round, resumedFrom: `runs/round-${round}.json` });

describe("jsonLines", () => {
  it("writes each event as a line of JSON, in a folder it makes", async () => {
    const path = join(root, "new", "events.jsonl");
    const events = [started(), played(1), played(2), saved(2), completed(2)];
    assert.deepEqual(await write(path, ...events), events);
    assert.deepEqual(await linesOf(path), events);
  });

  it("leaves out the values and the labels of samples", async () => {
    const path = join(root, "samples.jsonl");
    await write(path, started(), drawn({ labels: Int32Array.of(7) }));
    assert.deepEqual(Object.keys((await linesOf(path))[1]!), ["_tag", "round", "network", "weights", "count", "shape", "range"]);
  });

  it("goes on after the checkpoint a run resumed from: rounds that are played again stand there once", async () => {
    const path = join(root, "resumed.jsonl");
    await write(path, started(), played(1), played(2), saved(2), played(3), played(4));
    await write(path, resumed(2), played(3), played(4), saved(4), completed(4));
    assert.deepEqual(await linesOf(path), [started(), played(1), played(2), saved(2), resumed(2), played(3), played(4), saved(4), completed(4)]);
  });

  it("keeps everything of a run that was stopped at its checkpoint", async () => {
    const path = join(root, "stopped.jsonl");
    await write(path, started(), played(1), saved(1), completed(1, { reason: "stopped" }));
    await write(path, resumed(1), played(2));
    assert.deepEqual((await linesOf(path)).map(({ _tag }) => _tag), ["RunStarted", "RoundPlayed", "CheckpointSaved", "RunCompleted", "RunStarted", "RoundPlayed"]);
  });

  it("starts anew where the run does", async () => {
    const path = join(root, "anew.jsonl");
    await write(path, started(), played(1), completed(1));
    await write(path, started(), played(1, { elapsedMs: 7 }));
    assert.deepEqual(await linesOf(path), [started(), played(1, { elapsedMs: 7 })]);
  });

  it("mends a last line that was cut off", async () => {
    const path = join(root, "torn.jsonl");
    await write(path, started(), played(1));
    const whole = await readFile(path);
    for (const cut of [1, 10, JSON.stringify(played(1)).length]) {
      await writeFile(path, whole.subarray(0, whole.length - cut));
      await write(path, resumed(1), played(2));
      assert.deepEqual(await linesOf(path), [started(), resumed(1), played(2)], `cut by ${cut} bytes`);
    }
    await writeFile(path, whole.subarray(0, 20));
    await write(path, resumed(1), played(2));
    assert.deepEqual(await linesOf(path), [resumed(1), played(2)]);
  });

  it("finds its place in a file of many lines, some of them long", async () => {
    const path = join(root, "long.jsonl");
    const warned = { _tag: "Warned", round: 3, message: "ü".repeat(50_000) } as const;
    const many = Array.from({ length: 3_000 }, (_, i) => played(i + 4));
    await write(path, started(), played(1), warned, ...many);
    await write(path, resumed(2_000), completed(2_000));
    const lines = await linesOf(path);
    assert.deepEqual(lines.slice(0, 3), [started(), played(1), warned]);
    assert.deepEqual(lines.slice(-3).map(({ _tag, round }) => [_tag, round]), [["RoundPlayed", 2_000], ["RunStarted", 2_000], ["RunCompleted", 2_000]]);
    assert.equal(lines.length, 3 + 1_997 + 2);
  });

  it("leaves a file alone that holds something else", async () => {
    const path = join(root, "notes.txt");
    await writeFile(path, "my notes\n");
    const events = await write(path, started(), played(1), played(2));
    assert.deepEqual(events.flatMap((event) => (event._tag === "SinkFailed" ? [event.message] : [])), [
      `${path} holds something else than events, and is left as it is; choose another path`,
    ]);
    assert.equal(await readFile(path, "utf8"), "my notes\n");
  });

  it("says that the disk is full, once, and goes on", { skip: existsSync("/dev/full") ? false : "there is no /dev/full here" }, async () => {
    const events = await write("/dev/full", started(), played(1), played(2), completed(2));
    assert.equal(events.length, 5);
    const failures = events.flatMap((event) => (event._tag === "SinkFailed" ? [event] : []));
    assert.equal(failures.length, 1);
    assert.equal(failures[0]!.sink, "jsonLines");
    assert.match(failures[0]!.message, /ENOSPC/);
  });

  it("follows runs that come one after the other in one stream", async () => {
    const path = join(root, "chained.jsonl");
    await lastValueFrom(of(started(), played(1), played(2), completed(2), resumed(1), played(2), completed(2)).pipe(jsonLines(path)));
    assert.deepEqual(await linesOf(path), [started(), played(1), resumed(1), played(2), completed(2)]);
  });

  it("is put on disk as it comes: a subscriber that leaves loses nothing", async () => {
    const path = join(root, "left.jsonl");
    await new Promise<void>((resolve) => {
      const subscription = of(started(), played(1)).pipe(jsonLines(path)).subscribe({ next: ({ round }) => round === 1 && setTimeout(resolve, 50) });
      subscription.unsubscribe();
    });
    assert.deepEqual(await linesOf(path), [started(), played(1)]);
  });
});
