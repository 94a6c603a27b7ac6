/**
 * A source that somebody else laid out comes out as its project would have written it: with the shipping model, and the
 * counts of one file of a project that keeps to 88 columns.
 */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, test } from 'vitest';
import { formatSource, loadBaseModel, type FormatPolicy } from '../../src/format/index.js';
import { reIndent } from '../../bench/support/re-indent.js';
import { prefer } from './support/fake-policies.js';
import { createFormatter } from '../../src/format/create-formatter.js';
import { readProgram } from '../../src/format/read-program.js';
import { wholeBelow } from '../../src/model/assumed-layout.js';
import { countLayout } from '../../src/model/count-layout.js';
import { observeLayout } from '../../src/model/observed-layout.js';
import { StyleCounts } from '../../src/model/style-counts.js';
import { createTokenizer, findDifference, joinGaps, withStructure, type Tokenizer } from '../../src/tokenize/index.js';

const text = readFileSync(fileURLToPath(new URL('../../fixtures/restyle/orders.py', import.meta.url)), 'utf8');
let tokenizer: Tokenizer;
let policy: FormatPolicy;
beforeAll(async () => {
  tokenizer = await createTokenizer();
  const context = readProgram(tokenizer, text, 'orders.py');
  const project = new StyleCounts();
  countLayout(context, observeLayout(context, context.structured.source.gaps), project);
  policy = { ...loadBaseModel().policy, project, unit: '    ', hang: '    ', drift: 0.005 };
});

/** The source as an editor leaves it that joins every bracket. */
function joined(source = text): string {
  const context = readProgram(tokenizer, source, 'a.py');
  const { gaps } = context.structured.source;
  return joinGaps(context.structured.source, wholeBelow(context, gaps, new Uint8Array(gaps.length).fill(1), 0));
}

/** The source with every element of a bracket on a line of its own. */
function exploded(): string {
  const { source, structure } = withStructure(tokenizer.tokenize(joined(), 'a.py'));
  const ends = (i: number): boolean => {
    const open = structure.openBracket[i];
    return open >= 0 && structure.partner[open] !== open + 1 &&
      (i === open + 1 || structure.partner[open] === i || source.text[source.end[i - 1] - 1] === ',');
  };
  return joinGaps(source, source.gaps.map((gap, i) => (i < source.tokenCount && ends(i) ? '\n          ' : gap)));
}

const restyle = (source: string): string => formatSource(tokenizer, policy, source, 'a.py', { restyle: true }).text;

/** The same for a project of many such files, which a formatter keeps. */
function restyleByRules(source: string): string {
  const context = readProgram(tokenizer, text, 'orders.py');
  const project = new StyleCounts();
  for (let k = 0; k < 5; k++) countLayout(context, observeLayout(context, context.structured.source.gaps), project);
  return formatSource(tokenizer, { ...policy, project }, source, 'a.py', { restyle: true }).text;
}

/** Share of the gaps, non-empty on either side, that are those of the original. */
function exact(output: string): number {
  const [wanted, found] = [text, output].map((source) => tokenizer.tokenize(source, 'a.py').gaps);
  const compared = wanted.map((_, i) => i).filter((i) => wanted[i] !== '' || found[i] !== '');
  return compared.filter((i) => wanted[i] === found[i]).length / compared.length;
}

