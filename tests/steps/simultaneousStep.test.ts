import { map } from "rxjs";
import { game } from "../../src/game/game.ts";
import { gan } from "../../src/game/gan.ts";
import { definePlugin, type AnyPlugin } from "../../src/game/plugin.ts";
import { nonSaturating } from "../../src/math/objectives/nonSaturating.ts";
import { tf } from "../../src/math/tensor.ts";
import type { Layer } from "../../src/networks/layer.ts";
import { relu } from "../../src/networks/layers/activations.ts";
import { batchNorm } from "../../src/networks/layers/batchNorm.ts";
import { dense } from "../../src/networks/layers/dense.ts";
import { mlp } from "../../src/networks/mlp.ts";
import type { NetworkFactory } from "../../src/networks/network.ts";
import { sgd } from "../../src/networks/optimizers/sgd.ts";
import { mixture } from "../../src/sources/mixture.ts";
import { gaussian } from "../../src/sources/noise.ts";
import { simultaneousStep } from "../../src/steps/simultaneousStep.ts";
import { discriminatorStep } from "../../src/steps/discriminatorStep.ts";
import { generatorStep } from "../../src/steps/generatorStep.ts";
import { step } from "../../src/steps/step.ts";
import { train$, trainUnordered$ } from "../../src/train.ts";
import { eventsOf } from "../contracts/eventsOf.ts";
import { assert, close, describe, it } from "../kit/kit.ts";

/** A network that is one number, 1 at first. */
const number: NetworkFactory = {
  spec: { name: "number" },
  plan: () => {
    const layer: Layer = {
      spec: { name: "number" },
      build: (input) => ({
        output: input,
        parameters: { value: { shape: [], initializer: { spec: { name: "one" }, values: () => new Float32Array([1]) } } },
        apply: (x) => x,
      }),
    };
    return { inputs: [{ field: "noise" }], trunk: [layer], heads: {} };
  },
};

const RATE = 0.1;
const ROUNDS = 60;

/** Distance from the saddle point of V(x, y) = x·y, x minimising and y maximising, after each round. */
async function radii(kind: "simultaneous" | "alternating"): Promise<number[]> {
  const distances: number[] = [];
  const watch = definePlugin("watch", (round$) =>
    round$.pipe(
      map((round) => {
        const [x, y] = ["x", "y"].map((name) => Object.values(round.run.parameters(name))[0]!.dataSync()[0]!);
        distances.push(Math.hypot(x!, y!));
        return round;
      }),
    ),
  );
  const product = (seen: { parameters(network: string): Record<string, import("../../src/math/tensor.ts").Tensor> }) =>
    tf.mul(Object.values(seen.parameters("x"))[0]!, Object.values(seen.parameters("y"))[0]!);
  const saddle = game({
    sources: { noise: gaussian(1) },
    networks: { x: number, y: number },
    players: { x: { optimizer: sgd({ learningRate: RATE }), owns: ["x"] }, y: { optimizer: sgd({ learningRate: RATE }), owns: ["y"] } },
    turns: [{ name: "x", players: ["x"] }, { name: "y", players: ["y"] }],
    terms: [
      { name: "value", turn: "x", of: product },
      { name: "minus value", turn: "y", of: (seen) => tf.neg(product(seen)) },
    ],
    rounds: ROUNDS,
    backend: "cpu",
  });
  await eventsOf(kind === "simultaneous" ? train$(saddle, simultaneousStep(["x", "y"]), watch) : train$(saddle, step("x"), step("y"), watch));
  return distances;
}

describe("on V(x, y) = x·y", () => {
  it("simultaneous play grows the radius by √(1 + η²) a round", async () => {
    const found = await radii("simultaneous");
    const expected = found.map((_, i) => Math.SQRT2 * (1 + RATE ** 2) ** ((i + 1) / 2));
    close(found, expected, 1e-5, "radius");
  });

  it("alternating play stays bounded", async () => {
    const found = await radii("alternating");
    // The alternating map preserves x² + y² ∓ η x y, an ellipse around the saddle point.
    const bound = Math.sqrt((2 * (1 + RATE / 2)) / (1 - RATE / 2));
    assert.ok(Math.max(...found) <= bound * 1.001, `${Math.max(...found)} > ${bound}`);
    assert.ok(Math.min(...found) >= 1, `${Math.min(...found)}`);
  });
});

describe("simultaneous turns of a GAN", () => {
  /** Passes of the generator, losses, and live tensors after the first round and the last. */
  async function played(steps: readonly AnyPlugin[]) {
    let passes = 0;
    const counting: Layer = {
      spec: { name: "counting" },
      build: (input) => ({ output: input, apply: (x) => (passes++, x) }),
    };
    const generator: NetworkFactory = {
      spec: { name: "counted" },
      plan: () => ({ inputs: [{ field: "noise" }], trunk: [counting, dense({ units: 8 }), batchNorm(), relu()], heads: { samples: [dense({ units: 2 })] } }),
    };
    const tensors: number[] = [];
    const watch = definePlugin("watch", (round$) =>
      round$.pipe(
        map((round) => {
          tensors.push(tf.memory().numTensors);
          return round;
        }),
      ));
    const training = trainUnordered$(
      gan({
        data: mixture("ring", { batchSize: 6 }),
        noise: gaussian(3),
        networks: { generator, discriminator: mlp({ discriminator: { widths: [8] } }).discriminator },
        objective: nonSaturating(),
        optimizers: sgd({ learningRate: 0.1 }),
        backend: "cpu",
        rounds: 6,
        readEvery: 1,
        seed: 3,
      }),
      [...steps, watch],
    );
    const losses = (await eventsOf(training)).flatMap((event) => (event._tag === "RoundPlayed" ? [event.metrics["loss/discriminator"]!] : []));
    return { passes, losses, tensors };
  }

  it("make one pass of the generator, on which the discriminator is judged as on one of its own", async () => {
    const [together, inTurn] = [await played([simultaneousStep()]), await played([discriminatorStep(), generatorStep()])];
    assert.equal(together.passes, 6);
    assert.equal(inTurn.passes, 12);
    close(together.losses[0]!, inTurn.losses[0]!, 1e-6, "first loss");
  });

  it("leave no tensor behind", async () => {
    const { tensors } = await played([simultaneousStep()]);
    // The first rounds make what stays: optimizer slots, the measures of the round before.
    assert.equal(new Set(tensors.slice(3)).size, 1, `${tensors}`);
  });

  it("may be given in any order", async () => {
    close((await played([simultaneousStep(["generator", "discriminator"])])).losses, (await played([simultaneousStep()])).losses, 0, "losses");
  });
});
