import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import Ajv from 'ajv';
import { expect, test } from 'vitest';
import type { CheckFault, FoundDeviation, StatementNotUnderstood } from '../../src/cli/check-report.js';
import { sarifLog } from '../../src/cli/sarif.js';
import { EDIT_CLASSES } from '../../src/format/edit-classes.js';

const require = createRequire(import.meta.url);
const json = (name: string): object => JSON.parse(readFileSync(require.resolve(name), 'utf8')) as object;
// The schema that OASIS published with the standard is of an old draft of JSON schema.
const ajv = new Ajv({ schemaId: 'id', meta: false, allErrors: true, logger: false });
ajv.addMetaSchema(json('ajv/lib/refs/json-schema-draft-04.json'));
const isSarif = ajv.compile(json('@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json'));
const faultsOf = (log: unknown): string[] => {
  isSarif(JSON.parse(JSON.stringify(log)));
  return (isSarif.errors ?? []).map(({ dataPath, message }) => `${dataPath} ${message}`);
};

const deviations: FoundDeviation[] = EDIT_CLASSES.map((edit, k) => ({
  path: ['a.py', 'pkg/b c.py', '/absolute/ü.py', '%.py'][k % 4], edit, gap: k, before: '  ', after: '', message: `expected nothing, found ${k}`,
  line: 1 + k, column: 1 + k, endLine: 2 + k, endColumn: 1, probability: k / 10, confidence: k === 0 ? 1 : k / 8,
}));
const faults: CheckFault[] = [
  { path: 'bad.py', message: 'does not parse' }, { path: 'a b.py', message: 'a b.py:7:2: does not parse' },
  { path: null, message: 'no memory left' },
];
const notUnderstood: StatementNotUnderstood[] = [{ path: 'new.py', line: 3 }];

test.each([
  ['nothing', [], [], []],
  ['deviations of every class', deviations, [], []],
  ['faults of a file and of none', [], faults, []],
  ['statements that were not understood', [], [], notUnderstood],
  ['all together', deviations, faults, notUnderstood],
] as const)('a log of %s is what the published schema wants', (_, found, failed, unknown) => {
  expect(faultsOf(sarifLog(found, failed, unknown))).toEqual([]);
});

test('the schema would tell a log that is none', () => {
  const log = sarifLog(deviations, faults) as { runs: { tool?: unknown }[] };
  delete log.runs[0].tool;
  expect(faultsOf(log)).toEqual([".runs[0] should have required property 'tool'"]);
});

test('a syntax error is shown at its place', () => {
  const notifications = (sarifLog([], faults) as {
    runs: { invocations: { toolExecutionNotifications: { locations?: { physicalLocation: { region?: object } }[] }[] }[] }[];
  }).runs[0].invocations[0].toolExecutionNotifications;
  expect(notifications.map(({ locations }) => locations?.[0].physicalLocation.region)).toEqual([
    undefined, { startLine: 7, startColumn: 2 }, undefined,
  ]);
});
