/**
 * Line completion on PY150's development cases, by CodeXGLUE's rules: exact match and edit
 * similarity of the best suggestion, for each part of the completion model.
 *
 *     npx tsx bench/py150.ts CASES.json [--count 800] [--parts copy,file,...] [--seed 1]
 *
 * CASES.json is `py150/dev.json` of the dataset that Microsoft's CodeBERT repository carries
 * (UniXcoder/downstream-tasks/code-completion/dataset.zip). Nothing is trained or tuned on it.
 */
import { parseArgs } from 'node:util';
import { beamSearch } from '../src/complete/beam-search.js';
import { loadCompletionModel } from '../src/complete/index.js';
import { cachePieces } from '../src/complete/contexts.js';
import { LinePredictor, TAIL_PIECES, type LineState } from '../src/complete/line-predictor.js';
import { Mixture, type Sources } from '../src/complete/mixture.js';
import { NgramCache } from '../src/complete/ngram-cache.js';
import { editSimilarity, isExactMatch, spellLiterals } from '../src/evaluate/line-scores.js';
import { piecesOf, readCases, textOf } from './support/py150.js';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    count: { type: 'string', default: '100000' },
    caches: { type: 'string' },
    skip: { type: 'string', default: '0' },
    beam: { type: 'string', default: '4' },
    exponent: { type: 'string', default: '0.3' },
    parts: { type: 'string', default: 'file,file+corpus' },
    show: { type: 'boolean', default: false },
  },
});
const model = loadCompletionModel(values.caches === undefined ? {} : { cachesPath: values.caches });
const { vocabulary, shape, rules, gate } = model;
const cases = readCases(positionals[0]).slice(Number(values.skip)).slice(0, Number(values.count));
for (const part of values.parts.split(',')) {
  let exact = 0;
  let similarity = 0;
  let length = 0;
  let truthLength = 0;
  const confidences: { p: number; right: boolean }[] = [];
  const started = performance.now();
  for (const { input, gt } of cases) {
    const pieces = cachePieces(shape, piecesOf(vocabulary, input));
    const file = new NgramCache(shape);
    file.append(pieces);
    const sources: Sources = { file, project: null, corpus: part.includes('corpus') ? model.corpus : null };
    const predictor = new LinePredictor(shape, rules, new Mixture(shape, gate, sources, true), null);
    let syntax: LineState['syntax'] = { due: '', inside: 'nothing' };
    for (const piece of pieces) syntax = rules.after(syntax, piece);
    const found = beamSearch(predictor, { pieces: [...pieces.slice(-TAIL_PIECES)], syntax, typed: '', network: null }, {
      width: Number(values.beam), maxPieces: 60, lengthExponent: Number(values.exponent),
    }).filter((h) => h.pieces.length > 0);
    const predicted = found.length === 0 ? '' : textOf(vocabulary, found[0].pieces);
    const truth = spellLiterals(gt);
    const right = isExactMatch(predicted, truth);
    if (right) exact++;
    similarity += editSimilarity(predicted, truth);
    length += predicted.length; truthLength += truth.length;
    confidences.push({ p: found.length === 0 ? 0 : Math.exp(found[0].logProbability), right });
    if (values.show) console.log(right ? '=' : ' ', Math.exp(found[0]?.logProbability ?? -99).toFixed(2), '|', input.slice(-60), '|', predicted, '|', truth);
  }
  confidences.sort((a, b) => b.p - a.p);
  const top = confidences.slice(0, Math.ceil(cases.length / 5));
  console.log(part.padEnd(20), 'EM', ((100 * exact) / cases.length).toFixed(2), 'ES', (similarity / cases.length).toFixed(2),
    'top fifth', ((100 * top.filter(({ right }) => right).length) / top.length).toFixed(1),
    'len', (length / truthLength).toFixed(2), 'ms/case', ((performance.now() - started) / cases.length).toFixed(1), 'n', cases.length);
}
