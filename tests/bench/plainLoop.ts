import type { Game } from "../../src/game/game.ts";
import type { Batch, OpenSource } from "../../src/game/source.ts";
import { nonSaturating } from "../../src/math/objectives/nonSaturating.ts";
import { fold, rootKey } from "../../src/math/random/fold.ts";
import { scheduledAt } from "../../src/math/schedules/schedule.ts";
import { tf, type Tensor, type Tensors } from "../../src/math/tensor.ts";
import { buildNetwork } from "../../src/networks/buildNetwork.ts";
import type { FieldPlans, Pass } from "../../src/networks/network.ts";
import { withoutTape } from "../../src/math/withoutTape.ts";
import { jointPass } from "../../src/game/jointPass.ts";

/** A GAN's step written by hand on the same networks and optimizers, without rounds, streams, names or events. */
export interface PlainLoop {
  /** One discriminator and one generator update; the losses, on the device. */
  step(): Tensor;
  dispose(): void;
}

/**
 * The loop somebody would write who has the networks and optimizers but not the library: the yardstick of what the
 * stream costs.
 */
export async function plainLoop(game: Game): Promise<PlainLoop> {
  const key = rootKey(game.seed ?? 0);
  const signal = new AbortController().signal;
  const [data, noise] = await Promise.all([game.sources["data"]!, game.sources["noise"]!].map(async (source) => source.open({ key, signal }))) as [OpenSource, OpenSource];
  const fields: FieldPlans = { ...data.fields, ...noise.fields };
  const objective = nonSaturating();
  const players = Object.fromEntries(
    (["generator", "discriminator"] as const).map((name) => {
      const network = buildNetwork(name, game.networks[name]!.factory.plan(fields), fields);
      const make = (plans: typeof network.parameters): Record<string, Tensor> =>
        Object.fromEntries(Object.entries(plans).map(([id, { shape, initializer }]) => [id, tf.keep(tf.tensor(initializer.values(fold(key, id), shape), [...shape]))]));
      const optimizer = game.players[name]!.optimizer;
      const parameters = make(network.parameters);
      const slots = Object.fromEntries(Object.keys(parameters).map((id) => [id, Object.fromEntries(optimizer.slots.map((slot) => [slot, tf.keep(tf.zerosLike(parameters[id]!))]))]));
      return [name, { network, optimizer, parameters, buffers: make(network.buffers), slots }];
    }),
  );
  const generator = players["generator"]!;
  const discriminator = players["discriminator"]!;
  let rounds = 0;
  let drawn = 0;
  const upload = (source: OpenSource, batch: Batch): Tensors =>
    Object.fromEntries(Object.entries(batch.fields).map(([name, values]) => [name, tf.tensor(values, [batch.count, ...source.fields[name]!.shape], source.fields[name]!.dtype)]));
  const draw = (source: OpenSource): Tensors => upload(source, source.at(drawn, game.batchSize, signal) as Batch);
  const replace = (kept: Record<string, Tensor>, id: string, value: Tensor): void => {
    const before = kept[id];
    kept[id] = tf.keep(value);
    before?.dispose();
  };
  const mode = { isTraining: true, key, settings: {} };
  const update = (player: typeof generator, loss: (buffers: (values: Tensors) => void) => Tensor): Tensor => {
    const names = Object.keys(player.parameters);
    let buffers: Tensors = {};
    const { value, grads } = tf.engine().gradients(
      () => loss((values) => { buffers = Object.fromEntries(Object.entries(values).map(([id, tensor]) => [id, tf.keep(tensor)])); }) as tf.Scalar,
      names.map((name) => player.parameters[name]!),
    );
    const rate = scheduledAt(player.optimizer.learningRate, rounds);
    const inputs = names.map((name, i) => ({ parameter: player.parameters[name]!, gradient: grads[i] as Tensor, slots: player.slots[name]!, step: rounds + 1, rate }));
    const outputs = player.optimizer.updateMany?.(inputs) ?? inputs.map((input) => player.optimizer.update(input));
    names.forEach((name, i) => {
      const moved = outputs[i]!;
      replace(player.parameters, name, moved.parameter);
      for (const slot of player.optimizer.slots) replace(player.slots[name]!, slot, moved.slots[slot]!);
    });
    for (const [id, value] of Object.entries(buffers)) replace(player.buffers, id, value);
    return value;
  };
  const forward = (player: typeof generator, record: Tensors, buffers = player.buffers) => player.network.apply(player.parameters, buffers, record, mode);
  /** Both sides' passes, in one where the library makes one. */
  const judged = (real: Tensors, fake: Tensors): readonly [real: Pass, fake: Pass] => {
    const joint = discriminator.network.mixesSamples ? undefined : jointPass(real, fake, (record) => forward(discriminator, record));
    if (joint !== undefined) return joint;
    const first = forward(discriminator, real);
    return [first, forward(discriminator, fake, { ...discriminator.buffers, ...first.buffers })];
  };
  return {
    step: () => {
      const discriminatorLoss = tf.tidy(() =>
        update(discriminator, (commit) => {
          const [real, fake] = judged(draw(data), withoutTape(() => forward(generator, draw(noise)).heads));
          commit(fake.buffers);
          return objective.discriminator({ real: real.heads["logits"]!, fake: fake.heads["logits"]! });
        }),
      );
      drawn += game.batchSize;
      const generatorLoss = tf.tidy(() =>
        update(generator, (commit) => {
          const made = forward(generator, draw(noise));
          commit(made.buffers);
          return objective.generator({ fake: forward(discriminator, made.heads).heads["logits"]! });
        }),
      );
      drawn += game.batchSize;
      rounds++;
      const losses = tf.stack([discriminatorLoss, generatorLoss]);
      tf.dispose([discriminatorLoss, generatorLoss]);
      return losses;
    },
    dispose: () => {
      for (const { parameters, buffers, slots } of [generator, discriminator]) tf.dispose([parameters, buffers, slots]);
    },
  };
}
