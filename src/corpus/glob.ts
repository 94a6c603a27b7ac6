/**
 * Globs as git reads them, compiled to a machine that looks at each byte of a text once for each place of the
 * pattern: no pattern, whatever its stars, takes longer than its length times that of the text.
 *
 * Texts are *byte texts*: one character a byte of UTF-8, because `?` and brackets stand for a byte in git.
 *
 * @source gitignore(5), and the cases of git's t/t3070-wildmatch.sh
 */
export interface GlobOptions {
  /** Whether stars, `?` and brackets stop at a slash, and a star pair between slashes stands for folders. */
  readonly isPath: boolean;
  /** Whether ASCII letters match in either case. */
  readonly ignoreCase: boolean;
}

/** Says whether a byte text matches. */
export type GlobMatcher = (text: string) => boolean;

/** The bytes of a text's UTF-8, as characters. */
export function byteText(text: string): string {
   
  return /^[\0-\x7f]*$/u.test(text) ? text : Buffer.from(text, 'utf8').toString('latin1');
}

/** ASCII letters in lower case; other bytes as they are. */
export const foldCase = (text: string): string => text.replace(/[A-Z]+/gu, (letters) => letters.toLowerCase());

/** One place of a pattern. */
type Step =
  | { readonly kind: 'byte'; readonly code: number }
  /** By code. */
  | { readonly kind: 'set'; readonly members: Uint8Array }
  | { readonly kind: 'star'; readonly crosses: boolean }
  /** Goes on after this step, or after the two that follow it. */
  | { readonly kind: 'fork' };

const SLASH = 0x2f;

/** Longer than any path: whoever writes such a pattern means no file. */
const LONGEST_PATTERN = 16_384;

/** Null for a pattern that matches nothing, such as one with a bracket that is never closed. */
export function compileGlob(pattern: string, options: GlobOptions): GlobMatcher | null {
  const steps = pattern.length > LONGEST_PATTERN ? null : readSteps(pattern, options);
  if (steps === null) return null;
  const run = matcherOf(steps);
  return options.ignoreCase ? (text) => run(foldCase(text)) : run;
}

function readSteps(pattern: string, options: GlobOptions): Step[] | null {
  const steps: Step[] = [];
  const any: Step = { kind: 'set', members: withoutSlash(new Uint8Array(256).fill(1), options) };
  for (let at = 0; at < pattern.length; ) {
    const char = pattern[at];
    if (char === '*') {
      at = readStars(pattern, at, steps, options);
    } else if (char === '?') {
      steps.push(any);
      at++;
    } else if (char === '[') {
      const bracket = readBracket(pattern, at, options);
      if (bracket === null) return null;
      steps.push({ kind: 'set', members: bracket.members });
      at = bracket.end;
    } else {
      if (char === '\\') at++;
      if (at === pattern.length) return null;
      const code = pattern.charCodeAt(at++);
      steps.push({ kind: 'byte', code: options.ignoreCase && isCapital(code) ? code + CASE_STEP : code });
    }
  }
  return steps;
}

/** Reads a run of stars, and the slash after it where both together stand for folders; gives where it ends. */
function readStars(pattern: string, start: number, steps: Step[], { isPath }: GlobOptions): number {
  let end = start;
  while (pattern[end] === '*') end++;
  const startsName = start === 0 || pattern[start - 1] === '/';
  const endsName = end === pattern.length || pattern[end] === '/' || pattern.startsWith('\\/', end);
  const isPair = end - start > 1 && startsName && endsName;
  if (isPath && isPair && pattern[end] === '/') {
    steps.push({ kind: 'fork' }, { kind: 'star', crosses: true }, { kind: 'byte', code: SLASH });
    return end + 1;
  }
  steps.push({ kind: 'star', crosses: !isPath || isPair });
  return end;
}

