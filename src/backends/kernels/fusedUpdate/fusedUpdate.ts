import { type Tensor, tf } from "../../../math/tensor.ts";

/** How an optimizer moves one parameter, as a kernel: what it keeps beside the parameter, and by which numbers it moves. */
export interface UpdateRule<Slot extends string, Numbers extends object> {
  /** The kernel's name in tfjs' registry; the one that moves many has `OfMany` behind it. */
  readonly kernel: string;
  readonly slots: readonly Slot[];
  /** Only for the compiler: there is no such value. */
  readonly numbers?: Numbers;
}

/** One parameter with its gradient and slots, all of one shape. */
export type UpdateTensors<Slot extends string> = Readonly<Record<"parameter" | "gradient" | Slot, Tensor>>;
export type Updated<Slot extends string> = Readonly<Record<"parameter" | Slot, Tensor>>;

/** The inputs of a rule's kernel, in order. Its outputs are the same without the gradient. */
export function inputsOf({ slots }: UpdateRule<string, object>): readonly string[] {
  return ["parameter", "gradient", ...slots];
}

/** The name of the kernel that moves many. */
export function kernelOfMany({ kernel }: UpdateRule<string, object>): string {
  return `${kernel}OfMany`;
}

/**
 * One update in one pass over memory, as new tensors.
 *
 * @returns nothing where the backend has no such kernel, or where the update is itself being differentiated:
 * compose it from tensor operations then.
 */
export function fusedUpdate<Slot extends string, Numbers extends object>(
  rule: UpdateRule<Slot, Numbers>,
  tensors: UpdateTensors<Slot>,
  numbers: Numbers,
): Updated<Slot> | undefined {
  if (!has(rule.kernel)) return undefined;
  const inputs = Object.fromEntries(inputsOf(rule).map((name) => [name, tensors[name as Slot]]));
  return named(rule, tf.engine().runKernel(rule.kernel, inputs, numbers as never) as unknown as readonly Tensor[]);
}

/**
 * `fusedUpdate` for many parameters that move by the same numbers, where the backend moves several in one go; the same results
 * bit for bit, in order.
 *
 * @returns nothing where `fusedUpdate` would, or where the backend moves one at a time.
 */
export function fusedUpdateOfMany<Slot extends string, Numbers extends object>(
  rule: UpdateRule<Slot, Numbers>,
  many: readonly UpdateTensors<Slot>[],
  numbers: Numbers,
): readonly Updated<Slot>[] | undefined {
  if (!has(kernelOfMany(rule))) return undefined;
  const inputs = Object.fromEntries(many.flatMap((tensors, i) => inputsOf(rule).map((name) => [`${name}${i}`, tensors[name as Slot]])));
  const moved = tf.engine().runKernel(kernelOfMany(rule), inputs, numbers as never) as unknown as readonly Tensor[];
  const each = 1 + rule.slots.length;
  return many.map((_, i) => named(rule, moved.slice(each * i, each * (i + 1))));
}

function has(kernel: string): boolean {
  return tf.engine().state.gradientDepth === 0 && tf.getKernel(kernel, tf.getBackend()) !== undefined;
}

function named<Slot extends string>({ slots }: UpdateRule<Slot, object>, tensors: readonly Tensor[]): Updated<Slot> {
  return Object.fromEntries(["parameter", ...slots].map((name, i) => [name, tensors[i]!])) as Updated<Slot>;
}
