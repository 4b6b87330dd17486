import { expect, test } from 'vitest'
import { timeOfFunctions, timeOfOrigins, type CpuProfile } from '../../../bench/profile/cpu-profile.ts'

const frames: readonly [functionName: string, url: string, lineNumber: number][] = [
  ['encode', 'file:///home/me/contrail/packages/core/src/redact/redactor.ts', 9],
  ['encode', 'file:///home/me/contrail/packages/core/src/redact/redactor.ts', 9],
  ['', '/home/me/contrail/node_modules/.pnpm/playwright-core@1.65.1/node_modules/playwright-core/lib/bundle.js', 41],
  ['writeBuffer', '', -1],
  ['(idle)', '', -1],
  ['emit', 'node:events', 4],
  ['(garbage collector)', '', -1],
]
const profile: CpuProfile = {
  nodes: frames.map(([functionName, url, lineNumber], id) => ({
    id,
    callFrame: { functionName, url, lineNumber },
  })),
  samples: [0, 1, 2, 3, 4, 5, 6, 2],
  timeDeltas: [7_000, 1_000, 3_000, 2_000, 500, 90_000, 250, 125],
}

test('a function has the time from each of its samples to the next, wherever it was called from, and idling is no function', () => {
  expect(timeOfFunctions(profile)).toEqual([
    { name: 'encode (packages/core/src/redact/redactor.ts:10)', ms: 4 },
    {
      name: '(anonymous) (node_modules/.pnpm/playwright-core@1.65.1/node_modules/playwright-core/lib/bundle.js:42)',
      ms: 2,
    },
    { name: 'writeBuffer', ms: 0.5 },
    { name: 'emit (node:events:5)', ms: 0.25 },
    { name: '(garbage collector)', ms: 0.125 },
  ])
})

test('an origin is a package, ours or another, Node, or what V8 does by itself', () => {
  expect(timeOfOrigins(profile)).toEqual([
    { name: 'packages/core', ms: 4 },
    { name: 'playwright-core', ms: 2 },
    { name: 'node', ms: 0.75 },
    { name: '(garbage collector)', ms: 0.125 },
  ])
})
