import { createHash } from 'node:crypto';
import { isAbsolute, relative, sep } from 'node:path';
import type { CheckFault, FoundDeviation, StatementNotUnderstood } from './check-report.js';
import { faultPlace } from './fault-place.js';

/** One finding in the form that GitLab reads. */
interface Issue {
  readonly description: string;
  readonly check_name: string;
  readonly fingerprint: string;
  readonly severity: 'info' | 'minor' | 'major';
  readonly location: { readonly path: string; readonly lines: { readonly begin: number; readonly end?: number } };
}

/**
 * A report for GitLab's code quality. A fingerprint says which deviation it is, however many lines come above it.
 *
 * Source: GitLab's documentation of code quality report format, a subset of Code Climate's.
 */
export function gitlabReport(
  found: readonly FoundDeviation[],
  faults: readonly CheckFault[],
  notUnderstood: readonly StatementNotUnderstood[] = [],
): readonly Issue[] {
  const seen = new Map<string, number>();
  const fingerprint = (...parts: readonly string[]): string => {
    const key = JSON.stringify(parts);
    const times = seen.get(key) ?? 0;
    seen.set(key, times + 1);
    return createHash('sha256').update(`${key} ${times}`).digest('hex');
  };
  return [
    ...found.map(({ path, edit, before, after, message, line, endLine }): Issue => ({
      description: message, check_name: `nnfmt/${edit}`, severity: 'minor',
      fingerprint: fingerprint(shown(path), edit, before, after),
      location: { path: shown(path), lines: { begin: line, end: endLine } },
    })),
    ...notUnderstood.map(({ path, line }): Issue => ({
      description: 'not understood, left as it is', check_name: 'nnfmt/not-understood', severity: 'info',
      fingerprint: fingerprint(shown(path), 'not-understood'), location: { path: shown(path), lines: { begin: line } },
    })),
    ...faults.map((fault) => ({ ...fault, place: faultPlace(fault) })).map(({ path, message, place }): Issue => ({
      description: message, check_name: 'nnfmt/fault', severity: 'major',
      fingerprint: fingerprint(path === null ? '' : shown(path), 'fault', message),
      // Every finding has to have a place.
      location: { path: path === null ? '.' : shown(path), lines: { begin: place?.line ?? 1 } },
    })),
  ];
}

/** From the current folder, with slashes: GitLab compares it with paths of the repository. */
function shown(path: string): string {
  const way = isAbsolute(path) ? relative('.', path) : path;
  return way.split(sep).join('/').replace(/^(?:\.\/)+/u, '');
}
