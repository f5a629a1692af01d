import { map } from "rxjs";
import { game } from "../../src/game/game.ts";
import { definePlugin } from "../../src/game/plugin.ts";
import { tf } from "../../src/math/tensor.ts";
import type { Layer } from "../../src/networks/layer.ts";
import type { NetworkFactory } from "../../src/networks/network.ts";
import { sgd } from "../../src/networks/optimizers/sgd.ts";
import { gaussian } from "../../src/sources/noise.ts";
import { simultaneousStep } from "../../src/steps/simultaneousStep.ts";
import { step } from "../../src/steps/step.ts";
import { train$ } from "../../src/train.ts";
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
