import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { builtCommand } from '../lsp/support/built-command.js';
import { folderWith } from '../support/folder-with.js';

const version = spawnSync('nvim', ['--version'], { encoding: 'utf8' }).stdout?.split('\n')[0] ?? null;
if (version === null) console.warn('neovim (nvim) is missing: its test is skipped');

const CODE = `import os


def sizes(paths):
    return [os.path.getsize(path) for path in paths]


for name in os.listdir(path):
    print(name)
print(sizes(['a',  'b']))
`;

/** What the documentation tells users of Neovim to put into their configuration. */
function documented(): string {
  const page = readFileSync(fileURLToPath(new URL('../../docs/editors.md', import.meta.url)), 'utf8');
  return /<!-- The test of Neovim runs this\. -->\n```lua\n([\s\S]*?)```/u.exec(page)![1]!;
}

test.skipIf(version === null)('Neovim, set up as documented: deviations, format on save, completion', async () => {
  const folder = folderWith({ 'shop.py': CODE, 'init.lua': documented() });
  const command = join(folder, 'nnfmt');
  writeFileSync(command, `#!/bin/sh\nexec '${process.execPath}' '${await builtCommand()}' "$@"\n`);
  chmodSync(command, 0o755);
  const report = join(folder, 'report.json');
  const session = fileURLToPath(new URL('support/neovim-session.lua', import.meta.url));
  execFileSync('nvim', ['--headless', '-n', '-i', 'NONE', '-u', 'init.lua', 'shop.py', '-c', `luafile ${session}`], {
    cwd: folder, stdio: 'pipe', timeout: 60_000,
    env: { ...process.env, PATH: `${folder}${delimiter}${process.env['PATH']}`, NNFMT_REPORT: report, XDG_STATE_HOME: folder, XDG_CACHE_HOME: folder },
  });
  const found = JSON.parse(readFileSync(report, 'utf8')) as Record<string, unknown>;
  expect(found).toMatchObject({
    started: true, shown: true, cleared: true,
    messages: [expect.stringContaining('expected 1 space, found 2')],
    saved: CODE.replace(',  ', ', ').trimEnd().split('\n'),
    mark: [8, 4], cursor: [9, 3],
    broken: 'for name in os.li', errmsg: '',
    offered: expect.arrayContaining(['listdir(path):']),
  });
}, 90_000);
