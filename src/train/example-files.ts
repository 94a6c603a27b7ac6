import { readSource, type Project } from '../corpus/index.js';
import { countLayout } from '../model/count-layout.js';
import { sourceContext, type SourceContext } from '../model/source-context.js';
import { StyleCounts } from '../model/style-counts.js';
import { createRandom, type Random } from '../shared/random.js';
import { findLayoutFault, toLf, withStructure, type Tokenizer } from '../tokenize/index.js';
import { originalLayout } from './example-job.js';

/** A file that examples are made of, with what surrounds it. */
export interface ExampleFile {
  /** Null when it cannot be used. */
  readonly context: SourceContext | null;
  /** Counts of other files of its project; null where none are known. The next file may have the same table. */
  projectCounts(): StyleCounts | null;
  /** Other files to be laid out alike, drawn by `random`, at most so many; null for those that cannot be used. */
  neighbours(random: Random, most: number): Iterable<SourceContext | null>;
}

/** Where files come from that examples are made of. */
export interface ExampleFiles {
  /** Draws the files of an epoch, the same ones whenever it is asked; tells how many there are. */
  begin(epoch: number): number;
  /** A file of the epoch, by its number. Mostly they are read one after the other. */
  read(index: number): Promise<ExampleFile>;
}

/** Other files of a project that its counts are taken of. */
export const COUNTED_FILES = 16;

/** Files of projects on disk, each read when it is asked for. */
export class ProjectFiles implements ExampleFiles {
  private order: { path: string; project: Project }[] = [];
  /** 0.8 MB each. */
  private readonly counts = new Map<string, StyleCounts>();
  /** Files that were read and are kept, and their tokens. */
  private readonly kept = new Map<string, SourceContext | null>();
  private keptTokens = 0;

  constructor(
    private readonly tokenizer: Tokenizer,
    private readonly projects: readonly Project[],
    private readonly options: {
      readonly seed: number | string;
      readonly filesPerProject: number;
      readonly keptTokens: number;
    },
    /** What is known of a path: the counts that it is shown in place of those of its project, and what it holds. */
    private readonly known: {
      readonly counts?: (path: string) => StyleCounts;
      readonly text?: ((path: string) => string) | undefined;
    } = {},
  ) {}

  begin(epoch: number): number {
    const random = createRandom(`order-${this.options.seed}-${epoch}`);
    const order = this.projects.flatMap((project) =>
      random.shuffle([...project.files]).slice(0, this.options.filesPerProject).map((path) => ({ path, project })));
    this.order = random.shuffle(order);
    return this.order.length;
  }

  async read(index: number): Promise<ExampleFile> {
    const { path, project } = this.order[index];
    return Promise.resolve({
      context: this.contextOf(path),
      projectCounts: () => this.known.counts?.(path) ?? this.projectCounts(project, path),
      neighbours: (random, most) => this.neighbours(project, path, random, most),
    });
  }

  /** A file, read again unless it was kept. */
  private contextOf(path: string): SourceContext | null {
    const known = this.kept.get(path);
    if (known !== undefined) return known;
    const context = readContext(this.tokenizer, path, this.known.text);
    const tokens = context?.structured.source.tokenCount ?? 0;
    if (this.keptTokens + tokens <= this.options.keptTokens) {
      this.kept.set(path, context);
      this.keptTokens += tokens;
    }
    return context;
  }

  /** Counts over up to 16 other files of the project: of the half that the file is not in. */
  private projectCounts(project: Project, path: string): StyleCounts {
    const half = halfOf(path);
    const key = `${project.name}:${half}`;
    let counts = this.counts.get(key);
    if (counts) return counts;
    counts = new StyleCounts();
    const others = project.files.filter((other) => halfOf(other) !== half);
    for (const other of createRandom(key).shuffle(others).slice(0, COUNTED_FILES)) {
      const context = readContext(this.tokenizer, other);
      if (context) countLayout(context, originalLayout(context), counts);
    }
    this.counts.set(key, counts);
    return counts;
  }

  private *neighbours(
    project: Project, path: string, random: Random, most: number,
  ): Generator<SourceContext | null> {
    const others = project.files.filter((other) => halfOf(other) !== halfOf(path));
    for (const other of random.shuffle(others).slice(0, most)) yield readContext(this.tokenizer, other);
  }
}

/** Which half of its project a file is in, by its path. */
export function halfOf(path: string): number {
  let hash = 7;
  for (let k = 0; k < path.length; k++) hash = (Math.imul(hash, 31) + path.charCodeAt(k)) | 0;
  return (hash >>> 4) & 1;
}

/** Reads and tokenizes a file; null when it cannot be used, or holds what the grammar does not know. */
export function readContext(
  tokenizer: Tokenizer, path: string, textOf = (from: string): string => readSource(from).text,
): SourceContext | null {
  try {
    return textContext(tokenizer, textOf(path), path);
  } catch {
    return null;
  }
}

/** The same of a text. */
export function textContext(tokenizer: Tokenizer, text: string, path: string): SourceContext | null {
  try {
    const structured = withStructure(tokenizer.tokenize(toLf(text), path, { strict: true }));
    if (structured.source.tokenCount < 8 || findLayoutFault(structured.source, structured.structure)) return null;
    return sourceContext(structured);
  } catch {
    return null;
  }
}
