import { marked } from 'marked'
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { expect, test } from 'vitest'
import { exportRecording } from '../../../src/commands/export/export.ts'
import { code } from '../../../src/commands/facts/markdown.ts'
import { plain } from '../../../src/terminal/command-result.ts'
import { payloads } from '../../payloads.ts'
import { makeRoot, record } from '../../recordings.ts'

const more = [
  '![x](http://evil.test/p.png)',
  '[x](http://evil.test)',
  '<http://evil.test>',
  'http://evil.test www.evil.test eve@evil.test',
  '@octocat #12 deadbeef1234567',
  '`](http://evil.test)`` ![x](y) ```',
  '| a | ![x](y) \\| `b` \\\\| <b>c</b> |\n| --- |\n| d |',
  '\n\n# heading\n\n<script>x</script>\n\n---\n\n- item',
  '[x]: http://evil.test\n\n[x]',
  '&lt;img&gt; &#60;b&#62; \\` \\',
]

async function summarise(texts: readonly string[]): Promise<string> {
  const text = texts.join(' ')
  const directory = await record(
    await makeRoot(),
    texts.map((own) => ({
      type: 'step_finished',
      actionName: own,
      actionArgs: { text: own },
      reasoning: own,
      toolOutput: { ok: false, error: own },
      target: { role: own, name: own },
    })),
    { instruction: text, finalAnswer: text },
  )
  const output = path.join(directory, '../out.md')
  await exportRecording({
    directory,
    output,
    format: 'md',
    allowed: undefined,
    force: false,
    paint: plain,
    env: {},
    cwd: '/',
  })
  return readFile(output, 'utf8')
}

test(`${payloads.length + more.length} payloads in a summary make no tag, link or image that is not ours`, async () => {
  const all = [...payloads, ...more]
  const ours = new Set('h3 p strong code ul li table thead tbody tr th td'.split(' '))
  for (let from = 0; from < all.length; from += 42) {
    const html = await marked(await summarise(all.slice(from, from + 42)), { gfm: true })
    const tags = [...html.matchAll(/<\/?([a-z][\w-]*)/gi)].map(([, name = '']) => name.toLowerCase())
    expect(tags.filter((name) => !ours.has(name))).toEqual([])
    // What GitHub makes of a name or an address it makes outside of code.
    const outside = html.replaceAll(/<code>[^<]*<\/code>/g, '')
    expect(outside).not.toMatch(/evil\.test|@octocat|#12|deadbeef|onerror/)
    expect(html.match(/<tr>/g)?.length).toBe(1 + Math.min(42, all.length - from))
  }
})

test.each([
  'a`b',
  '`',
  '``a` b```',
  'a|b',
  '|',
  'a\\|b \\\\| `c|d`',
  ' `a',
  '\\',
  'a  b',
  '&#124; &lt;',
  '<b>*x*</b> _y_ @z',
])('what is read is what was recorded: %j', async (text) => {
  const read = (html: string): string =>
    html
      .replaceAll(/<\/?code>/g, '')
      .replaceAll(/&#(\d+);/g, (_, digits: string) => String.fromCodePoint(Number(digits)))
      .replaceAll('&lt;', '<')
      .replaceAll('&gt;', '>')
      .replaceAll('&quot;', '"')
      .replaceAll('&amp;', '&')
  const wanted = text.trim()
  expect(read(await marked(`say ${code(text)}.`))).toBe(`<p>say ${wanted}.</p>\n`)
  const table = await marked(`| a | b |\n| --- | --- |\n| ${code(text)} | end |\n`)
  const [, cell = '', last] = /<td>([\s\S]*?)<\/td>\s*<td>(.*?)<\/td>/.exec(table) ?? []
  expect([read(cell), last]).toEqual([wanted, 'end'])
})

test('a summary says how it ended, what failed first and all steps', async () => {
  const text = await summarise(['look', 'buy'])
  expect(text).toMatch(/^### ✓ `sample`: complete, 2 steps, 2 failed, 0 turns, .*, tokens unknown\n/)
  expect(text).toContain('**First failure: step 1 of 2** `look` `look "look"`')
  expect(text).toContain('- reasoning (claim): `look`')
  expect(text).toContain('| 2 | `buy` | `buy "buy"` | unknown | **failed** `buy` |')
})
