import { existsSync } from 'node:fs'
import { mkdir, readdir, readFile, rmdir, symlink, writeFile } from 'node:fs/promises'
import { join, resolve, sep } from 'node:path'
import { expect, test } from 'vitest'
import { createReservation } from '../../src/directory/reserve.ts'
import { isOwnRoot } from '../../src/directory/root.ts'
import { blockingDiskIo } from '../../src/io/blocking-io.ts'
import { diskIo } from '../../src/io/io.ts'
import { bySize } from '../../../../scripts/test-size.ts'
import { startProgram, type Program } from '../support/child-process.ts'
import { stepFinished } from '../support/evidence.ts'
import { readJson } from '../support/file-tree.ts'
import { interceptedIo, systemError } from '../support/intercepted-io.ts'
import { createRecorder, directoryOf, lamp } from '../support/recording.ts'
import { memoryDirectory } from '../support/temporary-directory.ts'

const hostileIds = [
  '../../x',
  '..',
  '.',
  '/etc/passwd',
  'C:\\windows',
  'a/b',
  'nul\0byte',
  'CON',
  'con',
  'NUL.txt',
  'x'.repeat(300),
  'x'.repeat(299),
  '\u00e9',
  'e\u0301',
  'A',
  'a',
  '-rf',
  '.hidden',
  'dot.',
  ' ',
  '\ud800',
  '\ud801',
  'line\nbreak',
]

test('whatever a task is called, its directory is inside the root, its own, and the name is kept', async () => {
  const root = await memoryDirectory()
  const directories: string[] = []
  for (const id of hostileIds) {
    const recorder = createRecorder(root, { taskSpec: { ...lamp, id } })
    await recorder.finish()
    directories.push(directoryOf(recorder))
    expect((await readJson<{ task: { id: string } }>(directoryOf(recorder), 'task_data.json')).task.id).toBe(id)
  }
  for (const directory of directories) expect(resolve(directory, '..')).toBe(join(root, 'run'))
  expect(new Set(directories.map((directory) => directory.toLowerCase())).size).toBe(hostileIds.length - 1)
  expect(new Set(directories).size).toBe(hostileIds.length)
  expect((await readdir(join(root, 'run'))).length).toBe(hostileIds.length)
})

test('whatever a run is called, its directory is inside the root, and the name is kept', async () => {
  const root = await memoryDirectory()
  for (const runId of hostileIds) {
    const recorder = createRecorder(root, { runId })
    await recorder.finish()
    expect(resolve(directoryOf(recorder), '../..')).toBe(root)
    expect(directoryOf(recorder).split(sep).at(-2)?.length).toBeLessThanOrEqual(80)
    expect(await readJson(directoryOf(recorder), 'task_data.json')).toMatchObject({ runId })
  }
  expect((await readdir(root)).length).toBe(hostileIds.length + 1)
})

test('the same run and task again is -2, then -3', async () => {
  const root = await memoryDirectory()
  const names: string[] = []
  for (let time = 0; time < 3; time++) {
    const recorder = createRecorder(root)
    await recorder.record(stepFinished())
    await recorder.finish()
    names.push(directoryOf(recorder).slice(root.length))
  }
  expect(names).toEqual(['/run/buy-lamp', '/run/buy-lamp-2', '/run/buy-lamp-3'])
})

test('recorders of one process that open at the same moment never share a directory', async () => {
  const root = await memoryDirectory()
  const recorders = Array.from({ length: 30 }, () => createRecorder(join(root, 'made/on/the/way')))
  await Promise.all(recorders.map((recorder) => recorder.open()))
  expect(new Set(recorders.map(directoryOf)).size).toBe(30)
  await Promise.all(recorders.map((recorder) => recorder.cancel()))
})

const processes = bySize({ fast: 4, faults: 100, long: 100 })

test(`${processes} processes at the same moment get ${processes} directories`, async () => {
  const root = join(await memoryDirectory(), 'recordings')
  // Started a few at a time, since there are few cores; told all at once, since that is the claim.
  const programs: Program[] = []
  while (programs.length < processes) {
    const started = Array.from({ length: Math.min(10, processes - programs.length) }, () =>
      startProgram('opens-when-told.ts', root),
    )
    for (const program of started) expect(await program.nextLine()).toBe('ready')
    programs.push(...started)
  }
  for (const program of programs) program.process.stdin.write('now\n')
  const directories = await Promise.all(programs.map((program) => program.nextLine()))
  expect(new Set(directories).size).toBe(processes)
  expect(directories.every((directory) => directory?.startsWith(join(root, 'run', 'task')))).toBe(true)
  expect(await readdir(join(root, 'run'))).toHaveLength(processes)
})

