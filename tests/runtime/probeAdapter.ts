/** Prints as JSON whether this runtime offers a WebGPU device here, and ends with 0 where it does. */
import process from "node:process";
import { findAdapter } from "../../src/backends/webgpu/findAdapter.ts";
import { requestDevice } from "../../src/backends/webgpu/requestDevice.ts";

try {
  const { adapter, name } = await findAdapter();
  const device = await requestDevice(adapter);
  device.destroy();
  console.log(JSON.stringify({ adapter: name }));
} catch (problem) {
  console.log(JSON.stringify({ problem: problem instanceof Error ? problem.message : String(problem) }));
  process.exitCode = 1;
}
