import { existsSync } from 'node:fs';
import { openDevice, type ComputeDevice } from '../../src/model/device/device.js';

/** Software Vulkan, which Debian's chromium brings; a machine's own GPU goes before it. */
const SWIFTSHADER = '/usr/lib/chromium/vk_swiftshader_icd.json';

/** A device for tests, or why there is none: the package `webgpu` and a GPU are the machine's choice. */
export async function gpuForTests(): Promise<{ readonly device: ComputeDevice } | { readonly missing: string }> {
  if (process.env['VK_ICD_FILENAMES'] === undefined && existsSync(SWIFTSHADER)) process.env['VK_ICD_FILENAMES'] = SWIFTSHADER;
  try {
    return { device: await openDevice() };
  } catch (fault) {
    return { missing: (fault as Error).message };
  }
}
