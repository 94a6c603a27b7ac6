/**
 * Finishes the line at a cursor. A `Completer` holds one open document and carries its state
 * along, so that a keystroke costs the new tokens only.
 *
 * In comments and in the text of strings nothing is suggested; in the fields of f-strings expressions are.
 */
import type { FormatPolicy } from '../format/index.js';
import { editRatio } from '../shared/edit-similarity.js';
import { createRandom } from '../shared/random.js';
import { beamSteps, type Hypothesis } from './beam-search.js';
import type { CompletionEngine, ProjectContext } from './completion-engine.js';
import { confidenceOf, type Evidence } from './confidence.js';
import { detourAt, type Detour, type TextAtCursor } from './detour.js';
import {
  LinePredictor, mainSource, TAIL_PIECES, type LineNetwork, type LineState, type NetworkState,
} from './line-predictor.js';
import { Mixture, type Sources } from './mixture.js';
import { createLineNetwork, NetworkDocument } from './network-document.js';
import { OpenDocument, type CursorPlace } from './open-document.js';
import { syntaxAt } from './piece-rules.js';
import { ParseCheck } from './place-candidate.js';
import { renderCandidates, type Candidate } from './render-candidates.js';
import { sampleLines } from './sample-lines.js';
import type { CompletionRequest, Suggestion } from './suggestion.js';

/** A request, and how its line is laid out, where files of one completer follow different profiles. */
export interface LineRequest extends CompletionRequest {
  readonly policy?: FormatPolicy;
}

export interface CompleterOptions {
  /** Other files of the project. */
  readonly project?: ProjectContext | null;
  /** How lines are laid out, such as by the project's profile; by the base model otherwise. */
  readonly policy?: FormatPolicy;
  /** Parts of the model to do without, for measurements. */
  readonly without?: readonly CompletionPart[];
}

/** Parts that can be left out. */
export type CompletionPart = 'file' | 'analogy' | 'project' | 'corpus' | 'network' | 'filters';

/**
 * Chosen on projects that were held out of training: more width finds nothing better, exponents of .1 to .3 are alike.
 */
export const BEAM = { width: 4, lengthExponent: 0.2 };
/** Pieces of the longest suggestion, where no number of tokens is given. */
const MAX_PIECES = 60;
/** Suggestions more alike than this say the same. */
const NEARLY_SAME = 0.9;
/** With so many candidates that do not parse where they stand, those that come behind are not worth the wait. */
const MOST_REFUSED = 10;
/** The search lets others work after so many milliseconds. */
const PATIENCE_MS = 8;

/** The cursor's line without its half-typed word. */
interface OpenLine {
  /** All that it depends on. */
  readonly state: readonly unknown[];
  readonly predictor: LinePredictor;
  readonly start: LineState;
}

export class Completer {
  private readonly document: OpenDocument;
  private readonly sources: Sources;
  private readonly filters: boolean;
  private readonly read: NetworkDocument | null;
  private readonly network: LineNetwork | null;
  private line: OpenLine | null = null;

  constructor(private readonly model: CompletionEngine, private readonly options: CompleterOptions = {}) {
    this.document = new OpenDocument(model.vocabulary, model.shape);
    const has = (part: CompletionPart): boolean => options.without?.includes(part) !== true;
    this.sources = {
      file: has('file') ? this.document.file : null,
      analogy: has('file') && has('analogy') ? this.document.analogy : null,
      project: has('project') ? options.project?.cache ?? null : null,
      corpus: has('corpus') ? model.corpus : null,
    };
    this.filters = has('filters');
    const head = has('network') ? model.head : null;
    this.read = head === null ? null : new NetworkDocument(head);
    this.network = head === null ? null : createLineNetwork(head);
  }

  /**
   * Suggestions for the cursor's line, best first; none in comments and strings.
   *
   * @throws RangeError when the cursor is outside the text
   */
  async complete(request: LineRequest): Promise<Suggestion[]> {
    const found = await this.suggestWithEvidence(request);
    return found.map(({ suggestion }) => suggestion).filter(({ confidence }) =>
      confidence >= (request.minConfidence ?? 0));
  }

