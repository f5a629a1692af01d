import { adam, dcgan, digits, gaussian, nonSaturating, trainGAN$, type BackendChoice } from "../../src/index.ts";
import { assert, describe, it } from "../kit/kit.ts";
import { availableBackends, bothTilings } from "./backendsUnderTest.ts";

const rounds = 30;

/** Both losses of every round of a small DCGAN with batch norm, on a device that says it cuts products as asked for. */
async function losses(backend: BackendChoice): Promise<number[][]> {
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
    if (event._tag === "RunStarted" && typeof backend === "object") assert.ok(event.device.kernels.includes(`tiles/${backend.tiles}`));
    if (event._tag === "RoundPlayed") played.push([event.metrics["loss/discriminator"]!, event.metrics["loss/generator"]!]);
  }
  return played;
}

const choices = (await availableBackends()).flatMap((name): readonly BackendChoice[] =>
  name === "webgpu" ? bothTilings.map((tiles) => ({ name, tiles })) : [name]);
const nameOf = (backend: BackendChoice): string => typeof backend === "string" ? backend : `${backend.name} in ${backend.tiles} tiles`;

describe("thirty rounds of a small DCGAN with every kernel of ours", () => {
  const reference = losses("cpu");

  it("move the losses on cpu, so that there is something to compare", async () => {
    const played = await reference;
    assert.equal(played.length, rounds);
    assert.ok(Math.abs(played[0]![0]! - played[rounds - 1]![0]!) > 0.1, `${played[0]} and ${played[rounds - 1]}`);
  });

  for (const backend of choices.filter((name) => name !== "cpu")) {
    it(`${nameOf(backend)} follows cpu: losses to 1e-4 over ten rounds, to 2e-2 over thirty`, async () => {
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
