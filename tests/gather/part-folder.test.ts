import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { removeParts } from '../../src/gather/part-folder.js';
import { folderWith } from '../support/folder-with.js';

test('a part that the git of a killed run still fills is removed', async () => {
  const dest = folderWith({ 'kept/a.py': '' });
  const objects = join(dest, '.part-a', 'objects');
  mkdirSync(objects, { recursive: true });
  // Ends where its folder is gone, as git does, and in any case long before the removal gives up.
  const filling = `const end = Date.now() + 600;
    try { for (let k = 0; Date.now() < end; k++) require('node:fs').mkdirSync(process.argv[1] + '/' + k); } catch {}`;
  const child = spawn(process.execPath, ['-e', filling, objects], { stdio: 'ignore' });
  while (readdirSync(objects).length === 0) await wait(5);
  removeParts(dest);
  if (child.exitCode === null) await once(child, 'exit');
  expect(existsSync(join(dest, '.part-a'))).toBe(false);
  expect(readdirSync(dest)).toEqual(['kept']);
});
