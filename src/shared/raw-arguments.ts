import { isUtf8 } from 'node:buffer';
import { readRegularFile } from './read-file.js';

/** Longer command lines than systems allow. */
const MOST_BYTES = 64 * 1024 * 1024;

/**
 * The bytes of an argument of the command line that is not UTF-8, by what Node made of it: text in which U+FFFD
 * stands for the bytes, and which may be the name of another file. Null where the text is what was meant, and
 * where the system (all but Linux) does not tell.
 */
export function misreadArgument(text: string): Uint8Array | null {
  if (!text.includes('\ufffd') || process.platform !== 'linux') return null;
  try {
    const line = readRegularFile('/proc/self/cmdline', { limitBytes: MOST_BYTES });
    for (let start = 0; start < line.length; ) {
      const end = line.indexOf(0, start);
      const bytes = line.subarray(start, end === -1 ? line.length : end);
      // A place in the file may follow: `a.py:12`.
      if (!isUtf8(bytes) && (bytes.toString('utf8') === text || bytes.toString('utf8').startsWith(`${text}:`))) {
        return bytes.subarray(0, bytes.length - (Buffer.byteLength(bytes.toString('utf8')) - Buffer.byteLength(text)));
      }
      start += bytes.length + 1;
    }
  } catch {
    // Without it there is nothing to compare with.
  }
  return null;
}
