/**
 * Packs the package, installs it elsewhere without install scripts, and uses it: the
 * version, the demo file, the library. Prints one line for each check; exit 1 if one fails.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const { version } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
const folder = mkdtempSync(path.join(tmpdir(), 'nnfmt-pack-'));
let failed = 0;

function check(name, action) {
  try {
    action();
    console.log(`ok      ${name}`);
  } catch (fault) {
    failed++;
    console.log(`FAILED  ${name}\n${fault.stderr ?? fault.stack}`);
  }
}

function expect(condition, message) {
  if (!condition) throw new Error(message);
}

try {
  // --ignore-scripts: the build has just been made and checked.
  const packed = execFileSync('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', folder], { cwd: root, encoding: 'utf8' });
  const [{ filename, files, size }] = Object.values(JSON.parse(packed));
  check('the package holds the build, the model and nothing else', () => {
    const paths = files.map((file) => file.path);
    const strange = paths.filter((name) => !/^(dist\/|package\.json$|README\.md$|LICENSE$|CHANGELOG\.md$)/u.test(name));
    expect(strange.length === 0, `unexpected: ${strange.join(', ')}`);
    for (const needed of [/^dist\/nnfmt\.js$/u, /^dist\/web-tree-sitter\.wasm$/u, /^dist\/tree-sitter-python\.wasm$/u, /\.bin$/u, /^dist\/types\/index\.d\.ts$/u]) {
      expect(paths.some((name) => needed.test(name)), `missing: ${needed}`);
    }
    expect(size < 12 * 1024 * 1024, `${size} bytes packed`);
  });

  writeFileSync(path.join(folder, 'package.json'), '{"name":"elsewhere","private":true,"type":"module"}');
  check('installs elsewhere without install scripts', () => {
    execFileSync('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund', `./${filename}`], { cwd: folder, encoding: 'utf8', stdio: 'pipe' });
  });

  check('the declarations need no package that is not installed', () => {
    const types = path.join(folder, 'node_modules/nnfmt/dist/types');
    const strange = readdirSync(types, { recursive: true })
      .filter((name) => name.endsWith('.d.ts'))
      .flatMap((name) => [...readFileSync(path.join(types, name), 'utf8').matchAll(/(?:from |import\()['"]([^.'"][^'"]*)['"]/gu)].map(([, to]) => `${name} -> ${to}`))
      .filter((edge) => !edge.includes('-> node:'));
    expect(strange.length === 0, strange.join('\n'));
  });

  const nnfmt = path.join(folder, 'node_modules/.bin/nnfmt');
  check('nnfmt --version', () => {
    const printed = execFileSync(nnfmt, ['--version'], { cwd: folder, encoding: 'utf8' }).trim();
    expect(printed === version, `printed ${printed}`);
  });
  check('nnfmt format on the demo file, then unchanged', () => {
    const demo = path.join(folder, 'demo.py');
    copyFileSync(path.join(root, 'fixtures/demo/scrambled.py'), demo);
    const before = readFileSync(demo, 'utf8');
    execFileSync(nnfmt, ['format', '--no-cache', 'demo.py'], { cwd: folder, encoding: 'utf8', stdio: 'pipe' });
    expect(readFileSync(demo, 'utf8') !== before, 'the demo file did not change');
    const again = spawnSync(nnfmt, ['format', '--no-cache', '--check', 'demo.py'], { cwd: folder, encoding: 'utf8' });
    expect(again.status === 0, `--check: exit ${again.status}\n${again.stderr}`);
  });
  check('the library formats', () => {
    const script =
      "import { createFormatter } from 'nnfmt';\n" +
      'const formatter = await createFormatter({});\n' +
      "process.stdout.write(formatter.format('x=  1\\n', { path: 'a.py' }).text);";
    const text = execFileSync(process.execPath, ['--input-type=module', '-e', script], { cwd: folder, encoding: 'utf8' });
    expect(text.replaceAll(' ', '') === 'x=1\n', `printed ${JSON.stringify(text)}`);
  });
} finally {
  rmSync(folder, { recursive: true, force: true });
}
process.exitCode = failed === 0 ? 0 : 1;
