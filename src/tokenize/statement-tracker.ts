import { COLON, LAMBDA, SEMICOLON, isCloser, isHeader, isOpener } from './vocabulary.js';

/**
 * Follows code token by token and knows where statements start without a tree: behind a line end outside brackets, a
 * semicolon, and the colon of a header, which is none of a lambda's.
 */
export class StatementTracker {
  /** True where the next token starts a statement. */
  startsStatement = true;
  /** Extra depth of what follows `if x:` on its own line. */
  inline = 0;
  bracketDepth = 0;
  /** The statement heads a block, and its colon is still to come. */
  private awaitsColon = false;
  /** Lambdas of this statement, outside brackets, whose colon is still to come. */
  private lambdas = 0;

  clone(): StatementTracker {
    return Object.assign(new StatementTracker(), this);
  }

  /** Moves past a token that is no comment; `kind` as in TOKEN_KINDS. */
  push(kind: number): void {
    if (this.startsStatement) {
      this.awaitsColon = isHeader(kind);
      this.lambdas = 0;
    }
    this.startsStatement = false;
    if (isOpener(kind)) this.bracketDepth++;
    else if (isCloser(kind)) this.bracketDepth = Math.max(0, this.bracketDepth - 1);
    else if (this.bracketDepth > 0) return;
    else if (kind === LAMBDA) this.lambdas++;
    else if (kind === SEMICOLON) this.startsStatement = true;
    else if (kind === COLON && this.lambdas > 0) this.lambdas--;
    else if (kind === COLON && this.awaitsColon) {
      this.awaitsColon = false;
      this.inline++;
      this.startsStatement = true;
    }
  }

  /** Moves past the end of a physical line that holds tokens; within brackets it ends nothing. */
  endLine(): void {
    if (this.bracketDepth > 0) return;
    this.startsStatement = true;
    this.inline = 0;
    this.awaitsColon = false;
  }

  /** Takes the open brackets for abandoned: a statement starts here. */
  abandonBrackets(): void {
    this.bracketDepth = 0;
    this.endLine();
  }
}
