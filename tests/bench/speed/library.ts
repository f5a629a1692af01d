import { openDevice } from "../../../src/backends/openDevice.ts";
import { tf, type Tensor } from "../../../src/math/tensor.ts";
import { trainGAN$ } from "../../../src/index.ts";
import { plainLoop } from "../plainLoop.ts";
import { type Assignment, type Contender, type Lap, timed } from "./contender.ts";
import { counted } from "./counted.ts";
import { gameOf, optionsOf } from "./workloads.ts";

/** `trainGAN$`: each lap is a run of its own, measured from the first read of its losses to the last. */
export async function streamed({ workload, backend }: Assignment): Promise<Contender> {
  const device = await openDevice(backend);
  const run = async (rounds: number, readEvery: number): Promise<Lap> => {
    const marks: number[] = [];
    let losses: readonly number[] = [];
    const training = trainGAN$({ ...optionsOf(workload, backend), averaging: false, rounds, readEvery });
    // Subscribed to, which marks the moment of the read; an async iterator hears of it after the next round has begun.
    await new Promise<void>((resolve, reject) => training.subscribe({
      next: (event) => {
        if (event._tag !== "RoundPlayed") return;
        if (event.round % readEvery === 0) marks.push(performance.now());
        losses = ["loss/discriminator", "loss/generator"].map((name) => event.metrics[name] ?? Number.NaN);
      },
      error: reject,
      complete: resolve,
    }));
    await training.closed;
    return { ms: (marks.at(-1)! - marks[0]!) / (rounds - readEvery), losses };
  };
  return {
    adapter: device.description.adapter ?? "",
    play: async (rounds) => run(2 * rounds, rounds),
    // What a run needs to begin and to end is taken off by a shorter one.
    count: async (rounds) => {
      const [long, short] = [await counted(async () => run(3 * rounds, rounds)), await counted(async () => run(2 * rounds, rounds))];
      const each = (name: keyof typeof long): number => (long[name] - short[name]) / rounds;
      return { kernels: each("kernels"), dispatches: each("dispatches"), uploads: each("uploads"), readbacks: each("readbacks"), tensors: each("tensors") };
    },
  };
}

/** A loop written by hand on the library's networks, optimizers and kernels. */
export async function byHand({ workload, backend }: Assignment): Promise<Contender> {
  const device = await openDevice(backend);
  const loop = await plainLoop(gameOf(workload, backend, 1, 1));
  let losses: Tensor[] = [];
  const step = (): void => {
    losses.push(loop.step());
    device.tick();
  };
  const read = async (): Promise<readonly number[]> => {
    const all = tf.tidy(() => tf.concat(losses));
    tf.dispose(losses);
    losses = [];
    const values = await all.data();
    all.dispose();
    return [...values.slice(-2)];
  };
  const play = async (rounds: number): Promise<Lap> => timed(rounds, step, read);
  return {
    adapter: device.description.adapter ?? "",
    play,
    count: async (rounds) => counted(async () => {
      for (let round = 0; round < rounds; round++) step();
      await read();
    }, rounds),
  };
}
