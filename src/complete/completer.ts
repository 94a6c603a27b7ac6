/**
 * Finishes the line at a cursor. A `Completer` holds one open document and carries its state
 * along, so that a keystroke costs the new tokens only.
 *
 * In comments and in the text of strings nothing is suggested; in the fields of f-strings expressions are.
 */
import type { FormatPolicy } from '../format/index.js';
import { checkArgument, checkFields, listOf, madeBy, numberFrom, OBJECT, orNull, TEXT } from '../shared/check-arguments.js';
import { editRatio } from '../shared/edit-similarity.js';
import { createRandom } from '../shared/random.js';
import { beamSteps, type Hypothesis } from './beam-search.js';
import { ENGINE, type CompletionEngine, type ProjectContext } from './completion-engine.js';
import { confidenceOf, type Evidence } from './confidence.js';
import { detourAt, type Detour, type TextAtCursor } from './detour.js';
import { LinePredictor, mainSource, TAIL_PIECES, type LineNetwork, type LineState } from './line-predictor.js';
import { Mixture, type Source, type Sources } from './mixture.js';
import { createLineNetwork, NetworkDocument } from './network-document.js';
import { OpenDocument, type CursorPlace } from './open-document.js';
import { syntaxAt } from './piece-rules.js';
import { ParseCheck } from './place-candidate.js';
import { renderCandidates, type Candidate } from './render-candidates.js';
import { sampleLines } from './sample-lines.js';

/** Offsets count UTF-16 units, as JavaScript's strings do; only the command line counts code points. */
export interface Suggestion {
  /** What to put at the cursor, up to the line's end. */
  readonly text: string;
  /** The text between these UTF-16 offsets is replaced: nothing, as a rule. */
  readonly range: { readonly start: number; readonly end: number };
  /** Calibrated: of suggestions with .7, seven in ten are what the author would write. */
  readonly confidence: number;
  /** Where most of it comes from. */
  readonly source: Source;
}

export interface CompletionRequest {
  readonly text: string;
  /** The file's absolute path, where it has one: what the project knows of it is passed over. */
  readonly path?: string;
  /** Cursor, in UTF-16 units from the text's start. */
  readonly offset: number;
  /** Suggestions at most. */
  readonly count?: number;
  /** Tokens of a suggestion at most. */
  readonly maxTokens?: number;
  /** Suggestions less sure than this are not made. */
  readonly minConfidence?: number;
  /** 0 searches for the likeliest lines; above, lines are drawn. */
  readonly temperature?: number;
  readonly seed?: number;
  /** How this line is laid out, where files of one completer follow different profiles. */
  readonly policy?: FormatPolicy;
  /** Aborting ends the search; the promise then gives no suggestions. */
  readonly signal?: Abortable;
}

/** An AbortSignal, of which no more is asked: its type comes with those of a browser or of Node. */
export interface Abortable {
  readonly aborted: boolean;
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

/** Chosen on projects that were held out of training: more width finds nothing better, exponents of .1 to .3 are alike. */
export const BEAM = { width: 4, lengthExponent: 0.2 };
/** Pieces of the longest suggestion, where no number of tokens is given. */
const MAX_PIECES = 60;
/** Suggestions more alike than this say the same. */
const NEARLY_SAME = 0.9;
/** The search lets others work after so many milliseconds. */
const PATIENCE_MS = 8;

const COMPLETER_OPTIONS = {
  project: orNull(madeBy('new ProjectContext()', 'hideFile')), policy: OBJECT, without: listOf('parts', (part) => typeof part === 'string'),
} satisfies Record<keyof CompleterOptions, unknown>;

const REQUEST = {
  text: TEXT, path: TEXT, offset: numberFrom(-Infinity, Infinity), count: numberFrom(1, Infinity, true), maxTokens: numberFrom(1, Infinity, true),
  minConfidence: numberFrom(0, 1), temperature: numberFrom(0, Infinity), seed: numberFrom(-Infinity, Infinity), policy: OBJECT, signal: OBJECT,
} satisfies Record<keyof CompletionRequest, unknown>;

export class Completer {
  private readonly document: OpenDocument;
  private readonly sources: Sources;
  private readonly filters: boolean;
  private readonly read: NetworkDocument | null;
  private readonly network: LineNetwork | null;

