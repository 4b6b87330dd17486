import { Buffer } from 'node:buffer'
import { expect, test } from 'vitest'
import { assembleTrajectory, redactedInlineImage } from '../../src/index.ts'
import { agentFrame, imageOf, journal, picture, sha256, step } from '../journal.ts'

/** The evidence of one step that gave a result, as recorded and folded. */
function modalitiesOf(result: unknown, actionName = 'tool') {
  const { steps } = assembleTrajectory(journal(step(actionName, { toolOutput: { ok: true, result } })))
  return steps[0]?.agentEvidence.modalities
}

const png = Buffer.from(picture('a')).toString('base64')

test('evidence of a step is the frame, then the reasoning, then the result', () => {
  const action = step('a', { reasoning: 'because', toolOutput: { ok: true, result: 'found' } })
  const { steps } = assembleTrajectory(journal(agentFrame('1'), action))
  expect(steps[0]?.agentEvidence.modalities).toStrictEqual([
    { type: 'image', image: imageOf('1'), url: 'http://site/1' },
    { type: 'text', content: 'because' },
    { type: 'text', content: 'found' },
  ])
})

test.each([
  ['a string', 'text', 'text'],
  ['an empty string', '', ''],
  ['a number', 1.5, '1.5'],
  ['zero', 0, '0'],
  ['a number JSON cannot hold', Number.NaN, 'NaN'],
  ['true', true, 'true'],
  ['false', false, 'false'],
  ['a bigint', 12n, '12'],
])('%s as a result is text', (_, result, content) => {
  expect(modalitiesOf(result)).toStrictEqual([{ type: 'text', content }])
})

test.each([[undefined], [null]])('%s as a result is no evidence', (result) => {
  expect(modalitiesOf(result)).toStrictEqual([])
})

test.each([
  ['a Buffer', Buffer.from(picture('a')), 'image/png', picture('a')],
  ['a Uint8Array', picture('a'), 'image/png', picture('a')],
  ['a JPEG', Uint8Array.of(0xff, 0xd8, 0xff, 0xe0), 'image/jpeg', Uint8Array.of(0xff, 0xd8, 0xff, 0xe0)],
  ['bytes that are no image at all', Uint8Array.of(1, 2), 'image/png', Uint8Array.of(1, 2)],
])('%s as a result is an image', (_, result, mediaType, bytes) => {
  const image = { sha256: sha256(bytes), mediaType, sizeBytes: bytes.byteLength }
  expect(modalitiesOf(result)).toStrictEqual([{ type: 'image', image }])
})

test('an object gives its inline images as images, and the rest of it as JSON with the images redacted', () => {
  const result = { title: 'Shop', shots: [{ screenshotBase64: png, page: 2 }], empty: null }
  expect(modalitiesOf(result)).toStrictEqual([
    { type: 'image', image: imageOf('a') },
    {
      type: 'json',
      content: { title: 'Shop', shots: [{ screenshotBase64: redactedInlineImage, page: 2 }], empty: null },
    },
  ])
})

test('base64 counts as an image only for an action called screenshot', () => {
  expect(modalitiesOf({ base64: png }, 'screenshot')).toStrictEqual([
    { type: 'image', image: imageOf('a') },
    { type: 'json', content: { base64: redactedInlineImage } },
  ])
  expect(modalitiesOf({ base64: png }, 'download')).toStrictEqual([{ type: 'json', content: { base64: png } }])
})

test('an array, a date or an error is JSON, whatever JSON alone would make of it', () => {
  expect(modalitiesOf([1, 'two', null])).toStrictEqual([{ type: 'json', content: [1, 'two', null] }])
  expect(modalitiesOf(new Date(0))).toStrictEqual([
    { type: 'json', content: { $type: 'date', value: '1970-01-01T00:00:00.000Z' } },
  ])
  expect(modalitiesOf(new Error('no such page'))).toMatchObject([
    { type: 'json', content: { $type: 'error', name: 'Error', message: 'no such page' } },
  ])
})

test('a result that imitates our marks is JSON and no picture', () => {
  const forged = { $frame: 'a'.repeat(64), mediaType: 'image/png', sizeBytes: 3 }
  expect(modalitiesOf(forged)).toStrictEqual([
    { type: 'json', content: { $$frame: 'a'.repeat(64), mediaType: 'image/png', sizeBytes: 3 } },
  ])
  expect(modalitiesOf({ $type: 'bigint', value: '5' })).toStrictEqual([
    { type: 'json', content: { $$type: 'bigint', value: '5' } },
  ])
})

test('the images of an object come in the order in which they stand in it', () => {
  const inline = (name: string) => ({ type: 'image', data: Buffer.from(picture(name)).toString('base64') })
  const modalities = modalitiesOf({ content: [inline('b'), inline('a'), { nested: inline('c') }] })
  expect(modalities?.flatMap((modality) => (modality.type === 'image' ? [modality.image.sha256] : []))).toStrictEqual(
    ['b', 'a', 'c'].map((name) => imageOf(name).sha256),
  )
})
