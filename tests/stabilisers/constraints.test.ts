import { Matrix, SingularValueDecomposition } from "ml-matrix";
import { map } from "rxjs";
import { type Blueprint, withHead, withNetworkEdit, withTerm, withView } from "../../src/game/blueprint.ts";
import { ConfigurationError } from "../../src/configuration/configurationError.ts";
import type { TrainingEvent } from "../../src/game/event.ts";
import { definePlugin, type Plugin } from "../../src/game/plugin.ts";
import type { View } from "../../src/game/view.ts";
import { minimax } from "../../src/math/objectives/minimax.ts";
import { kernelMatrix } from "../../src/math/penalties/kernelMatrix.ts";
import { uniforms } from "../../src/math/random/uniforms.ts";
import { tf } from "../../src/math/tensor.ts";
import type { Initializer } from "../../src/networks/layer.ts";
import { dense } from "../../src/networks/layers/dense.ts";
import { sgd } from "../../src/networks/optimizers/sgd.ts";
import { consistency } from "../../src/stabilisers/consistency.ts";
import { gradientClipping } from "../../src/stabilisers/gradientClipping.ts";
import { historicalAveraging } from "../../src/stabilisers/historicalAveraging.ts";
import { orthogonalRegularisation } from "../../src/stabilisers/orthogonalRegularisation.ts";
import { spectralNormalisation } from "../../src/stabilisers/spectralNormalisation.ts";
import { weightClipping } from "../../src/stabilisers/weightClipping.ts";
import { discriminatorStep } from "../../src/steps/discriminatorStep.ts";
import { generatorStep } from "../../src/steps/generatorStep.ts";
import { train$ } from "../../src/train.ts";
import { eventsOf } from "../contracts/eventsOf.ts";
import { assert, close, describe, it } from "../kit/kit.ts";
import { imageGame } from "./imageGame.ts";
import { linearGame, START, watched } from "./linearGame.ts";

/** A term whose gradient is 1 in each of the critic's two weights. */
const pull: Plugin = definePlugin("pull", (round$) => round$, {
  assemble: (blueprint) =>
    withTerm(blueprint, { name: "pull", turn: "discriminator", of: (seen) => tf.sum(seen.parameters("discriminator")["logits/dense1/kernel"]!) }),
});

function measured(events: readonly TrainingEvent[], name: string): number[] {
  return events.flatMap((event) => (event._tag === "RoundPlayed" ? [event.metrics[name]!] : []));
}

describe("weight clipping", () => {
  it("keeps every |w| ≤ c after every repetition of every turn, at whatever rate", async () => {
    const largest: number[] = [];
    const look = (place: string): Plugin =>
      definePlugin(`look ${place}`, (round$) =>
        round$.pipe(map((round) => {
          if (round.index > 0 || place === "after") {
            largest.push(...Object.values(round.run.parameters("discriminator")).map((value) => Math.max(...value.dataSync().map(Math.abs))));
          }
          return round;
        })));
    const within = definePlugin("within", (round$) => round$, {
      assemble: (blueprint) =>
        withTerm(blueprint, {
          name: "within",
          turn: "discriminator",
          of: (seen) => {
            if (seen.repetition > 0) largest.push(...Object.values(seen.parameters("discriminator")).map((value) => Math.max(...value.dataSync().map(Math.abs))));
            return tf.scalar(0);
          },
        }),
    });
    const game = linearGame({ rounds: 3, objective: minimax(), optimizer: sgd({ learningRate: 100 }) });
    await eventsOf(train$(game, weightClipping({ limit: 0.01 }), within, look("before"), discriminatorStep({ times: 3 }), generatorStep(), look("after")));
    // Two parameters, seen in 3 rounds after 2 of 3 repetitions, after the round, and before the next.
    assert.equal(largest.length, 2 * (3 * 2 + 3 + 2));
    assert.ok(largest.every((value) => value <= Math.fround(0.01)), `${Math.max(...largest)}`);
    assert.ok(largest.some((value) => value === Math.fround(0.01)), "at this rate some weight is at the limit");
  });

  it("leaves a head that no loss reaches as it is", async () => {
    const weights: number[][] = [];
    const kernelInitializer = { spec: { name: "given" }, values: () => Float32Array.from(START) };
    const aside = definePlugin("aside", (round$) => round$, {
      assemble: (blueprint) => withHead(blueprint, "discriminator", "aside", () => [dense({ units: 1, kernelInitializer })]),
    });
    await eventsOf(train$(linearGame({ rounds: 2 }), aside, weightClipping({ limit: 0.01 }), watched(weights, "aside/dense1/kernel"), discriminatorStep()));
    close(weights[1]!, START, 0);
  });

  it("refuses a limit of 0, a negative one, and a player that is not there", () => {
    assert.throws(() => weightClipping({ limit: 0 }), /weightClipping: limit: expected a number > 0, got 0/);
    assert.throws(() => weightClipping({ limit: -1 }), /limit: expected a number > 0, got -1/);
    assert.throws(() => train$(linearGame({ rounds: 1 }), weightClipping({ limit: 1, player: "critic" }), discriminatorStep()), /no player is named "critic"; there are discriminator, generator/);
  });
});

