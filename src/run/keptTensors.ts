import { tf, type Tensor, type Tensors } from "../math/tensor.ts";

/** Named tensors that outlive turns: parameters, buffers, slots. The one place that disposes of them. */
export class KeptTensors {
  readonly #tensors = new Map<string, Tensor>();
  /** Names by prefix, whole and without it: asked for in every pass, changed hardly ever. */
  readonly #names = new Map<string, readonly (readonly [whole: string, rest: string])[]>();

  get(name: string): Tensor {
    const tensor = this.#tensors.get(name);
    if (tensor === undefined) throw new RangeError(`no tensor is kept under "${name}"`);
    return tensor;
  }

  has(name: string): boolean {
    return this.#tensors.has(name);
  }

  names(): readonly string[] {
    return [...this.#tensors.keys()];
  }

  entries(): IterableIterator<[string, Tensor]> {
    return this.#tensors.entries();
  }

  /** Keeps a tensor beyond the tidy it was made in and disposes of the one it replaces. */
  set(name: string, tensor: Tensor): void {
    const previous = this.#tensors.get(name);
    if (previous === tensor) return;
    if (previous === undefined) this.#names.clear();
    this.#tensors.set(name, tf.keep(tensor));
    previous?.dispose();
  }

  /** Disposes of the tensors whose names start with `prefix/`. */
  remove(prefix: string): void {
    for (const name of this.names().filter((each) => each.startsWith(`${prefix}/`))) {
      this.#tensors.get(name)!.dispose();
      this.#tensors.delete(name);
    }
    this.#names.clear();
  }

  /** The tensors whose names start with `prefix/`, under what follows it. */
  under(prefix: string): Tensors {
    const start = `${prefix}/`;
    const names = this.#names.get(prefix) ??
      this.names().filter((name) => name.startsWith(start)).map((name) => [name, name.slice(start.length)] as const);
    this.#names.set(prefix, names);
    return Object.fromEntries(names.map(([whole, rest]) => [rest, this.#tensors.get(whole)!]));
  }

  dispose(): void {
    for (const tensor of this.#tensors.values()) tensor.dispose();
    this.#tensors.clear();
    this.#names.clear();
  }
}
