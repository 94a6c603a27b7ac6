import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Settings of a formatter, as its own configuration names them. */
export type PeerSettings = Readonly<Record<string, string | number | boolean>>;

export type PeerAnswer = { readonly text: string } | { readonly error: string };

/** A rule-based formatter to compare with. */
export interface Peer {
  readonly name: string;
  readonly version: string;
  /** What it does when nobody configures it: settings that change nothing. */
  readonly defaults: PeerSettings;
  /** Where the search for a project's best settings starts: tokens kept as far as the formatter can. */
  readonly start: PeerSettings;
  /** The search tries each list of changes in turn and keeps the best. */
  readonly axes: readonly (readonly PeerSettings[])[];
  /** Formats texts that have LF line ends; answers in the same order. */
  readonly format: (texts: readonly string[], settings: PeerSettings) => Promise<PeerAnswer[]>;
}

const PEER_NAMES = ['black', 'ruff', 'yapf', 'autopep8'] as const;
const DRIVER = fileURLToPath(new URL('peer-driver.py', import.meta.url));
/** Wall time for one text. */
const SECONDS_A_TEXT = 60;

const either = (key: string): PeerSettings[] => [{ [key]: true }, { [key]: false }];
const each = (key: string, values: readonly (string | number)[]): PeerSettings[] => values.map((value) => ({ [key]: value }));
const WIDTHS = [60, 72, 79, 80, 88, 99, 100, 110, 120, 140];

type PeerOptions = Pick<Peer, 'defaults' | 'start' | 'axes'>;
const OPTIONS: Readonly<Record<(typeof PEER_NAMES)[number], PeerOptions>> = {
  black: {
    defaults: {},
    start: { line_length: 88, string_normalization: false, magic_trailing_comma: true },
    axes: [each('line_length', WIDTHS), either('magic_trailing_comma'), each('line_length', WIDTHS)],
  },
  ruff: {
    defaults: {},
    start: {
      'line-length': 88, 'indent-width': 4, 'format.indent-style': 'space',
      'format.quote-style': 'preserve', 'format.skip-magic-trailing-comma': false,
    },
    axes: [
      [
        { 'indent-width': 4, 'format.indent-style': 'space' }, { 'indent-width': 2, 'format.indent-style': 'space' },
        { 'indent-width': 8, 'format.indent-style': 'space' }, { 'indent-width': 4, 'format.indent-style': 'tab' },
        { 'indent-width': 8, 'format.indent-style': 'tab' },
      ],
      each('line-length', WIDTHS), either('format.skip-magic-trailing-comma'), each('line-length', WIDTHS),
    ],
  },
  yapf: {
    defaults: {},
    start: { based_on_style: 'pep8', column_limit: 79 },
    axes: [
      each('based_on_style', ['pep8', 'google', 'facebook', 'yapf']),
      [
        { indent_width: 4 }, { indent_width: 2 }, { indent_width: 2, continuation_indent_width: 2 },
        { indent_width: 4, use_tabs: true },
      ],
      each('column_limit', WIDTHS),
      either('dedent_closing_brackets'), either('split_before_first_argument'), either('coalesce_brackets'),
      either('disable_ending_comma_heuristic'), either('each_dict_entry_on_separate_line'), either('join_multiple_lines'),
      either('split_before_logical_operator'), either('blank_line_before_nested_class_or_def'),
      each('spaces_before_comment', [1, 2]), each('blank_lines_around_top_level_definition', [1, 2]),
      either('space_between_ending_comma_and_closing_bracket'), either('split_before_expression_after_opening_paren'),
      each('column_limit', WIDTHS),
    ],
  },
  autopep8: {
    defaults: {},
    start: { aggressive: 0, max_line_length: 79, indent_size: 4 },
    axes: [
      each('indent_size', [2, 4]), each('max_line_length', [79, 88, 100, 120, 140]), each('aggressive', [0, 1, 2]),
      either('hang_closing'), [{}, { ignore: 'E24,W6' }, { ignore: 'E226,E24,W50,W690,E1,W1' }], each('max_line_length', [79, 88, 100, 120, 140]),
    ],
  },
};

