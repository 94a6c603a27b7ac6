import type { ServerCommand } from './host.js';

/**
 * How the server is started: the one of this extension in the editor's own Node, or the one that the user names, which
 * may be a script of Node or a program.
 *
 * @param own the extension's server, and the editor's program
 */
export function serverCommand(
  named: string | null | undefined, own: { readonly script: string; readonly node: string },
): ServerCommand {
  if (named === null || named === undefined || named.trim() === '') return { command: own.node, args: [own.script, 'lsp'] };
  return /\.[cm]?js$/u.test(named)
    ? { command: own.node, args: [named, 'lsp'] }
    : { command: named, args: ['lsp'] };
}
