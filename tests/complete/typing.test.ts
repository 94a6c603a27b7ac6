/** What a person meets who types: the shipped model, at places where only one thing is right. */
import { beforeAll, describe, expect, it } from 'vitest';
import { Completer, loadCompletionEngine, type CompletionEngine, type Suggestion } from '../../src/complete/index.js';
import { parsesInPlace } from '../../src/complete/place-candidate.js';
import { createTokenizer, type Tokenizer } from '../../src/tokenize/index.js';

let engine: CompletionEngine;
let tokenizer: Tokenizer;
beforeAll(async () => {
  engine = loadCompletionEngine();
  tokenizer = await createTokenizer();
});

/** Completes at the `|` of a text, or at its end. */
function complete(marked: string, count = 5): Promise<Suggestion[]> {
  const at = marked.indexOf('|');
  const text = at < 0 ? marked : marked.slice(0, at) + marked.slice(at + 1);
  return new Completer(engine).complete({ text, offset: at < 0 ? text.length : at, count });
}

const texts = async (marked: string, count?: number): Promise<string[]> => (await complete(marked, count)).map(({ text }) => text);

const indented = (code: string, unit: string): string => code.replace(/^(?=.)/gmu, unit);
const BLOCKS = [['', ''], ['def f(x):\n', '    '], ['for k in range(3):\n', '\t']] as const;

describe('half-typed clauses', () => {
  const TRY = 'try:\n    import json\n';
  const CASES = [
    [TRY, 'except', 1], [TRY, 'finally', 1], [`${TRY}except ImportError:\n    json = None\n`, 'finally', 6],
    [`${TRY}except ImportError:\n    json = None\n`, 'else', 3], ['if x:\n    y = 1\n', 'else', 3], ['if x:\n    y = 1\n', 'elif', 3],
    ['if x:\n    y = 1\nelif z:\n    y = 2\n', 'else', 3], ['for a in b:\n    print(a)\n', 'else', 3], ['while x:\n    print(x)\n', 'else', 3],
  ] as const;

  it.each(BLOCKS.flatMap(([header, unit]) => CASES.map((one) => [header, unit, ...one] as const)))(
    'after %j, by %j: %j %s',
    async (header, unit, code, word, fewest) => {
      for (let length = fewest; length <= word.length; length++) {
        const typed = word.slice(0, length);
        const prefix = `${header}${indented(code, unit)}${unit}${typed}`;
        const [first] = await texts(prefix, 1);
        expect(typed + (first ?? ''), prefix).toMatch(new RegExp(`^${word}\\b.*:`, 'u'));
        expect(parsesInPlace(tokenizer, prefix, first)).toBe(true);
      }
    },
  );

  it('come by themselves where a try needs one', async () => {
    for (const typed of ['', 'e', 'exc']) expect(typed + (await texts(`${TRY}${typed}`))[0]).toBe('except ImportError:');
  });

  it('are no clauses of nothing', async () => {
    for (const prefix of ['x = 1\nels', 'x = 1\nexc', 'fin', 'def f():\n    x = 1\n    eli', 'try:\n    x\nfinally:\n    y\nfin']) {
      const typed = /\w*$/u.exec(prefix)![0];
      for (const text of await texts(prefix)) expect(typed + text).not.toMatch(/^(?:else|elif|except|finally)\b/u);
    }
  });

  it('let other words be finished where a clause was forgotten', async () => {
    expect((await texts('try:\n    import json\nprin')).length).toBeGreaterThan(0);
  });

  it.each(['match x:\n    ca', 'match x:\n    c', 'def f(x):\n    match x:\n        case', 'match x:\n    case 1:\n        y\n    ca', 'match x:\n    '])(
    'a case has its pattern: %j',
    async (prefix) => {
      const found = await texts(prefix);
      expect(found.length).toBeGreaterThan(0);
      for (const text of found) {
        expect(/\w*$/u.exec(prefix)![0] + text).toMatch(/^case [^:]+:/u);
        expect(parsesInPlace(tokenizer, prefix, text)).toBe(true);
      }
    },
  );

  it.each(['retu', 'import os\n\nretu', 'class A:\n    retu', 'if x:\n    yie', 'bre', 'def f():\n    for x in y:\n        z\n    contin', 'nonl'])(
    'words of functions and loops stay there: %j',
    async (prefix) => {
      const typed = /\w*$/u.exec(prefix)![0];
      for (const text of await texts(prefix)) expect(typed + text).not.toMatch(/^(?:return|yield|break|continue|nonlocal)\b/u);
    },
  );

  it.each([['def f(x):\n    retu', 'return'], ['for x in y:\n    bre', 'break'], ['while x:\n    contin', 'continue']])(
    'and come there: %j',
    async (prefix, word) => {
      expect(/\w*$/u.exec(prefix)![0] + (await texts(prefix))[0]).toMatch(new RegExp(`^${word}\\b`, 'u'));
    },
  );
});

