import type * as nodeFs from 'node:fs';
import { SourceWriteError } from '../errors.js';
import { readRegularFile } from '../shared/read-file.js';

/** The calls that writing needs; tests pass one that fails. */
export type WriteFileSystem = Pick<
  typeof nodeFs,
  | 'accessSync'
  | 'closeSync'
  | 'fchmodSync'
  | 'fchownSync'
  | 'fstatSync'
  | 'fsyncSync'
  | 'openSync'
  | 'realpathSync'
  | 'renameSync'
  | 'statSync'
  | 'unlinkSync'
  | 'writeFileSync'
>;

/** What is read again to see whether it changed: more than any source has. */
const MAX_BYTES = 64 * 1024 * 1024;

/** One source that is to be written. */
export interface Writing {
  /** As the user names it. */
  readonly path: string;
  /** Without links. */
  readonly target: string;
  readonly stats: nodeFs.Stats;
  readonly expected: Uint8Array;
  readonly content: Uint8Array;
  readonly fs: WriteFileSystem;
}

/** Whether the file holds the new content. @throws SourceWriteError where it holds neither that nor the old one */
export function isDone({ path, target, expected, content }: Writing): boolean {
  const current = readRegularFile(target, { limitBytes: MAX_BYTES });
  if (equalBytes(current, content)) return true;
  if (!equalBytes(current, expected)) throw changedMeanwhile(path);
  return false;
}

/** The refusal of a file that somebody else has written. */
export function changedMeanwhile(path: string): SourceWriteError {
  return new SourceWriteError({
    path,
    reason: 'changed',
    message: 'the file changed while it was being formatted; the newer content was kept. Run again.',
  });
}

const equalBytes = (left: Uint8Array, right: Uint8Array): boolean => Buffer.compare(left, right) === 0;

/** Does what need not succeed. */
export function tryQuietly(action: () => void): void {
  try {
    action();
  } catch {
    // Nothing more can be done, and the caller already reports or accepts it.
  }
}
