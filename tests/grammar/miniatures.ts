/**
 * Miniatures of the plugins to come, each in a few lines: the proof that the grammar carries them. Public words only.
 */
import { map } from "rxjs";
import { withHead, withInput, withPlayer, withSource, withTerm, withTurn, withView } from "../../src/game/blueprint.ts";
import type { Constraint } from "../../src/game/player.ts";
import { definePlugin, type Plugin } from "../../src/game/plugin.ts";
import { withCarry } from "../../src/game/round.ts";
import type { Source } from "../../src/game/source.ts";
import { integers } from "../../src/math/random/integers.ts";
import { fold } from "../../src/math/random/fold.ts";
import { tf, type Tensor } from "../../src/math/tensor.ts";
import { dense } from "../../src/networks/layers/dense.ts";
import { oneHot } from "../../src/networks/layers/oneHot.ts";
import type { Layer } from "../../src/networks/layer.ts";
import { adam } from "../../src/networks/optimizers/adam.ts";

function crossEntropy(labels: Tensor, logits: Tensor, classes: number): Tensor {
  return tf.neg(tf.mean(tf.sum(tf.mul(tf.oneHot(tf.cast(labels, "int32"), classes), tf.logSoftmax(logits)), -1)));
}

/** Uniform class labels or codes, pure in the position. */
export function uniformLabels(field: string, classes: number): Source<never> {
  return {
    spec: { name: "uniformLabels", options: { field, classes } },
    provides: [],
    open: ({ key }) => ({
      fields: { [field]: { shape: [], dtype: "int32", classes } },
      at: (position, count) => ({
        count,
        fields: { [field]: Int32Array.from({ length: count }, (_, i) => integers(fold(key, position + i), 1, classes)[0]!) },
      }),
    }),
  };
}

/** 1. A class head on the discriminator, in both players' losses (AC-GAN). */
export function classHead(): Plugin<"classes", "labels"> {
  const classTerm = (turn: string, side: "real" | "fake") => ({
    name: `classes/${side}/${turn}`,
    turn,
    of: (seen: import("../../src/game/seen.ts").Seen) =>
      crossEntropy(seen.shown(side)["labels"]!, (side === "real" ? seen.real() : seen.fake()).heads["classes"]!, 8),
  });
  return definePlugin("classHead", (round$) => round$, {
    options: {},
    needs: ["labels"],
    adds: ["classes"],
    assemble: (blueprint) => {
      let game = withSource(blueprint, "askedLabels", uniformLabels("labels", 8), "generator");
      game = withInput(game, "generator", () => ({ field: "labels", layers: [oneHot({ classes: 8 })] }));
      game = withHead(game, "discriminator", "classes", () => [dense({ units: 8 })]);
      return withTerm(game, classTerm("discriminator", "real"), classTerm("discriminator", "fake"), classTerm("generator", "fake"));
    },
  });
}

/** 2. A code head on the discriminator's trunk, moved in the generator's turn by a player of its own (InfoGAN). */
export function codeHead(): Plugin<"codes"> {
  return definePlugin("codeHead", (round$) => round$, {
    options: {},
    adds: ["codes"],
    assemble: (blueprint) => {
      let game = withSource(blueprint, "codes", uniformLabels("codes", 4), "generator");
      game = withInput(game, "generator", () => ({ field: "codes", layers: [oneHot({ classes: 4 })] }));
      game = withHead(game, "discriminator", "code", () => [dense({ units: 4 })]);
      game = withPlayer(game, "codeHead", { optimizer: adam({ learningRate: 1e-3 }), owns: ["discriminator/code"] });
      game = { ...game, turns: game.turns.map((turn) => (turn.name === "generator" ? { ...turn, players: [...turn.players, "codeHead"] } : turn)) };
      return withTerm(game, {
        name: "code",
        turn: "generator",
        weight: 0.5,
        of: (seen) => {
          const bound = tf.neg(crossEntropy(seen.generated()["codes"]!, seen.fake().heads["code"]!, 4));
          seen.measure("mutualInformationBound", tf.add(bound, Math.log(4)));
          return tf.neg(bound);
        },
      });
    },
  });
}

