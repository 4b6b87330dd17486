import { expect, test, vi } from 'vitest'
import { z } from 'zod'
import {
  defineComponent,
  defineProcessor,
  Label,
  LabelingProcessor,
  loopGrader,
  openRuntime,
  Reward,
  SamplingConfig,
  Trajectory,
  urlGrader,
} from '../../src/index.ts'
import { labelled, labelsOf, makeFolder, makeRuntime, makeWorld } from '../support/worlds.ts'

test('what is asked for takes effect with the next tick, and of what is asked twice the last holds', async () => {
  const world = await makeWorld()
  const first = await world.spawn(...labelled('a'))
  const second = await world.spawn(...labelled('b'))
  const third = await world.spawn(...labelled('c'))
  expect(await world.query(Label).collect()).toEqual([])
  await world.update(first, { label__value: 'one' })
  await world.update(first, Label({ technique: 'done', value: 'two' }), { label__rationale: 'because' })
  await world.despawn(third)
  await world.step()
  expect(world.tick).toBe(1)
  const rows = await world.query(Label).collect()
  expect(rows).toMatchObject([
    { entity_id: first, tick: 0, is_active: true, label__value: 'two', label__rationale: 'because' },
    { entity_id: second, tick: 0, label__value: '' },
  ])
  await world.update(second, { label__score: 1 })
  await world.despawn(second)
  await world.step()
  expect(await world.query(Label).collect()).toEqual([rows[0]])
  expect(await world.query(Label).at(0).collect()).toEqual(rows)
})

test('each tick stays readable: at(t) gives the newest row not after t, without those that are gone', async () => {
  const world = await makeWorld()
  const [a = 0, b = 0] = await world.spawnMany([labelled('a'), labelled('b')])
  await world.step()
  await world.update(b, { label__score: 0.5 })
  await world.step()
  await world.step()
  await world.despawn(a)
  await world.spawn(...labelled('c'))
  await world.step()
  expect(await labelsOf(world, 0)).toEqual(['a done sampled ', 'b done sampled '])
  expect(await labelsOf(world, 1)).toEqual(['a done sampled ', 'b done sampled 0.5'])
  expect(await labelsOf(world, 2)).toEqual(await labelsOf(world, 1))
  expect(await labelsOf(world, 3)).toEqual(['b done sampled 0.5', 'c done sampled '])
  expect(await labelsOf(world, 99)).toEqual(await labelsOf(world))
  const ticks = (await world.query(Label).at(2).collect()).map(({ tick }) => tick)
  expect(ticks).toEqual([0, 1])
})

test('the order of rows is that of spawning, whatever a processor gives back and however kinds of entities mix', async () => {
  const Reversing = defineProcessor({
    name: 'Reversing',
    priority: 1,
    components: [Label],
    process: (rows, { tick }) =>
      rows
        .filter(({ entity_id: id }) => id % 2 === tick % 2)
        .map(({ entity_id }) => ({ entity_id, label__value: `${tick}` }))
        .toReversed(),
  })
  const world = await makeWorld({ processors: [Reversing()] })
  for (const id of ['a', 'b', 'c', 'd'])
    await world.spawn(...labelled(id), ...(id === 'b' ? [Reward({ value: 1 })] : []))
  await world.run(3)
  await world.removeComponents(2, Reward)
  await world.addComponents(4, Reward({ name: 'late', value: 2 }))
  await world.step({ prefer_live_reads: false })
  expect((await labelsOf(world)).map((line) => line[0])).toEqual(['a', 'b', 'c', 'd'])
  expect((await labelsOf(world, 1)).map((line) => line[0])).toEqual(['a', 'b', 'c', 'd'])
  expect(await world.query(Reward, Label).collect()).toMatchObject([
    { entity_id: 4, reward__name: 'late', reward__step: null },
  ])
  expect(await world.query(Reward).at(2).collect()).toMatchObject([{ entity_id: 2, reward__value: 1 }])
})

