/**
 * What learning may take, whatever a project holds. All of it is counted in files, characters and tokens, not in
 * seconds, so that the same files give the same profile on every machine.
 */

/** More files than these add nothing to the counts; they are drawn by a hash of their paths. */
export const MOST_FILES = 200;
/** Characters of one file that is read, and of all of them: about a minute. */
export const MOST_CHARACTERS = { file: 2_000_000, all: 16_000_000 } as const;
/**
 * A file of more tokens is counted whole, but fine-tuned and measured on an excerpt: tables and generated code, as a
 * rule, which repeat themselves.
 */
export const WHOLE_TOKENS = 60_000;
export const EXCERPT_TOKENS = 20_000;
/** A mutant of each file counts as one epoch. */
export const MOST_EPOCHS = 12;
export const HELD_OUT_SHARE = 0.2;
/** For picking thresholds and for the report's figures, each: most files, and gaps of all of them. */
export const MEASURED_FILES = 10;
export const MEASURED_GAPS = 24_000;
/** For the places on the page that the model finds least likely. */
export const LOOKED_AT = { files: 40, gaps: 240_000 } as const;
