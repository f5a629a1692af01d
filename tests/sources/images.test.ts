import { encode } from "fast-png";
import { mkdir, mkdtemp, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { CheckpointFailed, SourceFailed } from "../../src/game/failure.ts";
import type { Source } from "../../src/game/source.ts";
import { nonSaturating } from "../../src/math/objectives/nonSaturating.ts";
import { mlp } from "../../src/networks/mlp.ts";
import { sgd } from "../../src/networks/optimizers/sgd.ts";
import { images, type ImagesOptions } from "../../src/sources/images.ts";
import { lockstep } from "../../src/sources/lockstep.ts";
import { memory } from "../../src/sources/memory.ts";
import { gaussian } from "../../src/sources/noise.ts";
import { prefetch } from "../../src/sources/prefetch.ts";
import { trainGAN$ } from "../../src/trainGAN.ts";
import { eventsOf } from "../contracts/eventsOf.ts";
import { after, assert, before, describe, it } from "../kit/kit.ts";
import { describeSource, opened, rowsOf, signal } from "./describeSource.ts";

const root = await mkdtemp(join(tmpdir(), "images-"));
after(() => rm(root, { recursive: true }));

/** A PNG of one colour. */
async function write(path: string, colour: readonly [number, number, number], width = 4, height = 4): Promise<void> {
  await mkdir(dirname(join(root, path)), { recursive: true });
  const data = Uint8Array.from({ length: width * height * 3 }, (_, i) => colour[i % 3]!);
  await writeFile(join(root, path), encode({ width, height, channels: 3, data }));
}

before(async () => {
  // Written in another order than that of their names.
  await write("pets/dogs/b.png", [0, 0, 255]);
  await write("pets/cats/z.PNG", [255, 0, 0]);
  await write("pets/dogs/a.png", [0, 255, 0], 8, 8);
  await write("pets/cats-2/deep/down.png", [51, 51, 51]);
  await write("pets/cats/.hidden.png", [1, 2, 3]);
  await writeFile(join(root, "pets/dogs/notes.txt"), "not an image");
});

const at = (folder: string, more: Partial<ImagesOptions> = {}): Source => images({ folder: join(root, folder), size: 4, batchSize: 2, ...more });
const pets = (more: Partial<ImagesOptions> = {}): Source<"samples" | "labels"> =>
  images({ folder: join(root, "pets"), size: 4, batchSize: 2, ...more, labels: true });

describeSource("images, labelled", pets);
describeSource("images, in their order, grey", () => at("pets", { shuffle: false, channels: 1 }), { isKeyed: false });

describe("images", () => {
  it("are in the order of their paths, brought to one size, with their folders for labels", async () => {
    const open = await opened(pets({ shuffle: false }));
    assert.deepEqual(open.fields, {
      samples: { shape: [4, 4, 3], dtype: "float32", range: [-1, 1] },
      labels: { shape: [], dtype: "int32", classes: 3 },
    });
    assert.equal(open.length, 4);
    const batch = await open.at(0, 4, signal);
    // cats 0, cats-2 1, dogs 2; as paths "cats-2/…" comes before "cats/…".
    assert.deepEqual([...batch.fields["labels"]!], [1, 0, 2, 2]);
    const expected = [[51, 51, 51], [255, 0, 0], [0, 255, 0], [0, 0, 255]].map((colour) =>
      Array.from({ length: 48 }, (_, i) => Math.fround(colour[i % 3]! / 127.5 - 1))
    );
    assert.deepEqual(rowsOf(batch, "samples"), expected);
  });

  it("leave sub-folders alone unless asked for labels", async () => {
    assert.deepEqual(at("pets").provides, ["samples"]);
    assert.equal((await opened(at("pets"))).length, 4);
    assert.equal((await opened(at("pets/dogs"))).length, 2);
  });

  it("say which file is damaged, has no class, or is missing", async () => {
    const fails = (source: Source, expected: RegExp): Promise<void> =>
      assert.rejects(opened(source), (error: unknown) => {
        assert.ok(error instanceof SourceFailed, String(error));
        assert.equal(error.source, "images");
        assert.match(error.message, expected);
        return true;
      });
    await write("bad/fine.png", [0, 0, 0]);
    await writeFile(join(root, "bad/torn.jpg"), Uint8Array.from([0xff, 0xd8, 0xff, 0xe0]));
    await fails(at("bad"), /^images: .*bad\/torn\.jpg: ./);
    await writeFile(join(root, "bad/torn.jpg"), "GIF89a");
    await fails(at("bad"), /bad\/torn\.jpg: expected a PNG or JPEG file, found one that begins 47 49 46 38/);
    await write("flat/one.png", [0, 0, 0]);
    await fails(images({ folder: join(root, "flat"), size: 4, batchSize: 1, labels: true }), /flat\/one\.png: expected every image in a sub-folder/);
    await fails(at("nowhere"), /nowhere: there is no such folder/);
    await mkdir(join(root, "empty"), { recursive: true });
    await fails(at("empty"), /empty: expected \.png, \.jpg or \.jpeg files in it or below, found none/);
  });

  it("are another content when a file changes, moves, comes or goes; not when the folder moves", async () => {
    const contentOf = async (folder: string): Promise<string> => (await opened(at(folder))).content!;
    await write("set/a/1.png", [1, 1, 1]);
    await write("set/b/2.png", [2, 2, 2]);
    const contents = [await contentOf("set")];
    await write("set/a/1.png", [1, 1, 2]);
    contents.push(await contentOf("set"));
    await write("set/b/3.png", [2, 2, 2]);
    contents.push(await contentOf("set"));
    await rename(join(root, "set/b/3.png"), join(root, "set/a/3.png"));
    contents.push(await contentOf("set"));
    assert.equal(new Set(contents).size, 4);
    await rename(join(root, "set"), join(root, "moved"));
    assert.equal(await contentOf("moved"), contents[3]);
    assert.deepEqual(at("moved").spec, at("set").spec);
  });

  it("stop a run from being resumed on a folder that has changed, through prefetch and lockstep too", async () => {
    await write("training/1.png", [1, 1, 1]);
    await write("training/2.png", [200, 1, 1]);
    const networks = mlp({ generator: { widths: [4] }, discriminator: { widths: [4] } });
    const [objective, optimizers] = [nonSaturating(), sgd({ learningRate: 0.1 })];
    const wrappings = [(source: Source) => source, prefetch, (source: Source) => lockstep(source, gaussian(2, { field: "style" }))];
    for (const wrapped of wrappings) {
      const checkpoints = memory({ every: 1 });
      const play = (rounds: number) =>
        eventsOf(trainGAN$({ data: wrapped(at("training")), noise: gaussian(4), networks, objective, optimizers, rounds, backend: "cpu", checkpoints }));
      await play(1);
      assert.ok((await play(2)).some((event) => event._tag === "RunStarted" && event.resumedFrom !== undefined));
      await write("training/2.png", [200, 1, 2]);
      await assert.rejects(play(3), (error: unknown) => {
        assert.ok(error instanceof CheckpointFailed, String(error));
        assert.match(error.message, /sources\.data\.content: was "[0-9a-f]{32}", is "[0-9a-f]{32}"/);
        return true;
      });
      await write("training/2.png", [200, 1, 1]);
      assert.ok((await play(3)).some((event) => event._tag === "RunStarted" && event.resumedFrom !== undefined));
    }
  });

  it("check their options", () => {
    assert.throws(
      () => images({ folder: "", size: 0, batchSize: 1, fit: "stretch", background: [0, 0, 256], channels: 2 } as never),
      /folder: expected a non-empty string[^]*size: expected an integer > 0, got 0[^]*fit: expected one of "letterbox", "crop", got "stretch"[^]*background: expected a colour \[red, green, blue\][^]*channels: expected one of 1, 3, got 2/,
    );
  });
});
