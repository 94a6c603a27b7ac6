import {
  LINE_END, COMMENT, createGrowingLexer, lexPython, tokenKind, type LexicalEnd, type LexicalToken,
} from '../tokenize/index.js';
import { AnalogyCache } from './analogy-cache.js';
import { cachePieces, pieceContextKeys, PIECE_CONTEXT_COUNT, type PieceShape } from './piece-contexts.js';
import { NameIndex } from './names.js';
import { NgramCache } from './ngram-cache.js';
import { PIECE, type PieceVocabulary } from './pieces.js';
import { missingIndent } from './missing-indent.js';
import { statementPlace, type StatementPlace } from './statement-place.js';

/** Where the cursor stands, as a completion has to know it. */
export interface CursorPlace {
  readonly inside: LexicalEnd['inside'];
  /** Offset in `text` of the word, string or comment that the cursor is in; the text's length otherwise. */
  readonly insideStart: number;
  /** The half-typed word before the cursor; '' after anything else. */
  readonly typed: string;
  readonly openBrackets: string;
  /** Tokens of the line before the cursor, without the half-typed word. */
  readonly line: readonly LexicalToken[];
  /** What may begin a statement, where the cursor is before any token of one. */
  readonly statement: StatementPlace | null;
  /** Blocks around the line's statement; null within brackets that were opened on another line. */
  readonly depth: number | null;
  /** What an empty line lacks to stand in the block whose header is above it; '' for nothing. */
  readonly missingIndent: string;
  /** Tokens above the line, without comments. */
  readonly above: readonly LexicalToken[];
  /** All tokens that were read, with comments, and the text that their offsets count in. */
  readonly tokens: readonly LexicalToken[];
  readonly text: string;
}

const CASE = tokenKind('case');

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

/** A name with letters outside the alphabet of pieces. */
interface ForeignName {
  readonly text: string;
  readonly isAttribute: boolean;
}

const FOREIGN = /^(?!\w*$)[\p{L}\p{Nl}_][\p{L}\p{Nl}\p{Mn}\p{Mc}\p{Nd}\p{Pc}]*$/u;

/** A run of code as the caches hold it. */
interface EncodedCode {
  readonly pieces: readonly number[];
  readonly literals: readonly { readonly at: number; readonly text: string }[];
}

/**
 * The text around the cursor's line as tokens, pieces and cache. What stands below comes first
 * in the cache, like another file of the project, so that what stands above counts as nearer
 * and typing changes the end alone. Carried along from keystroke to keystroke: what two texts
 * have in common at their start is kept, and where the cursor moves down, what stands further below.
 */
export class OpenDocument {
  readonly file: NgramCache;
  readonly analogy: AnalogyCache;
  private readonly lex = createGrowingLexer({ comments: true });
  /** Above the cursor, and on its line. */
  private readonly aroundNames = new NameIndex();
  private below = { text: '', code: NOTHING, names: new NameIndex() };
  private changes = 0;
  /** Pieces of what stands below, with the marks around it. */
  private belowEnd = 0;
  /** In the order of the document. */
  private literals: readonly HiddenLiteral[] = [];
  private foreign: readonly ForeignName[] | null = null;
  /** By key. */
  private latestLiteral: ReadonlyMap<number, string> | null = null;

  /** @param normalised the text shows literals as placeholders */
  constructor(
    private readonly vocabulary: PieceVocabulary,
    private readonly shape: PieceShape,
    private readonly normalised = false,
  ) {
    this.file = new NgramCache(shape);
    this.analogy = new AnalogyCache(shape);
  }

  /** Another one whenever what is known of the text without the half-typed word has changed. */
  get revision(): number {
    return this.changes;
  }

  /** Names that stand anywhere around the cursor. */
  readonly names = { has: (name: string): boolean => this.aroundNames.has(name) || this.below.names.has(name) };

