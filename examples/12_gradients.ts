/**
 * Why the choice of the objective matters, in four plots. What each generator pays for a sample, and the gradient it gets,
 * against what the discriminator makes of it: where that is sure of a fake (on the left), some get nothing. Then two
 * densities far apart, and two networks trained to tell them apart: a discriminator, which ends up sure and flat, and a
 * Wasserstein critic, which has a slope everywhere (figure 2 of the WGAN paper).
 *
 *     bun examples/12_gradients.ts
 *     deno run -A examples/12_gradients.ts --rounds 1000
 */
import { join } from "node:path";
import { filter, lastValueFrom, toArray } from "rxjs";
import {
  adam, adversarialTerms, array, drawSamples, fold, game, hinge, leastSquares, maximumLikelihood, minimax, mlp, nonSaturating, normals, on, openDevice,
  progressBar, relativisticAverage, rmsprop, rootKey, step, tf, train$, wasserstein, weightClipping, writePlot, type Adversary, type Objective, type Source,
} from "saddlepoint";
import { failed, readOptions } from "./commandLine.ts";

const { rounds, directory, backend, seed } = readOptions({ rounds: 600, directory: "runs/gradients" });

// First, the objectives by themselves: they are functions of the discriminator's score for a sample, its logit. The
// Wasserstein generator's cost is the hinge's.
const objectives: Readonly<Record<string, Objective>> = {
  "minimax": minimax(),
  "non-saturating": nonSaturating(),
  "maximum likelihood": maximumLikelihood(),
  "least squares": leastSquares(),
  "hinge": hinge(),
  "relativistic": relativisticAverage(),
};
const D = Array.from({ length: 199 }, (_, i) => (i + 1) / 200);
const device = await openDevice(backend).catch(failed);
const costs = Object.entries(objectives).map(([label, objective]) => {
  const each = D.map((probability) =>
    tf.tidy(() => {
      const logit = tf.tensor2d([Math.log(probability / (1 - probability))], [1, 1]);
      // A relativistic generator also looks at real samples: here at one of which the discriminator knows nothing.
      const { value, grad } = tf.valueAndGrad((fake: tf.Tensor) => objective.generator({ fake, real: tf.zeros([1, 1]) }))(logit);
      return { cost: value.dataSync()[0]!, slope: grad.dataSync()[0]! };
    }),
  );
  return { label, cost: each.map(({ cost }) => cost), slope: each.map(({ slope }) => slope) };
});
await device.close();
await writePlot(join(directory, "costs.png"), {
  title: "what a generator pays for a sample, against D(G(z))",
  series: costs.map(({ label, cost }) => ({ label, x: D, y: cost })),
  x: [0, 1],
  y: [-5, 5],
});
await writePlot(join(directory, "gradients.png"), {
  title: "its gradient in the logit, against D(G(z))",
  series: costs.map(({ label, slope }) => ({ label, x: D, y: slope })),
  x: [0, 1],
  y: [-3, 0.5],
});

// Then two fixed densities, and a game without a generator: a discriminator and a critic, each with a turn of its own.
const centre = 3;
const [low, points, spacing] = [-8, 321, 0.05];
const heap = (name: string, mean: number): Source<"samples"> =>
  array({ samples: normals(fold(rootKey(seed), name), 4096).map((z) => mean + z), shape: [1], batchSize: 256 });
const grid: Source<never> = {
  spec: { name: "grid", options: { low, spacing } },
  provides: [],
  open: () => ({
    fields: { samples: { shape: [1], dtype: "float32" } },
    at: (position, count) => ({ count, fields: { samples: Float32Array.from({ length: count }, (_, i) => low + (position + i) * spacing) } }),
  }),
};
const judgedBy = (discriminator: string): Adversary => ({ discriminator, real: (seen) => seen.drawn("data"), fake: (seen) => seen.drawn("model") });
const network = mlp({ discriminator: { widths: [64, 64] } }).discriminator;

const fixed = game({
  sources: { data: heap("data", -centre), model: heap("model", centre), grid },
  networks: { discriminator: network, critic: network },
  latents: { discriminator: ["grid"], critic: ["grid"] },
  adversaries: { adversary: judgedBy("discriminator"), transport: judgedBy("critic") },
  players: {
    discriminator: { optimizer: adam({ learningRate: 1e-3 }), owns: ["discriminator"] },
    critic: { optimizer: rmsprop({ learningRate: 1e-3 }), owns: ["critic"] },
  },
  turns: [{ name: "discriminator", players: ["discriminator"] }, { name: "critic", players: ["critic"] }],
  terms: [
    adversarialTerms(minimax())[0],
    adversarialTerms(wasserstein(), { adversary: "transport", discriminator: "critic" })[0],
  ],
  rounds,
  seed,
  backend,
});
const judge = (name: string) => drawSamples({ every: rounds, count: points, network: name, head: "logits" });
const [discriminator, critic] = await lastValueFrom(
  train$(fixed, weightClipping({ limit: 0.1, player: "critic" }), step("discriminator"), step("critic"), judge("discriminator"), judge("critic")).pipe(
    progressBar(),
    on("SamplesDrawn"),
    filter(({ round }) => round === rounds),
    toArray(),
  ),
).catch(failed);

const x = Array.from({ length: points }, (_, i) => low + i * spacing);
const slopes = (values: ArrayLike<number>): readonly number[] => x.map((_, i) => (i === 0 || i === points - 1 ? NaN : (values[i + 1]! - values[i - 1]!) / (2 * spacing)));
const bell = (at: number): number => Math.exp(-0.5 * at * at) / Math.sqrt(2 * Math.PI);
const probability = Array.from(discriminator!.values, (logit) => 1 / (1 + Math.exp(-logit)));
// A clipped critic is steep up to some constant: in units of that, its slope is at most 1.
const steepness = Math.max(...slopes(critic!.values).filter(Number.isFinite).map(Math.abs)) || 1;
const flat = Array.from(critic!.values, (score) => score / steepness);
const middle = flat[(points - 1) / 2]!;
const densities = [
  { x, y: x.map((at) => bell(at + centre)), label: "real", colour: [70, 70, 70], isFilled: true },
  { x, y: x.map((at) => bell(at - centre)), label: "fake", colour: [0, 158, 115], isFilled: true },
] as const;
await writePlot(join(directory, "critics.png"), {
  title: "a discriminator and a critic that know these two densities",
  series: [...densities, { x, y: probability, label: "D", colour: [0, 80, 178] }, { x, y: flat.map((score) => (score - middle) / 8 + 0.5), label: "critic, to scale", colour: [213, 94, 0] }],
  x: [low, -low],
  y: [-0.4, 1.4],
});
const logitSlopes = slopes(discriminator!.values);
const saturating = logitSlopes.map((slope, i) => Math.abs(slope * probability[i]!));
const transport = slopes(flat).map(Math.abs);
await writePlot(join(directory, "critics-gradients.png"), {
  title: "how strongly a sample at x is moved, by either",
  series: [...densities, { x, y: saturating, label: "log(1 - D)", colour: [0, 80, 178] }, { x, y: transport, label: "critic, to scale", colour: [213, 94, 0] }],
  x: [low, -low],
  y: [0, 1.2],
});

const atFake = x.findIndex((at) => at >= centre);
console.log(`
At the middle of the fakes D is ${probability[atFake]!.toExponential(1)}. There a sample is moved by
  log(1 - D)    ${saturating[atFake]!.toExponential(1)}
  the critic    ${transport[atFake]!.toFixed(2)}, of at most 1
Pictures: ${directory}/{costs,gradients,critics,critics-gradients}.png`);
