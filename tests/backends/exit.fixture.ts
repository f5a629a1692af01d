/** A program that computes on WebGPU and ends; with `close` it gives the device up first. */
import { openDevice } from "../../src/backends/openDevice.ts";
import { tf } from "../../src/math/tensor.ts";

const device = await openDevice("webgpu");
const values = await tf.add(tf.fill([5000], 2), 1).data();
// Work that nobody waits for.
tf.add(tf.fill([5000], 2), 1);
if (process.argv.includes("close")) await device.close();
console.log(`computed ${values[4999]}`);
