import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { execFile } from 'node:child_process'
import { join, relative } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { readTree } from '../architecture/tree.ts'
import { repositoryRoot } from '../guards.ts'

/** What the examples take as given: the page, the agent and the judge of their reader. */
const given = `
import type { Usage, Verdict, EvidenceSink, TrajectoryRecorder } from 'contrail'
import type { Page } from 'playwright'
declare global {
  const page: Page
  const agent: { execute(options: { callbacks: { onEvidence: EvidenceSink } }): Promise<void> }
  const recorder: TrajectoryRecorder
  const verdict: Verdict
  const usage: Usage
  const initUrl: string, outputRoot: string, runId: string, finalAnswer: string, url: string, model: string, shopPassword: string
  const taskSpec: { id: string; instruction: string }
  const persist: boolean
}
`

test('every TypeScript example of a README is sound', { timeout: 120_000 }, async () => {
  const { packages } = await readTree(repositoryRoot)
  const published = [...packages].filter(([, { isPrivate }]) => !isPrivate)
  const folders = ['.', ...published.map(([folder]) => `packages/${folder}`)]
  const cache = join(repositoryRoot, 'node_modules/.cache')
  await mkdir(cache, { recursive: true })
  const directory = await mkdtemp(join(cache, 'readme-'))
  try {
    const files: string[] = []
    for (const folder of folders) {
      const text = await readFile(join(repositoryRoot, folder, 'README.md'), 'utf8')
      for (const [, example = ''] of text.matchAll(/^```ts\n(.*?)^```$/gms)) {
        const file = `${folder.replaceAll(/\W/g, '_')}-${files.length}.ts`
        await writeFile(join(directory, file), `${example}\nexport {}\n`)
        files.push(file)
      }
    }
    expect(files.length).toBeGreaterThanOrEqual(folders.length)
    await writeFile(join(directory, 'given.d.ts'), given)
    await writeFile(join(directory, 'tsconfig.json'), JSON.stringify(tsconfigIn(directory)))
    const compiler = join(repositoryRoot, 'node_modules/typescript/bin/tsc')
    const { stdout } = await promisify(execFile)(process.execPath, [compiler, '-p', directory]).catch(
      (failure: unknown) => failure as { stdout: string },
    )
    expect(stdout).toBe('')
  } finally {
    await rm(directory, { recursive: true })
  }
})

function tsconfigIn(directory: string): object {
  const root = relative(directory, repositoryRoot)
  return {
    extends: `${root}/tsconfig.base.json`,
    compilerOptions: {
      composite: false,
      incremental: false,
      noEmit: true,
      noUnusedLocals: false,
      rewriteRelativeImportExtensions: false,
      allowImportingTsExtensions: true,
      types: ['node'],
      typeRoots: [`${root}/node_modules/@types`],
      lib: ['es2024', 'esnext.disposable', 'dom'],
      paths: {
        contrail: [`${root}/packages/contrail/src/index.ts`],
        '@contrail/*': [`${root}/packages/*/src/index.ts`],
        playwright: [`${root}/packages/browser/node_modules/playwright/index.d.ts`],
      },
    },
    include: ['*.ts'],
  }
}
