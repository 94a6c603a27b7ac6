import { Completer, ProjectContext, type CompletionEngine } from '../complete/index.js';
import type { Evidence } from '../complete/confidence.js';
import { readSource, type Project } from '../corpus/index.js';
import { createRandom } from '../shared/random.js';
import { completionCases } from './completion-cases.js';
import { judgeCompletion } from './evaluate-completion.js';

/** Files of a project that are read, and lines cut in each. */
const FILES_PER_PROJECT = 50;
const CUTS_PER_FILE = 5;

/**
 * Completes cut lines of projects, each file with the others of its project around it, and says of each
 * first suggestion what its confidence is made of and whether it is what the author wrote.
 *
 * @param options.suggestions about so many, of all projects alike
 */
export async function judgeSuggestions(
  engine: CompletionEngine, projects: readonly Project[],
  { suggestions, seed }: { readonly suggestions: number; readonly seed: number },
): Promise<{ readonly evidence: Evidence; readonly exact: boolean }[]> {
  const judged: { evidence: Evidence; exact: boolean }[] = [];
  const perProject = Math.ceil(suggestions / projects.length);
  for (const { name, files } of projects) {
    const paths = createRandom(`${seed}:${name}`).shuffle([...files]).slice(0, FILES_PER_PROJECT);
    const texts = paths.map((path) => ({ path, text: readSource(path).text }));
    const project = new ProjectContext(engine, texts);
    const before = judged.length;
    for (const { path, text } of texts) {
      if (judged.length - before >= perProject) break;
      const completer = new Completer(engine, { project });
      for (const cut of completionCases(text, CUTS_PER_FILE, `${seed}:${path}`).filter(({ kind }) =>
        kind === 'token')) {
        const { offset } = cut;
        const [found] = await completer.suggestWithEvidence({ text: text.slice(0, offset), offset, path, count: 1 });
        if (found === undefined) continue;
        const { exact } = judgeCompletion(cut, [found.suggestion], { parses: true, word: '', milliseconds: 0 });
        judged.push({ evidence: found.evidence, exact });
      }
    }
  }
  return judged;
}
