import { beforeAll, describe, expect, test } from 'vitest';
import { SyntaxRefusedError } from '../../src/errors.js';
import { formatSource, loadBaseModel, type FormatPolicy } from '../../src/format/index.js';
import { createTokenizer, findDifference, withStructure, type Tokenizer } from '../../src/tokenize/index.js';
import { prefer, randomPolicy } from './support/fake-policies.js';

let tokenizer: Tokenizer;
let policies: FormatPolicy[];
beforeAll(async () => {
  tokenizer = await createTokenizer();
  policies = [
    loadBaseModel().policy, prefer('space'), prefer('none'), prefer('lines-1'), prefer('lines-3'), prefer('opener+1'), prefer('column-0-1'),
    ...Array.from({ length: 6 }, (_, seed) => randomPolicy(seed, { power: 1 + (seed % 3) * 4 })),
  ];
});
const format = (text: string, policy: FormatPolicy): string => formatSource(tokenizer, policy, text, 'a.py').text;

/**
 * Kinds of input on which other formatters were reported to crash, to move comments, to change what was switched off,
 * or not to settle. Each: the tracker's entry, an input of that kind, and what has to stand in every output.
 */
const REPORTS: readonly (readonly [report: string, input: string, kept: readonly string[]])[] = [
  ['black #560: on behind the head of a block', '# fmt: off\nif (a  and  b):\n# fmt: on\n    c  =  1\nd  =  2\n', ['# fmt: off\nif (a  and  b):\n# fmt: on\n']],
  ['black #718: a decorator in a class switched off', 'class K:\n\n  # fmt: off\n  @deco( 1 )\n  # fmt: on\n  def m(self):\n    pass\n\nv = "v"\n', ['\n  # fmt: off\n  @deco( 1 )\n  # fmt: on\n']],
  ['ruff #18681: a decorator switched off', '# fmt: off\n@deco( 1,2 )\n# fmt: on\ndef g(): ...\n\ny  =  [1,2]\n', ['# fmt: off\n@deco( 1,2 )\n# fmt: on\n']],
  ['black #1245, #1578, #2110, #3537: regions of comments alone', 'a  =  1\n# fmt: off\n #tight\n  #%# magic=1\n# fmt: on\nb  =  1\n', ['# fmt: off\n #tight\n  #%# magic=1\n# fmt: on\n']],
  ['ruff #18674: off among the arguments of a head', 'with Mount(\n    # fmt: off\n    path = 1,\n    code    = 2,\n    # fmt: on\n) as m:\n    m  (  1 )\n', ['    # fmt: off\n    path = 1,\n    code    = 2,\n    # fmt: on\n']],
  ['ruff #28445: skip behind code that is commented out', 'a  =  1\n#model.go()  # fmt: skip\nb  =  2\n', ['#model.go()  # fmt: skip\n']],
  ['black #1611: a pragma in a region of a bracket', 'class A:\n    f = g(\n        # fmt: off\n        d=s["a"]["b"]  # type: ignore\n        # fmt: on\n    )\n', ['        # fmt: off\n        d=s["a"]["b"]  # type: ignore\n        # fmt: on\n']],
  ['black #1061: a pragma at an operator in brackets', 'def f(p):\n    if (p.a is None or  # type: ignore\n            not p.a.b()):\n        return 1\n', ['# type: ignore\n']],
  ['black #3596: prose that begins with a pragma\'s word', '# a text\n# type: foo\n# goes on\n\ndef foo(a,  b):\n    pass\n', ['# type: foo\n']],
  ['black #424: comments of types, one for each argument', 'def f(\n    self,\n    path,  # type: Text\n    names=None   # type: List[Text]\n):\n    # type: (...) -> None\n    g( 1 )\n', ['# type: Text\n', '# type: List[Text]\n']],
  ['black #195, #4661: a long line with a pragma', 'from some.package.with_a_long_name.models import SomeLongName  # the default, pylint: disable=E5142\nx  =  1\n', ['SomeLongName', 'pylint: disable=E5142\n']],
  ['ruff #5896: a comment in the braces of a lambda', 'y=lambda:{\n#\n}\nz  =  1\n', ['#\n']],
  ['ruff #7624: a form feed before an over-indented comment', 'class C:\n        if s:\n            t = 1\n        r = {\n        }\n\f        if u:\n            v = 2\n       #   far\n        w = f(a,  b)\n', ['#   far\n']],
  ['autopep8 #392, #446, #462, #476: comments behind operators', 'x = (\n    1  # one\n    + 2 and # two\n    c  # + three\n)\ny  =  1\n', ['# one\n', '# two\n', '# + three\n']],
  ['autopep8 #12: tabs in a string of several lines', 's  =  """a\n\tb\n  \tc  \nd"""\nt  =  1\n', ['"""a\n\tb\n  \tc  \nd"""']],
  ['autopep8 #105, #106: code behind a string of several lines', 'def f():\n  t += """<a>\nb <c>\n"""+d["N"]+"""<e>\n</f>"""\n', ['"""<a>\nb <c>\n"""', '"""<e>\n</f>"""']],
  ['yapf #912: another indentation in a region', 'def e():\n    a  =  1\n    if b:\n        c  =  2\n# yapf: disable\ndef f():\n  return\n# yapf: enable\nd  =  1\n', ['# yapf: disable\ndef f():\n  return\n# yapf: enable\n']],
  ['yapf #146, #824: tables in a block that is switched off', 'for i in d:\n\t# yapf: disable\n\tgo(\n\t\ti,\n\t\t\t(\n\t\t\tr["E"],\n\t\t\tr["J"])\n\t)\n\tA_B    = p(g,   _f)\n\t# yapf: enable\n\tb  =  1\n', ['\t# yapf: disable\n\tgo(\n\t\ti,\n\t\t\t(\n\t\t\tr["E"],\n\t\t\tr["J"])\n\t)\n\tA_B    = p(g,   _f)\n\t# yapf: enable\n']],
  ['yapf #722: comments under comments in a region', '2  *  2\n# yapf: disable\n2 + 3  # a long\n       #   text\n4 + 5    # b\n\n2+3\n\n# yapf: enable\n2 +  3\n', ['# yapf: disable\n2 + 3  # a long\n       #   text\n4 + 5    # b\n\n2+3\n\n# yapf: enable\n']],
  ['yapf #235: off below another comment', 'def f():\n    # text\n    # yapf: disable\n\n    foo(\n    bar,\n    )\n\n    # yapf: enable\n    a  =  1\n', ['    # yapf: disable\n\n    foo(\n    bar,\n    )\n\n    # yapf: enable\n']],
  ['yapf #799: off right below on', '# yapf: disable\na( b,c )\n# yapf: enable\n# yapf: disable\nd( e,f )\n# yapf: enable\ng  =  1\n', ['# yapf: disable\na( b,c )\n# yapf: enable\n# yapf: disable\nd( e,f )\n# yapf: enable\n']],
  ['yapf #447: two statements on a line that is switched off', 'old(); name,   line = here()  # yapf: disable\nb  =  1\n', ['old(); name,   line = here()  # yapf: disable\n']],
  ['yapf #1262: code that is commented out keeps its shape', 'def f():\n    a  =  1\n    # if b:\n    #     c = 2\n    d  =  3\n', ['# if b:', '#     c = 2']],
  ['black #2651: a comment at once behind a semicolon\'s statement', 'import A\n0;0^0#\nb  =  1\n', ['#\n']],
  ['black #767: a comment behind a continued line', 'bob  =  5 \\\n  #1\nc  =  1\n', []],
  ['black #3300: a definition first in a block', 'def m():\n    if a:\n\n        # c\n        def b():\n            pass\n\n    if b:\n        def c():\n            pass\n', ['# c\n']],
  ['black #1708: a long assertion with a message', 'class A:\n    def d(self, x):\n        assert x[0:1] == self.N, "Error: no such message %c %s of this length" % (x[0],self.__class__.__name__)\n', ['"Error']],
  ['LibCST #829: a tab and a blank', 'def f(x):\n\t with x:\n\t\t pass\ny  =  1\n', []],
  ['darker #371: blank lines between nested definitions', 'class A:\n    def f(self):\n        def g(): pass\n        h  =  1\n\n\n\n        def i(): pass\n    j  =  2\n', []],
];

