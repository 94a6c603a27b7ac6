import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { commandTable } from '../../src/cli/command-table.js';
import { completionScript, SHELLS, type Shell } from '../../src/cli/shell-completion.js';
import { folderWith } from '../support/folder-with.js';
import { runInProcess } from './support/run-in-process.js';

const hasShell = (shell: Shell): boolean => spawnSync(shell, ['--version'], { stdio: 'ignore' }).status === 0;
const folder = folderWith(Object.fromEntries(SHELLS.map((shell) => [shell, completionScript(shell, commandTable)])));
const commands = [...new Set(commandTable.map(({ command }) => command))];

function run(shell: Shell, code: string): string[] {
  const { stdout, stderr, status } = spawnSync(shell, ['-c', code], { cwd: folder, encoding: 'utf8' });
  expect([status, stderr], code).toEqual([0, '']);
  return stdout.split('\n').filter((line) => line !== '');
}

describe.skipIf(!hasShell('bash'))('bash (skipped where bash is missing)', () => {
  /** What it offers for the last word. */
  const offers = (...words: string[]): string[] => {
    const list = words.map((word) => `'${word}'`).join(' ');
    return run('bash', `source ./bash; COMP_WORDS=(nnfmt ${list}); COMP_CWORD=${words.length}; _nnfmt; printf '%s\\n' "\${COMPREPLY[@]}"`);
  };

  test('commands, flags of the command, and values', () => {
    expect(offers('')).toEqual([...commands, '--help', '--version']);
    expect(offers('ch')).toEqual(['check']);
    expect(offers('check', '--out')).toEqual(['--output-format']);
    expect(offers('format', '--out')).toEqual([]);
    expect(offers('check', '--output-format', '')).toEqual(['text', 'json', 'github', 'gitlab', 'sarif', 'junit']);
    expect(offers('check', '--output-format', '=', 'ju')).toEqual(['junit']);
    expect(offers('check', '--output-format', '=')).toContain('sarif');
    expect(offers('format', '--no-edi')).toEqual(['--no-editorconfig']);
    expect(offers('format', '--no-prof')).toEqual(['--no-profile']);
    expect(offers('train', '--patien')).toEqual(['--patience']);
    expect(offers('hook', '')).toEqual(['install', 'uninstall', 'run']);
    // Files are bash's own work.
    expect(offers('format', 'src/')).toEqual([]);
    expect(offers('format', '--profile', '')).toEqual([]);
  });
});

describe.skipIf(!hasShell('fish'))('fish (skipped where fish is missing)', () => {
  const offers = (line: string): string[] => run('fish', `source ./fish; complete -C '${line}'`).map((each) => each.split('\t')[0]!);

  test('commands, flags of the command, and values', () => {
    expect(offers('nnfmt ').sort()).toEqual([...commands].sort());
    expect(offers('nnfmt check --out')).toEqual(['--output-format']);
    expect(offers('nnfmt check --output-format ').sort()).toEqual(['github', 'gitlab', 'json', 'junit', 'sarif', 'text']);
    expect(offers('nnfmt format --no-edi')).toEqual(['--no-editorconfig']);
    expect(offers('nnfmt hook ').sort()).toEqual(['install', 'run', 'uninstall']);
    expect(offers('nnfmt format fi')).toEqual(['fish']);
  });
});

describe.skipIf(!hasShell('zsh'))('zsh (skipped where zsh is missing)', () => {
  /** What the script tells zsh's own functions, which need a terminal. */
  const tells = (state: string, words: string): string =>
    run('zsh', [
      `compdef() { : }; state=${state}; words=(${words})`,
      '_arguments() { [[ $1 == -C ]] && return; print -rl -- "$@" }',
      '_describe() { print -rl -- "${commands[@]}" }',
      'source ./zsh',
      // `local` would hide what the outer call of zsh sets.
      `functions[_nnfmt]=\${functions[_nnfmt]/local context state line/}`,
      '_nnfmt',
    ].join('\n')).join('\n');

  test('commands, flags of the command, and values', () => {
    expect(spawnSync('zsh', ['-n', join(folder, 'zsh')], { encoding: 'utf8' })).toMatchObject({ status: 0, stderr: '' });
    for (const command of commands) expect(tells('command', '')).toMatch(new RegExp(`^${command}:`, 'mu'));
    const check = tells('argument', 'check');
    expect(check).toMatch(/^--output-format=\[.*\]:value:\(text json github gitlab sarif junit\)$/mu);
    expect(check).toMatch(/^--profile=\[.*\]:value:_files$/mu);
    expect(check).toMatch(/^\*:file:_files$/mu);
    expect(tells('argument', 'hook')).toMatch(/^1:word:\(install uninstall run\)$/mu);
  });
});

test('nnfmt completion prints the script, and knows its shells', async () => {
  expect(await runInProcess(['completion', 'bash'])).toEqual({ code: 0, stdout: completionScript('bash', commandTable), stderr: '' });
  expect(await runInProcess(['completion', 'bsh'])).toMatchObject({ code: 2, stderr: expect.stringContaining('Did you mean bash?') as string });
  expect(await runInProcess(['completion'])).toMatchObject({ code: 2 });
});
