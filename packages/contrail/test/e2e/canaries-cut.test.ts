import { launchBrowser } from '@contrail/browser'
import { captureDom, TrajectoryRecorder, type EvidenceEvent } from 'contrail'
import { inspect } from 'node:util'
import { expect, test } from 'vitest'
import { useBrowser } from '../../../../scripts/shared-browser.ts'
import { filesBelow } from '../canaries/search.ts'
import { makeRoot } from '../recordings.ts'

const browser = useBrowser(launchBrowser)

/** Secrets, in the middle of which a cut may fall: then each part of them must be gone. */
const registered = 'Hd8vTulip Harbour-Tl5w'
const shaped = 'ghp_q8Wz3RtY6uPk1LmN5bVc2XsD7fGh4JjA9eTo'
const named = 'Pw7xKettle Morning-Rs2d'
const parts = ['Hd8vTu', 'Harbour', 'r-Tl5w', 'ghp_q8', '4JjA9e', 'A9eTo', 'Pw7xKe', 'Morning', 'g-Rs2d']

/** Find beginnings and ends of secrets in all outputs. */
async function partsIn(root: string, said: readonly unknown[]): Promise<string[]> {
  const told = inspect(said, { depth: Infinity, maxStringLength: Infinity, maxArrayLength: Infinity })
  const outputs = [...(await filesBelow(root)), { name: 'said', bytes: Buffer.from(told) }]
  return parts.flatMap((part) =>
    outputs.filter(({ bytes }) => bytes.includes(part)).map(({ name }) => `${part}: ${name}`),
  )
}

function repeat(text: string, length: number): string {
  return text.repeat(Math.ceil(length / text.length))
}

/**
 * A text that is full of secrets where it will be cut, and holds none elsewhere: to read them takes twenty times as long. It is as much too
 * long as a cut needs: all of it is read.
 */
function cutAt(place: number, secrets: string, room = 10_000): string {
  const [edge, cut] = [repeat('a lamp of brass, ', place / 2 - room), repeat(secrets, 2 * room)]
  return edge + cut + repeat(' and a lamp of glass', 100_000) + cut + edge
}

/** Find what stands before and behind each cut. */
function cutsIn(value: unknown): string[] {
  if (typeof value === 'string') {
    const [before = '', behind] = value.split(/\[\$truncated [^\]]+\]/)
    return behind === undefined ? [] : [before.slice(-60), behind.slice(0, 60)].filter((text) => text !== '')
  }
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(cutsIn) : []
}

async function open() {
  const root = await makeRoot()
  const said: unknown[] = []
  const recorder = new TrajectoryRecorder({
    taskSpec: { id: 'cut', instruction: 'Cut.' },
    outputRoot: root,
    persist: true,
    durability: 'finish',
    env: {},
    redact: { secrets: [registered] },
    onWarning: (message, cause) => said.push(message, cause),
  })
  return { root, said, recorder }
}

const step = { type: 'step_finished', actionName: 'tool', actionArgs: {}, reasoning: '' } as const

test('a secret at the edge of what the recorder cuts, at 1 MB a value and 8 MB an event, leaves no part of itself', async () => {
  const { root, said, recorder } = await open()
  const all = `${registered} ${shaped} password="${named}" `
  const events: unknown[] = [
    { ...step, toolOutput: { ok: true, result: cutAt(1_000_000, all) } },
    { ...step, toolOutput: { ok: true, result: { bytes: Buffer.from(cutAt(1_480_000, registered)) } } },
    {
      ...step,
      toolOutput: { ok: true, result: { [repeat(`${registered},`, 2_000)]: [new Error(cutAt(500_000, all))] } },
    },
    {
      ...step,
      toolOutput: { ok: true, result: Array.from({ length: 12 }, () => cutAt(82_000, all, 4_000)) },
    },
    {
      ...step,
      toolOutput: { ok: true, result: 1 },
      ...Object.fromEntries(Array.from({ length: 9 }, (_, index) => [`extra${index}`, cutAt(888_000, all)])),
    },
    { type: repeat(`${registered},`, 500) },
  ]
  for (const event of events) await recorder.record(event as EvidenceEvent).catch((cause: unknown) => said.push(cause))
  const { steps } = await recorder.finish({ status: 'complete' })
  said.push(steps)
  expect(await partsIn(root, said)).toEqual([])
  // Wherever something was cut a secret stood.
  const cuts = steps.flatMap(cutsIn)
  expect(cuts.length).toBeGreaterThan(30)
  expect(cuts.filter((text) => !text.includes('[redacted:'))).toEqual([])
})

test('a secret at the edge of what the captures cut, an aria tree and an error, leaves no part of itself', async () => {
  const { root, said, recorder } = await open()
  const page = await browser().newPage()
  // Six cuts, twelve characters apart: together they meet every part of the line.
  const line = `${registered} and ${shaped}`
  await page.setContent(`<p>${repeat(`${line} `, 800)}</p>${repeat(`<p>${line}</p>`, 1_000)}`)
  for (const budgetTokens of Array.from({ length: 6 }, (_, index) => 20 + 3 * index)) {
    const capture = captureDom(page, recorder.onEvidence, { budgetTokens })
    await capture.turn(async ({ step: take }) => {
      const body = { at: 'x'.repeat(budgetTokens), list: [], tail: repeat(`${line}, `, 1_100) }
      const bare = { at: 'x'.repeat(budgetTokens), list: Array.from({ length: 60 }, () => ({ password: named })) }
      await take({ actionName: 'call' }, () => ({ success: false, error: body }))
      await take({ actionName: 'call' }, () => ({ success: false, error: bare }))
    })
    await capture.settled()
  }
  const trajectory = await recorder.finish({ status: 'complete' })
  said.push(trajectory)
  expect(trajectory.steps.every(({ toolOutput }) => toolOutput.error?.endsWith('[truncated]'))).toBe(true)
  expect(trajectory.steps.at(-1)?.probeEvidence.ariaTree).toContain('TRUNCATED')
  expect(await partsIn(root, said)).toEqual([])
})
