/**
 * Line completion on PY150's development cases, by CodeXGLUE's rules: exact match and edit
 * similarity of the first suggestion, for each part of the completion model.
 *
 *     npx tsx bench/py150.ts CASES.json [--count 800] [--parts copy,file,...] [--beam 4]
 *                            [--exponent 0.2] [--network FILE] [--caches FILE] [--show]
 *                            [--overlapping FILE] [--fewest-tokens 2]
 *
 * CASES.json is `py150/dev.json` of the dataset that Microsoft's CodeBERT repository carries
 * (UniXcoder/downstream-tasks/code-completion/dataset.zip). Nothing is trained or tuned on it.
 * Only the text before the cut is known; there is no project. Literals are read and answered as `literals.json` beside
 * the cases spells them, where it is there: all others are placeholders in the task. `--overlapping` names the list that
 * py150-overlap.ts made of the corpora as they were found: figures are then given without those
 * cases, too. The task never cuts before a line's last token, so that answers have two tokens at
 * least; `--fewest-tokens 2` tells the search, which published figures do not: not the default.
 */
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { beamSearch, type Hypothesis } from '../src/complete/beam-search.js';
import { BEAM } from '../src/complete/completer.js';
import { loadCompletionEngine } from '../src/complete/completion-engine.js';
import { LinePredictor, TAIL_PIECES, type LineState } from '../src/complete/line-predictor.js';
import { Mixture } from '../src/complete/mixture.js';
import { countStrangers } from '../src/complete/names.js';
import { createLineNetwork, NetworkDocument } from '../src/complete/network-document.js';
import { OpenDocument } from '../src/complete/open-document.js';
import { syntaxAt } from '../src/complete/piece-rules.js';
import { STRANGER_COST } from '../src/complete/render-candidates.js';
import { editSimilarity, isExactMatch, spellLiterals } from '../src/evaluate/index.js';
import { longestCopy } from './support/baseline-caches.js';
import { pythonOf, readCases, readLiterals, taskSpeller, vocabularyFor } from './support/py150.js';

/** What each line of the table uses. */
const PARTS: Readonly<Record<string, readonly string[]>> = {
  copy: [],
  file: ['file'],
  'file+analogy': ['file', 'analogy'],
  'file+corpus': ['file', 'analogy', 'corpus'],
  network: ['network'],
  'network+file': ['network', 'file'],
  'network+file+analogy': ['network', 'file', 'analogy'],
  'network+file+corpus': ['network', 'file', 'analogy', 'corpus'],
  all: ['network', 'file', 'analogy', 'corpus', 'filters'],
};
/** Pieces of the longest answer. */
const MAX_PIECES = 60;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    count: { type: 'string', default: '100000' },
    skip: { type: 'string', default: '0' },
    beam: { type: 'string', default: String(BEAM.width) },
    exponent: { type: 'string', default: String(BEAM.lengthExponent) },
    parts: { type: 'string', default: Object.keys(PARTS).join(',') },
    network: { type: 'string' },
    caches: { type: 'string' },
    'fewest-tokens': { type: 'string', default: '1' },
    overlapping: { type: 'string' },
    show: { type: 'boolean', default: false },
  },
});
const engine = loadCompletionEngine({
  ...(values.network === undefined ? {} : { networkPath: values.network === 'none' ? null : values.network }),
  ...(values.caches === undefined ? {} : { cachesPath: values.caches }),
});
const { shape, rules, gate } = engine;
const literals = readLiterals(positionals[0]);
const vocabulary = vocabularyFor(engine.vocabulary, literals);
const head = engine.head === null ? null : { ...engine.head, vocabulary };
const spell = taskSpeller(vocabulary, literals);
const overlapping = new Set(values.overlapping === undefined ? [] : JSON.parse(readFileSync(values.overlapping, 'utf8')) as number[]);
const cases = readCases(positionals[0]).map((one, number) => ({ ...one, overlaps: overlapping.has(number) })).slice(Number(values.skip)).slice(0, Number(values.count));
console.log(`${'parts'.padEnd(22)} exact  similar  top fifth  ms a case   (${cases.length} cases)`);
for (const part of values.parts.split(',')) {
  const uses = PARTS[part];
  if (uses === undefined) throw new Error(`no such part: ${part}; there are ${Object.keys(PARTS).join(', ')}`);
  const outcomes: Outcome[] = [];
  const started = performance.now();
  for (const { input, gt, overlaps } of cases) {
    const answer = part === 'copy' ? copyAnswer(input) : searchAnswer(input, uses);
    const truth = spellLiterals(gt);
    outcomes.push({ overlaps, confidence: answer.confidence, exact: isExactMatch(answer.text, truth), similarity: editSimilarity(answer.text, truth) });
    if (values.show) console.log(outcomes[outcomes.length - 1].exact ? '=' : ' ', answer.confidence.toFixed(2), '|', input.slice(-60), '|', answer.text, '|', truth);
  }
  report(part, outcomes, (performance.now() - started) / cases.length);
  if (overlapping.size > 0) report('  without overlapping', outcomes.filter(({ overlaps }) => !overlaps), 0);
}

