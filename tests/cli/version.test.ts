import { expect, test } from 'vitest';
import { SIGNATURE_VERSION } from '../../src/shards/signature-version.js';
import { runInProcess } from './support/run-in-process.js';

test('--version is a line for people, with --json one for programs, and nothing else stands beside it', async () => {
  const text = await runInProcess(['--version']);
  expect(text).toMatchObject({ code: 0, stdout: expect.stringMatching(/^nnfmt \S+ \(model [\da-f]{12}, grammar [\da-f]{12}\)\n$/u) as string });
  const json = await runInProcess(['--version', '--json']);
  expect(json.code).toBe(0);
  const said = JSON.parse(json.stdout) as Record<string, unknown>;
  expect(said).toMatchObject({ node: process.versions.node, signatureVersion: SIGNATURE_VERSION });
  expect(text.stdout).toContain(`model ${said['model'] as string},`);
  expect(text.stdout).toContain(`nnfmt ${said['nnfmt'] as string} (`);
});
