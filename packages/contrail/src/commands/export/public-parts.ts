/** Parts of a recording that a public file leaves out unless they are allowed, in the order in which they are told. */
export const publicParts = ['task', 'reasoning', 'arguments', 'results', 'trees', 'frames', 'urls', 'answer'] as const

/** One part that can be allowed by itself. */
export type PublicPart = (typeof publicParts)[number]

/** The names of a run and its task in a file that does not tell them. */
export const publicPlace = { run: 'run', task: 'task' } as const

/** The words of each part in a sentence. */
const words: Readonly<Record<PublicPart, string>> = {
  task: 'the task and its name',
  reasoning: 'reasoning and words of turns',
  arguments: 'arguments and targets',
  results: 'results and errors',
  trees: 'trees and titles',
  frames: 'frames',
  urls: 'addresses (each site has a number instead)',
  answer: 'the final answer',
}

/**
 * Read a list of parts, `task,frames`.
 *
 * @throws {TypeError} for a word that is no part
 */
export function parseParts(text: string): PublicPart[] {
  return text.split(',').map((word) => {
    const part = publicParts.find((known) => known === word.trim())
    if (part) return part
    throw new TypeError(`expected of ${publicParts.join(', ')}, got ${JSON.stringify(word.slice(0, 40))}`)
  })
}

/** Say what a public file leaves out. */
export function describeLeftOut(allowed: ReadonlySet<PublicPart>): string {
  const left = publicParts.filter((part) => !allowed.has(part)).map((part) => words[part])
  const always = [
    'words of verdicts',
    'labels',
    'the journal',
    'all else but action names, roles, status, times and counts',
  ]
  return `Public. Left out: ${[...left, ...always].join('; ')}.`
}
