/** More characters of one file are not looked at. */
const longestCode = 1_000_000

const proseFiles = /\.(?:md|mdx|rst|txt|json|ya?ml|toml|csv|html?|css|svg|lock)$/i
const slashFiles = /\.(?:[cm]?[jt]sx?|java|kt|c|h|cc|cpp|hpp|cs|go|rs|swift|scala|php)$/i

/** Calls that are dangerous where no object is before them. */
const bare = /(?<![\w.$])(os\s*\.\s*system|subprocess\s*\.\s*\w+|eval|exec|__import__)\s*\(/g
const imported = /(?:^|\n)\s*(?:from\s+(os|subprocess)\s+import\s+([^\n]+)|import\s+(os|subprocess)\s+as\s+(\w+))/g

/**
 * Find the first call of `os.system`, `subprocess`, `eval`, `exec` or `__import__` in code, also by a name it was imported as. Comments, strings,
 * definitions and methods of that name call nothing.
 *
 * @param path tells the language by its ending; default Python
 * @returns the name that is called
 */
export function callsIn(code: string, path: string | undefined): string | undefined {
  if (path !== undefined && proseFiles.test(path)) return undefined
  const bareCode = withoutTexts(code.slice(0, longestCode), path !== undefined && slashFiles.test(path))
  for (const match of bareCode.matchAll(bare)) {
    const before = bareCode.slice(Math.max(0, match.index - 12), match.index)
    if (!/(?:\bdef|\bfunction|\bfn|\bfunc)\s+$/.test(before)) return match[1]!.replaceAll(/\s+/g, '')
  }
  return callOfImport(bareCode)
}

function callOfImport(code: string): string | undefined {
  for (const [, source, list, module, alias] of code.matchAll(imported)) {
    if (module !== undefined && alias !== undefined) {
      const called = new RegExp(
        String.raw`(?<![\w.])${alias}\s*\.\s*(${module === 'os' ? 'system' : String.raw`\w+`})\s*\(`,
      ).exec(code)
      if (called) return `${module}.${called[1]}`
      continue
    }
    for (const item of (list ?? '').replaceAll(/[()]/g, '').split(',')) {
      const [, name, as] = /^\s*(\w+)(?:\s+as\s+(\w+))?\s*$/.exec(item) ?? []
      if (
        name === undefined ||
        (source === 'os' && name !== 'system') ||
        /^(?:PIPE|DEVNULL|STDOUT|\w*Error|Timeout\w*)$/.test(name)
      )
        continue
      if (new RegExp(String.raw`(?<![\w.])${as ?? name}\s*\(`).test(code)) return `${source}.${name}`
    }
  }
  return undefined
}

/** Code with spaces in the place of its comments and strings, in one pass. */
function withoutTexts(code: string, hasSlashes: boolean): string {
  const text = hasSlashes
    ? /\/\/[^\n]*|\/\*[\s\S]*?(?:\*\/|$)|"(?:[^"\\\n]|\\[\s\S])*(?:"|(?=\n)|$)|'(?:[^'\\\n]|\\[\s\S])*(?:'|(?=\n)|$)|`(?:[^`\\]|\\[\s\S])*(?:`|$)/g
    : /#[^\n]*|"""(?:[^"\\]|\\[\s\S]|"(?!""))*(?:"""|$)|'''(?:[^'\\]|\\[\s\S]|'(?!''))*(?:'''|$)|"(?:[^"\\\n]|\\[\s\S])*(?:"|(?=\n)|$)|'(?:[^'\\\n]|\\[\s\S])*(?:'|(?=\n)|$)/g
  return code.replaceAll(text, (found) => (found.includes('\n') ? '\n' : ' '))
}