describe("gradient clipping", () => {
  it("moves a player by the norm where its gradient is longer, and as before where it is not", async () => {
    for (const [norm, step] of [[0.5, (0.1 * 0.5) / Math.SQRT2], [9, 0.1]] as const) {
      const weights: number[][] = [];
      await eventsOf(train$(linearGame({ rounds: 2 }), watched(weights), pull, gradientClipping({ norm }), discriminatorStep()));
      close(weights[1]!, START.map((value) => value - step), 1e-5);
    }
  });

  it("clips the players it is told to", async () => {
    const weights: number[][] = [];
    await eventsOf(train$(linearGame({ rounds: 2 }), watched(weights), pull, gradientClipping({ norm: 0.5, players: ["generator"] }), discriminatorStep()));
    close(weights[1]!, START.map((value) => value - 0.1), 1e-5);
  });

  it("refuses a norm of 0 and players that are not there", () => {
    assert.throws(() => gradientClipping({ norm: 0 }), /gradientClipping: norm: expected a number > 0, got 0/);
    assert.throws(() => train$(linearGame({ rounds: 1 }), gradientClipping({ norm: 1, players: ["encoder"] }), discriminatorStep()), /no player is named "encoder"/);
  });
});

describe("historical averaging", () => {
  it("draws a player to the mean of its past: θ ← θ − rate (g + 2 λ (θ − mean))", async () => {
    const weights: number[][] = [];
    const [rate, weight, rounds] = [0.1, 1.5, 6];
    await eventsOf(train$(linearGame({ rounds }), watched(weights), pull, historicalAveraging({ weight }), discriminatorStep(), generatorStep()));
    const expected = [START[0]!];
    for (let round = 0; round + 1 < rounds; round++) {
      const now = expected[round]!;
      const mean = expected.reduce((sum, value) => sum + value, 0) / expected.length;
      expected.push(now - rate * (1 + 2 * weight * (now - mean)));
    }
    close(weights.map(([first]) => first!), expected, 1e-5);
  });

  it("holds each player by a weight of its own where it is there once for each, and leaves no tensor behind", async () => {
    const perPlayer = (discriminator: number, generator: number) => [
      historicalAveraging({ weight: discriminator, networks: { discriminator: "discriminator" } }),
      historicalAveraging({ weight: generator, networks: { generator: "generator" } }),
    ] as const;
    const optimizer = sgd({ learningRate: 0.1 });
    const before = tf.memory().numTensors;
    const apart = await eventsOf(train$(linearGame({ rounds: 5, objective: minimax(), optimizer }), ...perPlayer(1.5, 1.5), discriminatorStep(), generatorStep()));
    assert.equal(tf.memory().numTensors, before);
    const together = await eventsOf(train$(linearGame({ rounds: 5, objective: minimax(), optimizer }), historicalAveraging({ weight: 1.5 }), discriminatorStep(), generatorStep()));
    for (const turn of ["discriminator", "generator"]) {
      const name = `term/historicalAveraging/${turn}`;
      assert.ok(measured(together, name)[4]! > 0);
      close(measured(apart, name), measured(together, name), 1e-9, name);
    }
    const other = await eventsOf(train$(linearGame({ rounds: 5, objective: minimax(), optimizer }), ...perPlayer(1.5, 0.1), discriminatorStep(), generatorStep()));
    assert.ok(measured(other, "term/historicalAveraging/generator")[4]! > 1.01 * measured(together, "term/historicalAveraging/generator")[4]!);
  });

  it("takes several networks in one turn, and one network in several", () => {
    const terms = (...plugins: readonly [Plugin, ...Plugin[]]) => plugins.reduce<Blueprint>((blueprint, { plugin }) => plugin.assemble!(blueprint), linearGame({ rounds: 1 })).terms.map(({ name }) => name).slice(2);
    assert.deepEqual(terms(historicalAveraging({ networks: { generator: "generator" } }), historicalAveraging({ networks: { generator: "discriminator" } })), [
      "historicalAveraging/generator", "historicalAveraging/generator/discriminator",
    ]);
    assert.deepEqual(terms(historicalAveraging({ networks: { generator: "generator", discriminator: "generator" } })), ["historicalAveraging/generator", "historicalAveraging/discriminator/generator"]);
  });

  it("refuses to hold a network twice, naming the plugin", () => {
    assert.throws(
      () => train$(linearGame({ rounds: 1 }), historicalAveraging(), historicalAveraging({ networks: { generator: "generator" } }), discriminatorStep()),
      /plugins\[1\]: historicalAveraging carries "historicalAveraging\(generator\)" from round to round, as plugins\[0\] does/,
    );
  });

  it("says that it must stand before the steps", async () => {
    await assert.rejects(eventsOf(train$(linearGame({ rounds: 1 }), discriminatorStep(), historicalAveraging())), /historicalAveraging: expected to stand before the steps/);
  });

  it("refuses a negative weight and names that lead nowhere", () => {
    assert.throws(() => historicalAveraging({ weight: -1 }), /historicalAveraging: weight: expected a number >= 0.*, got -1/);
    assert.throws(() => historicalAveraging({ networks: {} }), /networks: expected networks by turn/);
    assert.throws(() => train$(linearGame({ rounds: 1 }), historicalAveraging({ networks: { discriminator: "critic" } }), discriminatorStep()), /no network is named "critic"/);
    assert.throws(() => train$(linearGame({ rounds: 1 }), historicalAveraging({ networks: { encode: "generator" } }), discriminatorStep()), /no turn is named "encode"/);
  });
});