  /**
   * Reads the text before the cursor, and what there is after it.
   *
   * @param after the rest of the cursor's line, of which the names count, and what stands below
   */
  moveTo(
    prefix: string,
    after: { readonly rest: string; readonly below: string } = { rest: '', below: '' },
  ): CursorPlace {
    const text = prefix.length > MAX_PREFIX ? prefix.slice(lateStart(prefix)) : prefix;
    const { tokens: all, end } = this.lex(text);
    const typed = end.inside === 'word' ? text.slice(end.start) : '';
    const tokens = settleLine(typed === '' ? all : all.slice(0, -1), typed === '' ? text : '');
    const code = tokens.filter(({ kind }) => kind !== COMMENT);
    this.readBelow(after.below.slice(0, MAX_BELOW));
    this.replace(this.below.code, this.encode(code));
    this.aroundNames.clear();
    this.aroundNames.add(code);
    if (after.rest !== '') this.aroundNames.add(lexPython(after.rest).tokens);
    let first = code.length;
    while (first > 0 && code[first - 1].kind !== LINE_END) first--;
    const [above, line] = [code.slice(0, first), code.slice(first)];
    const goesOn = line.length > 0 ? !line[0].startsStatement : end.openBrackets !== '';
    const depth = goesOn ? null : line.length > 0 ? line[0].blockDepth : depthAfter(above);
    return {
      inside: end.inside, insideStart: end.start, typed, openBrackets: end.openBrackets, line, depth, above, tokens,
      text,
      statement: depth === null || line.length > 0 ? null : placeOf(above, { depth, typed }),
      missingIndent: depth === null || line.length > 0 ? '' : missingIndent(above, text),
    };
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

  /**
   * Names of the file that no pieces spell and that begin as what is typed, the nearest first.
   *
   * @param isAttribute those that stand behind a dot; else the others
   */
  foreignNames(typed: string, isAttribute: boolean): string[] {
    this.foreign ??= this.readForeignNames();
    return this.foreign
      .filter((name) => name.isAttribute === isAttribute && name.text.startsWith(typed))
      .map(({ text }) => text);
  }

  hasForeignNames(): boolean {
    this.foreign ??= this.readForeignNames();
    return this.foreign.length > 0;
  }

  private readForeignNames(): ForeignName[] {
    const names = new Map<string, ForeignName>();
    for (const { at, text } of this.literals) {
      if (!FOREIGN.test(text)) continue;
      const isAttribute = at > 0 && this.vocabulary.text(this.file.pieces[at - 1]) === '.';
      const key = `${isAttribute ? '.' : ''}${text}`;
      // The latest place counts.
      names.delete(key);
      names.set(key, { text, isAttribute });
    }
    return [...names.values()].reverse();
  }

  /** Keys of what stands before a literal, the most particular first. */
  private literalKeys(pieces: ArrayLike<number>, at: number): number[] {
    const keys = new Uint32Array(PIECE_CONTEXT_COUNT);
    pieceContextKeys(this.shape, pieces, at, keys);
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

  /**
   * Where what stands below has lost its first lines, the caches lose their first pieces. True where it has.
   *
   * @param front what stands below, with the marks around it
   */
  private shortenBelow(front: Uint16Array): boolean {
    const before = this.file.pieces.subarray(0, this.belowEnd);
    if (front.length >= before.length) return false;
    let common = 0;
    const [last, lastBefore] = [front.length - 1, before.length - 1];
    while (common < front.length && front[last - common] === before[lastBefore - common]) common++;
    while (common > 0 && this.shape.startsToken[front[front.length - common]] === 0) common--;
    if (common < WORTH_KEEPING || common < front.length / 2) return false;
    for (const cache of [this.file, this.analogy]) {
      cache.replaceFront(before.length - common, front.subarray(0, front.length - common));
    }
    return true;
  }

  private replace(below: EncodedCode, above: EncodedCode): void {
    const all = [PIECE.file, ...below.pieces];
    if (below.pieces.length > 0) all.push(PIECE.file);
    const shift = all.length;
    for (const piece of above.pieces) all.push(piece);
    const pieces = cachePieces(this.shape, all);
    const isShorter = this.shortenBelow(pieces.subarray(0, shift));
    this.belowEnd = shift;
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
      const known = isShorter ? undefined : this.literals[literals.length];
      const keys = at <= common && known?.at === at ? known.keys : this.literalKeys(pieces, at);
      literals.push({ at, text, keys });
    };
    for (const { at, text } of below.literals) add(1 + at, text);
    for (const { at, text } of above.literals) add(shift + at, text);
    const isSame = !isShorter && common === before.length && common === pieces.length &&
      literals.length === this.literals.length &&
      literals.every(({ at, text }, k) => at === this.literals[k]!.at && text === this.literals[k]!.text);
    if (isSame) return;
    this.changes++;
    this.literals = literals;
    this.latestLiteral = null;
    this.foreign = null;
  }
}

/** Pieces that a text below has in common with the one before, at least: with fewer it is read anew. */
const WORTH_KEEPING = 64;

/**
 * Tokens as the cursor's line shows them: what is put at the margin of an empty line stands outside all blocks, and a
 * `case` is one though its line does not end yet.
 */
function settleLine(tokens: readonly LexicalToken[], text: string): readonly LexicalToken[] {
  const last = tokens.findLastIndex(({ kind }) => kind === LINE_END);
  if (last < 0) return tokens;
  if (tokens[last].depthChange === null && /[\r\n]$/u.test(text)) {
    return tokens.with(last, { ...tokens[last], depthChange: -tokens[last].blockDepth });
  }
  const first = tokens[last + 1];
  if (first?.text !== 'case' || !first.startsStatement ||
    !statementPlace(tokens.slice(0, last + 1), first.blockDepth).isCaseDue) return tokens;
  return tokens.with(last + 1, { ...first, kind: CASE });
}

/** Blocks around what comes next. */
function depthAfter(above: readonly LexicalToken[]): number {
  const last = above[above.length - 1];
  return last === undefined ? 0 : last.blockDepth + (last.depthChange ?? 0);
}

/** What may begin the statement that the cursor is before. */
function placeOf(
  above: readonly LexicalToken[],
  { depth, typed }: { readonly depth: number; readonly typed: string },
): StatementPlace {
  const place = statementPlace(above, depth);
  // What is typed here begins no clause: then the clause that is due has been forgotten for now.
  return place.due === null || [...place.due].some((word) => word.startsWith(typed)) ? place : { ...place, due: null };
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
