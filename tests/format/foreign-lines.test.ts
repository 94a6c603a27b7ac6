/** Lines that are formatted alone are judged by the rest of their file, without a profile as well. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, test } from 'vitest';
import { formatSource, loadBaseModel, type FormatPolicy } from '../../src/format/index.js';
import { createTokenizer, type Tokenizer } from '../../src/tokenize/index.js';

const text = readFileSync(fileURLToPath(new URL('../../fixtures/restyle/orders.py', import.meta.url)), 'utf8');
let tokenizer: Tokenizer;
let policy: FormatPolicy;
beforeAll(async () => {
  tokenizer = await createTokenizer();
  policy = loadBaseModel().policy;
});

/** A function below the file, formatted alone. */
function contribute(code: string, below = text, by = policy): string {
  const head = below === '' ? '' : `${below}\n\n`;
  const first = head === '' ? 1 : below.split('\n').length + 2;
  const lines = [{ first, last: first + code.split('\n').length - 2 }];
  const { text: output } = formatSource(tokenizer, by, head + code, 'a.py', { lines });
  expect(output.startsWith(head)).toBe(true);
  return output.slice(head.length);
}

const dense = [
  'def gross(order,rate=.19):', '    net=order.total()', '    tax=net*rate', '    if tax<0 or net==0:',
  '        return net', '    return round(net+tax,2)', '',
].join('\n');
const spaced = [
  'def gross(order, rate=.19):', '    net = order.total()', '    tax = net * rate', '    if tax < 0 or net == 0:',
  '        return net', '    return round(net + tax, 2)', '',
].join('\n');
const broken = [
  'def gross(order, rate=.19):', '    lines = [', '        order.first_line(rate),  # the oldest', '        order.last_line(rate),',
  '    ]', '    for line in lines:', '        check(line)', '    return sum(lines)', '',
].join('\n');
const inUnit = (code: string, unit: string): string => code.replace(/^ +/gmu, (lead) => unit.repeat(lead.length / 4));

describe('Lines without a profile', () => {
  test('take the spaces of the rest of their file', () => {
    expect(contribute(dense)).toBe(spaced);
  });

  test('take its unit, and keep their line breaks', () => {
    for (const unit of ['  ', '   ', '        ', '\t']) expect(contribute(inUnit(broken, unit))).toBe(broken);
  });

  test('stay where they are laid out alike', () => {
    expect(contribute(spaced)).toBe(spaced);
    expect(contribute(broken)).toBe(broken);
  });

  test('do not change once more', () => {
    expect(contribute(contribute(dense))).toBe(spaced);
  });

  test('stay as they are in a file that says too little', () => {
    const exploded = broken.replace('(rate)', '(\n            rate\n        )');
    for (const rest of ['', 'import os\n']) expect(contribute(exploded, rest)).toBe(exploded);
  });

  test('stay where a part of them is switched off', () => {
    const off = dense.replace('    tax=net*rate', '    # fmt: off\n    tax=net*rate\n    # fmt: on');
    expect(contribute(off)).toBe(spaced.replace('    tax = net * rate', '    # fmt: off\n    tax=net*rate\n    # fmt: on'));
  });

  test('are not laid out anew by a model of the user, which has not learned to go by the rest', () => {
    const { restyling, ...own } = policy;
    expect(restyling).toBeDefined();
    expect(contribute(dense, text, own)).not.toBe(spaced);
  });
});

test('Lines that hang by the unit of most projects hang by the one of their file', () => {
  const google = [
    'def gross(order, rate=.19):', '  lines = [', '      order.first_line(rate),  # the oldest', '      order.last_line(rate),',
    '  ]', '  for line in lines:', '    check(line)', '  return sum(lines)', '',
  ].join('\n');
  expect(contribute(google)).toBe(broken);
});

test('A range that ends on a blank line leaves the line behind it, and so the block of both', () => {
  const code = 'def gross(order):\n  net = order.total()\n\n  return net\n';
  const source = `${text}\n\n${code}`;
  const first = text.split('\n').length + 2;
  const format = (last: number): string =>
    formatSource(tokenizer, policy, source, 'a.py', { lines: [{ first, last }] }).text;
  expect(format(first + 2)).toBe(source);
  expect(format(first + 3)).toBe(`${text}\n\n${code.replaceAll('  ', '    ')}`);
});

test('Lines that were laid out anew are repaired as they would be the next time', () => {
  const padded = 'class Pool( Base ):\n  def check( self,value,base ):\n' +
    '    if isinstance( value, type ) and issubclass( value, base ):\n      self.value=value\n    return self.value==base\n';
  const once = contribute(padded);
  expect(once).toContain('issubclass(value, base)');
  expect(contribute(once)).toBe(once);
});

test('What is beside the lines stays, whatever its unit', () => {
  const odd = `${text}\n\ndef odd(a):\n  return a\n`;
  expect(contribute(inUnit(broken, '   '), odd)).toBe(broken);
});
