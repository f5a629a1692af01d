import { readFileSync } from "node:fs";
import { fadeReal, growing, growingLayers } from "../../../plugins/progressive/progressive.ts";
import { buildNetwork, rootKey, tf, type FieldPlans, type Network, type Tensors } from "../../../src/index.ts";
import { networkFromSpec } from "../../../src/networks/networkFromSpec.ts";
import { describeOnEachBackend } from "../../backends/backendsUnderTest.ts";
import { assert, close, describe, it } from "../../kit/kit.ts";

interface Case {
  readonly side: number;
  readonly alpha: number;
  readonly generated: readonly number[];
  readonly logits: readonly number[];
  readonly real: readonly number[];
}
const { cases } = JSON.parse(readFileSync(new URL("../../references/progressive.json", import.meta.url), "utf8")) as { readonly cases: readonly Case[] };

const BATCH = 4;
const fieldsOf = (side: number): FieldPlans => ({
  samples: { shape: [side, side, 2], dtype: "float32", range: [-1, 1] },
  noise: { shape: [4], dtype: "float32" },
});
const networks = growing({ generator: { widths: [3, 5] }, discriminator: { widths: [3, 5] } });
const built = (player: "generator" | "discriminator"): Network => buildNetwork(player, networks[player].plan(fieldsOf(8)), fieldsOf(8));

/** sin(0.37 i² + phase), as in progressive.py. */
function waves(shape: readonly number[], phase: number) {
  const size = shape.reduce((product, extent) => product * extent, 1);
  return tf.tensor(Float32Array.from({ length: size }, (_, i) => Math.sin(0.37 * i * i + phase)), [...shape]);
}

function weights(network: Network): Tensors {
  return Object.fromEntries(Object.keys(network.parameters).sort().map((name, j) => [name, waves(network.parameters[name]!.shape, j + 1)]));
}

function grown(network: Network, parameters: Tensors, record: Tensors, settings: Readonly<Record<string, number>>) {
  return network.apply(parameters, {}, record, { isTraining: true, key: rootKey(0), settings });
}
const at = (side: number, alpha: number) => ({ "progressive/side": side, "progressive/alpha": alpha });

await describeOnEachBackend("growing networks", () => {
  it("compute what the paper says at every stage and in the fade, as PyTorch computes it", async () => {
    for (const { side, alpha, ...expected } of cases) {
      const [noise, images] = [waves([BATCH, 4], 0.5), waves([BATCH, 8, 8, 2], 0.25)];
      const [generated, logits, real] = tf.tidy(() => {
        const [generator, discriminator] = [built("generator"), built("discriminator")];
        return [
          grown(generator, weights(generator), { noise }, at(side, alpha)).heads["samples"]!,
          grown(discriminator, weights(discriminator), { samples: images }, at(side, alpha)).heads["logits"]!,
          fadeReal(images, { side, alpha }),
        ] as const;
      });
      assert.deepEqual(generated.shape, [BATCH, 8, 8, 2]);
      close(await generated.data(), expected.generated, 1e-5, `generated at ${side}, ${alpha}`);
      close(await logits.data(), expected.logits, 1e-5, `logits at ${side}, ${alpha}`);
      close(await real.data(), expected.real, 1e-6, `real at ${side}, ${alpha}`);
      tf.dispose([noise, images, generated, logits, real]);
    }
  });

  it("give the old network's output at α = 0 and the new one's at α = 1", async () => {
    for (const player of ["generator", "discriminator"] as const) {
      const head = player === "generator" ? "samples" : "logits";
      const outputs = tf.tidy(() => {
        const record = { noise: waves([BATCH, 4], 0.5), samples: waves([BATCH, 8, 8, 2], 0.25) };
        const young = built(player);
        const parameters = weights(young);
        // The old network was planned for 4 pixels and knows of no others.
        const old = buildNetwork(player, growing({ generator: { widths: [5] }, discriminator: { widths: [5] } })[player].plan(fieldsOf(4)), fieldsOf(4));
        assert.ok(Object.keys(old.parameters).every((name) => name in parameters));
        const small = { ...record, samples: tf.avgPool(record.samples as tf.Tensor4D, 2, 2, "valid") };
        const before = grown(old, parameters, small, {}).heads[head]!;
        const enlarged = player === "generator" ? tf.image.resizeNearestNeighbor(before as tf.Tensor4D, [8, 8]) : before;
        const ofYoung = (settings: Readonly<Record<string, number>>) => grown(young, parameters, record, settings).heads[head]!;
        return tf.stack([enlarged, ofYoung(at(8, 0)), ofYoung(at(4, 1)), ofYoung({}), ofYoung(at(8, 1))]);
      });
      const values = await outputs.data();
      outputs.dispose();
      const [old, unfaded, before, grownUp, faded] = Array.from({ length: 5 }, (_, i) => values.slice((i * values.length) / 5, ((i + 1) * values.length) / 5));
      close(unfaded!, old!, 1e-5, `${player} at α = 0`);
      close(before!, old!, 1e-5, `${player} before`);
      close(faded!, grownUp!, 1e-5, `${player} at α = 1`);
      assert.ok(grownUp!.some((value, i) => Math.abs(value - old![i]!) > 1e-2), "old and new are the same");
    }
  });
});

describe("growing", () => {
  it("has a spec from which the same network is built", () => {
    for (const player of ["generator", "discriminator"] as const) {
      const network = built(player);
      const again = networkFromSpec(JSON.parse(JSON.stringify(network.spec)), fieldsOf(8), growingLayers);
      assert.deepEqual(again.spec, network.spec);
      assert.deepEqual(Object.keys(again.parameters), Object.keys(network.parameters));
    }
  });

  it("doubles its widths down to 4 pixels, for every power of two up to 1024", () => {
    for (let side = 4; side <= 1024; side *= 2) {
      const { heads, parameters } = buildNetwork("generator", growing({ generator: { width: 2, maximumWidth: 16 } }).generator.plan(fieldsOf(side)), fieldsOf(side));
      assert.deepEqual(heads["samples"], [side, side, 2]);
      assert.deepEqual(parameters["equalised1/bias"]!.shape, [16 * Math.min(16, (2 * side) / 4)]);
    }
  });

  it("refuses other images and widths", () => {
    for (const side of [2, 12, 28, 2048]) {
      assert.throws(() => networks.generator.plan(fieldsOf(side)), /growing\.generator: samples: expected square images .* a side of 4, 8, 16, 32, 64, 128, 256, 512, 1024 pixels/);
      assert.throws(() => networks.discriminator.plan(fieldsOf(side)), /growing\.discriminator: samples: expected square images/);
    }
    assert.throws(() => networks.generator.plan(fieldsOf(16)), /growing: generator\.widths: expected 3 widths, one for each side from 16 down to 4 pixels, got \[3, 5\]/);
    assert.throws(() => growing({ discriminator: { deviaton: false } as never }), /did you mean "deviation"/);
    assert.throws(() => growing({ generator: { convolutions: 3 as never } }), /generator\.convolutions: expected one of 1, 2, got 3/);
  });
});
