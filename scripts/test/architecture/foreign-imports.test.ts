import { expect, test } from 'vitest'
import { checkWith } from './bad-tree.ts'

test('what a package imports stands in its own package.json, and in a place that is installed with it', async () => {
  const lines = await checkWith({
    'packages/viewer/package.json': { name: '@contrail/viewer', devDependencies: { hono: '1' } },
    'packages/viewer/src/a.ts': `import { Hono } from 'hono'\nimport type { Step } from '@contrail/core'`,
    'packages/viewer/test/a.ts': `import { Hono } from 'hono'\nimport { test } from 'vitest'\nimport 'nowhere'`,
  })
  expect(lines).toEqual([
    'packages/viewer/src/a.ts:1 undeclared: add "hono" to the dependencies or peerDependencies of packages/viewer/package.json',
    'packages/viewer/src/a.ts:2 undeclared: add "@contrail/core" to the dependencies or peerDependencies of packages/viewer/package.json',
    'packages/viewer/test/a.ts:3 undeclared: add "nowhere" to the devDependencies of packages/viewer/package.json',
  ])
})

test('scripts import only what the workspace itself declares', async () => {
  const lines = await checkWith({ 'scripts/a.ts': `import 'vitest'\nimport 'zod'` })
  expect(lines).toEqual(['scripts/a.ts:2 undeclared: add "zod" to the devDependencies of package.json'])
})

test('a third-party package is imported in its home alone, even where another declares it', async () => {
  const lines = await checkWith({
    'packages/viewer/package.json': { name: '@contrail/viewer', dependencies: { zod: '1', commander: '1' } },
    'packages/viewer/src/a.ts': `import { z } from 'zod'\nimport { Command } from 'commander/esm'`,
    'packages/core/src/a.ts': `import { z } from 'zod'\nimport type { Emitter } from 'mitt'`,
  })
  expect(lines).toEqual([
    'packages/viewer/src/a.ts:1 home: "zod" is imported by core and recorder and models and analysis alone',
    'packages/viewer/src/a.ts:2 home: "commander" is imported by contrail alone',
  ])
})

test('a third-party package without a home is refused until it has one', async () => {
  const lines = await checkWith({
    'packages/core/package.json': { name: '@contrail/core', dependencies: { lodash: '1' } },
    'packages/core/src/a.ts': `import { merge } from 'lodash'`,
  })
  expect(lines).toEqual([expect.stringContaining('"lodash" has no home yet')])
})

test('playwright is loaded by browser where a browser is started, and only named elsewhere', async () => {
  const lines = await checkWith({
    'packages/browser/src/good.ts': `import type { Page } from 'playwright'\nconst { chromium } = await import('playwright')`,
    'packages/browser/src/bad.ts': `import { chromium } from 'playwright'`,
    // Under verbatimModuleSyntax this statement stays, and loads the package.
    'packages/browser/src/inline.ts': `import { type Page } from 'playwright'`,
    'packages/contrail/src/good.ts': `import type { Page } from 'playwright'`,
    'packages/contrail/src/bad.ts': `const { chromium } = await import('playwright')`,
  })
  expect(lines.map((line) => line.split(' ', 2).join(' '))).toEqual([
    'packages/browser/src/bad.ts:1 lazy:',
    'packages/browser/src/inline.ts:1 lazy:',
    'packages/contrail/src/bad.ts:1 home:',
  ])
})

test('core and the codec of traces import nothing of Node, with or without the prefix; their tests and the others may', async () => {
  const lines = await checkWith({
    'packages/core/src/a.ts': `import { readFile } from 'node:fs/promises'\nimport { join } from 'path'`,
    'packages/core/test/a.ts': `import { readFile } from 'node:fs/promises'`,
    'packages/recorder/src/a.ts': `import { readFile } from 'node:fs/promises'`,
    'packages/formats/src/cwm/parse/a.ts': `import { readFile } from 'node:fs/promises'`,
  })
  expect(lines.filter((told) => !told.startsWith('tsconfig.json'))).toEqual([
    expect.stringMatching(/^packages\/core\/src\/a\.ts:1 node-in-page: .*"node:fs\/promises"/),
    expect.stringMatching(/^packages\/core\/src\/a\.ts:2 node-in-page: .*"path"/),
    expect.stringMatching(/^packages\/formats\/src\/cwm\/parse\/a\.ts:1 node-in-page: /),
  ])
})
