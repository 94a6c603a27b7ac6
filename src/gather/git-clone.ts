import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { GatheringError } from '../errors.js';
import { findProgram } from '../shared/find-program.js';
import { gitEnvironment } from '../shared/git.js';
import { isFolder, listFolder, lookAt } from '../shared/look-at-path.js';

/** Nothing of a repository is run: no hooks, no templates, no credentials, and of protocols these two. */
const SETTINGS = [
  'core.hooksPath=/dev/null',
  'core.fsmonitor=',
  'core.pager=cat',
  'credential.helper=',
  'gc.auto=0',
  'maintenance.auto=false',
  'protocol.allow=never',
  'protocol.https.allow=always',
  'protocol.file.allow=always',
  'transfer.bundleURI=false',
  'core.compression=0',
  'advice.detachedHead=false',
  'submodule.recurse=false',
  'http.lowSpeedLimit=1000',
  'http.lowSpeedTime=60',
].flatMap((setting) => ['-c', setting]);

/** What a run of git may take. */
export interface GitLimits {
  readonly signal?: AbortSignal;
  readonly timeoutMs: number;
  /** Bytes that a clone may take, on the disk and in memory; no limit where it is left out. */
  readonly mostBytes?: number;
}

/** A repository takes more than it may. */
export class TooLargeError extends GatheringError {
  constructor(mostBytes: number) {
    super(`too large: it takes more than ${Number((mostBytes / 1e6).toPrecision(3))} MB`);
  }
}

/** How often a clone is weighed while it grows. */
const WEIGHING_MS = 250;

/**
 * Runs git and gives what it wrote.
 *
 * @param growing a folder that this run may fill with no more than `mostBytes`
 * @throws GatheringError with git's word for what went wrong; TooLargeError
 */
export async function runGit(
  args: readonly string[],
  { signal, timeoutMs, mostBytes = Infinity }: GitLimits,
  input?: string,
  growing: string | null = null,
): Promise<Buffer> {
  const program = findProgram('git', { env: process.env, platform: process.platform });
  if (program === null) throw new GatheringError('git is not installed. Install it: repositories are fetched by it.');
  const env: NodeJS.ProcessEnv = { ...gitEnvironment(), GIT_ALLOW_PROTOCOL: 'https:file' };
  return new Promise((resolve, reject) => {
    const child = spawn(program, ['--no-pager', ...SETTINGS, ...args], {
      env,
      stdio: ['pipe', 'pipe', 'pipe'],
      timeout: timeoutMs,
      killSignal: 'SIGKILL',
      windowsHide: true,
      ...(signal === undefined ? {} : { signal }),
    });
    const out: Buffer[] = [];
    let words = '';
    let isTooLarge = false;
    const weighing = setInterval(() => {
      isTooLarge ||= growing !== null && weigh(growing) > mostBytes;
      if (isTooLarge) child.kill('SIGKILL');
    }, WEIGHING_MS);
    child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => (words = (words + chunk.toString('utf8')).slice(-4000)));
    child.on('error', (cause) => {
      clearInterval(weighing);
      reject(new GatheringError(`git ${args[0]}: ${cause.message}`, cause));
    });
    child.on('close', (status, killed) => {
      clearInterval(weighing);
      if (isTooLarge) reject(new TooLargeError(mostBytes));
      else if (status === 0) resolve(Buffer.concat(out));
      else
        reject(
          new GatheringError(killed === null ? faultIn(words) : `git took longer than ${timeoutMs / 1000} seconds`),
        );
    });
    child.stdin.on('error', () => undefined);
    child.stdin.end(input ?? '');
  });
}

/** Bytes of the files in a folder and below; what goes away meanwhile weighs nothing. */
function weigh(folder: string): number {
  const entries = listFolder(folder);
  if (typeof entries === 'string') return 0;
  return entries.reduce((bytes, entry) => {
    const path = join(folder, entry.name);
    return bytes + (entry.isDirectory() ? weigh(path) : (lookAt(path).stats?.size ?? 0));
  }, 0);
}

function faultIn(words: string): string {
  const lines = words.split('\n').map((line) => line.trim());
  const line = lines.find((text) => /^(?:fatal|error|remote): /u.test(text)) ?? lines.find((text) => text !== '');
  if (/No space left on device/u.test(words)) return 'the disk is full (No space left on device)';
  return line?.replace(/^(?:fatal|error|remote): /u, '') ?? 'git failed without a word';
}

