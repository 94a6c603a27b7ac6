import { spawnSync } from 'node:child_process';
import Ajv from 'ajv';
import { describe, expect, test } from 'vitest';
import type { CheckFault, FoundDeviation, StatementNotUnderstood } from '../../src/cli/check-report.js';
import { gitlabReport } from '../../src/cli/gitlab.js';
import { junitReport } from '../../src/cli/junit.js';
import { EDIT_CLASSES } from '../../src/format/edit-classes.js';
import { folderWith } from '../support/folder-with.js';
import { runInProcess } from './support/run-in-process.js';

const PATHS = ['a.py', './pkg/b c.py', 'ü<&">.py', 'line\nfeed.py'];
const deviations: FoundDeviation[] = EDIT_CLASSES.map((edit, k) => ({
  path: PATHS[k % 4], edit, gap: k, before: '  ', after: '', message: `expected "<nothing>" & found\u0007 ${k}`,
  line: 1 + k, column: 1 + k, endLine: 2 + k, endColumn: 1, probability: k / 10, confidence: k / 8,
}));
const faults: CheckFault[] = [
  { path: 'bad.py', message: 'bad.py:7:2: does not parse' }, { path: null, message: 'no memory left' },
];
const notUnderstood: StatementNotUnderstood[] = [{ path: 'new.py', line: 3 }];

describe('GitLab', () => {
  /** What GitLab's documentation asks of each finding. */
  const isReport = new Ajv({ allErrors: true }).compile({
    type: 'array',
    items: {
      type: 'object',
      required: ['description', 'check_name', 'fingerprint', 'severity', 'location'],
      properties: {
        description: { type: 'string', minLength: 1 },
        check_name: { type: 'string', minLength: 1 },
        fingerprint: { type: 'string', pattern: '^[0-9a-f]{16,}$' },
        severity: { enum: ['info', 'minor', 'major', 'critical', 'blocker'] },
        location: {
          type: 'object',
          required: ['path', 'lines'],
          properties: {
            path: { type: 'string', not: { pattern: '^(\\./|/)' } },
            lines: {
              type: 'object', required: ['begin'],
              properties: { begin: { type: 'integer', minimum: 1 }, end: { type: 'integer', minimum: 1 } },
            },
          },
        },
      },
    },
  });

  test('a report is what its documentation asks for, and no two findings have one fingerprint', () => {
    const report = gitlabReport([...deviations, ...deviations], faults, notUnderstood);
    expect(isReport(JSON.parse(JSON.stringify(report))), JSON.stringify(isReport.errors)).toBe(true);
    expect(new Set(report.map(({ fingerprint }) => fingerprint)).size).toBe(report.length);
    expect(report.find(({ check_name }) => check_name === 'nnfmt/fault')!.location).toEqual({ path: 'bad.py', lines: { begin: 7 } });
    expect(isReport([{ description: 'x' }])).toBe(false);
  });

  test('a fingerprint stays where lines come above, and changes with the deviation', () => {
    const one = (change: Partial<FoundDeviation>): string => gitlabReport([{ ...deviations[0], ...change }], [])[0].fingerprint;
    expect(one({ line: 40, endLine: 41, gap: 99 })).toBe(one({}));
    expect(new Set([one({}), one({ path: 'z.py' }), one({ after: ' ' }), one({ edit: 'break' })]).size).toBe(4);
  });
});

describe('JUnit', () => {
  /** Attributes by element, the needed ones first; what is between them by element. */
  const SHAPE: Readonly<Record<string, { needed: string[]; others?: string[]; holds: string[] }>> = {
    testsuites: { needed: ['name', 'tests', 'failures', 'errors'], holds: ['testsuite'] },
    testsuite: { needed: ['name', 'tests', 'failures', 'errors'], others: ['skipped'], holds: ['testcase'] },
    testcase: { needed: ['classname', 'name'], holds: ['failure', 'error'] },
    failure: { needed: ['type', 'message'], holds: [] },
    error: { needed: ['type', 'message'], holds: [] },
  };
  interface Element { readonly tag: string; readonly attributes: Readonly<Record<string, string>>; readonly text: string; readonly children: readonly Element[] }
  const faultsOf = ({ tag, attributes, children }: Element): string[] => {
    const shape = SHAPE[tag];
    if (shape === undefined) return [`<${tag}>`];
    const { needed, others = [], holds } = shape;
    return [
      ...needed.filter((name) => !(name in attributes)).map((name) => `<${tag}> without ${name}`),
      ...Object.keys(attributes).filter((name) => ![...needed, ...others].includes(name)).map((name) => `<${tag} ${name}>`),
      ...children.flatMap((child) => (holds.includes(child.tag) ? faultsOf(child) : [`<${child.tag}> in <${tag}>`])),
    ];
  };
  /** Read by another parser of XML. */
  const parse = (xml: string): Element => {
    const program = `import sys, json, xml.etree.ElementTree as E
def tell(e): return {'tag': e.tag, 'attributes': e.attrib, 'text': e.text or '', 'children': [tell(c) for c in e]}
print(json.dumps(tell(E.fromstring(sys.stdin.buffer.read()))))`;
    const { stdout, stderr, status } = spawnSync('python3', ['-c', program], { input: xml, encoding: 'utf8' });
    expect(status, stderr).toBe(0);
    return JSON.parse(stdout) as Element;
  };
  const python = spawnSync('python3', ['--version']).status === 0;

  test.skipIf(!python)('a report is well formed and of the shape that Jenkins reads (skipped where python3 is missing)', () => {
    const root = parse(junitReport([...PATHS, 'clean.py', 'bad.py'], deviations, faults));
    expect(faultsOf(root)).toEqual([]);
    expect(root.attributes).toEqual({ name: 'nnfmt', tests: '7', failures: '4', errors: '2' });
    const cases = root.children[0].children;
    expect(cases.map(({ attributes: { name }, children }) => [name, children.map(({ tag }) => tag).join()])).toEqual([
      ['a.py', 'failure'], ['./pkg/b c.py', 'failure'], ['ü<&">.py', 'failure'], ['"line\\nfeed.py"', 'failure'],
      ['clean.py', ''], ['bad.py', 'error'], ['nnfmt', 'error'],
    ]);
    expect(cases[0].children[0].text).toContain('a.py:1:1: expected "<nothing>" & found\ufffd 0');
    expect(faultsOf(parse('<testsuites name="x"><case/></testsuites>')).length).toBeGreaterThan(0);
  });
});

test.each(['gitlab', 'junit'])('nnfmt check --output-format %s prints one document, also of nothing', async (format) => {
  const folder = folderWith({ 'a.py': 'x  \n', 'b.py': 'y\n', 'bad.py': 'def (\n' });
  const all = await runInProcess(['check', '--no-cache', '--output-format', format, folder]);
  expect(all.code).toBe(2);
  const clean = await runInProcess(['check', '--no-cache', '--output-format', format, `${folder}/b.py`]);
  expect(clean.code).toBe(0);
  if (format === 'gitlab') {
    expect((JSON.parse(all.stdout) as { check_name: string }[]).map(({ check_name }) => check_name)).toEqual(['nnfmt/lines', 'nnfmt/fault']);
    expect(JSON.parse(clean.stdout)).toEqual([]);
  } else {
    expect(all.stdout).toMatch(/tests="3" failures="1" errors="1"/u);
    expect(clean.stdout).toMatch(/tests="1" failures="0" errors="0"/u);
  }
});
