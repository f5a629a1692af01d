import { tf } from "../math/tensor.ts";
import { runtimeName } from "../platform/runtime.ts";
import { choiceInFull } from "./backendCheck.ts";
import type { BackendChoice, BackendName, Tiles } from "./device.ts";
import { DeviceUnavailable } from "./deviceFailure.ts";
import { countWork } from "./deviceWork.ts";
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
  const { name, tiles } = choiceInFull(choice);
  switch (name) {
    case "cpu":
      return start("cpu", openCpu, "asked for");
    case "wasm":
      return start("wasm", openWasm, "asked for");
    case "webgpu": {
      const found = await findAdapter();
      return start("webgpu", () => openWebgpu(found, tiles), `asked for; ${found.provider}`);
    }
    case "auto":
      return chooseFirst();
    default:
      return name satisfies never;
  }
}

/** One thing `"auto"` may end up with. */
interface Candidate {
  readonly backend: BackendName;
  /** Completes the sentence "auto: …". */
  readonly words: string;
  open(): Promise<OpenedBackend>;
}

async function chooseFirst(): Promise<Session> {
  const passedOver: string[] = [];
  const found = await findAdapter().catch((problem: unknown) => {
    if (!(problem instanceof DeviceUnavailable)) throw problem;
    passedOver.push("no WebGPU adapter");
    return undefined;
  });
  if (found?.isSoftware) passedOver.push(`${found.name} is a software WebGPU adapter, slower than WebAssembly`);
  for (const { backend, words, open } of candidates(found)) {
    try {
      return await start(backend, open, [`auto: ${words}`, ...passedOver].join("; "));
    } catch (problem) {
      if (!(problem instanceof DeviceUnavailable)) throw problem;
      passedOver.push(problem.message);
    }
  }
  throw new DeviceUnavailable(`backend "auto": nothing computes rightly here: ${passedOver.join("; ")}`);
}

function candidates(found: FoundAdapter | undefined): readonly Candidate[] {
  const webgpu = (adapter: FoundAdapter, words: string): Candidate => ({ backend: "webgpu", words, open: () => openWebgpu(adapter, "auto") });
  return [
    ...(found !== undefined && !found.isSoftware ? [webgpu(found, `a hardware WebGPU adapter, through ${found.provider}`)] : []),
    { backend: "wasm", words: "WebAssembly", open: openWasm },
    ...(found?.isSoftware ? [webgpu(found, "a software WebGPU adapter")] : []),
    { backend: "cpu", words: "plain JavaScript", open: openCpu },
  ];
}

async function start(backend: BackendName, open: () => Promise<OpenedBackend>, reason: string): Promise<Session> {
  const { adapter, isSoftware, kernels, ...opened } = await open();
  const gradients = installGradients();
  const cut = opened.tiles === undefined ? "" : ` in ${opened.tiles} tiles`;
  await selfTest(adapter === undefined ? backend : `${backend} on ${adapter}${cut}`, opened).catch(async (problem: unknown) => {
    await opened.release();
    throw problem;
  });
  return {
    ...opened,
    work: countWork(tf.backend()),
    description: {
      runtime: runtimeName(),
      backend,
      isSoftware,
      reason,
      kernels: [...gradients, ...kernels],
      ...(adapter === undefined ? {} : { adapter }),
    },
  };
}

// Loaded when wanted: tfjs' WebGPU package looks for the GPU's globals while it loads, and nobody who trains on one
// backend should wait for the others.
const openCpu = async (): Promise<OpenedBackend> => (await import("./cpu/openCpu.ts")).openCpu();
const openWasm = async (): Promise<OpenedBackend> => (await import("./wasm/openWasm.ts")).openWasm();
const openWebgpu = async (found: FoundAdapter, tiles: "auto" | Tiles): Promise<OpenedBackend> =>
  (await import("./webgpu/openWebgpu.ts")).openWebgpu(found, tiles);