/** How a folder on this machine is served: with the filters that a server of repositories knows. */
const SERVED = '--upload-pack=git -c uploadpack.allowFilter=true -c uploadpack.allowAnySHA1InWant=true upload-pack';

/** Clones the newest commit without the contents of its files. @param into a path where nothing is */
export async function cloneShallow(url: string, into: string, limits: GitLimits): Promise<void> {
  await runGit(
    [
      'clone',
      '--bare',
      '--quiet',
      '--depth=1',
      '--single-branch',
      '--no-tags',
      '--template=',
      '--filter=blob:none',
      ...(isFolder(url) ? [SERVED] : []),
      '--',
      isFolder(url) ? `file://${url}` : url,
      into,
    ],
    limits,
    undefined,
    into,
  );
}

/** A file of a commit. */
export interface TreeEntry {
  /** Of its content. */
  readonly id: string;
  readonly path: string;
}

/** The commit of a clone and its regular files. */
export async function listTree(clone: string, limits: GitLimits): Promise<{ commit: string; entries: TreeEntry[] }> {
  const commit = (await runGit(['--git-dir', clone, 'rev-parse', 'HEAD^{commit}'], limits)).toString('latin1').trim();
  const listing = (await runGit(['--git-dir', clone, 'ls-tree', '-r', '-z', commit], limits)).toString('utf8');
  const entries = listing.split('\0').flatMap((line) => {
    const words = /^100\d+ blob ([0-9a-f]+)\t([^]+)$/u.exec(line);
    return words === null ? [] : [{ id: words[1], path: words[2] }];
  });
  return { commit, entries };
}

/**
 * Contents by id, of a clone of `url`; those that the clone lacks are brought first, all at once. One that cannot be
 * had is not there.
 *
 * @throws GatheringError; TooLargeError where they are more than fits
 */
export async function readBlobs(
  clone: string,
  url: string,
  ids: readonly string[],
  limits: GitLimits,
): Promise<ReadonlyMap<string, Buffer>> {
  if (ids.length === 0) return new Map();
  const asked = `${[...new Set(ids)].join('\n')}\n`;
  // Asked by name, git would bring what is missing by itself, one at a time.
  const listing = await runGit(
    ['--git-dir', clone, 'cat-file', '--batch-all-objects', '--batch-check=%(objectname)'],
    limits,
  );
  const present = new Set(listing.toString('latin1').split('\n'));
  const missing = [...new Set(ids)].filter((id) => !present.has(id));
  if (missing.length > 0) {
    await runGit(
      [
        '--git-dir',
        clone,
        '-c',
        'fetch.negotiationAlgorithm=noop',
        'fetch',
        'origin',
        '--quiet',
        '--no-tags',
        ...(isFolder(url) ? [SERVED] : []),
        '--no-write-fetch-head',
        '--recurse-submodules=no',
        '--filter=blob:none',
        '--stdin',
      ],
      limits,
      `${missing.join('\n')}\n`,
      clone,
    );
  }
  const sizes = await runGit(
    ['--git-dir', clone, 'cat-file', '--batch-check=%(objectsize)'],
    limits,
    asked,
  );
  const bytes = sizes.toString('latin1').split('\n').reduce((sum, size) => sum + (Number(size) || 0), 0);
  const { mostBytes = Infinity } = limits;
  if (bytes > mostBytes) throw new TooLargeError(mostBytes);
  return splitBatch(await runGit(['--git-dir', clone, 'cat-file', '--batch'], limits, asked));
}

/** Takes the output of `git cat-file --batch` apart. */
function splitBatch(bytes: Buffer): Map<string, Buffer> {
  const blobs = new Map<string, Buffer>();
  for (let at = 0; at < bytes.length;) {
    const end = bytes.indexOf(10, at);
    const [id, kind, size] = bytes.toString('latin1', at, end).split(' ');
    if (kind === 'missing') {
      at = end + 1;
      continue;
    }
    blobs.set(id, bytes.subarray(end + 1, end + 1 + Number(size)));
    at = end + 2 + Number(size);
  }
  return blobs;
}