test('a run folder that another process removes while we make ours is made again', async () => {
  const root = await memoryDirectory()
  let removals = 0
  const io = interceptedIo(async ({ name, path }) => {
    // Its last recording is cancelled just now: the folder goes between our mkdir of it and of what is below.
    if (name === 'mkdir' && path.endsWith('buy-lamp') && removals++ < 3) {
      await rmdir(join(root, 'run'))
    }
  })
  const recorder = createRecorder(root, { io })
  await recorder.open()
  expect(await readdir(join(root, 'run'))).toEqual(['buy-lamp'])
  await recorder.cancel()
})

test('a root that nothing can be made in is DIRECTORY_UNAVAILABLE and says where', async () => {
  const root = await memoryDirectory()
  await symlink(join(root, 'nowhere'), join(root, 'dangling'))
  await writeFile(join(root, 'file'), '')
  await symlink(join(root, 'file'), join(root, 'link-to-file'))
  for (const outputRoot of ['dangling', 'dangling/below', 'dangling/far/below', 'link-to-file', 'file/below']) {
    const refused = createRecorder(join(root, outputRoot)).open()
    await expect(refused).rejects.toMatchObject({ code: 'DIRECTORY_UNAVAILABLE' })
    await expect(refused).rejects.toThrow(join(root, outputRoot.split('/')[0] as string))
  }
  await mkdir(join(root, 'folder'))
  await symlink(join(root, 'folder'), join(root, 'link'))
  const recorder = createRecorder(join(root, 'link/below'))
  await recorder.open()
  expect(await readdir(join(root, 'folder/below/run'))).toEqual(['buy-lamp'])
  await recorder.cancel()
})

test.skipIf(!existsSync('/proc/self'))(
  'a root in /proc, where no folder can be made, is DIRECTORY_UNAVAILABLE',
  async () => {
    for (const outputRoot of ['/proc/x', '/proc/x/below']) {
      const refused = createRecorder(outputRoot).open()
      await expect(refused).rejects.toMatchObject({ code: 'DIRECTORY_UNAVAILABLE', details: { errno: 'ENOENT' } })
      await expect(refused).rejects.toThrow('/proc is there, but no folder can be made in it')
    }
  },
)

test('a run folder that is gone whenever ours is made is given up', async () => {
  const root = await memoryDirectory()
  let tries = 0
  const io = interceptedIo(({ name, path }) => {
    if (name !== 'mkdir' || !path.endsWith('buy-lamp')) return
    tries++
    throw systemError('ENOENT')
  })
  await expect(createRecorder(root, { io }).open()).rejects.toMatchObject({ code: 'DIRECTORY_UNAVAILABLE' })
  expect(tries).toBeLessThan(100)
})

test.each(['EACCES', 'EROFS', 'ENOSPC', 'EIO', 'ENAMETOOLONG'])(
  '%s while reserving is DIRECTORY_UNAVAILABLE',
  async (code) => {
    const root = await memoryDirectory()
    for (const failing of ['mkdir', 'open', 'write', 'datasync', 'syncDirectory']) {
      const io = interceptedIo(({ name, path }) => {
        if (name === failing && !path.endsWith('core.log')) throw systemError(code)
      })
      const recorder = createRecorder(join(root, failing), { io })
      await expect(recorder.open()).rejects.toMatchObject({ code: 'DIRECTORY_UNAVAILABLE', details: { errno: code } })
    }
  },
)

test('a process that ends while the root is made leaves it ignored by git, however far that was', async () => {
  for (const held of ['open', 'write', 'close'] as const) {
    const root = join(await memoryDirectory(), 'recordings')
    let go = (): void => undefined
    let isHeld = (): void => undefined
    const waiting = new Promise<void>((done) => (isHeld = done))
    const io = interceptedIo(({ name, path }) => {
      if (name !== held || !path.endsWith('.gitignore')) return
      isHeld()
      return new Promise<void>((done) => (go = done))
    })
    const reservation = createReservation(io, root, 'run', 'task')
    const taking = reservation.take(
      () => undefined,
      async () => undefined,
    )
    await waiting
    reservation.takeBlocking(blockingDiskIo)
    expect(await readFile(join(root, '.gitignore'), 'utf8')).toBe('*\n')
    go()
    await taking
    expect(await readFile(join(root, '.gitignore'), 'utf8')).toBe('*\n')
    expect(await isOwnRoot(diskIo, root)).toBe(true)
  }
})
