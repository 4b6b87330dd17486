import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { repositoryRoot } from '../guards.ts'

test('a doc comment begins with a noun or a verb, since an editor shows its first words', () => {
  const files = globSync(['packages/*/src/**/*.{ts,tsx}', 'scripts/**/*.ts'], { cwd: repositoryRoot })
  expect(files.length).toBeGreaterThan(500)
  const riddles = files.flatMap((file) =>
    findRiddles(readFileSync(join(repositoryRoot, file), 'utf8')).map(({ line, words }) => `${file}:${line} ${words}`),
  )
  expect(riddles, 'name the thing: "Tells whether ...", "The number of ..."').toEqual([])
})

test('a riddle is found in the first words of a comment, on one line or several, and nowhere else', () => {
  const opening = '/**'
  const text = [
    `${opening} Where it is. */`,
    opening,
    ' * How it goes.',
    ' */',
    '/** The place where it is. What follows is no beginning. */',
    '// What is no doc comment.',
  ]
  expect(findRiddles(text.join('\n'))).toEqual([
    { line: 1, words: 'Where it is. */' },
    { line: 2, words: 'How it goes.' },
  ])
})

/** Find doc comments that begin with a question: the line of each, from 1, and its first words. */
function findRiddles(text: string): { line: number; words: string }[] {
  return [...text.matchAll(/\/\*\*[\s*]*((?:What|Whether|How|Where)\b.*)/g)].map(({ index, 1: words = '' }) => ({
    line: text.slice(0, index).split('\n').length,
    words,
  }))
}
