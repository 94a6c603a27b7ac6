import { SyntaxRefusedError } from '../errors.js';
import { layOutRange, type FormatPolicy } from '../format/index.js';
import { createGrowingLexer, isReadPlainly, toLf, type TokenizedSource, type Tokenizer } from '../tokenize/index.js';

/** Texts that are remembered: those of some keystrokes. */
const MOST_TEXTS = 32;

interface LaidOutRange {
  readonly policy: FormatPolicy;
  readonly start: number;
  readonly end: number;
  readonly gaps: readonly string[] | null;
}

interface CheckedText {
  readonly parses: boolean;
  laidOut: LaidOutRange | null;
}

/**
 * What was found of texts that end with a candidate: whether they parse, and how the candidate is laid out. While a
 * word is typed the same candidates come again, behind more or less of it, and make the same texts.
 */
export class CheckedTexts {
  /** The one that was asked for last at the end. */
  private readonly texts = new Map<string, CheckedText>();
  /** Tokens of the text that was parsed last: what parses is laid out next. */
  private latest: { readonly text: string; readonly tokenized: TokenizedSource } | null = null;

  /** For text before the cursor, and for what begins with a window of it. */
  readonly lexPrefix = createGrowingLexer();
  readonly lexWindow = createGrowingLexer();

  constructor(private readonly tokenizer: Tokenizer) {}

  parses(text: string): boolean {
    return this.check(text).parses;
  }

  /** See `layOutRange`. */
  layOut(text: string, policy: FormatPolicy, start: number, end: number): readonly string[] | null {
    const checked = this.check(text);
    const known = checked.laidOut;
    if (known?.policy === policy && known.start === start && known.end === end) return known.gaps;
    const tokenized = this.latest?.text === text ? this.latest.tokenized : null;
    const gaps = layOutRange(this.tokenizer, policy, text, { start, end }, tokenized);
    checked.laidOut = { policy, start, end, gaps };
    return gaps;
  }

  private check(text: string): CheckedText {
    const checked = this.texts.get(text) ?? { parses: this.parse(text), laidOut: null };
    this.texts.delete(text);
    this.texts.set(text, checked);
    const [oldest] = this.texts.keys();
    if (this.texts.size > MOST_TEXTS) this.texts.delete(oldest);
    return checked;
  }

  private parse(text: string): boolean {
    try {
      const tokenized = this.tokenizer.tokenize(text, '<completion>', { strict: true });
      if (isReadPlainly(toLf(text))) this.latest = { text, tokenized };
      return true;
    } catch (fault) {
      if (fault instanceof SyntaxRefusedError) return false;
      throw fault;
    }
  }
}

const known = new WeakMap<Tokenizer, CheckedTexts>();

/** What was checked with a tokenizer. */
export function checkedTexts(tokenizer: Tokenizer): CheckedTexts {
  const found = known.get(tokenizer) ?? new CheckedTexts(tokenizer);
  known.set(tokenizer, found);
  return found;
}