test('what storage says is what memory says, and a later process says the same', async () => {
  const Odd = defineComponent(
    'Odd',
    z.object({ json: z.unknown(), flag: z.boolean().nullable(), count: z.int(), share: z.number() }),
  )
  const uri = await makeFolder()
  const world = await (await makeRuntime(uri)).world('world')
  const json = JSON.parse('{"__proto__": {"x": 1}, "list": [null, "\\u202e", 1e300]}') as unknown
  await world.spawn(
    Odd({ json, flag: null, count: -9_007_199_254_740_991, share: 0.1 }),
    Label({ value: 'nul\0 and "quote\'\n漢' }),
  )
  await world.spawn(Odd({ json: null, flag: true, count: 0, share: -1e-300 }))
  await world.step()
  const live = await world.query(Odd).collect()
  expect(live).toMatchObject([
    { odd__json: json, odd__count: -9_007_199_254_740_991 },
    { odd__json: null, odd__flag: true },
  ])
  await world.step({ prefer_live_reads: false })
  expect(await world.query(Odd).collect()).toEqual(live)
  const later = await (await makeRuntime(uri)).world('world')
  expect(await later.query(Odd).collect()).toEqual(live)
  expect(await later.query(Odd, Label).at(0).collect()).toEqual(await world.query(Odd, Label).collect())
  await expect(later.query(defineComponent('odd', z.object({ json: z.string() }))).collect()).rejects.toThrow(
    /expected one component of the name odd; the world has another, with odd__json, odd__flag/,
  )
})

test('a processor that throws fails its tick: nothing is stored, what waited still waits, and it is named', async () => {
  let isBroken = true
  const Spawning = defineProcessor({
    name: 'Spawning',
    priority: 1,
    components: [Label],
    async process(rows, { changes }) {
      await changes.spawn(Label({ technique: 'made' }))
      return rows.map(({ entity_id }) => ({ entity_id, label__value: 'touched' }))
    },
  })
  const Breaking = defineProcessor({
    name: 'Breaking',
    priority: 2,
    components: [Label],
    process: () => {
      if (isBroken) throw new RangeError('out of range')
    },
  })
  const world = await makeWorld({ processors: [Breaking(), Spawning()] })
  const id = await world.spawn(...labelled('a'))
  await expect(world.step()).rejects.toThrow(/processor Breaking failed in tick 0.*out of range/)
  expect(world.tick).toBe(0)
  expect(await world.query(Label).collect()).toEqual([])
  await world.update(id, { label__rationale: 'asked for after the failure' })
  isBroken = false
  await world.step()
  expect(await world.query(Label).collect()).toMatchObject([
    { label__value: 'touched', label__rationale: 'asked for after the failure' },
  ])
  await world.step()
  // What the failed tick asked for was dropped with it.
  expect((await world.query(Label).collect()).map((row) => row.label__technique)).toEqual(['done', 'made'])
})

test('what is asked for while a tick is made waits for the next one, also of entities that this one spawns', async () => {
  const Slow = defineProcessor({
    name: 'Slow',
    priority: 1,
    components: [Label],
    process: async () => world.update(1, { label__value: 'later' }),
  })
  const world = await makeWorld({ processors: [Slow()] })
  await world.spawn(Label())
  await world.step()
  expect(await world.query(Label).collect()).toMatchObject([{ label__value: '' }])
  await world.step()
  expect(await world.query(Label).collect()).toMatchObject([{ label__value: 'later' }])
})

test('processors run by priority, ties as given, and see what those before them changed', async () => {
  const stage = (name: string, priority: number) =>
    defineProcessor({
      name,
      priority,
      components: [Label],
      process: (rows) => rows.map((row) => ({ ...row, label__value: row.label__value + name })),
    })()
  const world = await makeWorld({ processors: [stage('c', 20), stage('a', 5), stage('d', 20), stage('b', 10)] })
  await world.spawn(Label())
  await world.step()
  expect(await world.query(Label).collect()).toMatchObject([{ label__value: 'abcd' }])
})

test.each([
  ['another entity', () => [{ entity_id: 99, label__value: 'x' }], /expected rows that it was given, got entity_id 99/],
  ['a column that there is not', () => [{ entity_id: 1, label__colour: 'x' }], /label__technique.*got label__colour/],
  ['a value not of its schema', () => [{ entity_id: 1, label__score: Infinity }], /Label\.score/],
  ['a row changed in place', (rows: readonly object[]) => void ((rows[0] as { tick: number }).tick = 7), /read only/],
])('a processor that gives back %s fails its tick', async (_, process, message) => {
  const Wrong = defineProcessor({ name: 'Wrong', priority: 1, components: [Label], process: process as never })
  const world = await makeWorld({ processors: [Wrong()] })
  await world.spawn(Label())
  await expect(world.step()).rejects.toThrow(message)
})

