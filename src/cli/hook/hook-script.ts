import { createHash } from 'node:crypto';

/** What an existing hook is renamed to; it is run first. */
export const KEPT_NAME = 'pre-commit.before-nnfmt';

/** How a hook starts nnfmt: by the flags of `nnfmt hook run`, and the program where it was installed from. */
export interface HookScript {
  readonly flags: readonly string[];
  /** Absolute paths; null in a folder of hooks that others use too, who have nnfmt elsewhere. */
  readonly program: { readonly node: string; readonly script: string } | null;
}

const FIRST_LINES = '#!/bin/sh\n# Made by `nnfmt hook install`; `nnfmt hook uninstall` takes it away.\n';
const DIGEST_LINE = /^# ([0-9a-f]{16})\n/u;

/** The text of the hook. */
export function hookScript({ flags, program }: HookScript): string {
  const run = ['hook', 'run', ...flags].join(' ');
  const installed = program === null ? [] : [
    `node=${quoted(program.node)}`,
    `nnfmt=${quoted(program.script)}`,
    '[ -x "$node" ] || node=node',
    `if [ -f "$nnfmt" ] && command -v "$node" >/dev/null; then exec "$node" "$nnfmt" ${run}; fi`,
  ];
  const body = [
    `kept=$(dirname "$0")/${KEPT_NAME}`,
    'if [ -x "$kept" ]; then "$kept" "$@" || exit; fi',
    ...installed,
    `if command -v nnfmt >/dev/null; then exec nnfmt ${run}; fi`,
    'echo "nnfmt is not to be found: run nnfmt hook install again, or commit with --no-verify." >&2',
    'exit 1',
    '',
  ].join('\n');
  return `${FIRST_LINES}# ${digestOf(body)}\n${body}`;
}

/** Whose a hook is: `edited` where somebody changed one of nnfmt's. */
export function ownerOf(text: string): 'nnfmt' | 'edited' | 'other' {
  const unix = text.replaceAll('\r\n', '\n');
  if (!unix.startsWith(FIRST_LINES)) return 'other';
  const rest = unix.slice(FIRST_LINES.length);
  const found = DIGEST_LINE.exec(rest);
  return found !== null && digestOf(rest.slice(found[0].length)) === found[1] ? 'nnfmt' : 'edited';
}

const digestOf = (body: string): string => createHash('sha256').update(body).digest('hex').slice(0, 16);

/** A word of the shell. */
const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;
