import { decode } from "fast-png";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { firstValueFrom, lastValueFrom, of, toArray } from "rxjs";
import { ConfigurationError } from "../../src/configuration/configurationError.ts";
import { sampleGrid } from "../../src/sinks/sampleGrid.ts";
import { writeGrid } from "../../src/sinks/writeGrid.ts";
import { after, assert, before, describe, it } from "../kit/kit.ts";
import { completed, drawn, played } from "./events.ts";

let root: string;
before(async () => { root = await mkdtemp(join(tmpdir(), "saddlepoint-")); });
after(() => rm(root, { recursive: true }));

const points = (...values: number[]) => drawn({ count: values.length / 2, shape: [2], range: undefined as never, values: Float32Array.from(values) });

describe("sampleGrid", () => {
  it("writes a PNG for each draw, named by its round, in a folder it makes; nothing else is left there", async () => {
    const folder = join(root, "new", "pictures");
    const samples = { count: 4, shape: [2, 2, 1], values: Float32Array.from({ length: 16 }, (_, i) => i / 7.5 - 1) } as const;
    const events = [played(1), drawn({ ...samples, round: 250 }), drawn({ ...samples, round: 500, network: "decoder" }), completed(500)];
    assert.deepEqual(await firstValueFrom(of(...events).pipe(sampleGrid(folder, { scale: 1 }), toArray())), events);
    assert.deepEqual((await readdir(folder)).sort(), ["samples-000250.png", "samples-decoder-000500.png"]);
    const png = decode(await readFile(join(folder, "samples-000250.png")));
    assert.deepEqual([png.width, png.height, png.channels, png.depth], [10, 10, 1, 8]);
    assert.deepEqual([...png.data.slice(2 * 10 + 2, 2 * 10 + 8)], [0, 17, 0, 0, 68, 85]);
    assert.equal(png.data[7 * 10 + 7], 255);
  });

  it("plots points of the plane, on the axes of the first draw", async () => {
    const folder = join(root, "points");
    const first = { ...points(-1, -1, 1, 1), round: 1 };
    const second = { ...points(0.5, 0.5, 0.5, 0.5), round: 2 };
    await lastValueFrom(of(first, second).pipe(sampleGrid(folder)));
    const png = decode(await readFile(join(folder, "samples-000002.png")));
    assert.deepEqual([png.width, png.height, png.channels], [480, 480, 3]);
    // [-1, 1] and an eighth of that on either side: 0.5 is at (0.5 + 1.25) / 2.5.
    const [x, y] = [Math.round(0.7 * 479), 479 - Math.round(0.7 * 479)];
    assert.ok(png.data[(y * 480 + x) * 3]! < 100);
  });

  it("shows real points beneath, and then takes their axes", async () => {
    const path = join(root, "real.png");
    await writeGrid(path, points(0, 0), { real: Float32Array.of(-2, -2, 2, 2) });
    const png = decode(await readFile(path));
    const [x, y] = [Math.round(0.9 * 479), 479 - Math.round(0.9 * 479)];
    const [r, g, b] = png.data.slice((y * 480 + x) * 3, (y * 480 + x) * 3 + 3);
    assert.ok(r === g && g === b && r! < 220, `a real point is ${r}, ${g}, ${b}`);
  });

  it("says in a SinkFailed, once, that it cannot write, and the other sinks get everything", async () => {
    const file = join(root, "file");
    await writeFile(file, "");
    const events = await firstValueFrom(of(drawn({ round: 1 }), drawn({ round: 2 }), completed(2)).pipe(sampleGrid(join(file, "below")), toArray()));
    const failures = events.filter((event) => event._tag === "SinkFailed");
    assert.equal(failures.length, 1);
    assert.equal(failures[0]!.sink, "sampleGrid");
    assert.match(failures[0]!.message, /^cannot write pictures to .*below: ENOTDIR: not a directory$/i);
    assert.equal(events.length, 4);
  });

  it("leaves no half picture where the file cannot be put in place", async () => {
    const folder = join(root, "taken");
    await mkdir(join(folder, "samples-000002.png"), { recursive: true });
    const events = await firstValueFrom(of(drawn({ round: 1 }), drawn({ round: 2 })).pipe(sampleGrid(folder), toArray()));
    const failure = events.find((event) => event._tag === "SinkFailed");
    assert.match(failure?.message ?? "", /^cannot write pictures to .*taken: /);
    assert.ok(!failure!.message.includes(".tmp"), failure!.message);
    assert.deepEqual((await readdir(folder)).sort(), ["samples-000001.png", "samples-000002.png"]);
  });

  it("tells samples that make no picture", async () => {
    const events = await firstValueFrom(of(drawn({ shape: [7], values: new Float32Array(7) })).pipe(sampleGrid(join(root, "none")), toArray()));
    assert.ok(events.some((event) => event._tag === "SinkFailed" && event.message.includes("shape [7]")));
  });

  it("refuses wrong options, all at once", () => {
    assert.throws(
      () => sampleGrid("", { columns: 0, scal: 2, extent: [1, 1] } as never),
      (error: unknown) => error instanceof ConfigurationError && error.problems.map(({ path }) => path).sort().join() === "columns,extent,folder,scal",
    );
  });
});
