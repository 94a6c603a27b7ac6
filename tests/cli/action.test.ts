import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { folderWith } from '../support/folder-with.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const isBuilt = existsSync(join(root, 'dist/nnfmt.cjs'));
const hasValidator = spawnSync('check-jsonschema', ['--version']).status === 0;

const SPOILT = 'def area( w,h ) :\n    return w * h\n\n\ndef perimeter(w, h):\n    return 2 * (w + h)\n';

/** The last step of action.yml, with its inputs. */
function runAction(cwd: string, inputs: Readonly<Record<string, string>>): { status: number | null; stdout: string; output: string } {
  const outputFile = join(cwd, 'output');
  const env = Object.fromEntries(Object.entries(inputs).map(([name, value]) => [`NNFMT_ACTION_${name}`, value]));
  const { status, stdout } = spawnSync(process.execPath, [join(root, 'scripts/action.js'), 'check'], {
    cwd, encoding: 'utf8', env: { ...process.env, GITHUB_OUTPUT: outputFile, NNFMT_CACHE_DIR: join(cwd, 'cache'), ...env },
  });
  return { status, stdout, output: readFileSync(outputFile, 'utf8') };
}

test.skipIf(!hasValidator)('action.yml is what the published schema wants (skipped where check-jsonschema is missing)', () => {
  const { status, stdout } = spawnSync('check-jsonschema', ['--builtin-schema', 'vendor.github-actions', join(root, 'action.yml')], { encoding: 'utf8' });
  expect(status, stdout).toBe(0);
});

test('every input of action.yml reaches the script', () => {
  const action = readFileSync(join(root, 'action.yml'), 'utf8');
  const script = readFileSync(join(root, 'scripts/action.js'), 'utf8');
  const inputs = [...action.split('outputs:')[0].matchAll(/^ {2}([a-z-]+):$/gmu)].map(([, name]) => name);
  expect(inputs).toContain('paths');
  for (const name of inputs) expect(action, name).toContain(`inputs.${name}`);
  for (const [, variable] of action.matchAll(/NNFMT_ACTION_(\w+):/gu)) expect(script, variable).toContain(variable);
});

describe.skipIf(!isBuilt)('the steps (skipped where dist/ is not built)', () => {
  test('annotations, a log and the exit code', () => {
    const cwd = folderWith({ 'a.py': SPOILT, 'b c/d.py': SPOILT, 'left.py': SPOILT });
    const { status, stdout, output } = runAction(cwd, { PATHS: 'a.py\n  b c  \n', ARGUMENTS: '', ANNOTATIONS: 'true', SARIF: 'nnfmt.sarif' });
    expect(status).toBe(1);
    expect(output).toBe('exit-code=1\n');
    expect(stdout).toMatch(/^::warning file=a\.py,line=1,/mu);
    const log = JSON.parse(readFileSync(join(cwd, 'nnfmt.sarif'), 'utf8')) as { runs: [{ results: { locations: unknown[] }[] }] };
    expect(JSON.stringify(log)).toContain('"uri":"b%20c/d.py"');
    expect(JSON.stringify(log)).not.toContain('left.py');
  }, 60_000);

  test('without annotations and log, with arguments; what cannot be checked is 2', () => {
    const cwd = folderWith({ 'a.py': 'x = 1\n', 'bad.py': 'def (\n' });
    expect(runAction(cwd, { PATHS: 'a.py', ARGUMENTS: '--quiet\n--no-profile', ANNOTATIONS: 'false' })).toMatchObject({ status: 0, stdout: '' });
    expect(runAction(cwd, { PATHS: '.', ANNOTATIONS: 'true' })).toMatchObject({ status: 2, stdout: expect.stringContaining('::error file=') as string });
    expect(existsSync(join(cwd, 'nnfmt.sarif'))).toBe(false);
  }, 60_000);
});
