import type { Completer, Suggestion, TextGenerator } from '../../../src/browser/index.js';
import { loadLibrary, type Library } from '../library.js';
import { serveCalls } from './serve-calls.js';

let library: Library;
let completer: Completer | undefined;
let generator: TextGenerator | undefined;

/** An editor asks for more; here one wants to see what is thought of. */
const LEAST_CONFIDENCE = 0.05;

interface Request {
  readonly text: string;
  readonly offset: number;
  readonly temperature: number;
  readonly seed: number;
}

serveCalls({
  async load({ assets, profile }: { assets: string; profile: Uint8Array | null }, tell) {
    library = await loadLibrary(assets);
    generator = undefined;
    completer = await library.createCompleter({ assets, profile, onProgress: tell });
  },
  /** From now on a network over characters answers. */
  async loadCharacters({ assets, url, bytes }: { assets: string; url?: string; bytes?: Uint8Array }) {
    library = await loadLibrary(assets);
    generator = await library.createGenerator({ network: bytes ?? await fetchModel(url!) });
  },
  async complete({ text, offset, temperature, seed }: Request) {
    const start = performance.now();
    if (generator !== undefined) {
      return { suggestions: goOn(generator, { text, offset, temperature, seed }), elapsedMs: performance.now() - start };
    }
    const suggestions = await completer!.complete({
      text, offset, path: '/code.py', count: 3, minConfidence: temperature > 0 ? 0 : LEAST_CONFIDENCE, temperature, seed,
    });
    return { suggestions, elapsedMs: performance.now() - start };
  },
});

async function fetchModel(url: string): Promise<Uint8Array> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`the model did not arrive: the server answered ${response.status}`);
  return new Uint8Array(await response.arrayBuffer());
}

/** Characters that such networks look back on, and of a suggestion. */
const LONGEST_START = 400;
const LONGEST_LINE = 100;

/** The likeliest way to the line's end first, then two that are drawn. */
function goOn(network: TextGenerator, { text, offset, temperature, seed }: Request): Suggestion[] {
  const start = text.slice(Math.max(0, offset - LONGEST_START), offset);
  const lines = new Set<string>();
  for (let k = 0; k < 3; k++) {
    let line = '';
    for (const part of network.generate({ text: start, length: LONGEST_LINE, temperature: Math.max(temperature, k / 3), seed: seed + k })) {
      if (/[\r\n]/u.test(part)) break;
      line += part;
    }
    lines.add(line);
  }
  return [...lines].map((line) => ({ text: line, range: { start: offset, end: offset }, confidence: 0, source: 'network' }));
}
