import { FileReadError } from '../../errors.js';
import type * as original from '../../shared/read-file.js';
import { fileAt } from '../memory-files.js';

export const MAX_SETTINGS_BYTES: typeof original.MAX_SETTINGS_BYTES = 4 * 1024 * 1024;
export const MAX_MODEL_BYTES: typeof original.MAX_MODEL_BYTES = 1024 * 1024 * 1024;

/** Reads a file in memory. @throws FileReadError and nothing else */
export const readRegularFile: typeof original.readRegularFile = (path, { limitBytes }) => {
  const bytes = fileAt(path);
  if (bytes === undefined) throw new FileReadError({ path, reason: 'missing', errno: 'ENOENT' });
  if (bytes.length > limitBytes) throw new FileReadError({ path, reason: 'too-large', limitBytes });
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
};

export const readRegularText: typeof original.readRegularText = (path, options) => {
  const text = readRegularFile(path, options).toString('utf8');
  return text.startsWith('\ufeff') ? text.slice(1) : text;
};
