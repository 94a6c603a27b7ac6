import { basename, relative, resolve } from 'node:path';
import {
  Completer, generatePieces, loadCompletionEngine, NextDepth, parsesInPlace, ProjectContext, type CompletionPart,
} from '../complete/index.js';
import { findFiles, readSource } from '../corpus/index.js';
import type { CompletionHead } from '../complete/network-document.js';
import { BadOptionError, NnfmtError } from '../errors.js';
import {
  bracketCases, completionCases, completionFigures, completionReport, coverageSvg, distanceCurves, indentationCases,
  judgeCompletion, sampleFiles,
  type CompletionFigures,
  type CompletionOutcome, type IndentationOutcome, type LongRangeFigures, type Sample, type Share,
} from '../evaluate/index.js';
import type { OptionsFor } from '../options/index.js';
import type { NamedSource } from '../shared/named-source.js';
import { createRandom } from '../shared/random.js';
import { createProgress } from '../shared/progress.js';
import { isPage, isPicture, writeAtomically } from '../shared/write-atomically.js';
import { EXIT_FAILED, EXIT_FINE, type CliContext } from './context.js';
import { projectsOf } from './data-sets.js';

const PARTS: readonly CompletionPart[] = ['file', 'analogy', 'project', 'corpus', 'network', 'filters'];

/** `nnfmt eval --task complete [PATHS…]`: each path is one project, whose other files are the context. */
export async function runEvalCompletion(
  paths: readonly string[],
  options: OptionsFor<'eval --task complete'>,
  context: CliContext,
): Promise<number> {
  const without = readParts(options.without);
  const model = loadCompletionEngine();
  const tokenizer = await model.tokenizer();
  const progress = createProgress({ target: context.stderr, quiet: options.quiet, now: context.now });
  const roots = paths.length === 0 ? ['.'] : await projectsOf(paths, options.columns, context);
  const nextDepth = model.head === null || without.includes('network') ? null : new NextDepth(model.head);
  const all: { project: string; outcomes: CompletionOutcome[]; indentation: IndentationOutcome[] }[] = [];
  const refused: string[] = [];
  // A path that is not there does not stop the others.
  let code: number = EXIT_FINE;
  for (const [index, root] of roots.entries()) {
    const project = basename(resolve(root));
    const found = findFiles([root]);
    for (const { message } of found.errors) context.stderr.write(`error: ${message}\n`);
    if (found.errors.length > 0) code = EXIT_FAILED;
    const texts = readAll(found.files, refused);
    const projectContext = new ProjectContext(model, texts);
    const outcomes: CompletionOutcome[] = [];
    const indentation: IndentationOutcome[] = [];
    const chosen = new Set(sampleFiles(root, texts.map(({ path }) => path), options.files));
    const sampled = texts.filter(({ path }) => chosen.has(path));
    for (const [k, { path, text }] of sampled.entries()) {
      progress.update((index + k / sampled.length) / roots.length, project);
      const completer = new Completer(model, { project: projectContext, without });
      const seed = `${options.seed}:${relative(root, path)}`;
      const cuts = [...completionCases(text, options.cuts, seed), ...bracketCases(text, options.cuts, seed)];
      for (const cut of cuts.sort((a, b) => a.offset - b.offset)) {
        const prefix = text.slice(0, cut.offset);
        const started = performance.now();
        // The model sees the text before the cut, as if the file ended there or this line.
        const below = options.withSuffix ? text.slice(lineEnd(text, cut.offset)) : '';
        const suggestions = await completer.complete({ text: prefix + below, offset: cut.offset, path, count: 5 });
        const milliseconds = performance.now() - started;
        outcomes.push(judgeCompletion(cut, suggestions, {
          milliseconds,
          parses: suggestions.length === 0 ? null : parsesInPlace(tokenizer, prefix, suggestions[0].text),
          word: cut.kind === 'token' || cut.kind === 'bracket' ? '' : /\w*$/u.exec(prefix)![0],
        }));
      }
      if (nextDepth !== null) indentation.push(...indentationOutcomes(nextDepth, text, options.cuts, seed));
    }
    if (outcomes.length > 0) all.push({ project, outcomes, indentation });
  }
  progress.finish();
  if (all.length === 0) {
    context.stderr.write('error: no Python file to evaluate on\n');
    return EXIT_FAILED;
  }
  const rows = all.map(({ project, outcomes, indentation }) =>
    ({ project, figures: completionFigures(outcomes, indentation, options.gate) }));
  const total = completionFigures(
    all.flatMap(({ outcomes }) => outcomes), all.flatMap(({ indentation }) => indentation), options.gate,
  );
  if (options.plot !== null) {
    writeAtomically(options.plot, coverageSvg('Completion: precision and coverage', total.coverage), {
      replaces: isPicture, kind: 'a picture (SVG)',
    });
  }
  if (options.report !== null) {
    const page = completionReport({
      projects: all.map(({ project }) => project), figures: total,
      curves: distanceCurves(all.flatMap(({ outcomes }) => outcomes), all.flatMap(({ indentation }) => indentation)),
      samples: model.head === null || without.includes('network') ? [] : samplesOf(model.head, options.seed),
    });
    writeAtomically(options.report, page, { replaces: isPage, kind: 'a page (HTML)' });
  }
  for (const message of refused) context.stderr.write(`left out: ${message}\n`);
  context.stdout.write(
    options.json ? `${JSON.stringify({ projects: rows, all: total })}\n` : renderTables(rows, total),
  );
  return code;
}

