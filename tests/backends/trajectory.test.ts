import { adam, dcgan, digits, gaussian, nonSaturating, trainGAN$ } from "../../src/index.ts";
import { assert, describe, it } from "../kit/kit.ts";
import { availableBackends, type BackendName } from "./backendsUnderTest.ts";

const rounds = 30;

/** Both losses of every round of a small DCGAN with batch norm. */
async function losses(backend: BackendName): Promise<number[][]> {
  const widths = [3, 6];
  const played: number[][] = [];
  const training = trainGAN$({
    data: digits({ batchSize: 8 }),
    noise: gaussian(8),
    networks: dcgan({ generator: { widths }, discriminator: { widths } }),
    objective: nonSaturating(),
    optimizers: adam({ learningRate: 2e-3, beta1: 0.5 }),
    ...{ backend, rounds, readEvery: rounds, seed: 7 },
  });
  for await (const event of training) {
    if (event._tag === "RoundPlayed") played.push([event.metrics["loss/discriminator"]!, event.metrics["loss/generator"]!]);
  }
  return played;
}

const backends = await availableBackends();

describe("thirty rounds of a small DCGAN with every kernel of ours", () => {
  const reference = losses("cpu");

  it("move the losses on cpu, so that there is something to compare", async () => {
    const played = await reference;
    assert.equal(played.length, rounds);
    assert.ok(Math.abs(played[0]![0]! - played[rounds - 1]![0]!) > 0.1, `${played[0]} and ${played[rounds - 1]}`);
  });

  for (const backend of backends.filter((name) => name !== "cpu")) {
    it(`${backend} follows cpu: losses to 1e-4 over ten rounds, to 2e-2 over thirty`, async () => {
      // What rounding makes of the last digits grows from round to round, as training does.
      const expected = await reference;
      const played = await losses(backend);
      assert.equal(played.length, rounds);
      played.forEach((pair, round) => {
        const tolerance = round < 10 ? 1e-4 : 2e-2;
        pair.forEach((loss, i) => {
          const difference = Math.abs(loss - expected[round]![i]!);
          assert.ok(difference <= tolerance, `round ${round + 1}: ${loss} for ${expected[round]![i]}`);
        });
      });
    });
  }
});
