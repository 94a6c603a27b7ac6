import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { FileReadError, type FileReadReason } from '../errors.js';
import { lookAt } from './look-at-path.js';

/** Sizes that no file of a kind comes near, in bytes. */
export const MAX_SETTINGS_BYTES = 4 * 1024 * 1024;
export const MAX_MODEL_BYTES = 1024 * 1024 * 1024;

/** How much more than its size a file may give. */
const MAX_GROWTH_BYTES = 32 * 1024 * 1024;

/**
 * Reads a regular file. Every file that nnfmt reads is opened here, settings and models included, because a
 * project that somebody merely cloned may hold a link to `/dev/zero` or a pipe in place of any of them: a pipe
 * would wait for ever, and a device or a file of `/proc` give bytes without end.
 *
 * @param options.limitBytes larger files are refused, also where their size is not told before they are read
 * @returns bytes that belong to the caller, in a buffer of their own
 * @throws FileReadError and nothing else
 */
export function readRegularFile(path: string, options: { readonly limitBytes: number }): Buffer {
  const { limitBytes } = options;
  // Asked before it is opened, because opening alone makes some devices act.
  const look = lookAt(path);
  if (look.kind !== 'file') throw new FileReadError({ path, reason: REASONS[look.kind], errno: look.errno });
  let descriptor: number | undefined;
  try {
    descriptor = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0) | (constants.O_NOCTTY ?? 0));
    const stats = fstatSync(descriptor);
    // Something else by now.
    if (!stats.isFile()) throw new FileReadError({ path, reason: stats.isDirectory() ? 'folder' : 'special' });
    if (stats.size > limitBytes) throw tooLarge(path, limitBytes);
    // Models may be large, but a file that claims to hold nothing may not go on for a gigabyte.
    return readToEnd(descriptor, {
      path, size: stats.size, limitBytes: Math.min(limitBytes, stats.size + MAX_GROWTH_BYTES),
    });
  } catch (cause) {
    if (cause instanceof FileReadError) throw cause;
    const errno = (cause as NodeJS.ErrnoException).code ?? String(cause);
    throw new FileReadError({ path, reason: errno === 'ENOENT' ? 'missing' : 'unreadable', errno, cause });
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}

/** The same as UTF-8 text, without a byte order mark. @throws FileReadError and nothing else */
export function readRegularText(path: string, options: { readonly limitBytes: number }): string {
  const text = readRegularFile(path, options).toString('utf8');
  return text.startsWith('\ufeff') ? text.slice(1) : text;
}

const REASONS: Readonly<Record<Exclude<ReturnType<typeof lookAt>['kind'], 'file'>, FileReadReason>> = {
  folder: 'folder', special: 'special', missing: 'missing', 'broken-link': 'broken-link', unreachable: 'unreadable',
};

const tooLarge = (path: string, limitBytes: number): FileReadError =>
  new FileReadError({ path, reason: 'too-large', limitBytes });

/** Files of `/proc` say that they hold nothing, others grow while they are read: the end decides, not the size. */
function readToEnd(descriptor: number, file: { path: string; size: number; limitBytes: number }): Buffer {
  const { path, size, limitBytes } = file;
  // One byte more than the file should have shows that it ends there. Some of /proc give whole pages or nothing.
  let bytes = Buffer.allocUnsafeSlow(size === 0 ? 65_536 : size + 1);
  let length = 0;
  for (;;) {
    if (length === bytes.length) {
      const larger = Buffer.allocUnsafeSlow(Math.max(65_536, 2 * length));
      bytes.copy(larger);
      bytes = larger;
    }
    const count = readSync(descriptor, bytes, length, bytes.length - length, null);
    if (count === 0) return bytes.subarray(0, length);
    length += count;
    if (length > limitBytes) throw tooLarge(path, limitBytes);
  }
}
