import { spawn, spawnSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { folderWith } from '../support/folder-with.js';
import { ServerProcess } from './support/server-process.js';

/** Asks what the description of a server allows, and what it does not; judges the answers by it. */
const hasJudge = spawnSync('schemathesis', ['--version'], { stdio: 'ignore' }).status === 0;
const CHECKS = 'not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance';

describe.skipIf(!hasJudge)('generated requests (skipped where schemathesis is missing)', () => {
  let server: ServerProcess;
  beforeAll(async () => {
    server = await ServerProcess.start('--log-level', 'error', '--root', folderWith({ 'a.py': 'x  = 1\n' }));
  }, 120_000);
  afterAll(() => server.process.kill('SIGKILL'));

  it('are answered as the OpenAPI description says', async () => {
    const judge = spawn('schemathesis', [
      'run', `${server.url}/openapi.json`, '--checks', CHECKS, '--phases', 'examples,fuzzing', '--max-examples', '15', '--seed', '1', '--no-color',
      '--request-timeout', '60',
    ], { stdio: 'pipe', cwd: folderWith() });
    let said = '';
    for (const stream of [judge.stdout, judge.stderr]) stream.on('data', (data: Buffer) => (said += data.toString()));
    const code = await new Promise((resolve) => judge.once('exit', resolve));
    expect(code, said).toBe(0);
    expect(Number(/(\d+) generated/u.exec(said)?.[1]), said).toBeGreaterThan(150);
    expect(server.stderr).toBe('');
  }, 120_000);
});