describe('A source that is laid out anew', () => {
  test('comes home from brackets that were all joined', () => {
    expect(exact(joined())).toBeLessThan(0.93);
    expect(exact(restyle(joined()))).toBeGreaterThan(0.985);
  });

  test('comes home from one element a line, from another unit, and from other spaces', () => {
    const twoSpaces = text.replace(/^( +)/gmu, (lead) => lead.slice(lead.length / 2));
    const dense = text.replaceAll(' = ', '=').replaceAll(', ', ',');
    for (const foreign of [exploded(), twoSpaces, dense]) {
      expect(exact(foreign)).toBeLessThan(0.93);
      expect(exact(restyle(foreign))).toBeGreaterThan(0.985);
    }
  });

  test('is the same program, and does not change when it is laid out once more', () => {
    const output = restyle(exploded());
    const [before, after] = [text, output].map((source) => withStructure(tokenizer.tokenize(source, 'a.py')));
    expect(findDifference(before, after)).toBeNull();
    expect(restyle(output)).toBe(output);
  });

  test('is formatted already: what repairing would still change is repaired, such as blanks at the ends of lines', () => {
    const blanks = "def pad(line):\n    line = '--' + line \n    \n    return line\n\n\n";
    for (const foreign of [blanks, exploded(), `${joined()}\n\n`]) {
      const output = restyle(foreign);
      expect(output).not.toMatch(/ \n/u);
      expect(formatSource(tokenizer, policy, output, 'a.py').text).toBe(output);
      expect(restyle(output)).toBe(output);
    }
  });

  test('keeps blank lines within functions, and what is switched off', () => {
    const thought = 'def f(a):\n    first(a)\n\n    second(a)\n    # fmt: off\n    third( a )\n    # fmt: on\n    fourth( a )\n';
    expect(restyle(thought)).toBe(thought.replace('fourth( a )', 'fourth(a)'));
  });

  test('has the project\'s blank lines around classes, also where nothing like it is known, and blanks before suites', () => {
    const dense = "class A:\n    def f(self):...\nclass B:\n    def g(self):...\nlimit = 3\n\nclass C:\n    size: int = 1\nlast = C()\n";
    expect(restyleByRules(dense)).toBe(
      'class A:\n    def f(self): ...\n\n\nclass B:\n    def g(self): ...\n\n\nlimit = 3\n\n\nclass C:\n    size: int = 1\n\n\nlast = C()\n',
    );
  });

  test('needs a profile', async () => {
    const formatter = await createFormatter({ profilePath: null });
    expect(() => formatter.format('x = 1\n', { restyle: true })).toThrow(/nnfmt train/u);
    expect(formatter.format('x = 1\n').text).toBe('x = 1\n');
  });
});

describe('Lines of somebody else', () => {
  const contributed = 'def gross( order ,rate = .19 ):\n  net=order.total( )\n  return round( net*( 1+rate ),2 )\n';

  test('are laid out as the rest of the file and the project do', () => {
    const source = `${text}\n\n${contributed}`;
    const first = text.split('\n').length + 2;
    const { text: output } = formatSource(tokenizer, policy, source, 'a.py', { lines: [{ first, last: first + 2 }] });
    expect(output).toBe(`${text}\n\ndef gross(order, rate=.19):\n    net = order.total()\n    return round(net * (1 + rate), 2)\n`);
  });

  test('are judged as before where they follow the project', () => {
    const last = text.split('\n').length;
    expect(formatSource(tokenizer, policy, text, 'a.py', { lines: [{ first: 1, last }] }).text).toBe(text);
  });
});

