import { basename, resolve } from 'node:path';
import { findFiles } from '../corpus/index.js';
import { BadOptionError } from '../errors.js';
import {
  csvRow, evaluateSearch, normalisedGain, rankAnnotated, readAnnotations, SEARCH_SYSTEMS, searchCases,
  type AnnotatedQuery, type AnnotatedRanking, type SearchEvaluation, type SystemFigures,
} from '../evaluate/index.js';
import type { OptionsFor } from '../options/index.js';
import { functionSources, isDataSet, loadSearchEncoder } from '../search/index.js';
import { shownJson } from '../shared/quote-name.js';
import { MAX_MODEL_BYTES, readRegularText } from '../shared/read-file.js';
import { refuseToReplace, writeAtomically } from '../shared/write-atomically.js';
import { EXIT_FAILED, EXIT_FINE, type CliContext } from './context.js';

/** `nnfmt eval --task search [PATHS…]`: how well the network finds the functions that docstrings speak of. */
export async function runEvalSearch(
  paths: readonly string[],
  options: OptionsFor<'eval --task search'>,
  context: CliContext,
): Promise<number> {
  if (options.predictions !== null && options.annotations === null) {
    throw new BadOptionError({ option: '--predictions', reason: 'needs --annotations, whose queries are asked' });
  }
  const annotated = options.annotations === null
    ? null
    : readAnnotations(readRegularText(options.annotations, { limitBytes: MAX_MODEL_BYTES }), options.annotations);
  if (options.predictions !== null) refuseToReplace(options.predictions);
  const encoder = loadSearchEncoder(options.network);
  const given = paths.length === 0 ? ['.'] : paths;
  const folders = given.filter((path) => !isDataSet(path));
  const found = folders.map((root) => ({ root, ...findFiles([root]) }));
  const faults = found.flatMap(({ errors }) => errors);
  for (const { message } of faults) context.stderr.write(`error: ${message}\n`);
  const sources = functionSources(
    given.filter(isDataSet), found.map(({ root, files }) => ({ name: basename(resolve(root)), files })),
  );
  const note = (line: string): void => {
    if (!options.quiet) context.stderr.write(`${line}\n`);
  };
  note('reading functions');
  const cases = await searchCases(sources, encoder, { most: options.pairs, seed: options.seed });
  if (cases.length < 2) {
    context.stderr.write('error: fewer than two pairs of docstring and function to evaluate on\n');
    return EXIT_FAILED;
  }
  note(`ranking ${cases.length} functions for as many docstrings`);
  const evaluation = evaluateSearch(cases, { wordShare: encoder.wordShare, seed: options.seed });
  const challenge = annotated === null
    ? null
    : await rankAnnotated(annotated, sources, encoder, options.perQuery);
  if (challenge !== null && options.predictions !== null) {
    writeAtomically(options.predictions, predictionsCsv(challenge));
  }
  const gains = challenge === null ? null : gainsOf(challenge, annotated ?? []);
  context.stdout.write(options.json
    ? `${shownJson({ ...evaluation, ...(gains === null ? {} : { annotations: gains }) })}\n`
    : renderTable(evaluation) + (gains === null ? '' : renderGains(gains)));
  return faults.length > 0 ? EXIT_FAILED : EXIT_FINE;
}

function gainsOf({ present, annotatedFunctions, ranked, functions }: AnnotatedRanking, all: readonly AnnotatedQuery[]) {
  const urls = (query: string): readonly string[] => (ranked.get(query) ?? []).map(({ url }) => url);
  return {
    queries: present.length, functions, annotated: annotatedFunctions,
    present: present.reduce((sum, { relevance }) => sum + relevance.size, 0),
    ndcg: normalisedGain(present, urls, { countAll: false }),
    ndcgAll: normalisedGain(present, urls, { countAll: true }),
    // As CodeSearchNet's own evaluation tells them: what is not there is not found.
    ofAllAnnotations: {
      ndcg: normalisedGain(all, urls, { countAll: false }), ndcgAll: normalisedGain(all, urls, { countAll: true }),
    },
  };
}

/** As CodeSearchNet's own evaluation reads them. */
function predictionsCsv({ ranked }: AnnotatedRanking): string {
  const rows = [...ranked].flatMap(([query, list]) =>
    list.map(({ name, url }) => csvRow(['python', query, name, url])));
  return csvRow(['language', 'query', 'identifier', 'url']) + rows.join('');
}

const NAMES: Readonly<Record<keyof SystemFigures, string>> = {
  bm25: 'BM25', bagOfWords: 'bag of words', network: 'network', both: 'network + BM25',
};

function renderTable(evaluation: SearchEvaluation): string {
  const cells = (figures: SystemFigures): string[] => SEARCH_SYSTEMS.map((system) => figures[system].toFixed(4));
  const { inBatches, distractors } = evaluation;
  const table = [
    ['project', 'pairs', ...SEARCH_SYSTEMS.map((system) => NAMES[system])],
    ...evaluation.projects.map(({ project, pairs, meanReciprocalRank }) =>
      [project, String(pairs), ...cells(meanReciprocalRank)]),
    ['ALL', String(evaluation.pairs), ...cells(evaluation.meanReciprocalRank)],
    ...(inBatches === null ? [] : [['ALL, in batches of 1,000', '', ...cells(inBatches)]]),
    ['ALL, first of all', '', ...cells(evaluation.first)],
  ];
  const widths = table[0].map((_, k) => Math.max(...table.map((row) => row[k].length)));
  const lines = table.map((row) =>
    row.map((text, k) => (k === 0 ? text.padEnd(widths[k]) : text.padStart(widths[k]))).join('  '));
  return `mean reciprocal rank among ${distractors} others\n${lines.join('\n')}\n`;
}

function renderGains(gains: ReturnType<typeof gainsOf>): string {
  const shown = (value: number | null): string => (value === null ? '-' : value.toFixed(4));
  return `annotated queries: ${gains.queries} with ${gains.present} of ${gains.annotated} annotated functions here, ` +
    `among ${gains.functions} functions\nNDCG ${shown(gains.ndcg)}, full ranking ${shown(gains.ndcgAll)}\n` +
    `of all annotations, those elsewhere being missed (relevanceeval.py): NDCG ${shown(gains.ofAllAnnotations.ndcg)}, ` +
    `full ranking ${shown(gains.ofAllAnnotations.ndcgAll)}\n`;
}