describe("consistency", () => {
  const shifted = (by: number): View => ({
    name: "shifted",
    spec: { name: "shifted", options: { by } },
    of: (record) => ({ ...record, samples: tf.add(record["samples"]!, tf.tensor1d([by, 0])) }),
  });

  it("is what the augmentation changes in the critic's answer, squared, on both sides", async () => {
    const events = await eventsOf(train$(linearGame({ rounds: 2 }), consistency({ augmentation: shifted(0.5), real: 0.1, fake: 0.2 }), discriminatorStep()));
    // (w₀ · 0.5)², and w₀ ← w₀ − 0.1 · (0.1 + 0.2) · 2 · 0.25 · w₀.
    const after = START[0]! * (1 - 0.1 * 0.3 * 0.5);
    for (const side of ["real", "fake"]) close(measured(events, `term/consistency/${side}`), [2.25, (after / 2) ** 2], 1e-5);
  });

  it("without an augmentation is what another look through the views changes: (w₀ (a − b))²", async () => {
    const offsets: number[][] = [];
    /** Adds a number of its key's to the first coordinate; keeps what it added. */
    const moving: View = {
      name: "moving",
      spec: { name: "moving" },
      of(record, { key, side }) {
        const [by] = uniforms(key, 1);
        if (side === "real") offsets.push([by!]);
        return { ...record, samples: tf.add(record["samples"]!, tf.tensor1d([by!, 0])) };
      },
    };
    const views = definePlugin("views", (round$) => round$, { assemble: (blueprint) => withView(blueprint, moving) });
    const events = await eventsOf(train$(linearGame({ rounds: 1 }), views, consistency({ real: 1, fake: 0 }), discriminatorStep()));
    assert.equal(offsets.length, 2);
    const [first, second] = offsets.flat();
    assert.notEqual(first, second);
    close(measured(events, "term/consistency/real"), [(START[0]! * (first! - second!)) ** 2], 1e-5);
  });

  it("of probabilities is the squared distance of their rows: 2 (σ(x₀) − σ(x₀ + ½))² of the logits x₀ and 0", async () => {
    const first: Initializer = { spec: { name: "first" }, values: () => Float32Array.of(1, 0, 0, 0) };
    const classes = definePlugin("classes", (round$) => round$, {
      assemble: (blueprint) =>
        withNetworkEdit(blueprint, "discriminator", {
          spec: { name: "classes" },
          edit: (plan) => ({ ...plan, heads: { ...plan.heads, classes: [dense({ units: 2, bias: false, kernelInitializer: first })] } }),
        }),
    });
    const plugin = consistency({ augmentation: shifted(0.5), head: "classes", compares: "probabilities", real: 1, fake: 0 });
    const events = await eventsOf(train$(linearGame({ rounds: 2, optimizer: sgd({ learningRate: 1e-12 }) }), classes, plugin, discriminatorStep()));
    // Two rounds are all eight points, as linearGame has them.
    const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));
    const expected = Array.from({ length: 8 }, (_, i) => Math.sin((2 * i) ** 2)).map((x) => 2 * (sigmoid(x) - sigmoid(x + 0.5)) ** 2);
    const found = measured(events, "term/consistency/real");
    close((found[0]! + found[1]!) / 2, expected.reduce((sum, value) => sum + value / 8, 0), 1e-6);
    assert.throws(() => consistency({ augmentation: shifted(1), compares: "logits" as never }), /compares: expected one of "values", "probabilities", got "logits"/);
  });

  it("is nothing where the augmentation changes nothing", async () => {
    const weights: number[][] = [];
    await eventsOf(train$(linearGame({ rounds: 2 }), watched(weights), consistency({ augmentation: shifted(0) }), discriminatorStep()));
    close(weights[1]!, START, 1e-6);
  });

  it("refuses a head and an adversary that are not there, before the first round", async () => {
    const augmentation = shifted(1);
    await assert.rejects(
      eventsOf(train$(linearGame({ rounds: 1 }), consistency({ augmentation, head: "nope" }), discriminatorStep())),
      (error) => error instanceof ConfigurationError && /consistency: head: expected a head of "discriminator", one of logits, got "nope"/.test(error.message),
    );
    assert.throws(() => train$(linearGame({ rounds: 1 }), consistency({ augmentation, adversary: "adv" }), discriminatorStep()), /no adversary is named "adv"; there are adversary/);
  });

  it("refuses negative weights and what is no view", () => {
    assert.throws(() => consistency({ augmentation: shifted(1), real: -1 }), /consistency: real: expected a number >= 0.*, got -1/);
    assert.throws(() => consistency({ augmentation: 3 as never }), /augmentation: expected a view such as .*, got 3/);
  });
});