describe('what other formatters were reported for', () => {
  test.each(REPORTS)('%s', (_, input, kept) => {
    const outputs = policies.map((policy) => {
      const output = format(input, policy);
      expect(findDifference(withStructure(tokenizer.tokenize(input)), withStructure(tokenizer.tokenize(output)))).toBeNull();
      expect(format(output, policy)).toBe(output);
      for (const text of kept) expect(output).toContain(text);
      // Nor does the line with a pragma hold anything else than before.
      const lineOf = (source: string): string | undefined => /.*(?:pylint:|type: ignore).*/u.exec(source)?.[0].replace(/\s/gu, '');
      expect(lineOf(output)).toBe(lineOf(input));
      return output;
    });
    expect(outputs.some((output) => output !== input)).toBe(true);
  });

  test.each([
    ['black #952: a tab, then eight blanks', "def f():\n\ta = 'a'\n        b = 'b'\n", 3],
    ['black #1398: four blanks and a tab, after eight blanks', 'class b:\n    def f(s):\n        p("h")\n    \tp("w")\n', 4],
  ])('%s: told, not crashed', (_, input, line) => {
    let error: unknown;
    try {
      format(input, policies[0]);
    } catch (fault) {
      error = fault;
    }
    expect(error).toBeInstanceOf(SyntaxRefusedError);
    expect((error as SyntaxRefusedError).line).toBe(line);
  });
});