const TEMPERATURES = [0.2, 0.5, 0.8, 1, 1.2];
/** Pieces of a sample. */
const SAMPLE_PIECES = 160;

/** What the network writes by itself, from the begin of a file on. */
function samplesOf(head: CompletionHead, seed: number): Sample[] {
  return TEMPERATURES.map((temperature) => {
    const generation = { start: '', length: SAMPLE_PIECES, temperature, random: createRandom(`sample ${seed}`) };
    return { temperature, text: [...generatePieces(head, generation)].join('') };
  });
}

/** Where the network expects the line after some lines. */
function indentationOutcomes(nextDepth: NextDepth, text: string, most: number, seed: string): IndentationOutcome[] {
  const { any, long } = indentationCases(text, most, seed);
  const cases =
    [...any.map((found) => ({ ...found, isLong: false })), ...long.map((found) => ({ ...found, isLong: true }))];
  return cases
    .sort((a, b) => a.offset - b.offset)
    .map((found) => ({ ...found, predicted: nextDepth.after(text.slice(0, found.offset)) }));
}

/** Where the line of an offset ends. */
function lineEnd(text: string, offset: number): number {
  const found = /[\r\n]|$/gu;
  found.lastIndex = offset;
  return found.exec(text)!.index;
}

function readParts(names: readonly string[]): CompletionPart[] {
  return names.map((name) => {
    const part = PARTS.find((known) => known === name);
    if (part === undefined) {
      throw new BadOptionError({ option: '--without', reason: `takes ${PARTS.join(', ')}, not ${name}` });
    }
    return part;
  });
}

function readAll(files: readonly string[], refused: string[]): NamedSource[] {
  return files.flatMap((file) => {
    try {
      return [{ path: resolve(file), text: readSource(file).text }];
    } catch (fault) {
      if (!(fault instanceof NnfmtError)) throw fault;
      refused.push(fault.message.split('\n')[0]);
      return [];
    }
  });
}

type Column = readonly [name: string, of: (figures: CompletionFigures) => string];

const percent = (share: number): string => (100 * share).toFixed(1);
const at = (coverage: number) => (figures: CompletionFigures): string =>
  percent(figures.coverage.find((point) => point.coverage === coverage)!.precision);

const COLUMNS: readonly Column[] = [
  ['cuts', ({ cases }) => String(cases)],
  ['exact', ({ exact }) => percent(exact)],
  ['layout', ({ exactLayout }) => percent(exactLayout)],
  ['in 5', ({ inFive }) => percent(inFive)],
  ['similar', ({ similarity }) => similarity.toFixed(1)],
  ['token', ({ firstToken }) => percent(firstToken)],
  ['name', ({ identifier }) => percent(identifier)],
  ['word:exact', ({ wordExact }) => percent(wordExact)],
  ['word:word', ({ wordFirstToken }) => percent(wordFirstToken)],
  ['at 10 %', at(0.1)],
  ['at 20 %', at(0.2)],
  ['at 50 %', at(0.5)],
  ['shown', ({ shown }) => percent(shown)],
  ['right', ({ shownExact }) => percent(shownExact)],
  ['saved', ({ keystrokesSaved }) => percent(keystrokesSaved)],
  ['parses', ({ parses }) => percent(parses)],
  ['ms p50', ({ millisecondsMedian }) => millisecondsMedian.toFixed(0)],
  ['ms p95', ({ milliseconds95 }) => milliseconds95.toFixed(0)],
];

/** Of what has to be remembered: shares with the number of cases that they are of. */
const LONG_RANGE: readonly (readonly [name: string, of: (figures: LongRangeFigures) => Share])[] = [
  ['brackets', ({ brackets }) => brackets],
  ['closed', ({ bracketsClosed }) => bracketsClosed],
  ['quotes', ({ quotes }) => quotes],
  ['clauses', ({ clauses }) => clauses],
  ['indent', ({ indentation }) => indentation],
  ['(colon)', ({ indentationByColon }) => indentationByColon],
  ['in long block', ({ longBlocks }) => longBlocks],
  ['(colon)', ({ longBlocksByColon }) => longBlocksByColon],
  ['at its end', ({ longBlockEnds }) => longBlockEnds],
];
const LONG_RANGE_COLUMNS: readonly Column[] = LONG_RANGE.map(([name, of]) => [name, ({ longRange }) => {
  const { cases, share } = of(longRange);
  return cases === 0 ? '-' : `${percent(share)} of ${cases}`;
}]);

interface Row {
  readonly project: string;
  readonly figures: CompletionFigures;
}

function renderTables(rows: readonly Row[], total: CompletionFigures): string {
  return `${renderTable(COLUMNS, rows, total)}\nlong range, % right of so many cases\n${renderTable(LONG_RANGE_COLUMNS, rows, total)}`;
}

function renderTable(columns: readonly Column[], rows: readonly Row[], total: CompletionFigures): string {
  const table = [
    ['project', ...columns.map(([name]) => name)],
    ...rows.map(({ project, figures }) => [project, ...columns.map(([, of]) => of(figures))]),
    ['ALL', ...columns.map(([, of]) => of(total))],
  ];
  const widths = table[0].map((_, k) => Math.max(...table.map((row) => row[k].length)));
  return `${table.map((row) => row.map((text, k) => (k === 0 ? text.padEnd(widths[k]) : text.padStart(widths[k]))).join('  ')).join('\n')}\n`;
}
