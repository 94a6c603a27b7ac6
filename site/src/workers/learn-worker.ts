import type { ProjectSource } from '../../../src/browser/index.js';
import { loadLibrary } from '../library.js';
import { serveCalls } from './serve-calls.js';

interface Job {
  readonly assets: string;
  readonly sources: readonly ProjectSource[];
  readonly thorough: boolean;
}

serveCalls({
  async learn({ assets, sources, thorough }: Job, tell) {
    const library = await loadLibrary(assets);
    return library.learnProfile(sources, {
      assets, countsOnly: !thorough, onProgress: (done, text) => tell({ done, text }),
    });
  },
});
