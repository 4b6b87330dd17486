import { marked } from 'marked'
import { expect, test } from 'vitest'
import type { GatedRun } from '../../../src/commands/gate/report.ts'
import { toMarkdown } from '../../../src/commands/gate/summary.ts'
import { surroundings } from '../../answers.ts'
import { payloads } from '../../payloads.ts'

const linking = [
  '![x](http://evil.test/p.png) [x](http://evil.test) <http://evil.test>',
  'http://evil.test www.evil.test eve@evil.test @octocat #12 deadbeef1234567 GH-12',
  '`](http://evil.test)`` ![x](y) ```',
  '| a | ![x](y) \\| `b` \\\\| <b>c</b> |\n| --- |\n| d |',
  '\n\n# heading\n\n---\n\n- item\n\n[x]: http://evil.test\n\n[x]',
  '\u001b[31mred\u001b[0m\u202e \\',
]

function broken(text: string): GatedRun {
  return {
    directory: `/runs/${text}`,
    runId: text,
    taskId: text,
    passed: false,
    broken: [{ rule: '--forbid', limit: text, got: 1, steps: [0] }],
    status: text,
    steps: 1,
    firstFailure: { step: 0, action: text, target: text, error: text },
  }
}

test('text of a recording makes no tag, link, picture or mention in the summary of a job', async () => {
  const ours = new Set('h3 p strong code br table thead tbody tr th td'.split(' '))
  const all = [...payloads, ...linking]
  for (let from = 0; from < all.length; from += 50) {
    const recordings = all.slice(from, from + 50).map(broken)
    const report = { passed: false, broken: recordings[0]!.broken, recordings }
    const html = await marked(toMarkdown(report, surroundings('/runs')), { gfm: true })
    const tags = [...html.matchAll(/<\/?([a-z][\w-]*)/gi)].map(([, name = '']) => name.toLowerCase())
    expect(tags.filter((name) => !ours.has(name))).toEqual([])
    // What GitHub makes of a name or an address it makes outside of code.
    const outside = html.replaceAll(/<code>[^<]*<\/code>/g, '')
    expect(outside).not.toMatch(/evil\.test|@octocat|#12|deadbeef|GH-12|onerror|[^\P{Cc}\n]|\p{Cf}/u)
    expect(html.match(/<tr>/g)?.length).toBe(1 + recordings.length)
  }
})

test('colours of a recorded error are seen as escapes', () => {
  const report = { passed: false, broken: [], recordings: [broken('\u001b[31mred\u001b[0m')] }
  expect(toMarkdown(report, surroundings('/runs'))).toContain(': \\x1b[31mred\\x1b[0m`')
})
