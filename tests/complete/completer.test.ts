import { describe, expect, it } from 'vitest';
import { Completer, ProjectContext, type LineRequest, type Suggestion } from '../../src/complete/index.js';
import { prefer } from '../format/support/fake-policies.js';
import { tinyModel } from './support/tiny-completion.js';

const model = tinyModel();

/** Completes at the `|` of a text. */
function complete(marked: string, more: Partial<LineRequest> = {}, completer = new Completer(model)): Promise<Suggestion[]> {
  const offset = marked.indexOf('|');
  return completer.complete({ text: marked.slice(0, offset) + marked.slice(offset + 1), offset, ...more });
}

const texts = (found: readonly Suggestion[]): string[] => found.map(({ text }) => text);

const REPEATED = 'for item in items:\n    total.append(item.value)\nfor item in items:\n    total.';

describe('Completer', () => {
  it('copies what stood after the same words', async () => {
    expect(texts(await complete(`${REPEATED}|`))).toEqual(['append(item.value)']);
  });

  it('lets a half-typed word decide', async () => {
    const source = 'a.first(x)\na.second(y)\na.second(y)\na.';
    expect(texts(await complete(`${source}f|`))[0]).toMatch(/^irst\(/);
    expect(texts(await complete(`${source}se|`))[0]).toMatch(/^cond\(/);
  });

  it('does not repeat what stands after the cursor', async () => {
    expect(texts(await complete(`${REPEATED}append(|)`))).toEqual(['item.value']);
    expect(await complete(`${REPEATED}append(|item.value)`)).toEqual([]);
  });

  it('does not suggest the line that follows', async () => {
    expect(texts(await complete('x = one(1)\nx = one(1)\nx =|\nx = one(1)\n'))).not.toContain(' one(1)');
  });

  it('learns from what stands below the cursor, less than from what stands above', async () => {
    expect(texts(await complete('total.|'))).toEqual([]);
    expect(texts(await complete('total.|\nx = 1\ntotal.append(item.value)\n'))).toEqual(['append(item.value)']);
    const both = 'y = 2\ntotal.append(upper)\nz = 3\ntotal.|\nx = 1\ntotal.append(lower)\n';
    expect(texts(await complete(both))).toEqual(['append(upper)']);
    expect(texts(await complete(both, { count: 5 }))).toContain('append(lower)');
    // A literal without pieces of its own.
    expect(texts(await complete('y = 2\ncall(|\nx = 1\ncall("Ünïcödé text that is long", 1)\n'))).toEqual(['"Ünïcödé text that is long", 1)']);
  });

  it('knows the names that stand only below, or only behind the cursor', async () => {
    const evidenceOf = async (marked: string, wanted: string): Promise<number | undefined> => {
      const offset = marked.indexOf('|');
      const text = marked.replace('|', '');
      const found = await new Completer(model, { project }).suggestWithEvidence({ text, offset, count: 10 });
      return found.find(({ suggestion }) => suggestion.text.startsWith(wanted))?.evidence.strangers;
    };
    // The project says what comes; whether the name is known, the open file alone decides.
    const project = new ProjectContext(model, [{ path: '/other.py', text: 'value = compute(stranger)\n'.repeat(3) }]);
    expect(await evidenceOf('value = |', 'compute(stranger)')).toBe(2);
    expect(await evidenceOf('value = |\n\nprint(stranger)\n', 'compute(stranger)')).toBe(1);
    expect(await evidenceOf('value = |\n\ndef compute(stranger): pass\n', 'compute(stranger)')).toBe(0);
  });

  it('says letter by letter what one says that has seen nothing, whatever changes around', async () => {
    const other = { path: '/other.py', text: 'total.append(item.other)\n'.repeat(3) };
    const open = new Completer(model, { project: new ProjectContext(model, [other]) });
    const steps = [
      ...Array.from('total.append(item', (_, k) => ({ path: '/a.py', marked: `${REPEATED}${'append(item'.slice(0, k)}|` })),
      // Another file, which is hidden; other text behind the cursor and below it; another word; back again.
      { path: '/other.py', marked: `${REPEATED}app|` }, { path: '/a.py', marked: `${REPEATED}app|)` },
      { path: '/a.py', marked: `${REPEATED}app|\ntotal.apply(one)\n` }, { path: '/a.py', marked: `${REPEATED}val|` },
      { path: '/a.py', marked: `déjà = 1\nprint(d|` }, { path: '/a.py', marked: `dejà = 1\nprint(d|` },
      { path: '/a.py', marked: `${REPEATED}app|` },
    ];
    for (const { path, marked } of steps) {
      const fresh = new Completer(model, { project: new ProjectContext(model, [other]) });
      const wanted = await complete(marked, { path, count: 5 }, fresh);
      expect(await complete(marked, { path, count: 5 }, open), marked).toEqual(
        wanted.map((one) => ({ ...one, confidence: expect.closeTo(one.confidence, 9) as number })),
      );
    }
  });

  it('is silent in comments and strings', async () => {
    expect(await complete('# total = |')).toEqual([]);
    expect(await complete('x = "one|')).toEqual([]);
    expect(await complete('"""\none\n|')).toEqual([]);
  });

  it('works in code that does not parse yet', async () => {
    expect(texts(await complete(`def broken(:\n    x = = 1\n${REPEATED}|`))).toEqual(['append(item.value)']);
  });

  it('puts back a literal that has no pieces of its own', async () => {
    const source = 'call("Ünïcödé text that is long", 1)\ncall("Ünïcödé text that is long", 1)\ncall(|';
    expect(texts(await complete(source))).toEqual(['"Ünïcödé text that is long", 1)']);
  });

  it('learns from the other files of the project, not from the file itself', async () => {
    const source = 'x = 1\n# a long comment that makes the file tell itself from all the others, so that its own text is passed over\n# more of it, because two hundred characters are needed to be sure of it, no fewer\nresult = service.';
    const project = (...paths: string[]): ProjectContext =>
      new ProjectContext(model, paths.map((path) => ({ path, text: `${source}connect()\n` })));
    const ask = (context: ProjectContext, path?: string): Promise<Suggestion[]> =>
      complete(`${source}|`, path === undefined ? {} : { path }, new Completer(model, { project: context }));
    expect(texts(await ask(project('/other.py'), '/this.py'))).toEqual([]);
    expect(texts(await complete('result = service.|', {}, new Completer(model, { project: project('/other.py') })))).toEqual(['connect()']);
    expect(texts(await ask(project('/this.py'), '/this.py'))).toEqual([]);
  });

  it('reads no more of the project than its budget, the last texts first, and says the same on demand', async () => {
    const read: string[] = [];
    const texts = Array.from({ length: 20 }, (_, k) => {
      const path = `/${k}.py`;
      return { path, get text() { read.push(path); return `result = service.connect_${k % 4}(first, second)\n`.repeat(5); } };
    });
    const few = new ProjectContext(model, texts, { maxPieces: 200, forOne: true });
    expect(read.length).toBeLessThan(5);
    expect(read[0]).toBe('/19.py');
    const ask = (project: ProjectContext): Promise<Suggestion[]> => complete('result = service.|', { count: 5 }, new Completer(model, { project }));
    expect(await ask(few)).toEqual(await ask(new ProjectContext(model, texts, { maxPieces: 200 })));
    expect(await ask(new ProjectContext(model, texts, { forOne: true }))).toEqual(await ask(new ProjectContext(model, texts)));
  });

  it('says after edits what it would say from scratch', async () => {
    const completer = new Completer(model);
    const steps = [
      'a.first(x)\na.|', 'a.|\n\na.first(x)\n', 'a.fi|\n\na.first(x)\n', 'a.first(x)\na.|\n\nb.second(y)\n', 'b.|\n\nb.second(y)\n',
      'call("Ünïcödé text that is long", 1)\ncall(|', 'call(|',
      'a.first(x)\na.f|', 'b.second(y)\na.first(x)\nb.|', 'b.|', `${REPEATED}|`,
    ];
    for (const step of steps) {
      expect(await complete(step, { count: 3 }, completer)).toEqual(await complete(step, { count: 3 }));
    }
  });

  it('gives confidences between 0 and 1, and keeps to the least that is asked', async () => {
    for (const { confidence } of await complete(`${REPEATED}|`, { count: 5 })) {
      expect(confidence).toBeGreaterThanOrEqual(0);
      expect(confidence).toBeLessThanOrEqual(1);
    }
    expect(await complete(`${REPEATED}|`, { minConfidence: 1 })).toEqual([]);
  });

  it('can be cancelled', async () => {
    const controller = new AbortController();
    controller.abort();
    expect(await complete(`${REPEATED}|`, { signal: controller.signal })).toEqual([]);
  });

  it('draws the same lines with the same seed', async () => {
    const draw = (seed: number): Promise<Suggestion[]> => complete(`${REPEATED}|`, { temperature: 1, seed, count: 5 });
    expect(await draw(7)).toEqual(await draw(7));
  });

  it('refuses a cursor outside the text', async () => {
    await expect(new Completer(model).complete({ text: 'x', offset: 2 })).rejects.toThrow(RangeError);
    await expect(new Completer(model).complete({ text: 'x', offset: -1 })).rejects.toThrow(RangeError);
  });

  it.each([
    ['an empty file', '|'],
    ['blank lines only', '\n\n   \n|'],
    ['tabs', 'if x:\n\ta.first(x)\n\ta.|'],
    ['CRLF', 'a.first(x)\r\na.first(x)\r\na.|'],
    ['lone CR', 'a.first(x)\ra.|'],
    ['a line of 10,000 characters', `x = [${'1, '.repeat(3333)}|`],
    ['bytes that are no text', '\u0000\u0001\uFFFD\uD800|\u0000'],
    ['a byte order mark', '\uFEFFa.first(x)\na.|'],
    ['brackets that do not match', 'x = ((([}])\ny = )|'],
    ['a cursor before everything', '|x = 1\n'],
    ['an unclosed triple quote far above', '"""\n'.concat('x = 1\n'.repeat(50), '|')],
  ])('survives %s', async (_, marked) => {
    for (const { text } of await complete(marked, { count: 5 })) expect(text).not.toMatch(/[\r\n]/u);
  });

  it.each([
    ['a surrogate pair that is cut in two', 'x = "\u{1F600}"\nx.first(\uD83D|\uDE00)\n'],
    ['the first half of a pair at the end', 'x.first(y)\nx.\uD83D|'],
    ['a half-typed keyword', 'for a in b:\n    pass\nwhi|'],
    ['a keyword that is typed', 'if a:\n    pass\nelse|'],
    ['a header without its block', 'def f():\n|'],
    ['indentation alone', 'def f():\n    |'],
    ['less indentation than any block has', 'if a:\n        b()\n   |'],
    ['a string that is not closed on its line', 'x = "one\ny = |'],
    ['form feeds and odd spaces', '\fx = 1\n\u00A0x.|'],
    ['a backslash before the cursor', 'x = 1 + \\\n|'],
    ['a semicolon', 'a.first(x); a.|'],
    ['CRLF below', 'a.|\r\na.first(x)\r\n\r\na.second(y)\r\n'],
    ['half a CRLF', 'a.first(x)\r|\na.first(x)'],
  ])('survives %s', async (_, marked) => {
    for (const { text, confidence } of await complete(marked, { count: 5 })) {
      expect(text).not.toMatch(/[\r\n]/u);
      expect(Number.isFinite(confidence)).toBe(true);
    }
  });

  it('says nothing in a comment or string that the cursor is in the middle of', async () => {
    expect(await complete('x = 1  # to|tal\ntotal = 1\n')).toEqual([]);
    expect(await complete('x = "to|tal"\ntotal = 1\n')).toEqual([]);
    expect(await complete('def f():\n    \'\'\'Text|\n    \'\'\'\n')).toEqual([]);
  });

  // The slowest of them took ten seconds and more when each candidate was parsed with the whole text.
  it.each([
    ['a list of 20,000 lines, at its end', `x = {\n${Array.from({ length: 20_000 }, (_, k) => `    "k${k}": [${k}, ${k}],\n`).join('')}    "a": |`],
    ['a list of 20,000 lines, in the middle', `x = {\n${'    "k": [value, 1],\n'.repeat(10_000)}    "a": |\n${'    "k": [value, 1],\n'.repeat(10_000)}}\n`],
    ['a function of 20,000 lines', `def f():\n${'    value = compute(first, second)\n'.repeat(20_000)}    value = |`],
    ['a line of 10,000 tokens', `x = ${'a.b(c, d) + '.repeat(900)}|`],
    ['5,000 open brackets', `x = ${'('.repeat(5000)}|`],
    ['300 nested blocks', `${Array.from({ length: 300 }, (_, k) => `${' '.repeat(k)}if x:\n`).join('')}${' '.repeat(300)}x = |`],
    ['a string of 500,000 characters', `x = """${'word '.repeat(100_000)}"""\ny = x.|`],
    ['200,000 blank lines', `${'\n'.repeat(200_000)}x = |`],
    ['a name of 200,000 letters', `x = ${'a'.repeat(200_000)}|`],
    ['20,000 lines below', `value = |\n${'other = compute(first, second)\n'.repeat(20_000)}`],
  ])('answers in time: %s', async (_, marked) => {
    await complete('x = |');
    const { user: before } = process.cpuUsage();
    for (const { text } of await complete(marked, { count: 3 })) expect(text).not.toMatch(/[\r\n]/u);
    // Processor time, because others may use the machine.
    expect((process.cpuUsage().user - before) / 1e6).toBeLessThan(4);
  }, 180_000);

  it('lays lines out at the end of a long block as in a short one', async () => {
    for (const lines of [3, 400]) {
      const head = `class A:\n    def f(self):\n${'        value = compute(first)\n'.repeat(lines)}`;
      expect(texts(await complete(`${head}        value =|`, { policy: prefer('two-spaces') }))).toEqual(['  compute  (  first  )']);
    }
  });

  it('answers within a document of 20,000 lines', async () => {
    const found = await complete(`${'value = compute(first, second)\n'.repeat(20_000)}value = |`);
    expect(texts(found)).toEqual(['compute(first, second)']);
  }, 20_000);
});
