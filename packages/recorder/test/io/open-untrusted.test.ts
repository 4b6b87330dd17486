import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { copyFile, mkdir, rename, rm, symlink, truncate, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { dirname, join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { checkRecording, listRuns, readJournal, readTrajectory, recoverRecording } from '../../src/index.ts'
import { diskIo } from '../../src/io/io.ts'
import { readLock } from '../../src/directory/lock.ts'
import { listUntrusted, openUntrusted, readUntrusted } from '../../src/io/open-untrusted.ts'
import { readScores, readTaskData } from '../../src/finish/task-data.ts'
import { writeVerdict } from '../../src/finish/write-verdict.ts'
import { failingIo, interceptedIo } from '../support/intercepted-io.ts'
import { recordUnfinished, recordWholeRun } from '../support/recording.ts'
import { memoryDirectory } from '../support/temporary-directory.ts'

const read = async (root: string, relative: string, maxBytes = 1000): Promise<string | undefined> => {
  const bytes = await readUntrusted(diskIo, root, relative, maxBytes)
  return bytes && Buffer.from(bytes).toString()
}

/** A root with a file in a folder, and beside it a folder with a secret. */
async function rootWithFile(): Promise<{ root: string; outside: string }> {
  const root = await memoryDirectory()
  const outside = await memoryDirectory()
  await mkdir(join(root, 'a/b'), { recursive: true })
  await writeFile(join(root, 'a/b/file.txt'), 'mine')
  await writeFile(join(outside, 'file.txt'), 'secret')
  return { root, outside }
}

test('a plain file below the root is read; what is not there is undefined', async () => {
  const { root } = await rootWithFile()
  expect(await read(root, 'a/b/file.txt')).toBe('mine')
  expect(await read(root, 'a/b/none.txt')).toBeUndefined()
  expect(await read(root, 'none/file.txt')).toBeUndefined()
  expect(await listUntrusted(diskIo, root, 'a/b')).toEqual(['file.txt'])
  expect(await listUntrusted(diskIo, root, 'a/none')).toEqual([])
})

test('the root itself may be a link: it is the name that the user gave', async () => {
  const { root, outside } = await rootWithFile()
  await symlink(root, join(outside, 'linked'))
  expect(await read(join(outside, 'linked'), 'a/b/file.txt')).toBe('mine')
})

test.each([
  '../secret.txt',
  'a/../../secret.txt',
  'a/..',
  '..',
  '.',
  './a',
  'a//b/file.txt',
  'a/b/file.txt/',
  '',
  '/etc/passwd',
  'a\\b\\file.txt',
  '..\\secret.txt',
  'C:/secret.txt',
  'C:secret.txt',
  'a/b/file.txt:stream',
  'a/b/file.txt\0.png',
])('the path %j is FILE_UNSAFE, whether there is such a file or not', async (relative) => {
  const { root } = await rootWithFile()
  await writeFile(join(root, '../secret.txt'), 'secret')
  onTestFinished(() => rm(join(root, '../secret.txt'), { force: true }))
  await expect(openUntrusted(diskIo, root, relative)).rejects.toMatchObject({ code: 'FILE_UNSAFE' })
  await expect(listUntrusted(diskIo, root, relative)).rejects.toMatchObject({ code: 'FILE_UNSAFE' })
})

test('a link is refused in every component, also one that stays inside', async () => {
  const { root, outside } = await rootWithFile()
  await symlink(join(outside, 'file.txt'), join(root, 'a/b/last'))
  await symlink(outside, join(root, 'a/middle'))
  await symlink(join(root, 'a'), join(root, 'first'))
  await symlink(join(root, 'a/b/none'), join(root, 'dangling'))
  for (const relative of ['a/b/last', 'a/middle/file.txt', 'first/b/file.txt', 'dangling']) {
    await expect(read(root, relative)).rejects.toMatchObject({
      code: 'FILE_UNSAFE',
      message: expect.stringContaining('link'),
    })
  }
  await expect(listUntrusted(diskIo, root, 'a/middle')).rejects.toMatchObject({ code: 'FILE_UNSAFE' })
})

test('a FIFO, a socket, a folder and a file in the place of a folder are refused at once', async () => {
  const { root } = await rootWithFile()
  execFileSync('mkfifo', [join(root, 'fifo')])
  const server = createServer().listen(join(root, 'socket'))
  onTestFinished(() => void server.close())
  await new Promise((resolve) => server.once('listening', resolve))
  for (const relative of ['fifo', 'socket', 'a', 'a/b/file.txt/below']) {
    await expect(read(root, relative)).rejects.toMatchObject({ code: 'FILE_UNSAFE' })
  }
  await expect(listUntrusted(diskIo, root, 'a/b/file.txt')).rejects.toMatchObject({ code: 'FILE_UNSAFE' })
})

test('a device is never opened', async () => {
  const opened: string[] = []
  const io = interceptedIo(({ name, path }) => {
    if (name === 'open') opened.push(path)
  })
  await expect(readUntrusted(io, '/dev', 'zero', 10)).rejects.toMatchObject({ code: 'FILE_UNSAFE' })
  expect(opened).toEqual([])
})

test('a file above the cap is refused before a byte of it is read', async () => {
  const { root } = await rootWithFile()
  // A terabyte of nothing takes no room.
  await truncate(join(root, 'a/b/file.txt'), 1e12)
  const reads: string[] = []
  const io = interceptedIo(({ name, path }) => {
    if (name === 'read') reads.push(path)
  })
  await expect(readUntrusted(io, root, 'a/b/file.txt', 1000)).rejects.toMatchObject({
    code: 'FILE_TOO_LARGE',
    details: { sizeBytes: 1e12, maxBytes: 1000 },
  })
  expect(reads).toEqual([])
})

test('a folder that becomes a link between the look and the opening gives nothing away', async () => {
  const { root, outside } = await rootWithFile()
  const swap = async (): Promise<void> => {
    await rename(join(root, 'a/b'), join(root, 'a/was'))
    await symlink(outside, join(root, 'a/b'))
  }
  let swapped = false
  const io = interceptedIo(async ({ name }) => {
    if (name !== 'open' || swapped) return
    swapped = true
    await swap()
  })
  await expect(readUntrusted(io, root, 'a/b/file.txt', 1000)).rejects.toMatchObject({ code: 'FILE_UNSAFE' })
})

test('a file that is replaced between the look and the opening is read as it is now', async () => {
  const { root } = await rootWithFile()
  let replaced = false
  const io = interceptedIo(async ({ name }) => {
    if (name !== 'open' || replaced) return
    replaced = true
    await writeFile(join(root, 'new'), 'newer')
    await rename(join(root, 'new'), join(root, 'a/b/file.txt'))
  })
  expect(Buffer.from((await readUntrusted(io, root, 'a/b/file.txt', 1000)) ?? []).toString()).toBe('newer')
})

test.each(['lstat', 'open', 'stat', 'read', 'close'])('a disk that fails at %s is FILE_UNREADABLE', async (failing) => {
  const { root } = await rootWithFile()
  const io = failingIo(({ name }) => name === failing)
  await expect(readUntrusted(io, root, 'a/b/file.txt', 1000)).rejects.toMatchObject({
    code: 'FILE_UNREADABLE',
    details: { errno: 'EIO' },
  })
})

const hazards: Record<string, (path: string, outside: string) => Promise<unknown>> = {
  'a link to the same bytes': async (path, outside) => {
    await copyFile(path, join(outside, 'copy'))
    await rm(path)
    await symlink(join(outside, 'copy'), path)
  },
  'a FIFO': async (path) => {
    await rm(path)
    execFileSync('mkfifo', [path])
  },
  'a link to a device': async (path) => {
    await rm(path)
    await symlink('/dev/zero', path)
  },
  'a folder': async (path) => {
    await rm(path)
    await mkdir(path)
  },
}

/** Whatever reads recordings, with the files that it reads. */
const readers: Record<string, { files: readonly string[]; read: (directory: string) => Promise<unknown> }> = {
  'readTrajectory, finished': { files: ['trajectory.json'], read: readTrajectory },
  listRuns: {
    files: ['task_data.json'],
    read: async (directory) => {
      const [run] = await listRuns(dirname(dirname(directory)))
      throw new Error(run?.error)
    },
  },
  readTaskData: { files: ['task_data.json'], read: (directory) => readTaskData(diskIo, directory) },
  readScores: { files: ['scores/mmrubric_v1.json'], read: (directory) => readScores(diskIo, directory) },
  readJournal: {
    files: ['core.log'],
    read: async (directory) => {
      for await (const entry of readJournal(directory)) expect(entry).toBeDefined()
    },
  },
  recover: {
    files: ['core.log', 'trajectory.json'],
    read: (directory) => recoverRecording(directory, { force: true }),
  },
}

test.each(Object.entries(hazards))('no reader takes %s for a file of a recording, and none waits', async (_, make) => {
  for (const { files, read: use } of Object.values(readers)) {
    for (const file of files) {
      const directory = await recordWholeRun(await memoryDirectory())
      await writeVerdict(directory, { outcomeSuccess: true })
      await make(join(directory, file), await memoryDirectory())
      await expect(use(directory)).rejects.toThrow(/is or goes through a link|is no plain file/)
    }
  }
  const unfinished = await recordUnfinished(await memoryDirectory())
  await make(join(unfinished, '.recording'), await memoryDirectory())
  await expect(readLock(diskIo, unfinished)).rejects.toMatchObject({ code: 'FILE_UNSAFE' })
  await expect(readTrajectory(unfinished)).rejects.toMatchObject({ code: 'FILE_UNSAFE' })
})

test.each(Object.entries(hazards))('check names the file that is %s', async (_, make) => {
  const files = ['core.log', 'trajectory.json', 'task_data.json', 'times.json', 'scores/mmrubric_v1.json']
  for (const file of [...files, 'screenshots/probe/1.png', 'screenshots/agent/1.png']) {
    const directory = await recordWholeRun(await memoryDirectory())
    await writeVerdict(directory, { outcomeSuccess: true })
    if (!existsSync(join(directory, file))) throw new TypeError(`expected ${file} in the recording`)
    await make(join(directory, file), await memoryDirectory())
    const { status, problems } = await checkRecording(directory)
    expect(status).toBe('corrupt')
    expect(problems.map((problem) => problem.file)).toContain(file)
  }
})

test('a folder of a recording that is a link shows nothing of what it points to', async () => {
  for (const folder of ['scores', 'screenshots', 'screenshots/agent', 'screenshots/blobs']) {
    const directory = await recordWholeRun(await memoryDirectory())
    const outside = await memoryDirectory()
    await writeFile(join(outside, 'private-name.png'), 'secret')
    await writeFile(join(outside, 'private-name.json'), '{}')
    await rm(join(directory, folder), { recursive: true, force: true })
    await symlink(outside, join(directory, folder))
    const report = await checkRecording(directory)
    expect(report.status).toBe('corrupt')
    expect(JSON.stringify(report)).not.toContain('private-name')
    await expect(recoverRecording(directory, { force: true })).rejects.toMatchObject({ code: 'FILE_UNSAFE' })
  }
})

test('JSON that nests too deep to be walked is refused before it is parsed, by every reader', async () => {
  const deep = `{"formatVersion":1,"a":${'['.repeat(200_000)}${']'.repeat(200_000)}}`
  const directory = await recordWholeRun(await memoryDirectory())
  const score = await writeVerdict(directory, { outcomeSuccess: true })
  await writeFile(score, deep)
  expect((await checkRecording(directory)).status).toBe('corrupt')
  expect(await recoverRecording(directory, { force: true })).toMatchObject({ outcome: 'recovered' })
  for (const file of ['task_data.json', 'times.json', 'trajectory.json']) {
    const damaged = await recordWholeRun(await memoryDirectory())
    await writeFile(join(damaged, file), deep)
    expect((await checkRecording(damaged)).problems.map((problem) => problem.file)).toContain(file)
    expect((await listRuns(dirname(dirname(damaged))))[0]).toMatchObject(file === 'trajectory.json' ? {} : { steps: 3 })
    expect(await recoverRecording(damaged, { force: true })).toMatchObject({ outcome: 'recovered' })
    expect((await checkRecording(damaged)).status).toBe('clean')
  }
})

test('JSON of more values than a reader could make in a moment is refused before it is parsed', async () => {
  const directory = await recordWholeRun(await memoryDirectory())
  const crowded = `{"formatVersion":1,"a":[${'{},'.repeat(7_000_000)}1]}`
  await writeFile(join(directory, 'task_data.json'), crowded)
  // It is not asked any more; the trajectory tells.
  expect(await listRuns(dirname(dirname(directory)))).toMatchObject([{ steps: 3, finished: true }])
  await writeFile(join(directory, 'trajectory.json'), crowded.replace('[', `[${'0,'.repeat(6_000_000)}`))
  await expect(readTrajectory(directory)).rejects.toMatchObject({
    code: 'FILE_INVALID',
    message: expect.stringContaining('holds more than 20000000 values'),
  })
})
