import { AssetLoadError } from '../errors.js';
import type { Abortable } from '../shared/abortable.js';

export interface FetchOptions<T> {
  /** Hears of every piece, with the bytes so far. */
  readonly onBytes: (loadedBytes: number) => void;
  /** What the whole file holds; another length is taken for a broken download. */
  readonly expectedBytes?: number;
  readonly signal?: Abortable;
  /** Takes the response, whose bytes are counted; the bytes themselves are given, where not set. */
  readonly read?: ((response: Response) => Promise<T>) | undefined;
}

/** Tries in all, and the wait before the second one, in milliseconds; the next one waits four times as long. */
const TRIES = 3;
const FIRST_WAIT_MS = 300;
/** A server that sends nothing for so long is given up, and asked again. */
const LONGEST_SILENCE_MS = 20_000;

const ADVICE = 'Check the connection and try again.';

/** A reason not to try again. */
class Final extends Error {}

/**
 * Fetches a file; a download that breaks, stalls or is cut short is tried again.
 *
 * @throws AssetLoadError that says what went wrong last
 */
export async function fetchBytes<T = Uint8Array>(url: string, options: FetchOptions<T>): Promise<T | Uint8Array> {
  for (let attempt = 1, wait = FIRST_WAIT_MS; ; attempt++, wait *= 4) {
    try {
      return await fetchOnce(url, options);
    } catch (cause) {
      if (cause instanceof AssetLoadError) throw cause;
      const isFinal = cause instanceof Final || isAborted(options.signal);
      if (isFinal || attempt === TRIES) {
        const tries = isFinal ? '' : ` (${TRIES} tries)`;
        throw new AssetLoadError({ url, reason: `${clauseOf(cause)}${tries}`, advice: ADVICE, cause });
      }
    }
    options.onBytes(0);
    await new Promise((resolve) => setTimeout(resolve, wait));
  }
}

/** Asked anew each time: it may have been aborted in the meantime. */
const isAborted = (signal: Abortable | undefined): boolean => signal?.aborted === true;

async function fetchOnce<T>(url: string, options: FetchOptions<T>): Promise<T | Uint8Array> {
  const { onBytes, expectedBytes, signal, read } = options;
  const control = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isSilent = false;
  const listen = (): void => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      isSilent = true;
      control.abort();
    }, LONGEST_SILENCE_MS);
  };
  let loaded = 0;
  listen();
  try {
    const response = await fetch(url, { signal: control.signal });
    refuseStatus(response);
    if (response.body === null) throw new Error('the answer is empty');
    const counted = response.body.pipeThrough(new TransformStream<Uint8Array, Uint8Array>({
      transform(piece, controller) {
        if (isAborted(signal)) throw new Final('the download was cancelled');
        listen();
        loaded += piece.length;
        onBytes(loaded);
        controller.enqueue(piece);
      },
      flush() {
        if (expectedBytes === undefined || loaded === expectedBytes) return;
        throw new Error(`${loaded} bytes arrived instead of ${expectedBytes}`);
      },
    }));
    // Whatever type the server calls it.
    const body = new Response(counted, { headers: { 'Content-Type': 'application/wasm' } });
    return read === undefined ? new Uint8Array(await body.arrayBuffer()) : await read(body);
  } catch (cause) {
    throw isSilent ? new Error('the server stopped sending', { cause }) : cause;
  } finally {
    clearTimeout(timer);
    control.abort();
  }
}

function refuseStatus(response: Response): void {
  if (response.ok) return;
  const text = `the server answered ${response.status}`;
  throw response.status >= 500 || response.status === 429 ? new Error(text) : new Final(text);
}

function clauseOf(cause: unknown): string {
  const message = cause instanceof Error ? cause.message : String(cause);
  // What browsers say of any network fault.
  return /failed to fetch|load failed|networkerror|network error|fetch failed/iu.test(message)
    ? 'it could not be fetched' : message;
}
