import type { LeftOut } from '../corpus/find-files.js';

/** A sentence on what was left out because it is not the project's own; null where nothing was. */
export function leftOutWords({ files, repositories }: Pick<LeftOut, 'files' | 'repositories'>): string | null {
  const parts = [
    files === 0 ? '' : `${files} vendored or generated file${files === 1 ? '' : 's'}`,
    repositories === 0 ? '' : `${repositories} repositor${repositories === 1 ? 'y' : 'ies'} inside`,
  ].filter((part) => part !== '');
  return parts.length === 0 ? null : `Left out: ${parts.join(', ')} (--include-vendored takes them).`;
}
