import { isUtf8 } from 'node:buffer';
import { BadOptionError } from '../../errors.js';
import { askGit, splitNul, tellGit, type GitAnswer } from '../../shared/git.js';
import { shownName } from '../../shared/quote-name.js';
import { HOOK } from './hook-place.js';

/** A file whose content in the index is not that of HEAD. */
export interface StagedFile {
  /** From the root of the repository, with slashes; null where the name is not UTF-8. */
  readonly path: string | null;
  /** As git writes it. */
  readonly name: Buffer;
  /** As git writes it, such as 100644; 000000 where the file goes. */
  readonly mode: string;
  /** Ids of the contents in HEAD, null where it has none, and in the index. */
  readonly before: string | null;
  readonly object: string;
}

/** The index of a repository that a commit is made of. */
export interface Staging {
  readonly root: string;
  /** What git named to its hook; null for the repository's own. */
  readonly indexFile: string | null;
}

/** The tree without files, by the length of ids: git knows it in every repository. */
const EMPTY_TREE: Readonly<Record<number, string>> = {
  40: '4b825dc642cb6eb9a060e54bf8d69288fbee4904',
  64: '6ef19b41225c5369f1c104d45d8d85efa9b057b53b14b4b9b939dd74decc5321',
};

/** Whether there is a merge to be committed, or another reason to commit no change. */
export function isMerging({ root }: Staging): boolean {
  return askGit(root, ['rev-parse', '--verify', '--quiet', 'MERGE_HEAD']).ok;
}

/** What a commit would change, in the order of the index. @throws BadOptionError where git cannot tell */
export function stagedFiles({ root, indexFile }: Staging): StagedFile[] {
  const head = askGit(root, ['rev-parse', '--verify', '--quiet', 'HEAD^{tree}']);
  if (!head.ok && head.kind !== 'silent') throw fault(head);
  const tree = head.ok ? head.stdout.toString('latin1').trim() : emptyTree(root);
  const answer = askGit(
    root, ['diff-index', '--cached', '--raw', '-z', '--no-renames', '--no-textconv', '--no-ext-diff', tree, '--'],
    undefined, indexFile,
  );
  if (!answer.ok) throw fault(answer);
  const fields = splitNul(answer.stdout);
  const found: StagedFile[] = [];
  // ":OLD-MODE MODE OLD-ID ID STATUS", then the name.
  for (let k = 0; k + 1 < fields.length; k += 2) {
    const [, mode, before, object] = fields[k]!.toString('latin1').split(' ');
    const name = fields[k + 1]!;
    found.push({
      path: isUtf8(name) ? name.toString('utf8') : null, name, mode: mode!, object: object!,
      before: /^0+$/u.test(before!) ? null : before!,
    });
  }
  return found;
}

/** Contents by their ids, in that order; each at most `limitBytes`, null for larger ones. */
export function readContents({ root }: Staging, objects: readonly string[], limitBytes: number): (Buffer | null)[] {
  const ask = (how: string, ids: readonly string[]): Buffer => {
    if (ids.length === 0) return Buffer.alloc(0);
    const answer = askGit(root, ['cat-file', how], Buffer.from(ids.map((id) => `${id}\n`).join('')));
    if (!answer.ok) throw fault(answer);
    return answer.stdout;
  };
  const sizes = ask('--batch-check', objects).toString('latin1').trimEnd().split('\n').map((line) => {
    const [id, type, size] = line.split(' ');
    if (type !== 'blob') throw new BadOptionError({ option: HOOK, reason: `git has no content ${id}` });
    return Number(size);
  });
  const stdout = ask('--batch', objects.filter((_, k) => sizes[k]! <= limitBytes));
  let at = 0;
  return objects.map((_, k) => {
    if (sizes[k]! > limitBytes) return null;
    // A line of its own before each content, and a line feed after it.
    const start = stdout.indexOf(0x0a, at) + 1;
    at = start + sizes[k]! + 1;
    return stdout.subarray(start, start + sizes[k]!);
  });
}

/**
 * Puts other contents in place of those in the index, all at once.
 *
 * @throws BadOptionError; the index is then as it was
 */
export function restage(
  { root, indexFile }: Staging, files: readonly { readonly file: StagedFile; readonly content: Uint8Array }[],
): void {
  const entries = files.map(({ file: { mode, name }, content }) => {
    // Without a path, so that no filter has a say.
    const answer = tellGit(root, ['hash-object', '-w', '--stdin'], content, indexFile);
    if (!answer.ok) throw fault(answer);
    return Buffer.concat([Buffer.from(`${mode} ${answer.stdout.toString('latin1').trim()}\t`), name, Buffer.from([0])]);
  });
  const answer = tellGit(root, ['update-index', '-z', '--index-info'], Buffer.concat(entries), indexFile);
  if (!answer.ok) throw fault(answer);
}

/** Before the first commit; SHA-256 repositories have longer ids. */
function emptyTree(root: string): string {
  const format = askGit(root, ['rev-parse', '--show-object-format']);
  return EMPTY_TREE[format.ok && format.stdout.toString('latin1').trim() === 'sha256' ? 64 : 40]!;
}

const fault = (answer: GitAnswer & { readonly ok: false }): BadOptionError =>
  new BadOptionError({ option: HOOK, reason: answer.reason });

/** A name for messages, also one that no text stands for. */
export const shownStaged = ({ path, name }: StagedFile): string => shownName(path ?? name.toString('latin1'));
