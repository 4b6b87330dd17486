import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { appendFile, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'
import { Label, openRuntime } from '../../src/index.ts'
import { labelled, labelsOf, makeFolder, makeRuntime, scriptedModel, stagesOf } from '../support/worlds.ts'

/** A process that opens a world, and tells by lines how far it is. */
function startProgram(name: string, uri: string): { child: ChildProcess; line(wanted: string): Promise<void> } {
  const file = fileURLToPath(new URL(`../programs/${name}.ts`, import.meta.url))
  const child = spawn(process.execPath, ['--conditions=@contrail/source', file, uri], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  let said = ''
  child.stdout.on('data', (text: Buffer) => (said += text.toString()))
  return {
    child,
    async line(wanted) {
      while (!said.includes(wanted)) await once(child.stdout, 'data')
    },
  }
}

test('a step that is killed keeps every finished call, and nothing of its tick', async () => {
  const uri = await makeFolder()
  const { child, line } = startProgram('label-until-killed', uri)
  await line('asked 4')
  child.kill('SIGKILL')
  await once(child, 'exit')
  const model = scriptedModel(() => 'VALUE: x\nSCORE: 1')
  const world = await (await makeRuntime(uri)).world('world', { processors: stagesOf(model) })
  // The first tick is there, the second, in which it was killed, is not.
  expect([world.tick, await labelsOf(world)]).toEqual([1, []])
  for (let index = 0; index < 6; index += 1) await world.spawn(...labelled(`t${index}`))
  await world.step()
  expect(model.asked).toHaveLength(6 - 3)
  expect((await labelsOf(world)).map((label) => label.split(' ')[3])).toEqual(['0.5', '0.5', '0.5', '1', '1', '1'])
})

test('while another process writes, reads work, and writes wait, then name its pid', async () => {
  const uri = await makeFolder()
  const first = await (await makeRuntime(uri)).world('world')
  await first.spawn(...labelled('a'))
  await first.step()
  const { child, line } = startProgram('step-slowly', uri)
  await line('stepping')
  expect(await labelsOf(first)).toEqual(['a done sampled '])
  expect(await first.query(Label).at(0).collect()).toHaveLength(1)
  const hasty = await (await makeRuntime(uri, { lockWaitMs: 100 })).world('world')
  expect(await labelsOf(hasty)).toHaveLength(1)
  await hasty.update(1, { label__value: 'hasty' })
  await expect(hasty.step()).rejects.toMatchObject({
    code: 'JOURNAL_LOCKED',
    message: expect.stringContaining(`pid ${child.pid}`) as unknown,
  })
  await first.update(1, { label__value: 'patient' })
  const patient = first.step()
  child.stdin!.end()
  await patient
  expect(await first.query(Label).collect()).toMatchObject([
    { label__value: 'patient' },
    { label__technique: 'by another' },
  ])
  await hasty.step()
  expect(await hasty.query(Label).collect()).toMatchObject([{ label__value: 'hasty' }, {}])
})

test('the lock of a process that is gone is taken over, and that of another machine is not', async () => {
  const uri = await makeFolder()
  const runtime = await makeRuntime(uri, { lockWaitMs: 50 })
  const world = await runtime.world('world')
  await world.step()
  const lock = join(uri, 'trajectories/.writing')
  for (const owner of [
    { pid: 2 ** 30, startTicks: '1' },
    { pid: process.pid, startTicks: '1' },
  ]) {
    await writeFile(lock, JSON.stringify({ host: (await import('node:os')).hostname(), ...owner }))
    await world.step()
  }
  await writeFile(lock, JSON.stringify({ pid: 1, host: 'elsewhere', startTicks: '1' }))
  await expect(world.step()).rejects.toMatchObject({
    code: 'JOURNAL_LOCKED',
    message: expect.stringContaining('pid 1 on elsewhere') as unknown,
  })
})

test('spawns that another process has overtaken are an error, not two entities of one id', async () => {
  const uri = await makeFolder()
  const [one, other] = [await (await makeRuntime(uri)).world('world'), await (await makeRuntime(uri)).world('world')]
  await one.spawn(...labelled('one'))
  await other.spawn(...labelled('other'))
  await one.step()
  await expect(other.step()).rejects.toMatchObject({ code: 'WORLD_CHANGED' })
})

test('files in a folder with names like patterns are read as they are', async () => {
  const uri = join(await makeFolder(), "a=b [x]*? 'q'")
  const world = await (await makeRuntime(uri)).world('world')
  await world.spawn(...labelled('a'))
  await world.run(2)
  expect(await labelsOf(await (await makeRuntime(uri)).world('world'))).toEqual(['a done sampled '])
})

test('what a later version wrote, and what is no manifest, is refused', async () => {
  const uri = await makeFolder()
  const world = await (await makeRuntime(uri)).world('world')
  await world.step()
  const path = join(uri, 'trajectories/world/manifest.json')
  const text = await readFile(path, 'utf8')
  await writeFile(path, text.replace('"formatVersion":1', '"formatVersion":2'))
  const runtime = await makeRuntime(uri)
  await expect(runtime.world('world')).rejects.toMatchObject({ code: 'SCHEMA_TOO_NEW' })
  await writeFile(path, '{"formatVersion":1}')
  await expect(runtime.world('world')).rejects.toMatchObject({ code: 'FILE_INVALID' })
  await writeFile(path, '{')
  await expect(runtime.world('world')).rejects.toMatchObject({ code: 'FILE_INVALID' })
  await rename(path, `${path}.away`)
  expect((await runtime.world('world')).tick).toBe(0)
})

test('a file of a tick that is gone, and a folder that cannot be made, are told as such', async () => {
  const uri = await makeFolder()
  const world = await (await makeRuntime(uri)).world('world')
  await world.spawn(...labelled('a'))
  await world.step()
  await rm(join(uri, 'trajectories/world/000000.label.parquet'))
  await expect((await makeRuntime(uri)).world('world')).rejects.toMatchObject({
    code: 'FILE_UNREADABLE',
    message: expect.stringContaining('000000.label.parquet') as unknown,
  })
  await writeFile(join(uri, 'plain'), '')
  const nowhere = await (await makeRuntime(join(uri, 'other'))).world('world', { storage: { uri: join(uri, 'plain') } })
  await expect(nowhere.step()).rejects.toMatchObject({ code: 'DIRECTORY_UNAVAILABLE' })
})

test('a result that was torn is made again, and harms no other', async () => {
  const uri = await makeFolder()
  const model = scriptedModel(() => 'VALUE: x\nSCORE: 1')
  const world = await (await makeRuntime(uri)).world('world', { processors: stagesOf(model) })
  await world.spawn(...labelled('a'))
  await world.step()
  await appendFile(join(uri, 'trajectories/results.ndjson'), '["torn", {"val')
  await world.spawn(...labelled('b', { turns: 2 }))
  await world.step()
  const later = await (await makeRuntime(uri)).world('world', { processors: stagesOf(model) })
  await later.step()
  expect([model.asked.length, await labelsOf(later)]).toEqual([2, ['a done sampled 1', 'b done sampled 1']])
})

test('a storage is Parquet files, a manifest a world, and no database; a tick in which nothing changes adds no file', async () => {
  const uri = await makeFolder()
  const world = await (await makeRuntime(uri)).world('world')
  await world.spawn(...labelled('a'))
  await world.step()
  await world.update(1, { label__score: 1 })
  await world.run(3)
  expect((await readdir(join(uri, 'trajectories/world'))).toSorted()).toEqual([
    ...['000000.entities.parquet', '000000.label.parquet', '000000.trajectory.parquet'],
    ...['000001.entities.parquet', '000001.label.parquet', 'manifest.json'],
  ])
  expect(await readdir(join(uri, 'trajectories'))).toEqual(['world'])
})

test('names, addresses and processors that cannot be are TypeErrors, and a closed runtime says so', async () => {
  const uri = await makeFolder()
  const runtime = await makeRuntime(uri)
  const wrong: (() => unknown)[] = [
    () => runtime.world('../out'),
    () => runtime.world(''),
    () => runtime.world('w', { storage: { uri: 's3://bucket' } }),
    () => runtime.world('w', { storage: { uri, namespace: 'a/b' } }),
    () => runtime.world('w', { processors: [stagesOf as never] }),
    () => openRuntime({ storage: { uri: '' } }),
  ]
  for (const mistake of wrong) await expect(async () => mistake()).rejects.toThrow(TypeError)
  const world = await runtime.world('w')
  await runtime.close()
  await runtime.close()
  await expect(world.step()).rejects.toThrow(/closed/)
  await expect(runtime.world('w')).rejects.toThrow(/closed/)
})
