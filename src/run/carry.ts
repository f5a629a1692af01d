import type { Json } from "../configuration/spec.ts";
import type { CarryTree } from "../game/round.ts";
import { tf, type Tensor } from "../math/tensor.ts";

/** The tensors of a tree by their paths: `generator/dense1/kernel`. */
export function tensorsOf(tree: CarryTree, path = ""): readonly (readonly [string, Tensor])[] {
  if (tree instanceof tf.Tensor) return [[path, tree]];
  if (tree === null || typeof tree !== "object") return [];
  return Object.entries(tree).flatMap(([name, branch]) => tensorsOf(branch as CarryTree, path === "" ? name : `${path}/${name}`));
}

/** Disposes of a tree's tensors, but for those that also stand in `survivor`. */
export function disposeTree(tree: CarryTree, survivor: CarryTree = null): void {
  const staying = new Set(tensorsOf(survivor).map(([, tensor]) => tensor.id));
  for (const [, tensor] of tensorsOf(tree)) {
    if (!staying.has(tensor.id) && !tensor.isDisposed) tensor.dispose();
  }
}

/** Marks the place of a tensor in a tree that was split. */
const PLACE = "\u0000tensor";

/** A tree as JSON, each tensor replaced by its path, and the tensors by those paths. */
export function splitTree(tree: CarryTree, path = ""): Json {
  if (tree instanceof tf.Tensor) return { [PLACE]: path };
  if (tree === null || typeof tree !== "object") return tree as Json;
  const at = (name: string): string => (path === "" ? name : `${path}/${name}`);
  if (Array.isArray(tree)) return tree.map((branch, i) => splitTree(branch as CarryTree, at(String(i))));
  return Object.fromEntries(Object.entries(tree).map(([name, branch]) => [name, splitTree(branch as CarryTree, at(name))]));
}

/** The tree that `splitTree` took apart. */
export function joinTree(json: Json, tensorAt: (path: string) => Tensor): CarryTree {
  if (json === null || typeof json !== "object") return json;
  if (Array.isArray(json)) return json.map((branch) => joinTree(branch as Json, tensorAt));
  const members = json as { readonly [key: string]: Json };
  if (typeof members[PLACE] === "string") return tensorAt(members[PLACE]);
  return Object.fromEntries(Object.entries(members).map(([name, branch]) => [name, joinTree(branch, tensorAt)]));
}
