import { gradientNorms, squaredNorms } from "../../../src/math/penalties/gradientNorms.ts";
import { inputGradients } from "../../../src/math/penalties/inputGradients.ts";
import { samplesAround } from "../../../src/math/penalties/samplesAround.ts";
import { samplesBetween } from "../../../src/math/penalties/samplesBetween.ts";
import { targetNormPenalty } from "../../../src/math/penalties/targetNorm.ts";
import { zeroCentredPenalty } from "../../../src/math/penalties/zeroCentred.ts";
import { rootKey } from "../../../src/math/random/fold.ts";
import { type Tensor, type Tensors, tf } from "../../../src/math/tensor.ts";
import { buildNetwork } from "../../../src/networks/buildNetwork.ts";
import { leakyRelu, tanh } from "../../../src/networks/layers/activations.ts";
import { conv2d } from "../../../src/networks/layers/conv2d.ts";
import { dense } from "../../../src/networks/layers/dense.ts";
import { flatten } from "../../../src/networks/layers/flatten.ts";
import type { Network } from "../../../src/networks/network.ts";
import { computeOnTheDevice, describeOnEachBackend } from "../../backends/backendsUnderTest.ts";
import { wave } from "../../backends/checkGradient.ts";
import { assert, close, describe, it } from "../../kit/kit.ts";
import { tensorOf, tensorsOf } from "../../references/networkReferences.ts";
import { penaltyReferences } from "../../references/penaltyReferences.ts";

/** The penalties of a critic's gradients, by penalties.py's names. */
const penalties: Readonly<Record<string, (gradients: readonly Tensor[]) => Tensor>> = {
  "two-sided, target 1": (gradients) => targetNormPenalty(gradientNorms(gradients), 1),
  "one-sided, target 1": (gradients) => targetNormPenalty(gradientNorms(gradients), 1, true),
  "two-sided, target 0.4": (gradients) => targetNormPenalty(gradientNorms(gradients), 0.4),
  "zero-centred": zeroCentredPenalty,
};

function criticOf(title: string, shape: readonly number[]): Network {
  const [kind, activation] = title.split(", ");
  const after = activation === "tanh" ? tanh() : leakyRelu();
  const isDense = kind === "dense";
  return buildNetwork(
    "critic",
    {
      inputs: [{ field: "samples" }],
      trunk: isDense ? [dense({ units: 5 }), after] : [conv2d({ filters: 3 }), after],
      heads: { logits: isDense ? [dense({ units: 1 })] : [flatten(), dense({ units: 1 })] },
    },
    { samples: { shape, dtype: "float32" } },
  );
}

const mode = { isTraining: true, key: rootKey(1), settings: {} };
const gradientsIn = (critic: Network, parameters: Tensors, points: Tensor): readonly Tensor[] =>
  inputGradients(() => critic.apply(parameters, {}, { samples: points }, mode).heads["logits"]!, [points]);

/** A penalty and its gradients in some parameters; zero where it does not depend on one. */
function valueAndGradients(of: (parameters: Tensors) => Tensor, parameters: Tensors): readonly Tensor[] {
  const names = Object.keys(parameters);
  const { value, grads } = tf.engine().gradients(() => of(parameters) as tf.Scalar, names.map((name) => parameters[name]!), undefined, true);
  return [value, ...names.map((name, i) => grads[i] ?? tf.zerosLike(parameters[name]!))];
}

async function packed(compute: () => readonly Tensor[]): Promise<number[]> {
  const before = tf.memory().numTensors;
  const all = tf.tidy(() => tf.concat(compute().map((tensor) => tf.reshape(tensor, [-1]))));
  const values = await all.data();
  all.dispose();
  assert.equal(tf.memory().numTensors, before, "tensors are left behind");
  return [...values];
}

