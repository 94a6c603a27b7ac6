import { SyntaxRefusedError } from '../errors.js';
import { layOutRange, type FormatPolicy } from '../format/index.js';
import {
  createGrowingLexer, isReadPlainly, toLf, type TokenizedSource, type TokenizeOptions, type Tokenizer,
} from '../tokenize/index.js';

/** Texts that are remembered: those of some keystrokes. */
const MOST_TEXTS = 96;

interface LaidOutRange {
  readonly policy: FormatPolicy;
  readonly start: number;
  readonly end: number;
  readonly gaps: readonly string[] | null;
}

/** What was asked of a text; null where it was not. */
interface CheckedText {
  /** The grammar takes it as it stands. */
  isPlain: boolean | null;
  parses: boolean | null;
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
    const checked = this.check(text);
    return (checked.parses ??= checked.isPlain === true || this.parse(text, { strict: true }));
  }

  /**
   * Whether the grammar takes the text as it stands. What it does not take may be Python all the same, in a layout
   * that is rare; to find that out takes three times as long.
   */
  isPlain(text: string): boolean {
    const checked = this.check(text);
    checked.isPlain ??= isReadPlainly(toLf(text)) && this.parse(text, { strict: true, asItStands: true });
    return checked.isPlain;
  }

  /** See `layOutRange`. */
  layOut(text: string, policy: FormatPolicy, start: number, end: number): readonly string[] | null {
    const checked = this.check(text);
    if (checked.isPlain !== true) this.parses(text);
    const known = checked.laidOut;
    if (known?.policy === policy && known.start === start && known.end === end) return known.gaps;
    const tokenized = this.latest?.text === text ? this.latest.tokenized : null;
    const gaps = layOutRange(this.tokenizer, policy, text, { start, end }, tokenized);
    checked.laidOut = { policy, start, end, gaps };
    return gaps;
  }

  private check(text: string): CheckedText {
    const checked = this.texts.get(text) ?? { isPlain: null, parses: null, laidOut: null };
    this.texts.delete(text);
    this.texts.set(text, checked);
    const [oldest] = this.texts.keys();
    if (this.texts.size > MOST_TEXTS) this.texts.delete(oldest);
    return checked;
  }

  private parse(text: string, options: TokenizeOptions): boolean {
    try {
      const tokenized = this.tokenizer.tokenize(text, '<completion>', options);
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
