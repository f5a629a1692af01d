/** What a discriminator learns against a generator that stands still, on one-dimensional densities. */
import { rootKey } from "../../src/math/random/fold.ts";
import { hinge } from "../../src/math/objectives/hinge.ts";
import { leastSquares } from "../../src/math/objectives/leastSquares.ts";
import { maximumLikelihood } from "../../src/math/objectives/maximumLikelihood.ts";
import { minimax } from "../../src/math/objectives/minimax.ts";
import { nonSaturating } from "../../src/math/objectives/nonSaturating.ts";
import type { Objective } from "../../src/math/objectives/objective.ts";
import { tf } from "../../src/math/tensor.ts";
import { tanh } from "../../src/networks/layers/activations.ts";
import { buildNetwork } from "../../src/networks/buildNetwork.ts";
import { mlp } from "../../src/networks/mlp.ts";
import { memory } from "../../src/sources/memory.ts";
import { discriminatorStep } from "../../src/steps/discriminatorStep.ts";
import { train$ } from "../../src/train.ts";
import { openDevice } from "../../src/backends/openDevice.ts";
import { snapshotIn } from "../contracts/describePlugin.ts";
import { eventsOf } from "../contracts/eventsOf.ts";
import { assert, close, describe, it } from "../kit/kit.ts";
import { type Density, integral, jensenShannon, normal } from "./densities.ts";
import { fixedGame, learnTable, type LearntTable, pointsOf } from "./fixedGame.ts";

const data = normal(-0.5, 0.8);
const model = normal(0.7, 1.2);
const sigmoid = (z: number): number => 1 / (1 + Math.exp(-z));

/** The mass of a density in each cell. */
function masses(p: Density, { edges }: LearntTable): readonly number[] {
  const ends = [-12, ...edges, 12];
  return ends.slice(1).map((end, i) => integral(p, ends[i]!, end));
}

/** (a p_data + b p_g) / (p_data + p_g) in each cell. */
function shares(table: LearntTable, a: number, b: number): readonly number[] {
  const ofModel = masses(model, table);
  return masses(data, table).map((mass, i) => (a * mass + b * ofModel[i]!) / (mass + ofModel[i]!));
}

describe("against a fixed generator", () => {
  const probabilities = async (objective: Objective, a: number, b: number): Promise<void> => {
    const table = await learnTable(objective, data, model);
    close(table.scores.map(sigmoid), shares(table, a, b), 0.01, "D");
  };

  for (const objective of [minimax(), maximumLikelihood()]) {
    it(`the discriminator of ${JSON.stringify(objective.spec)} becomes p_data / (p_data + p_g)`, () => probabilities(objective, 1, 0));
  }

  it("smoothed on one side it becomes α p_data / (p_data + p_g)", () => probabilities(nonSaturating({ smoothing: { real: 0.9 } }), 0.9, 0));

  it("smoothed on both sides it becomes (α p_data + β p_g) / (p_data + p_g)", () =>
    probabilities(minimax({ smoothing: { real: 0.8, fake: 0.3, allowTwoSided: true } }), 0.8, 0.3));

  for (const [a, b] of [[-1, 1], [0, 0.9]] as const) {
    it(`by least squares with a = ${a}, b = ${b} its score becomes (b p_data + a p_g) / (p_data + p_g)`, async () => {
      const table = await learnTable(leastSquares({ a, b }), data, model);
      close(table.scores, shares(table, b, a), 0.01, "score");
    });
  }

  it("by the hinge its score becomes sign(p_data − p_g), and its loss 2 ∫ min(p_data, p_g)", async () => {
    const table = await learnTable(hinge(), data, model);
    const lead = shares(table, 1, -1);
    // Where the two are nearly as likely the loss hardly depends on the score.
    const clear = lead.flatMap((by, i) => (Math.abs(by) > 0.1 ? [i] : []));
    assert.ok(clear.length >= 12, `${clear.length} cells of ${lead.length} are clear`);
    // Where only one of them is, anything beyond the margin will do.
    close(clear.map((i) => Math.max(-1, Math.min(1, table.scores[i]!))), clear.map((i) => Math.sign(lead[i]!)), 0.02, "score");
    const [real, fake] = [masses(data, table), masses(model, table)];
    close(table.loss, 2 * real.reduce((sum, mass, i) => sum + Math.min(mass, fake[i]!), 0), 0.01, "loss");
  });

  it("where p_g = p_data, D becomes ½ everywhere, and V = −log 4", async () => {
    const table = await learnTable(minimax(), data, data);
    close(table.scores.map(sigmoid), table.scores.map(() => 0.5), 1e-3, "D");
    close(-table.loss, -Math.log(4), 1e-4, "V");
  });

  it("V(D*, G) becomes −log 4 + 2 JSD of what the discriminator can see", async () => {
    const table = await learnTable(minimax(), data, model);
    const [real, fake] = [masses(data, table), masses(model, table)];
    const toMiddle = (p: readonly number[], q: readonly number[]): number => p.reduce((sum, mass, i) => sum + mass * Math.log((2 * mass) / (mass + q[i]!)), 0);
    const divergence = (toMiddle(real, fake) + toMiddle(fake, real)) / 2;
    close(-table.loss, -Math.log(4) + 2 * divergence, 2e-3, "V");
    // The cells are fine enough to see most of what there is.
    close(divergence, jensenShannon(data, model), 0.01, "JSD");
    assert.ok(divergence <= jensenShannon(data, model) + 1e-9);
  });

  it("a small network finds the same D without being given cells", async () => {
    const rounds = 300;
    const pair = mlp({ discriminator: { widths: [12], activation: tanh() } });
    const checkpoints = memory({ every: rounds });
    const fixed = fixedGame({ objective: nonSaturating(), data: pointsOf(data, 400), model: pointsOf(model, 400), discriminator: pair.discriminator, rounds, learningRate: 0.1 });
    await eventsOf(train$({ ...fixed, checkpoints }, discriminatorStep()));
    const { tensors } = await snapshotIn(checkpoints);
    const device = await openDevice("cpu");
    try {
      const fields = { samples: { shape: [1], dtype: "float32" } } as const;
      const network = buildNetwork("discriminator", pair.discriminator.plan(fields), fields);
      const grid = Array.from({ length: 17 }, (_, i) => -1.75 + i / 4);
      const learnt = tf.tidy(() => {
        const parameters = Object.fromEntries(Object.keys(network.parameters).map((name) => {
          const { values, shape } = tensors.get(`parameters/discriminator/${name}`)!;
          return [name, tf.tensor(values, [...shape])];
        }));
        const { heads } = network.apply(parameters, {}, { samples: tf.tensor2d(grid, [grid.length, 1]) }, { isTraining: false, key: rootKey(0), settings: {} });
        return [...tf.sigmoid(heads["logits"]!).dataSync()];
      });
      close(learnt, grid.map((x) => data(x) / (data(x) + model(x))), 0.03, "D");
    } finally {
      await device.close();
    }
  });
});
