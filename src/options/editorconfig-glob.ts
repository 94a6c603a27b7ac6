/** A part of a pattern; each is matched on its own, from many places of a path at once. */
type Part =
  | { readonly kind: 'text'; readonly text: string }
  /** One character but a slash; of a class, where there is one. */
  | { readonly kind: 'one'; readonly isIn: ((character: string) => boolean) | null }
  /** Any characters; slashes too where `across`. */
  | { readonly kind: 'run'; readonly across: boolean }
  /** `/**` followed by a slash: one slash, or two with anything between them. */
  | { readonly kind: 'folders' }
  | { readonly kind: 'choice'; readonly of: readonly (readonly Part[])[] }
  | { readonly kind: 'number'; readonly from: number; readonly to: number };

/**
 * Whether a section of an `.editorconfig` speaks of a path. However the pattern is written, the work is at most the
 * square of the path's length for each part of it: patterns come from projects that somebody merely cloned.
 *
 * @returns a function of the path from the file's folder, with slashes
 * Source: https://spec.editorconfig.org, glob expressions
 */
export function createSectionMatcher(section: string): (path: string) => boolean {
  const slash = section.indexOf('/');
  // Without a slash, it is the name that counts, in whatever folder.
  const parts = readParts(slash === -1 ? `/**/${section}` : slash === 0 ? section : `/${section}`);
  return (path) => follow(parts, `/${path}`, new Set([0])).has(path.length + 1);
}

/** The places that a run of parts can lead to from some places of a path. */
function follow(parts: readonly Part[], path: string, from: ReadonlySet<number>): ReadonlySet<number> {
  let places = from;
  for (const part of parts) {
    const next = new Set<number>();
    for (const at of places) step(part, path, at, next);
    places = next;
    if (places.size === 0) break;
  }
  return places;
}

function step(part: Part, path: string, at: number, found: Set<number>): void {
  switch (part.kind) {
    case 'text':
      if (path.startsWith(part.text, at)) found.add(at + part.text.length);
      return;
    case 'one': {
      const character = String.fromCodePoint(path.codePointAt(at) ?? 0x2f);
      if (character !== '/' && part.isIn?.(character) !== false) found.add(at + character.length);
      return;
    }
    case 'run':
      for (let end = at; ; end++) {
        found.add(end);
        if (end >= path.length || (!part.across && path[end] === '/')) return;
      }
    case 'folders':
      if (path[at] !== '/') return;
      for (let end = at; end >= 0; end = path.indexOf('/', end + 1)) found.add(end + 1);
      return;
    case 'choice':
      for (const choice of part.of) for (const end of follow(choice, path, new Set([at]))) found.add(end);
      return;
    case 'number':
      for (let end = at + 1; end <= path.length && /^[+-]?\d*$/u.test(path.slice(at, end)); end++) {
        const value = path.slice(at, end);
        if (/\d$/u.test(value) && Number(value) >= part.from && Number(value) <= part.to) found.add(end);
      }
  }
}

function readParts(pattern: string): Part[] {
  const parts: Part[] = [];
  const text = (more: string): void => {
    const last = parts.at(-1);
    if (last?.kind === 'text') parts[parts.length - 1] = { kind: 'text', text: last.text + more };
    else parts.push({ kind: 'text', text: more });
  };
  for (let at = 0; at < pattern.length; ) {
    if (pattern.startsWith('/**/', at)) {
      // Any folders of any folders are any folders.
      while (pattern.startsWith('/**/**/', at)) at += 3;
      parts.push({ kind: 'folders' });
      at += 4;
      continue;
    }
    const character = pattern[at]!;
    const special = character === '[' ? readClass(pattern, at) : character === '{' ? readBraces(pattern, at) : null;
    if (special !== null) {
      parts.push(special.part);
      at = special.end;
    } else if (character === '*') {
      const across = pattern[at + 1] === '*';
      parts.push({ kind: 'run', across });
      at += across ? 2 : 1;
    } else if (character === '?') {
      parts.push({ kind: 'one', isIn: null });
      at++;
    } else {
      const isEscape = character === '\\' && at + 1 < pattern.length;
      text(pattern[isEscape ? at + 1 : at]!);
      at += isEscape ? 2 : 1;
    }
  }
  return parts;
}

interface Special {
  readonly part: Part;
  readonly end: number;
}

/** `[abc]`, `[!a-z]`; null where it stands for itself. */
function readClass(pattern: string, start: number): Special | null {
  const end = pattern.indexOf(']', start + 2);
  const inside = pattern.slice(start + 1, end);
  if (end < 0 || inside.includes('/')) return null;
  const isNot = inside.startsWith('!');
  const letters = [...(isNot ? inside.slice(1) : inside)];
  const isIn = (character: string): boolean => {
    for (let k = 0; k < letters.length; k++) {
      const isRange = letters[k + 1] === '-' && k + 2 < letters.length;
      if (isRange ? letters[k]! <= character && character <= letters[k + 2]! : letters[k] === character) return !isNot;
      if (isRange) k += 2;
    }
    return isNot;
  };
  return { part: { kind: 'one', isIn }, end: end + 1 };
}

/** `{a,b}`, which can hold others, and `{1..9}`; null where it stands for itself. */
function readBraces(pattern: string, start: number): Special | null {
  const choices: string[] = [];
  let depth = 0;
  let from = start + 1;
  for (let at = start; at < pattern.length; at++) {
    const character = pattern[at];
    if (character === '\\') at++;
    else if (character === '{') depth++;
    else if (character === ',' && depth === 1) {
      choices.push(pattern.slice(from, at));
      from = at + 1;
    } else if (character === '}' && --depth === 0) {
      const inside = pattern.slice(start + 1, at);
      choices.push(pattern.slice(from, at));
      const range = /^([+-]?\d{1,15})\.\.([+-]?\d{1,15})$/u.exec(inside);
      if (range !== null) {
        const [a, b] = [Number(range[1]), Number(range[2])];
        return { part: { kind: 'number', from: Math.min(a, b), to: Math.max(a, b) }, end: at + 1 };
      }
      if (choices.length > 1) return { part: { kind: 'choice', of: choices.map(readParts) }, end: at + 1 };
      // One choice is none, but what it holds may be some.
      const of = [[{ kind: 'text', text: '{' }, ...readParts(inside), { kind: 'text', text: '}' }] as const];
      return { part: { kind: 'choice', of }, end: at + 1 };
    }
  }
  return null;
}