  /** @throws BadOptionError for arguments that cannot be */
  constructor(private readonly model: CompletionEngine, private readonly options: CompleterOptions = {}) {
    checkArgument('Completer: model', model, ENGINE);
    checkFields('Completer', options, COMPLETER_OPTIONS);
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
   * @throws BadOptionError for a request that cannot be
   */
  async complete(request: CompletionRequest): Promise<Suggestion[]> {
    const found = await this.suggestWithEvidence(request);
    return found.map(({ suggestion }) => suggestion).filter(({ confidence }) => confidence >= (request.minConfidence ?? 0));
  }

  /**
   * All suggestions with what their confidence is made of: for calibration.
   *
   * @throws RangeError when the cursor is outside the text
   */
  async suggestWithEvidence(request: CompletionRequest): Promise<{ readonly suggestion: Suggestion; readonly evidence: Evidence }[]> {
    checkFields('complete', request, REQUEST, ['text', 'offset']);
    const { text, offset, signal } = request;
    if (!(offset >= 0 && offset <= text.length)) throw new RangeError(`the cursor ${offset} is outside the text of ${text.length} units`);
    const rest = /^[^\r\n]*/u.exec(text.slice(offset))![0];
    const real: TextAtCursor = { prefix: text.slice(0, offset), rest, below: text.slice(offset + rest.length) };
    let place = this.document.moveTo(real.prefix, real);
    const detour = detourAt(real, place);
    const at = detour ?? real;
    if (detour !== null) place = this.document.moveTo(detour.prefix, detour);
    if (place.inside === 'comment' || place.inside === 'string') return [];
    this.options.project?.hideFile(request.path ?? null, real.prefix);
    const { vocabulary, shape, rules, gate, calibration } = this.model;
    const isAttribute = place.line[place.line.length - 1]?.text === '.';
    const isForeign = (typed: string): boolean => (typed === '' ? this.document.hasForeignNames() : this.document.foreignNames(typed, isAttribute).length > 0);
    const predictor = new LinePredictor(shape, rules, new Mixture(shape, gate, this.sources, false), this.network, isForeign);
    const start = this.startState(place);
    const found = await this.search(predictor, start, request);
    if (signal?.aborted === true) return [];
    const candidates = renderCandidates(found, start, {
      vocabulary, document: this.document, place, at, project: this.options.project?.names ?? null, filters: this.filters,
    }).filter(({ tokens }) => tokens.length <= (request.maxTokens ?? Infinity));
    const kept = await this.choose(candidates, place, at, request, detour);
    return kept.map(({ text: added, evidence: ofSearch, pieces }) => {
      const credit = predictor.creditOf(start, pieces);
      const evidence = { ...ofSearch, tokensBefore: place.line.length, written: credit.file + credit.project };
      return {
        evidence,
        suggestion: {
          text: added, range: { start: offset, end: offset }, confidence: confidenceOf(calibration, evidence), source: mainSource(credit),
        },
      };
    });
  }

  private startState({ typed, openBrackets, line, statement, tokens, text }: CursorPlace): LineState {
    const pieces = this.document.file.pieces;
    return {
      pieces: Array.from(pieces.subarray(Math.max(0, pieces.length - TAIL_PIECES))),
      syntax: syntaxAt(openBrackets, line, statement),
      typed,
      network: this.read?.moveTo(text, tokens) ?? null,
    };
  }

  private async search(predictor: LinePredictor, start: LineState, request: CompletionRequest): Promise<readonly Hypothesis<LineState>[]> {
    const maxPieces = request.maxTokens === undefined ? MAX_PIECES : Math.min(MAX_PIECES, 4 * request.maxTokens);
    if ((request.temperature ?? 0) > 0) {
      return sampleLines(predictor, start, {
        count: 4 * (request.count ?? 1), maxPieces, temperature: request.temperature!, random: createRandom(request.seed ?? 1),
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
    candidates: readonly Candidate[], { typed }: CursorPlace, { prefix, rest }: TextAtCursor, request: CompletionRequest, detour: Detour | null,
  ): Promise<Candidate[]> {
    if (candidates.length === 0) return [];
    const { count = 1 } = request;
    const policy = request.policy ?? this.options.policy ?? this.model.base.policy;
    const check = this.filters ? new ParseCheck(await this.model.tokenizer(), prefix, rest) : null;
    const chosen: Candidate[] = [];
    const plain: string[] = [];
    for (const candidate of candidates) {
      if (chosen.length === count) break;
      const { text, tokens } = candidate;
      const repeats = plain.some((known) => text === known || (this.filters && editRatio(text, known) > NEARLY_SAME));
      if (repeats || check?.accepts(text) === false) continue;
      const laidOut = check === null ? text : check.layOut(text, tokens, typed, policy);
      const restored = detour === null ? laidOut : detour.restore(laidOut);
      if (restored === null || chosen.some((known) => known.text === restored)) continue;
      plain.push(text);
      chosen.push({ ...candidate, text: restored });
    }
    return chosen;
  }
}
