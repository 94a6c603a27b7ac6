import { lexPython, type LexicalEnd, LINE_END, tokenKind, type LexicalToken } from '../tokenize/index.js';
import { AnalogyCache } from './analogy-cache.js';
import { cachePieces, contextKeys, CONTEXT_COUNT, type PieceShape } from './contexts.js';
import { NameIndex } from './names.js';
import { NgramCache } from './ngram-cache.js';
import { PIECE, type PieceVocabulary } from './pieces.js';

/** Where the cursor stands, as a completion has to know it. */
export interface CursorPlace {
  readonly inside: LexicalEnd['inside'];
  /** The half-typed word before the cursor; '' after anything else. */
  readonly typed: string;
  readonly openBrackets: string;
  /** Tokens of the line before the cursor, without the half-typed word. */
  readonly line: readonly LexicalToken[];
  /** All tokens that were read, with comments, and the text that their offsets count in. */
  readonly tokens: readonly LexicalToken[];
  readonly text: string;
}

const COMMENT = tokenKind('comment');

/** A prefix longer than this is read from a later top-level line on. */
const MAX_PREFIX = 400_000;
/** Of the text below the cursor so much is read: some 2,500 lines. */
const MAX_BELOW = 100_000;

/** A literal that its pieces do not spell. */
interface HiddenLiteral {
  /** Index of its first piece in the document. */
  readonly at: number;
  readonly text: string;
  /** Keys of what stands before it, the most particular first. */
  readonly keys: readonly number[];
}

/** A run of code as the caches hold it. */
interface EncodedCode {
  readonly pieces: readonly number[];
  readonly literals: readonly { readonly at: number; readonly text: string }[];
}

/**
 * The text around the cursor's line as tokens, pieces and cache. What stands below comes first
 * in the cache, like another file of the project, so that what stands above counts as nearer
 * and typing changes the end alone. Carried along from keystroke to keystroke: what two texts
 * have in common at their start is kept. Moving to another line reads what stands below anew.
 */
export class OpenDocument {
  readonly file: NgramCache;
  readonly analogy: AnalogyCache;
  /** Above the cursor, and on its line. */
  private readonly aroundNames = new NameIndex();
  private below = { text: '', code: NOTHING, names: new NameIndex() };
  /** In the order of the document. */
  private literals: readonly HiddenLiteral[] = [];
  /** By key. */
  private latestLiteral: ReadonlyMap<number, string> | null = null;

  /** @param normalised the text shows literals as placeholders */
  constructor(private readonly vocabulary: PieceVocabulary, private readonly shape: PieceShape, private readonly normalised = false) {
    this.file = new NgramCache(shape);
    this.analogy = new AnalogyCache(shape);
  }

  /** Names that stand anywhere around the cursor. */
  readonly names = { has: (name: string): boolean => this.aroundNames.has(name) || this.below.names.has(name) };

  /**
   * Reads the text before the cursor, and what there is after it.
   *
   * @param after the rest of the cursor's line, of which the names count, and what stands below
   */
  moveTo(prefix: string, after: { readonly rest: string; readonly below: string } = { rest: '', below: '' }): CursorPlace {
    const text = prefix.length > MAX_PREFIX ? prefix.slice(lateStart(prefix)) : prefix;
    const { tokens: all, end } = lexPython(text, { comments: true });
    const typed = end.inside === 'word' ? text.slice(end.start) : '';
    const tokens = typed === '' ? all : all.slice(0, -1);
    const code = tokens.filter(({ kind }) => kind !== COMMENT);
    this.readBelow(after.below.slice(0, MAX_BELOW));
    const above = this.encode(code);
    this.replace(this.below.code, above);
    this.aroundNames.clear();
    this.aroundNames.add(code);
    if (after.rest !== '') this.aroundNames.add(lexPython(after.rest).tokens);
    let first = code.length;
    while (first > 0 && code[first - 1].kind !== LINE_END) first--;
    return { inside: end.inside, typed, openBrackets: end.openBrackets, line: code.slice(first), tokens, text };
  }

  /**
   * The literal that stood last in the place of the one that would begin at `pieces[at]`: what
   * a placeholder means, or undefined. One above the cursor is taken before one below.
   */
  literalFor(pieces: ArrayLike<number>, at: number): string | undefined {
    // Most requests never ask.
    this.latestLiteral ??= new Map(this.literals.flatMap(({ keys, text }) => keys.map((key) => [key, text] as const)));
    for (const key of this.literalKeys(pieces, at)) {
      const text = this.latestLiteral.get(key);
      if (text !== undefined) return text;
    }
    return undefined;
  }

  /** Keys of what stands before a literal, the most particular first. */
  private literalKeys(pieces: ArrayLike<number>, at: number): number[] {
    const keys = new Uint32Array(CONTEXT_COUNT);
    contextKeys(this.shape, pieces, at, keys);
    return [keys[3], keys[2]].filter((key) => key !== 0);
  }

  private readBelow(text: string): void {
    if (text === this.below.text) return;
    const { tokens } = lexPython(text);
    const names = new NameIndex();
    names.add(tokens);
    this.below = { text, code: this.encode(tokens), names };
  }

  private encode(tokens: readonly LexicalToken[]): EncodedCode {
    if (tokens.length === 0) return NOTHING;
    const pieces: number[] = [];
    const literals: { at: number; text: string }[] = [];
    for (const token of tokens) {
      const encoded = this.vocabulary.encode(token, { normalised: this.normalised });
      if (encoded.some((piece) => piece === PIECE.string || piece === PIECE.number || piece === PIECE.unknown)) {
        literals.push({ at: pieces.length, text: token.text });
      }
      for (const piece of encoded) pieces.push(piece);
    }
    return { pieces, literals };
  }

  private replace(below: EncodedCode, above: EncodedCode): void {
    const all = [PIECE.file, ...below.pieces];
    if (below.pieces.length > 0) all.push(PIECE.file);
    const shift = all.length;
    for (const piece of above.pieces) all.push(piece);
    const pieces = cachePieces(this.shape, all);
    const before = this.file.pieces;
    const most = Math.min(before.length, pieces.length);
    let common = 0;
    while (common < most && pieces[common] === before[common]) common++;
    for (const cache of [this.file, this.analogy]) {
      cache.rewind(common);
      cache.append(pieces.subarray(common));
    }
    const literals: HiddenLiteral[] = [];
    const add = (at: number, text: string): void => {
      // What stands before it decides its keys: most of them are known.
      const known = this.literals[literals.length];
      const keys = at <= common && known?.at === at ? known.keys : this.literalKeys(pieces, at);
      literals.push({ at, text, keys });
    };
    for (const { at, text } of below.literals) add(1 + at, text);
    for (const { at, text } of above.literals) add(shift + at, text);
    this.literals = literals;
    this.latestLiteral = null;
  }
}

const NOTHING: EncodedCode = { pieces: [], literals: [] };

/** Where to begin reading a very long text: at a line that stands at its margin. */
function lateStart(prefix: string): number {
  const from = prefix.length - MAX_PREFIX;
  const found = /\n(?=[A-Za-z@])/gu;
  found.lastIndex = from;
  const match = found.exec(prefix);
  return match === null ? from : match.index + 1;
}