/**
 * The formatters that are installed in a Python environment.
 *
 * @param folder that holds the commands, such as `venv/bin`
 * @param wanted names of the formatters
 * @returns those found, and the names of the missing ones
 */
export function findPeers(folder: string, wanted: readonly string[]): { peers: Peer[]; missing: string[] } {
  const peers: Peer[] = [];
  const missing: string[] = [];
  for (const name of PEER_NAMES.filter((peer) => wanted.includes(peer))) {
    const python = join(folder, 'python');
    const version = name === 'ruff' ? answerOf(join(folder, 'ruff'), ['--version']) : answerOf(python, [DRIVER, '--version', name]);
    if (version === null) missing.push(name);
    else {
      const format: Peer['format'] = name === 'ruff'
        ? (texts, settings) => Promise.resolve(runRuff(join(folder, 'ruff'), texts, settings))
        : (texts, settings) => runDriver(python, { tool: name, texts, settings });
      peers.push({ name, version: version.replace(/^ruff /u, ''), ...OPTIONS[name], format });
    }
  }
  return { peers, missing };
}

function answerOf(command: string, args: readonly string[]): string | null {
  try {
    return execFileSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  } catch {
    return null;
  }
}

function runRuff(command: string, texts: readonly string[], settings: PeerSettings): PeerAnswer[] {
  const folder = mkdtempSync(join(tmpdir(), 'nnfmt-peers-'));
  try {
    const paths = texts.map((text, k) => {
      const path = join(folder, `file${k}`, 'module.py');
      mkdirSync(join(folder, `file${k}`));
      writeFileSync(path, text);
      return path;
    });
    const config = Object.entries(settings).flatMap(([key, value]) => ['--config', `${key}=${JSON.stringify(value)}`]);
    const { stderr, error, status } = spawnSync(
      command, ['format', '--isolated', '--no-cache', ...config, folder], { encoding: 'utf8', maxBuffer: 1 << 26 },
    );
    if (error !== undefined) throw error;
    const failed = new Map([...stderr.matchAll(/[/\\]file(\d+)[/\\]module\.py[^\n]*/gu)].map(([line, k]) => [Number(k), line]));
    if (status !== 0 && failed.size === 0) throw new Error(`ruff failed: ${stderr}`);
    return paths.map((path, k) => {
      const fault = failed.get(k);
      return fault === undefined ? { text: readFileSync(path, 'utf8') } : { error: fault };
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function runDriver(
  python: string,
  job: { tool: string; settings: PeerSettings; texts: readonly string[] },
): Promise<PeerAnswer[]> {
  const child = spawn(python, [DRIVER], { stdio: ['pipe', 'pipe', 'pipe'] });
  const output: Buffer[] = [];
  const faults: Buffer[] = [];
  child.stdout.on('data', (bytes: Buffer) => output.push(bytes));
  child.stderr.on('data', (bytes: Buffer) => faults.push(bytes));
  const settings = Object.fromEntries(
    Object.entries(job.settings).map(([key, value]) => [key, key === 'ignore' ? String(value).split(',') : value]),
  );
  child.stdin.end(JSON.stringify({ ...job, settings, seconds: SECONDS_A_TEXT }));
  await new Promise((resolve, reject) => child.on('close', resolve).on('error', reject));
  const lines = Buffer.concat(output).toString('utf8').split('\n').filter((line) => line !== '');
  if (lines.length !== job.texts.length) {
    throw new Error(`${job.tool} answered ${lines.length} of ${job.texts.length} texts: ${Buffer.concat(faults).toString('utf8').slice(-500)}`);
  }
  return lines.map((line) => JSON.parse(line) as PeerAnswer);
}
