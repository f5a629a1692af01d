import { decode } from "fast-png";
import { request } from "node:http";
import { networkInterfaces } from "node:os";
import { fairOrder } from "../../src/evaluation/fairOrder.ts";
import { turingTest, type TuringTest, type TuringTestOptions } from "../../src/pages/turingTest.ts";
import type { Samples } from "../../src/sinks/picture.ts";
import { assert, describe, it } from "../kit/kit.ts";

/** Images of one grey each, so that a picture tells which one it is. */
const greys = (count: number, first: number): Samples =>
  ({ count, shape: [4, 4, 1], range: [0, 255], values: Float32Array.from({ length: count * 16 }, (_, i) => first + Math.floor(i / 16)) });
const images = { real: greys(10, 0), generated: greys(10, 100), trials: 8, seed: 3 } as const;

async function within(options: TuringTestOptions, use: (test: TuringTest) => Promise<void>): Promise<void> {
  const test = await turingTest(options);
  try {
    await use(test);
  } finally {
    await test.close();
  }
}

const answer = (url: string, trial: number, said: string, headers: Record<string, string> = {}): Promise<Response> =>
  fetch(`${url}answers`, { method: "POST", headers: { "content-type": "application/json", ...headers }, body: JSON.stringify({ trial, said }) });

/** A request with headers that fetch does not let one set. */
function statusOf(url: string, headers: Record<string, string>): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    request(url, { headers }, (response) => {
      response.resume();
      response.on("end", () => resolve(response.statusCode));
    }).on("error", reject).end();
  });
}

describe("turingTest", () => {
  it("shows every image of the fair order as a picture", async () => {
    await within(images, async ({ url }) => {
      const order = fairOrder({ real: 10, generated: 10, trials: 8, seed: 3 });
      for (const [i, { origin, index }] of order.entries()) {
        const response = await fetch(`${url}images/${i}.png`);
        assert.equal(response.headers.get("content-type"), "image/png");
        const { width, height, data } = decode(new Uint8Array(await response.arrayBuffer()));
        assert.equal(data[(height >> 1) * width + (width >> 1)], index + (origin === "real" ? 0 : 100));
      }
      assert.equal((await fetch(`${url}images/8.png`)).status, 404);
    });
  });

  it("resolves with the confusion rate when all are judged, and tells nothing before", async () => {
    await within(images, async ({ url, result }) => {
      const order = fairOrder({ real: 10, generated: 10, trials: 8, seed: 3 });
      assert.equal((await fetch(`${url}result`)).status, 404);
      for (let trial = 0; trial < 8; trial++) {
        // Wrong in the first three.
        const right = order[trial]!.origin;
        const response = await answer(url, trial, trial >= 3 ? right : right === "real" ? "generated" : "real");
        const said = (await response.json()) as { answered: number; result?: { all: { wrong: number } } };
        assert.deepEqual(Object.keys(said), trial < 7 ? ["answered"] : ["answered", "result"]);
        assert.equal(said.answered, trial + 1);
      }
      const found = (await result)!;
      assert.deepEqual([found.all.wrong, found.all.of], [3, 8]);
      assert.deepEqual(await (await fetch(`${url}result`)).json(), JSON.parse(JSON.stringify(found)));
      assert.equal((await answer(url, 8, "real")).status, 409, "there is nothing left to judge");
    });
  });

  it("counts no answer twice, and none it does not understand", async () => {
    await within(images, async ({ url }) => {
      assert.equal((await answer(url, 0, "real")).status, 200);
      assert.equal((await answer(url, 0, "real")).status, 409);
      assert.equal((await answer(url, 5, "real")).status, 409);
      assert.equal((await answer(url, 1, "both")).status, 400);
      assert.equal((await fetch(`${url}answers`, { method: "POST", body: "{" })).status, 400);
      assert.equal((await fetch(`${url}answers`, { method: "POST", body: "x".repeat(5_000) })).status, 413);
      assert.equal((await fetch(`${url}elsewhere`)).status, 404);
      assert.match(await (await fetch(url)).text(), /let answered = 1;/);
    });
  });

  it("can be reached from this machine only, by its own name only, and takes answers from its own page only", async () => {
    await within(images, async ({ url }) => {
      const { port } = new URL(url);
      const outside = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []).find(({ family, internal }) => family === "IPv4" && !internal);
      if (outside !== undefined) await assert.rejects(fetch(`http://${outside.address}:${port}/`), "the server answers on a public address");
      assert.equal(await statusOf(url, { host: `127.0.0.1:${port}` }), 200);
      assert.equal(await statusOf(url, { host: `localhost:${port}` }), 200);
      assert.equal(await statusOf(url, { host: "attacker.example" }), 403);
      assert.equal((await answer(url, 0, "real", { origin: "http://attacker.example" })).status, 403);
      assert.equal((await answer(url, 0, "real", { origin: `http://127.0.0.1:${port}` })).status, 200);
      assert.match((await fetch(url)).headers.get("content-security-policy")!, /^default-src 'none'; .*frame-ancestors 'none'$/);
    });
  });

  it("closes with what was answered so far, and leaves the port free", async () => {
    const first = await turingTest(images);
    await (await answer(first.url, 0, fairOrder({ real: 10, generated: 10, trials: 8, seed: 3 })[0]!.origin)).json();
    await first.close();
    const found = await first.result;
    assert.deepEqual([found?.all.wrong, found?.all.of], [0, 1]);
    await assert.rejects(fetch(first.url));
    const again = await turingTest({ ...images, port: Number(new URL(first.url).port) });
    assert.equal(again.url, first.url);
    await again.close();
    await again.close();
    assert.equal(await again.result, undefined);
  });

  it("refuses what is no image, other shapes, too few, and a port that is taken", async () => {
    await assert.rejects(turingTest({ ...images, real: { count: 1, shape: [2], values: new Float32Array(2) } }), { _tag: "ConfigurationError", message: /real: expected images/ });
    await assert.rejects(turingTest({ ...images, generated: { ...greys(8, 0), shape: [8, 2, 1] } }), /generated: expected images of the real ones' shape \[4, 4, 1\]/);
    await assert.rejects(turingTest({ ...images, trials: 40 }), /real: expected at least 20 images/);
    await within(images, async ({ url }) => {
      await assert.rejects(turingTest({ ...images, port: Number(new URL(url).port) }), { code: "EADDRINUSE" });
    });
  });
});
