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
 */
export function lastingOutput(stream: RawStream, onFault: (fault: NodeJS.ErrnoException) => void): OutputStream {
  let isClosed = false;
  stream.on('error', (fault) => {
    if (!isClosed && fault.code !== 'EPIPE') onFault(fault);
    isClosed = true;
  });
  return {
    get isClosed() {
      return isClosed;
    },
    get isTTY() {
      return stream.isTTY;
    },
    write: (text) => isClosed || stream.write(text),
    async drained() {
      if (isClosed || stream.writableNeedDrain !== true) return;
      await new Promise<void>((resolve) => {
        stream.once?.('drain', resolve);
        stream.once?.('close', resolve);
      });
    },
  };
}
