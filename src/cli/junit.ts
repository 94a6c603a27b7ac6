import { shownName } from '../shared/quote-name.js';
import type { CheckFault, FoundDeviation } from './check-report.js';

/**
 * The files of a run as tests in JUnit's XML: a file fails where its layout deviates, and is an error where it could
 * not be checked.
 *
 * Source: the schema of Jenkins' xUnit plugin, junit-10.xsd.
 *
 * @param paths of all files that were looked at
 */
export function junitReport(
  paths: readonly string[], found: readonly FoundDeviation[], faults: readonly CheckFault[],
): string {
  const deviations = new Map<string, FoundDeviation[]>();
  for (const deviation of found) {
    const known = deviations.get(deviation.path);
    if (known === undefined) deviations.set(deviation.path, [deviation]);
    else known.push(deviation);
  }
  const failed = new Set(faults.map(({ path }) => path));
  const cases = [
    ...paths.filter((path) => !failed.has(path)).map((path) => testCase(path, failureOf(deviations.get(path) ?? []))),
    ...faults.map(({ path, message }) =>
      testCase(path ?? 'nnfmt', `<error type="fault" message="${attribute(message)}"/>`)),
  ];
  const counts = `tests="${cases.length}" failures="${deviations.size}" errors="${faults.length}"`;
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="nnfmt" ${counts}>`,
    `  <testsuite name="layout" ${counts} skipped="0">`,
    ...cases,
    '  </testsuite>',
    '</testsuites>',
  ].join('\n');
}

const testCase = (path: string, outcome: string): string => {
  const names = `classname="nnfmt" name="${attribute(shownName(path))}"`;
  return outcome === '' ? `    <testcase ${names}/>` : `    <testcase ${names}>\n      ${outcome}\n    </testcase>`;
};

function failureOf(deviations: readonly FoundDeviation[]): string {
  if (deviations.length === 0) return '';
  const lines = deviations.map(({ path, line, column, message }) => `${shownName(path)}:${line}:${column}: ${message}`);
  const count = `${deviations.length} deviation${deviations.length === 1 ? '' : 's'}`;
  return `<failure type="layout" message="${count}">${text(lines.join('\n'))}</failure>`;
}

/** Characters that XML has no way to write. */
const FORBIDDEN = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/gu;

const text = (value: string): string =>
  value.replace(FORBIDDEN, '\ufffd').replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
const attribute = (value: string): string =>
  text(value).replaceAll('"', '&quot;').replace(/[\t\n\r]/gu, (character) => `&#${character.charCodeAt(0)};`);
