import { ConfigurationError } from "../../src/configuration/configurationError.ts";
import type { Source } from "../../src/game/source.ts";
import { drawFrom } from "../../src/sources/drawFrom.ts";
import { gaussian } from "../../src/sources/noise.ts";
import { assert, describe, it } from "../kit/kit.ts";

describe("drawFrom", () => {
  it("asks a source once, from the position on, and closes it", async () => {
    const log: string[] = [];
    let signal: AbortSignal | undefined;
    const source: Source<"x"> = {
      spec: { name: "logged" },
      provides: ["x"],
      open: (context) => {
        signal = context.signal;
        return {
          fields: { x: { shape: [], dtype: "int32" } },
          at: async (position, count) => {
            log.push(`at ${position} ${count} ${signal!.aborted}`);
            return { count, fields: { x: Int32Array.from({ length: count }, (_, i) => position + i) } };
          },
          close: () => void log.push("closed"),
        };
      },
    };
    assert.deepEqual(await drawFrom(source, 3, { position: 5 }), { count: 3, fields: { x: Int32Array.of(5, 6, 7) } });
    assert.deepEqual(log, ["at 5 3 false", "closed"]);
    assert.ok(signal!.aborted);
  });

  it("is a function of the seed", async () => {
    const noise = async (seed?: number) => (await drawFrom(gaussian(4), 2, seed === undefined ? {} : { seed })).fields.noise;
    assert.deepEqual(await noise(7), await noise(7));
    assert.deepEqual(await noise(), await noise(0));
    assert.notDeepEqual(await noise(7), await noise(8));
  });

  it("refuses wrong options, all at once", async () => {
    await assert.rejects(
      drawFrom({} as Source, 0, { seed: -1 }),
      (error: unknown) => error instanceof ConfigurationError && error.problems.map(({ path }) => path).sort().join() === "count,seed,source",
    );
  });
});
