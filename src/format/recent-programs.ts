import type { SourceContext } from '../model/source-context.js';
import { isLongLife } from '../shared/engine-flags.js';
import { withStructure, type StructuredSource, type Tokenizer } from '../tokenize/index.js';
import { checkFits, contextOf } from './read-program.js';

/** A text, and what has been read off it so far. */
interface Recent {
  readonly tokenizer: Tokenizer;
  readonly text: string;
  readonly structured: StructuredSource;
  /** Whether it was parsed as if no text had come before. */
  readonly isAfresh: boolean;
  context: SourceContext | null;
}

/** Characters of a text, from which on it is not kept: its tokens take some hundred bytes each. */
const LONGEST = 100_000;
/** An editor's text, and what formatting has made of it, which it sends next. */
const MOST = 2;

/**
 * The texts that were read last, as tokens. A process that stays is asked about a text again and again: what deviates,
 * what it would become, and why; then about what it was given. The output of a formatting was read to prove it. A
 * command that reads each file once keeps none.
 */
export class RecentPrograms {
  /** The latest last. */
  private readonly kept: Recent[] = [];

  /**
   * The tokens of a text that is to be proven to be the program of another one: nothing of the other one's tree serves.
   *
   * @throws as `Tokenizer.tokenize`
   */
  structured(tokenizer: Tokenizer, text: string, path: string): StructuredSource {
    return this.read(tokenizer, text, path, true).structured;
  }

  /** What `readProgram` reads. @throws as it does */
  context(tokenizer: Tokenizer, text: string, path: string, seams: readonly number[] = []): SourceContext {
    const recent = this.read(tokenizer, text, path);
    if (seams.length > 0) return contextOf(recent.structured, text, path, seams);
    if (recent.context === null) return (recent.context = contextOf(recent.structured, text, path));
    checkFits(recent.structured.source);
    return recent.context;
  }

  private read(tokenizer: Tokenizer, text: string, path: string, isAfresh = false): Recent {
    const at = this.kept.findIndex((recent) => recent.text === text && recent.tokenizer === tokenizer);
    if (at >= 0) {
      const [recent] = this.kept.splice(at, 1);
      if (recent.isAfresh || !isAfresh) {
        this.kept.push(recent);
        return recent;
      }
    }
    // Room is made before: a large text is read next to as little as can be.
    if (text.length > LONGEST) this.kept.length = 0;
    if (this.kept.length === MOST) this.kept.shift();
    const comesAgain = text.length <= LONGEST && isLongLife();
    const structured = withStructure(tokenizer.tokenize(text, path, { comesAgain, isAfresh }));
    const recent = { tokenizer, text, structured, isAfresh, context: null };
    if (comesAgain) this.kept.push(recent);
    return recent;
  }
}
