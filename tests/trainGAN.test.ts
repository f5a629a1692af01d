import { ConfigurationError } from "../src/configuration/configurationError.ts";
import { definePlugin } from "../src/game/plugin.ts";
import { nonSaturating } from "../src/math/objectives/nonSaturating.ts";
import { mlp } from "../src/networks/mlp.ts";
import { adam } from "../src/networks/optimizers/adam.ts";
import { sgd } from "../src/networks/optimizers/sgd.ts";
import { mixture } from "../src/sources/mixture.ts";
import { gaussian } from "../src/sources/noise.ts";
import { trainGAN$ } from "../src/trainGAN.ts";
import { eventsOf } from "./contracts/eventsOf.ts";
import { assert, describe, it } from "./kit/kit.ts";

const ring = {
  data: mixture("ring", { batchSize: 8 }),
  noise: gaussian(3),
  networks: mlp({ generator: { widths: [8] }, discriminator: { widths: [8] } }),
  objective: nonSaturating(),
  optimizers: adam({ learningRate: 1e-3 }),
  rounds: 3,
  backend: "cpu",
} as const;

describe("trainGAN$", () => {
  it("plays discriminator and generator, averages, and draws", async () => {
    const events = await eventsOf(trainGAN$({ ...ring, samples: { every: 3, count: 4 }, readEvery: 1, discriminatorTurns: 2 }));
    assert.deepEqual(events.map(({ _tag }) => _tag), ["RunStarted", "RoundPlayed", "RoundPlayed", "RoundPlayed", "SamplesDrawn", "RunCompleted"]);
    const [started, , , last, samples] = events;
    assert.ok(started?._tag === "RunStarted" && last?._tag === "RoundPlayed" && samples?._tag === "SamplesDrawn");
    assert.deepEqual(started.parameters, { generator: 3 * 8 + 8 + 8 * 2 + 2, discriminator: 2 * 8 + 8 + 8 + 1 });
    assert.deepEqual(Object.keys(last.metrics).sort(), ["loss/discriminator", "loss/generator"]);
    assert.equal(samples.weights, "averaged");
    assert.doesNotThrow(() => structuredClone(events), "events are plain data");
    assert.deepEqual(JSON.parse(JSON.stringify(started)), started);
  });

  it("judges averaged samples where it is asked to", async () => {
    const metrics = [{ name: "mean", better: "lower" as const, measure: async ({ count }: { count: number }) => [{ name: "mean", value: 1, samples: count }] }];
    const events = await eventsOf(trainGAN$({ ...ring, measurements: { every: 3, metrics, count: 4 } }));
    const measured = events.find((event) => event._tag === "Measured");
    assert.ok(measured?._tag === "Measured" && measured.weights === "averaged" && measured.count === 4);
    assert.throws(() => trainGAN$({ ...ring, measurements: { every: 3, metrics: [] } }), /measurements\.metrics: expected a list of at least 1/);
  });

  it("takes an optimizer for each player", async () => {
    const events = await eventsOf(trainGAN$({ ...ring, optimizers: { generator: sgd({ learningRate: 0.1 }), discriminator: adam({ learningRate: 1e-3 }) } }));
    assert.equal(events.at(-1)?._tag, "RunCompleted");
  });

  it("reports every wrong option at once, with its path", () => {
    const wrong = { ...ring, rounds: 0, noise: 64, averaging: { halfLife: -1 }, samples: { every: 0, cuont: 3 }, optimiser: ring.optimizers };
    assert.throws(() => trainGAN$(wrong as never), (error) => {
      assert.ok(error instanceof ConfigurationError);
      const lines = error.problems.map(({ path, message }) => `${path}: ${message}`);
      assert.deepEqual(error.problems.map(({ path }) => path).sort(), ["averaging.halfLife", "noise", "optimiser", "rounds", "samples.cuont", "samples.every"]);
      assert.ok(lines.includes("rounds: expected an integer > 0, got 0"));
      assert.ok(lines.some((line) => line.startsWith('optimiser: unknown option; did you mean "optimizers"?')));
      assert.ok(lines.some((line) => line.startsWith('samples.cuont: unknown option; did you mean "count"?')));
      return true;
    });
  });

  it("checks its plugins' order like train$", () => {
    const needsCodes = definePlugin("needsCodes", (round$) => round$, { needs: ["codes"] });
    const needsLabels = definePlugin("needsLabels", (round$) => round$, { needs: ["labels"] });
    trainGAN$({ ...ring, plugins: [needsLabels] });
    // @ts-expect-error -- neither the data nor a plugin before it provides codes
    assert.throws(() => trainGAN$({ ...ring, plugins: [needsCodes] }), /needsCodes needs codes/);
  });
});
