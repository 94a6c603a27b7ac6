/**
 * What the steps of action.yml do.
 *
 *     node scripts/action.js digest    tells what a build would be made of, as an output of the step
 *     node scripts/action.js check     builds nnfmt where it is not built, and checks; the exit code is that of check
 *
 * Inputs come as NNFMT_ACTION_PATHS, _ARGUMENTS, _ANNOTATIONS and _SARIF.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { appendFileSync, existsSync, openSync, readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

if (process.argv[2] === 'digest') output('digest', digest());
else process.exitCode = check();

function check() {
  const nnfmt = path.join(root, 'dist', 'nnfmt.cjs');
  if (!existsSync(nnfmt)) {
    const { status } = spawnSync(process.execPath, [path.join(root, 'scripts', 'prepare.js')], {
      cwd: root, stdio: ['ignore', 'ignore', 'inherit'],
    });
    if (status !== 0) return 2;
  }
  const { NNFMT_ACTION_ANNOTATIONS: annotations, NNFMT_ACTION_SARIF: log } = process.env;
  const run = (format, stdout) => spawnSync(
    process.execPath,
    [nnfmt, 'check', '--output-format', format, ...lines('ARGUMENTS'), '--', ...lines('PATHS')],
    { stdio: ['ignore', stdout, format === 'sarif' ? 'ignore' : 'inherit'] },
  ).status ?? 2;
  const code = run(annotations === 'false' ? 'text' : 'github', 'inherit');
  if (log) run('sarif', openSync(log, 'w'));
  output('exit-code', code);
  return code;
}

/** Lines of an input that hold anything. */
function lines(name) {
  return (process.env[`NNFMT_ACTION_${name}`] ?? '').split('\n').map((line) => line.trim()).filter((line) => line !== '');
}

/** Of everything that a build is made of. */
function digest() {
  const hash = createHash('sha256');
  for (const folder of ['src', 'scripts', 'models', 'grammar']) {
    const names = readdirSync(path.join(root, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile()).map((entry) => path.join(entry.parentPath ?? entry.path, entry.name));
    for (const name of names.sort()) hash.update(`\0${path.relative(root, name)}\0`).update(readFileSync(name));
  }
  return hash.update(readFileSync(path.join(root, 'package-lock.json'))).digest('hex').slice(0, 32);
}

function output(name, value) {
  const file = process.env.GITHUB_OUTPUT;
  if (file) appendFileSync(file, `${name}=${value}\n`);
  else console.log(`${name}=${value}`);
}
