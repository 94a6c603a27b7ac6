import type { Completer } from '../../../src/browser/index.js';
import { loadLibrary, type Library } from '../library.js';
import { serveCalls } from './serve-calls.js';

let library: Library;
let completer: Completer;

interface Request {
  readonly text: string;
  readonly offset: number;
  readonly temperature: number;
  readonly seed: number;
}

serveCalls({
  async load({ assets, profile }: { assets: string; profile: Uint8Array | null }, tell) {
    library = await loadLibrary(assets);
    completer = await library.createCompleter({ assets, profile, onProgress: tell });
  },
  async complete({ text, offset, temperature, seed }: Request) {
    const start = performance.now();
    const suggestions = await completer.complete({
      text, offset, path: '/code.py', count: 3, minConfidence: temperature > 0 ? 0 : 0.1, temperature, seed,
    });
    return { suggestions, elapsedMs: performance.now() - start };
  },
});