interface Outcome {
  readonly overlaps: boolean;
  readonly confidence: number;
  readonly exact: boolean;
  readonly similarity: number;
}

function report(name: string, outcomes: readonly Outcome[], milliseconds: number): void {
  const surest = [...outcomes].sort((a, b) => b.confidence - a.confidence).slice(0, Math.ceil(outcomes.length / 5));
  const percent = (list: readonly Outcome[]): string => ((100 * list.filter(({ exact }) => exact).length) / list.length).toFixed(2);
  const similarity = outcomes.reduce((sum, outcome) => sum + outcome.similarity, 0) / outcomes.length;
  const time = milliseconds === 0 ? '' : milliseconds.toFixed(1);
  console.log(`${name.padEnd(22)} ${percent(outcomes).padStart(5)}  ${similarity.toFixed(2).padStart(7)}  ${percent(surest).padStart(9)}  ${time.padStart(9)}`);
}

interface Answer {
  readonly text: string;
  readonly confidence: number;
}

/** What the model's parts say. */
function searchAnswer(input: string, uses: readonly string[]): Answer {
  const text = pythonOf(input);
  const document = new OpenDocument(vocabulary, shape, true);
  const place = document.moveTo(text);
  const usedHead = uses.includes('network') ? head : null;
  const sources = {
    file: uses.includes('file') ? document.file : null, analogy: uses.includes('analogy') ? document.analogy : null, project: null, corpus: uses.includes('corpus') ? engine.corpus : null,
  };
  const predictor = new LinePredictor(shape, rules, new Mixture(shape, gate, sources, true), usedHead === null ? null : createLineNetwork(usedHead));
  const start: LineState = {
    pieces: Array.from(document.file.pieces.subarray(-TAIL_PIECES)),
    syntax: syntaxAt(place.openBrackets, place.line),
    typed: '',
    network: usedHead === null ? null : new NetworkDocument(usedHead, true).moveTo(place.text, place.tokens),
  };
  const found = beamSearch(predictor, start, { width: Number(values.beam), maxPieces: MAX_PIECES, lengthExponent: Number(values.exponent) })
    .filter(({ pieces }) => vocabulary.decode(pieces).length >= Number(values['fewest-tokens']));
  const scoreOf = ({ score, pieces }: Hypothesis<LineState>): number =>
    score - (uses.includes('filters') ? STRANGER_COST * countStrangers(place.line, vocabulary.decode(pieces), document.names, null) : 0);
  const [best] = found.map((hypothesis) => ({ hypothesis, score: scoreOf(hypothesis) })).sort((a, b) => b.score - a.score);
  if (best === undefined) return { text: '', confidence: 0 };
  return { text: spell(best.hypothesis.pieces), confidence: Math.exp(best.hypothesis.logProbability) };
}

/** What followed the longest stretch of the text that its end repeats, up to that line's end. */
function copyAnswer(input: string): Answer {
  const document = new OpenDocument(vocabulary, shape, true);
  document.moveTo(pythonOf(input));
  const { copied, length } = longestCopy(document.file.pieces);
  return { text: spell(copied), confidence: length };
}
