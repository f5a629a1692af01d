import { firstValueFrom, of, toArray } from "rxjs";
import { metrics, type Metrics } from "../../src/sinks/metrics.ts";
import { assert, describe, it } from "../kit/kit.ts";
import { completed, played, started } from "./events.ts";

describe("metrics", () => {
  const rounds$ = of(
    started(),
    played(1, { metrics: { "loss/generator": 0.5, "loss/discriminator": 1.5, "real/score": 3 }, elapsedMs: 10 }),
    played(2, { metrics: { "loss/discriminator": 1.25 }, elapsedMs: 20 }),
    played(3, { metrics: {}, elapsedMs: 30 }),
    completed(3),
  );

  it("picks the names wanted, and leaves out rounds that have none of them", async () => {
    const found: readonly Metrics<"loss/generator" | "loss/discriminator">[] = await firstValueFrom(
      rounds$.pipe(metrics("loss/generator", "loss/discriminator"), toArray()),
    );
    assert.deepEqual(found, [
      { round: 1, elapsedMs: 10, values: { "loss/generator": 0.5, "loss/discriminator": 1.5 } },
      { round: 2, elapsedMs: 20, values: { "loss/discriminator": 1.25 } },
    ]);
    assert.deepEqual((await firstValueFrom(rounds$.pipe(metrics("loss/generator"), toArray()))).map(({ round }) => round), [1]);
  });

  it("gives all there are without names", async () => {
    const found = await firstValueFrom(rounds$.pipe(metrics(), toArray()));
    assert.deepEqual(found.map(({ values }) => Object.keys(values)), [["loss/generator", "loss/discriminator", "real/score"], ["loss/discriminator"]]);
  });
});
