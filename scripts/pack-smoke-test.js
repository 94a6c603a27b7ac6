/**
 * Packs the package, installs it elsewhere without install scripts, and uses it: the version, the
 * demo file, training, the library and its declarations. Prints one line for each check; exit 1 if
 * one fails.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import {
  copyFileSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { libraryExamples, namesNotExported } from './library-examples.js';

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

/** Compiles files of the folder, strictly. */
function typecheck(options, files) {
  const compilerOptions = {
    target: 'ES2022', lib: ['ES2022'], module: 'NodeNext', strict: true, exactOptionalPropertyTypes: true,
    skipLibCheck: true, noEmit: true, ...options,
  };
  writeFileSync(path.join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, files }));
  const { status, stdout } = spawnSync(process.execPath, [
    path.join(root, 'node_modules/typescript/bin/tsc'), '-p', folder,
  ], { encoding: 'utf8' });
  expect(status === 0, stdout);
}

/**
 * What `npm install @tensorflow/tfjs-node` would bring, without its native code: a backend called
 * `tensorflow` that registers itself with the tfjs-core beside it.
 */
function installFakeBackend(modules) {
  for (const name of ['@tensorflow/tfjs-core', '@tensorflow/tfjs-backend-cpu', 'long', 'node-fetch', 'seedrandom']) {
    cpSync(path.join(root, 'node_modules', name), path.join(modules, name), {
      recursive: true, filter: (file) => !/\.map$|\.d\.ts$|src$/u.test(file),
    });
  }
  const fake = path.join(modules, '@tensorflow/tfjs-node');
  mkdirSync(fake);
  writeFileSync(
    path.join(fake, 'package.json'), '{"name":"@tensorflow/tfjs-node","version":"4.22.0","main":"index.js"}',
  );
  writeFileSync(
    path.join(fake, 'index.js'),
    "const tf = require('@tensorflow/tfjs-core');\nconst { MathBackendCPU } = " +
    "require('@tensorflow/tfjs-backend-cpu');\n" +
      "require('node:fs').writeFileSync('used-backend', '');\n" +
      "tf.registerBackend('tensorflow', () => new MathBackendCPU());\ntf.copyRegisteredKernels('cpu', 'tensorflow');\n",
  );
}

/** The plugin in the real Prettier, as a project would use it. */
function usePrettier() {
  const project = path.join(folder, 'prettier');
  mkdirSync(path.join(project, 'node_modules'), { recursive: true });
  for (const name of ['nnfmt', 'prettier']) {
    const from = name === 'nnfmt' ? path.join(folder, 'node_modules') : path.join(root, 'node_modules');
    cpSync(path.join(from, name), path.join(project, 'node_modules', name), { recursive: true });
  }
  const prettier = (...args) => spawnSync(process.execPath, [
    path.join(project, 'node_modules/prettier/bin/prettier.cjs'), ...args,
  ], { cwd: project, encoding: 'utf8', input: 'y  =  2\n' });
  const write = (name, text) => writeFileSync(path.join(project, name), text);
  const withPlugin = ['--plugin', 'nnfmt/prettier-plugin'];
  const demo = readFileSync(path.join(root, 'fixtures/demo/scrambled.py'), 'utf8');
  check('Prettier writes what nnfmt format writes, and finds it well laid out', () => {
    write('a.py', demo);
    write('b.py', demo);
    expect(prettier(...withPlugin, '--check', 'a.py').status === 1, 'a.py would not change');
    const { status, stderr } = prettier(...withPlugin, '--write', 'a.py');
    expect(status === 0, stderr);
    execFileSync(path.join(folder, 'node_modules/.bin/nnfmt'), ['format', '--no-cache', 'b.py'], {
      cwd: project, stdio: 'pipe',
    });
    const [a, b] = ['a.py', 'b.py'].map((name) => readFileSync(path.join(project, name), 'utf8'));
    expect(a === b && a !== demo, 'the two differ');
    expect(prettier(...withPlugin, '--check', 'a.py').status === 0, 'a.py would change again');
  });
  check('Prettier knows the options, from .prettierrc too, and passes over what .prettierignore names', () => {
    expect(prettier(...withPlugin, '--help').stdout.includes('--nnfmt-confidence'), 'no option in its help');
    write('.prettierrc', '{ "plugins": ["nnfmt/prettier-plugin"], "nnfmtConfidence": 1 }');
    expect(prettier('--stdin-filepath', 'c.py').stdout === 'y  =  2\n', 'the confidence of .prettierrc did not count');
    write('.prettierrc', '{ "plugins": ["nnfmt/prettier-plugin"] }');
    expect(prettier('--stdin-filepath', 'c.py').stdout === 'y = 2\n', prettier('--stdin-filepath', 'c.py').stderr);
    write('.prettierignore', 'a.py\n');
    write('a.py', demo);
    expect(prettier('--check', 'a.py').status === 0, 'an ignored file was looked at');
  });
  check('Prettier formats ranges, and code in Markdown, and tells where a syntax error is', () => {
    write('d.py', 'x  =  1\ny  =  2\n');
    expect(prettier('--range-start', '8', '--range-end', '9', 'd.py').stdout === 'x  =  1\ny = 2\n', 'range');
    write('d.md', '```python\nx  =  1\n```\n');
    expect(prettier('d.md').stdout === '```python\nx = 1\n```\n', prettier('d.md').stdout);
    write('bad.py', 'x = 1\nf(]\n');
    const { status, stderr } = prettier('--check', 'bad.py');
    expect(status === 2 && /bad\.py: SyntaxError: .*\(2:3\)/u.test(stderr), stderr);
  });
  check('the declarations of the plugin hold', () => {
    const code = "import type { Plugin } from 'prettier';\nimport * as plugin from 'nnfmt/prettier-plugin';\n" +
      'export const used: Plugin = plugin;\n';
    writeFileSync(path.join(project, 'uses-plugin.ts'), code);
    typecheck({ types: [] }, ['prettier/uses-plugin.ts']);
  });
}

