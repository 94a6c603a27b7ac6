import { createRandom, type Random } from '../../src/shared/random.js';
import {
  findDifference, joinGaps, nodeKind, withStructure, type StructuredSource, type Tokenizer,
} from '../../src/tokenize/index.js';
import type { CpythonOracle, Verdict } from './cpython-oracle.js';
import { spoilGaps } from './layout-mutator.js';

/** One disagreement, small enough to read. */
export interface Disagreement {
  readonly verdict: Verdict;
  readonly reason: string;
  readonly before: string;
  readonly after: string;
}

export interface FuzzReport {
  snippets: number;
  /** Snippets that CPython reads and nnfmt refuses, or whose own layout nnfmt finds unsound. */
  refusedOriginals: Map<string, number>;
  mutants: number;
  verdicts: Record<Verdict, number>;
  accepted: number;
  /** Must stay empty: nnfmt takes for the same what CPython does not. */
  falseAcceptances: Disagreement[];
  /** CPython says the same, nnfmt refuses; by reason. */
  falseRefusals: Map<string, number>;
  /** A comment moved between its own line and a line of code: refused on purpose. */
  movedComments: number;
  examples: Map<string, Disagreement[]>;
}

export interface FuzzOptions {
  readonly count: number;
  readonly seed: number;
  /** Gaps spoilt in each mutant. */
  readonly edits: number;
  readonly mutantsPerSnippet: number;
}

export const emptyReport = (): FuzzReport => ({
  snippets: 0,
  refusedOriginals: new Map(),
  mutants: 0,
  verdicts: { same: 0, comments: 0, different: 0, invalid: 0 },
  accepted: 0,
  falseAcceptances: [],
  falseRefusals: new Map(),
  movedComments: 0,
  examples: new Map(),
});

const MOVED = /^a comment moved/;
const MODULE = nodeKind('module');
const BLOCK = nodeKind('block');

/** Compares nnfmt's verdict on spoilt snippets with CPython's until `count` mutants are judged. */
export async function fuzzLayout(
  sources: Iterable<string>,
  { tokenizer, oracle, options, onProgress }: {
    tokenizer: Tokenizer;
    oracle: CpythonOracle;
    options: FuzzOptions;
    onProgress?: (report: FuzzReport) => void;
  },
): Promise<FuzzReport> {
  const report = emptyReport();
  const random = createRandom(options.seed);
  for (const text of sources) {
    for (const snippet of snippetsOf(text, tokenizer, random)) {
      if (report.mutants >= options.count) return report;
      await fuzzSnippet(snippet, { tokenizer, oracle, options, random, report });
    }
    onProgress?.(report);
  }
  return report;
}

async function fuzzSnippet(
  snippet: string,
  { tokenizer, oracle, options, random, report }: {
    tokenizer: Tokenizer; oracle: CpythonOracle; options: FuzzOptions; random: Random; report: FuzzReport;
  },
): Promise<void> {
  report.snippets++;
  let original: StructuredSource;
  try {
    original = withStructure(tokenizer.tokenize(snippet));
  } catch (error) {
    // Some cuts are not Python at all.
    if ((await oracle.variants(snippet, [])).error === null) {
      count(report.refusedOriginals, firstLine(error));
      remember(report, `original ${firstLine(error)}`, { verdict: 'same', reason: '', before: snippet, after: snippet });
    }
    return;
  }
  const texts: string[] = [];
  for (let k = 0; k < options.mutantsPerSnippet; k++) {
    const mutant = joinGaps(original.source, spoilGaps(original.source, options.edits, random));
    if (mutant !== snippet) texts.push(mutant);
  }
  const { error, verdicts } = await oracle.variants(snippet, texts);
  if (error !== null) return;
  const own = findDifference(original, original);
  if (own) {
    count(report.refusedOriginals, own.reason);
    remember(report, `original: ${own.reason}`, { verdict: 'same', reason: own.reason, before: snippet, after: snippet });
    return;
  }
  verdicts.forEach((verdict, k) => {
    report.mutants++;
    report.verdicts[verdict]++;
    const reason = refusalOf(original, texts[k], tokenizer);
    const found = (): Disagreement => ({ verdict, reason: reason ?? '', before: snippet, after: texts[k] });
    if (reason === null) {
      report.accepted++;
      if (verdict !== 'same') report.falseAcceptances.push(found());
    } else if (verdict === 'same') {
      if (MOVED.test(reason)) report.movedComments++;
      else {
        count(report.falseRefusals, reason);
        remember(report, reason, found());
      }
    }
  });
}

/** Why nnfmt does not take the mutant for the same program; null when it does. */
export function refusalOf(original: StructuredSource, mutant: string, tokenizer: Tokenizer): string | null {
  try {
    return findDifference(original, withStructure(tokenizer.tokenize(mutant)))?.reason ?? null;
  } catch (error) {
    return firstLine(error);
  }
}

const firstLine = (error: unknown): string => {
  const message = (error as Error).message.split('\n')[0];
  return `refused: ${message.replace(/^<source>:\d+:\d+: /, '').replace(/;.*/, '')}`;
};

const count = (table: Map<string, number>, key: string): void => {
  table.set(key, (table.get(key) ?? 0) + 1);
};

function remember(report: FuzzReport, key: string, example: Disagreement): void {
  const list = report.examples.get(key) ?? [];
  if (list.length < 12) list.push(example);
  report.examples.set(key, list);
}

/**
 * Runs of a few statements, of at most 2,500 characters: whole top-level statements, and
 * methods under a class line of their own. Small, because CPython parses every mutant.
 */
export function* snippetsOf(text: string, tokenizer: Tokenizer, random: Random): Generator<string> {
  let structured: StructuredSource;
  try {
    structured = withStructure(tokenizer.tokenize(text));
  } catch {
    return;
  }
  const { source, structure } = structured;
  if (text.length <= 2500) yield text;
  const { tree } = source;
  const lineStart = (offset: number): number => {
    const before = text.slice(0, offset);
    return Math.max(before.lastIndexOf('\n'), before.lastIndexOf('\r')) + 1;
  };
  for (let n = 0; n < tree.nodeCount; n++) {
    const isTop = tree.kind[n] === MODULE;
    if (!isTop && !(tree.kind[n] === BLOCK && structure.blockDepth[tree.firstToken[n]] === 1)) continue;
    const starts: number[] = [];
    for (let t = tree.firstToken[n]; t <= tree.lastToken[n]; t++) {
      if (structure.startsLine[t] && structure.blockNode[t] === n) {
        const at = lineStart(source.start[t]);
        if (/^[ \t\f]*$/.test(text.slice(at, source.start[t])) && at > (starts.at(-1) ?? -1)) starts.push(at);
      }
    }
    if (tree.lastToken[n] < 0) continue;
    starts.push(isTop ? text.length : Math.min(text.length, source.end[tree.lastToken[n]] + 1));
    for (let i = 0; i + 1 < starts.length;) {
      let stop = i + 1;
      const wanted = 1 + random.int(4);
      while (stop + 1 < starts.length && stop - i < wanted && starts[stop + 1] - starts[i] <= 2500) stop++;
      if (starts[stop] - starts[i] <= 2500) {
        yield (isTop ? '' : 'class _:\n') + text.slice(starts[i], starts[stop]);
      }
      i = stop;
    }
  }
}