  /**
   * All suggestions with what their confidence is made of: for calibration.
   *
   * @throws RangeError when the cursor is outside the text
   */
  async suggestWithEvidence(
    request: LineRequest,
  ): Promise<{ readonly suggestion: Suggestion; readonly evidence: Evidence }[]> {
    const { text, offset, signal } = request;
    if (!(offset >= 0 && offset <= text.length)) {
      throw new RangeError(`the cursor ${offset} is outside the text of ${text.length} units`);
    }
    const rest = /^[^\r\n]*/u.exec(text.slice(offset))![0];
    const real: TextAtCursor = { prefix: text.slice(0, offset), rest, below: text.slice(offset + rest.length) };
    let place = this.document.moveTo(real.prefix, real);
    const detour = detourAt(real, place);
    const at = detour ?? real;
    if (detour !== null) place = this.document.moveTo(detour.prefix, detour);
    if (place.inside === 'comment' || place.inside === 'string') return [];
    this.options.project?.hideFile(request.path ?? null, real.prefix);
    const { vocabulary, calibration } = this.model;
    const { predictor, start } = this.line = this.lineAt(place);
    const found = await this.search(predictor, start, request);
    if (signal?.aborted === true) return [];
    const candidates = renderCandidates(found, start, {
      vocabulary, document: this.document, place, at, project: this.options.project?.names ?? null,
      filters: this.filters,
    }).filter(({ tokens }) => tokens.length <= (request.maxTokens ?? Infinity));
    const kept = await this.choose(candidates, place, at, request, detour);
    return kept.map(({ text: added, evidence: ofSearch, pieces }) => {
      const credit = predictor.creditOf(start, pieces);
      const evidence = { ...ofSearch, tokensBefore: place.line.length, written: credit.file + credit.project };
      return {
        evidence,
        suggestion: {
          text: added, range: { start: offset, end: offset }, confidence: confidenceOf(calibration, evidence),
          source: mainSource(credit),
        },
      };
    });
  }

  /** The line's beginning, and who continues it: as before, where only the half-typed word has changed. */
  private lineAt(place: CursorPlace): OpenLine {
    const { document, line: before } = this;
    const isAttribute = place.line[place.line.length - 1]?.text === '.';
    const { typed } = place;
    const syntax = syntaxAt(place.openBrackets, place.line, place.statement);
    const network: NetworkState = this.read?.moveTo(place.text, place.tokens) ?? null;
    const project = this.options.project?.cache.revision;
    const state = [document.revision, project, network, isAttribute, syntax.due, syntax.form];
    if (before !== null && state.every((part, k) => part === before.state[k])) {
      return { ...before, start: before.predictor.retyped(before.start, { typed, syntax }) };
    }
    const pieces = Array.from(document.file.pieces.subarray(Math.max(0, document.file.size - TAIL_PIECES)));
    return { state, predictor: this.predictorFor(isAttribute), start: { pieces, syntax, typed, network } };
  }

  /** A method of its own: what it closes over lives as long as the line, and the line before must not. */
  private predictorFor(isAttribute: boolean): LinePredictor {
    const { model: { shape, rules, gate }, document } = this;
    const isForeign = (word: string): boolean =>
      (word === '' ? document.hasForeignNames() : document.foreignNames(word, isAttribute).length > 0);
    return new LinePredictor(shape, rules, new Mixture(shape, gate, this.sources, false), this.network, isForeign);
  }

  private async search(
    predictor: LinePredictor,
    start: LineState,
    request: CompletionRequest,
  ): Promise<readonly Hypothesis<LineState>[]> {
    const maxPieces = request.maxTokens === undefined ? MAX_PIECES : Math.min(MAX_PIECES, 4 * request.maxTokens);
    if ((request.temperature ?? 0) > 0) {
      return sampleLines(predictor, start, {
        count: 4 * (request.count ?? 1), maxPieces, temperature: request.temperature!,
        random: createRandom(request.seed ?? 1),
      });
    }
    const steps = beamSteps(predictor, start, { ...BEAM, width: Math.max(BEAM.width, request.count ?? 1), maxPieces });
    let since = performance.now();
    for (;;) {
      const { done, value } = steps.next();
      if (done === true || request.signal?.aborted === true) return value;
      if (request.signal === undefined || performance.now() - since < PATIENCE_MS) continue;
      await new Promise((resolve) => setImmediate(resolve));
      since = performance.now();
    }
  }

  /** The best candidates that parse and say something of their own, laid out, as they are put at the real cursor. */
  private async choose(
    candidates: readonly Candidate[], { typed }: CursorPlace, { prefix, rest }: TextAtCursor, request: LineRequest,
    detour: Detour | null,
  ): Promise<Candidate[]> {
    if (candidates.length === 0) return [];
    const { count = 1 } = request;
    const policy = request.policy ?? this.options.policy ?? this.model.base.policy;
    const check = this.filters ? new ParseCheck(await this.model.tokenizer(), prefix, rest) : null;
    const chosen: Candidate[] = [];
    const plain: string[] = [];
    let refused = 0;
    for (const candidate of candidates) {
      if (chosen.length === count || refused === MOST_REFUSED) break;
      const { text, tokens } = candidate;
      const repeats = plain.some((known) => text === known || (this.filters && editRatio(text, known) > NEARLY_SAME));
      if (repeats) continue;
      if (check?.accepts(text) === false) {
        refused++;
        continue;
      }
      const laidOut = check === null ? text : check.layOut(text, tokens, typed, policy);
      const restored = detour === null ? laidOut : detour.restore(laidOut);
      if (restored === null || chosen.some((known) => known.text === restored)) continue;
      plain.push(text);
      chosen.push({ ...candidate, text: restored });
    }
    return chosen;
  }
}
