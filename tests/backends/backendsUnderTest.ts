import { openDevice } from "../../src/backends/openDevice.ts";
import type { Device, Tiles } from "../../src/backends/device.ts";
import { findAdapter } from "../../src/backends/webgpu/findAdapter.ts";
import { tf } from "../../src/math/tensor.ts";
import { after, before, describe, giveHooksTime, it } from "../kit/kit.ts";

export type BackendName = "cpu" | "wasm" | "webgpu";
const all: readonly BackendName[] = ["cpu", "wasm", "webgpu"];

/**
 * The backends suites run on here: those of the comma list in the environment variable SADDLEPOINT_TEST_BACKENDS, else
 * all. WebGPU is left out where there is no adapter, unless `CI=true`: then it stays and fails.
 */
export async function availableBackends(): Promise<BackendName[]> {
  const missing = await whyNoWebgpu();
  return wantedBackends().filter((name) => name !== "webgpu" || missing === undefined || mustHaveAdapter());
}

/**
 * Registers a suite once per backend, with the device opened before and closed after it; on WebGPU once with each tiling of
 * `tilings`. Where there is no adapter the WebGPU one shows as a skipped test, with the reason.
 */
export async function describeOnEachBackend(
  title: string,
  suite: (backend: BackendName, device: () => Device, tiles: "auto" | Tiles) => void,
  tilings: readonly ("auto" | Tiles)[] = ["auto"],
): Promise<void> {
  const missing = await whyNoWebgpu();
  // Opening a device compiles the shaders of its self-test.
  await giveHooksTime();
  for (const backend of wantedBackends()) {
    if (backend === "webgpu" && missing !== undefined && !mustHaveAdapter()) {
      // A skipped test, not a skipped suite: Bun does not show or count the latter.
      it(`${title} on webgpu: ${missing}`, { skip: true }, () => {});
      continue;
    }
    for (const tiles of backend === "webgpu" ? tilings : ["auto"] as const) {
      describe(`${title} on ${backend}${tiles === "auto" ? "" : `, ${tiles} tiles`}`, () => {
        let device: Device | undefined;
        before(async () => {
          device = await openDevice(tiles === "auto" ? backend : { name: "webgpu", tiles });
        });
        after(async () => {
          await device?.close();
        });
        suite(backend, () => {
          if (device === undefined) throw new Error(`${title}: the device is open inside tests only`);
          return device;
        }, tiles);
      });
    }
  }
}

/**
 * Call inside a suite to have the smallest tensors computed on the device, too: tfjs' WebGPU backend forwards those of
 * fewer than 1000 values to the CPU.
 */
export function computeOnTheDevice(backend: BackendName): void {
  if (backend !== "webgpu") return;
  before(() => tf.env().set("WEBGPU_CPU_FORWARD", false));
  after(() => tf.env().set("WEBGPU_CPU_FORWARD", true));
}

function wantedBackends(): readonly BackendName[] {
  const list = process.env["SADDLEPOINT_TEST_BACKENDS"];
  if (list === undefined || list === "") return all;
  const names = list.split(",").map((name) => name.trim());
  const unknown = names.filter((name) => !(all as readonly string[]).includes(name));
  if (unknown.length > 0) {
    throw new Error(`SADDLEPOINT_TEST_BACKENDS: expected a comma list of ${all.join(", ")}, got ${unknown.join(", ")}`);
  }
  return all.filter((name) => names.includes(name));
}

function mustHaveAdapter(): boolean {
  return process.env["CI"] === "true";
}

/** For suites that run once with each. */
export const bothTilings: readonly Tiles[] = ["registers", "workgroup"];

let missing: Promise<string | undefined> | undefined;
function whyNoWebgpu(): Promise<string | undefined> {
  missing ??= findAdapter().then(
    () => undefined,
    (problem: unknown) => (problem instanceof Error ? problem.message : String(problem)),
  );
  return missing;
}
