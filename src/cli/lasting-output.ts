import type { OutputStream } from './context.js';

/** The part of a stream of the process that is used here. */
export interface RawStream {
  readonly isTTY?: boolean | undefined;
  readonly writableNeedDrain?: boolean;
  write(text: string | Uint8Array): unknown;
  on(event: 'error', listener: (fault: NodeJS.ErrnoException) => void): unknown;
  once?(event: 'drain' | 'close', listener: () => void): unknown;
}

/**
 * A stream that outlives its reader: `nnfmt format --check . | head` closes it early, and what there is to do
 * is done all the same, down to the exit code. What cannot be written for another reason is told once.
 *
 * @param open gives the stream, and is asked when there is something to write: Node.js takes milliseconds to make one
 */
export function lastingOutput(open: () => RawStream, onFault: (fault: NodeJS.ErrnoException) => void): OutputStream {
  let isClosed = false;
  let opened: RawStream | undefined;
  const stream = (): RawStream => (opened ??= heard(open()));
  const heard = (raw: RawStream): RawStream => {
    raw.on('error', (fault) => {
      if (!isClosed && fault.code !== 'EPIPE') onFault(fault);
      isClosed = true;
    });
    return raw;
  };
  return {
    get isClosed() {
      return isClosed;
    },
    get isTTY() {
      return stream().isTTY;
    },
    write: (text) => isClosed || stream().write(text),
    async drained() {
      if (isClosed || opened?.writableNeedDrain !== true) return;
      await new Promise<void>((resolve) => {
        opened?.once?.('drain', resolve);
        opened?.once?.('close', resolve);
      });
    },
  };
}
