import { isAbsolute, sep } from 'node:path';
import { pathToFileURL } from 'node:url';
import { EDIT_CLASSES, type EditClass } from '../format/edit-classes.js';
import type { CheckFault, FoundDeviation, StatementNotUnderstood } from './check-report.js';
import { faultPlace } from './fault-place.js';
import { VERSION } from '../shared/version.js';

const RULES: Readonly<Record<EditClass, string>> = {
  space: 'Spaces between two tokens of a line',
  break: 'A line that should be broken',
  join: 'A line break that should not be there',
  continuation: 'Indentation or blank lines of a continued line',
  lines: 'Blank lines and indentation of a statement',
  comment: 'Place of a comment',
  step: 'Indentation step of a block',
  suite: "A block on its header's line, or not",
};

/**
 * The log of a run in the Static Analysis Results Interchange Format.
 *
 * Source: OASIS SARIF 2.1.0.
 */
export function sarifLog(
  found: readonly FoundDeviation[],
  faults: readonly CheckFault[],
  notUnderstood: readonly StatementNotUnderstood[] = [],
): object {
  return {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'nnfmt',
            version: VERSION,
            rules: EDIT_CLASSES.map((id) => ({ id, shortDescription: { text: RULES[id] } })),
          },
        },
        columnKind: 'unicodeCodePoints',
        results: found.map(result),
        invocations: [
          {
            executionSuccessful: faults.length === 0,
            toolExecutionNotifications: [
              ...faults.map((fault) => ({
                level: 'error',
                message: { text: fault.message },
                ...(fault.path === null ? {} : {
                  locations: [{ physicalLocation: { artifactLocation: artifact(fault.path), ...regionOf(fault) } }],
                }),
              })),
              ...notUnderstood.map(({ path, line }) => ({
                level: 'note',
                message: { text: 'not understood, left as it is' },
                locations: [{ physicalLocation: { artifactLocation: artifact(path), region: { startLine: line } } }],
              })),
            ],
          },
        ],
      },
    ],
  };
}

function regionOf(fault: CheckFault): object {
  const place = faultPlace(fault);
  return place === null ? {} : { region: { startLine: place.line, startColumn: place.column } };
}

function result(
  { path, edit, message, line, column, endLine, endColumn, probability, confidence }: FoundDeviation,
): object {
  return {
    ruleId: edit,
    ruleIndex: EDIT_CLASSES.indexOf(edit),
    level: 'warning',
    message: { text: message },
    locations: [
      {
        physicalLocation: {
          artifactLocation: artifact(path),
          region: { startLine: line, startColumn: column, endLine, endColumn },
        },
      },
    ],
    // In [0, 100]: what the model gives to the proposed layout against today's.
    rank: Math.round(confidence * 1e4) / 100,
    properties: { probability: Math.round(probability * 1e4) / 1e4 },
  };
}

/** Relative paths stay relative, so that a log can be read on another machine. */
function artifact(path: string): { uri: string } {
  if (isAbsolute(path)) return { uri: pathToFileURL(path).href };
  return { uri: path.split(sep).map(encodeURIComponent).join('/') };
}
