import { shownName } from '../shared/quote-name.js';
import type { CheckFault } from './check-report.js';

/** Where in its file a fault is, as its message begins with it; null where it names no line. Both count from 1. */
export function faultPlace({ path, message }: CheckFault): { readonly line: number; readonly column: number } | null {
  if (path === null) return null;
  const before = [path, shownName(path)].find((name) => message.startsWith(`${name}:`));
  const place = before === undefined ? null : /^:(\d+):(\d+): /u.exec(message.slice(before.length));
  return place === null ? null : { line: Number(place[1]), column: Number(place[2]) };
}