const POSIX_CLASSES: Readonly<Record<string, RegExp>> = {
  alnum: /[A-Za-z0-9]/u, alpha: /[A-Za-z]/u, blank: /[ \t]/u, digit: /[0-9]/u,
   
  cntrl: /[\0-\x1f\x7f]/u,
  graph: /[!-~]/u, lower: /[a-z]/u, print: /[ -~]/u, punct: /[!-/:-@[-`{-~]/u, space: /[ \t\n\v\f\r]/u, upper: /[A-Z]/u,
  xdigit: /[A-Fa-f0-9]/u,
};

/** Reads a bracket expression; null where it is never closed or names a class that does not exist. */
function readBracket(
  pattern: string,
  start: number,
  options: GlobOptions,
): { members: Uint8Array; end: number } | null {
  const members = new Uint8Array(256);
  let at = start + 1;
  const negated = pattern[at] === '!' || pattern[at] === '^';
  if (negated) at++;
  // The begin of a range, where the last member can be one.
  let previous: number | null = null;
  for (let isFirst = true; isFirst || pattern[at] !== ']'; isFirst = false) {
    const name = /^\[:([^\]]*):\]/u.exec(pattern.slice(at, at + 64))?.[1];
    if (name !== undefined) {
      const known = options.ignoreCase && name === 'upper' ? 'lower' : name;
      if (!Object.hasOwn(POSIX_CLASSES, known)) return null;
      for (let code = 0; code < 256; code++) {
        if (POSIX_CLASSES[known].test(String.fromCharCode(code))) members[code] = 1;
      }
      at += name.length + 4;
      previous = null;
      continue;
    }
    const next = pattern[at + 1];
    const isRange: boolean = pattern[at] === '-' && previous !== null && next !== undefined && next !== ']';
    if (isRange) at++;
    if (pattern[at] === '\\') at++;
    if (at >= pattern.length) return null;
    const code = pattern.charCodeAt(at++);
    if (isRange) addRange(members, previous!, code, options);
    else members[code] = 1;
    previous = isRange ? null : code;
  }
  const chosen = negated ? members.map((member) => 1 - member) : members;
  return { members: withoutSlash(chosen, options), end: at + 1 };
}

/** Texts come in small letters where case does not count, so a range of capitals takes those too. */
function addRange(members: Uint8Array, first: number, last: number, { ignoreCase }: GlobOptions): void {
  for (let code = first; code <= last; code++) {
    members[code] = 1;
    if (ignoreCase && isCapital(code)) members[code + CASE_STEP] = 1;
  }
}

const isCapital = (code: number): boolean => code >= 0x41 && code <= 0x5a;
const CASE_STEP = 0x20;

function withoutSlash(members: Uint8Array, { isPath }: GlobOptions): Uint8Array {
  if (isPath) members[SLASH] = 0;
  return members;
}

/** Most patterns are known by how they begin and end, before any machine has to run. */
function matcherOf(steps: readonly Step[]): GlobMatcher {
  const first = steps.findIndex(({ kind }) => kind !== 'byte');
  const last = steps.findLastIndex(({ kind }) => kind !== 'byte');
  // The slash that belongs to a fork need not be there.
  const afterLast = last + (steps[last - 1]?.kind === 'fork' ? 2 : 1);
  const start = plainText(first < 0 ? steps : steps.slice(0, first));
  const end = plainText(first < 0 ? [] : steps.slice(afterLast));
  const isPossible: GlobMatcher = (text) =>
    text.length >= start.length + end.length && text.startsWith(start) && text.endsWith(end);
  if (first < 0) return (text) => text === start;
  const star = first === last && steps[first].kind === 'star' ? steps[first] : undefined;
  if (star?.kind === 'star') {
    return (text) =>
      isPossible(text) && (star.crosses || !text.slice(start.length, text.length - end.length).includes('/'));
  }
  const run = machine(steps);
  return (text) => isPossible(text) && run(text);
}

const plainText = (steps: readonly Step[]): string =>
  steps.map((step) => (step.kind === 'byte' ? String.fromCharCode(step.code) : '')).join('');

/** Follows all ways through the steps at once. */
function machine(steps: readonly Step[]): GlobMatcher {
  const shortest = shortestText(steps);
  const lastAdded = new Int32Array(steps.length + 1);
  let turn = 0;
  let current: number[] = [];
  let next: number[] = [];
  const add = (state: number): void => {
    while (lastAdded[state] !== turn) {
      lastAdded[state] = turn;
      next.push(state);
      const kind = steps[state]?.kind;
      if (kind === 'fork') add(state + 3);
      if (kind !== 'star' && kind !== 'fork') return;
      state++;
    }
  };
  const start = (): void => {
    // Numbers of turns are never used again, so that nothing has to be cleared.
    if (turn > 2 ** 30) {
      lastAdded.fill(0);
      turn = 0;
    }
    turn++;
    next = [];
  };
  return (text) => {
    if (text.length < shortest) return false;
    start();
    add(0);
    for (let at = 0; at < text.length && next.length > 0; at++) {
      current = next;
      start();
      const code = text.charCodeAt(at);
      for (const state of current) {
        const step = steps[state];
        if (step === undefined || step.kind === 'fork') continue;
        if (step.kind === 'star') {
          if (step.crosses || code !== SLASH) add(state);
        } else if (step.kind === 'byte' ? step.code === code : step.members[code] === 1) add(state + 1);
      }
    }
    return lastAdded[steps.length] === turn;
  };
}

/** So many bytes a matching text has at least; long patterns are done with before they start. */
function shortestText(steps: readonly Step[]): number {
  let bytes = 0;
  for (let k = 0; k < steps.length; k++) {
    const { kind } = steps[k];
    if (kind === 'fork') k += 2;
    else if (kind !== 'star') bytes++;
  }
  return bytes;
}
