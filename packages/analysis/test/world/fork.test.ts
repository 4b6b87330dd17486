import { expect, test } from 'vitest'
import { z } from 'zod'
import {
  compareWorlds,
  defineProcessor,
  defineResource,
  Label,
  openRuntime,
  SamplingConfig,
  Trajectory,
  updateLabels,
} from '../../src/index.ts'
import {
  labelled,
  labelsOf,
  makeFolder,
  makeRuntime,
  makeWorld,
  questionOf,
  scriptedModel,
  stagesOf,
} from '../support/worlds.ts'

test('a fork begins as its parent is, and both go on apart', async () => {
  const uri = await makeFolder()
  const runtime = await makeRuntime(uri)
  const model = scriptedModel(() => 'VALUE: good\nSCORE: 1')
  const world = await runtime.world('parent', {
    processors: stagesOf(model),
    resources: [SamplingConfig({ min_turns: 1 })],
  })
  for (const turns of [1, 2, 3]) await world.spawn(...labelled(`t${turns}`, { turns }))
  await expect(world.fork('early')).rejects.toThrow(/fork: 3 changes wait for the next step/)
  await world.run(2)
  const fork = await world.fork('fork')
  expect(fork.tick).toBe(2)
  expect(fork.world_id).not.toBe(world.world_id)
  const strip = (rows: object[]) => rows.map((row) => ({ ...row, world_id: '' }))
  expect(strip(await fork.query(Trajectory, Label).collect())).toEqual(
    strip(await world.query(Trajectory, Label).collect()),
  )
  expect(new Set((await fork.query(Label).collect()).map((row) => row.world_id))).toEqual(new Set([fork.world_id]))

  fork.resources.insert(SamplingConfig({ min_turns: 3 }))
  expect(world.resources.get(SamplingConfig)?.min_turns).toBe(1)
  await fork.step()
  await world.spawn(...labelled('t4', { turns: 4 }))
  await fork.spawn(...labelled('f4', { turns: 4 }))
  await world.step()
  await fork.step()
  expect(await labelsOf(world)).toEqual([
    't1 done sampled 1',
    't2 done sampled 1',
    't3 done sampled 1',
    't4 done sampled 1',
  ])
  expect(await labelsOf(fork)).toEqual(['t1 done - 1', 't2 done - 1', 't3 done sampled 1', 'f4 done sampled 1'])
  expect(await labelsOf(fork, 0)).toEqual(await labelsOf(world, 0))
  await expect(world.fork('fork')).rejects.toThrow(/expected a name that is free, got fork/)
  expect(await runtime.world('fork')).toBe(fork)

  const later = await makeRuntime(uri)
  const reopened = await later.world('fork')
  expect(await labelsOf(reopened)).toEqual(await labelsOf(fork))
  expect(await labelsOf(reopened, 1)).toEqual(await labelsOf(world, 1))
  expect(reopened.resources.get(SamplingConfig)).toMatchObject({ min_turns: 3 })
  expect([reopened.tick, reopened.world_id]).toEqual([4, fork.world_id])
  await reopened.spawn(...labelled('later'))
  await reopened.step()
  // The first process sees it when it reads next.
  expect(await labelsOf(fork)).toHaveLength(5)
})

test('processors of a fork find what those of the parent were given', async () => {
  const Source = defineResource('Source', z.object({ folder: z.string() }))
  const found: unknown[] = []
  const Reading = defineProcessor({
    name: 'Reading',
    priority: 1,
    components: [Label],
    process: (_, { resources }) => void found.push(resources.get(Source)?.folder),
  })
  const world = await makeWorld({ processors: [Reading()], resources: [Source({ folder: 'there' })] })
  await world.step()
  const fork = await world.fork('fork')
  await fork.step()
  await (await fork.fork('fork-of-fork')).step()
  expect(found).toEqual(['there', 'there', 'there'])
})

