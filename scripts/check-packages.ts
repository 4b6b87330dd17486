/**
 * Pack every public package as it would be published and look at the tarball with the eyes of those who install it:
 * publint (is every promised file there, in the right form?), are-the-types-wrong (does every way to resolve the
 * types end at the right ones?) and a few rules of our own.
 */
import { checkPackage, createPackageFromTarballData, type Package } from '@arethetypeswrong/core'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { publint } from 'publint'
import { formatMessage } from 'publint/utils'
import { runFolderVariable } from './once-in-run.ts'
import { packPackages } from './pack-packages.ts'

/** A folder to remove, where this is no part of a run of the tests, which has one. */
const ownFolder = process.env[runFolderVariable] ? undefined : await mkdtemp(join(tmpdir(), 'contrail-pack-'))
if (ownFolder !== undefined) process.env[runFolderVariable] = ownFolder
try {
  const { folder, tarballs: packed } = await packPackages()
  const tarballs = [...packed.values()]
  const problems = await Promise.all(tarballs.map((file) => checkTarball(join(folder, file))))
  for (const problem of problems.flat()) console.log(problem)
  console.log(`${tarballs.length} packages: ${problems.flat().length} problems`)
  process.exitCode = problems.flat().length > 0 ? 1 : 0
} finally {
  if (ownFolder !== undefined) await rm(ownFolder, { recursive: true })
}

async function checkTarball(path: string): Promise<string[]> {
  const bytes = new Uint8Array(await readFile(path))
  const contents = createPackageFromTarballData(bytes)
  const problems = [
    ...(await lintWithPublint(bytes, contents)),
    ...(await checkTypes(contents)),
    ...checkManifest(contents),
  ]
  return problems.map((problem) => `${contents.packageName}: ${problem}`)
}

async function lintWithPublint(bytes: Uint8Array<ArrayBuffer>, contents: Package): Promise<string[]> {
  const { messages } = await publint({ pack: { tarball: bytes.buffer }, strict: true })
  const manifest = readManifest(contents)
  return messages.map((message) => `publint: ${formatMessage(message, manifest) ?? message.code}`)
}

/** The packages are ES modules only: how CommonJS and the resolution of before Node 16 see them does not count. */
async function checkTypes(contents: Package): Promise<string[]> {
  const result = await checkPackage(contents)
  if (result.types === false) return ['types: there are none']
  return result.problems
    .filter((problem) => !('resolutionKind' in problem) || !['node10', 'node16-cjs'].includes(problem.resolutionKind))
    .map((problem) => `types: ${JSON.stringify(problem)}`)
}

/** Find problems of manifests and files that only we can know of. */
function checkManifest(contents: Package): string[] {
  const manifest = readManifest(contents)
  const problems: string[] = []
  if (/"(workspace|catalog):/.test(JSON.stringify(manifest))) {
    problems.push('package.json: a version still speaks of the workspace')
  }
  // Node strips no types inside node_modules, whoever asks for the condition "@contrail/source" there.
  if (/(?<!\.d)\.ts"/.test(JSON.stringify(manifest['exports']))) {
    problems.push('package.json: exports lead to TypeScript; give publishConfig.exports without it')
  }
  const files = contents.listFiles().map((file) => file.slice(`/node_modules/${contents.packageName}/`.length))
  if (!files.includes('LICENSE')) problems.push('LICENSE is missing')
  const strays = files.filter((file) => /^test\/|node_modules\/|\.tsbuildinfo/.test(file))
  return [...problems, ...strays.map((file) => `${file} should not be published`)]
}

function readManifest(contents: Package): Record<string, unknown> {
  return JSON.parse(contents.readFile(`/node_modules/${contents.packageName}/package.json`)) as Record<string, unknown>
}