await describeOnEachBackend("gradient penalties", (backend) => {
  computeOnTheDevice(backend);

  for (const { critic: title, points, parameters, norms, penalties: expected } of penaltyReferences.gradients) {
    it(`${title}: norms, penalties and their gradients in every parameter are PyTorch's to 1e-4`, async () => {
      const critic = criticOf(title, points.shape.slice(1));
      const values = await packed(() => {
        const [x, weights] = [tensorOf(points), tensorsOf(parameters)];
        const all = Object.keys(expected).flatMap((name) => valueAndGradients((at) => penalties[name]!(gradientsIn(critic, at, x)), weights));
        return [gradientNorms(gradientsIn(critic, weights, x)), ...all];
      });
      const names = Object.keys(parameters);
      const wanted = Object.values(expected).flatMap(({ value, gradients }) => [value, ...names.flatMap((name) => gradients[name]!.values)]);
      close(values, [...norms.values, ...wanted], 1e-4, "norms, then value and gradients of each penalty");
    });
  }

  for (const title of ["dense, tanh", "conv2d, tanh"]) {
    it(`${title}: the gradients agree with central differences of the penalty`, async () => {
      const { points, parameters } = penaltyReferences.gradients.find(({ critic }) => critic === title)!;
      const critic = criticOf(title, points.shape.slice(1));
      const values = await packed(() => {
        const [x, weights] = [tensorOf(points), tensorsOf(parameters)];
        const penalty = (at: Tensors): Tensor => targetNormPenalty(gradientNorms(gradientsIn(critic, at, x)), 1);
        const [, ...gradients] = valueAndGradients(penalty, weights);
        return Object.entries(weights).flatMap(([name, weight], i) => {
          const direction = wave(weight.shape, 3);
          const at = (h: number): Tensor => penalty({ ...weights, [name]: tf.add(weight, tf.mul(direction, h)) });
          const slope = (h: number): Tensor => tf.div(tf.sub(at(h), at(-h)), 2 * h);
          const numeric = tf.div(tf.sub(tf.mul(4, slope(0.02)), slope(0.04)), 3);
          return [tf.sub(tf.sum(tf.mul(gradients[i]!, direction)), numeric)];
        });
      });
      close(values, values.map(() => 0), 2e-3, "analytic − numeric");
    });
  }

  it("of a linear critic are those of its weights' norm, whatever the points", async () => {
    // ‖(3, 4)‖ = 5, in every sample; λ (5 − 1)² with gradient 2 (5 − 1) w / 5; ½ · 25 with gradient w.
    const values = await packed(() => {
      const x = wave([6, 2], 1);
      const w = tf.tensor2d([3, 4], [2, 1]);
      const gradients = (at: Tensors): readonly Tensor[] => inputGradients(() => tf.matMul(x, at["w"]!), [x]);
      return [
        gradientNorms(gradients({ w })),
        squaredNorms(gradients({ w })),
        ...valueAndGradients((at) => targetNormPenalty(gradientNorms(gradients(at)), 1), { w }),
        ...valueAndGradients((at) => targetNormPenalty(gradientNorms(gradients(at)), 6, true), { w }),
        ...valueAndGradients((at) => zeroCentredPenalty(gradients(at)), { w }),
      ];
    });
    close(values, [...Array(6).fill(5), ...Array(6).fill(25), 16, 4.8, 6.4, 0, 0, 0, 12.5, 3, 4], 1e-5);
  });

  it("of a critic that is flat are finite, and so are their gradients", async () => {
    const values = await packed(() => {
      const x = wave([3, 2], 1);
      const w = tf.zeros([2, 1]);
      return valueAndGradients((at) => targetNormPenalty(gradientNorms(inputGradients(() => tf.matMul(x, at["w"]!), [x])), 1), { w });
    });
    close(values, [1, 0, 0], 1e-5);
  });

  it("take the norm over several inputs of a sample together", async () => {
    const values = await packed(() => {
      const [a, b, unused] = [wave([3, 2], 1), wave([3, 1], 2), wave([3, 4], 3)];
      const scores = (): Tensor => tf.add(tf.matMul(a, tf.tensor2d([[2], [3]])), tf.mul(b, 6));
      return [gradientNorms(inputGradients(scores, [a, b, unused]))];
    });
    close(values, [7, 7, 7], 1e-5);
  });
});

describe("points at which a critic is penalised", () => {
  it("lie between each real sample and its fake, at one share per sample, other with every key", async () => {
    await tf.setBackend("cpu");
    const share = (key: number): number[] => tf.tidy(() => [...samplesBetween(tf.fill([64, 2, 3], 5), tf.fill([64, 2, 3], 1), rootKey(key)).dataSync()]);
    const [one, other] = [share(1), share(2)];
    assert.ok(one.every((value) => value >= 1 && value < 5));
    for (let sample = 0; sample < 64; sample++) assert.equal(new Set(one.slice(6 * sample, 6 * sample + 6)).size, 1, "one share per sample");
    assert.ok(new Set(one).size > 60, "another share in every sample");
    assert.notDeepEqual(one, other);
    // A mean of 64 uniforms in [1, 5) is within four standard errors of 3.
    close(one.reduce((sum, value) => sum + value, 0) / one.length, 3, (4 * 4) / Math.sqrt(12 * 64) / 3);
  });

  it("around real samples stay within spread standard deviations, above them", async () => {
    await tf.setBackend("cpu");
    const offsets = tf.tidy(() => {
      const real = tf.tensor2d(Float32Array.from({ length: 400 }, (_, i) => (i % 2 === 0 ? 3 : -3)), [100, 4]);
      return [...tf.sub(samplesAround(real, 0.5, rootKey(3)), real).dataSync()];
    });
    // The deviation of ±3 is 3.
    assert.ok(offsets.every((offset) => offset >= -1e-6 && offset < 1.5 + 1e-6));
    // E[α u] = 1/4, with variance (1/3)² − (1/4)², shared α aside.
    close(offsets.reduce((sum, value) => sum + value, 0) / 400, 1.5 / 4, 0.12);
  });

  it("are refused where the scores do not depend on them", async () => {
    await tf.setBackend("cpu");
    tf.tidy(() => assert.throws(() => inputGradients(() => tf.scalar(1), [tf.ones([2])]), /the scores do not depend on the inputs/));
  });
});
