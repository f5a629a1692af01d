import type { Carry } from "../game/round.ts";
import { fold } from "../math/random/fold.ts";
import type { Key } from "../math/random/key.ts";
import { tf, type Tensors } from "../math/tensor.ts";
import type { Network } from "../networks/network.ts";
import { disposeTree } from "./carry.ts";
import { KeptTensors } from "./keptTensors.ts";

/** Everything of a run that a checkpoint holds, but the sources' positions. */
export class RunState {
  /** By full name: `generator/dense1/kernel`. */
  readonly parameters = new KeptTensors();
  readonly buffers = new KeptTensors();
  /** `player/generator/dense1/kernel/m`; made when a parameter is first moved. */
  readonly slots = new KeptTensors();
  /** How often a player has moved a parameter: `player/generator/dense1/kernel`. */
  readonly steps = new Map<string, number>();
  /** Learning rates and term weights set by `control$`. */
  readonly rates = new Map<string, number>();
  readonly weights = new Map<string, number>();
  /** Rounds played. */
  round = 0;
  /** The settings of the last round, as it left the pipeline. */
  settings: Readonly<Record<string, number>> = {};
  carry: Carry = {};
  /** The measures of the last round. */
  previous: Tensors = {};

  /** Initial parameters and buffers, each a function of the key and its name alone. */
  initialise(networks: readonly Network[], key: Key): void {
    for (const network of networks) {
      for (const [kept, plans] of [[this.parameters, network.parameters], [this.buffers, network.buffers]] as const) {
        for (const [name, { shape, initializer }] of Object.entries(plans)) {
          const full = `${network.name}/${name}`;
          kept.set(full, tf.tensor(initializer.values(fold(key, full), shape), [...shape]));
        }
      }
    }
  }

  /** What a player's optimizer remembers goes: slots and step counts. */
  forget(player: string): void {
    this.slots.remove(player);
    for (const id of [...this.steps.keys()]) if (id.startsWith(`${player}/`)) this.steps.delete(id);
  }

  dispose(): void {
    for (const kept of [this.parameters, this.buffers, this.slots]) kept.dispose();
    disposeTree(this.carry);
    disposeTree(this.previous);
    this.carry = {};
    this.previous = {};
  }
}