describe('brackets that are open above', () => {
  it.each([
    'x = [1, 2\n\n\ndef mean(values):\n    return sum(', 'print(f(x\n\nfor k in range(3):\n    print(', 'x = {"a": 1\nimport os\nfrom os import path\npath.join(',
    'class A:\n    def f(self):\n        self.x = [1, 2\n\n    def g(self):\n        return sum(', 'x = (1,\n\nif True:\n    y = len(',
  ])('end where a statement must begin: %j', async (prefix) => {
    const found = await texts(prefix);
    expect(found.length).toBeGreaterThan(0);
    for (const text of found) expect(text).not.toMatch(/:$/u);
    const own = prefix.slice(prefix.lastIndexOf('\n') + 1).trimStart();
    expect(parsesInPlace(tokenizer, own.startsWith('return') ? `def f():\n ${own}` : own, found[0])).toBe(true);
  });
});

describe('lines that stand there already', () => {
  it.each([
    'def mean(values):\n    total = sum(values)\n    ', 'def mean(values):\n    total = sum(values)\n    to', 'def mean(values):\n    total = sum(values)\n',
    'total = sum(values)\ntotal = ', 'x = compute(first)\nx = comp',
  ])('the one above is not said again: %j', async (prefix) => {
    const lines = prefix.split('\n');
    const [above, typed] = [lines[lines.length - 2].trim(), lines[lines.length - 1].trimStart()];
    const found = await texts(prefix);
    for (const text of found) expect((typed + text).trim()).not.toBe(above);
  });

  it('nor a header within its own block', async () => {
    for (const prefix of ['if path is None:\n    if pa', 'for a in items:\n    for a in']) {
      for (const text of await texts(prefix)) expect((prefix.split('\n')[1].trim() + text)).not.toBe(prefix.split('\n')[0]);
    }
  });

  it('unless the file repeats it', async () => {
    expect(await texts('queue.get()\nqueue.get()\nqueue.', 1)).toEqual(['get()']);
  });

  it.each([
    ['import os\nimport sys\nimport o', /^s$/u], ['class A:\n    def first(self):\n        pass\n\n    def second(self):\n        pass\n\n    def fir', /^st\(self\):$/u],
    ['def f(a):\n    if a == 1:\n        b()\n    elif a == 2:\n        c()\n    elif a', /^ == [12]:$/u], ['try:\n    x\nexcept ValueError:\n    y\nexcept ValueE', /^rror:$/u],
    ['match x:\n    case 1:\n        y\n    case 2:\n        z\n    case ', /^[12]:$/u],
  ])('nor are imports, definitions and clauses: %j', async (prefix, again) => {
    for (const text of await texts(prefix)) expect(text).not.toMatch(again);
  });
});