test('hooks hear of what was stored, and one that fails is told and stops nothing', async () => {
  const onWarning = vi.fn<(message: string, cause?: unknown) => void>()
  const world = await makeWorld({}, { onWarning })
  const heard: unknown[] = []
  for (const name of ['preTick', 'onSpawn', 'onDespawn', 'onComponentAdded', 'onComponentRemoved', 'postTick'] as const)
    world.on(name, (event) => void heard.push([name, 'entity_id' in event ? event.entity_id : event.tick]))
  world.on('onSpawn', () => Promise.reject(new Error('no more')))
  const off = world.on('preTick', () => void heard.push('twice'))
  off()
  await world.spawn(Label(), Reward())
  await world.step()
  await world.addComponents(1, Trajectory())
  await world.removeComponents(1, Reward)
  await world.step()
  await world.despawn(1)
  await world.step()
  expect(heard).toEqual([
    ...[
      ['preTick', 0],
      ['onSpawn', 1],
      ['postTick', 0],
    ],
    ...[
      ['preTick', 1],
      ['onComponentAdded', 1],
      ['onComponentRemoved', 1],
      ['postTick', 1],
    ],
    ...[
      ['preTick', 2],
      ['onDespawn', 1],
      ['postTick', 2],
    ],
  ])
  expect(onWarning).toHaveBeenCalledWith(
    expect.stringContaining('a hook of onSpawn failed: no more'),
    expect.any(Error),
  )
  expect(() => world.on('onLunch' as never, () => undefined)).toThrow(/expected one of preTick/)
})

test('where takes equal rows, orderBy sorts with null last and ties as spawned', async () => {
  const world = await makeWorld()
  for (const [technique, score] of [
    ['x', 0.5],
    ['y', null],
    ['x', 0.1],
    ['x', 0.5],
  ] as const)
    await world.spawn(Label({ technique, score }))
  await world.step()
  const ids = (rows: { entity_id: number }[]) => rows.map((row) => row.entity_id)
  const query = world.query(Label)
  expect(ids(await query.where({ label__technique: 'x' }).where({ label__score: 0.5 }).collect())).toEqual([1, 4])
  expect(ids(await query.where({ label__score: null }).at(0).collect())).toEqual([2])
  expect(ids(await query.orderBy('label__score').collect())).toEqual([3, 1, 4, 2])
  expect(ids(await query.orderBy('label__score', 'descending').collect())).toEqual([1, 4, 3, 2])
})

test('a mistake is a TypeError at once, and nothing of it waits', async () => {
  const world = await makeWorld()
  const id = await world.spawn(...labelled('a'))
  await world.step()
  const wrong: (() => unknown)[] = [
    () => world.query(),
    () => world.query('Label' as never),
    () => world.query(Label).at(-1),
    () => world.query(Label).at(0.5),
    () => world.query(Label).where({ label__colour: 1 } as never),
    () => world.query(Label).orderBy('trajectory__outcome' as never),
    () => world.spawn(),
    () => world.spawn(Label(), Label()),
    () => world.spawn({ technique: 'x' } as never),
    () => world.update(7, { label__value: 'x' }),
    () => world.update(id, { label__value: 7 }),
    () => world.update(id, { label__valeu: 'x' }),
    () => world.update(id, Reward()),
    () => world.removeComponents(id, Reward),
    () => world.removeComponents(id, Label, Trajectory),
    () => world.despawn(99),
    () => world.step({ num_steps: -1 }),
    () => world.resources.insert({} as never),
    () => world.resources.insert(SamplingConfig as never),
    () => world.step({ ticks: 2 } as never),
    () => world.fork('strict', { store: {} } as never),
    () => LabelingProcessor(undefined as never),
    () => LabelingProcessor({ labelers: [{} as never] }),
    () => loopGrader({ time: 4 } as never),
    () => urlGrader({} as never),
    () => openRuntime({ store: {} } as never),
  ]
  for (const mistake of wrong) await expect(async () => mistake()).rejects.toThrow(TypeError)
  await world.fork('nothing-waits')
})

test('a hook or a processor that would wait for its own tick is told so, and one that waits until after it may go on', async () => {
  const world = await makeWorld()
  await world.spawn(...labelled('a'))
  const said: string[] = []
  const later: Promise<void>[] = []
  world.on('postTick', async ({ tick }) => {
    if (tick > 0) return
    for (const wait of [() => world.step(), () => world.fork('inside'), () => world.close()])
      await wait().catch((cause: unknown) => said.push(String(cause)))
    later.push(new Promise((resolve) => void setTimeout(resolve, 50)).then(() => world.step()))
  })
  await world.step()
  expect(said).toEqual([
    expect.stringMatching(/^TypeError: step: a hook or a processor of the world .* would wait for its own tick/),
    expect.stringMatching(/^TypeError: fork: /),
    expect.stringMatching(/^TypeError: close: /),
  ])
  await Promise.all(later)
  expect(world.tick).toBe(2)
})
