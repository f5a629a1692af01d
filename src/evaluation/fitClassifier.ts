import type { Device } from "../backends/device.ts";
import { movedBy, type Standing } from "../game/standing.ts";
import { fold } from "../math/random/fold.ts";
import type { Key } from "../math/random/key.ts";
import { permutation } from "../math/random/permutation.ts";
import { sizeOf, type Shape, type Tensor, tf, type Tensors } from "../math/tensor.ts";
import type { Network } from "../networks/network.ts";
import { adam } from "../networks/optimizers/adam.ts";

/** How a classifier is fitted. */
export interface Fitting {
  readonly epochs: number;
  readonly batchSize: number;
  readonly learningRate: number;
  readonly key: Key;
}

/** Rows with their classes. */
export interface Labelled {
  readonly count: number;
  readonly shape: Shape;
  readonly values: Float32Array;
  readonly labels: ArrayLike<number>;
}

/** A classifier that was fitted, whose weights are on the device until they are disposed of. */
export interface FittedClassifier {
  /** The likeliest class of each row. */
  predict(samples: Pick<Labelled, "count" | "shape" | "values">): Promise<Int32Array>;
  dispose(): void;
}

/** A classifier while it learns: all its tensors. */
interface Learnt {
  readonly standing: Standing;
  readonly buffers: Tensors;
}

/** Rows judged at a time, which bounds the memory. */
const JUDGED = 250;

/**
 * Fits a network with the head `logits` to labelled rows by Adam on the cross-entropy, in an order drawn anew every epoch. For
 * a judge that is trained and forgotten; what is to be watched, saved or resumed is trained by a run.
 */
export async function fitClassifier(device: Device, network: Network, training: Labelled, fitting: Fitting): Promise<FittedClassifier> {
  const { epochs, key } = fitting;
  const batchSize = Math.min(fitting.batchSize, training.count);
  let learnt: Learnt = {
    standing: { parameters: new Map(Object.entries(initial(network.parameters, key))), slots: new Map(), steps: new Map() },
    buffers: initial(network.buffers, key),
  };
  let steps = 0;
  const dispose = (): void => tf.dispose(tensorsOf(learnt));
  try {
    for (let epoch = 0; epoch < epochs; epoch++) {
      const order = permutation(fold(key, "order", epoch), training.count);
      // The last few rows wait for the next epoch: batch norm wants whole batches.
      for (let first = 0; first + batchSize <= training.count; first += batchSize) {
        const before = learnt;
        learnt = afterStep(network, before, picked(training, order.subarray(first, first + batchSize)), fold(key, "step", epoch, first), fitting);
        const kept = new Set(tensorsOf(learnt));
        tf.dispose(tensorsOf(before).filter((tensor) => !kept.has(tensor)));
        device.tick();
        steps++;
        // A device's queue is not without end.
        if (steps % 8 === 0) await device.fence();
      }
    }
  } catch (failure) {
    dispose();
    throw failure;
  }
  return { predict: (samples) => predictions(network, learnt, samples, key), dispose };
}

function initial(plans: Network["parameters"], key: Key): Tensors {
  return Object.fromEntries(Object.entries(plans).map(([name, { shape, initializer }]) => [name, tf.tensor(initializer.values(fold(key, name), shape), [...shape])]));
}

/** One step of Adam, in new tensors. */
function afterStep(network: Network, { standing, buffers }: Learnt, batch: Labelled, key: Key, { learningRate }: Fitting): Learnt {
  const names = [...standing.parameters.keys()];
  let after: Learnt | undefined;
  tf.tidy(() => {
    const samples = tf.tensor(batch.values, [batch.count, ...batch.shape]);
    const targets = tf.oneHot(tf.tensor1d(Array.from(batch.labels), "int32"), network.heads["logits"]![0]!);
    let moved: Tensors = {};
    const gradients = tf.grads((...values: Tensor[]) => {
      const parameters = Object.fromEntries(values.map((value, i) => [names[i]!, value]));
      const pass = network.apply(parameters, buffers, { samples }, { isTraining: true, key, settings: {} });
      moved = Object.fromEntries(Object.entries(pass.buffers).map(([name, value]) => [name, tf.keep(value)]));
      return tf.neg(tf.mean(tf.sum(tf.mul(targets, tf.logSoftmax(pass.heads["logits"]!)), -1)));
    })([...standing.parameters.values()]);
    const player = { owns: [network.name], optimizer: adam({ learningRate }) };
    after = {
      standing: movedBy(new Map(gradients.map((gradient, i) => [names[i]!, gradient])), player, standing, learningRate),
      buffers: { ...buffers, ...moved },
    };
    for (const tensor of tensorsOf(after)) tf.keep(tensor);
  });
  return after!;
}

async function predictions(network: Network, { standing, buffers }: Learnt, { count, shape, values }: Pick<Labelled, "count" | "shape" | "values">, key: Key): Promise<Int32Array> {
  const found = new Int32Array(count);
  const size = sizeOf(shape);
  for (let first = 0; first < count; first += JUDGED) {
    const last = Math.min(first + JUDGED, count);
    const classes = tf.tidy(() => {
      const samples = tf.tensor(values.subarray(first * size, last * size), [last - first, ...shape]);
      const { heads } = network.apply(Object.fromEntries(standing.parameters), buffers, { samples }, { isTraining: false, key, settings: {} });
      return tf.argMax(heads["logits"]!, -1);
    });
    try {
      found.set(await classes.data(), first);
    } finally {
      classes.dispose();
    }
  }
  return found;
}

function tensorsOf({ standing, buffers }: Learnt): Tensor[] {
  return [...standing.parameters.values(), ...standing.slots.values(), ...Object.values(buffers)];
}

function picked({ shape, values, labels }: Labelled, rows: Uint32Array): Labelled {
  const size = sizeOf(shape);
  const batch = new Float32Array(rows.length * size);
  rows.forEach((row, place) => batch.set(values.subarray(row * size, (row + 1) * size), place * size));
  return { count: rows.length, shape, values: batch, labels: Int32Array.from(rows, (row) => labels[row]!) };
}
