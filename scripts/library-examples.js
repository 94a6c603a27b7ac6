/**
 * The examples of the library: indented code in the comments of src/index.ts. What one prints stands behind `//` on
 * lines that print, or that end a loop which does.
 */
import { readFileSync } from 'node:fs';

/** Code and expected output, line by line, of each example. */
export function libraryExamples(path) {
  return [...readFileSync(path, 'utf8').matchAll(/\/\*\*\n(?: \*.*\n)* \*\//gu)].flatMap(([comment]) => {
    const lines = [...comment.matchAll(/^ \*(?: {5}(.*))?$/gmu)].map(([, code]) => code);
    const code = `${lines.map((line) => line ?? '').join('\n').trim()}\n`;
    if (code === '\n') return [];
    const prints = [...code.matchAll(/^.*?(?:console\.log|\}).*? \/\/ (.*)$/gmu)].map(([, text]) => text);
    return [{ code, prints }];
  });
}

/**
 * Names that the signatures of a module's exports use and that it does not export.
 *
 * @param ts the package typescript
 * @param declarations path of its index.d.ts
 * @param folder of the package's declarations
 */
export function namesNotExported(ts, declarations, folder) {
  const program =
    ts.createProgram([declarations], { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.NodeNext, types: [] });
  const checker = program.getTypeChecker();
  const resolved = (symbol) => (symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol);
  const exported =
    new Set(checker.getExportsOfModule(checker.getSymbolAtLocation(program.getSourceFile(declarations))).map(resolved));
  const missing = new Set();
  const visit = (node) => {
    if (ts.isIdentifier(node) &&
      (ts.isTypeReferenceNode(node.parent) || ts.isExpressionWithTypeArguments(node.parent))) {
      const symbol = resolved(checker.getSymbolAtLocation(node));
      const isParameter = (symbol.flags & ts.SymbolFlags.TypeParameter) !== 0;
      const isOwn = symbol.declarations?.some((declaration) => declaration.getSourceFile().fileName.startsWith(folder));
      if (isOwn && !isParameter && !exported.has(symbol)) missing.add(symbol.name);
    }
    ts.forEachChild(node, visit);
  };
  for (const symbol of exported) for (const declaration of symbol.declarations ?? []) visit(declaration);
  return [...missing];
}