describe('What a project does not know', () => {
  test('keeps its spaces: signs, stars, patterns, parameters of types, stars of except', () => {
    const source = [
      'def call[**P, R, *Ts](f: F, *args: *Ts) -> R:', '    try:', '        return -f(*args, **{})', '    except* ValueError:',
      '        return ~1', '', '', 'match command:', '    case [first, *others] if others:', '        pass',
      '    case {"kind": kind, **others}:', '        pass', '    case -1 | 1.5 | 2 + 3j:', '        pass', '',
    ].join('\n');
    expect(restyle(source)).toBe(source);
    const padded = formatSource(tokenizer, padding(), source, 'a.py', { restyle: true }).text;
    for (const kept of ['[**P, R, *Ts]', '*args', '-f', 'except* ', '~1', '[first, *others]', '**others}', '-1 | 1.5 | 2 + 3j']) {
      expect(padded).toContain(kept);
    }
  });

  test('has a formatter\'s spaces where one keeps the project', () => {
    const spoilt = [
      'def f[ T:int , *Ts ](x):', '    return x', '', '', 'match command:', '    case Point( x = 0 ) | Round( r )|[ a,* b ]:', '        pass',
      '    case { "a" : 1 , ** rest }:', '        pass', '    case 1|2 | - 3 | shapes . Square ( side = s ):', '        pass', '',
    ].join('\n');
    expect(restyleByRules(spoilt)).toBe([
      'def f[T: int, *Ts](x):', '    return x', '', '', 'match command:', '    case Point(x=0) | Round(r) | [a, *b]:', '        pass',
      '    case {"a": 1, **rest}:', '        pass', '    case 1 | 2 | -3 | shapes.Square(side=s):', '        pass', '',
    ].join('\n'));
  });

  test('is not what it has in other places: arguments of generic types follow the project', () => {
    expect(restyle('def f(a: dict[str,int], b: Callable[[int],str])->list[int]:\n    return a[-1],b\n'))
      .toBe('def f(a: dict[str, int], b: Callable[[int], str]) -> list[int]:\n    return a[-1], b\n');
  });

  test('keeps lines that end in a semicolon', () => {
    const source = 'a = 1; b = 2;\nc = 3\n';
    expect(restyle(source)).toBe(source);
    expect(formatSource(tokenizer, padding(), source, 'a.py', { restyle: true }).text).toContain(';\nc');
  });
});

/** A project that pads everything. */
function padding(): FormatPolicy {
  const { predictor } = prefer('space');
  return { ...policy, predictor, restyling: () => predictor };
}

describe('A file in another style', () => {
  test('is told of with what differs; one of the project is not', () => {
    const tabs = text.replace(/^( {4})+/gmu, (lead) => '\t'.repeat(lead.length / 4)).replaceAll('(', '( ').replaceAll(' = ', '=');
    const { otherStyle } = formatSource(tokenizer, policy, tabs, 'a.py');
    expect(otherStyle?.share).toBeGreaterThan(0.1);
    expect(otherStyle?.kinds.map(({ kind }) => kind)).toContain('indentation');
    expect(formatSource(tokenizer, policy, text, 'a.py').otherStyle).toBeUndefined();
    expect(formatSource(tokenizer, loadBaseModel().policy, tabs, 'a.py').otherStyle).toBeUndefined();
  });
});

describe('A source of a project laid out by hand', () => {
  const names = [
    'alpha', 'beta', 'gamma', 'delta', 'epsilon', 'zeta', 'theta', 'kappa', 'sigma', 'omega', 'red', 'blue', 'green', 'black',
    'white', 'one', 'two', 'three', 'four', 'five',
  ];
  const aligned = names.map((name) => `
def register_${name}(registry):
    if registry.has_handler('${name}'):
        registry.remove_handler('${name}',
                                reason='${name} is registered again')
    assert registry.size < 100, \\
        'too many handlers for ${name}'
    return registry.size
`).join('\n');
  /** Its author had a hanging bracket in one place. */
  const own = aligned.replace("registry.remove_handler('kappa',\n                                reason=", "registry.remove_handler(\n            'kappa', reason=");

  test('keeps its line breaks where nothing but its unit is another one', () => {
    const counts = new StyleCounts();
    const context = readProgram(tokenizer, aligned, 'a.py');
    countLayout(context, observeLayout(context, context.structured.source.gaps), counts);
    const byHand: FormatPolicy = { ...policy, project: counts };
    const program = withStructure(tokenizer.tokenize(own, 'a.py'));
    const moved = joinGaps(program.source, reIndent(program, '  '));
    expect(moved).toContain("\n      'kappa', reason=");
    expect(formatSource(tokenizer, byHand, moved, 'a.py', { restyle: true }).text).toBe(own);
  });
});
