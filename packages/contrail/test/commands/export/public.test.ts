import type { EvidenceEvent } from '@contrail/core'
import { writeVerdict } from '@contrail/recorder'
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { exportRecording } from '../../../src/commands/export/export.ts'
import { parseParts, publicParts, type PublicPart } from '../../../src/commands/export/public-parts.ts'
import { plain } from '../../../src/terminal/command-result.ts'
import { makeRoot, picture, record, step } from '../../recordings.ts'

/** A word for each part that a public file leaves out, and the part of `--allow` that brings it back. */
const canaries: Readonly<Record<string, PublicPart | undefined>> = {
  Instruction: 'task',
  Reasoning: 'reasoning',
  TurnText: 'reasoning',
  Argument: 'arguments',
  TargetName: 'arguments',
  Result: 'results',
  Failure: 'results',
  Tree: 'trees',
  Title: 'trees',
  Frame: 'frames',
  Address: 'urls',
  Answer: 'answer',
  Verdict: undefined,
  Console: undefined,
}
const word = (name: string): string => `Canary${name}Zz`

async function recordCanaries(): Promise<string> {
  const url = `https://${word('Address')}.test/a/${word('Address')}?q=1`
  const directory = await record(
    await makeRoot(),
    [
      {
        type: 'step_finished',
        actionName: 'click',
        actionArgs: { text: word('Argument'), at: url },
        reasoning: `${word('Reasoning')} at ${url}`,
        toolOutput: { ok: false, result: { text: word('Result'), at: url }, error: `${word('Failure')} at ${url}` },
        target: { role: 'button', name: word('TargetName') },
        turnId: 't',
      },
      { type: 'page_event', kind: 'console', level: 'error', text: word('Console'), url, pageId: 'p1' },
      { type: 'screenshot', screenshot: Buffer.concat([picture(1), Buffer.from(word('Frame'))]), url },
      { type: 'step_observed', url, title: word('Title'), ariaTree: `- link "${word('Tree')}":\n  - /url: ${url}` },
      { type: 'turn_finished', turnId: 't', text: word('TurnText'), model: 'm' },
    ],
    { instruction: word('Instruction'), finalAnswer: word('Answer') },
  )
  await writeVerdict(directory, { outcomeSuccess: false, explanation: word('Verdict') })
  return directory
}

async function exportPublic(directory: string, allowed: readonly PublicPart[], format: 'html' | 'md' = 'html') {
  const output = path.join(directory, '..', `out.${format}`)
  const input = { directory, output, format, allowed, force: true, paint: plain, env: {}, cwd: '/' }
  expect(await exportRecording(input)).toMatchObject({ exitCode: 0 })
  return readFile(output, 'utf8')
}

/** Which canaries are in a text, plainly or in base64 at any place of three. */
function canariesIn(text: string): string[] {
  const decoded = [...text.matchAll(/[\w+/]{24,}={0,2}/g)].map(([part]) =>
    Buffer.from(part, 'base64').toString('latin1'),
  )
  const all = `${text}\n${decoded.join('\n')}`.toLowerCase()
  return Object.keys(canaries).filter((name) => all.includes(word(name).toLowerCase()))
}

describe('a public file', () => {
  test('holds nothing of what it leaves out, says so at its top, and with a part allowed exactly that', async () => {
    const directory = await recordCanaries()
    const whole = await exportPublic(directory, publicParts)
    expect(canariesIn(whole)).toEqual(Object.keys(canaries).filter((name) => canaries[name] !== undefined))
    const bare = await exportPublic(directory, [])
    expect(canariesIn(bare)).toEqual([])
    expect(bare).toContain('Public. Left out: the task and its name; reasoning')
    expect(bare).toContain('https://site-1/…')
    for (const kept of ['"action":"click"', '"role":"button"', '"outcomeSuccess":false', '"kind":"console"']) {
      expect(bare).toContain(kept)
    }
    for (const part of publicParts) {
      const expected = Object.keys(canaries).filter((name) => canaries[name] === part)
      expect([part, canariesIn(await exportPublic(directory, [part]))]).toEqual([part, expected])
    }
  })

  test('is as public as a summary', async () => {
    const directory = await recordCanaries()
    expect(canariesIn(await exportPublic(directory, [], 'md'))).toEqual([])
    expect(canariesIn(await exportPublic(directory, ['results'], 'md'))).toEqual(['Failure'])
  })

  test('concludes nothing from what was left out: it was there, and no two of it are alike for that', async () => {
    const click = (name: string, ok: boolean): EvidenceEvent[] => {
      const [finished, ...look] = step('click', { ok })
      return [{ ...finished!, target: { role: 'button', name } } as EvidenceEvent, ...look]
    }
    const directory = await record(await makeRoot(), [...click('Pay', false), ...click('Back', true)])
    const summary = await exportPublic(directory, [], 'md')
    expect(summary).toContain('**First failure: step 1 of 2** `click` `button`')
    expect(summary).not.toMatch(/there is no tree|succeeded at step/)
  })

  test('takes parts by their names alone', () => {
    expect(parseParts('task, frames')).toEqual(['task', 'frames'])
    expect(() => parseParts('task,secrets')).toThrow('expected of task, reasoning')
  })
})

test('why an agent acts is reasoning also where it stands among the arguments', async () => {
  const root = await makeRoot()
  const actionArgs = {
    type: 'click',
    x: 5,
    Reasoning: 'CanaryWhyZz',
    steps: [{ thought: 'CanaryDeepZz', key: 'Kept' }],
  }
  const [acted, ...seen] = step('click')
  const directory = await record(root, [{ ...acted, actionArgs } as EvidenceEvent, ...seen])
  const textWith = async (allowed: readonly PublicPart[]): Promise<string> => {
    const output = path.join(root, 'out.html')
    await exportRecording({ directory, output, format: 'html', allowed, force: true, paint: plain, env: {}, cwd: '/' })
    return readFile(output, 'utf8')
  }
  const some = await textWith(['arguments'])
  expect(some).toContain('Kept')
  expect(some).not.toMatch(/Canary/)
  expect(await textWith(['arguments', 'reasoning'])).toMatch(/CanaryWhyZz.*CanaryDeepZz/s)
})
