import type { AssetProgress, Explainer, Formatter } from '../../../src/browser/index.js';
import { loadLibrary, type Library } from '../library.js';
import { serveCalls } from './serve-calls.js';

let library: Library;
let assets = '';
let profile: Uint8Array | null = null;
let formatter: Formatter | undefined;
let explainer: Explainer | undefined;

serveCalls({
  async load({ assets: folder }: { assets: string }, tell) {
    assets = folder;
    library = await loadLibrary(folder);
    formatter = await library.createFormatter({ assets, onProgress: (progress: AssetProgress) => tell(progress) });
  },
  async useProfile({ bytes }: { bytes: Uint8Array | null }) {
    // Refused before it takes the place of the one at hand.
    const [next, nextExplainer] =
      await Promise.all([library.createFormatter({ assets, profile: bytes }), library.createExplainer({ assets, profile: bytes })]);
    [profile, formatter, explainer] = [bytes, next, nextExplainer];
  },
  format({ text, restyle }: { text: string; restyle: boolean }) {
    const start = performance.now();
    const result = formatter!.format(text, { path: 'code.py', restyle: restyle && profile !== null });
    return { ...result, elapsedMs: performance.now() - start };
  },
  async explain({ text }: { text: string }) {
    explainer ??= await library.createExplainer({ assets, profile });
    return explainer.explain(text, { path: 'code.py', gaps: 'all' }).gaps
      .filter(({ agreement, changes }) => agreement < 0.99 || changes);
  },
  mutate({ text, rate, seed }: { text: string; rate: number; seed: number }) {
    return library.mutate(text, { rate, seed, path: 'code.py', assets });
  },
  score({ left, right }: { left: string; right: string }) {
    return library.score(left, right, { leftPath: 'left', rightPath: 'right', assets });
  },
});
