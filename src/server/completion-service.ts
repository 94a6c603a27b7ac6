import { dirname } from 'node:path';
import {
  Completer, generateCharacters, generatePieces, loadCharHead, loadCompletionEngine, loadHead, ProjectContext,
  type CompletionEngine, type Suggestion,
} from '../complete/index.js';
import { practise } from '../complete/practise.js';
import { typedThrough, type Answered } from '../complete/typed-through.js';
import { projectTexts } from '../corpus/project-texts.js';
import { BadOptionError, ModelFileError } from '../errors.js';
import {
  ProjectLayout, remembered, type LayoutSettings, type ProjectLayoutOptions,
} from '../library/project-layout.js';
import type { Abortable } from '../shared/abortable.js';
import { createRandom } from '../shared/random.js';

/** How may the line at a cursor go on? Plain data, so that it can cross threads. */
export interface CompletionJob {
  readonly text: string;
  /** UTF-16 units. */
  readonly offset: number;
  /** Tells open documents apart: what a text has in common with the last one of its document is not read again. */
  readonly document: string;
  /** Absolute; null for a source of no folder. */
  readonly path: string | null;
  readonly settings: LayoutSettings;
  readonly count: number;
  readonly maxTokens: number;
  readonly minConfidence: number;
  readonly temperature: number;
  readonly seed: number;
  /** Of the models that the thread was given; null for all that nnfmt has. */
  readonly model: string | null;
}

export interface CompletionAnswer {
  readonly suggestions: readonly Suggestion[];
}

/** Open documents whose state is kept. */
const MOST_DOCUMENTS = 16;
/** Pieces of a project's other files: what is near, so that the first answer comes soon. */
const PROJECT_PIECES = 200_000;
/** Other files may have changed after so long. */
const OLD_MS = 10 * 60_000;
/** What a network says by itself ends here, where no line ends. */
const MOST_CHARACTERS = 200;
const MOST_PIECES = 60;

/** Yields what each step adds to a text. */
type Generator = (start: string, temperature: number, seed: number) => Iterable<string>;

interface Known {
  readonly completer: Completer;
  readonly context: ProjectContext | null;
  last: Answered<CompletionJob> | null;
}

/** Finishes lines. It runs in a thread of its own, which keeps what it has read of open documents. */
export class CompletionService {
  private readonly project: ProjectLayout;
  private engine: CompletionEngine | null = null;
  private readonly documents = new Map<string, Known>();
  private readonly contexts = new Map<string, { readonly context: ProjectContext; readonly readAt: number }>();
  private readonly networks = new Map<string, Generator>();

  constructor(
    private readonly layout: ProjectLayoutOptions, private readonly models: Readonly<Record<string, string>>,
  ) {
    this.project = new ProjectLayout(layout);
  }

  /** Loads the network. */
  async warmUp(): Promise<void> {
    const engine = (this.engine ??= loadCompletionEngine());
    await new Completer(engine).complete({ text: 'import os\n\nos.', offset: 14 });
  }

  /** Types a text of its own until somebody asks. */
  async practise(signal: Abortable): Promise<void> {
    const completer = new Completer((this.engine ??= loadCompletionEngine()));
    await practise((request) => completer.complete(request), signal);
  }

  /** @throws NnfmtError for settings, profiles and models that cannot be used */
  async answer(job: CompletionJob, { signal }: { readonly signal: Abortable }): Promise<CompletionAnswer> {
    if (job.model !== null) return this.generate(job, job.model);
    const { text, offset, path, count, maxTokens, minConfidence, temperature, seed } = job;
    const rules = this.project.rulesFor(job);
    const document = this.documentOf(job);
    const typedOn = document.last === null ? null : typedThrough(document.last, job);
    if (typedOn !== null) return { suggestions: typedOn };
    const suggestions = await document.completer.complete({
      text, offset, count, maxTokens, minConfidence, temperature, seed, signal,
      ...(path === null ? {} : { path }), ...(rules === null ? {} : { policy: rules.policy() }),
    });
    document.last = signal.aborted ? null : { job, suggestions };
    return { suggestions };
  }

  private documentOf({ document, path }: CompletionJob): Known {
    const engine = (this.engine ??= loadCompletionEngine());
    const context = path === null ? null : this.contextOf(engine, path);
    const known = this.documents.get(document);
    const current = known?.context === context
      ? known
      : { completer: new Completer(engine, { project: context }), context, last: null };
    this.documents.delete(document);
    this.documents.set(document, current);
    const [oldest] = this.documents.keys();
    if (this.documents.size > MOST_DOCUMENTS) this.documents.delete(oldest);
    return current;
  }

  /** The other files around a source, read again now and then. */
  private contextOf(engine: CompletionEngine, path: string): ProjectContext {
    const folder = dirname(path);
    const known = this.contexts.get(folder);
    if (known !== undefined && performance.now() - known.readAt > OLD_MS) this.contexts.delete(folder);
    return remembered(this.contexts, folder, () => ({
      context: new ProjectContext(
        engine, projectTexts(folder, null, this.layout.within ?? null), { maxPieces: PROJECT_PIECES },
      ),
      readAt: performance.now(),
    })).context;
  }

  /** What a network alone makes of the text before the cursor, up to the line's end. */
  private generate({ text, offset, count, temperature, seed }: CompletionJob, model: string): CompletionAnswer {
    const path = Object.hasOwn(this.models, model) ? this.models[model] : undefined;
    if (path === undefined) {
      const reason = `there is no such model (there are: ${['nnfmt', ...Object.keys(this.models)].join(', ')})`;
      throw new BadOptionError({ option: 'model', reason });
    }
    const run = remembered(this.networks, path, () => loadNetwork(path));
    const texts = new Set<string>();
    for (let k = 0; k < count; k++) {
      let line = '';
      // The first one is the likeliest, where nothing else is asked for; those after it are drawn.
      const wildness = k === 0 ? temperature : Math.max(temperature, k / count);
      for (const part of run(text.slice(0, offset), wildness, seed + k)) {
        line += part;
        if (/[\r\n]/u.test(part)) break;
      }
      texts.add(line.replace(/[\r\n].*$/su, ''));
    }
    return {
      suggestions: [...texts].map((added) => ({
        text: added, confidence: 0, source: 'network' as const, range: { start: offset, end: offset },
      })),
    };
  }
}

/** A network of characters, as the ancestors' are, or of pieces. */
function loadNetwork(path: string): Generator {
  try {
    const head = loadCharHead(path);
    return (start, temperature, seed) =>
      generateCharacters(head, { start, length: MOST_CHARACTERS, temperature, random: createRandom(seed) });
  } catch (cause) {
    if (!(cause instanceof ModelFileError)) throw cause;
    const head = loadHead({ modelPath: path });
    return (start, temperature, seed) =>
      generatePieces(head, { start, length: MOST_PIECES, temperature, random: createRandom(seed) });
  }
}
