import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fineTune } from '../../src/train/fine-tune.js';

/**
 * Fine-tuning that keeps its networks in a folder, by what they depend on: for decisions that are taken after it, such
 * as its strength, without training again.
 */
export function keptFineTune(folder: string): typeof fineTune {
  return async (job) => {
    const counts = job.files.map((file) => {
      const { table } = job.countsFor(file);
      return createHash('sha256').update(new Uint8Array(table.buffer, table.byteOffset, table.byteLength)).digest('hex');
    });
    const key = createHash('sha256')
      .update(JSON.stringify([job.files, counts, job.config, job.seed, job.replay.size]))
      .update(new Uint8Array(job.start.values.buffer, job.start.values.byteOffset, job.start.values.byteLength))
      .digest('hex').slice(0, 16);
    const path = join(folder, `${key}.network`);
    if (existsSync(path)) {
      const bytes = readFileSync(path);
      const values = new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
      return { weights: { ...job.start, values }, curve: [] };
    }
    const tuned = await fineTune(job);
    if (tuned !== null) {
      mkdirSync(folder, { recursive: true });
      const { values } = tuned.weights;
      writeFileSync(path, new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
    }
    return tuned;
  };
}