/** 3. A reconstruction turn that moves two networks, the generator and an encoder, before the others (AAE). */
export function reconstruction(): Plugin {
  return definePlugin("reconstruction", (round$) => round$, {
    options: {},
    assemble: (blueprint) => {
      let game = {
        ...blueprint,
        networks: {
          ...blueprint.networks,
          encoder: {
            factory: {
              spec: { name: "encoder" },
              plan: () => ({ inputs: [{ field: "samples" }], trunk: [dense({ units: 6 })], heads: { noise: [dense({ units: 3 })] } }),
            },
            edits: [],
          },
        },
      };
      game = withPlayer(game, "encoder", { optimizer: adam({ learningRate: 1e-3 }), owns: ["encoder"] }) as typeof game;
      game = withPlayer(game, "decoder", { optimizer: adam({ learningRate: 1e-3 }), owns: ["generator"] }) as typeof game;
      game = withTurn(game, { name: "reconstruction", players: ["encoder", "decoder"] }) as typeof game;
      return withTerm(game, {
        name: "reconstruction",
        turn: "reconstruction",
        of: (seen) => {
          const real = seen.drawn("data");
          const decoded = seen.forward("generator", { noise: seen.forward("encoder", real).heads["noise"]! });
          return tf.mean(tf.square(tf.sub(decoded.heads["samples"]!, real["samples"]!)));
        },
      });
    },
  });
}

/** 4. Packing: the discriminator sees `size` samples at once (PacGAN), as a view. */
export function packing(size: number): Plugin {
  return definePlugin("packing", (round$) => round$, {
    options: { size },
    assemble: (blueprint) =>
      withView(blueprint, {
        name: "packing",
        spec: { name: "packing", options: { size } },
        of: ({ samples }) => ({ samples: tf.reshape(samples!, [samples!.shape[0]! / size, samples!.shape[1]! * size]) }),
        fields: (fields) => ({ ...fields, samples: { ...fields["samples"]!, shape: [fields["samples"]!.shape[0]! * size] } }),
      }),
  });
}

/** A dense layer with a second stage that fades in by the setting `growth` (0: absent). */
function growingDense(units: number): Layer {
  const first = dense({ units });
  return {
    spec: { name: "growingDense", options: { units } },
    build(input) {
      const built = first.build(input);
      return {
        ...built,
        parameters: { ...built.parameters, late: { shape: [units], initializer: { spec: { name: "constant" }, values: () => new Float32Array(units).fill(0.5) } } },
        apply(x, context) {
          const y = built.apply(x, context) as Tensor;
          const growth = context.mode.settings["growth"] ?? 0;
          return growth === 0 ? y : tf.add(y, tf.mul(context.parameters["late"]!, growth));
        },
      };
    },
  };
}

/** 5. A network that grows in mid-run: parameters that are reached only from round `at` on, faded in (ProGAN). */
export function growing(at: number): Plugin {
  return definePlugin(
    "growing",
    (round$) =>
      round$.pipe(map((round) => ({ ...round, settings: { ...round.settings, growth: Math.min(Math.max((round.index - at + 1) / 3, 0), 1) } }))),
    { options: { at }, assemble: (blueprint) => withHead(blueprint, "generator", "samples", () => [growingDense(2)]) },
  );
}

/** 6. Weight clipping after each of the discriminator's turns (WGAN). */
export function clipping(limit: number): Plugin {
  const constraint: Constraint = { spec: { name: "clip", options: { limit } }, apply: (parameter) => tf.clipByValue(parameter, -limit, limit) };
  return definePlugin("clipping", (round$) => round$, {
    options: { limit },
    assemble: (blueprint) =>
      withPlayer(blueprint, "discriminator", { ...blueprint.players["discriminator"]!, constraints: [constraint] }),
  });
}

/** 7. State that comes into being in mid-run: a running mean of a measure, from round `from` on. */
export function lateMemory(from: number): Plugin {
  return definePlugin(
    "lateMemory",
    (round$) =>
      round$.pipe(
        map((round) => {
          const loss = round.previous["loss/generator"];
          if (round.index < from || loss === undefined) return round;
          const before = round.carry["lateMemory"] as { mean: Tensor; seen: number; notes: string[] } | undefined;
          const mean = tf.tidy(() => (before === undefined ? tf.mul(loss, 1) : tf.add(tf.mul(before.mean, 0.9), tf.mul(loss, 0.1))));
          return withCarry(round, "lateMemory", { mean, seen: (before?.seen ?? 0) + 1, notes: [...(before?.notes ?? []), `round ${round.index}`] });
        }),
      ),
    { options: { from } },
  );
}
