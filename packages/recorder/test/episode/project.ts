import { mkdir, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { EpisodeStepInput } from '../../src/index.ts'

/** The files of a small Python project with a fault in its cart. */
const project: Readonly<Record<string, string>> = {
  'src/cart.py': 'def total(items):\r\n    return sum(i.price for i in items) - 1\r\n',
  'src/__init__.py': '',
  'src/old_cart.py': '# nobody imports this\n',
  'tests/test_cart.py': 'from src.cart import total\n\ndef test_total():\n    assert total([]) == 0\n',
  'README.md': '# Warenkörbe \u{1f6d2}\n',
}

/** Write the project into a folder. */
export async function writeProject(folder: string): Promise<void> {
  for (const [path, content] of Object.entries(project)) await put(folder, path, content)
}

/** A repair of the project: every kind of change, and steps that change nothing. */
export const repair: readonly EpisodeStepInput[] = [
  { actionType: 'read_file', path: 'src/cart.py', observation: project['src/cart.py'], reward: 0 },
  { actionType: 'search_code', query: 'def total', observation: 'src/cart.py:1', reward: 0.05 },
  written('src/cart.py', 'def total(items):\r\n    return sum(item.price for item in items)\r\n', 0.2),
  written('src/prüfung/\u{1f4b0}_währung.py', 'SYMBOL = "€"\n', 0.05),
  { actionType: 'run_tests', observation: '1 failed', reward: 0, testPassRate: 0.5, error: 'AssertionError' },
  written('src/prüfung/__init__.py', '', 0),
  {
    actionType: 'delete_file',
    path: 'src/old_cart.py',
    fileDiff: { path: 'src/old_cart.py', before: project['src/old_cart.py'], after: null },
    reward: 0.1,
  },
  written('src/cart.py', 'from decimal import Decimal\r\n\r\n\r\ndef total(items):\r\n    return Decimal(0)\r\n', 0.1),
  written('README.md', '\ufeff# Warenkörbe\n', 0.05),
  written('src/old_cart.py', '# it came back\n', 0),
  { actionType: 'run_tests', observation: '2 passed', reward: 0.4, testPassRate: 1 },
  { actionType: 'submit', reward: 0.1, done: true },
]

/** Do to a folder what a step says. */
export async function applyStep(folder: string, step: EpisodeStepInput): Promise<void> {
  const after = step.fileDiff ? step.fileDiff.after : step.content
  if (step.path === undefined || step.path === null || after === undefined) return
  if (after === null) await rm(join(folder, step.path))
  else await put(folder, step.path, after)
}

function written(path: string, content: string, reward: number): EpisodeStepInput {
  return { actionType: 'write_file', path, content, observation: 'written', reward }
}

async function put(folder: string, path: string, content: string): Promise<void> {
  await mkdir(dirname(join(folder, path)), { recursive: true })
  await writeFile(join(folder, path), content)
}
