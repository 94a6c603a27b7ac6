import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { ModelFileError } from '../../src/errors.js';
import { loadPolicy } from '../../src/format/index.js';
import { folderWith } from '../support/folder-with.js';

const folder = folderWith();
const builtIn = vi.hoisted(() => ({ path: '' }));
vi.mock('../../src/shared/asset-path.js', () => ({ assetPath: () => builtIn.path }));

function faultOf(options?: Parameters<typeof loadPolicy>[0]): ModelFileError {
  try {
    loadPolicy(options);
  } catch (fault) {
    return fault as ModelFileError;
  }
  throw new Error('the model was accepted');
}

test('a bad built-in model: install again; a bad model of the user: use another', () => {
  builtIn.path = join(folder, 'base.bin');
  for (const content of [null, '', 'garbage']) {
    if (content !== null) writeFileSync(builtIn.path, content);
    const ours = faultOf();
    expect(ours).toBeInstanceOf(ModelFileError);
    expect(ours.message).toMatch(/base\.bin: the built-in model cannot be used: .*Install nnfmt again/);
    expect(ours.message).not.toContain('nnfmt train');
    const theirs = faultOf({ modelPath: builtIn.path });
    expect(theirs.message).toContain(ours.reason.replace('the built-in model cannot be used: ', ''));
    expect(theirs.message).not.toContain('nstall');
  }
  expect(faultOf({ modelPath: folder }).message).toContain('this is a folder, not a file');
});