try {
  // With its scripts, as a release is made; what they print is none of the JSON.
  const packed = execFileSync('npm', ['pack', '--json', '--foreground-scripts=false', '--pack-destination', folder], {
    cwd: root, encoding: 'utf8',
  });
  const [{ filename, files, size }] = Object.values(JSON.parse(packed));
  check('the package holds the build, the model and nothing else', () => {
    const paths = files.map((file) => file.path);
    const strange = paths.filter((name) => !/^(dist\/|package\.json$|README\.md$|LICENSE$|CHANGELOG\.md$)/u.test(name));
    expect(strange.length === 0, `unexpected: ${strange.join(', ')}`);
    for (const needed of [
      /^dist\/nnfmt\.js$/u, /^dist\/THIRD-PARTY-NOTICES$/u, /^dist\/web-tree-sitter\.wasm$/u,
      /^dist\/tree-sitter-python\.wasm$/u, /\.bin$/u, /^dist\/types\/index\.d\.ts$/u,
    ]) {
      expect(paths.some((name) => needed.test(name)), `missing: ${needed}`);
    }
    expect(size < 16 * 1024 * 1024, `${size} bytes packed`);
  });

  writeFileSync(path.join(folder, 'package.json'), '{"name":"elsewhere","private":true,"type":"module"}');
  check('installs elsewhere without install scripts', () => {
    execFileSync('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund', `./${filename}`], {
      cwd: folder, encoding: 'utf8', stdio: 'pipe',
    });
  });

  const modules = path.join(folder, 'node_modules');
  check('brings no other package, and at most 25 MB', () => {
    const packages = readdirSync(modules).filter((name) => !name.startsWith('.'));
    expect(packages.join() === 'nnfmt', `installed: ${packages.join(', ')}`);
    const bytes =
      readdirSync(modules, { recursive: true }).reduce((sum, name) => sum + statSync(path.join(modules, name)).size, 0);
    console.log(`        ${(bytes / 1e6).toFixed(1)} MB installed, ${(size / 1e6).toFixed(1)} MB packed`);
    expect(bytes <= 25e6, `${bytes} bytes installed`);
  });
  check('its package.json asks for nothing and runs nothing', () => {
    const manifest = JSON.parse(readFileSync(path.join(modules, 'nnfmt/package.json'), 'utf8'));
    for (const key of ['scripts', 'dependencies', 'devDependencies']) {
      expect(manifest[key] === undefined, `${key}: ${JSON.stringify(manifest[key])}`);
    }
    expect(
      JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')).scripts.prepare !== undefined,
      'packing did not restore package.json',
    );
  });

  check('the declarations hold in a strict project without DOM, types of node, or skipLibCheck', () => {
    for (const name of ['consumer.ts', 'browser-consumer.ts']) {
      copyFileSync(path.join(root, 'fixtures/library', name), path.join(folder, name));
    }
    typecheck({ types: [], skipLibCheck: false }, ['consumer.ts', 'browser-consumer.ts']);
  });
  check('the declarations export every name that they use, and ship with nothing of the engines', () => {
    const types = path.join(modules, 'nnfmt/dist/types');
    for (const entry of ['index.d.ts', 'browser/index.d.ts']) {
      const missing = namesNotExported(ts, path.join(types, entry), types);
      expect(missing.length === 0, `${entry} does not export ${missing.join(', ')}`);
    }
    const rooms = new Set(readdirSync(types).filter((name) => !name.endsWith('.d.ts')));
    for (const room of ['tokenize', 'model', 'train', 'learn', 'cli']) {
      expect(!rooms.has(room), `declarations of ${room}`);
    }
  });

  const nnfmt = path.join(folder, 'node_modules/.bin/nnfmt');
  check('nnfmt --version', () => {
    const printed = execFileSync(nnfmt, ['--version'], { cwd: folder, encoding: 'utf8' }).trim();
    const digest = '[0-9a-f]{12}';
    const expected = new RegExp(`^nnfmt ${version.replaceAll('.', '\\.')} \\(model ${digest}, grammar ${digest}\\)$`, 'u');
    expect(expected.test(printed), `printed ${printed}`);
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
  check('nnfmt format on a notebook, then unchanged', () => {
    const cell = { cell_type: 'code', execution_count: null, id: 'a', metadata: {}, outputs: [], source: ['x  =  1'] };
    const notebook = path.join(folder, 'demo.ipynb');
    writeFileSync(notebook, JSON.stringify({ cells: [cell], metadata: {}, nbformat: 4, nbformat_minor: 5 }, null, 1));
    execFileSync(nnfmt, ['format', '--no-cache', 'demo.ipynb'], { cwd: folder, stdio: 'pipe' });
    expect(readFileSync(notebook, 'utf8').includes('"x = 1"'), readFileSync(notebook, 'utf8'));
    execFileSync(nnfmt, ['format', '--no-cache', '--check', 'demo.ipynb'], { cwd: folder, stdio: 'pipe' });
  });
  usePrettier();
  check('nnfmt train learns a profile that holds weights', () => {
    const project = path.join(folder, 'project');
    mkdirSync(project);
    for (const copy of ['a', 'b', 'c']) {
      copyFileSync(path.join(root, 'fixtures/demo/inventory.py'), path.join(project, `${copy}.py`));
    }
    const printed = execFileSync(nnfmt, ['train', 'project'], { cwd: folder, encoding: 'utf8', stdio: 'pipe' });
    expect(/^Profile: /mu.test(printed), printed);
    // Counts alone take some 20 KB.
    expect(statSync(path.join(project, '.nnfmt/profile')).size > 50_000, 'the profile holds no weights');
  });
  check('a backend that is installed beside it trains, with a tfjs-core of its own, as the bundled one does', () => {
    installFakeBackend(modules);
    const losses = (backend) => {
      const out = path.join(folder, `run-${backend}`);
      const corpus = [
        'train', '--base', '--seed', '1', '--gaps', '3000', '--batch', '256', '--hidden-sizes', '16,16',
        '--backbone-size', '16',
      ];
      execFileSync(nnfmt, [...corpus, '--backend', backend, '--out', out, path.join(folder, 'corpora')], {
        cwd: folder, encoding: 'utf8', stdio: 'pipe',
      });
      return readFileSync(path.join(out, 'metrics.jsonl'), 'utf8').match(/(?<="lossNats":)[\d.]+/gu).map(Number);
    };
    mkdirSync(path.join(folder, 'corpora'));
    cpSync(path.join(folder, 'project'), path.join(folder, 'corpora/one'), { recursive: true });
    const [own, bundled] = [losses('node'), losses('cpu')];
    // Backends other than ours add in another order.
    expect(own.length > 0 &&
      own.every((loss, k) => Math.abs(loss - bundled[k]) < 1e-3), `losses ${own}, with --backend cpu ${bundled}`);
    expect(existsSync(path.join(folder, 'used-backend')), 'the installed backend was not used');
  });
  const examples = libraryExamples(path.join(root, 'src/index.ts'));
  check('the examples of the library hold as TypeScript', () => {
    const names = examples.map(({ code }, k) => {
      writeFileSync(path.join(folder, `example-${k}.ts`), code);
      return `example-${k}.ts`;
    });
    typecheck({ types: ['node'], typeRoots: [path.join(root, 'node_modules/@types')] }, names);
  });
  // In a folder of its own, with the project that they speak of.
  const runs = path.join(folder, 'examples');
  cpSync(path.join(folder, 'project'), path.join(runs, 'project'), { recursive: true });
  writeFileSync(path.join(runs, 'project/pyproject.toml'), '[tool.nnfmt]\nconfidence = 1\n');
  for (const [k, { code, prints }] of examples.entries()) {
    check(`example ${k + 1} of ${examples.length} prints what it says: ${/(?<=import \{ ).*(?= \} from 'nnfmt')/u.exec(code)[0]}`, () => {
      const file = path.join(runs, `example-${k}.js`);
      writeFileSync(file, code);
      const printed =
        execFileSync(process.execPath, [file], { cwd: runs, encoding: 'utf8', stdio: 'pipe' }).trimEnd().split('\n');
      expect(
        printed.join('\n') === prints.join('\n'), `printed\n${printed.join('\n')}\ninstead of\n${prints.join('\n')}`,
      );
    });
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
process.exitCode = failed === 0 ? 0 : 1;