test('rows of every run are read, whoever wrote them', async () => {
  const uri = await makeFolder()
  const runs: string[] = []
  for (const [index, id] of ['a', 'b', 'c'].entries()) {
    await using runtime = await openRuntime({ storage: { uri } })
    const world = await runtime.world('world')
    await world.spawn(...labelled(id))
    await world.step({ prefer_live_reads: false })
    const rows = await world.query(Label).collect()
    expect(rows).toHaveLength(index + 1)
    expect(await world.query(Label).at(index).collect()).toEqual(rows)
    runs.push(rows.at(-1)!.run_id)
  }
  expect(new Set(runs).size).toBe(3)
})

test('a fork in a storage of its own lives without its parent', async () => {
  const [uri, other] = [await makeFolder(), await makeFolder()]
  const world = await (await makeRuntime(uri)).world('parent')
  await world.spawn(...labelled('a'))
  await world.step()
  await world.update(1, { label__score: 0.5 })
  await world.step()
  const fork = await world.fork('fork', { storage: { uri: other, namespace: 'apart' } })
  await fork.update(1, { label__score: 0.25 })
  await fork.step()
  const later = await (await makeRuntime(other)).world('fork', { storage: { uri: other, namespace: 'apart' } })
  expect([await labelsOf(later, 0), await labelsOf(later, 1), await labelsOf(later)]).toEqual([
    ['a done sampled '],
    ['a done sampled 0.5'],
    ['a done sampled 0.25'],
  ])
})

test('another criterion in a fork reaches the labels that are there, and the comparison says what changed', async () => {
  const model = scriptedModel((request) => {
    const strict = questionOf(request).includes('strictly')
    const text = JSON.stringify(request.parts)
    const score = text.includes('turn 3') ? 0.9 : text.includes('turn 1') ? (strict ? 0.2 : 0.8) : strict ? 0.1 : 0.3
    return `VALUE: ${score >= 0.5 ? 'good' : 'bad'}\nSCORE: ${score}`
  })
  const world = await makeWorld({ processors: stagesOf(model) })
  for (const turns of [1, 2, 3, 4]) await world.spawn(...labelled(`t${turns}`, { turns, technique: 'done' }))
  await world.spawn(...labelled('t1', { technique: 'other' }))
  await world.step()
  const fork = await world.fork('strict')
  expect(await updateLabels(fork, { technique: 'done', description: 'Was it done, strictly?' })).toBe(4)
  await fork.step()
  expect(model.asked).toHaveLength(9)
  const difference = await compareWorlds(world, fork)
  expect(difference.pairs[1]).toEqual({
    trajectory_id: 't2',
    technique: 'done',
    a: { value: 'good', score: 0.8, sampled: true },
    b: { value: 'bad', score: 0.2, sampled: true },
    delta: expect.closeTo(-0.6) as unknown,
  })
  expect(difference.counts).toEqual({ both: 5, only_a: 0, only_b: 0, changed: 3 })
  expect(difference.by_technique.map(({ technique, counts }) => [technique, counts.changed])).toEqual([
    ['done', 3],
    ['other', 0],
  ])
  const { agreement, mean_delta: delta, interval } = difference
  // Pairs: bad bad, good bad, good bad, good good, bad bad. By chance they agree in 11 of 25.
  expect(agreement).toEqual({ n: 5, observed: 0.6, kappa: expect.closeTo((15 - 11) / (25 - 11)) as unknown })
  expect(delta).toBeCloseTo(-1.4 / 5)
  expect(interval?.[0]).toBeLessThan(interval?.[1] ?? 0)

  fork.resources.insert(SamplingConfig({ min_turns: 3 }))
  await fork.spawn(...labelled('new', { turns: 3 }))
  await fork.step()
  const stricter = await compareWorlds(world, fork)
  expect(stricter.counts).toEqual({ both: 2, only_a: 3, only_b: 1, changed: 1 })
  expect(stricter.pairs.at(-1)).toMatchObject({ trajectory_id: 'new', a: null, delta: null })
  const empty = await compareWorlds(await makeWorld(), await makeWorld())
  expect(empty).toMatchObject({
    pairs: [],
    agreement: { n: 0, observed: null, kappa: null },
    mean_delta: null,
    interval: null,
  })
})
