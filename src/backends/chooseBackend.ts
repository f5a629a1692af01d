import { runtimeName } from "../platform/runtime.ts";
import type { BackendChoice, BackendName } from "./device.ts";
import { DeviceUnavailable } from "./deviceFailure.ts";
import { installGradients } from "./gradients/installGradients.ts";
import { selfTest } from "./selfTest.ts";
import type { OpenedBackend, Session } from "./session.ts";
import { findAdapter, type FoundAdapter } from "./webgpu/findAdapter.ts";

/**
 * Opens the backend asked for; for `"auto"` the first of hardware WebGPU, WebAssembly, software WebGPU and plain
 * JavaScript that opens and computes rightly. A software adapter comes after WebAssembly because it is slower.
 *
 * @throws DeviceUnavailable
 */
export async function chooseBackend(choice: BackendChoice): Promise<Session> {
  switch (choice) {
    case "cpu":
      return start("cpu", openCpu, "asked for");
    case "wasm":
      return start("wasm", openWasm, "asked for");
    case "webgpu": {
      const found = await findAdapter();
      return start("webgpu", () => openWebgpu(found), `asked for; ${found.provider}`);
    }
    case "auto":
      return chooseFirst();
    default:
      return choice satisfies never;
  }
}

async function chooseFirst(): Promise<Session> {
  const passedOver: string[] = [];
  const because = (reason: string): string => [`auto: ${reason}`, ...passedOver].join("; ");
  const attempt = async (open: () => Promise<Session>): Promise<Session | undefined> => {
    try {
      return await open();
    } catch (problem) {
      if (!(problem instanceof DeviceUnavailable)) throw problem;
      passedOver.push(problem.message);
      return undefined;
    }
  };

  let found: FoundAdapter | undefined;
  try {
    found = await findAdapter();
  } catch (problem) {
    if (!(problem instanceof DeviceUnavailable)) throw problem;
    passedOver.push("no WebGPU adapter");
  }
  if (found !== undefined && !found.isSoftware) {
    const adapter = found;
    const session = await attempt(() => start("webgpu", () => openWebgpu(adapter), because(`a hardware WebGPU adapter, through ${adapter.provider}`)));
    if (session !== undefined) return session;
    found = undefined;
  }
  if (found !== undefined) passedOver.push(`${found.name} is a software WebGPU adapter, slower than WebAssembly`);
  const software = found;
  return (
    (await attempt(() => start("wasm", openWasm, because("WebAssembly")))) ??
    (software === undefined ? undefined : await attempt(() => start("webgpu", () => openWebgpu(software), because("a software WebGPU adapter")))) ??
    (await start("cpu", openCpu, because("plain JavaScript")))
  );
}

async function start(backend: BackendName, open: () => Promise<OpenedBackend>, reason: string): Promise<Session> {
  const { adapter, isSoftware, kernels, ...opened } = await open();
  const gradients = installGradients();
  await selfTest(adapter === undefined ? backend : `${backend} on ${adapter}`, opened).catch(async (problem: unknown) => {
    await opened.release();
    throw problem;
  });
  return {
    ...opened,
    description: { runtime: runtimeName(), backend, isSoftware, reason, kernels: [...gradients, ...kernels], ...(adapter === undefined ? {} : { adapter }) },
  };
}

// Loaded when wanted: tfjs' WebGPU package looks for the GPU's globals while it loads, and nobody who trains on one
// backend should wait for the others.
const openCpu = async (): Promise<OpenedBackend> => (await import("./cpu/openCpu.ts")).openCpu();
const openWasm = async (): Promise<OpenedBackend> => (await import("./wasm/openWasm.ts")).openWasm();
const openWebgpu = async (found: FoundAdapter): Promise<OpenedBackend> => (await import("./webgpu/openWebgpu.ts")).openWebgpu(found);