describe('names outside ASCII', () => {
  it.each([
    ['déjà = 3\nprint(dé', 'jà'], ['déjà = 3\nprint(d', 'éjà'], ['class A:\n    def f(self):\n        self.größe = 3\n\n    def g(self):\n        return self.gr', 'öße'],
    ['名前 = input()\nprint(名', '前'], ['def f(première):\n    return premi', 'ère'], ['print(dé|)\ndéjà = 3\n', 'jà'],
  ])('are finished like others: %j', async (marked, wanted) => {
    expect((await texts(marked))[0].match(/^[\p{L}\p{N}_]*/u)![0]).toBe(wanted);
  });

  it('come several where several begin so', async () => {
    const found = await texts('class A:\n    def f(self):\n        self.größe = 3\n        self.grün = 4\n\n    def g(self):\n        return self.gr');
    expect(found.slice(0, 2).sort()).toEqual(['öße', 'ün'].sort());
  });

  it('are of the file: nothing is made up', async () => {
    expect(await texts('x = 3\nprint(dé')).toEqual([]);
    expect(await texts('déjà = 3\nx.dé')).toEqual([]);
  });
});

describe('fields of f-strings', () => {
  it.each([
    ['name = 1\nprint(f"{na', 'me}'], ["name = 1\nprint(f'hello {na", 'me}'], ['name = 1\nprint(f"{na|}")', 'me'], ['name = 1\nprint(f"{na|")', 'me}'],
    ['name = 1\nprint(f"{na|:>10}")', 'me'], ['name = 1\nprint(f"{na|!r}")', 'me'], ['name = 1\nx = "a" f"{na', 'me}'], ['name = 1\nx = f"""\n{na', 'me}'],
    ["class A:\n    def f(self):\n        self.value = 3\n\n    def g(self):\n        return f'{self.va", 'lue}'],
    ['items = []\nprint(f"{len(it', 'ems)}'], ['items = []\nprint(f"{len(it|)}")', 'ems'], ['width = 3\nx = f"{1:{wid', 'th}'], ['def f(name):\n    print(f"hello {|', 'name}'],
    ['items = []\nx = f"""\n  {len(it|\n""" + \'a\'\ny = 3\n', 'ems)}'],
  ])('are completed and closed: %j', async (marked, wanted) => {
    expect((await texts(marked))[0]).toBe(wanted);
  });

  it.each(['name = 1\nx = f"na', 'name = 1\nx = f"{{na', 'name = 1\nx = f"{name} na', 'name = 1\nx = f"{name:', 'name = 1\nx = f"{name!', 'name = 1\nx = "{na', 'name = 1\nx = b"{na'])(
    'are no text, format or conversion: %j',
    async (prefix) => {
      expect(await texts(prefix)).toEqual([]);
    },
  );

  it('hold nothing that ends the string or needs brackets', async () => {
    for (const prefix of ['d = {"key": 1}\nx = f"{d[', 'items = [1]\nx = f"{sum(', 'x = f"{', 'x = f\'{a if ']) {
      for (const text of await texts(prefix)) expect(text, prefix).toMatch(/^[^"'\\#]*\}$|^[^"\\#]*\}$/u);
    }
  });
});

describe('lines within brackets that others opened', () => {
  it('are checked in a header, too', async () => {
    for (const prefix of ['class A(B,\n        me', 'def f(a: int,\n      b: str,\n      c', 'if (a and\n    b']) {
      for (const text of await texts(prefix)) {
        const parses = parsesInPlace(tokenizer, prefix, text) || parsesInPlace(tokenizer, prefix, `${text} _`);
        expect(parses, prefix + text).toBe(true);
      }
    }
  });

  it('space arguments and defaults as such', async () => {
    const found = [...await texts('class A(B,\n        metac'), ...await texts('def f(\n    first=None,\n    second=None,\n    third')];
    expect(found.length).toBeGreaterThan(0);
    for (const text of found) expect(text).not.toContain(' = ');
  });
});

describe('blocks that have not begun', () => {
  it.each([
    ['def mean(values):\n', '    '], ['class A:\n    def f(self, value):\n    ', '    '], ['if x:\n  y = 1\nif z:\n', '  '], ['while x:\n\ty()\n\nfor a in b:\n', '\t'],
    ['class A:\n\tdef f(self):\n', '\t\t'], ['def f():\n|\n\nx = 1\n', '    '], ['try:\n', '    '],
  ])('begin indented: %j', async (marked, indent) => {
    const found = await texts(marked);
    expect(found.length).toBeGreaterThan(0);
    for (const text of found) expect(text).toMatch(new RegExp(`^${indent}\\S`, 'u'));
  });
});
