import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import * as contrail from 'contrail'
import * as recordings from 'contrail/recordings'
import { execFile } from 'node:child_process'
import { join, relative } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { listCode, readPackages } from '../architecture/tree.ts'
import { repositoryRoot } from '../guards.ts'
import { buildPackages } from '../pack-packages.ts'

/** The code that the examples take as given: the page, the agent and the judge of their reader. */
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
  const directory: string, error: unknown
}
`

const exampleOfExport = /@example\n((?: \* ?.*\n)+?) \*\/\nexport (?:async )?(?:function|class|const|type) (\w+)/g

/** The doors whose names examples in comments may use without saying where they are from. */
const doors = { contrail, 'contrail/recordings': recordings }

test(
  'every TypeScript example of a README or of a value of the first door is sound',
  { timeout: 120_000 },
  async () => {
    const published = [...(await readPackages(repositoryRoot))].filter(([, { isPrivate }]) => !isPrivate)
    const folders = ['.', ...published.map(([folder]) => `packages/${folder}`)]
    const examples = new Map<string, string>()
    for (const folder of folders) {
      const text = await readFile(join(repositoryRoot, folder, 'README.md'), 'utf8')
      for (const [, example = ''] of text.matchAll(/^```ts\n(.*?)^```$/gms)) {
        examples.set(`${folder.replaceAll(/\W/g, '_')}-${examples.size}`, example)
      }
    }
    expect(examples.size).toBeGreaterThanOrEqual(folders.length)
    const ofValues = new Map<string, string>()
    for (const path of (await listCode(repositoryRoot)).filter((file) => /^packages\/\w+\/src\//.test(file))) {
      const text = await readFile(join(repositoryRoot, path), 'utf8')
      for (const [, lines = '', name = ''] of text.matchAll(exampleOfExport)) {
        if (name in contrail) ofValues.set(name, withImports(lines.replaceAll(/^ \* ?(?:```.*)?/gm, '')))
      }
    }
    expect([...ofValues.keys()].toSorted()).toEqual(Object.keys(contrail).toSorted())
    expect(await compile(new Map([...examples, ...ofValues]))).toBe('')
  },
)

function withImports(example: string): string {
  const imports = Object.entries(doors).map(([door, names]) => {
    const used = Object.keys(names).filter((name) => new RegExp(`\\b${name}\\b`).test(example))
    return `import { ${used.filter((name) => door === 'contrail' || !(name in contrail)).join(', ')} } from '${door}'`
  })
  return `${imports.join('\n')}\n${example}`
}

/** The words of the compiler on examples, each a module by its name. It reads the types that are published, which are hundreds of files fewer. */
async function compile(examples: ReadonlyMap<string, string>): Promise<string> {
  await buildPackages()
  const cache = join(repositoryRoot, 'node_modules/.cache')
  await mkdir(cache, { recursive: true })
  const directory = await mkdtemp(join(cache, 'readme-'))
  try {
    for (const [name, example] of examples) await writeFile(join(directory, `${name}.ts`), `${example}\nexport {}\n`)
    await writeFile(join(directory, 'given.d.ts'), given)
    await writeFile(join(directory, 'tsconfig.json'), JSON.stringify(tsconfigIn(directory)))
    const compiler = join(repositoryRoot, 'node_modules/typescript/bin/tsc')
    const { stdout } = await promisify(execFile)(process.execPath, [compiler, '-p', directory]).catch(
      (failure: unknown) => failure as { stdout: string },
    )
    return stdout
  } finally {
    await rm(directory, { recursive: true })
  }
}

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
      customConditions: [],
      types: ['node'],
      typeRoots: [`${root}/node_modules/@types`],
      lib: ['es2024', 'esnext.disposable', 'dom'],
      paths: {
        contrail: [`${root}/packages/contrail/dist/index.d.ts`],
        'contrail/*': [`${root}/packages/contrail/dist/doors/*.d.ts`],
        '@contrail/*': [`${root}/packages/*/dist/index.d.ts`],
        playwright: [`${root}/packages/browser/node_modules/playwright/index.d.ts`],
      },
    },
    include: ['*.ts'],
  }
}
