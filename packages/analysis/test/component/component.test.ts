import { expect, expectTypeOf, test } from 'vitest'
import { z } from 'zod'
import {
  defineComponent,
  defineResource,
  Label,
  LabelingConfig,
  SamplingConfig,
  Trajectory,
  type Row,
  type Turn,
} from '../../src/index.ts'

test('a schema makes columns of text, numbers, truth values and JSON', () => {
  const Review = defineComponent(
    'Review',
    z.object({
      text: z.string(),
      kind: z.enum(['a', 'b']),
      stars: z.int().nullable(),
      share: z.number().default(0),
      done: z.boolean(),
      note: z.string().optional(),
      places: z.array(z.number()),
      anything: z.unknown(),
    }),
  )
  expect(Review.columns.map(({ name, type, nullable }) => [name, type, nullable])).toEqual([
    ['review__text', 'text', false],
    ['review__kind', 'text', false],
    ['review__stars', 'integer', true],
    ['review__share', 'number', false],
    ['review__done', 'boolean', false],
    ['review__note', 'text', false],
    ['review__places', 'json', false],
    ['review__anything', 'json', true],
  ])
  const { cells } = Review({
    text: '\ud800x',
    kind: 'a',
    stars: null,
    done: true,
    places: [1],
    anything: { a: undefined },
  })
  expect(cells).toMatchObject({ review__text: '\ufffdx', review__share: 0, review__note: null, review__anything: {} })
})

test('rows are typed by their components', () => {
  type LabelRow = Row<[typeof Trajectory, typeof Label]>
  expectTypeOf<LabelRow['label__score']>().toEqualTypeOf<number | null>()
  expectTypeOf<LabelRow['trajectory__total_turns']>().toEqualTypeOf<number>()
  expectTypeOf<LabelRow['entity_id']>().toEqualTypeOf<number>()
  const Noted = defineComponent('Noted', z.object({ note: z.string().optional(), places: z.array(z.number()) }))
  expectTypeOf<Row<[typeof Noted]>['noted__note']>().toEqualTypeOf<string | null>()
  expectTypeOf<Row<[typeof Noted]>['noted__places']>().toEqualTypeOf<number[]>()
})

test('the columns of Label are those that pipelines name', () => {
  expect(Label.columns.map(({ field, type }) => `${field} ${type}`)).toEqual([
    ...['technique text', 'description text', 'value text', 'score number', 'rationale text'],
    ...['sampled boolean', 'labeler text', 'error text'],
  ])
  expect(Label().cells).toMatchObject({ label__score: null, label__sampled: true })
})

test.each([
  ['an unknown field', () => Label({ techniqe: 'x' } as object), /Label: .*techniqe.*it has technique, description/],
  ['a value not of its schema', () => Label({ score: 'high' as never }), /Label\.score: .*expected number/],
  ['a score that is no number', () => Label({ score: Number.NaN }), /Label\.score/],
  ['a name with two _', () => defineComponent('a__b', z.object({})), /letters, digits and single _/],
  [
    'two fields of one column',
    () => defineComponent('A', z.object({ x: z.string(), X: z.string() })),
    /one column, a__x/,
  ],
  ['a date', () => defineComponent('A', z.object({ at: z.date() })), /A\.at: expected text, a number/],
  [
    'what JSON cannot hold',
    () => defineComponent('A', z.object({ x: z.unknown() }))({ x: 1n }),
    /A\.x: expected what JSON/,
  ],
  [
    'an unknown setting',
    () => SamplingConfig({ min_turn: 3 } as object),
    /SamplingConfig: .*min_turn.*it has max_trajectories/,
  ],
  ['a share beyond 1', () => SamplingConfig({ fraction: 2 }), /SamplingConfig\.fraction/],
  ['a stratum that is no field', () => SamplingConfig({ stratify_by: 'colour' }), /stratify_by/],
  ['no concurrency', () => LabelingConfig({ concurrency: 0 }), /concurrency/],
  ['a resource without a name', () => defineResource('', z.object({})), /name: expected a text/],
])('%s is a TypeError that says what there is', (_, make, message) => {
  expect(make).toThrow(TypeError)
  expect(make).toThrow(message)
})

test('turns are counted and come back; what is absent is left out of the JSON', () => {
  const { cells } = Trajectory.fromTurns({
    trajectory_id: 'a/b',
    source: 'claude-code',
    outcome: 'success: fixed null check',
    tags: ['bugfix'],
    turns: [
      { role: 'user', content: 'Fix the login bug', tokens: 12 },
      { role: 'tool_call', tool_name: 'read', tool_input: { path: 'a.ts' }, duration_ms: 250 },
      { role: 'tool_result', tool_name: 'read', error: null, tool_output: 0, duration_ms: 1_250 },
    ],
  })
  expect(cells).toMatchObject({
    trajectory__total_turns: 3,
    trajectory__total_tokens: 12,
    trajectory__duration_seconds: 1.5,
    trajectory__tags_json: '["bugfix"]',
    trajectory__metadata_json: '{}',
    trajectory__turns_json:
      '[{"role":"user","content":"Fix the login bug","tokens":12,"duration_ms":0},' +
      '{"role":"tool_call","content":"","tool_name":"read","tool_input":{"path":"a.ts"},"tokens":0,"duration_ms":250},' +
      '{"role":"tool_result","content":"","tool_name":"read","tool_output":0,"tokens":0,"duration_ms":1250}]',
  })
  const turns: Turn[] = Trajectory.turns({ trajectory__turns_json: String(cells['trajectory__turns_json']) })
  expect(turns[1]).toEqual({
    role: 'tool_call',
    content: '',
    tool_name: 'read',
    tool_input: { path: 'a.ts' },
    tokens: 0,
    duration_ms: 250,
  })
  expect(() => Trajectory.fromTurns({ trajectory_id: 'a', turns: [{ role: 'robot' as never }] })).toThrow(
    /turns\.0\.role/,
  )
  expect(() => Trajectory.turns({ trajectory__turns_json: 'x' })).toThrow(
    /trajectory__turns_json: expected a JSON list/,
  )
})
