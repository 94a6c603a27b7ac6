import { decodeSource } from '../corpus/decode-source.js';
import { isForeignPath, isGenerated, isGeneratedName } from '../corpus/foreign-code.js';
import { NnfmtError, SourceReadError, SyntaxRefusedError } from '../errors.js';
import { isAllowed, ownLicence, type LicencePolicy } from '../gather/licences.js';
import { countLayout } from '../model/count-layout.js';
import { observeLayout } from '../model/observed-layout.js';
import { sourceContext } from '../model/source-context.js';
import { StyleCounts } from '../model/style-counts.js';
import { mutateSource } from '../mutate/index.js';
import { findLayoutFault, toLf, withStructure, type StructuredSource, type Tokenizer } from '../tokenize/index.js';
import { digestOf, orderOf, splitOf, type Split } from './shard-place.js';
import { bandsOf, minHash, tokenShingles } from './signature.js';
import { sparseStyle, type SparseStyle } from './sparse-style.js';
import type { PieceCounts } from './piece-counts.js';

/** Why a file is left out. */
export const REASONS = ['licence', 'generated', 'vendored', 'encoding', 'size', 'syntax', 'empty'] as const;
export type Reason = (typeof REASONS)[number];

/** How files are prepared. Plain data, so that it can cross threads. */
export interface PrepareRules {
  readonly policy: LicencePolicy;
  /** Larger files are data. */
  readonly maxBytes: number;
  /** Share of the projects that is put aside. */
  readonly holdOut: number;
  readonly seed: number;
  /** Spoilt layouts of each file; the k-th has the seed `seed + k`. */
  readonly mutants: { readonly count: number; readonly rate: number };
  /** Whether n-grams of completion are counted. */
  readonly counts: boolean;
}

/** A file as it comes. */
export interface GivenFile {
  readonly project: string;
  readonly path: string;
  /** SPDX, or several of them; null where nobody says. */
  readonly licence: string | null;
  /** As bytes, it is decoded as CPython would. */
  readonly content: Uint8Array | string;
}

/** A file that is kept: what shards hold of it, and what similar ones are found by. */
export interface KeptFile {
  readonly kept: true;
  /** Without a byte order mark, with LF line ends. */
  readonly text: string;
  readonly licence: string | null;
  readonly digest: string;
  readonly order: string;
  readonly split: Split;
  readonly lines: number;
  readonly tokens: number;
  readonly signature: Uint32Array;
  readonly bands: readonly string[];
  readonly style: SparseStyle;
  readonly counts?: PieceCounts;
  readonly mutants?: readonly string[];
}

export interface LeftOutFile {
  readonly kept: false;
  readonly reason: Reason;
  readonly detail: string;
}

/** Prepares files one by one; holds what can be used again. */
export class FilePreparer {
  private readonly scratch = new StyleCounts();

  /** @param countPieces of a text; null where nothing is counted */
  constructor(
    private readonly tokenizer: Tokenizer,
    private readonly countPieces: ((text: string) => PieceCounts) | null,
  ) {}

  /**
   * Decodes a file, judges it, and says all that a corpus wants to know of it.
   *
   * @throws OverBudgetError for a file that takes more than the budget at work allows; nothing else for bad input
   */
  prepare(file: GivenFile, rules: PrepareRules): KeptFile | LeftOutFile {
    const { project, path, content } = file;
    const leave = (reason: Reason, detail: string): LeftOutFile => ({ kept: false, reason, detail });
    const byteLength = typeof content === 'string' ? Buffer.byteLength(content) : content.length;
    if (byteLength > rules.maxBytes) return leave('size', `${byteLength} bytes; the limit is ${rules.maxBytes}`);
    if (isGeneratedName(path.slice(path.lastIndexOf('/') + 1))) return leave('generated', 'by its name');
    if (isForeignPath(path)) return leave('vendored', 'by its path');
    let text: string;
    try {
      text = toLf(decoded(content, path));
    } catch (fault) {
      if (!(fault instanceof NnfmtError)) throw fault;
      return leave('encoding', fault.message.split('\n', 1)[0]);
    }
    if (isGenerated(text)) return leave('generated', 'by its head');
    const licence = ownLicence(text) ?? file.licence;
    if (licence !== null && !isAllowed(licence, rules.policy)) return leave('licence', licence);
    let program: StructuredSource;
    try {
      program = withStructure(this.tokenizer.tokenize(text, path, { strict: true }));
    } catch (fault) {
      if (!(fault instanceof SyntaxRefusedError)) throw fault;
      return leave('syntax', fault.message.split('\n', 1)[0]);
    }
    const { source } = program;
    if (source.tokenCount === 0) return leave('empty', 'no token');
    if (findLayoutFault(source, program.structure) !== null) return leave('syntax', 'its layout is not understood');
    const digest = digestOf(text);
    const signature = minHash(tokenShingles(source));
    const context = sourceContext(program);
    this.scratch.clear();
    countLayout(context, observeLayout(context, source.gaps), this.scratch);
    return {
      kept: true, text, licence, digest, order: orderOf(digest, rules.seed), split: splitOf(project, rules.holdOut),
      lines: text.split('\n').length - (text.endsWith('\n') ? 1 : 0),
      tokens: source.tokenCount, signature, bands: bandsOf(signature), style: sparseStyle(this.scratch),
      ...(this.countPieces === null || !rules.counts ? {} : { counts: this.countPieces(text) }),
      ...(rules.mutants.count === 0 ? {} : { mutants: this.mutantsOf(text, path, rules) }),
    };
  }

  /** The set by which a text is compared with others. @throws SyntaxRefusedError */
  shinglesOf(text: string, path: string): Uint32Array {
    return tokenShingles(this.tokenizer.tokenize(toLf(text), path, { strict: true }));
  }

  private mutantsOf(text: string, path: string, { mutants: { count, rate }, seed }: PrepareRules): string[] {
    return Array.from({ length: count }, (_, k) => mutateSource(this.tokenizer, text, { rate, seed: seed + k, path }));
  }
}

const LONE_SURROGATE = /\p{Surrogate}/u;

/** @throws SourceReadError for what is no text of Python */
function decoded(content: Uint8Array | string, path: string): string {
  if (typeof content !== 'string') return decodeSource(content, path).text;
  // What came as text has been decoded; a coding line in it speaks of a file that is not here.
  const bare = content.startsWith('\uFEFF') ? content.slice(1) : content;
  const refuse = (reason: 'binary' | 'not-utf8', message: string): never => {
    throw new SourceReadError({ path, reason, message });
  };
  if (bare.includes('\0')) refuse('binary', 'a NUL character stands in it.');
  if (LONE_SURROGATE.test(bare)) refuse('not-utf8', 'half a character stands in it.');
  return bare;
}