describe("orthogonal regularisation", () => {
  it("minimises what it measures, in the network it is told", async () => {
    const events = await eventsOf(train$(
      linearGame({ rounds: 40, optimizer: sgd({ learningRate: 0.05 }) }),
      orthogonalRegularisation({ weight: 1, kind: "orthonormal" }),
      discriminatorStep(),
      generatorStep(),
    ));
    const values = measured(events, "term/orthogonality/generator");
    assert.ok(values[0]! > 0.05 && values[39]! < 1e-3, `${values[0]} to ${values[39]}`);
  });

  it("refuses a negative weight, an unknown kind and network", () => {
    assert.throws(() => orthogonalRegularisation({ weight: -1 }), /orthogonalRegularisation: weight: expected a number >= 0.*, got -1/);
    assert.throws(() => orthogonalRegularisation({ kind: "skew" as never }), /kind: expected one of "decorrelated", "orthonormal", got "skew"/);
    assert.throws(() => train$(linearGame({ rounds: 1 }), orthogonalRegularisation({ network: "critic" }), discriminatorStep()), /no network is named "critic"/);
  });
});

describe("spectral normalisation of a network", () => {
  it("keeps the parameters' names; after some rounds each normalised kernel's largest singular value is 1 ± 0.02", async () => {
    const names: Record<string, string[]> = {};
    const kernels: Record<string, readonly [Matrix, number]> = {};
    const moved: boolean[] = [];
    let before: Float32Array | undefined;
    const look = (place: string): Plugin =>
      definePlugin(`look ${place}`, (round$) =>
        round$.pipe(map((round) => {
          const [parameters, buffers] = [round.run.parameters("discriminator"), round.run.buffers("discriminator")];
          names["parameters"] = Object.keys(parameters);
          names["buffers"] = Object.keys(buffers);
          const u = buffers["conv2d1/kernel/u"]!.dataSync() as Float32Array;
          if (place !== "first" && before !== undefined) moved.push(u.some((value, i) => value !== before![i]));
          before = u.slice();
          for (const name of names["buffers"]) {
            tf.tidy(() => {
              const matrix = kernelMatrix(parameters[name.slice(0, -2)]!);
              // σ as a pass estimates it: one iteration from u.
              const v = tf.matMul(matrix, tf.reshape(buffers[name]!, [-1, 1]));
              const sigma = tf.norm(tf.matMul(matrix, tf.div(v, tf.norm(v)), true, false));
              kernels[name] = [Matrix.from1DArray(matrix.shape[0]!, matrix.shape[1]!, [...matrix.dataSync()]), sigma.dataSync()[0]!];
            });
          }
          return round;
        })));
    await eventsOf(train$(
      imageGame({ rounds: 40, backend: "cpu" }),
      spectralNormalisation(),
      look("first"),
      discriminatorStep(),
      look("after the discriminator's turn"),
      generatorStep(),
      look("after the generator's turn"),
    ));
    assert.deepEqual(names["parameters"], ["conv2d1/kernel", "conv2d1/bias", "logits/dense1/kernel", "logits/dense1/bias"]);
    assert.deepEqual(names["buffers"], ["conv2d1/kernel/u", "logits/dense1/kernel/u"]);
    for (const [name, [matrix, sigma]] of Object.entries(kernels)) {
      const norm = new SingularValueDecomposition(matrix).norm2 / sigma;
      assert.ok(Math.abs(norm - 1) <= 0.02, `${name}: the largest singular value is ${norm}`);
    }
    // Buffers follow their player: u moves in the discriminator's turn and rests in the generator's.
    assert.deepEqual(moved.slice(0, 6), [true, false, true, false, true, false]);
  });

  it("refuses kinds that the network has no layer of, before the first round", async () => {
    const failing = (kinds: readonly string[]) => eventsOf(train$(imageGame({ rounds: 1, backend: "cpu" }), spectralNormalisation({ kinds }), discriminatorStep()));
    for (const [kinds, got] of [[["dens"], "dens"], [["dense", "conv"], "conv"], [["maxout"], "maxout"]] as const) {
      await assert.rejects(
        failing(kinds),
        (error) => error instanceof ConfigurationError && new RegExp(`spectralNormalisation: kinds: expected kinds of layers of "discriminator", which has conv2d, leakyRelu, flatten, dense, got ${got}$`).test(error.message),
      );
    }
    // A kind that is known and not there, and layers that are normalised already.
    await failing(["dense", "maxout"]);
    await eventsOf(train$(imageGame({ rounds: 1, backend: "cpu" }), spectralNormalisation(), spectralNormalisation(), discriminatorStep()));
  });

  it("refuses wrong options and a network that is not there", () => {
    assert.throws(() => spectralNormalisation({ iterations: 0 }), /spectralNormalisation: iterations: expected an integer > 0, got 0/);
    assert.throws(() => train$(linearGame({ rounds: 1 }), spectralNormalisation({ network: "critic" }), discriminatorStep()), /no network is named "critic"/);
  });
});
