import { expect, test } from 'vitest'
import { checkWith } from './bad-tree.ts'

test('everything may import core, viewer also recorder, contrail the packages of its door', async () => {
  const lines = await checkWith({
    'packages/recorder/src/a.ts': `import { zodless } from '@contrail/core'`,
    'packages/viewer/src/a.ts': `import { readTrajectory } from '@contrail/recorder'`,
    'packages/contrail/src/a.ts': `import { x } from '@contrail/recorder'\nimport { y } from '@contrail/browser'`,
    'packages/contrail/src/serve.ts': `const viewer = await import('@contrail/viewer')`,
  })
  expect(lines).toEqual([])
})

test('a sibling is not imported, whichever way it is written', async () => {
  const lines = await checkWith({
    'packages/browser/src/a.ts': `// one\nimport { record } from '@contrail/recorder'`,
    'packages/browser/src/b.ts': `import type { Recorder } from '@contrail/recorder'`,
    'packages/browser/src/c.ts': `export type R = import('@contrail/recorder').Recorder`,
    'packages/browser/src/d.ts': `const { record } = await import('@contrail/recorder')`,
    'packages/browser/src/e.ts': `import { record } from '../../recorder/src/index.ts'`,
    'packages/browser/test/f.ts': `import { record } from '@contrail/recorder'`,
    'packages/core/src/g.ts': `import { record } from '@contrail/recorder/deep'`,
    'packages/recorder/src/h.ts': `import { main } from 'contrail'`,
  })
  const wrong = lines.filter((line) => line.includes('wrong-arrow'))
  expect(wrong.map((line) => line.split(' ')[0])).toEqual([
    'packages/browser/src/a.ts:2',
    'packages/browser/src/b.ts:1',
    'packages/browser/src/c.ts:1',
    'packages/browser/src/d.ts:1',
    'packages/browser/src/e.ts:1',
    'packages/browser/test/f.ts:1',
    'packages/core/src/g.ts:1',
    'packages/recorder/src/h.ts:1',
  ])
  expect(wrong[0]).toBe(
    'packages/browser/src/a.ts:2 wrong-arrow: browser may not import recorder: ' +
      'take what is needed as a function or an interface of core, and let contrail pass it in',
  )
})

test('a wrong arrow in a package.json is found where no file follows it yet', async () => {
  const lines = await checkWith({
    'packages/browser/package.json': {
      name: '@contrail/browser',
      devDependencies: { '@contrail/recorder': 'workspace:^' },
    },
  })
  expect(lines).toEqual(['packages/browser/package.json:4 wrong-arrow: browser may not depend on recorder: remove it'])
})

test('contrail loads what is not behind its door only where it is used', async () => {
  const lines = await checkWith({ 'packages/contrail/src/a.ts': `import { serve } from '@contrail/viewer'` })
  expect(lines).toEqual([expect.stringContaining('load "@contrail/viewer" where it is used, with await import')])
})

test('a door loads the packages that the layout names for it, and no file of the root beside its own', async () => {
  const lines = await checkWith({
    'packages/contrail/src/doors/models.ts': [
      `import { fence } from '@contrail/core'`,
      `import { record } from '@contrail/recorder'`,
      `import { ask } from './models/ask.ts'`,
      `import { places } from '../places.ts'`,
      `import type { Places } from '../places.ts'`,
      `const viewer = await import('@contrail/viewer')`,
    ].join('\n'),
    'packages/contrail/src/doors/models/ask.ts': `import { record } from '@contrail/recorder'`,
    'packages/contrail/src/doors/unnamed.ts': `import { fence } from '@contrail/core'`,
    'packages/contrail/src/a.ts': `import { fence } from './doors/models.ts'`,
  })
  expect(lines).toEqual([
    expect.stringMatching(/^packages\/contrail\/src\/a.ts:1 .* import from the packages that the door "models" opens/),
    expect.stringMatching(
      /^packages\/contrail\/src\/doors\/models.ts:2 .* name "recorder" among what the door "models"/,
    ),
    expect.stringMatching(/^packages\/contrail\/src\/doors\/models.ts:4 .* move what the door "models" needs into/),
    expect.stringMatching(/^packages\/contrail\/src\/doors\/models\/ask.ts:1 .* name "recorder" among/),
    expect.stringMatching(/^packages\/contrail\/src\/doors\/unnamed.ts:1 .* name "core" among what the door "unnamed"/),
  ])
})

test('an allowed package is imported by its name, never by a path into it', async () => {
  const lines = await checkWith({ 'packages/recorder/src/a.ts': `import { x } from '../../core/src/x.ts'` })
  expect(lines).toEqual([expect.stringContaining('import "@contrail/core" by its name')])
})

test('a package does not import itself by name, though its tests may', async () => {
  const lines = await checkWith({
    'packages/core/src/a.ts': `import { x } from '@contrail/core'`,
    'packages/core/test/a.ts': `import { x } from '@contrail/core'`,
  })
  expect(lines).toEqual([expect.stringContaining('packages/core/src/a.ts:1 wrong-arrow: import the file itself')])
})

test('a private package, which nobody installs, may bring any of ours together', async () => {
  const lines = await checkWith({
    'packages/compatibility/package.json': {
      name: '@contrail/compatibility',
      private: true,
      devDependencies: { '@contrail/recorder': 'workspace:^', '@contrail/browser': 'workspace:^', other: '1' },
    },
    'packages/compatibility/test/a.ts': `import '@contrail/recorder'\nimport '@contrail/browser'\nimport 'other'`,
  })
  expect(lines).toEqual([])
})
