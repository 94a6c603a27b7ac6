import { spawn, spawnSync } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** What CPython says of a variant of a source: see `cpython_oracle.py`. */
export type Verdict = 'same' | 'comments' | 'different' | 'invalid';

export interface Comparison {
  /** Why CPython refuses the left or right text; null when it accepts it. */
  readonly left: string | null;
  readonly right: string | null;
  readonly tree: boolean;
  /** null where the tokenize module cannot read the left text although the compiler can. */
  readonly tokens: boolean | null;
  readonly detail: string;
}

/** A running python3 that judges sources; requests are answered in order. */
export interface CpythonOracle {
  version(): Promise<string>;
  /** null when the text compiles. */
  check(text: string): Promise<string | null>;
  /** The same of a file's bytes, as CPython decodes them. */
  checkFile(path: string): Promise<string | null>;
  compare(left: string, right: string): Promise<Comparison>;
  variants(original: string, texts: readonly string[]): Promise<{ error: string | null; verdicts: Verdict[] }>;
  /** The pairs that CPython does not read as the same two tokens once joined. */
  mergedPairs(pairs: readonly (readonly [string, string])[]): Promise<[string, string, string[]][]>;
  /** null where the tokenize module gives up. */
  tokens(text: string): Promise<string[] | null>;
  close(): void;
}

const SCRIPT = fileURLToPath(new URL('./cpython_oracle.py', import.meta.url));

/** True when the interpreter starts; without it the tests that need an oracle are skipped. */
export function hasPython(python = 'python3'): boolean {
  return spawnSync(python, ['-c', 'import ast'], { stdio: 'ignore' }).status === 0;
}

/** Starts the oracle; the caller closes it. */
export function startOracle(python = 'python3'): CpythonOracle {
  const child = spawn(python, ['-I', SCRIPT], { stdio: ['pipe', 'pipe', 'inherit'] });
  const waiting: { resolve: (value: unknown) => void; reject: (error: Error) => void }[] = [];
  createInterface({ input: child.stdout, crlfDelay: Infinity }).on('line', (line) => {
    waiting.shift()?.resolve(JSON.parse(line));
  });
  const fail = (error: Error): void => {
    for (const entry of waiting.splice(0)) entry.reject(error);
  };
  child.on('error', fail);
  child.on('exit', (code) => fail(new Error(`the python oracle ended with ${code}`)));
  child.stdin.on('error', fail);

  const ask = <T>(request: object): Promise<T> =>
    new Promise<unknown>((resolve, reject) => {
      waiting.push({ resolve, reject });
      child.stdin.write(`${JSON.stringify(request)}\n`);
    }) as Promise<T>;

  return {
    version: async () => (await ask<{ version: string }>({ op: 'version' })).version,
    check: async (text) => (await ask<{ error: string | null }>({ op: 'check', text })).error,
    checkFile: async (path) => (await ask<{ error: string | null }>({ op: 'check_file', path })).error,
    compare: (left, right) => ask({ op: 'compare', left, right }),
    variants: (original, texts) => ask({ op: 'variants', original, texts }),
    mergedPairs: async (pairs) => (await ask<{ merged: [string, string, string[]][] }>({ op: 'pairs', pairs })).merged,
    tokens: async (text) => (await ask<{ tokens: string[] | null }>({ op: 'tokens', text })).tokens,
    close: () => child.stdin.end(),
  };
}
