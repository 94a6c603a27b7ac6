import { lazily } from './lazily.js';

/**
 * V8 compiles what runs often a second time, with optimisation, in the background. For a
 * process that lives for a quarter of a second, that costs more than it saves: half of the
 * processor time of `nnfmt format FILE` went there, most of it into the parser of the grammar.
 * So the command asks V8 to wait longer; with many files the time comes all the same. Only
 * the command does so: a program that uses the library keeps its own settings.
 */

/** Bytecodes that a JavaScript function may run before it is optimised; V8's own value is 67,584. */
const SCRIPT_BUDGET = 1_000_000;
/** The same where there are many files, in this thread or in several, each of which has functions of its own. */
const MANY_FILES_BUDGET = 300_000;
/**
 * Bytecodes that optimising a function may take in of those that it calls; V8's own value is 920. Ours are long, and V8
 * spends more on optimising them together than files are formatted faster.
 */
const INLINED = 150;
/** Bytes of WebAssembly that a function may run; V8's own value is 1,800,000. */
const PARSER_BUDGET = 1_000_000_000;
/**
 * Bytes of sources whose parser is not optimised at all: V8 spends as much on one function of it as it would save
 * on about that many.
 */
const FEW_BYTES = 300_000;
/**
 * How fast the space for what is young grows, for few bytes: at once to the most that V8 gives it. By V8's own factor
 * of 2 it is collected four times as often, and each time V8 lowers the size from which on it collects all that is old:
 * such a process came to that once.
 */
const YOUNG_GROWTH = 16;
/**
 * By how many per cent of what lives the heap may grow before all of it is collected, for many files none of which is
 * long: what lives is next to nothing then, and what each file leaves is gone with the next one.
 */
const MANY_FILES_GROWTH = 300;
/** The kernel of the model is worth optimising at once. */
const KERNEL_BUDGET = 10_000;

/** V8's own values. */
const V8_BUDGET = 1_800_000;
const V8_YOUNG_GROWTH = 2;
/** By itself V8 decides by how fast it collects. */
const V8_GROWTH = 0;

/** The versions of Node.js that these flags were measured on; a flag that is unknown would print an error. */
const TUNED = /^20\./.test(process.versions.node) && typeof process.getBuiltinModule === 'function';
/** What is said of modules of WebAssembly that do not ask to be optimised; null while V8 keeps its ways. */
let parserFlags: readonly string[] | null = null;
/** Whether few bytes are to be formatted. */
let isShort = false;

const setFlag = lazily(() => ownSwitch() ?? process.getBuiltinModule('node:v8').setFlagsFromString);
const setFlags = (flags: readonly string[]): void => flags.forEach((flag) => setFlag()(flag));

/**
 * What `node:v8` calls, without that module: it loads all of Node's streams, which takes a twentieth of what five small
 * files take. Null where Node does not give it.
 */
function ownSwitch(): ((flag: string) => void) | null {
  // Node says that nobody should do so, for it may be gone in another version; where it was told to say no such thing,
  // that cannot be set.
  const isSilent = process.noDeprecation === true;
  try {
    if (!isSilent) process.noDeprecation = true;
    const { setFlagsFromString } = (process as Partial<OldProcess>).binding?.('v8') ?? {};
    return typeof setFlagsFromString === 'function' ? setFlagsFromString : null;
  } catch {
    return null;
  } finally {
    if (!isSilent) process.noDeprecation = false;
  }
}

interface OldProcess {
  binding(name: 'v8'): { readonly setFlagsFromString?: (flag: string) => void };
}

/** What threads are told, which share V8's flags: each of them has many files, or that some are long. */
export const MANY_BYTES = Number.MAX_VALUE;
export const LONG_FILES = Infinity;

/** Whether so much to format makes a process whose parser is not optimised. */
export const areFew = (sourceBytes: number): boolean => sourceBytes < FEW_BYTES;

/**
 * Tells V8 that this process is a short one. Where it has few bytes to format, V8's flags are the same before and
 * after, as code that is kept for the next process demands.
 *
 * @param sourceBytes how much there is to format, at most
 */
export function expectShortLife(sourceBytes = 0): void {
  if (!TUNED) return;
  isShort = areFew(sourceBytes);
  parserFlags = isShort
    ? [`--wasm-tiering-budget=${KERNEL_BUDGET}`, '--no-wasm-tier-up', '--no-wasm-dynamic-tiering']
    : ['--wasm-tier-up', '--wasm-dynamic-tiering', `--wasm-tiering-budget=${PARSER_BUDGET}`];
  const budget = isShort ? SCRIPT_BUDGET : MANY_FILES_BUDGET;
  setFlags([
    `--interrupt-budget=${budget}`, `--max-inlined-bytecode-size-cumulative=${INLINED}`,
    `--semi-space-growth-factor=${isShort ? YOUNG_GROWTH : V8_YOUNG_GROWTH}`,
    `--heap-growing-percent=${isShort || sourceBytes === LONG_FILES ? V8_GROWTH : MANY_FILES_GROWTH}`, ...parserFlags,
  ]);
}

/** True where nobody has said that this process is a short one. */
export const isLongLife = (): boolean => parserFlags === null;

/** Compiles a WebAssembly module whose functions are to be optimised soon, whatever was expected. */
export const compileHotModule = <Compiled>(compile: () => Compiled): Compiled => compileTiering(compile, KERNEL_BUDGET);

/** Compiles a module of ours that is worth optimising as V8 does by itself, but not for few bytes. */
export const compileWarmModule = <Compiled>(compile: () => Compiled): Compiled =>
  (isShort ? compile() : compileTiering(compile, V8_BUDGET));

function compileTiering<Compiled>(compile: () => Compiled, budget: number): Compiled {
  if (parserFlags === null) return compile();
  setFlags(['--wasm-tier-up', '--wasm-dynamic-tiering', `--wasm-tiering-budget=${budget}`]);
  try {
    return compile();
  } finally {
    setFlags(parserFlags);
  }
}
