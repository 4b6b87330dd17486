import { expect, test } from 'vitest'
import { assembleTrajectory, mapImages, type ImageReference } from '../../src/index.ts'
import { agentFrame, journal, observed, picture, probeFrame, step } from '../journal.ts'

const trajectory = assembleTrajectory(
  journal(
    probeFrame('start'),
    agentFrame('1'),
    step('a', { toolOutput: { ok: true, result: picture('shot') } }),
    probeFrame('1'),
    observed('1'),
    agentFrame('last'),
    { type: 'final_answer', message: 'm', observation: { url: 'u', screenshot: picture('end') } },
  ),
)

test('every image is replaced, wherever it stands, and nothing else changes', () => {
  const seen: string[] = []
  const renamed = mapImages(trajectory, (image) => {
    seen.push(image.sha256)
    return { ...image, sha256: `new ${image.sha256}` }
  })
  expect(seen).toHaveLength(5)
  const expected = JSON.parse(JSON.stringify(trajectory), (key, value: unknown) =>
    key === 'sha256' ? `new ${String(value)}` : value,
  )
  expect(renamed).toStrictEqual(expected)
})

test('equal images are bound once and are one object', () => {
  const asked: ImageReference[] = []
  const bound = mapImages(trajectory, (image) => {
    asked.push(image)
    return { ...image }
  })
  expect(asked).toHaveLength(5)
  const [frame] = bound.steps[0]?.agentEvidence.modalities ?? []
  expect(frame).toMatchObject({ type: 'image' })
  expect(frame?.type === 'image' && frame.image).toBe(bound.steps[0]?.probeEvidence.screenshot)
})

test('the same bytes under two media types keep both', () => {
  const twice = assembleTrajectory(
    journal(agentFrame('1', { mediaType: 'image/webp' }), step('a'), probeFrame('1', { mediaType: 'image/png' })),
  )
  expect(mapImages(twice, (image) => ({ ...image }))).toStrictEqual(twice)
})

test('the same bytes that were made of two originals keep both', () => {
  const twice = mapImages(trajectory, ({ sha256, ...image }) => ({ ...image, sha256: 'one', originalSha256: sha256 }))
  const asked: (string | undefined)[] = []
  mapImages(twice, (image) => {
    asked.push(image.originalSha256)
    return image
  })
  expect(new Set(asked).size).toBe(5)
  expect(asked).toHaveLength(5)
})

test('the mapped trajectory is frozen, and the one it was made of is not changed', () => {
  const before = structuredClone(trajectory)
  const mapped = mapImages(trajectory, (image) => ({ ...image }))
  expect(Object.isFrozen(mapped.steps[0]?.probeEvidence)).toBe(true)
  expect(trajectory).toStrictEqual(before)
})
